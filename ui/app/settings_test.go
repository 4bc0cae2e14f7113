// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

func TestSettings(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	f := alice.Host.TakeForm()
	f.Done(false, uitest.Answers(f, map[int]string{0: ""}))
	if len(alice.Host.Prefs) > 0 {
		t.Fatalf("Cancel has stored %v", alice.Host.Prefs)
	}
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.Fill(map[int]string{setRequire: "1", setNoLog: "", setFields + verifiedFields: "", setFields + verifiedFields + 2: "1"})
	want := map[string]bool{
		"/OTR/enabled": true, "/OTR/automatic": true, "/OTR/onlyprivate": true, "/OTR/avoidloggingotr": false,
		"/OTR/showotrbutton": false, "/plugins/core/purple-otr/hide-from-dbus": true,
		prefAutomaticVerified: false, prefRequireVerified: false, prefPadding: true, "/" + prefVersion4: false,
	}
	if !maps.Equal(alice.Host.Prefs, want) || alice.Host.Numbers[prefIdleHours] != 1 {
		t.Errorf("stored %v, %v", alice.Host.Prefs, alice.Host.Numbers)
	}
	if !alice.app.View(alice.Chat).NoButton {
		t.Error("the button is still there")
	}
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	f = alice.Host.TakeForm()
	if f.Fields[setRequire].Value != "1" || f.Fields[setNoLog].Value != "" || f.Fields[setFields+verifiedFields+2].Value != "1" {
		t.Errorf("the form forgets: %+v", f.Fields)
	}

	// Nobody writes for an hour.
	alice.Start()
	alice.Wait(2 * time.Hour)
	alice.WantLine("idle for too long")
	alice.Want(ui.Finished)
	alice.Deliver()
	bob.Want(ui.Finished)
}

// TestSettingsOff checks that turning OTR off ends private conversations.
func TestSettingsOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.Fill(map[int]string{setEnabled: ""})
	alice.WantLine("was turned off")
	alice.Deliver()
	bob.Want(ui.Finished)
	if !alice.app.View(alice.Chat).Hidden {
		t.Error("the indicator is still there")
	}
}

func TestBuddySettings(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Stranger = true
	alice.app.Do(alice.Chat, ui.BuddySettings, 0)
	alice.WantLine("not in your buddy list")
	alice.Host.Stranger = false
	alice.app.Do(alice.Chat, ui.BuddySettings, 0)
	alice.Fill(map[int]string{0: "1", 1 + setRequire: "1", 1 + setAutomatic: ""})
	want := map[string]bool{
		"OTR/overridedefault": true, "OTR/enabled": true, "OTR/automatic": false,
		"OTR/onlyprivate": true, "OTR/avoidloggingotr": true, prefVersion4: false,
	}
	if !maps.Equal(alice.Host.BuddyPrefs, want) || !alice.app.Guards(alice.Chat) {
		t.Errorf("stored %v", alice.Host.BuddyPrefs)
	}
	alice.app.Do(alice.Chat, ui.BuddySettings, 0)
	alice.Fill(map[int]string{0: ""})
	if alice.Host.BuddyPrefs["OTR/overridedefault"] || !alice.Host.BuddyPrefs["OTR/onlyprivate"] || alice.app.Guards(alice.Chat) {
		t.Errorf("stored %v", alice.Host.BuddyPrefs)
	}
}

// TestSettingsLog changes the setting about logs during a private conversation.
func TestSettingsLog(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	set := func(noLog string, logged bool) {
		t.Helper()
		alice.app.Do(ui.Chat{}, ui.Settings, 0)
		alice.Fill(map[int]string{setNoLog: noLog})
		if alice.Host.Logs[alice.Chat] != logged {
			t.Errorf("after %q: logging %v", noLog, !logged)
		}
	}
	set("", true)
	set("1", false)
	alice.app.Do(alice.Chat, ui.End, 0)
	if !alice.Host.Logs[alice.Chat] {
		t.Error("logging stays off")
	}
}

// TestSettingsVerified has the settings be for verified buddies only.
func TestSettingsVerified(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.Fill(map[int]string{setRequire: "1", setFields: "1", setFields + 1: "1"})
	policy := func(want otr.Policy) {
		t.Helper()
		if got := alice.app.prefs.policy(alice.Chat); got != want {
			t.Errorf("policy %b, want %b", got, want)
		}
	}
	policy(otr.Manual)
	if !alice.Say("to somebody unverified") || bob.Wire[0] != "to somebody unverified" {
		t.Errorf("on the wire: %q", bob.Wire)
	}
	alice.Deliver()
	alice.Start()
	policy(otr.Manual)
	alice.Verify()
	policy(otr.Always)
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Wire = nil
	if alice.Say("to bob only") || slices.ContainsFunc(bob.Wire, func(s string) bool { return strings.Contains(s, "bob only") }) {
		t.Error("a text to a verified buddy left in the clear")
	}
	alice.Deliver()
	if len(bob.Heard) == 0 || bob.Heard[len(bob.Heard)-1] != "to bob only" {
		t.Errorf("bob reads %q", bob.Heard)
	}

	// Only one of the two.
	alice.Host.Prefs[prefRequireVerified] = false
	carol := alice.Chat
	carol.Peer = "carol@example.org"
	if got := alice.app.prefs.policy(carol); got != otr.Manual|otr.RequireEncryption {
		t.Errorf("carol: %b", got)
	}
	// A buddy's own settings are not narrowed.
	alice.Host.Prefs[prefRequireVerified] = true
	alice.Host.BuddyPrefs[prefOverride], alice.Host.BuddyPrefs[prefRequire], alice.Host.BuddyPrefs[prefAutomatic] = true, true, true
	if got := alice.app.prefs.policy(carol); got != otr.Always {
		t.Errorf("carol, with her own settings: %b", got)
	}
}

// TestSettingsVerifiedLocked requires encryption while nobody knows who is verified.
func TestSettingsVerifiedLocked(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"], alice.Host.Prefs[prefRequireVerified] = true, true
	ps := preferences{&App{host: alice.Host, store: alice.Store, keys: lockedKeys{alice.keys}}}
	if ps.policy(alice.Chat)&otr.RequireEncryption == 0 {
		t.Error("nothing is required while the keys are locked")
	}
}

type lockedKeys struct{ KeyFlows }

func (lockedKeys) Locked() bool { return true }

// TestSettingOffer switches the invisible offer off for one account, and on again.
func TestSettingOffer(t *testing.T) {
	alice, bob := newPair(t)
	other := alice.Chat
	other.Account = "alice@example.net/Home"
	for _, on := range []bool{true, false, true} {
		alice.app.Do(alice.Chat, ui.BuddySettings, 0)
		alice.Fill(map[int]string{-1: ui.Checked(on)})
		if got := alice.app.prefs.policy(alice.Chat)&otr.SendWhitespaceTag != 0; got != on {
			t.Errorf("%v: offered %v", on, got)
		}
		if alice.app.prefs.policy(other)&otr.SendWhitespaceTag == 0 {
			t.Errorf("%v: it is about another account too", on)
		}
		same := alice.Chat
		same.Account, same.Peer = "alice@example.org/Work", "carol@example.org"
		if got := alice.app.prefs.policy(same)&otr.SendWhitespaceTag != 0; got != on {
			t.Errorf("%v: for the same account's other buddies, %v", on, got)
		}
		if !on {
			if alice.Say("as it is"); len(bob.Wire) != 1 || bob.Wire[0] != "as it is" {
				t.Errorf("on the wire: %q", bob.Wire)
			}
			bob.Wire = nil
		}
	}
}

// The setting that hides lengths is on at first, and takes effect at once, also in
// conversations that are private already.
func TestSettingPadding(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	length := func(n int) int {
		out, _ := alice.app.Sending(alice.Chat, strings.Repeat("x", n))
		return len(out)
	}
	if length(1) != length(200) {
		t.Error("the length of a message shows")
	}
	for _, v := range []string{"", "1"} {
		alice.app.Do(ui.Chat{}, ui.Settings, 0)
		alice.Fill(map[int]string{setFields + verifiedFields + 3: v})
		if on := length(1) == length(200); on != (v != "") {
			t.Errorf("after %q: hidden is %v", v, on)
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"maps"
	"testing"
	"time"

	"purple-otr/ui"
)

func TestSettings(t *testing.T) {
	alice, bob := newPair(t)
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	f := alice.host.form()
	f.Done(false, answers(f, map[int]string{0: ""}))
	if len(alice.host.prefs) > 0 {
		t.Fatalf("Cancel has stored %v", alice.host.prefs)
	}
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.fill(map[int]string{setRequire: "1", setNoLog: "", setFields: "", setFields + 2: "1"})
	want := map[string]bool{
		"/OTR/enabled": true, "/OTR/automatic": true, "/OTR/onlyprivate": true, "/OTR/avoidloggingotr": false,
		"/OTR/showotrbutton": false, "/plugins/core/purple-otr/hide-from-dbus": true,
	}
	if !maps.Equal(alice.host.prefs, want) || alice.host.numbers[prefIdleHours] != 1 {
		t.Errorf("stored %v, %v", alice.host.prefs, alice.host.numbers)
	}
	if !alice.app.View(alice.chat).NoButton {
		t.Error("the button is still there")
	}
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	f = alice.host.form()
	if f.Fields[setRequire].Value != "1" || f.Fields[setNoLog].Value != "" || f.Fields[setFields+2].Value != "1" {
		t.Errorf("the form forgets: %+v", f.Fields)
	}

	// Nothing is said for an hour.
	alice.start()
	alice.wait(2 * time.Hour)
	alice.wantLine("nothing was written in it for long")
	alice.want(ui.Finished)
	alice.deliver()
	bob.want(ui.Finished)
}

// TestSettingsOff ends what there is when private conversations are switched
// off.
func TestSettingsOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	alice.fill(map[int]string{setEnabled: ""})
	alice.wantLine("has been switched off")
	alice.deliver()
	bob.want(ui.Finished)
	if !alice.app.View(alice.chat).Hidden {
		t.Error("the indicator is still there")
	}
}

func TestBuddySettings(t *testing.T) {
	alice, _ := newPair(t)
	alice.host.stranger = true
	alice.app.Do(alice.chat, ui.BuddySettings, 0)
	alice.wantLine("not in your buddy list")
	alice.host.stranger = false
	alice.app.Do(alice.chat, ui.BuddySettings, 0)
	alice.fill(map[int]string{0: "1", 1 + setRequire: "1", 1 + setAutomatic: ""})
	want := map[string]bool{
		"OTR/overridedefault": true, "OTR/enabled": true, "OTR/automatic": false,
		"OTR/onlyprivate": true, "OTR/avoidloggingotr": true,
	}
	if !maps.Equal(alice.host.buddyPrefs, want) || !alice.app.Guards(alice.chat) {
		t.Errorf("stored %v", alice.host.buddyPrefs)
	}
	alice.app.Do(alice.chat, ui.BuddySettings, 0)
	alice.fill(map[int]string{0: ""})
	if alice.host.buddyPrefs["OTR/overridedefault"] || !alice.host.buddyPrefs["OTR/onlyprivate"] || alice.app.Guards(alice.chat) {
		t.Errorf("stored %v", alice.host.buddyPrefs)
	}
}

// TestSettingsLog changes the wish about logs in the middle of a private
// conversation.
func TestSettingsLog(t *testing.T) {
	alice, _ := newPair(t)
	alice.start()
	set := func(noLog string, logged bool) {
		t.Helper()
		alice.app.Do(ui.Chat{}, ui.Settings, 0)
		alice.fill(map[int]string{setNoLog: noLog})
		if alice.host.logging[alice.chat] != logged {
			t.Errorf("after %q: logging %v", noLog, !logged)
		}
	}
	set("", true)
	set("1", false)
	alice.app.Do(alice.chat, ui.End, 0)
	if !alice.host.logging[alice.chat] {
		t.Error("logging stays off")
	}
}

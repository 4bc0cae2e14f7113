// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"maps"
	"testing"
	"time"

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
	alice.Fill(map[int]string{setRequire: "1", setNoLog: "", setFields: "", setFields + 2: "1"})
	want := map[string]bool{
		"/OTR/enabled": true, "/OTR/automatic": true, "/OTR/onlyprivate": true, "/OTR/avoidloggingotr": false,
		"/OTR/showotrbutton": false, "/plugins/core/purple-otr/hide-from-dbus": true,
	}
	if !maps.Equal(alice.Host.Prefs, want) || alice.Host.Numbers[prefIdleHours] != 1 {
		t.Errorf("stored %v, %v", alice.Host.Prefs, alice.Host.Numbers)
	}
	if !alice.app.View(alice.Chat).NoButton {
		t.Error("the button is still there")
	}
	alice.app.Do(ui.Chat{}, ui.Settings, 0)
	f = alice.Host.TakeForm()
	if f.Fields[setRequire].Value != "1" || f.Fields[setNoLog].Value != "" || f.Fields[setFields+2].Value != "1" {
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
		"OTR/onlyprivate": true, "OTR/avoidloggingotr": true,
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

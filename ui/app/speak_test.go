// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"testing"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

func TestSpeak(t *testing.T) {
	alice, _ := newPair(t)
	text.SetLanguages([]string{"de"})
	t.Cleanup(func() { text.SetLanguages(nil) })
	alice.Start()
	alice.WantLine("Nicht verifizierte Unterhaltung mit Bob begonnen")
	if v := alice.app.View(alice.Chat); v.Word != "Nicht verifiziert" || v.Menu[0].Label != "_Private Unterhaltung erneuern" {
		t.Errorf("the button says %q and the menu %q", v.Word, v.Menu[0].Label)
	}
	alice.Host.Nick = "100% Bob %s %d"
	alice.app.commands.endByUser(alice.Chat)
	alice.WantLine("Sie haben die private Unterhaltung mit 100% Bob %s %d beendet.")
	text.SetLanguages([]string{"tlh"}) // there is no such catalogue
	if got := ui.Private.Word(); got != "Private" {
		t.Errorf("%q", got)
	}
}

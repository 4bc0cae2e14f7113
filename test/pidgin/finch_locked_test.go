// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import "testing"

// TestFinchLocked starts Finch and does not unlock the keys: what is said about that, when
// bob asks and when alice types, can be read in a terminal.
func TestFinchLocked(t *testing.T) {
	_, ours, a, b := verified(t)
	protect(a, byPassphrase, "violet teapots sing loudly", "violet teapots sing loudly")
	reads(a, protectWindow, "Your keys are protected by your passphrase.")
	a.Quit()
	f := a.Desk.Finch("alice", ours.file)
	f.WaitScreen("Your keys are locked.")
	f.Keys("Tab", "Tab", "Enter") // Not now
	f.Sees("bob")
	b.Menu("alice", "End private conversation")
	b.Menu("alice", "Start private conversation")
	f.WaitScreen("Unlock your OTR keys")
	f.Keys("M-2") // the notice has not taken the keyboard
	f.WaitScreen("bob wants to start a private conversation.")
	f.Save("finch-locked-notice")
	f.Keys("M-c")
	f.Talk("bob")
	f.Keys("M-2")
	f.WaitScreen("OTR: Not private")
	f.Command("hello")
	f.WaitScreen("Your messages are not encrypted, because")
	f.Save("finch-locked-line")
	f.Command("/otr unlock")
	f.WaitScreen("Your keys are locked.")
}

// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"

	"purple-otr/test/pidgin/desk"
)

// shared is a secret that programs could change: it has letters that are not in ASCII, and two
// blanks between its words.
const shared = "zwei  schöne Wörter"

// compareSecrets has each side begin to compare a secret with the other. begin and answer are
// what the buddy's user does; asked waits until the buddy's program has told them that they are
// asked.
func compareSecrets(a *desk.Pidgin, buddy string, begin, answer func(secret string), asked func()) {
	a.Desk.T.Helper()
	a.CompareSecret(buddy, shared)
	asked()
	answer(shared)
	a.WaitText(buddy, "You have verified "+buddy)
	a.WaitLevel(buddy, "Private")
	a.CloseProgress()
	begin("a  wröng one")
	a.Answer(shared)
	a.WaitText(buddy, "The answers did not match")
	a.CloseProgress()
	begin(shared)
	a.Answer(shared)
	a.Desk.Until("the answers match again", func() bool { return strings.Count(a.Transcript(buddy), "The answers match") == 2 })
	a.CloseProgress()
}

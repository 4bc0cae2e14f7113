// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"testing"
)

// TestAuthenticate: our plugin and pidgin-otr verify each other by question and by
// secret, with right and wrong answers. TestConversation compares fingerprints.
func TestAuthenticate(t *testing.T) {
	d := newDesk(t)
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", pidginOTR.file)
	meet(a, b)
	startPrivate(a, b, "Unverified")

	// We ask a question, first with a wrong answer.
	a.AskQuestion("bob", "Where did we meet?", "Lisbon")
	b.AnswerPidginOTR("Porto")
	a.WaitText("bob", "The answers did not match")
	b.ClosePidginOTR("Authentication failed")
	a.CloseProgress()
	a.WaitLevel("bob", "Unverified")
	a.AskQuestion("bob", " Where did  we meet? ", "Lisbon")
	b.AnswerPidginOTR("Lisbon")
	a.WaitLevel("bob", "Private")
	b.ClosePidginOTR("successfully authenticated you")
	a.CloseProgress()
	b.WaitLevel("alice", "Unverified")

	// The buddy asks a question.
	b.AskPidginOTR("alice", "When?", "2019")
	a.Answer("2019")
	a.WaitText("bob", "bob has verified you")
	b.WaitLevel("alice", "Private")
	b.ClosePidginOTR("Authentication successful")
	a.CloseProgress()

	// Either side compares a secret.
	b.AskPidginOTR("alice", "", " "+shared)
	a.Answer(" " + shared)
	a.WaitText("bob", "The answers match")
	b.ClosePidginOTR("Authentication successful")
	a.CloseProgress()
	a.CompareSecret("bob", "bread")
	b.AnswerPidginOTR("butter")
	a.WaitText("bob", "bob is still verified")
	b.ClosePidginOTR("Authentication failed")
	a.CloseProgress()
	a.WaitLevel("bob", "Private")

	say(t, a, b)
	say(t, b, a)
}

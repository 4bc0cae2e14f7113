// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestFinchDialogs opens every dialog in Finch with the keyboard. TestFinch compares
// fingerprints.
func TestFinchDialogs(t *testing.T) {
	d, a, b := privateFinch(t)
	back := func() { a.Keys("M-3", "M-c", "M-2") } // closes the third window

	// The buddy asks a question. The dialog must not take the keyboard focus.
	b.AskPidginOTR("alice", "When?", "2019")
	a.WaitScreen("A question for you")
	a.Keys("M-3")
	a.WaitScreen("Question from bob:")
	a.Type("2019")
	a.Keys("Tab")
	a.WaitScreen("····")
	a.Save("finch-question")
	a.Keys("Enter")
	b.ClosePidginOTR("Authentication successful")
	a.Keys("M-3")
	a.WaitScreen("\u2713 Your answer was correct.")
	a.WaitScreen("Close")
	a.Save("finch-result")
	back()

	// We ask a question.
	a.Command("/otr verify")
	a.WaitScreen("How do you want to verify them?")
	a.Keys("Tab", "Enter")
	a.WaitScreen("Your question. bob will see it:")
	a.Type("Where?")
	a.Keys("Tab")
	a.Type("Lisbon")
	a.Keys("Tab", "Enter")
	a.WaitScreen("Waiting for bob")
	b.AnswerPidginOTR("Lisbon")
	a.WaitScreen("✓ Verification succeeded.")
	b.ClosePidginOTR("Authentication successful") // alice is verified there
	back()

	a.Command("/otr settings")
	a.WaitScreen("[X] Start automatically when both sides support it")
	a.Save("finch-settings")
	back()

	a.Command("/otr fingerprints")
	a.WaitScreen("bob (bob@localhost), alice@localhost (XMPP), Private")
	a.Keys("Tab", "Enter")
	a.WaitScreen("What do you want to do?")
	a.WaitScreen("First seen: 20")
	a.Save("finch-known")
	a.Keys("Enter", "Down", "Enter", "Tab", "Enter") // the second: remove the verification
	a.WaitScreen("Remove the verification of bob?")
	a.Keys("Enter") // the safe answer has the focus
	a.WaitScreen("Choose one:")
	back()

	a.Command("/otr keys")
	a.WaitScreen("alice@localhost, XMPP, ")
	a.Keys("Tab", "Enter")
	a.WaitScreen("What do you want to do?")
	a.Keys("Tab", "Enter") // the first: show
	a.WaitScreen("to scan with a phone:")
	a.Save("finch-key")
	a.Keys("M-4", "M-c")
	back()
	a.Command("/otr status")
	a.WaitScreen("Conversation with bob: Private.")

	// Somebody else uses bob's name.
	b.Quit()
	d.Lose("bob", "otr.private_key")
	b = d.Pidgin("bob", desk.PidginOTR)
	a.Sees("bob")
	b.Talk("alice")
	a.Command("/otr end")
	a.Command("/otr start")
	a.WaitScreen("Key changed")
	a.Keys("M-3")
	a.WaitScreen("Warning: the key of bob has changed.")
	a.WaitScreen("Continue anyway")
	a.Save("finch-changed")
	text := secret()
	a.Keys("M-2")
	a.Command(text)
	a.WaitScreen("Not sent: " + text)
	unseen(t, d, text)

	// Commands that concern no buddy are in the menu of the buddy list.
	a.Keys("M-1", "F10")
	a.Type(right + right + right) // past the options and the accounts to the plugins
	a.WaitScreen("Off-the-Record Messaging (purple-otr)")
	a.Keys("Down", "Down", "Enter")
	a.WaitScreen("About privacy leve")
	a.Keys("Down", "Down", "Enter") // OTR settings
	a.Keys("M-4")
	a.WaitScreen("These settings apply to all")
	a.WaitScreen("[X] Hide private conversations from other programs")
	a.Save("finch-settings-all")
	a.Keys("M-c")
}

// right is Finch's sequence for the key.
const right = "\x1bOC"

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Fingerprints are the two fingerprints in a verification dialog: five groups of eight
// digits each, or fourteen in several lines.
type Fingerprints struct{ Mine, Theirs string }

var fingerprint = regexp.MustCompile(`\b[0-9A-F]{8}(?:(?:\s[0-9A-F]{8}){13}|(?: [0-9A-F]{8}){4})\b`)

// Verify marks the buddy's key as verified in our plugin's dialog, which shows the
// buddy's fingerprint first. It saves a picture of the dialog as name.
func (p *Pidgin) Verify(buddy, name string) Fingerprints {
	p.Desk.T.Helper()
	p.Choose(buddy, "Compare fingerprints")
	shown := p.fingerprints(VerifyWindow)
	p.Click(VerifyWindow, "radio button", "Yes, both are the same")
	p.Portrait(VerifyWindow, name)
	p.Click(VerifyWindow, "push button", "Verify")
	p.WaitLevel(buddy, "Private")
	return Fingerprints{Theirs: shown[0], Mine: shown[1]}
}

// VerifyPidginOTR does the same in pidgin-otr's dialog, which shows the user's own
// fingerprint first and applies the choice at once.
func (p *Pidgin) VerifyPidginOTR(buddy string) Fingerprints {
	p.Desk.T.Helper()
	const window = "Authenticate Buddy"
	p.Menu(buddy, "Authenticate buddy")
	p.Menu(window, "Manual fingerprint verification")
	shown := p.fingerprints(window)
	p.Menu(window, "I have")
	p.WaitLevel(buddy, "Private")
	p.Click(window, "push button", "Cancel")
	return Fingerprints{Mine: shown[0], Theirs: shown[1]}
}

// fingerprints waits until a window shows two fingerprints, and returns them from top to
// bottom.
func (p *Pidgin) fingerprints(window string) (found []string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" is shown two fingerprints", func() bool {
		w, ok := p.Window(window)
		if !ok {
			return false
		}
		found = nil
		for _, n := range w.All("text", "label") {
			found = append(found, fingerprint.FindAllString(n.Text(), -1)...)
		}
		return len(found) == 2
	})
	return found
}

// The windows and labels of our plugin's dialogs.
const (
	VerifyWindow   = "Verify buddy"
	QuestionWindow = "A question for you"
	SettingsWindow = "OTR settings"
	UseVersion4    = "Use the newer encryption (OTR 4, experimental) where both sides have it"
)

// SwitchVersion4 switches version 4 on or off for everybody, in the settings.
func (p *Pidgin) SwitchVersion4(on bool) {
	p.Desk.T.Helper()
	p.Menu("Buddy List", "OTR settings…")
	p.Desk.Until(fmt.Sprintf("%s sets version 4 to %v", p.User, on), func() bool {
		box, ok := p.Look(SettingsWindow, "check box", Named(UseVersion4))
		return ok && (box.Checked() == on || box.Click() && box.Checked() == on)
	})
	p.Click(SettingsWindow, "push button", "Save")
	p.Desk.Until(p.User+" has closed the settings", func() bool { _, open := p.Window(SettingsWindow); return !open })
}

// Fill types into the n-th entry of a window.
func (p *Pidgin) Fill(window string, n int, text string) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s types into entry %d of %q", p.User, n, window), func() bool {
		w, ok := p.Window(window)
		if !ok {
			return false
		}
		entries := w.Entries()
		return len(entries) > n && entries[n].Set(text)
	})
}

// Choose opens our verification dialog and selects one of the methods by the beginning of
// its label.
func (p *Pidgin) Choose(buddy, way string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" opens the verification dialog", func() bool {
		if _, open := p.Window(VerifyWindow); open {
			return true
		}
		item, ok := p.Look(buddy, "menu item", func(n Node) bool { return strings.HasPrefix(n.Name(), "Verify buddy") })
		return ok && item.Usable() && item.Click() && p.Desk.Within(time.Second, func() bool {
			_, open := p.Window(VerifyWindow)
			return open
		})
	})
	p.Desk.Until(p.User+" chooses "+way, func() bool {
		n, ok := p.Look(VerifyWindow, "radio button", func(n Node) bool { return strings.HasPrefix(n.Name(), way) })
		return ok && (n.Checked() || n.Click())
	})
}

// AskQuestion makes the user ask the buddy a question.
func (p *Pidgin) AskQuestion(buddy, question, answer string) {
	p.Desk.T.Helper()
	p.Choose(buddy, "Ask a question")
	p.Fill(VerifyWindow, 0, question)
	p.Fill(VerifyWindow, 1, answer)
	p.Click(VerifyWindow, "push button", "Verify")
}

// CompareSecret makes the user begin to compare a secret.
func (p *Pidgin) CompareSecret(buddy, secret string) {
	p.Desk.T.Helper()
	p.Choose(buddy, "Compare a secret")
	p.Fill(VerifyWindow, 0, secret)
	p.Click(VerifyWindow, "push button", "Verify")
}

// Answer answers the buddy's question.
func (p *Pidgin) Answer(answer string) {
	p.Desk.T.Helper()
	p.WriteAnswer(answer)
	p.SendAnswer()
}

// WriteAnswer types the answer without sending it.
func (p *Pidgin) WriteAnswer(answer string) {
	p.Desk.T.Helper()
	p.Fill(QuestionWindow, 0, answer)
}

// SendAnswer presses the button that sends the answer.
func (p *Pidgin) SendAnswer() {
	p.Desk.T.Helper()
	p.Click(QuestionWindow, "push button", "Answer")
}

// CloseProgress closes the window that shows the result of a verification.
func (p *Pidgin) CloseProgress() {
	p.Desk.T.Helper()
	p.Click(VerifyWindow, "push button", "Close")
	p.Desk.Until(p.User+" has closed the result", func() bool { _, open := p.Window(VerifyWindow); return !open })
}

// AskPidginOTR asks a question in pidgin-otr's dialog; without a question, it compares a
// secret.
func (p *Pidgin) AskPidginOTR(buddy, question, answer string) {
	p.Desk.T.Helper()
	const window = "Authenticate Buddy"
	p.Desk.Until(p.User+" opens pidgin-otr's dialog", func() bool {
		item, ok := p.Look(buddy, "menu item", func(n Node) bool { return strings.HasSuffix(n.Name(), "uthenticate buddy") })
		return ok && item.Usable() && item.Click()
	})
	if question == "" {
		p.Menu(window, "Shared secret")
		p.Fill(window, 0, answer)
	} else {
		p.Fill(window, 0, question)
		p.Fill(window, 1, answer)
	}
	p.Click(window, "push button", "Authenticate")
}

// AnswerPidginOTR answers in pidgin-otr's dialog, with or without a question.
func (p *Pidgin) AnswerPidginOTR(answer string) {
	p.Desk.T.Helper()
	p.WriteAnswerPidginOTR(answer)
	p.SendAnswerPidginOTR()
}

// WriteAnswerPidginOTR types the answer without sending it.
func (p *Pidgin) WriteAnswerPidginOTR(answer string) {
	p.Desk.T.Helper()
	p.Fill("Authenticate Buddy", 0, answer)
}

// SendAnswerPidginOTR presses the button that sends the answer.
func (p *Pidgin) SendAnswerPidginOTR() {
	p.Desk.T.Helper()
	p.Click("Authenticate Buddy", "push button", "Authenticate")
}

// ClosePidginOTR waits for pidgin-otr's result, and closes its window.
func (p *Pidgin) ClosePidginOTR(result string) {
	p.Desk.T.Helper()
	var window string
	p.Desk.Until(p.User+" is told "+result, func() bool {
		for _, title := range p.Windows() {
			if _, ok := p.Look(title, "label", func(n Node) bool { return strings.Contains(n.Name(), result) }); ok {
				window = title
				return true
			}
		}
		return false
	})
	p.Click(window, "push button", "OK")
}

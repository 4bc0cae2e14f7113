// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import "regexp"

// Fingerprints are what a verification dialog shows: five groups of eight
// digits each.
type Fingerprints struct{ Mine, Theirs string }

var fingerprint = regexp.MustCompile(`\b[0-9A-F]{8}(?: [0-9A-F]{8}){4}\b`)

// Verify marks the buddy's key as compared in our plugin's dialog, which shows
// the buddy's fingerprint first. A picture of it is saved as name.
func (p *Pidgin) Verify(buddy, name string) Fingerprints {
	p.Desk.T.Helper()
	const window = "Verify buddy"
	p.Menu(buddy, "Verify buddy…")
	shown := p.fingerprints(window)
	p.Click(window, "radio button", "Yes, I compared both and they match")
	p.Portrait(window, name)
	p.Click(window, "push button", "OK")
	p.WaitLevel(buddy, "Private")
	return Fingerprints{Theirs: shown[0], Mine: shown[1]}
}

// VerifyPidginOTR does the same in pidgin-otr's dialog, which shows the user's
// own fingerprint first, and where the choice takes effect at once.
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

// fingerprints waits for a window to show two of them, and returns them from
// top to bottom.
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

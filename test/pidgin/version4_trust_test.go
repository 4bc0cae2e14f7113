// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

const (
	carriedOver = "Verification has been carried over"
	olderWindow = "Older encryption"
	keyChanged  = "Key changed"
)

// verifiedBefore makes two Pidgins whose users have verified each other in version 3, and ends the
// conversation unless it is to stay open.
func verifiedBefore(t *testing.T, d *desk.Desk, open bool) (a, b *desk.Pidgin) {
	t.Helper()
	ours := purpleOTR(t)
	a, b = d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	verifyBoth(t, a, ours, b, ours)
	if !open {
		endBoth(a, b)
	}
	if d.Relay.Contains(message4) {
		t.Error("version 4 is on already")
	}
	return a, b
}

// endBoth ends the conversation for both users.
func endBoth(a, b *desk.Pidgin) {
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	b.WaitLevel("alice", "Not private")
}

// inVersion4 requires that p's user has been asked nothing and is told that this is version 4.
func inVersion4(t *testing.T, p *desk.Pidgin, with string) {
	t.Helper()
	for _, window := range []string{keyChanged, olderWindow} {
		if _, open := p.Window(window); open {
			t.Errorf("%s: the window %q is open", p.User, window)
		}
	}
	p.Type(with, "/otr status")
	p.WaitText(with, "This conversation uses OTR version 4, which is new and experimental.")
}

// TestVerificationIsCarriedOver: who has verified a buddy before is asked nothing when both switch
// version 4 on, whether a conversation is open or not, and although somebody on the way takes
// version 4 out of every request.
func TestVerificationIsCarriedOver(t *testing.T) {
	for _, tt := range []struct {
		name           string
		open, stripped bool
	}{{"open", true, false}, {"afterwards", false, false}, {"stripped", false, true}} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			a, b := verifiedBefore(t, d, tt.open)
			if tt.stripped {
				d.Relay.Replace(query4, query3)
			}
			a.SwitchVersion4(true)
			b.SwitchVersion4(true)
			if !tt.open {
				startPrivate(a, b, "Private")
			}
			a.WaitText("bob", carriedOver)
			b.WaitText("alice", carriedOver)
			a.WaitLevel("bob", "Private")
			b.WaitLevel("alice", "Private")
			a.Portrait("bob", "version4-carried-over")
			inVersion4(t, a, "bob")
			inVersion4(t, b, "alice")
			say(t, a, b)
			say(t, b, a)
			endBoth(a, b)
			startPrivate(b, a, "Private")
			inVersion4(t, a, "bob")
			if n := strings.Count(a.Transcript("bob"), carriedOver); n != 1 {
				t.Errorf("told %d times", n)
			}
			say(t, a, b)
		})
	}
}

// TestOlderEncryption: a buddy who had version 4 comes back without it. Until alice has decided, her
// text stays in the entry box.
func TestOlderEncryption(t *testing.T) {
	d := newDesk(t)
	a, b := verifiedBefore(t, d, false)
	a.SwitchVersion4(true)
	b.SwitchVersion4(true)
	startPrivate(a, b, "Private")
	a.WaitText("bob", carriedOver)
	inVersion4(t, a, "bob")
	endBoth(a, b)
	b.SwitchVersion4(false)
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Private")
	g := gallery{t: t, d: d, a: a, b: b}
	g.window(a, olderWindow, "version4-older")
	d.Picture("version4-older-desk")
	a.WaitText("bob", "Warning: the conversation with bob uses older encryption than before.")

	text := secret()
	a.Type("bob", text)
	a.WaitText("bob", "Your message was not sent: the conversation with bob uses older encryption than before.")
	d.Until("the text is back in the entry box", func() bool {
		return strings.Contains(a.Entry("bob").Text(), text)
	})
	unseen(t, d, text)

	a.Click(olderWindow, "push button", "Continue this time")
	a.WaitText("bob", "You chose to continue with the older encryption")
	a.Portrait("bob", "version4-older-accepted")
	say(t, a, b)
	say(t, b, a)
}

// TestVerificationIsCarriedOverOnIRC: on IRC the exchange of version 4 takes many lines, which wait in
// queues. Who has verified a buddy before is asked nothing meanwhile.
func TestVerificationIsCarriedOverOnIRC(t *testing.T) {
	d, ours := newDeskWith(t, desk.Options{IRC: true}), purpleOTR(t)
	a, b := d.Pidgin("alice", ours.file), d.Pidgin("bob", ours.file)
	a.Talk("bob")
	b.Talk("alice")
	startPrivate(a, b, "Unverified")
	verifyBoth(t, a, ours, b, ours)
	a.SwitchVersion4(true)
	b.SwitchVersion4(true)
	a.WaitText("bob", carriedOver)
	b.WaitText("alice", carriedOver)
	d.Until("messages of version 4 cross the server", func() bool { return d.Relay.Contains(piece4) })
	a.WaitLevel("bob", "Private")
	b.WaitLevel("alice", "Private")
	say(t, a, b)
	for who, p := range map[string]*desk.Pidgin{"bob": a, "alice": b} {
		if got := p.Transcript(who); strings.Contains(got, "older encryption") {
			t.Errorf("%s was asked: %q", p.User, got)
		}
	}
}

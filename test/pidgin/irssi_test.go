// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/test/pidgin/desk"
)

// TestIrssi talks over IRC, which has no HTML and allows only short lines, to an irssi
// with its OTR plugin. Each side asks the other a question, and we start comparing a
// secret; TestIrssiVerifies does the rest.
func TestIrssi(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	a, b := privateIRC(t, d)

	// Formatting that IRC cannot show arrives as plain text, in both directions.
	text := secret()
	a.Say("bob", "<b>"+text+"</b> &lt;1 &amp; 2&gt;")
	b.WaitScreen(text + " <1 & 2>")
	text = secret()
	b.Command(text + " <b>1 & 2")
	a.WaitText("bob", text+" <b>1 & 2")
	long := strings.Repeat(secret()+" ", 60)
	a.Say("bob", long)
	b.WaitScreen(long[len(long)-20:])
	unseen(t, d, text)

	// IRC's own commands do not send unencrypted text to bob: it comes back.
	for _, command := range []string{"/msg bob ", "/notice BOB ", "/quote PRIVMSG bob :"} {
		text = secret()
		a.Entry("bob").Set("")
		a.Type("bob", command+text)
		d.Until("the text is in the entry box", func() bool { return a.Entry("bob").Text() == text })
		unseen(t, d, text)
	}
	a.WaitText("bob", "a command or another program would have sent it unencrypted")
	a.Type("bob", "/me "+text)
	b.WaitScreen("* alice " + text)
	unseen(t, d, text)

	a.AskQuestion("bob", "Where did we meet?", "Lisbon")
	b.WaitScreen("Where did we meet?")
	b.Command("/otr auth Lisbon")
	a.WaitLevel("bob", "Private")
	a.CloseProgress()

	b.Command(`/otr authq [When?] 2019`)
	a.Answer("2020")
	b.WaitScreen("failed")
	a.WaitText("bob", "bob expected a different answer")
	a.CloseProgress()
	b.Command(`/otr authq [When?] 2019`)
	a.Answer("2019")
	a.WaitText("bob", "bob has verified you")
	a.CloseProgress()

	a.CompareSecret("bob", shared)
	b.WaitScreen("Use /otr auth <secret> to complete")
	b.Command("/otr auth " + shared)
	b.WaitScreen("Authentication with alice successful")
	a.CloseProgress()

	// irssi saves this only when a command changes the trust.
	b.Command("/otr distrust")
	b.Command("/otr trust")
	dir := filepath.Join(d.Dir, "bob", "irssi")
	d.Until("irssi saves that it trusts alice", func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "otr", "otr.fp"))
		return err == nil && strings.Contains(string(text), "\tmanual")
	})
	wantIrssiFiles(t, dir)
}

// wantIrssiFiles checks irssi's files: its key, and that alice is verified. The name of
// the network is not the account's name in libpurple.
func wantIrssiFiles(t *testing.T, folder string) {
	t.Helper()
	found := readFiles(t, folder)
	account := keystore.Account{Protocol: "prpl-irc", Name: "desk"}
	b := found.Bundle
	if len(b.Keys) != 1 || b.Keys[0].Account != account || !slices.Equal(found.Unsure, []keystore.Account{account}) || len(found.Problems) > 0 {
		t.Errorf("keys %v, unsure %v, problems %v", len(b.Keys), found.Unsure, found.Problems)
	}
	if len(b.Contacts) != 1 || b.Contacts[0].Buddy != (keystore.Buddy{Account: account, Peer: "alice"}) || b.Contacts[0].Trust != "manual" {
		t.Errorf("contacts %v", b.Contacts)
	}
	if found.Tags != 1 {
		t.Errorf("%d tags", found.Tags)
	}
}

// irssi starts irssi for bob, with a key and a window for alice.
func irssi(d *desk.Desk) *desk.Irssi {
	d.T.Helper()
	b := d.Irssi("bob")
	// irssi must have a key first. If it is asked before that, it must ask again
	// itself, because libotr continues with the first of its commits, and ignores
	// later ones.
	b.Command("/otr genkey desk")
	b.WaitScreen("key generation")
	b.WaitScreen("completed")
	b.Command("/query alice")
	return b
}

// privateIRC returns alice in a private conversation with bob, who uses irssi.
func privateIRC(t *testing.T, d *desk.Desk) (a *desk.Pidgin, b *desk.Irssi) {
	t.Helper()
	b = irssi(d)
	a = d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	return a, b
}

// longHost and longUser are what the server shows of everybody: there is less room in a line
// than usual, 512 bytes with everything that the server puts in front.
var longHost, longUser = strings.Repeat("cloak.", 10) + "org", "someone-on-a-system"

// TestIRCCloak talks over a server that shows a long host.
func TestIRCCloak(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true, Cloak: longHost, Ident: longUser})
	a, b := privateIRC(t, d)
	long := strings.Repeat(secret()+" ", 60)
	a.Say("bob", long)
	b.WaitScreen(long[len(long)-20:])
	unseen(t, d, long[:20])
	if !d.Relay.Contains(":alice!~someone-on-a-syste@cloak.cloak.") {
		t.Error("the server shows something else: the test is wrong")
	}
}

// TestIRCLongNicks is TestIRCCloak with the longest nicks and two Pidgins. The lines of irssi
// would be cut here, because it does not compute how much room there is.
func TestIRCLongNicks(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true, Cloak: longHost, Ident: longUser})
	a, b := d.Pidgin("alice_of_wonderland_", purpleOTR(t).file), d.Pidgin("bob_with_a_long_nick", purpleOTR(t).file)
	startPrivate(a, b, "Unverified")
	for from, to := range map[*desk.Pidgin]*desk.Pidgin{a: b, b: a} {
		long := strings.Repeat(secret()+" ", 60)
		from.Say(to.User, long)
		if !readsExactly(to, from.User, long) {
			t.Errorf("%s does not read all of it", to.User)
		}
		unseen(t, d, long[:20])
	}
}

// TestIRCCut talks over a server that cuts lines and does not say so. If bob begins, alice's
// program notices that the exchange does not complete, and tries once more with shorter pieces.
// If alice begins, her last message is cut: her program believes that the exchange has
// completed, until bob writes something in the clear.
func TestIRCCut(t *testing.T) {
	for _, begins := range []string{"bob", "alice"} {
		t.Run(begins, func(t *testing.T) {
			d := newDeskWith(t, desk.Options{IRC: true})
			d.Relay.Shorten("alice", 380)
			b := irssi(d)
			a := d.Pidgin("alice", purpleOTR(t).file)
			a.Talk("bob")
			if begins == "alice" {
				a.Menu("bob", "Start private conversation")
				a.WaitLevel("bob", "Unverified")
				said := time.Now()
				d.Until("bob has said something in the clear once what was on its way has arrived", func() bool {
					if time.Since(said) < 5*time.Second {
						return false
					}
					b.Command("hello?")
					said = time.Now()
					return strings.Count(a.Transcript("bob"), "[Not encrypted: anyone could have read or changed this message from bob]\nhello?") > 1
				})
			} else {
				b.Command("/otr init")
			}
			if !d.Within(3*desk.Timeout, func() bool { return strings.Contains(b.Screen(), "Session secured") }) {
				t.Fatalf("irssi shows\n%s", b.Screen())
			}
			a.WaitLevel("bob", "Unverified")
			text := secret()
			a.Say("bob", strings.Repeat("long ", 200)+text)
			b.WaitScreen(text)
			unseen(t, d, text)
		})
	}
}

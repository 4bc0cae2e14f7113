// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestRawStanzas: Pidgin's XMPP Console writes to the stream what its user types, a script
// hands a text to the protocol, and a command writes to somebody in a chat room. Where a conversation must be private, or is,
// no text to the buddy leaves like that. The user gets it back.
func TestRawStanzas(t *testing.T) {
	d := newDeskWith(t, desk.Options{Room: "table"})
	a, b := d.Pidgin("alice", purpleOTR(t).file, desk.XMPPConsole(t)), d.Pidgin("bob", purpleOTR(t).file)
	a.Enters("table")
	b.Enters("table")
	meet(a, b)
	const console = "XMPP Console"
	a.Menu("Buddy List", console)
	raw := func(stanza string) { a.Type(console, stanza) }
	stanzas := []string{
		"<message to='bob@localhost' type='chat'><body>%</body></message>",
		"<message to='BOB@localhost/desk'><thread>1</thread><body>%</body></message>",
		"<presence/><message to='bob@localhost'><subject>%</subject></message>",
		"<message to='bob@localhost'><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>%</body></html></message>",
	}
	// leaves sends all of them, and returns what the server has seen of them.
	leaves := func() (seen []string) {
		t.Helper()
		var texts []string
		for _, s := range stanzas {
			texts = append(texts, secret())
			raw(strings.ReplaceAll(s, "%", texts[len(texts)-1]))
		}
		texts = append(texts, secret())
		a.Hand("bob", texts[len(texts)-1])
		mark := secret()
		raw("<iq type='get' id='" + mark + "'><ping xmlns='urn:xmpp:ping'/></iq>")
		d.Until("the server answers", func() bool { return d.Relay.Contains(mark) })
		for i, text := range texts {
			if d.Relay.Contains(text) {
				seen = append(seen, append(stanzas, "a script")[i])
			}
		}
		return seen
	}
	if seen := leaves(); len(seen) != len(stanzas)+1 {
		t.Errorf("nothing is private, but only these leave: %q", seen)
	}

	// A broken stream ends the connection.
	stanzas = append(stanzas, "<message to='bob@localhost'><body>%")
	requireEncryption(a)
	if seen := leaves(); len(seen) > 0 {
		t.Errorf("under “require”, these leave: %q", seen)
	}
	a.Talk("bob") // a tab beside the room
	a.Tab("table", 2, "bob")
	a.WaitText("bob", "a command or another program would have sent it unencrypted")
	a.Tab("bob", 1, "table")
	text := secret()
	a.Type("table", "/msg bob "+text)
	a.Type("table", "for everybody")
	d.Until("everybody reads", func() bool { return d.Relay.Contains("for everybody") })
	unseen(t, d, text)
	bob := d.Room("table") + "/bob"
	a.TalkTo(bob)
	a.Tab("table", 3, bob)
	d.Until("the text is in the entry box", func() bool { return a.Entry(bob).Text() == text })
	a.Tab(bob, 1, "table")

	a.Tab("table", 2, "bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	requireEncryption(a)
	a.WaitLevel("bob", "Unverified")
	if seen := leaves(); len(seen) > 0 {
		t.Errorf("in a private conversation, these leave: %q", seen)
	}
	b.Talk("alice")
	b.Tab("table", 2, "alice")
	say(t, a, b)
}

// requireEncryption switches between requiring encryption, and not.
func requireEncryption(p *desk.Pidgin) {
	p.Desk.T.Helper()
	const settings = "OTR settings"
	p.Menu("Buddy List", "OTR settings…")
	p.Click(settings, "check box", "Require encryption: never send unencrypted messages")
	p.Click(settings, "push button", "Save")
	p.Desk.Until("the settings are closed", func() bool { _, is := p.Window(settings); return !is })
}

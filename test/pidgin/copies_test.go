// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestXMPPStanzas checks what leaves for the servers, and for the other clients of both:
// XEP-0334, XEP-0280 and XEP-0380, as XEP-0364 recommends.
func TestXMPPStanzas(t *testing.T) {
	d := newDesk(t)
	smiley(t, d, "alice", "AAM") // which is in the messages of OTR
	a, b := d.Pidgin("alice", purpleOTR(t).file), d.Pidgin("bob", purpleOTR(t).file)
	meet(a, b)
	a.Talk("bob")
	b.Talk("alice")
	a.Say("bob", "in the clear") // with a tag, which begins the exchange
	a.WaitLevel("bob", "Unverified")
	b.WaitLevel("alice", "Unverified")
	b.Menu("alice", "Refresh private conversation")
	text := secret()
	a.Say("bob", text)
	b.WaitText("alice", text)
	hints := []string{
		"<no-copy xmlns='urn:xmpp:hints'/>", "<no-permanent-store xmlns='urn:xmpp:hints'/>", "<private xmlns='urn:xmpp:carbons:2'/>",
	}
	const encryption = "<encryption xmlns='urn:xmpp:eme:0'"
	kinds := map[string]int{}
	for _, m := range d.Relay.Messages() {
		kind := "clear"
		switch {
		case strings.HasPrefix(m.Body, "?OTRv"):
			kind = "request"
		case strings.HasPrefix(m.Body, "?OTR"):
			kind = "encrypted"
		}
		kinds[kind]++
		for _, hint := range hints {
			if strings.Contains(m.XML, hint) != (kind != "clear") {
				t.Errorf("%s: hint %s in %s", kind, hint, m.XML)
			}
		}
		if strings.Contains(m.XML, encryption) != (kind == "encrypted") {
			t.Errorf("%s: announced wrongly in %s", kind, m.XML)
		}
		if kind == "encrypted" && (!strings.Contains(m.XML, "namespace='urn:xmpp:otr:0'") || !strings.Contains(m.XML, "name='OTR'") || strings.Contains(m.XML, "<html")) {
			t.Errorf("encrypted: %s", m.XML)
		}
	}
	// Servers archive what can be read only (XEP-0313).
	archives, err := filepath.Glob(filepath.Join(d.Dir, "prosody", "data", "localhost", "archive", "*"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("archives: %q, %v", archives, err)
	}
	archived := ""
	for _, file := range archives {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		archived += string(content)
	}
	if !strings.Contains(archived, "in the clear") || strings.Contains(archived, "?OTR") {
		t.Errorf("archived: %.2000s", archived)
	}
	if kinds["clear"] != 1 || kinds["encrypted"] < 5 || kinds["request"] == 0 {
		t.Errorf("there were %v", kinds)
	}
}

// smiley makes user's program send a picture, in HTML beside the text, for some letters.
func smiley(t *testing.T, d *desk.Desk, user, letters string) {
	t.Helper()
	profile := filepath.Join(d.Dir, user, "purple")
	for file, content := range map[string]string{
		"smileys.xml": `<smileys version='1.0'><profile name='Default'><smiley_set>` +
			`<smiley shortcut='` + letters + `' checksum='0' filename='smiley.gif'/></smiley_set></profile></smileys>`,
		"custom_smiley/smiley.gif": "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
	} {
		file = filepath.Join(profile, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCarbons: alice is signed in with two Pidgins, and the server sends the idle one what the
// other one exchanges with bob, whose pidgin-otr does not ask for privacy. The idle one shows
// nothing that it cannot read, says so once, and does not disturb the conversation.
func TestCarbons(t *testing.T) {
	for name, busy := range map[string]string{"ours": purpleOTR(t).file, "pidgin-otr": desk.PidginOTR} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			b, one := d.Pidgin("bob", desk.PidginOTR), d.Pidgin("alice", busy, desk.Carbons)
			meet(one, b)
			startPrivate(one, b, "Unverified")
			two := d.Pidgin("alice/phone", purpleOTR(t).file, desk.Carbons)
			two.Sees("bob")
			two.Talk("bob")
			for range 3 {
				out, in := secret(), secret()
				one.Say("bob", out)
				b.WaitText("alice", out)
				b.Say("alice", in)
				one.WaitText("bob", in)
				unseen(t, d, out)
				unseen(t, d, in)
			}
			const line = "They can only be read there."
			two.WaitText("bob", line)
			b.Menu("alice", "Refresh private conversation")
			b.WaitText("alice", "Successfully refreshed") // pidgin-otr loses what is said meanwhile
			last := secret()
			b.Say("alice", last)
			one.WaitText("bob", last)
			d.Until("copies of the exchange have arrived", func() bool { return strings.Count(two.Log(), "urn:xmpp:carbons:2") > 6 })
			shown := two.Transcript("bob")
			if strings.Contains(shown, "?OTR") || strings.Count(shown, line) != 1 {
				t.Errorf("the idle client shows %q", shown)
			}
			if level := two.Level("bob"); level != "Not private" {
				t.Errorf("the idle client is at %q", level)
			}
			// A text in the clear is read on both.
			one.Menu("bob", "End private conversation")
			one.WaitLevel("bob", "Not private")
		})
	}
}

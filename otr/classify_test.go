// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"strings"
	"testing"
)

// TestDecorated finds messages inside the text that networks, bouncers and bridges add.
func TestDecorated(t *testing.T) {
	encoded := "?OTR:AAMD" + strings.Repeat("abcd", 30) + "."
	pieces := []string{
		"?OTR|00000100|00000200,00001,00002,?OTR:AAMDabcd,",
		"?OTR|5a73a599|00000100|00000200,2,2,abcd.,",
		"?OTR,1,2,?OTR:AAMDabcd,",
		"?OTR|100|200,2,2,,",
	}
	before := []string{
		"", " \t", "\ufeff", "\u200b\u2060", "<b>", "[12:34] ", "[2024-05-06 12:34:56] ", "[2024-05-06T12:34:56Z] <bob> ", "12:34:56 ",
		"(bob) ", "<bob> ", "[bob] ", "\x0304,01[bob]\x03 ", "\x02bob\x02: ", "bob: ", "* bob says: ", "prose ", "a ?OTR b ?OTR: c ?OTR:AA d ",
	}
	after := []string{"", "\n", "</b>", " -- sent from afar", ", and more, with commas,", " ?OTR", "\u200b"}
	for _, b := range before {
		for _, a := range after {
			if k, body := classify([]byte(b + encoded + a)); k != encodedText || !bytes.HasPrefix(body, []byte(encoded)) {
				t.Errorf("%q around an encoded message: kind %d, %q", b+"…"+a, k, body)
			}
		}
		if b == "" || b == " \t" || b == "<b>" {
			continue // what begins with a fragment may hold plain text
		}
		for _, p := range pieces {
			for _, a := range after {
				if k, body := classify([]byte(b + p + a)); k != fragmentText || b != "<bob> " && !strings.Contains(b, "<") && string(body) != p {
					t.Errorf("%q around %q: kind %d, %q", b+"…"+a, p, k, body)
				}
			}
		}
	}
	for _, b := range []string{"\ufeff", "[12:34] ", "[2024-05-06 12:34:56] <bob> ", "12:34:56 \x02[bob]\x02 ", "(bob)\u200b"} {
		for m, want := range map[string]kind{"?OTRv23? hello": queryText, "?OTR?": queryText, "?OTR Error: hm": errorText} {
			if k, _ := classify([]byte(b + m)); k != want {
				t.Errorf("%q: kind %d", b+m, k)
			}
		}
	}
}

// Text that mentions OTR is not a message of OTR.
func TestProse(t *testing.T) {
	for _, s := range []string{
		"type ?OTRv23? to begin", "what is ?OTR? good for", "I got ?OTR Error: hm", "(by the way) ?OTRv2? is a query", "bob: ?OTRv2?",
		"they look like ?OTR:AAMD...", "and ?OTR:AAMDabcd.", "fragments: ?OTR,1,2, and so on", "or ?OTR,1,2,a b,", "or ?OTR|1|2,1,2,a",
		"?OTR", "x ?OTR:", "x ?OTR:" + strings.Repeat("A", 200), "[12:34 ?OTR?", "12 ?OTR?", "(" + strings.Repeat("1", 100) + ") ?OTR?",
	} {
		if k, body := classify([]byte(s)); k != plainText || string(body) != s {
			t.Errorf("%q: kind %d, %q", s, k, body)
		}
	}
}

// TestDecoratedConversation: the network adds text to every message of a conversation,
// also to those of the key exchange and to fragments.
func TestDecoratedConversation(t *testing.T) {
	for _, n := range []int{0, 100} {
		everyVersion(t, func(t *testing.T, p Policy) {
			pr := newPair(t, p, p, limit(n))
			pump := func() {
				for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
					for _, s := range []*side{pr.alice, pr.bob} {
						if len(s.flying) > 0 {
							pr.other(s).get(append([]byte("\ufeff[12:34] <"+s.name+"> "), s.drop()...))
						}
					}
				}
			}
			pr.alice.start()
			pump()
			pr.wantState(Encrypted, Encrypted)
			text := strings.Repeat("from afar ", 50)
			pr.alice.say(text)
			pump()
			if got := pr.bob.texts(); len(got) != 1 || got[0] != text {
				t.Errorf("read %q", got)
			}
			pr.alice.end()
			pump()
			pr.wantState(Plaintext, Finished)
		})
	}
}

// Some programs send one more, empty fragment if a message ends exactly at the end of one.
func TestEmptyLastFragment(t *testing.T) {
	pr := private(t, AllowV2)
	pr.alice.say("hello")
	msg := string(pr.alice.drop())
	pr.bob.get([]byte("?OTR,1,3," + msg[:50] + ","))
	if _, err := pr.bob.get([]byte("?OTR,2,3,,")); err == nil {
		t.Error("an empty fragment in the middle is no error")
	}
	pr.bob.get([]byte("?OTR,2,3," + msg[50:] + ","))
	pr.bob.get([]byte("?OTR,3,3,,"))
	if got := pr.bob.texts(); len(got) != 1 || got[0] != "hello" {
		t.Errorf("read %q", got)
	}
	if _, err := pr.bob.get([]byte("?OTR,1,1,,")); err == nil {
		t.Error("an empty message is no error")
	}
}

// TestClassifyLinear would take hours if the time grew with the square of the length.
func TestClassifyLinear(t *testing.T) {
	for _, s := range []string{"?OTR:AAMD", "?OTR,1,1,", "?OTR|1|1,1,1,", "?OTR,1,2,abc", "[1", "(1)", "\x031,2", "\ufeff", "12:", "<b>"} {
		msg := []byte("x " + strings.Repeat(s, 1<<18) + " ?OTR")
		classify(msg)
		if k, _ := classify(msg[2:]); k == queryText {
			t.Errorf("%q many times is a query", s)
		}
	}
}

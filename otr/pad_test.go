// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

func padding(c *Config) { c.Padding = true }

// encryptedLen returns the length of the encrypted part of a message, which may be in
// fragments.
func encryptedLen(t *testing.T, msgs [][]byte) int {
	t.Helper()
	msg := msgs[0]
	if wire.IsFragment(msg) {
		msg = nil
		for _, m := range msgs {
			f, err := wire.ParseFragment(m)
			if err != nil {
				t.Fatal(err)
			}
			msg = append(msg, f.Piece...)
		}
	}
	_, m, err := parsed(msg)
	if err != nil {
		t.Fatal(err)
	}
	return len(m.(wire.Data).Encrypted)
}

// Texts of different lengths are encrypted to multiples of 256 bytes, in each version. The
// peer reads them unchanged, whether it pads or not.
func TestPadding(t *testing.T) {
	for _, v := range []Policy{AllowV2, AllowV3} {
		pr := private(t, v, padding)
		pr.bob.SetPadding(false)
		for _, n := range []int{1, 5, 100, 250, 251, 252, 255, 256, 257, 507, 512, 1000, 70_000} {
			text := strings.Repeat("x", n)
			sent := pr.alice.say(text).Send
			if got, want := encryptedLen(t, sent), (n+5+255)/256*256; got != want {
				t.Errorf("%d bytes: %d encrypted, want %d", n, got, want)
			}
			pr.pump()
			if got := pr.bob.texts(); got[len(got)-1] != text {
				t.Errorf("%d bytes: other text is read", n)
			}
		}
		pr.wantTalk()
	}
}

// If messages have a maximum length, padding never needs one more message, and all texts
// that fit in one message have the same length, except for a few bytes where no record
// fits.
func TestPaddingWithinALine(t *testing.T) {
	for _, v := range []Policy{AllowV2, AllowV3} {
		for _, most := range []int{370, 416, 600, 1408} {
			pr := private(t, v, limit(most))
			plain := private(t, v, limit(most))
			pr.alice.SetPadding(true)
			lengths := map[int]bool{}
			for n := 1; n < 1500; n += 20 {
				text := strings.Repeat("x", n)
				with, without := pr.alice.say(text).Send, plain.alice.say(text).Send
				if len(with) != len(without) {
					t.Fatalf("limit %d, %d bytes: %d messages with padding, %d without", most, n, len(with), len(without))
				}
				for _, m := range with {
					if len(m) > most {
						t.Fatalf("limit %d: a message of %d bytes", most, len(m))
					}
				}
				if lengths[encryptedLen(t, with)] = true; len(with) > 40 {
					break
				}
			}
			if len(lengths) > 60 {
				t.Errorf("limit %d: %d different lengths", most, len(lengths))
			}
			pr.pump()
			if got := pr.bob.texts(); !slices.Contains(got, strings.Repeat("x", 701)) {
				t.Errorf("limit %d: a text is not read", most)
			}
		}
	}
}

// A heartbeat, a message of SMP and the end are padded like texts, and their meaning does
// not change.
func TestPaddingOfOthers(t *testing.T) {
	pr := private(t, AllowV3, padding)
	check := func(what string, msgs [][]byte) {
		t.Helper()
		if n := encryptedLen(t, msgs); n%256 != 0 || n == 0 {
			t.Errorf("%s: %d bytes are encrypted", what, n)
		}
	}
	pr.clock.pass(2 * time.Minute)
	pr.alice.say("hello")
	pr.pump()
	check("a heartbeat", pr.bob.sent[len(pr.bob.sent)-1:])
	if saw[Heartbeat](pr.alice) != 1 {
		t.Error("a padded heartbeat is none")
	}
	out, err := pr.alice.StartSMP("", []byte("secret"))
	check("SMP", pr.alice.must(out, err).Send)
	pr.pump()
	if saw[SMPAsked](pr.bob) != 1 {
		t.Error("SMP has not begun")
	}
	check("the end", pr.alice.end().Send)
	pr.pump()
	if pr.bob.Status().State != Finished {
		t.Error("the end is not read")
	}
}

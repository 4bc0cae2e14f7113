// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The last text is sent again as it was typed, once, marked, and before held text, if it
// is recent and the caller releases text to this key.
func TestRepeatedText(t *testing.T) {
	for name, c := range map[string]struct {
		may    bool
		later  time.Duration
		want   []string
		unread int
	}{
		"at once":      {true, 0, []string{"[resent] lost"}, 0},
		"in time":      {true, recentFor - 1, []string{"[resent] lost"}, 0},
		"too late":     {true, recentFor, nil, 0},
		"not released": {false, 0, nil, 1},
	} {
		everyVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, p, func(cfg *Config) { cfg.MayRelease = func(_ Fingerprint, again bool) bool { return c.may && again } })
			text := []byte("lost")
			pr.alice.must(pr.alice.Send(text))
			clear(text) // it is the caller's
			pr.alice.drop()
			pr.alice.get([]byte("?OTR Error: unreadable"))
			pr.clock.pass(c.later)
			for range 2 {
				pr.alice.start()
				pr.pump()
			}
			wantTexts(t, pr.bob, c.want...)
			if got := saw[Repeated](pr.alice); got != len(c.want) {
				t.Errorf("%s: told of %d", name, got)
			}
			if got := saw[Unread](pr.alice); got != c.unread {
				t.Errorf("%s: told that %d are unread", name, got)
			}
			pr.wantTalk()
		})
	}
}

// Held text that is lost on its way is also sent again, all of it. A heartbeat after it
// does not count.
func TestRepeatedTextWasHeld(t *testing.T) {
	pr := newPair(t, Always, Manual)
	pr.alice.say("first")
	pr.alice.say("second")
	pr.pump()
	wantTexts(t, pr.bob, "first", "second")
	pr.alice.say("")
	pr.alice.get([]byte("?OTR Error: unreadable"))
	pr.pump()
	want := []string{"first", "second", "[resent] first", "[resent] second"}
	wantTexts(t, pr.bob, want...)
	pr.alice.start()
	pr.pump()
	wantTexts(t, pr.bob, want...)
}

// A very long text is not kept, and no earlier text is sent in its place. A text that
// cannot be sent is not reported as sent.
func TestRepeatedTextThatIsTooLong(t *testing.T) {
	pr := private(t, AllowV3)
	pr.alice.say("before")
	pr.alice.say(strings.Repeat("x", maxHeldBytes+1))
	pr.alice.get([]byte("?OTR Error: unreadable"))
	pr.alice.start()
	pr.pump()
	if got := pr.bob.texts(); len(got) != 2 || saw[Repeated](pr.alice) != 0 {
		t.Errorf("%d texts are read", len(got))
	}

	pr.alice.say("short")
	pr.alice.get([]byte("?OTR Error: unreadable"))
	pr.alice.maxMessage = 10
	var out Output
	pr.alice.keptTexts().repeat(pr.alice.selected(), &out)
	if len(out.Send) != 0 || !reflect.DeepEqual(out.Events, []Event{Unread{[]byte("short")}}) {
		t.Errorf("%d messages and %+v", len(out.Send), out.Events)
	}
}

// A text is forgotten after a while, whether or not there has been an error.
func TestRecentTextExpires(t *testing.T) {
	for _, lost := range []bool{true, false} {
		pr := private(t, AllowV3)
		pr.clock.pass(halfOpenFor)
		pr.alice.tick()
		pr.alice.say("text")
		if lost {
			pr.alice.get([]byte("?OTR Error: unreadable"))
		}
		wantDeadline(t, pr, recentFor, func() bool { return pr.alice.recent.n == 0 })
	}
}

// Nothing remains in memory of a text that is forgotten, that the peer has acknowledged,
// or that too many others follow.
func TestRecentTextIsDestroyed(t *testing.T) {
	clean := func(b []byte) bool { return len(bytes.Trim(b[:cap(b)], "\x00")) == 0 }
	for name, forget := range map[string]func(*pair){
		"time":         func(pr *pair) { pr.clock.pass(recentFor); pr.alice.tick() },
		"end":          func(pr *pair) { pr.alice.end() },
		"expiry":       func(pr *pair) { pr.alice.take(pr.alice.Expire()) },
		"acknowledged": func(pr *pair) { pr.pump(); pr.bob.say("x"); pr.pump() },
		"long text":    func(pr *pair) { pr.alice.say(strings.Repeat("x", maxHeldBytes+1)) },
		"many": func(pr *pair) {
			for range maxHeldTexts + 1 { // the first reuses the memory of the oldest
				pr.alice.say("")
				pr.alice.say("x")
			}
		},
	} {
		for _, n := range []int{10, maxRoom + 1} {
			pr := private(t, AllowV3)
			pr.alice.say(strings.Repeat("s", n))
			was := pr.alice.recent.at(0).text
			forget(pr)
			if bytes.Contains(was[:cap(was)], []byte("s")) || name != "many" && !clean(was) {
				t.Errorf("%s: something of %d bytes is left", name, n)
			}
			for i := range pr.alice.recent.n {
				if text := pr.alice.recent.at(i).text; string(text) != "x" {
					t.Errorf("%s: a text of %d bytes is kept", name, len(text))
				}
			}
		}
	}
	pr := private(t, AllowV3)
	pr.alice.say(strings.Repeat("s", maxHeldBytes))
	pr.alice.say("short")
	if got := cap(pr.alice.recent.at(0).text); got > maxRoom {
		t.Errorf("a short text has %d bytes", got)
	}
}

// The number and the bytes of kept texts are bounded. The newest stay, and the count of
// bytes is right.
func TestRecentTextsAreBounded(t *testing.T) {
	pr := private(t, AllowV3)
	for i := range 3 * maxHeldTexts {
		pr.alice.say(fmt.Sprint("text ", i))
	}
	r := &pr.alice.recent
	if n := r.n; n != maxHeldTexts || string(r.at(n-1).text) != fmt.Sprint("text ", 3*maxHeldTexts-1) {
		t.Errorf("%d texts are kept", n)
	}
	half := strings.Repeat("x", maxHeldBytes/2)
	for range 3 {
		pr.alice.say(half)
	}
	if r.n != 2 || r.bytes != 2*len(half) {
		t.Errorf("%d texts of %d bytes are kept", r.n, r.bytes)
	}
	pr.clock.pass(recentFor)
	pr.alice.tick()
	if r.n != 0 || r.bytes != 0 || len(r.room) != 0 {
		t.Errorf("%d texts and %d bytes are left", r.n, r.bytes)
	}
}

// The last message of an exchange is lost: everything that is said until the next exchange
// is sent again, in order and once, whether or not the error of the peer's client arrives.
// This holds for refreshes and for the first exchange.
func TestTextsAfterLostSignature(t *testing.T) {
	said := []string{"one", "two", "three"}
	for _, refresh := range []bool{true, false} {
		for _, errors := range []bool{true, false} {
			eachVersion(t, func(t *testing.T, p Policy) {
				pr := newPair(t, p|ErrorStartAKE, p|ErrorStartAKE)
				if refresh {
					pr = private(t, p|ErrorStartAKE)
					pr.wantTalk()
				}
				pr.alice.forget()
				pr.bob.forget()
				pr.bob.get([]byte("?OTRv23?"))
				pr.deliver(pr.bob)
				pr.deliver(pr.alice)
				pr.deliver(pr.bob)
				pr.alice.drop() // the Signature Message
				for _, text := range said {
					pr.alice.say(text)
				}
				for range 20 {
					for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
						for _, s := range []*side{pr.alice, pr.bob} {
							if len(s.flying) > 0 && !errors && classifyKind(s.flying[0]) == errorText {
								s.drop()
							} else if len(s.flying) > 0 {
								pr.deliver(s)
							}
						}
					}
					pr.clock.pass(500 * time.Millisecond)
					pr.alice.tick()
					pr.bob.tick()
				}
				wantTexts(t, pr.bob, "[resent] one", "[resent] two", "[resent] three")
				if got := saw[Repeated](pr.alice); got != len(said) || saw[Unread](pr.alice) != 0 {
					t.Errorf("told of %d", got)
				}
				pr.alice.start()
				pr.pump()
				pr.wantSameChannel()
				if got := len(pr.bob.texts()); got != len(said) {
					t.Errorf("%d texts are read in the end", got)
				}
			})
		}
	}
}

// The Reveal Signature Message is lost: nothing has changed, and what either side says
// meanwhile is read once.
func TestTextsAfterLostReveal(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.wantTalk()
		pr.alice.forget()
		pr.bob.forget()
		pr.bob.get([]byte("?OTRv23?"))
		pr.deliver(pr.bob)
		pr.deliver(pr.alice)
		pr.bob.drop()
		for _, text := range []string{"one", "two", "three"} {
			pr.alice.say(text)
			pr.bob.say(text)
			pr.pump()
		}
		for range 20 {
			pr.pump()
			pr.clock.pass(500 * time.Millisecond)
			pr.alice.tick()
			pr.bob.tick()
		}
		wantTexts(t, pr.alice, "one", "two", "three")
		wantTexts(t, pr.bob, "one", "two", "three")
		pr.wantSameChannel()
	})
}

// Only what the peer may not have read is sent again: nothing that it has acknowledged,
// with a key that only that text announced.
func TestAcknowledgedTextIsNotRepeated(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		for _, text := range []string{"one", "two"} {
			pr.alice.say(text)
			pr.pump()
			pr.bob.say("yes")
			pr.pump()
		}
		pr.alice.say("three") // one of these two is lost, and nobody knows which
		pr.alice.drop()
		pr.alice.say("four")
		pr.pump()
		pr.bob.say("yes")
		pr.pump()
		pr.bob.forget()
		pr.alice.get([]byte("?OTR Error: unreadable"))
		pr.alice.start()
		pr.pump()
		wantTexts(t, pr.bob, "[resent] three", "[resent] four")
	})
}

// What is said after the error is also lost, until the peer says something that shows that
// it can read.
func TestTextsAfterTheError(t *testing.T) {
	for _, answers := range []bool{true, false} {
		pr := private(t, AllowV3)
		pr.alice.say("before")
		pr.alice.drop()
		pr.alice.get([]byte("?OTR Error: unreadable"))
		want := []string{"[resent] before"}
		if answers {
			pr.bob.say("I can read")
			pr.pump()
		} else {
			want = append(want, "[resent] after")
		}
		pr.alice.say("after")
		pr.alice.flying = nil
		pr.alice.start()
		pr.pump()
		wantTexts(t, pr.bob, want...)
	}
}

// Nothing is sent again if no text was lost: the peer refreshes early, on its own or
// because it was asked, and has said something, or the other side begins.
func TestEarlyRefreshRepeatsNothing(t *testing.T) {
	for name, refresh := range map[string]func(pr *pair){
		"we ask":        func(pr *pair) { pr.alice.start() },
		"the peer asks": func(pr *pair) { pr.bob.start() },
		"the peer begins and has been heard": func(pr *pair) {
			pr.bob.say("hello")
			pr.pump()
			pr.bob.get([]byte("?OTRv234?"))
		},
	} {
		everyVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, p)
			pr.alice.say("one")
			pr.alice.say("two")
			pr.pump()
			refresh(pr)
			pr.pump()
			pr.wantSameChannel()
			wantTexts(t, pr.bob, "one", "two")
			if t.Failed() {
				t.Error(name)
			}
		})
	}
}

// Several texts are sent to no other key either, and each is returned.
func TestRecentTextsOfAnotherKey(t *testing.T) {
	eachVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.alice.say("one")
		pr.alice.say("two")
		pr.alice.forget()
		pr.alice.get([]byte("?OTR Error: unreadable"))
		mallory := newSide(t, "mallory", p, at(pr.clock), tagged(pr.bob.tag))
		attack := &pair{t, pr.clock, pr.alice, mallory}
		mallory.get([]byte("?OTRv23?"))
		attack.pump()
		var unread []string
		for _, e := range pr.alice.events {
			if e, ok := e.(Unread); ok {
				unread = append(unread, string(e.Text))
			}
		}
		if fmt.Sprint(unread) != "[one two]" || saw[Repeated](pr.alice) != 0 || len(mallory.texts()) != 0 {
			t.Errorf("%q unread, %d repeated, mallory reads %q", unread, saw[Repeated](pr.alice), mallory.texts())
		}
		pr.bob.get([]byte("?OTRv23?"))
		pr.pump()
		if len(pr.bob.texts()) != 0 {
			t.Errorf("said again later: %q", pr.bob.texts())
		}
	})
}

// The ring keeps its order and its count of bytes, wherever it begins and whatever is
// removed from it.
func TestRingOfRecentTexts(t *testing.T) {
	for before := range 6 {
		for n := range 6 {
			for i := range n {
				for j := i + 1; j <= n; j++ {
					var r recent
					for range before { // it begins elsewhere
						r.add(sent{text: []byte("gone")})
						r.add(sent{text: []byte("gone")})
						r.forget(0, 2)
					}
					var want []string
					var size int
					for k := range n {
						text := strings.Repeat("x", k+1)
						r.add(sent{text: []byte(text)})
						if k < i || k >= j {
							want, size = append(want, text), size+len(text)
						}
					}
					r.forget(i, j)
					r.add(sent{text: []byte("last")})
					var got []string
					for k := range r.n {
						got = append(got, string(r.at(k).text))
					}
					if want = append(want, "last"); !slices.Equal(got, want) || r.bytes != size+len("last") {
						t.Fatalf("%d to %d of %d, %d before: %q and %d bytes, want %q", i, j, n, before, got, r.bytes, want)
					}
				}
			}
		}
	}
}

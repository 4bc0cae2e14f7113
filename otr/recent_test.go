// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The last text is said again, as it was typed, if it is recent and the caller
// lets text go to that key: once, marked, before what was held.
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
		eachVersion(t, func(t *testing.T, p Policy) {
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

// What was held and is lost on its way is said again too; the user's last text is
// what counts, and not a heartbeat behind it.
func TestRepeatedTextIsTheLast(t *testing.T) {
	pr := newPair(t, Always, Manual)
	pr.alice.say("first")
	pr.alice.say("second")
	pr.pump()
	wantTexts(t, pr.bob, "first", "second")
	pr.alice.say("")
	pr.alice.get([]byte("?OTR Error: unreadable"))
	pr.pump()
	wantTexts(t, pr.bob, "first", "second", "[resent] second")
	pr.alice.start()
	pr.pump()
	wantTexts(t, pr.bob, "first", "second", "[resent] second")
}

// A text that is very long is not kept, and none before it is said instead. One
// that cannot be sent is not said to have been.
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
	pr.alice.repeat(pr.alice.selected(), &out)
	if len(out.Send) != 0 || !reflect.DeepEqual(out.Events, []Event{Unread{[]byte("short")}}) {
		t.Errorf("%d messages and %+v", len(out.Send), out.Events)
	}
}

// It is forgotten in time, whether or not there has been an error.
func TestRecentTextExpires(t *testing.T) {
	for _, lost := range []bool{true, false} {
		pr := private(t, AllowV3)
		pr.clock.pass(halfOpenFor)
		pr.alice.tick()
		pr.wantTalk()
		if lost {
			pr.alice.get([]byte("?OTR Error: unreadable"))
		}
		wantDeadline(t, pr, recentFor, func() bool { return pr.alice.recent.text == nil })
	}
}

// Nothing is left of a text that is forgotten, or that another one follows.
func TestRecentTextIsDestroyed(t *testing.T) {
	clean := func(b []byte) bool { return len(bytes.Trim(b[:cap(b)], "\x00")) == 0 }
	for name, forget := range map[string]func(*pair){
		"time":       func(pr *pair) { pr.clock.pass(recentFor); pr.alice.tick() },
		"end":        func(pr *pair) { pr.alice.end() },
		"short text": func(pr *pair) { pr.alice.say("x") },
		"long text":  func(pr *pair) { pr.alice.say(strings.Repeat("x", maxHeldBytes+1)) },
	} {
		for _, n := range []int{10, maxRoom + 1} {
			pr := private(t, AllowV3)
			pr.alice.say(strings.Repeat("s", n))
			was := pr.alice.recent.text
			forget(pr)
			if text := pr.alice.recent.text; len(text) > 0 && &was[0] == &text[0] {
				was = was[len(text):]
			}
			if !clean(was) {
				t.Errorf("%s: something of %d bytes is left", name, n)
			}
		}
	}
	pr := private(t, AllowV3)
	pr.alice.say(strings.Repeat("s", maxHeldBytes))
	pr.alice.say("short")
	if got := cap(pr.alice.recent.text); got > maxRoom {
		t.Errorf("a short text has %d bytes", got)
	}
}

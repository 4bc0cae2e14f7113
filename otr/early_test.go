// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// earlyScene is a conversation in which Alice waits for Bob's Auth-I Message, which is lost, and
// keeps what he has sent under the new keys: a text and a heartbeat.
func earlyScene(t *testing.T) *pair {
	t.Helper()
	pr := private4(t, AllowV4)
	pr.bob.start()
	pr.deliver(pr.bob)
	pr.deliver(pr.alice)
	pr.bob.drop()
	pr.clock.pass(halfOpenFor / 2)
	pr.bob.say("text")
	var out Output
	pr.bob.must(out, pr.bob.seal(pr.bob.selected(), &out, wire.IgnoreUnreadable, nil))
	pr.deliver(pr.bob)
	pr.deliver(pr.bob)
	if n := pr.waiting(pr.alice); n != 2 || len(pr.alice.flying)+len(pr.alice.events) != 0 {
		t.Fatalf("%d messages wait, and alice sees %v", n, pr.alice.events)
	}
	return pr
}

// waiting is how many messages wait for an Auth-I Message to s.
func (p *pair) waiting(s *side) (n int) {
	if s.four == nil {
		return 0
	}
	for _, ex := range s.four.exchanges {
		n += len(ex.early.msgs)
	}
	return n
}

// Once an exchange has completed, whoever began it, no message waits for another one: it can be
// read, or Alice is told that it cannot.
func TestEarlyDataAfterAnotherExchange(t *testing.T) {
	for name, begins := range map[string]func(pr *pair) *side{
		"alice's": func(pr *pair) *side { return pr.alice }, "bob's": func(pr *pair) *side { return pr.bob },
	} {
		t.Run(name, func(t *testing.T) {
			pr := earlyScene(t)
			begins(pr).start()
			pr.pump()
			if pr.waiting(pr.alice) != 0 || saw[Unreadable](pr.alice) != 1 || len(pr.alice.errs) != 2 {
				t.Errorf("%d messages wait; alice is told %v", pr.waiting(pr.alice), pr.alice.events)
			}
			pr.alice.forget()
			pr.bob.forget()
			pr.wantTalk()
		})
	}
}

// Who ends the conversation is told that texts that waited will not be read.
func TestEarlyDataAtTheEnd(t *testing.T) {
	for name, end := range map[string]func(pr *pair){
		"end":    func(pr *pair) { pr.alice.end() },
		"expire": func(pr *pair) { pr.alice.take(pr.alice.Expire()) },
		"idle": func(pr *pair) {
			pr.alice.SetIdle(Idle{After: time.Second})
			pr.alice.tick()
		},
		"selected": func(pr *pair) {
			if err := pr.alice.Select(0, pr.bob.fingerprint(V4)); err != nil {
				t.Fatal(err)
			}
			pr.alice.end()
		},
	} {
		t.Run(name, func(t *testing.T) {
			pr := earlyScene(t)
			end(pr)
			if saw[Unreadable](pr.alice) != 1 || !errors.Is(event[Unreadable](pr.alice).Reason, ErrLate) {
				t.Errorf("alice is told %v", pr.alice.events)
			}
			for _, msg := range pr.alice.flying {
				if typeOf(msg) == 0 {
					t.Errorf("alice sends %q", msg)
				}
			}
		})
	}
}

// A message of the channel before does not wait: the exchange brings no keys for it. So Alice
// is told at once.
func TestLateDataIsNotEarly(t *testing.T) {
	pr := private4(t, AllowV4)
	pr.wantTalk()
	pr.wantTalk()
	pr.bob.say("late")
	late := pr.bob.drop()
	pr.bob.end()
	pr.deliver(pr.bob)
	pr.alice.forget()
	pr.clock.pass(time.Second)
	pr.alice.start()
	pr.deliver(pr.alice)
	pr.deliver(pr.bob)
	pr.alice.get(late)
	if pr.waiting(pr.alice) != 0 || saw[Unreadable](pr.alice) != 1 || !errors.Is(event[Unreadable](pr.alice).Reason, ErrLate) {
		t.Errorf("%d messages wait, and alice is told %v", pr.waiting(pr.alice), pr.alice.events)
	}
}

// Nothing waits longer than the exchange does, and nobody complains about a heartbeat.
func TestEarlyDataAfterTheExchange(t *testing.T) {
	pr := earlyScene(t)
	pr.alice.four.exchanges[pr.bob.tag].retryAt = time.Time{}
	pr.clock.pass(halfOpenFor / 2)
	pr.alice.tick()
	if pr.waiting(pr.alice) != 0 || saw[Unreadable](pr.alice) != 1 || len(pr.alice.flying) != 1 {
		t.Errorf("%d messages wait; alice is told %v, and sends %q", pr.waiting(pr.alice), pr.alice.events, pr.alice.flying)
	}
}

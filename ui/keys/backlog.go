// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"maps"
	"slices"
	"time"

	"purple-otr/ui"
)

// A backlog is what has waited for the keys, once these are unlocked. Each of up to maxWaiting
// messages makes a session and begins a key exchange, so it is worked off in steps between
// which the main loop runs. What happens in a conversation meanwhile comes after what waits
// there: see [Keys.Deliver].
type backlog struct {
	waiting []waitingMessage
	asked   map[ui.Chat]time.Time // buddies to ask again, none of whose messages we have kept
	then    func()                // what the user wanted to do, or nil
	busy    bool                  // a message is being processed
}

// perStep is how many messages one step processes, which takes a few milliseconds.
const perStep = 16

// startBacklog begins to work off what has waited in l.
func (ks *Keys) startBacklog(l lock) {
	b := &backlog{waiting: l.waiting, asked: map[ui.Chat]time.Time{}, then: l.then}
	maps.Copy(b.asked, l.asked.since)
	if old := ks.backlog; old != nil { // another program has locked and unlocked them
		b.waiting = append(old.waiting, b.waiting...)
		maps.Copy(b.asked, old.asked)
		if b.then == nil {
			b.then = old.then
		}
	}
	for _, m := range b.waiting {
		delete(b.asked, m.chat)
	}
	ks.backlog = b
	ks.workOff(b)
}

// workOff does a part of b, unless b has been dropped.
func (ks *Keys) workOff(b *backlog) {
	if ks.closed || ks.backlog != b {
		return
	}
	more := len(b.waiting)+len(b.asked) > perStep
	if more {
		ks.host.Post(func() { ks.workOff(b) })
	}
	n := 0
	for ; n < perStep && len(b.waiting) > 0 && ks.backlog == b; n++ {
		ks.process(b, 0)
	}
	if len(b.waiting) > 0 || ks.backlog != b {
		return
	}
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	for c, at := range b.asked {
		if n++; n > perStep {
			break
		}
		delete(b.asked, c)
		ks.asker.askAgain(map[ui.Chat]time.Time{c: at})
	}
	if !more && ks.backlog == b {
		ks.backlog = nil
		ks.storeOpen()
	}
}

// process processes b.waiting[i].
func (ks *Keys) process(b *backlog, i int) {
	m := b.waiting[i]
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.busy = true
	defer func() { b.busy = false }()
	ks.app.Receiving(m.chat, m.from, m.text) // part of a key exchange: there is no message to show
}

// Deliver processes the messages that still wait in c. App calls it before anything else
// happens there.
func (ks *Keys) Deliver(c ui.Chat) {
	b := ks.backlog
	for b != nil && !b.busy && ks.backlog == b {
		i := slices.IndexFunc(b.waiting, func(m waitingMessage) bool { return m.chat == c })
		if i < 0 {
			return
		}
		ks.process(b, i)
	}
}

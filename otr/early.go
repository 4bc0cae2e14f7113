// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"time"

	"purple-otr/otr/internal/wire"
)

const (
	// maxEarly and maxEarlyBytes bound the Data Messages that wait for an Auth-I Message.
	maxEarly      = 8
	maxEarlyBytes = 64 << 10
	// earlyFor is how long they wait.
	earlyFor = time.Minute
)

// early are encoded Data Messages that have overtaken the Auth-I Message: we do not have their
// keys yet.
type early struct {
	msgs  [][]byte
	bytes int
	since time.Time // of the first
}

// take returns the messages, and forgets them.
func (e *early) take() [][]byte {
	msgs := e.msgs
	*e = early{}
	return msgs
}

// keepEarly keeps msg, a Data Message that no channel can read, if it may be one that has overtaken
// an Auth-I Message. It reports whether it has.
func (s handshakes4) keepEarly(h wire.Header, msg []byte) bool {
	if s.four == nil {
		return false
	}
	ex := s.four.exchanges[InstanceTag(h.Sender)]
	if ex == nil || !ex.ake.AwaitsAuthI() {
		return false
	}
	e := &ex.early
	for _, m := range e.msgs {
		if bytes.Equal(m, msg) {
			return true
		}
	}
	if len(e.msgs) == maxEarly || e.bytes+len(msg) > maxEarlyBytes {
		return false
	}
	if len(e.msgs) == 0 {
		e.since = s.now()
		if ex.retryAt.IsZero() {
			s.retry(ex) // the Auth-I Message may be lost
		}
	}
	e.msgs = append(e.msgs, bytes.Clone(msg))
	e.bytes += len(msg)
	return true
}

// tickEarly gives up messages that have waited too long. due is Tick's.
func (s handshakes4) tickEarly(ex *exchange4, due func(time.Time, time.Duration) bool, out *Output) {
	if len(ex.early.msgs) == 0 || !due(ex.early.since, earlyFor) {
		return
	}
	for _, msg := range ex.early.take() {
		reason := &MessageError{"Data", noChannel, ErrNoChannel}
		*out, _ = s.inbox().unreadable(*out, V4, 0, fingerprint64Of(msg), reason)
	}
}

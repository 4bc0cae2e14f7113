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
	msgs  []earlyMessage
	bytes int
	since time.Time // of the first
}

// An earlyMessage is one of them. id identifies it.
type earlyMessage struct {
	body  []byte
	flags byte
	id    fingerprint64
}

// take returns the messages, and forgets them.
func (e *early) take() []earlyMessage {
	msgs := e.msgs
	*e = early{}
	return msgs
}

// again passes the messages to the caller, who gives them to Receive again. An exchange has
// completed: they can be read now, or they belong to no exchange and we say so.
func (e *early) again(out *Output) {
	for _, m := range e.take() {
		out.Again = append(out.Again, m.body)
	}
}

// abandon tells the user that the messages will not be read, because our own side has ended the
// exchange. As after the end of a channel, the peer is not told: see unreadable.
func (e *early) abandon(out *Output) {
	for _, m := range e.take() {
		if m.flags&wire.IgnoreUnreadable == 0 {
			out.event(Unreadable{&MessageError{"Data", noChannel, ErrLate}})
		}
	}
}

// keepEarly keeps m, a Data Message that no channel can read, if it may be one that has overtaken
// an Auth-I Message. body is the encoded message. It reports whether it has.
func (s handshakes4) keepEarly(h wire.Header, m *wire.Data4, body []byte) bool {
	if s.four == nil || m.Ratchet != 0 { // the peer begins no other ratchet before our answer
		return false
	}
	ex := s.four.exchanges[InstanceTag(h.Sender)]
	if ex == nil || !ex.ake.AwaitsAuthI() {
		return false
	}
	e := &ex.early
	for _, kept := range e.msgs {
		if bytes.Equal(kept.body, body) {
			return true
		}
	}
	if len(e.msgs) == maxEarly || e.bytes+len(body) > maxEarlyBytes {
		return false
	}
	if len(e.msgs) == 0 {
		e.since = s.now()
		if ex.retryAt.IsZero() {
			s.retry(ex) // the Auth-I Message may be lost
		}
	}
	e.msgs = append(e.msgs, earlyMessage{bytes.Clone(body), m.Flags, dataMessage{v4: m}.id()})
	e.bytes += len(body)
	return true
}

// tickEarly gives up messages that have waited too long, or wait for nothing any more. due is Tick's.
func (s handshakes4) tickEarly(ex *exchange4, due func(time.Time, time.Duration) bool, out *Output) {
	if len(ex.early.msgs) == 0 || ex.ake.AwaitsAuthI() && !due(ex.early.since, earlyFor) {
		return
	}
	for _, m := range ex.early.take() {
		reason := &MessageError{"Data", noChannel, ErrNoChannel}
		*out, _ = s.inbox().unreadable(*out, V4, m.flags, m.id, reason)
	}
}

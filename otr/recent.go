// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"time"
)

const (
	// recentFor is how long a text counts as recent.
	recentFor = time.Minute
	// maxRoom bounds the memory of a deleted text that is reused for the next one, in
	// bytes.
	maxRoom = 4 << 10
	// repeatedMark tells the peer's user, who may have read the text before, that it was
	// sent again.
	repeatedMark = "[resent] "
)

// recent are the texts that were sent over channels within the last minute and that the
// peer may not have been able to read: "Encrypt the message, and send it as a Data Message.
// Store the plaintext message for possible retransmission." If the last message of an
// exchange is lost, one side has new keys and the other does not, and every message until
// the next exchange is lost too. They are bounded as held texts are; the oldest are dropped
// first.
type recent struct {
	// ring holds n texts, starting with the oldest at index first, so that dropping the
	// oldest moves no other text.
	ring     []sent
	first, n int
	bytes    int
	// broken says that the peer's client has reported an error and that no authentic
	// message has arrived since, so what is sent meanwhile may be lost as well.
	broken bool
	room   []byte // memory of a deleted text, for the next one
}

// A sent is a text that was sent.
type sent struct {
	text []byte
	to   Fingerprint // must not be sent to any other key
	// via is the instance whose channel it was sent over, nil after that channel has been
	// replaced. keyID is the serial number of our key that it was sent with.
	via   *instance
	keyID uint32
	since time.Time
	lost  bool // the peer's client has since reported an error or shown that it lacks the keys
}

// remember notes that our user's text has just been sent to in, and stores it unless it is
// very long.
func (s keptTexts) remember(in *instance, text []byte) {
	if len(text) == 0 {
		return
	}
	in.spoken = in.lastSent
	r := &s.recent
	for r.n > 0 && (r.n == maxHeldTexts || r.bytes+len(text) > maxHeldBytes) {
		r.forget(0, 1)
	}
	if len(text) > maxHeldBytes {
		return
	}
	r.add(sent{append(r.room, text...), in.fingerprint, in, in.keyID, in.lastSent, r.broken})
	r.room = nil
}

// at returns the i-th text; the oldest is 0.
func (r *recent) at(i int) *sent { return &r.ring[(r.first+i)%len(r.ring)] }

// index returns the index of the first text for which f is true, or -1.
func (r *recent) index(f func(*sent) bool) int {
	for i := range r.n {
		if f(r.at(i)) {
			return i
		}
	}
	return -1
}

// add appends t.
func (r *recent) add(t sent) {
	if r.n == len(r.ring) {
		larger := make([]sent, max(2*r.n, 1))
		for i := range r.n {
			larger[i] = *r.at(i)
		}
		r.ring, r.first = larger, 0
	}
	*r.at(r.n) = t
	r.n++
	r.bytes += len(t.text)
}

// Unsent notes that the last text given to [Session.Send] was not transmitted and has been
// returned to the user. It will not be repeated.
func (s *Session) Unsent() {
	if n := s.recent.n; n > 0 {
		s.recent.forget(n-1, n)
	}
}

// forget wipes the texts from i to j, and keeps the memory of one of them, unless it is
// large.
func (r *recent) forget(i, j int) {
	for k := i; k < j; k++ {
		text := r.at(k).text
		r.bytes -= len(text)
		clear(text)
		if cap(text) <= maxRoom {
			r.room = text[:0]
		}
	}
	for k := j - 1; k >= 0; k-- { // the older ones move up
		if from := k - (j - i); from >= 0 {
			*r.at(k) = *r.at(from)
		} else {
			*r.at(k) = sent{}
		}
	}
	if r.n -= j - i; r.n > 0 {
		r.first = (r.first + j - i) % len(r.ring)
	}
	r.broken = r.broken && r.n > 0
}

// forgetAll wipes all texts.
func (r *recent) forgetAll() { r.forget(0, r.n) }

// expire wipes texts that are no longer recent. due is Tick's.
func (r *recent) expire(due func(time.Time, time.Duration) bool) {
	n := 0
	for n < r.n && due(r.at(n).since, recentFor) {
		n++
	}
	r.forget(0, n)
}

// reported notes that the peer's client, or an attacker, has reported an error.
func (r *recent) reported() {
	for i := range r.n {
		r.at(i).lost = true
	}
	r.broken = r.n > 0
}

// heardUnder notes that an authentic message has arrived through in's channel, for our key
// with the serial number keyID. If that key is newer than the one we send with, the peer
// has learned it from a message sent with the latter, so the peer has read at least one of
// those. If there was only one, the peer has read it. If there were more, one of them may
// still be lost.
func (s keptTexts) heardUnder(in *instance, keyID uint32) {
	in.confirmed, s.recent.broken = true, false
	if keyID <= in.keyID {
		return
	}
	if in.sentWith == 1 {
		acknowledged := func(t *sent) bool { return t.via == in && t.keyID == in.keyID }
		if i := s.recent.index(acknowledged); i >= 0 {
			s.recent.forget(i, i+1)
		}
	}
	in.keyID, in.sentWith = keyID, 0
}

// replaced notes that in's channel is being replaced. byPeer says that the peer has started
// the exchange.
//
// If the peer did so without being asked, and has never used the channel that began with
// our Signature Message, then that message was lost, and the peer's client has started
// again. It has reported no error, or the error message was lost as well.
func (s keptTexts) replaced(in *instance, byPeer bool) {
	lost := byPeer && in.state == Encrypted && in.ssid.Half == 1 && !in.confirmed && !in.asked
	for i := range s.recent.n {
		if t := s.recent.at(i); t.via == in {
			t.via, t.lost = nil, t.lost || lost
		}
	}
}

// repeat: "If there is a recent stored message, encrypt it and send it as a Data Message":
// all that are lost, in order. An error message is not authenticated: an attacker may have
// sent it and may be the other side of the exchange that follows. So a text is sent again
// only to the key to which it was sent before, and only once. Otherwise it is returned to
// the caller.
func (s keptTexts) repeat(in *instance, out *Output) {
	r := &s.recent
	r.expire(s.isPast)
	r.broken = false
	mine := func(t *sent) bool { return t.lost && t.to == in.fingerprint }
	ok := r.index(mine) >= 0 && (s.mayRelease == nil || s.mayRelease(in.fingerprint, true))
	var kept recent
	for i := range r.n {
		t := r.at(i)
		switch {
		case !t.lost:
			kept.add(*t)
		case ok && mine(t) && s.repeatOne(in, out, t.text):
			out.event(Repeated{t.text})
		default:
			out.event(Unread{t.text})
		}
	}
	kept.room = r.room
	*r = kept
}

// repeatOne sends text again, and reports whether it could be sent.
func (s keptTexts) repeatOne(in *instance, out *Output, text []byte) bool {
	marked := bytes.Join([][]byte{[]byte(repeatedMark), text}, nil)
	defer clear(marked)
	return s.seal(in, out, 0, marked) == nil
}

// isPast reports whether d has passed since t.
func (s *Session) isPast(t time.Time, d time.Duration) bool { return !s.now().Before(t.Add(d)) }

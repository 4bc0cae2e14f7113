// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "time"

const (
	// recentFor is how long a text counts as recent.
	recentFor = time.Minute
	// maxRoom bounds the memory that one text leaves to the next, in bytes.
	maxRoom = 4 << 10
	// repeatedMark tells the peer's user, who may have read the text already.
	repeatedMark = "[resent] "
)

// A recent is the last text that has been sent over a channel: "Encrypt the
// message, and send it as a Data Message. Store the plaintext message for possible
// retransmission."
type recent struct {
	text  []byte
	to    Fingerprint // goes to no other key
	since time.Time
	lost  bool // the peer's program has reported an error since
}

// remember notes that text, our user's, has just been sent to in, and stores it
// unless it is very long.
func (s *Session) remember(in *instance, text []byte) {
	if len(text) == 0 {
		return
	}
	in.spoken = in.lastSent
	room := s.recent.forget()
	if len(text) <= maxHeldBytes {
		s.recent = recent{text: append(room, text...), to: in.fingerprint, since: in.lastSent}
	}
}

// forget destroys r, and returns the memory that its text had, unless that is much.
func (r *recent) forget() (room []byte) {
	room = r.text[:cap(r.text)]
	clear(room)
	*r = recent{}
	if len(room) > maxRoom {
		return nil
	}
	return room[:0]
}

// repeat: "If there is a recent stored message, encrypt it and send it as a Data
// Message". An error message is not authenticated: somebody else may have sent it,
// and lead the exchange that follows. So the text goes to the key that it has gone
// to before, and once, or back to the caller.
func (s *Session) repeat(in *instance, out *Output) {
	r := s.recent
	if !r.lost || s.now().Sub(r.since) >= recentFor {
		return
	}
	s.recent = recent{}
	ok := r.to == in.fingerprint && (s.mayRelease == nil || s.mayRelease(r.to, true))
	if ok && s.seal(in, out, 0, append([]byte(repeatedMark), r.text...)) == nil {
		out.event(Repeated{r.text})
	} else {
		out.event(Unread{r.text})
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"time"
)

const (
	maxHeldTexts = 64
	maxHeldBytes = 1 << 20
	// heldFor is how long text waits for a channel before it is returned.
	heldFor = 2 * time.Minute
)

// held is text that the user has typed and that must not be sent before there is a channel.
type held struct {
	texts [][]byte
	bytes int
	since time.Time // of the first text
	// meant is the key of the conversation that the text continues, or zero if there was
	// none. The text is sent to no other key.
	meant Fingerprint
}

func (h *held) giveBack(out *Output) {
	for _, t := range h.texts {
		out.event(Returned{t})
	}
	*h = held{}
}

// hold: "Store the plaintext message for possible retransmission, and send a
// Query Message."
func (s keptTexts) hold(text []byte) (Output, error) {
	var out Output
	if len(s.held.texts) == maxHeldTexts || s.held.bytes+len(text) > maxHeldBytes {
		return out, ErrHeldFull
	}
	if len(s.held.texts) == 0 {
		s.held.since = s.now()
		if in := s.selected(); in != nil {
			s.held.meant = in.fingerprint
		}
	}
	// During an exchange, a query would make the peer start another one. If a query
	// was sent before, for example by Start, we wait for the answer.
	if !s.handshakes().exchanging() && (s.lastQuery.IsZero() || s.now().Sub(s.lastQuery) >= halfOpenFor) {
		s.ask(&out)
	}
	s.held.texts = append(s.held.texts, bytes.Clone(text))
	s.held.bytes += len(text)
	out.event(Held{})
	return out, nil
}

// release sends held text over the channel that has just been opened, in order. Text that
// may not be sent to its key is returned.
func (s keptTexts) release(in *instance, out *Output) {
	h := s.held
	s.held = held{}
	ok := h.meant.IsZero() || h.meant == in.fingerprint
	ok = ok && (s.mayRelease == nil || s.mayRelease(in.fingerprint, false))
	s.deliver(in, h.texts, ok, out)
}

// deliver sends texts to in, in order, if ok is true. Text that is not sent is returned.
func (s keptTexts) deliver(in *instance, texts [][]byte, ok bool, out *Output) {
	for _, t := range texts {
		if ok = ok && s.seal(in, out, 0, t) == nil; ok {
			s.remember(in, t)
			out.event(Resent{t})
		} else {
			out.event(Returned{t})
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package data

import "purple-otr/otr/internal/wire"

// windowWords is the size of a window, in words of 64 counters.
const windowWords = 4

// A window records the counters received with one pair of keys.
//
// The specification accepts a counter only if it is "strictly larger than the last counter you
// saw using this pair of keys", so that an attacker cannot replay a message. This rule also
// rejects every genuine message that another has overtaken. A window is as safe against replay:
//
//   - A counter is accepted only if it has not been seen. For the newest counters we know
//     exactly which ones those are; we reject everything older, as the specification does. So
//     no counter is accepted twice.
//   - Only the peer can move the window, because a message is checked against it only once its
//     MAC is valid.
//   - Accepting messages out of order reveals nothing, because the key stream of a counter does
//     not depend on earlier messages.
type window struct {
	newest uint64
	seen   [windowWords]uint64 // counter n is bit n%64 of word n/64%windowWords
}

// admits reports whether counter has certainly not been seen before. If not, kind is the
// reason.
func (w *window) admits(counter uint64) (kind wire.Kind, ok bool) {
	switch {
	case counter == 0:
		return wire.Malformed, false // the first one is larger than zero
	case counter > w.newest:
		return 0, true
	case w.newest/64-counter/64 >= windowWords:
		return wire.Late, false
	case w.seen[counter/64%windowWords]>>(counter%64)&1 != 0:
		return wire.Replayed, false
	}
	return 0, true
}

// add records that counter, which w admits, has been received.
func (w *window) add(counter uint64) {
	if counter > w.newest {
		for i := range min(counter/64-w.newest/64, windowWords) {
			w.seen[(counter/64-i)%windowWords] = 0
		}
		w.newest = counter
	}
	w.seen[counter/64%windowWords] |= 1 << (counter % 64)
}

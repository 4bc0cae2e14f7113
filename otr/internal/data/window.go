// SPDX-License-Identifier: GPL-2.0-or-later

package data

import "purple-otr/otr/internal/wire"

// windowWords is the size of a window, in words of 64 counters.
const windowWords = 4

// A window is which counters have been received with one pair of keys.
//
// The specification takes a counter only if it is "strictly larger than the last
// counter you saw using this pair of keys", so that no message is read twice. That
// loses each message that another has overtaken. A window is as safe: a counter is
// taken if it has not been seen, which is known exactly for the newest ones, and
// whatever is older than these is refused as in the specification. No counter is
// taken twice, and only messages with a valid MAC get this far, so nobody but the
// peer can move the window. Nor does order reveal anything: the key stream of a
// counter depends on nothing that came before.
type window struct {
	newest uint64
	seen   [windowWords]uint64 // counter n is bit n%64 of word n/64%windowWords
}

// admits reports whether counter has not been seen, and if that is not so or not
// known, why.
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

// add notes that counter, which w admits, has been received.
func (w *window) add(counter uint64) {
	if counter > w.newest {
		for i := range min(counter/64-w.newest/64, windowWords) {
			w.seen[(counter/64-i)%windowWords] = 0
		}
		w.newest = counter
	}
	w.seen[counter/64%windowWords] |= 1 << (counter % 64)
}

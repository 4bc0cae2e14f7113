// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "sync"

// A buffer holds a message on its way to or from the network, in binary or as text. All
// sessions share the pool of buffers, so a long message does not enlarge each session.
// Buffers are not wiped: an eavesdropper has seen their content too.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// newBuffer returns an empty buffer. The caller must free it.
func newBuffer() *buffer { return buffers.Get().(*buffer) }

// free returns the buffer to the pool: nothing may refer to its bytes any longer.
func (b *buffer) free() {
	b.b = b.b[:0]
	buffers.Put(b)
}

// recycle adds b to the pool. Nothing may refer to b any longer.
func recycle(b []byte) { buffers.Put(&buffer{b[:0]}) }

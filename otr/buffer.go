// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "sync"

// A buffer holds a message on its way to or from the network, in binary or as
// text. All sessions share them, so that a long message costs none of them
// memory. What is left in one is what an eavesdropper has seen too.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// newBuffer returns an empty buffer, to be given back by free.
func newBuffer() *buffer { return buffers.Get().(*buffer) }

// free takes the buffer back: nothing may refer to its bytes any longer.
func (b *buffer) free() {
	b.b = b.b[:0]
	buffers.Put(b)
}

// recycle makes b, to which nothing refers any longer, a buffer.
func recycle(b []byte) { buffers.Put(&buffer{b[:0]}) }

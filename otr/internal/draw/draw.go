// SPDX-License-Identifier: GPL-2.0-or-later

// Package draw names the purpose of each piece of randomness. The names help the reader,
// and let a test replay a recorded conversation with the randomness recorded in it.
package draw

import "io"

// A Source is a source of randomness that depends on the purpose.
type Source interface {
	// For returns the source of the bytes for purpose.
	For(purpose string) io.Reader
}

// For returns the reader for the bytes that purpose needs: rand itself, unless rand is a
// [Source].
func For(rand io.Reader, purpose string) io.Reader {
	if s, ok := rand.(Source); ok {
		return s.For(purpose)
	}
	return rand
}

// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	"bytes"
	"testing"
)

// A zeroFirst gives out zeros where r is drawn, for so many draws.
type zeroFirst struct {
	zeros int
	other func([]byte)
}

func (z *zeroFirst) Read(b []byte) (int, error) {
	z.other(b)
	if len(b) == 16 && z.zeros > 0 {
		z.zeros--
		b[0] &= 0x0f
	}
	return len(b), nil
}

// TestFirstDigit draws another r if the first hexadecimal digit is 0, as long as the
// source gives another one.
func TestFirstDigit(t *testing.T) {
	for zeros, ok := range map[int]bool{0: true, 1: true, 3: true, 1000: false} {
		n := byte(0)
		rand := &zeroFirst{zeros, func(b []byte) { n++; copy(b, bytes.Repeat([]byte{0xa0 + n}, len(b))) }}
		var h Handshake
		if _, err := h.Start(rand); err != nil {
			t.Fatal(err)
		}
		if got := h.s.(awaitingDHKey).r[0] >= 0x10; got != ok {
			t.Errorf("after %d zeros: %v", zeros, got)
		}
	}
}

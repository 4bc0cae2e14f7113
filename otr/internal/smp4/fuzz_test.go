// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"bytes"
	"testing"

	"purple-otr/otr/internal/wire"
)

// What is read of a record is all that was in it, and one that is not genuine
// never brings a run further.
func FuzzRecord(f *testing.F) {
	r := play(f, 4, "s", "s")
	for n, tlv := range r.messages {
		f.Add(tlv.Value, uint8(n))
		f.Add(tlv.Value[:len(tlv.Value)/2], uint8(n))
	}
	var states []Machine
	for n := 1; n <= 4; n++ {
		r := play(f, n, "s", "s")
		states = append(states, r.alice, r.bob)
	}
	types := []uint16{wire.TLVSMP1, wire.TLVSMP2, wire.TLVSMP3, wire.TLVSMP4, wire.TLVSMPAbort}
	f.Fuzz(func(t *testing.T, value []byte, n uint8) {
		genuine := false
		for _, m := range r.messages {
			genuine = genuine || bytes.Equal(m.Value, value)
		}
		again := [][]byte{value, value, value, value}
		if m, ok := parse1(value); ok {
			again[0] = m.encode().Value
		}
		if m, ok := parse2(value); ok {
			again[1] = m.encode().Value
		}
		if m, ok := parse3(value); ok {
			again[2] = m.encode().Value
		}
		if m, ok := parse4(value); ok {
			again[3] = m.encode().Value
		}
		for i := range again {
			if !bytes.Equal(again[i], value) {
				t.Fatalf("message %d: %x became %x", i+1, value, again[i])
			}
		}
		m := states[int(n)%len(states)]
		got, err := m.Receive(wire.TLV{Type: types[int(n)%len(types)], Value: value}, random())
		if err != nil || !genuine && (got.Outcome == Equal || got.Outcome == Differ || got.Outcome == Advanced) {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

func TestReceiver(t *testing.T) {
	for _, most := range []int{0, 120} {
		pr := newPair(t, AllowV3, AllowV3, limit(most))
		pr.alice.start()
		pr.pump()
		pr.wantTalk()
		for _, s := range []*side{pr.alice, pr.bob} {
			named := 0
			for _, msg := range s.sent {
				tag, ok := Receiver(msg)
				switch {
				case ok && tag != pr.other(s).tag:
					t.Fatalf("limit %d: %x in %.60q", most, tag, msg)
				case ok:
					named++
				case typeOf(msg) == wire.TypeDHKey || typeOf(msg) == wire.TypeData:
					t.Fatalf("limit %d: none in %.60q", most, msg)
				}
			}
			if named < 2 {
				t.Errorf("limit %d: %s's messages name a receiver %d times", most, s.name, named)
			}
		}
	}
}

func TestReceiverOfWhatNamesNone(t *testing.T) {
	old := private(t, AllowV2)
	msgs := append(old.alice.sent, old.bob.sent...)
	anyone := newSide(t, "alice", AllowV3)
	anyone.get([]byte("?OTRv3?"))
	msgs = append(msgs, anyone.sent...) // a D-H Commit Message to any client
	for _, text := range []string{
		"", "hello", "?OTRv23?", "?OTR Error: x", "?OTR:AAMC", "?OTR:AAMCAAAB", "?OTR:AAMC.", "?OTR:AAMCAAAB.AAAC", "?OTR:AAM?AAABAAAAAQAA.",
		"?OTR,1,2,x,", "?OTR|100|0,1,2,x,", "?OTR|100|ff,1,2,x,", "?OTR|100|100000000,1,2,x,", "?OTR|100|200,3,2,x,", "?OTR|100|200,1,2",
		"?OTR:AAQCAAABAAAAAgAA.", "<b>?OTR:",
	} {
		msgs = append(msgs, []byte(text))
	}
	for _, msg := range msgs {
		if tag, ok := Receiver(msg); ok {
			t.Errorf("%x in %.60q", tag, msg)
		}
	}
	if tag, ok := Receiver([]byte(" <b>?OTR|100|00000200,1,2,x,")); !ok || tag != 0x200 {
		t.Errorf("%x, %v", tag, ok)
	}
}

// Receiver returns the same receiver as Receive reads.
func FuzzReceiver(f *testing.F) {
	pr := private(f, AllowV3, limit(100))
	for _, msg := range append(pr.alice.sent, pr.bob.sent...) {
		f.Add(msg)
	}
	f.Add([]byte("?OTR:AAMDAAABAAAAAgAA" + strings.Repeat("A", 400) + "."))
	f.Fuzz(func(t *testing.T, msg []byte) {
		tag, ok := Receiver(msg)
		if h, _, err := parsed(msg); err == nil && h.Version == wire.V3 && h.Receiver >= uint32(minTag) && (!ok || uint32(tag) != h.Receiver) {
			t.Errorf("%x, %v, want %x", tag, ok, h.Receiver)
		}
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import "testing"

func BenchmarkAuthR(b *testing.B) {
	alice, bob := newSides(b)
	h, m := sent(b, bob, aliceTag, bob.start(b))
	for b.Loop() {
		alice.Handshake = Handshake{}
		if _, _, err := alice.Receive(h, m, alice.self, now, alice.rand); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAuthI(b *testing.B) {
	alice, bob := newSides(b)
	reply, _ := alice.must(b, bob, bob.start(b))
	h, m := sent(b, alice, bobTag, reply)
	before := bob.Handshake
	for b.Loop() {
		bob.Handshake = before
		if _, _, err := bob.Receive(h, m, bob.self, now, bob.rand); err != nil {
			b.Fatal(err)
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import "testing"

func BenchmarkOneWay(b *testing.B) {
	from, to := newPair(b, "")
	text := string(make([]byte, 100))
	b.ReportAllocs()
	for b.Loop() {
		say(b, from, to, text)
	}
}

// One message and its answer: the mean of those with and without a Diffie-Hellman key.
func BenchmarkMessageAndAnswer(b *testing.B) {
	from, to := newPair(b, "")
	for b.Loop() {
		say(b, from, to, "text")
		say(b, to, from, "answer")
	}
}

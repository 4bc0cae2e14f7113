// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// manyFingerprints is a file of n fingerprints, of as many buddies.
func manyFingerprints(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, "buddy%d@example.org\talice@example.org/Home\tprpl-jabber\t%040x\tverified\n", i, i)
	}
	return s.String()
}

func BenchmarkOpen10000(b *testing.B) {
	dir := with(b, fingerprintsName, manyFingerprints(10000))
	for b.Loop() {
		openGood(b, dir)
	}
}

func BenchmarkTrust10000(b *testing.B) {
	s := openGood(b, with(b, fingerprintsName, manyFingerprints(10000)))
	known, f := Buddy{alice, "buddy7777@example.org"}, fingerprint(7777)
	b.Run("known", func(b *testing.B) {
		for b.Loop() {
			s.Trust(known, f)
		}
	})
	b.Run("unknown", func(b *testing.B) {
		for b.Loop() {
			s.Trust(bob, f)
		}
	})
}

func BenchmarkSetTrust10000(b *testing.B) {
	s := openGood(b, with(b, fingerprintsName, manyFingerprints(10000)))
	for i := 0; b.Loop(); i++ {
		must(b, s.SetTrust(bob, fingerprint(1), []Trust{Verified, Unverified}[i%2]))
	}
}

// The limit is generous, for slow machines and the race detector; the benchmarks
// tell more.
func TestManyFingerprints(t *testing.T) {
	dir := with(t, fingerprintsName, manyFingerprints(10000))
	start := time.Now()
	s := openGood(t, dir)
	if took := time.Since(start); took > time.Second {
		t.Errorf("opening takes %v", took)
	}
	if n := len(s.Buddies()); n != 10000 {
		t.Errorf("%d buddies", n)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// manyFingerprints returns a file of n fingerprints of n buddies.
func manyFingerprints(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, "buddy%d@example.org\talice@example.org/Home\tprpl-jabber\t%040x\tverified\n", i, i)
	}
	return s.String()
}

// Opens the store plain, opens it sealed, and lets libotr read the plain file, in turns,
// so that other load on the machine affects all of them. Unlocking does not include the
// deliberate cost of the passphrase.
func BenchmarkOpen10000(b *testing.B) {
	dir := with(b, fingerprintsName, manyFingerprints(10000))
	sealed, ring := copyDir(b, dir), newFakeKeyring()
	protect(b, openSealed(b, sealed, ring, realDisk{}), ByKeyring, "")
	run := libotr(b)
	var plainTime, sealedTime, libotrTime time.Duration
	for b.Loop() {
		start := time.Now()
		openGood(b, dir)
		plainTime += time.Since(start)

		start = time.Now()
		if s := unlocked(b, sealed, ring); len(s.known.page.index) != 10000 {
			b.Fatal("some fingerprints are missing")
		}
		sealedTime += time.Since(start)

		n, err := strconv.ParseInt(strings.TrimSpace(run(dir, "time")), 10, 64)
		must(b, err)
		libotrTime += time.Duration(n)
	}
	for what, took := range map[string]time.Duration{"plain": plainTime, "sealed": sealedTime, "libotr": libotrTime} {
		b.ReportMetric(took.Seconds()*1000/float64(b.N), what+"-ms")
	}
	b.ReportMetric(0, "ns/op") // would be the sum of all three
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
	for what, how := range map[string]Protection{"plain": Plain, "sealed": ByPassphrase} {
		b.Run(what, func(b *testing.B) {
			s := openSealed(b, with(b, fingerprintsName, manyFingerprints(10000)), newFakeKeyring(), realDisk{})
			protect(b, s, how, "horse")
			for i := 0; b.Loop(); i++ {
				must(b, s.SetTrust(bob, fingerprint(1), []Trust{Verified, Unverified}[i%2]))
			}
		})
	}
}

// The limit is generous, for slow machines and the race detector; the benchmarks give
// better figures.
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

// BenchmarkSave10000 changes the trust in one of 10 000 fingerprints. Syncing is left out: it
// is the disk's time.
func BenchmarkSave10000(b *testing.B) {
	for _, how := range []Protection{Plain, ByKeyring} {
		b.Run(fmt.Sprint("protection ", how), func(b *testing.B) {
			dir, ring := with(b, fingerprintsName, manyFingerprints(10000)), newFakeKeyring()
			s := openSealed(b, dir, ring, noSync{})
			if how != Plain {
				protect(b, s, how, "")
			}
			known := Buddy{Account{"prpl-jabber", "alice@example.org/Home"}, "buddy7777@example.org"}
			for i := 0; b.Loop(); i++ {
				must(b, s.SetTrust(known, fingerprint(7777), []Trust{Verified, VerifiedSMP}[i%2]))
			}
		})
	}
}

// noSync is a disk that is as fast as memory.
type noSync struct{ realDisk }

func (d noSync) create(dir, pattern string) (diskFile, error) {
	f, err := d.realDisk.create(dir, pattern)
	return noSyncFile{f}, err
}
func (noSync) syncDir(string) error { return nil }

type noSyncFile struct{ diskFile }

func (noSyncFile) Sync() error { return nil }

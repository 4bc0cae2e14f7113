// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parseAgain makes every table parse its file at the next change.
func parseAgain(s *Store) {
	s.known.page.source, s.known4.page.source, s.seen.page.source, s.tags.page.source = digest{}, digest{}, digest{}, digest{}
}

// consistent compares what s has in memory with what another process reads.
func consistent(t *testing.T, s, fresh *Store) {
	t.Helper()
	if got, want := dumpAll(s), dumpAll(fresh); got != want {
		t.Fatalf("in memory\n%s\non disk\n%s", got, want)
	}
	for b, all := range byBuddy(s.known.page, s.known4.page) {
		if got := s.buddies[b]; !slices.Equal(got, all) {
			t.Fatalf("%v: %v, want %v", b, got, all)
		}
	}
	if got, want := len(s.buddies), len(byBuddy(s.known.page, s.known4.page)); got != want {
		t.Fatalf("%d buddies, want %d", got, want)
	}
}

// raw returns the files that users of libotr share.
func raw(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{fingerprintsName, "purple-otr.fingerprints", "purple-otr.seen", tagsName} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n%s", name, data)
	}
	return all.String()
}

// A change of a page that was read before writes the same files as a change of a page that
// has just been read, whatever was changed before, by whom, and with what success.
func TestEditsWriteWhatParsingWrites(t *testing.T) {
	for seed := range uint64(8) {
		for _, how := range []Protection{Plain, ByKeyring} {
			t.Run(fmt.Sprintf("%d from %d", seed, how), func(t *testing.T) {
				t.Parallel()
				start, ring := fullDir(t), newFakeKeyring()
				if how != Plain {
					protect(t, openSealed(t, start, ring, never(t)), how, "")
				}
				open := func(dir string, d disk) *Store {
					mine := newFakeKeyring()
					maps.Copy(mine.secrets, ring.secrets)
					s := openSealed(t, dir, mine, d)
					must(t, unlockAny(s, ""))
					return s
				}
				quickDisk := never(t).(*faultyDisk)
				quickDir, slowDir := copyDir(t, start), copyDir(t, start)
				quick, slow := open(quickDir, quickDisk), open(slowDir, never(t))
				random := rand.New(rand.NewPCG(seed, 0))
				for range 150 {
					change := randomChange(random)
					both := func(s *Store) { must(t, change(s)) }
					switch random.IntN(6) {
					case 0: // the disk is full
						quickDisk.fails, quickDisk.always, quickDisk.at = syscall.ENOSPC, true, quickDisk.steps+random.IntN(3)
						quick.folder.readOnly = random.IntN(2) == 0 // and cannot even be locked
						err := change(quick)
						quick.folder.readOnly = false
						quickDisk.always, quickDisk.at = false, 1<<30
						if err == nil {
							both(slow)
						}
						quick.Reload()
						slow.Reload()
						consistent(t, quick, open(quickDir, never(t)))
					case 1: // another process makes the change
						both(open(quickDir, never(t)))
						both(open(slowDir, never(t)))
					case 2: // another program writes the file in its own way
						if how == Plain {
							writeOtherwise(t, quickDir, random.Uint64())
							writeLater(t, filepath.Join(slowDir, fingerprintsName), read(t, filepath.Join(quickDir, fingerprintsName)))
						}
						fallthrough
					default:
						both(quick)
						parseAgain(slow)
						both(slow)
						quick.Reload() // of the files that this change did not touch
						slow.Reload()
						consistent(t, quick, open(quickDir, never(t)))
					}
					if got, want := raw(t, quickDir), raw(t, slowDir); got != want {
						t.Fatalf("%s\nwant\n%s", got, want)
					}
				}
			})
		}
	}
}

func randomChange(random *rand.Rand) func(*Store) error {
	b := Buddy{Account{"prpl-jabber", fmt.Sprintf("alice@example.org/%d", random.IntN(2))}, fmt.Sprintf("buddy%d", random.IntN(4))}
	f := fingerprint(random.IntN(3))
	if random.IntN(3) == 0 {
		f = fingerprint4(random.IntN(3))
	}
	t := []Trust{Unverified, Verified, VerifiedSMP}[random.IntN(3)]
	day := DayOf(time.Unix(random.Int64N(1e6)*1000, 0))
	tag := fmt.Sprintf("%08d", random.IntN(1e6))
	return []func(*Store) error{
		func(s *Store) error { _, err := s.Add(b, f); return err },
		func(s *Store) error { return s.SetTrust(b, f, t) },
		func(s *Store) error { return s.SetTrust(b, f, t) },
		func(s *Store) error { return s.Forget(b, f) },
		func(s *Store) error { return s.Saw(b, f, day) },
		func(s *Store) error { _, err := s.Tag(b.Account, strings.NewReader(tag)); return err },
	}[random.IntN(6)]
}

// writeOtherwise changes the file of fingerprints as other programs and users may: lines twice, lines
// that are none, no line break at the end.
func writeOtherwise(t *testing.T, dir string, how uint64) {
	t.Helper()
	path := filepath.Join(dir, fingerprintsName)
	data := read(t, path)
	first, rest, _ := strings.Cut(data, "\n")
	switch how % 4 {
	case 0:
		data = rest + first + "\n"
	case 1:
		data += first + "\n"
	case 2:
		data = strings.TrimSuffix(data, "\n")
	case 3:
		data += "# mine\n\n"
	}
	writeLater(t, path, data)
}

// writeLater writes path in place, two seconds after it was last written: where times are whole
// seconds, as on some file systems and in emulators, an earlier change to the same
// size is not noticed.
func writeLater(t *testing.T, path, data string) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	write(t, path, data)
	later := info.ModTime().Add(2 * time.Second)
	must(t, os.Chtimes(path, later, later))
}

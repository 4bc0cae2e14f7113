// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBackUp(t *testing.T) {
	dir, ring := sampleDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	list := func(name string) (days []string) {
		paths, _ := filepath.Glob(filepath.Join(dir, name+".*.bak"))
		for _, p := range paths {
			days = append(days, strings.TrimSuffix(filepath.Base(p)[len(name)+1:], ".bak"))
			if mode(t, p) != 0o600 {
				t.Errorf("%s can be read by others", p)
			}
		}
		return days
	}
	write(t, filepath.Join(dir, keysName+".mine.bak"), "the user's own")
	for _, day := range []Day{"2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-01"} {
		must(t, s.BackUp(day))
		must(t, s.SetKey(Account{"prpl-irc", "new" + string(day)}, aKey(1)))
	}
	want := []string{"2026-02-27", "2026-02-28", "2026-03-01", "mine"}
	if got := list(keysName); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := list(fingerprintsName); !slices.Equal(got, want[:3]) {
		t.Errorf("%v", got)
	}
	// What is damaged is not copied, and does not push out what is good.
	good := read(t, filepath.Join(dir, keysName))
	write(t, filepath.Join(dir, keysName), "(privkeys")
	if err := s.BackUp("2026-03-02"); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if got := list(keysName); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := list(fingerprintsName); !slices.Equal(got, []string{"2026-02-28", "2026-03-01", "2026-03-02"}) {
		t.Errorf("%v", got)
	}
	write(t, filepath.Join(dir, keysName), good)

	protect(t, s, ByKeyring, "")
	if got := append(list(keysName), list(fingerprintsName)...); len(got) != 1 {
		t.Errorf("plain backups of a sealed store: %v", got)
	}
	for _, day := range []Day{"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"} {
		must(t, s.BackUp(day))
	}
	if got := list(sealedName); !slices.Equal(got, []string{"2026-03-02", "2026-03-03", "2026-03-04"}) {
		t.Errorf("%v", got)
	}
	// It is used as its description says.
	sealed := dumpAll(s)
	write(t, filepath.Join(dir, sealedName), "damaged")
	write(t, filepath.Join(dir, sealedName), read(t, filepath.Join(dir, sealedName+".2026-03-04.bak")))
	if got := dumpAll(unlocked(t, dir, ring)); got != sealed {
		t.Error(got)
	}
	protect(t, s, Plain, "")
	if got := list(sealedName); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

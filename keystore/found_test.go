// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"path/filepath"
	"strings"
	"testing"
)

var eve = Buddy{aliceIRC, "eve"}

// foundDir returns a sealed store next to which pidgin-otr has written files: a new
// account's key, another key of an account, and fingerprints, verified or not.
func foundDir(t *testing.T) (dir string, s *Store) {
	t.Helper()
	dir = t.TempDir()
	s = openSealed(t, dir, newFakeKeyring(), realDisk{})
	must(t, s.SetKey(aliceIRC, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	protect(t, s, ByPassphrase, "horse")
	write(t, filepath.Join(dir, keysName), keysFile(entryText(aliceIRC, aKey(2), plain), entryText(odd, aKey(1), plain)))
	write(t, filepath.Join(dir, fingerprintsName), "eve\talice\tprpl-irc\t0000000000000000000000000000000000000007\tverified\n"+
		"bob@example.org\talice@example.org/Home\tprpl-jabber\t0000000000000000000000000000000000000001\tverified\n")
	write(t, filepath.Join(dir, tagsName), "# a comment\n")
	return dir, s
}

func TestFound(t *testing.T) {
	dir, s := foundDir(t)
	for range 2 {
		found, err := s.Found()
		must(t, err)
		if len(found.Files) != 3 || len(found.Keys) != 2 || len(found.Known) != 2 {
			t.Fatalf("%+v", found)
		}
		if k := found.Keys[0]; k.Account != aliceIRC || !k.Clash || k.Fingerprint != aKey(2).Fingerprint() {
			t.Errorf("%+v", k)
		}
		if k := found.Keys[1]; k.Account != odd || k.Clash {
			t.Errorf("%+v", k)
		}
		if f := found.Known[0]; f.Buddy != eve || f.Trust != Verified || f.Fingerprint != fingerprint(7) {
			t.Errorf("%+v", f)
		}
		// Nothing in them is trusted, or lost, when the store is unlocked again.
		s.Lock()
		must(t, s.Unlock([]byte("horse")))
		if _, known := s.Trust(eve, fingerprint(7)); known || s.Key(odd) != nil {
			t.Error("a found key has been imported")
		}
	}
	if _, err := s.Protect(ctx, Plain, nil); err == nil || !strings.Contains(err.Error(), ErrFound.Error()) {
		t.Errorf("the plain file was overwritten: %v", err)
	}
	left, err := s.ImportFound("2026-02-28")
	if err != nil || len(left) > 0 || len(leftovers(t, dir)) != 1 {
		t.Errorf("%v, %v, %v", left, err, leftovers(t, dir))
	}
	for _, s := range []*Store{s, unlocked(t, dir, newFakeKeyring(), "horse")} {
		if trust, known := s.Trust(eve, fingerprint(7)); !known || trust.Trusted() {
			t.Errorf("eve is %q", trust)
		}
		if trust, _ := s.Trust(bob, fingerprint(1)); trust.Trusted() {
			t.Errorf("bob is %q", trust)
		}
		if s.Key(aliceIRC).Fingerprint() != aKey(1).Fingerprint() || s.Key(odd) == nil {
			t.Error("wrong keys")
		}
		if c := copies(t, s); !strings.Contains(c, "2026-02-28.old <nil> alice="+aKey(2).Fingerprint().String()) {
			t.Errorf("copies: %q", c)
		}
	}
	if found, err := s.Found(); err != nil || len(found.Files) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestRemoveFound(t *testing.T) {
	dir, s := foundDir(t)
	before := dumpAll(s)
	write(t, filepath.Join(dir, fingerprintsName), "\x00 damaged")
	found, err := s.Found()
	if err != nil || len(found.Files) != 3 || len(found.Known) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
	left, err := s.RemoveFound("2026-02-28")
	if err != nil || len(left) > 0 || len(leftovers(t, dir)) != 1 || dumpAll(s) != before {
		t.Errorf("%v, %v, %v", left, err, leftovers(t, dir))
	}
	if c := copies(t, s); !strings.Contains(c, aKey(2).Fingerprint().String()) {
		t.Errorf("the keys are lost: %q", c)
	}
	protect(t, s, Plain, "")
}

// Plain files whose content the store already has are not reported: they remain when a
// change of the protection is interrupted.
func TestFoundNothing(t *testing.T) {
	dir := fullDir(t)
	before := copyDir(t, dir)
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	if found, err := s.Found(); err != nil || len(found.Files) > 0 {
		t.Errorf("plain: %+v, %v", found, err)
	}
	protect(t, s, ByPassphrase, "horse")
	for _, name := range []string{keysName, fingerprintsName, tagsName, "purple-otr.seen", keysName + ".2026-02-27.old"} {
		write(t, filepath.Join(dir, name), read(t, filepath.Join(before, name)))
	}
	if found, err := s.Found(); err != nil || len(found.Files) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
	s.Lock()
	must(t, s.Unlock([]byte("horse")))
	if l := leftovers(t, dir); len(l) != 1 {
		t.Errorf("there are %v", l)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// forged is a line that says that an attacker's key is verified.
const forged = "bob@example.org\talice@example.org/Home\tprpl-jabber\t" + hexA + "\tverified\n"

// sealedDir returns a folder with a sealed store that has a daily backup.
func sealedDir(t *testing.T, ring *fakeKeyring, how Protection) (dir string, s *Store) {
	t.Helper()
	dir = t.TempDir()
	s = openSealed(t, dir, ring, realDisk{})
	must(t, s.SetKey(aliceIRC, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	protect(t, s, how, "horse")
	must(t, s.BackUp("2026-02-27"))
	return dir, s
}

// wantMissing checks that nothing is used in place of the sealed file.
func wantMissing(t *testing.T, s *Store) {
	t.Helper()
	if !s.Missing() || dumpAll(s) != "" || !s.Locked() {
		t.Errorf("missing %v, locked %v, problems %v\n%s", s.Missing(), s.Locked(), s.Problems(), dumpAll(s))
	}
	_, found := s.Found()
	_, protected := s.Protect(ctx, ByPassphrase, []byte("mule"))
	for i, err := range []error{s.SetKey(aliceIRC, aKey(2)), s.SetTrust(bob, fingerprint(2), Verified), s.BackUp("2026-02-28"), found, protected, s.Unlock([]byte("horse")), s.UnlockKeyring(ctx)} {
		if err == nil {
			t.Errorf("call %d has succeeded", i)
		}
	}
	if s.Reload(); !s.Missing() || dumpAll(s) != "" {
		t.Errorf("after another look: %v\n%s", s.Problems(), dumpAll(s))
	}
}

// The sealed file is removed, in every order of events, and other files are there.
func TestMissing(t *testing.T) {
	plain := map[string]map[string]string{
		"nothing":      {},
		"fingerprints": {fingerprintsName: forged},
		"keys":         {fingerprintsName: forged, keysName: keysFile(entryText(aliceIRC, aKey(2), plain))},
		"the old key":  {fingerprintsName: forged, keysName: keysFile(entryText(aliceIRC, aKey(1), plain))},
	}
	for _, how := range []Protection{ByKeyring, ByPassphrase} {
		for what, files := range plain {
			for _, order := range []string{"before the start", "while locked", "after locking"} {
				ring := newFakeKeyring()
				dir, s := sealedDir(t, ring, how)
				s.Lock()
				if order == "while locked" {
					s = openSealed(t, dir, ring, realDisk{})
				}
				must(t, os.Remove(filepath.Join(dir, sealedName)))
				for name, data := range files {
					write(t, filepath.Join(dir, name), data)
				}
				if order == "before the start" {
					s = openSealed(t, dir, ring, realDisk{})
				}
				if how == ByPassphrase { // the first thing that happens
					if err := s.Unlock([]byte("horse")); !errors.Is(err, ErrMissing) {
						t.Errorf("%s, %s: %v", what, order, err)
					}
				} else {
					s.Reload()
				}
				wantMissing(t, s)
				if !slices.Equal(s.Backups(), []Day{"2026-02-27"}) {
					t.Errorf("%s, %s: backups %v", what, order, s.Backups())
				}
				must(t, s.RestoreBackup("2026-02-27", "2026-02-28"))
				if !s.Locked() || s.Missing() {
					t.Errorf("%s, %s: %v", what, order, s.Problems())
				}
				must(t, unlockAny(s, "horse"))
				if s.Key(aliceIRC).Fingerprint() != aKey(1).Fingerprint() || len(s.Known(bob)) != 1 || len(s.Backups()) != 0 {
					t.Errorf("%s, %s: restored\n%s", what, order, dumpAll(s))
				}
			}
		}
	}
}

// The file is removed while the store is unlocked: what is in memory stays, nothing is
// saved, and forged files are not believed even if they have the user's own old key.
func TestMissingWhileUnlocked(t *testing.T) {
	for what, keys := range map[string]string{
		"no key":      "",
		"the old key": keysFile(entryText(aliceIRC, aKey(1), plain)),
	} {
		_, s := sealedDir(t, newFakeKeyring(), ByPassphrase)
		dir, before := s.folder.path, dumpAll(s)
		must(t, os.Remove(filepath.Join(dir, sealedName)))
		write(t, filepath.Join(dir, keysName), keys)
		write(t, filepath.Join(dir, fingerprintsName), forged)
		s.Reload()
		if err := s.SetTrust(bob, fingerprint(2), Verified); !errors.Is(err, ErrMissing) || !s.Missing() || dumpAll(s) != before {
			t.Errorf("%s: %v\n%s", what, err, dumpAll(s))
		}
		must(t, s.RestoreBackup("2026-02-27", "2026-02-28"))
		must(t, s.Unlock([]byte("horse")))
		if dumpAll(s) != before {
			t.Errorf("%s: restored\n%s", what, dumpAll(s))
		}
	}
}

// A store without keys has only fingerprints to lose.
func TestMissingWithoutKeys(t *testing.T) {
	dir := t.TempDir()
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	protect(t, s, ByPassphrase, "horse")
	must(t, os.Remove(filepath.Join(dir, sealedName)))
	write(t, filepath.Join(dir, fingerprintsName), forged)
	if s.Reload(); !s.Missing() || len(s.Known(bob)) != 1 || s.Known(bob)[0].Fingerprint != fingerprint(1) {
		t.Errorf("%v, known %v", s.Problems(), s.Known(bob))
	}
}

// Without backups, the caller or the keyring remembers the store.
func TestMissingIsRemembered(t *testing.T) {
	for _, who := range []string{"caller", "keyring", "nobody"} {
		ring := newFakeKeyring()
		dir, s := sealedDir(t, ring, ByPassphrase)
		must(t, s.Remember(ctx))
		must(t, s.Close())
		for _, name := range []string{sealedName, sealedName + ".2026-02-27.bak"} {
			must(t, os.Remove(filepath.Join(dir, name)))
		}
		write(t, filepath.Join(dir, fingerprintsName), forged)
		s = openSealed(t, dir, ring, realDisk{})
		switch who {
		case "caller":
			s.ExpectSealed()
		case "keyring":
			s.AskKeyring(ctx)
		case "nobody":
			if s.Missing() {
				t.Error("missing, although nothing says so")
			}
			continue
		}
		wantMissing(t, s)
		// The user says that the plain files are theirs.
		if _, err := s.AdoptPlain("2026-02-28"); err != nil || s.Locked() || len(s.Known(bob)) != 1 {
			t.Errorf("%s: %v, %v", who, err, s.Known(bob))
		}
		must(t, s.Remember(ctx))
		again := openSealed(t, dir, ring, realDisk{})
		if again.AskKeyring(ctx); again.Missing() {
			t.Errorf("%s: still missed", who)
		}
	}
}

// Until the keyring has answered, nothing plain is used. A keyring that is not there, or
// does not answer, is not waited for longer, and forgets nothing.
func TestWaiting(t *testing.T) {
	for _, answer := range []string{"sealed", "nothing", "no keyring", "no answer"} {
		ring := newFakeKeyring()
		dir, s := sealedDir(t, ring, ByPassphrase)
		must(t, s.Remember(ctx))
		must(t, s.Close())
		for _, name := range []string{sealedName, sealedName + ".2026-02-27.bak"} {
			must(t, os.Remove(filepath.Join(dir, name)))
		}
		write(t, filepath.Join(dir, fingerprintsName), forged)
		until, cancel := context.WithCancel(ctx)
		defer cancel()
		switch answer {
		case "nothing":
			clear(ring.secrets)
		case "no keyring":
			ring.err = ErrKeyring
		case "no answer":
			ring.during = cancel
		}

		s = openSealed(t, dir, ring, realDisk{})
		s.AwaitKeyring()
		s.Reload()
		if !s.Locked() || !s.Waiting() || s.Missing() || len(s.Problems()) > 0 || len(s.Known(bob)) > 0 || s.SetTrust(bob, fingerprint(2), Verified) == nil {
			t.Errorf("%s: before the answer: locked %v, known %v, %v", answer, s.Locked(), s.Known(bob), s.Problems())
		}
		s.AskKeyring(until)
		if s.Waiting() {
			t.Errorf("%s: still waiting", answer)
		}
		if answer == "sealed" {
			wantMissing(t, s)
			continue
		}
		if s.Locked() || s.Protection() != Plain || len(s.Known(bob)) != 1 {
			t.Errorf("%s: locked %v, known %v", answer, s.Locked(), s.Known(bob))
		}
		if answer == "nothing" {
			continue
		}
		ring.err, ring.during = nil, nil
		must(t, s.Remember(ctx))
		again := openSealed(t, dir, ring, realDisk{})
		if again.AskKeyring(ctx); !again.Missing() {
			t.Errorf("%s: the keyring has forgotten the store", answer)
		}
	}
}

// What another program seals meanwhile is sealed, whatever the keyring answers.
func TestSealedWhileWaiting(t *testing.T) {
	ring := newFakeKeyring()
	dir := t.TempDir()
	s := openSealed(t, dir, ring, realDisk{})
	s.AwaitKeyring()
	protect(t, openSealed(t, dir, ring, realDisk{}), ByPassphrase, "horse")
	s.Reload()
	s.AskKeyring(ctx)
	if !s.Locked() || s.Missing() || s.Protection() != ByPassphrase {
		t.Errorf("locked %v, missing %v, %v", s.Locked(), s.Missing(), s.Problems())
	}
	must(t, s.Unlock([]byte("horse")))
}

// What the user does on purpose is not missed afterwards, in this process or the next,
// nor in another that runs at the same time.
func TestNotMissing(t *testing.T) {
	ring := newFakeKeyring()
	dir, s := sealedDir(t, ring, ByPassphrase)
	must(t, s.Remember(ctx))
	other := unlocked(t, dir, ring, "horse")
	want := dumpAll(s)
	protect(t, s, Plain, "")
	must(t, s.Remember(ctx))
	other.Reload()
	next := openSealed(t, dir, ring, realDisk{})
	next.AskKeyring(ctx)
	for i, s := range []*Store{s, other, next} {
		if s.Missing() || s.Protection() != Plain || dumpAll(s) != want {
			t.Errorf("%d: %v\n%s", i, s.Problems(), dumpAll(s))
		}
	}
	protect(t, s, ByKeyring, "")
	if next.Reload(); !next.Locked() || next.Missing() {
		t.Errorf("sealed again: %v", next.Problems())
	}
}

// Starting over keeps everything under other names: the sealed file, its backups, and
// plain files of which nobody knows who has written them.
func TestStartOver(t *testing.T) {
	for _, gone := range []bool{false, true} {
		ring := newFakeKeyring()
		dir, s := sealedDir(t, ring, ByPassphrase)
		before := dumpAll(s)
		s.Lock()
		sealed := filepath.Join(dir, sealedName)
		if gone {
			must(t, os.Remove(sealed))
		}
		write(t, filepath.Join(dir, fingerprintsName), forged)
		write(t, filepath.Join(dir, keysName), keysFile(entryText(aliceIRC, aKey(2), plain)))
		s.Reload()
		path, err := s.SetAside("2026-02-28")
		must(t, err)
		if s.Locked() || s.Missing() || s.Key(aliceIRC) != nil || len(s.Known(bob)) > 0 {
			t.Errorf("gone %v: %v\n%s", gone, s.Problems(), dumpAll(s))
		}
		// Protecting the new keys wipes none of the old ones.
		must(t, s.SetKey(aliceIRC, aKey(2)))
		must(t, s.BackUp("2026-02-28"))
		protect(t, s, ByPassphrase, "mule")
		protect(t, s, ByKeyring, "")
		protect(t, s, Plain, "")
		backup := filepath.Join(dir, sealedName+".2026-02-27.old")
		for _, file := range []string{path, backup} {
			write(t, sealed, read(t, file))
			if got := dumpAll(unlocked(t, dir, ring, "horse")); got != before {
				t.Errorf("gone %v: %s has\n%s", gone, file, got)
			}
		}
	}
}

// The newest backup is damaged: where that can be seen, it is not offered, and where not,
// an older one is offered next.
func TestDamagedBackup(t *testing.T) {
	for _, header := range []bool{true, false} {
		_, s := sealedDir(t, newFakeKeyring(), ByPassphrase)
		dir := s.folder.path
		must(t, s.BackUp("2026-02-28"))
		newest := filepath.Join(dir, sealedName+".2026-02-28.bak")
		data := []byte(read(t, newest))
		if header {
			data = data[:30]
		} else {
			data[len(data)-1] ^= 1
		}
		write(t, newest, string(data))
		s.Lock()
		must(t, os.Remove(filepath.Join(dir, sealedName)))
		s.Reload()
		if header {
			if !slices.Equal(s.Backups(), []Day{"2026-02-27"}) || s.RestoreBackup("2026-02-28", "2026-03-01") == nil {
				t.Errorf("backups %v", s.Backups())
			}
			continue
		}
		must(t, s.RestoreBackup("2026-02-28", "2026-03-01"))
		if err := s.Unlock([]byte("horse")); !errors.Is(err, ErrDamaged) || !slices.Equal(s.Backups(), []Day{"2026-02-27"}) {
			t.Errorf("%v, backups %v", err, s.Backups())
		}
		must(t, s.RestoreBackup("2026-02-27", "2026-03-01"))
		must(t, s.Unlock([]byte("horse")))
		if read(t, filepath.Join(dir, sealedName+".2026-03-01.old")) != string(data) {
			t.Error("the damaged file was not kept")
		}
	}
}

// A daily backup may be all that is left of a lost file. Sealing keeps it.
func TestLastPlainBackupIsKept(t *testing.T) {
	for _, damaged := range []bool{false, true} {
		dir, ring := t.TempDir(), newFakeKeyring()
		s := openSealed(t, dir, ring, realDisk{})
		must(t, s.SetKey(aliceIRC, aKey(1)))
		must(t, s.BackUp("2026-02-27"))
		must(t, os.Remove(filepath.Join(dir, keysName)))
		backup := filepath.Join(dir, keysName+".2026-02-27.bak")
		if damaged {
			write(t, backup, read(t, backup)+"(")
		}
		want := read(t, backup)
		s = openSealed(t, dir, ring, realDisk{})
		must(t, s.SetKey(aliceIRC, aKey(2)))
		protect(t, s, ByPassphrase, "horse")
		if found := secretsIn(t, dir); len(found) > 0 {
			t.Errorf("readable: %v", found)
		}
		if found, err := s.Found(); err != nil || len(found.Files) > 0 {
			t.Errorf("found %v, %v", found, err)
		}
		protect(t, s, ByKeyring, "")
		protect(t, s, Plain, "")
		if got := read(t, backup); !damaged && !strings.Contains(got, "dsa") || damaged && got != want {
			t.Errorf("damaged %v: the backup has now %d bytes", damaged, len(got))
		}
	}
}

// An older copy is noticed after a restart, too, if the keyring remembers the newer one.
func TestOlderAfterRestart(t *testing.T) {
	for _, how := range []Protection{ByKeyring, ByPassphrase} {
		ring := newFakeKeyring()
		dir, s := sealedDir(t, ring, how)
		writes := 0
		s.OnWrite(func() { writes++ })
		must(t, s.SetTrust(bob, fingerprint(1), Unverified))
		if writes != 1 {
			t.Errorf("told of %d writes", writes)
		}
		must(t, s.Remember(ctx))
		newest := read(t, filepath.Join(dir, sealedName))
		write(t, filepath.Join(dir, sealedName), read(t, filepath.Join(dir, sealedName+".2026-02-27.bak")))
		s = openSealed(t, dir, ring, realDisk{})
		for range 2 {
			if err := unlockAny(s, "horse"); !errors.Is(err, ErrOlder) || !s.Locked() || dumpAll(s) != "" {
				t.Errorf("by %d: %v", how, err)
			}
		}
		must(t, s.Remember(ctx)) // must not forget the newer one
		// Its being put right is enough.
		write(t, filepath.Join(dir, sealedName), newest)
		must(t, unlockAny(openSealed(t, dir, ring, realDisk{}), "horse"))
		// The user may use the older one all the same.
		write(t, filepath.Join(dir, sealedName), read(t, filepath.Join(dir, sealedName+".2026-02-27.bak")))
		if err := unlockAny(s, "horse"); !errors.Is(err, ErrOlder) {
			t.Errorf("by %d: %v", how, err)
		}
		must(t, s.AcceptOlder(ctx))
		must(t, unlockAny(s, "horse"))
		if trust, _ := s.Trust(bob, fingerprint(1)); trust != Verified {
			t.Errorf("by %d: trust %q", how, trust)
		}
	}
}

// Two computers share the folder, each with its own keyring: what the other has written
// is newer than what this one's keyring remembers.
func TestTwoComputers(t *testing.T) {
	here, there := newFakeKeyring(), newFakeKeyring()
	dir, s := sealedDir(t, here, ByPassphrase)
	must(t, s.Remember(ctx))
	other := unlocked(t, dir, there, "horse")
	must(t, other.SetTrust(bob, fingerprint(2), Verified))
	must(t, other.Remember(ctx))
	must(t, unlockAny(openSealed(t, dir, here, realDisk{}), "horse"))

	protect(t, s, ByKeyring, "")
	elsewhere := openSealed(t, dir, there, realDisk{})
	if err := elsewhere.UnlockKeyring(ctx); !errors.Is(err, ErrNotInKeyring) || !elsewhere.Locked() {
		t.Error(err)
	}
}

// The user's own decision for a backup is not questioned, nor the next start after it.
func TestRestoredIsNotOlder(t *testing.T) {
	ring := newFakeKeyring()
	dir, s := sealedDir(t, ring, ByKeyring)
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	must(t, s.Remember(ctx))
	must(t, os.Remove(filepath.Join(dir, sealedName)))
	s = openSealed(t, dir, ring, realDisk{})
	must(t, s.RestoreBackup("2026-02-27", "2026-02-28"))
	must(t, s.UnlockKeyring(ctx))
	must(t, s.Remember(ctx))
	must(t, unlockAny(openSealed(t, dir, ring, realDisk{})))
}

// A process that is killed at any step of a decision, or at which a step fails, leaves the
// store missing, or what has been decided, and loses no file.
func TestDecisionsAreKilled(t *testing.T) {
	for name, do := range map[string]func(*Store) error{
		"restore": func(s *Store) error { return s.RestoreBackup("2026-02-26", "2026-02-28") },
		"aside":   func(s *Store) error { _, err := s.SetAside("2026-02-28"); return err },
		"adopt":   func(s *Store) error { _, err := s.AdoptPlain("2026-02-28"); return err },
	} {
		for _, fails := range []error{nil, syscall.ENOSPC} {
			for at := 0; ; at++ {
				ring := newFakeKeyring()
				dir, s := sealedDir(t, ring, ByPassphrase)
				must(t, s.BackUp("2026-02-26"))
				must(t, os.Remove(filepath.Join(dir, sealedName)))
				write(t, filepath.Join(dir, fingerprintsName), forged)
				write(t, filepath.Join(dir, keysName), keysFile(entryText(aliceIRC, aKey(2), plain)))
				s = openSealed(t, dir, ring, realDisk{})
				d := &faultyDisk{t: t, at: at, fails: fails, dirty: map[string]bool{}}
				s.folder.disk = d
				err := do(s)
				if done := err == nil; done == s.Missing() || !done && dumpAll(s) != "" {
					t.Errorf("%s, step %d: %v, missing %v", name, at, err, s.Missing())
				}
				next := openSealed(t, dir, ring, realDisk{})
				believed := !next.Locked() && len(next.Known(bob)) > 0
				if !next.Locked() && name == "restore" || believed != (name == "adopt" && !next.Missing()) {
					t.Errorf("%s, step %d: %v\n%s", name, at, next.Problems(), dumpAll(next))
				}
				all := ""
				list, _ := os.ReadDir(dir)
				for _, e := range list {
					if !isLeftover(e.Name()) {
						all += read(t, filepath.Join(dir, e.Name()))
					}
				}
				if strings.Count(all, storeMagic) < 2 || !strings.Contains(all, hexA) || !strings.Contains(all, "dsa") {
					t.Errorf("%s, step %d: a file is lost: %v", name, at, list)
				}
				if d.steps <= at {
					break
				}
			}
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var ctx = context.Background()

// The store can change from every protection to every other without losing anything.
func TestProtect(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	want, wantCopies := dumpAll(s), copies(t, s)
	if !strings.Contains(wantCopies, "2026-02-27.old <nil>") {
		t.Fatal(wantCopies)
	}
	for _, how := range []Protection{ByPassphrase, ByPassphrase, ByKeyring, ByKeyring, Plain, ByKeyring, ByPassphrase, Plain} {
		protect(t, s, how, "horse")
		if s.Protection() != how || s.Locked() || dumpAll(s) != want || copies(t, s) != wantCopies {
			t.Fatalf("%v: now %v, locked %v\n%s\n%s", how, s.Protection(), s.Locked(), dumpAll(s), copies(t, s))
		}
		again := openSealed(t, dir, ring, realDisk{})
		if again.Protection() != how || again.Locked() != (how != Plain) {
			t.Errorf("%v: opened as %v, locked %v", how, again.Protection(), again.Locked())
		}
		must(t, unlockAny(again, "horse"))
		if dumpAll(again) != want || copies(t, again) != wantCopies || len(again.Problems()) > 0 {
			t.Errorf("%v: read as\n%s\n%s\n%v", how, dumpAll(again), copies(t, again), again.Problems())
		}
		if n := len(ring.secrets); n != map[Protection]int{ByKeyring: 1}[how] {
			t.Errorf("%v: %d secrets in the keyring", how, n)
		}
		// Of the daily backups of the previous state, one is of the present state now.
		if found := secretsIn(t, dir); how != Plain && len(found) > 0 {
			t.Errorf("%v: readable: %v", how, found)
		}
		list, _ := filepath.Glob(filepath.Join(dir, "*.bak"))
		if how == Plain && len(list) > 0 || len(list) > 1 || len(list) == 1 && headerOf(list[0]).id != s.vault.id {
			t.Errorf("%v: %v", how, list)
		}
		must(t, again.BackUp("2026-02-28"))
	}
}

// Sealing the store and unsealing it again does not change what libotr reads.
func TestProtectAndBackForLibotr(t *testing.T) {
	run := libotr(t)
	dir := sampleDir(t)
	want := sorted(run(dir, "dump"))
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	must(t, s.SetKey(Account{"prpl-irc", "new"}, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(2), "word"))
	more := sorted(run(dir, "dump"))
	if more == want {
		t.Fatal("nothing has been added")
	}
	protect(t, s, ByPassphrase, "horse")
	if got := run(dir, "dump"); got != "" {
		t.Errorf("libotr still reads\n%s", got)
	}
	protect(t, s, Plain, "")
	if got := sorted(run(dir, "dump")); got != more {
		t.Errorf("%s\nwant\n%s", got, more)
	}
}

func TestLocked(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	want := dumpAll(s)
	protect(t, s, ByPassphrase, "horse")
	sealed := read(t, filepath.Join(dir, sealedName))
	check := func(s *Store) {
		t.Helper()
		if !s.Locked() || s.Protection() != ByPassphrase || len(s.Problems()) > 0 {
			t.Errorf("locked %v, %v, %v", s.Locked(), s.Protection(), s.Problems())
		}
		if dumpAll(s) != "" || s.Key(alice) != nil || len(s.Accounts())+len(s.Buddies())+len(s.Known(bob)) > 0 {
			t.Error("a locked store returned data")
		}
		_, added := s.Add(bob, fingerprint(9))
		_, tagErr := s.Tag(Account{"prpl-irc", "new"}, rand.Reader)
		_, replaceErr := s.ReplaceKey(alice, aKey(1), "2026-02-28")
		_, deleteErr := s.DeleteKey(alice, "2026-02-28")
		_, protectErr := s.Protect(ctx, Plain, nil)
		_, foundErr := s.Found()
		_, takeErr := s.ImportFound("2026-02-28")
		for i, err := range []error{added, tagErr, replaceErr, deleteErr, protectErr, foundErr, takeErr,
			s.SetKey(alice, aKey(1)), s.SetTrust(bob, fingerprint(1), Verified), s.Forget(bob, fingerprint(1)),
			s.Saw(bob, fingerprint(1), "2026-02-28"), s.BackUp("2026-02-28")} {
			if !errors.Is(err, ErrSealed) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if s.Reload() || s.Unlock([]byte("mule")) != ErrPassphrase || s.Unlock(nil) != ErrNoPassphrase {
			t.Error("unlocked")
		}
		if !s.Locked() || read(t, filepath.Join(dir, sealedName)) != sealed {
			t.Error("something has been written")
		}
		if s.UnlockKeyring(ctx) == nil {
			t.Error("unlocked by the keyring")
		}
	}
	s.Lock()
	check(s)
	s = openSealed(t, dir, ring, realDisk{})
	check(s)
	must(t, s.Unlock([]byte("horse")))
	must(t, s.Unlock([]byte("whatever"))) // Unlock does nothing if the store is not locked
	if s.Locked() || dumpAll(s) != want {
		t.Error(dumpAll(s))
	}
	if l := leftovers(t, dir); len(l) != 1 {
		t.Errorf("there are %v", l)
	}
}

func TestSealedStoreIsWritten(t *testing.T) {
	dir, ring := t.TempDir(), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	must(t, saveAll(s, "one", aKey(1)))
	old, err := s.ReplaceKey(Account{"prpl-irc", "one"}, aKey(2), "2026-02-28")
	must(t, err)
	if old != filepath.Join(dir, sealedName) {
		t.Errorf("the copy of the old key is in %s", old)
	}
	must(t, s.Saw(bob, fingerprint(3), "2026-02-28"))
	must(t, s.SetTrust(bob, fingerprint(3), Verified))
	again := unlocked(t, dir, ring)
	if dumpAll(again) != dumpAll(s) || again.Key(Account{"prpl-irc", "one"}).Fingerprint() != aKey(2).Fingerprint() {
		t.Errorf("%s\nwant\n%s", dumpAll(again), dumpAll(s))
	}
	if c := copies(t, again); !strings.Contains(c, "otr.private_key.2026-02-28.old <nil> one="+aKey(1).Fingerprint().String()) {
		t.Errorf("copies: %q", c)
	}
	text := read(t, filepath.Join(dir, sealedName))
	for _, secret := range []string{"prpl-irc", "one", "bob", "dsa", "verified"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q can be read", secret)
		}
	}
	if mode(t, filepath.Join(dir, sealedName)) != 0o600 {
		t.Error("others can read it")
	}
}

// The sealed key of one account cannot be opened as the key of another.
func TestKeyIsSealedForItsAccount(t *testing.T) {
	dir := t.TempDir()
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	protect(t, s, ByPassphrase, "horse")
	text, err := s.keys.text(aliceIRC, aKey(1))
	must(t, err)
	if bytes.Contains(text, []byte("dsa")) {
		t.Error("the key is not sealed")
	}
	if got, err := s.keys.parse([]byte("(privkeys\n " + string(text) + "\n)\n")); err != nil || len(got.index) != 1 {
		t.Error(err)
	}
	for _, moved := range []string{strings.Replace(string(text), "alice", "carol", 1), strings.Replace(string(text), "prpl-irc", "prpl-icq", 1)} {
		if got, err := s.keys.parse([]byte("(privkeys\n " + moved + "\n)\n")); err == nil || len(got.index) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// Any change to the file is detected, and then the file is never overwritten.
func TestSealedFileIsChanged(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir, ring := t.TempDir(), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	must(t, s.SetKey(aliceIRC, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	protect(t, s, ByPassphrase, "horse")
	path := filepath.Join(dir, sealedName)
	sealed := read(t, path)
	before := dumpAll(s)
	try := func(what, text string, want ...error) {
		t.Helper()
		write(t, path, text)
		// A process that is already running keeps its data.
		err := s.SetTrust(bob, fingerprint(1), Verified)
		if err == nil || dumpAll(s) != before && !s.Locked() || read(t, path) != text {
			t.Errorf("%s: %v", what, err)
		}
		// Another process opens the file.
		o := openSealed(t, dir, ring, realDisk{})
		err = o.Unlock([]byte("horse"))
		if !o.Locked() || err == nil || o.SetKey(aliceIRC, aKey(2)) == nil || read(t, path) != text {
			t.Errorf("%s: opening: %v", what, err)
		}
		ok := false
		for _, w := range want {
			ok = ok || errors.Is(err, w)
		}
		if !ok {
			t.Errorf("%s: opening: %v", what, err)
		}
		if trust, _ := o.Trust(bob, fingerprint(1)); trust.Trusted() {
			t.Errorf("%s: verified", what)
		}
		write(t, path, sealed)
		if s.Locked() {
			s = unlocked(t, dir, ring, "horse")
		} else if s.Reload(); len(s.Problems()) > 0 {
			t.Errorf("%s: still %v", what, s.Problems())
		}
	}
	for i := range sealed {
		if i > modeAt && i%7 != 0 {
			continue
		}
		if head := len(storeMagic) + 2 + idLen; i >= head+10 && i < head+19 {
			continue // a higher cost for the passphrase would slow down the test
		}
		b := []byte(sealed)
		b[i] ^= 1
		try("changed", string(b), ErrDamaged, ErrPassphrase, ErrUnreadable, ErrNewer, ErrProtection)
	}
	for i := 0; i < len(sealed); i += 11 {
		try("cut off", sealed[:i], ErrDamaged)
	}
	newer := []byte(sealed)
	newer[len(storeMagic)]++
	try("newer", string(newer), ErrNewer)
	try("newer inside", sealed[:len(sealed)-1]+"x", ErrDamaged)
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
}

// An older copy of the file that an attacker puts in place while the program runs is
// detected.
func TestOlderSealedFile(t *testing.T) {
	dir, ring := t.TempDir(), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	path := filepath.Join(dir, sealedName)
	old := read(t, path)
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	newest := read(t, path)
	write(t, path, old)
	if err := s.SetTrust(bob, fingerprint(2), Verified); !errors.Is(err, ErrOlder) || read(t, path) != old {
		t.Error(err)
	}
	if trust, _ := s.Trust(bob, fingerprint(1)); trust.Trusted() {
		t.Error("verified again")
	}
	if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrOlder) {
		t.Error(p)
	}
	s.Lock()
	if err := s.UnlockKeyring(ctx); !errors.Is(err, ErrOlder) {
		t.Error(err)
	}
	write(t, path, newest)
	must(t, s.UnlockKeyring(ctx))
	must(t, s.SetTrust(bob, fingerprint(2), Verified))
	if len(s.Problems()) > 0 {
		t.Error(s.Problems())
	}
}

// An attacker removes the sealed file and replaces it by plain files that say that their
// own key is verified.
func TestSealedFileIsRemoved(t *testing.T) {
	dir, ring := t.TempDir(), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	must(t, s.SetKey(aliceIRC, aKey(1)))
	protect(t, s, ByKeyring, "")
	must(t, os.Remove(filepath.Join(dir, sealedName)))
	write(t, filepath.Join(dir, fingerprintsName), "bob@example.org\talice@example.org/Home\tprpl-jabber\t"+hexA+"\tverified\n")
	for _, keys := range []string{"", keysFile(entryText(aliceIRC, aKey(2), plain))} {
		write(t, filepath.Join(dir, keysName), keys)
		s.Reload()
		if err := s.SetTrust(bob, fingerprint(1), Verified); !errors.Is(err, ErrMissing) {
			t.Error(err)
		}
		if len(s.Known(bob)) > 0 || s.Key(aliceIRC).Fingerprint() != aKey(1).Fingerprint() || len(s.Problems()) != 1 {
			t.Error("the attacker's key is trusted", s.Problems())
		}
	}
}

func TestProtectFails(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	want := dumpAll(s)
	nothing := func(what string, err, wantErr error) {
		t.Helper()
		if !errors.Is(err, wantErr) || s.Protection() != Plain || dumpAll(s) != want || dumpAll(openGood(t, dir)) != want || len(ring.secrets) > 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := s.Protect(ctx, ByPassphrase, nil)
	nothing("no passphrase", err, ErrNoPassphrase)
	_, err = s.Protect(ctx, Unknown, nil)
	nothing("no protection", err, ErrProtection)
	ring.err = ErrKeyring
	_, err = s.Protect(ctx, ByKeyring, nil)
	nothing("no keyring", err, ErrKeyring)
	ring.err = nil
	ring.change = func(b []byte) { b[0]++ }
	_, err = s.Protect(ctx, ByKeyring, nil)
	nothing("bad keyring", err, ErrKeyring)
	ring.change = nil
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.Protect(cancelled, ByKeyring, nil)
	nothing("cancelled", err, context.Canceled)

	path := filepath.Join(dir, fingerprintsName)
	good := read(t, path)
	write(t, path, good+"\x00")
	if _, err = s.Protect(ctx, ByKeyring, nil); !errors.Is(err, ErrDamaged) || len(ring.secrets) > 0 {
		t.Errorf("damaged: %v", err)
	}
	write(t, path, good)
	must(t, os.Remove(filepath.Join(dir, lockName)))
	must(t, os.Mkdir(filepath.Join(dir, lockName), 0o700))
	_, err = s.Protect(ctx, ByPassphrase, []byte("horse"))
	nothing("no lock", err, ErrNotSaved)
}

// While a passphrase is being checked or the keyring waits for the user, all other
// methods work.
func TestKeyringDoesNotBlockOtherMethods(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	calls := 0
	use := func(write bool) func() {
		return func() {
			calls++
			done := make(chan bool)
			go func() {
				s.Key(alice)
				s.Known(bob)
				s.Problems()
				s.Reload()
				if write {
					must(t, s.Saw(bob, fingerprint(1), Day(fmt.Sprintf("2026-03-%02d", calls))))
				}
				close(done)
			}()
			select {
			case <-done:
			case <-time.After(time.Minute):
				t.Error("another method is blocked")
			}
		}
	}
	ring.during = use(true)
	protect(t, s, ByKeyring, "")
	want := dumpAll(s)
	if s.Seen(bob, fingerprint(1)).Last != "2026-03-02" {
		t.Error("what was changed meanwhile is lost")
	}
	s.Lock()
	ring.during = use(false)
	must(t, s.UnlockKeyring(ctx))
	if dumpAll(s) != want || calls != 4 {
		t.Errorf("%d calls", calls)
	}
}

// A user without the passphrase can start over, and go back after finding it.
func TestSetAside(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	if _, err := s.SetAside("2026-02-28"); !errors.Is(err, ErrNotSaved) {
		t.Errorf("there is no sealed file: %v", err)
	}
	want := dumpAll(s)
	protect(t, s, ByPassphrase, "horse")
	s.Lock()
	path, err := s.SetAside("2026-02-28")
	must(t, err)
	if s.Locked() || s.Protection() != Plain || dumpAll(s) != "" || filepath.Base(path) != sealedName+".2026-02-28.old" {
		t.Errorf("%v, %s", s.Protection(), path)
	}
	must(t, s.SetTrust(bob, fingerprint(9), Verified))
	protect(t, s, ByPassphrase, "mule")
	again, err := s.SetAside("2026-02-28")
	must(t, err)
	if again == path {
		t.Fatal("the first one is lost")
	}
	must(t, os.Rename(path, filepath.Join(dir, sealedName)))
	if got := dumpAll(unlocked(t, dir, ring, "horse")); got != want {
		t.Error(got)
	}
}

// Another process changes the protection, or the store is closed, while we wait for the
// keyring.
func TestChangedWhileUnlocking(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	other := unlocked(t, dir, ring)
	s.Lock()
	ring.during = func() {
		ring.during = nil
		protect(t, other, ByPassphrase, "horse")
		s.Reload()
	}
	if err := s.UnlockKeyring(ctx); err == nil || !s.Locked() {
		t.Error(err)
	}
	must(t, s.Unlock([]byte("horse")))
	protect(t, s, ByKeyring, "")
	s.Lock()
	ring.during = func() { must(t, s.Close()) }
	if err := s.UnlockKeyring(ctx); !errors.Is(err, ErrClosed) || s.Key(alice) != nil {
		t.Error(err)
	}
}

// Plain files are overwritten, except if they have a second name (hard link): that is the
// user's copy.
func TestWipe(t *testing.T) {
	dir := sampleDir(t)
	path := filepath.Join(dir, keysName)
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	other := filepath.Join(t.TempDir(), "copy")
	must(t, os.Link(filepath.Join(dir, fingerprintsName), other))
	kept := read(t, other)
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	left, err := s.Protect(ctx, ByPassphrase, []byte("horse"))
	if err != nil || len(left) != 1 || !errors.Is(left[0].Err, ErrNotWiped) || left[0].File != filepath.Join(dir, fingerprintsName) {
		t.Errorf("%v, %v", left, err)
	}
	info, err := f.Stat()
	must(t, err)
	text := make([]byte, info.Size())
	if n, err := f.ReadAt(text, 0); err != nil || n == 0 || len(bytes.Trim(text, "\x00")) > 0 {
		t.Errorf("%d bytes are %.50q, %v", n, text, err)
	}
	if read(t, other) != kept {
		t.Error("the copy has changed")
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir, elsewhere, ring := t.TempDir(), sampleDir(t), newFakeKeyring()
	for _, name := range files {
		must(t, os.Symlink(filepath.Join(elsewhere, name), filepath.Join(dir, name)))
	}
	s := openSealed(t, dir, ring, realDisk{})
	want := dumpAll(s)
	protect(t, s, ByKeyring, "")
	if l := append(leftovers(t, dir), secretsIn(t, elsewhere)...); len(l) != 1 || dumpAll(s) != want {
		t.Errorf("there are %v", l)
	}
	// The sealed file may also be a symbolic link.
	path := filepath.Join(dir, sealedName)
	moved := filepath.Join(elsewhere, "moved")
	must(t, os.Rename(path, moved))
	must(t, os.Symlink(moved, path))
	s = unlocked(t, dir, ring)
	must(t, s.SetTrust(bob, fingerprint(8), Verified))
	if mode(t, path)&os.ModeSymlink == 0 || dumpAll(unlocked(t, dir, ring)) != dumpAll(s) {
		t.Error("the path is no longer a link")
	}
	must(t, os.Rename(moved, moved+"2"))
	o := openSealed(t, dir, ring, realDisk{})
	if !o.Locked() || o.Protection() != Unknown || len(o.Problems()) != 1 || o.SetKey(alice, aKey(1)) == nil {
		t.Errorf("dangling: %v", o.Problems())
	}
	must(t, os.Rename(moved+"2", moved))
	protect(t, s, Plain, "")
	if l := append(leftovers(t, dir), leftovers(t, elsewhere)...); len(l) > 0 {
		t.Errorf("there are %v", l)
	}
}

func TestNotASealedFile(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"empty":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"text": func(path string) error {
			return os.WriteFile(path, []byte("hello, this is some text and not a key"), 0o600)
		},
	} {
		dir := sampleDir(t)
		path := filepath.Join(dir, sealedName)
		must(t, put(path))
		s := openSealed(t, dir, newFakeKeyring(), realDisk{})
		if !s.Locked() || s.Protection() != Unknown || len(s.Problems()) != 1 || s.Problems()[0].File != path {
			t.Errorf("%s: %v", what, s.Problems())
		}
		err := s.SetKey(alice, aKey(1))
		if err == nil || errors.Is(err, ErrSealed) || dump(s) != "" || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", what, err)
		}
		if s.Unlock([]byte("horse")) == nil || s.UnlockKeyring(ctx) == nil {
			t.Errorf("%s: unlocked", what)
		}
		must(t, os.Remove(path))
		s = openGood(t, dir)
		must(t, s.SetKey(alice, aKey(1)))
	}
}

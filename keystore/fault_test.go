// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var errKilled = errors.New("the process has been killed")

// A faultyDisk fails at one step: only there (fails), or from there on, so that nothing
// happens any more, as if the process had been killed or the disk had failed for good
// (always). A write that fails has written half of the data.
type faultyDisk struct {
	realDisk
	t      *testing.T
	at     int   // the step, from 0
	fails  error // nil if the process is killed
	always bool
	steps  int // so far
	dirty  map[string]bool

	noFlock error  // what flock fails with, if it does
	process string // the process that this is
}

func (d *faultyDisk) flock(path string) (func(), error) {
	unlock, err := d.realDisk.flock(path)
	if err == nil && d.noFlock != nil {
		unlock()
		return nil, d.noFlock
	}
	return unlock, err
}

func (d *faultyDisk) createNew(path string) (diskFile, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.file(d.realDisk.createNew(path))
}

func (d *faultyDisk) owner() string { return d.process }

// ended: no two processes run at the same time here.
func (d *faultyDisk) ended(owner string) bool { return owner != "" && owner != d.process }

// step returns an error if the step is not to be made.
func (d *faultyDisk) step() error {
	n := d.steps
	d.steps++
	switch {
	case d.fails != nil && (n == d.at || d.always && n > d.at):
		return d.fails
	case d.fails == nil && n >= d.at:
		return errKilled
	}
	return nil
}

func (d *faultyDisk) create(dir, pattern string) (diskFile, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.file(d.realDisk.create(dir, pattern))
}

func (d *faultyDisk) rewrite(path string) (diskFile, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.file(d.realDisk.rewrite(path))
}

func (d *faultyDisk) file(f diskFile, err error) (diskFile, error) { return &faultyFile{f, d}, err }

func (d *faultyDisk) rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.dirty[from] {
		d.t.Errorf("%s is renamed before it has been synced", to)
	}
	return d.realDisk.rename(from, to)
}

func (d *faultyDisk) remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.realDisk.remove(path)
}

func (d *faultyDisk) syncDir(string) error {
	return d.step()
}

type faultyFile struct {
	diskFile
	d *faultyDisk
}

func (f *faultyFile) Write(b []byte) (int, error) {
	if err := f.d.step(); err != nil {
		if err != errKilled || f.d.steps == f.d.at+1 {
			_, _ = f.diskFile.Write(b[:len(b)/2])
		}
		return len(b) / 2, err
	}
	f.d.dirty[f.Name()] = true
	return f.diskFile.Write(b)
}

func (f *faultyFile) Sync() error {
	if err := f.d.step(); err != nil {
		return err
	}
	delete(f.d.dirty, f.Name())
	return nil // it would take most of the test's time
}

func (f *faultyFile) Close() error {
	err := f.d.step()
	if e := f.diskFile.Close(); err == nil {
		err = e
	}
	return err
}

// never returns a disk that does not fail, and is fast.
func never(t *testing.T) disk { return &faultyDisk{t: t, at: 1 << 30, dirty: map[string]bool{}} }

// An attempt is a change of the files, and how they are protected before it.
type attempt struct {
	name string
	from Protection
	do   func(*Store) error

	noFlock error // what flock fails with, if it does
}

func attempts() (all []attempt) {
	to := func(how Protection) func(*Store) error {
		return func(s *Store) error { _, err := s.Protect(ctx, how, []byte("new")); return err }
	}
	for _, from := range []Protection{Plain, ByKeyring, ByPassphrase} {
		for name, do := range map[string]func(*Store) error{
			"key":   func(s *Store) error { return s.SetKey(Account{"prpl-irc", "new"}, aKey(1)) },
			"trust": func(s *Store) error { return s.SetTrust(bob, fingerprint(1), VerifiedSMP) },
			"tag": func(s *Store) error {
				_, err := s.Tag(Account{"prpl-irc", "new"}, strings.NewReader("12345678"))
				return err
			},
			"seen":     func(s *Store) error { return s.Saw(bob, fingerprint(1), "2026-02-28") },
			"identity": func(s *Store) error { return s.Identities().Set(aliceIRC, identity(3)) },
			"replace identity": func(s *Store) error {
				_, err := s.Identities().Replace(alice, identity(3), "2026-02-28")
				return err
			},
			"carry over": func(s *Store) error {
				_, err := s.Identities().CarryOver(Buddy{alice, "carol@example.org"}, fingerprint(3), fingerprint4(3))
				return err
			},
			"trust in version 4": func(s *Store) error { return s.SetTrust(bob, fingerprint4(1), Unverified) },
			"replace":            func(s *Store) error { _, err := s.ReplaceKey(alice, aKey(1), "2026-02-28"); return err },
			"backup":             func(s *Store) error { return s.BackUp("2026-02-28") },
		} {
			if from != ByPassphrase { // the same as ByKeyring
				all = append(all, attempt{name: name, from: from, do: do})
			}
		}
		for _, how := range []Protection{Plain, ByKeyring, ByPassphrase} {
			if from != Plain || how != Plain {
				all = append(all, attempt{name: fmt.Sprintf("protect %d", how), from: from, do: to(how)})
			}
		}
	}
	key := func(s *Store) error { return s.SetKey(Account{"prpl-irc", "new"}, aKey(1)) }
	return append(all,
		attempt{name: "take", from: ByKeyring, do: func(s *Store) error { _, err := s.ImportFound("2026-02-28"); return err }},
		attempt{name: "drop", from: ByKeyring, do: func(s *Store) error { _, err := s.RemoveFound("2026-02-28"); return err }},
		attempt{name: "key without flock", from: Plain, do: key, noFlock: syscall.ENOLCK},
		attempt{name: "key without flock", from: ByKeyring, do: key, noFlock: syscall.ENOSYS},
		attempt{name: "protect without flock", from: Plain, do: to(ByKeyring), noFlock: syscall.ENOLCK})
}

// A ground is a folder in which attempts are made.
type ground struct {
	dir     string
	ring    *fakeKeyring
	noFlock error
}

// never is a disk of another process that does not fail.
func (g ground) never(t *testing.T) disk {
	d := never(t).(*faultyDisk)
	d.noFlock, d.process = g.noFlock, "the-next"
	return d
}

func newGround(t *testing.T, a attempt) ground {
	g := ground{fullDir(t), newFakeKeyring(), a.noFlock}
	must(t, openGood(t, g.dir).SetTrust(Buddy{alice, "carol@example.org"}, fingerprint(3), Verified))
	s := openSealed(t, g.dir, g.ring, never(t))
	if a.from != Plain {
		protect(t, s, a.from, "old")
		must(t, s.BackUp("2026-02-27"))
	}
	if a.name == "take" || a.name == "drop" {
		write(t, filepath.Join(g.dir, keysName), keysFile(entryText(alice, aKey(2), plain), entryText(Account{"prpl-irc", "dora"}, aKey(1), plain)))
		write(t, filepath.Join(g.dir, fingerprintsName), "eve\talice\tprpl-irc\t"+hexA+"\tverified\n")
		write(t, filepath.Join(g.dir, IdentitiesFile), identitiesFile(t, map[Account]int{alice: 2, {"prpl-irc", "dora"}: 1}))
		write(t, filepath.Join(g.dir, Fingerprints4File), line4("eve", fingerprint4(7), "verified")+"\n")
	}
	return g
}

func (g ground) copy(t *testing.T) ground {
	ring := newFakeKeyring()
	maps.Copy(ring.secrets, g.ring.secrets)
	return ground{copyDir(t, g.dir), ring, g.noFlock}
}

// on makes the attempt on the disk d.
func (g ground) on(t *testing.T, a attempt, d disk) (*Store, error) {
	s := openSealed(t, g.dir, g.ring, never(t))
	must(t, unlockAny(s, "old"))
	s.folder.disk = d
	return s, a.do(s)
}

// age makes locks older than any is held, if nothing says who has made them.
func (g ground) age(t *testing.T) {
	t.Helper()
	for _, name := range []string{heldName, breakName} {
		path := filepath.Join(g.dir, name)
		if info, err := os.Stat(path); err == nil && info.Size() == 0 {
			old := time.Now().Add(-2 * lockStale)
			must(t, os.Chtimes(path, old, old))
		}
	}
}

// open is what the next process does.
func (g ground) open(t *testing.T) *Store {
	t.Helper()
	s := openSealed(t, g.dir, g.ring, g.never(t))
	must(t, unlockAny(s, "old", "new"))
	if p := s.Problems(); len(p) > 0 {
		t.Fatalf("problems: %v", p)
	}
	return s
}

// state returns everything that another process finds.
func (g ground) state(t *testing.T, a attempt) string {
	t.Helper()
	s := g.open(t)
	if strings.HasPrefix(a.name, "replace") && a.from == Plain {
		return dumpAll(s) // of plain files, a copy is a separate file
	}
	return dumpAll(s) + copies(t, s)
}

// kept lists the copies of old keys, none of which may be lost.
func (g ground) kept(t *testing.T) string { return copies(t, g.open(t)) }

// A process that is killed at any step of any change leaves the old state or the new one.
// The next process cleans up.
func TestKilledAtEveryStep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	eachAttempt(t, func(t *testing.T, a attempt, start ground, before, after string) {
		for at := 0; ; at++ {
			g := start.copy(t)
			d := &faultyDisk{t: t, at: at, dirty: map[string]bool{}, noFlock: a.noFlock, process: "killed"}
			s, err := g.on(t, a, d)
			must(t, s.Close())
			g.age(t)
			if got := g.state(t, a); got != before && got != after {
				t.Fatalf("killed at step %d:\n%s\nbefore\n%s\nafter\n%s", at, got, before, after)
			} else if err == nil && d.steps <= at && got != after {
				t.Fatalf("step %d: not done", at)
			}
			g.checkAfter(t, a, at)
			if d.steps <= at {
				t.Logf("%d steps", at)
				return
			}
		}
	})
}

// A step that fails, on a full disk or for another reason, leaves the old state and
// returns an error, or leaves the new state and returns none.
func TestEveryStepFails(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	eachAttempt(t, func(t *testing.T, a attempt, start ground, before, after string) {
		for at := 0; ; at++ {
			g := start.copy(t)
			d := &faultyDisk{t: t, at: at, fails: syscall.ENOSPC, dirty: map[string]bool{}, noFlock: a.noFlock, process: "failing"}
			s, err := g.on(t, a, d)
			want := after
			if err != nil {
				want = before
				if !errors.Is(err, ErrNotSaved) || !errors.Is(err, syscall.ENOSPC) {
					t.Errorf("step %d: %v", at, err)
				}
			}
			inMemory := dumpAll(s)
			must(t, s.Close())
			if got := g.state(t, a); got != want && a.name != "backup" {
				t.Fatalf("step %d: %v\n%s\nwant\n%s", at, err, got, want)
			} else if !strings.HasPrefix(got, inMemory) {
				t.Fatalf("step %d: in memory\n%s\non disk\n%s", at, inMemory, got)
			}
			g.checkAfter(t, a, at)
			if d.steps <= at {
				return
			}
		}
	})
}

// In a folder that is not writable, every change fails with a clear error, and nothing
// changes.
func TestReadOnlyFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, a := range attempts() {
		start := newGround(t, a)
		before := start.state(t, a)
		s, err := start.on(t, a, &faultyDisk{t: t, fails: syscall.EROFS, always: true, dirty: map[string]bool{}, noFlock: a.noFlock})
		if !errors.Is(err, ErrNotSaved) || !strings.Contains(err.Error(), start.dir) || !strings.HasPrefix(before, dumpAll(s)) {
			t.Errorf("%s from %d: %v", a.name, a.from, err)
		}
		if got := start.state(t, a); got != before {
			t.Errorf("%s from %d: %s\nbefore\n%s", a.name, a.from, got, before)
		}
	}
}

func eachAttempt(t *testing.T, check func(t *testing.T, a attempt, start ground, before, after string)) {
	for _, a := range attempts() {
		t.Run(fmt.Sprintf("%s from %d", a.name, a.from), func(t *testing.T) {
			t.Parallel()
			start := newGround(t, a)
			before := start.copy(t).state(t, a)
			end := start.copy(t)
			_, err := end.on(t, a, never(t))
			must(t, err)
			after := end.state(t, a)
			if after == before && a.name != "backup" && !strings.HasPrefix(a.name, "protect") {
				t.Fatal("nothing has changed")
			}
			check(t, a, start, before, after)
		})
	}
}

// checkAfter is called after the next process has opened the store. It checks that all
// old keys exist, that no secret is readable, and that the store can be written.
func (g ground) checkAfter(t *testing.T, a attempt, at int) {
	t.Helper()
	if kept := g.kept(t); !strings.Contains(kept, "otr.private_key.2026-02-27.old <nil>") || !strings.Contains(kept, "purple-otr.v4.2026-02-27.old <nil>") {
		t.Fatalf("step %d: old keys are lost: %s", at, g.kept(t))
	}
	s := g.open(t)
	if found, err := s.Found(); strings.HasPrefix(a.name, "protect") && (err != nil || len(found.Files) > 0) {
		t.Fatalf("step %d: files found beside the store: %v, %v", at, found, err)
	}
	must(t, s.SetTrust(bob, fingerprint(77), Verified))
	must(t, s.SetKey(Account{"prpl-irc", "last"}, aKey(2)))
	must(t, s.Identities().Set(Account{"prpl-irc", "last"}, identity(2)))
	if a.name == "take" || a.name == "drop" {
		if _, err := s.RemoveFound("2026-02-28"); err != nil {
			t.Fatalf("step %d: %v", at, err)
		}
	}
	if found := secretsIn(t, g.dir); s.Protection() != Plain && len(found) > 0 {
		t.Fatalf("step %d: readable: %v", at, found)
	}
	if s.Protection() == Plain {
		return
	}
	left, err := s.Protect(ctx, Plain, nil)
	if err != nil || len(left) > 0 {
		t.Fatalf("step %d: back to plain files: %v, %v", at, left, err)
	}
}

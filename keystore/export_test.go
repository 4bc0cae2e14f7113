// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"filippo.io/age"
)

var passphrase = []byte("correct horse battery staple")

// cheapWork is for tests; a backup may have been made with it.
const cheapWork = 4

func anExport(t testing.TB, b Bundle) []byte {
	t.Helper()
	data, err := sealExport(b, passphrase, cheapWork)
	must(t, err)
	return data
}

// A store goes through a backup to another machine, and libotr reads it there.
func TestExportToAnotherMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	run := libotr(t)
	s := wholeStore(t)
	for i, name := range interestingNames {
		must(t, s.SetTrust(Buddy{aliceIRC, name}, fingerprint(i), Verified))
	}
	before := s.Bundle()
	data, err := SealExport(before, passphrase)
	must(t, err)
	if !IsExport(data) {
		t.Error("a backup does not look like one")
	}
	for _, secret := range []string{"alice", "bob", "verified", "privkeys", "prpl"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q can be read in it", secret)
		}
	}
	path := filepath.Join(t.TempDir(), "keys.tar.age")
	must(t, WriteExport(path, data))
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	b, err := OpenExport([]byte(read(t, path)), passphrase)
	must(t, err)
	wantSame(t, b, before)
	dir := t.TempDir()
	into := openGood(t, dir)
	_, err = into.Apply(into.Plan(b), today)
	must(t, err)
	if got, want := sorted(run(dir, "dump")), withoutTags(dump(s)); got != want {
		t.Errorf("libotr reads\n%s\nof\n%s", got, want)
	}
	if got := into.Seen(bob, fingerprint(1)); got != s.Seen(bob, fingerprint(1)) || got == (Seen{}) {
		t.Errorf("seen %v", got)
	}
}

// What a backup says of itself, in its second line.
func TestSealExportCost(t *testing.T) {
	data, err := SealExport(Bundle{}, passphrase)
	must(t, err)
	lines := strings.SplitN(string(data), "\n", 3)
	if f := strings.Fields(lines[1]); lines[0] != "age-encryption.org/v1" || len(f) != 4 || f[1] != "scrypt" || f[3] != "18" {
		t.Errorf("%q", lines[:2])
	}
}

func TestExportErrors(t *testing.T) {
	good := anExport(t, bundleOf(t, AccountKey{alice, aKey(1)}, aContact(1, Verified)))
	text := string(good)
	asking := func(work string) []byte {
		return []byte(strings.Replace(text, fmt.Sprintf(" %d\n", cheapWork), " "+work+"\n", 1))
	}
	forKey := func() []byte {
		id, err := age.GenerateX25519Identity()
		must(t, err)
		var out bytes.Buffer
		w, err := age.Encrypt(&out, id.Recipient())
		must(t, err)
		must(t, w.Close())
		return out.Bytes()
	}
	for _, c := range []struct {
		name       string
		data       []byte
		passphrase string
		want       error
	}{
		{"nothing", nil, "x", ErrNoExport},
		{"something else", []byte("(privkeys)"), "x", ErrNoExport},
		{"for a key", forKey(), "x", ErrNoExport},
		{"another passphrase", good, "x", ErrPassphrase},
		{"no passphrase", good, "", ErrNoPassphrase},
		{"only the beginning", []byte(exportMagic), "x", ErrDamaged},
		{"nothing behind it", []byte(exportIntro), "x", ErrDamaged},
		{"version 2", []byte(strings.Replace(text, "/v1", "/v2", 1)), "x", ErrNewer},
		{"too much work", asking("19"), "x", ErrExportWork},
		{"absurd work", asking("99999999999999999999"), "x", ErrExportWork},
		{"no number", asking("-4"), "x", ErrDamaged},
		{"zero", asking("0"), "x", ErrDamaged},
		{"one byte more", append(bytes.Clone(good), 0), string(passphrase), ErrDamaged},
		{"too large", append(bytes.Clone(good), make([]byte, maxExport)...), string(passphrase), ErrExportTooBig},
	} {
		if b, err := OpenExport(c.data, []byte(c.passphrase)); !errors.Is(err, c.want) || !b.Empty() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for n := range good {
		if _, err := OpenExport(good[:n], passphrase); err == nil {
			t.Fatalf("cut at %d, it opens", n)
		}
	}
	header := bytes.Index(good, []byte("\n---")) // before it, damage can look like another passphrase
	for n := range good {
		changed := bytes.Clone(good)
		changed[n] ^= 1
		if _, err := OpenExport(changed, passphrase); err == nil || n > header && !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d changed: %v", n, err)
		}
	}
	if _, err := SealExport(Bundle{}, nil); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("no passphrase: %v", err)
	}
}

// Somebody who makes a backup for another person can put anything into it.
func TestHostileExport(t *testing.T) {
	entry := func(name, data string, h tar.Header) []byte {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		h.Name, h.Size = name, int64(len(data))
		must(t, w.WriteHeader(&h))
		_, err := w.Write([]byte(data))
		must(t, err)
		must(t, w.Close())
		return out.Bytes()
	}
	keys := entry(KeysFile, "(privkeys\n)\n", tar.Header{})[:2*512]
	for _, c := range []struct {
		name    string
		archive []byte
		want    error
	}{
		{"no archive", []byte("hello"), ErrNoExport},
		{"another file", entry("../../.bashrc", "x", tar.Header{}), ErrNoExport},
		{"another file after one of ours", slices.Concat(keys, entry("../../.bashrc", "x", tar.Header{})), ErrDamaged},
		{"a link", entry(KeysFile, "", tar.Header{Typeflag: tar.TypeSymlink, Linkname: "x"}), ErrDamaged},
		{"bad keys", entry(KeysFile, "(privkeys (", tar.Header{}), ErrDamaged},
		{"bad days", entry(SeenFile, "\x00", tar.Header{}), ErrDamaged},
		{"bad limits", entry(LimitsFile, "prpl-irc\t0\n", tar.Header{}), ErrDamaged},
		{"cut off", entry(FingerprintsFile, strings.Repeat("x", 600), tar.Header{})[:700], ErrDamaged},
		{"twice", slices.Concat(keys, keys), ErrDamaged},
	} {
		data, err := encrypt(c.archive, passphrase, cheapWork)
		must(t, err)
		if b, err := OpenExport(data, passphrase); !errors.Is(err, c.want) || !b.Empty() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A sparse file is longer in the archive than the archive, and has to cost
// nothing.
func TestSparseExport(t *testing.T) {
	const size = 1 << 28
	var out bytes.Buffer
	must(t, tar.NewWriter(&out).WriteHeader(&tar.Header{Name: FingerprintsFile, Format: tar.FormatGNU}))
	header := append(out.Bytes(), make([]byte, 2*512)...)
	header[156] = tar.TypeGNUSparse
	copy(header[386:], fmt.Sprintf("%011o\x00%011o\x00", size, 0)) // one hole
	copy(header[483:], fmt.Sprintf("%011o\x00", size))
	copy(header[148:], "        ")
	sum := 0
	for _, b := range header[:512] {
		sum += int(b)
	}
	copy(header[148:], fmt.Sprintf("%06o\x00 ", sum))
	if h, err := tar.NewReader(bytes.NewReader(header)).Next(); err != nil || h.Size != size {
		t.Fatalf("%+v, %v", h, err)
	}

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := unpack(header); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes have been allocated", n)
	}
}

// An export replaces its own file only. Next to it there may be files whose names
// look like those of our temporary ones.
func TestWriteExport(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.tar.age")
	others := map[string]string{".keys.tar.age1": "the user's", ".keys.tar.age20260228": "the user's, too", "keys.tar.age.old": "x"}
	for name, data := range others {
		write(t, filepath.Join(dir, name), data)
	}
	write(t, path, "an older one")
	must(t, os.Chmod(path, 0o644))
	must(t, WriteExport(path, []byte("new")))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || read(t, path) != "new" {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, bad := range []string{dir, "/dev/null", filepath.Join(dir, "none", "x")} {
		if err := WriteExport(bad, []byte("new")); !errors.Is(err, ErrNotSaved) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for name, data := range others {
		if got := read(t, filepath.Join(dir, name)); got != data {
			t.Errorf("%s has become %q", name, got)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != len(others)+1 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
}

// Killed or failing at any step, writing an export leaves what was there, or all of
// the new file; and nothing happens to other files.
func TestWriteExportFails(t *testing.T) {
	const other = ".keys.tar.age7"
	for _, fails := range []error{nil, syscall.ENOSPC, syscall.EROFS} {
		for at, done := 0, false; !done; at++ {
			dir := t.TempDir()
			path := filepath.Join(dir, "keys.tar.age")
			write(t, path, "old")
			write(t, filepath.Join(dir, other), "the user's")
			d := &faultyDisk{t: t, at: at, fails: fails, always: fails == syscall.EROFS, dirty: map[string]bool{}}
			err := writeExport(d, path, []byte("new"))
			done = d.steps <= at
			got := read(t, path)
			if got != "old" && got != "new" || err == nil && got != "new" || fails != nil && err != nil && got != "old" {
				t.Errorf("%v at step %d: %q, %v", fails, at, got, err)
			}
			if fails != nil && err != nil && (!errors.Is(err, ErrNotSaved) || !errors.Is(err, fails)) {
				t.Errorf("%v at step %d: %v", fails, at, err)
			}
			if left := read(t, filepath.Join(dir, other)); left != "the user's" {
				t.Errorf("%v at step %d: the other file has become %q", fails, at, left)
			}
		}
	}
}

func FuzzOpenExport(f *testing.F) {
	good := []byte(read(f, emptyExportVector))
	f.Add(good)
	f.Add([]byte(exportIntro))
	f.Add([]byte(exportMagic + "v2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if more := regexp.MustCompile(`scrypt \S+ ([5-9]|1[0-8])\n`); more.Match(data) {
			return // right, but slow
		}
		b, err := OpenExport(data, passphrase)
		if (err == nil) != bytes.Equal(data, good) || !b.Empty() {
			t.Fatal(err)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	var b Bundle
	must(f, b.AddKey(alice, aKey(1)))
	must(f, b.AddContact(aContact(1, Verified)))
	b.Limits = map[string]int{"prpl-irc": 400}
	archive, err := b.pack()
	must(f, err)
	f.Add(archive)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := unpack(data)
		if err != nil {
			return
		}
		again, err := b.pack()
		must(t, err)
		c, err := unpack(again)
		must(t, err)
		wantSame(t, c, b)
	})
}

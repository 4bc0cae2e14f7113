// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"purple-otr/keystore/internal/seal"
)

var passphrase = []byte("correct horse battery staple")

func anExport(t testing.TB, b Bundle) []byte {
	t.Helper()
	data, err := sealExport(rand.Reader, b, passphrase, cheap)
	must(t, err)
	return data
}

// resum gives changed data a checksum that is right.
func resum(data []byte) []byte {
	n := len(data) - sha256.Size
	sum := sha256.Sum256(data[:n])
	return append(bytes.Clone(data[:n]), sum[:]...)
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
	data, err := SealExport(rand.Reader, before, passphrase)
	must(t, err)
	if !IsExport(data) {
		t.Error("a backup does not look like one")
	}
	for _, secret := range []string{"alice", "bob", "verified", "privkeys", "prpl"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q can be read in it", secret)
		}
	}
	path := filepath.Join(t.TempDir(), "keys.backup")
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

func TestSealExportCost(t *testing.T) {
	data, err := SealExport(rand.Reader, Bundle{}, passphrase)
	must(t, err)
	c, err := seal.PassphraseCost(data[len(exportMagic)+len(exportVersion):])
	if err != nil || c.Memory < 64<<10 || c.Passes < seal.MinCost.Passes {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestExportErrors(t *testing.T) {
	good := anExport(t, bundleOf(t, AccountKey{alice, aKey(1)}, aContact(1, Verified)))
	text := string(good)
	sealed := len(exportMagic) + len(exportVersion)
	newerSeal := bytes.Clone(good)
	newerSeal[sealed+8]++ // see seal.version
	hungry := bytes.Clone(good)
	hungry[sealed+10], hungry[sealed+14] = 0xff, 0xff // see seal.Cost
	for _, c := range []struct {
		name       string
		data       []byte
		passphrase string
		want       error
	}{
		{"nothing", nil, "x", ErrNoExport},
		{"something else", []byte("(privkeys)"), "x", ErrNoExport},
		{"another passphrase", good, "x", ErrPassphrase},
		{"no passphrase", good, "", ErrNoPassphrase},
		{"only the beginning", []byte(exportMagic), "x", ErrDamaged},
		{"no version", []byte(exportMagic + "\nabc"), "x", ErrDamaged},
		{"nothing behind it", []byte(exportMagic + exportVersion), "x", ErrDamaged},
		{"version 2", []byte(strings.Replace(text, exportVersion, "2\n", 1)), "x", ErrNewer},
		{"version 10", []byte(exportMagic + "10\n"), "x", ErrNewer},
		{"newer within", resum(newerSeal), "x", ErrNewer},
		{"asks for too much", resum(hungry), "x", ErrDamaged},
		{"one byte more", append(bytes.Clone(good), 0), string(passphrase), ErrDamaged},
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
	for n := len(exportMagic) + len(exportVersion); n < len(good); n++ {
		changed := bytes.Clone(good)
		changed[n] ^= 1
		if _, err := OpenExport(changed, passphrase); !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d changed: %v", n, err)
		}
	}
	if _, err := SealExport(rand.Reader, Bundle{}, nil); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("no passphrase: %v", err)
	}
}

// Whoever makes a backup for somebody else can put anything into it.
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
	twice := append(entry(FingerprintsFile, "", tar.Header{})[:512], entry(FingerprintsFile, "", tar.Header{})...)
	for name, archive := range map[string][]byte{
		"no archive":   []byte("hello"),
		"another file": entry("../../.bashrc", "x", tar.Header{}),
		"a link":       entry(KeysFile, "", tar.Header{Typeflag: tar.TypeSymlink, Linkname: "x"}),
		"bad keys":     entry(KeysFile, "(privkeys (", tar.Header{}),
		"bad days":     entry(SeenFile, "\x00", tar.Header{}),
		"bad limits":   entry(LimitsFile, "prpl-irc\t0\n", tar.Header{}),
		"cut off":      entry(FingerprintsFile, strings.Repeat("x", 600), tar.Header{})[:700],
		"twice":        twice,
	} {
		sealed, err := seal.SealPassphrase(rand.Reader, passphrase, cheap, archive, exportPurpose)
		must(t, err)
		data := resum(append([]byte(exportMagic+exportVersion), append(sealed, make([]byte, sha256.Size)...)...))
		if b, err := OpenExport(data, passphrase); !errors.Is(err, ErrDamaged) || !b.Empty() {
			t.Errorf("%s: %v", name, err)
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

func TestWriteExport(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.backup")
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
	if left := leftovers(t, dir); len(left) != 1 {
		t.Errorf("in the folder: %v", left)
	}
}

func FuzzOpenExport(f *testing.F) {
	// Every process that fuzzes has to have the same.
	good, err := sealExport(strings.NewReader(strings.Repeat("r", 40)), Bundle{}, passphrase, cheap)
	must(f, err)
	f.Add(good)
	f.Add([]byte(exportMagic + exportVersion))
	f.Add([]byte(exportMagic + "2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !bytes.Equal(data, good) && len(data) > sha256.Size {
			if _, err := OpenExport(data, passphrase); err == nil {
				t.Fatal("it opens")
			}
			data = resum(data)
			if bytes.Equal(data, good) {
				return
			}
			c, err := seal.PassphraseCost(bytes.TrimPrefix(data, []byte(exportMagic+exportVersion)))
			if err == nil && uint64(c.Passes)*uint64(c.Memory) > 1<<12 {
				return // right, but slow
			}
		}
		if b, err := OpenExport(data, passphrase); (err == nil) != bytes.Equal(data, good) || !b.Empty() {
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

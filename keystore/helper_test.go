// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"purple-otr/otr"
)

const (
	keysName         = "otr.private_key"
	fingerprintsName = "otr.fingerprints"
	tagsName         = "otr.instance_tags"
)

var (
	alice    = Account{"prpl-jabber", "alice@example.org/Home"}
	aliceIRC = Account{"prpl-irc", "alice"}
	odd      = Account{"prpl-irc", `Ália "(x)" \y`}
	bob      = Buddy{alice, "bob@example.org"}
)

// aKey generates a few keys once for all tests, because that is slow.
var aKey = func() func(n int) *otr.PrivateKey {
	var mu sync.Mutex
	made := map[int]*otr.PrivateKey{}
	return func(n int) *otr.PrivateKey {
		mu.Lock()
		defer mu.Unlock()
		if made[n] == nil {
			k, err := otr.GenerateKey(rand.Reader)
			if err != nil {
				panic(err)
			}
			made[n] = k
		}
		return made[n]
	}
}()

// identity returns a key of version 4, a different one for each n.
func identity(n int) *otr.IdentityKey {
	k, err := otr.GenerateIdentityKey(rand4(n))
	if err != nil {
		panic(err)
	}
	return k
}

// rand4 is as random as keys of tests have to be.
func rand4(n int) io.Reader { return mathrand.NewChaCha8([32]byte{byte(n)}) }

// fingerprint4 returns a different fingerprint of version 4 for each n.
func fingerprint4(n int) otr.Fingerprint {
	f, err := otr.ParseFingerprint(fmt.Sprintf("%0112x", n))
	if err != nil {
		panic(err)
	}
	return f
}

// line4 returns a line of purple-otr.fingerprints, without its end, for a peer of alice.
func line4(peer string, f otr.Fingerprint, trust string) string {
	return fmt.Sprintf("%s\t%s\t%s\t%x\t%s", peer, alice.Name, alice.Protocol, f.Bytes(), trust)
}

// identitiesFile returns a plain file with these keys.
func identitiesFile(t testing.TB, keys map[Account]int) string {
	t.Helper()
	var b Bundle
	for a, n := range keys {
		must(t, b.AddKey(a, identity(n)))
	}
	files, err := b.Files()
	must(t, err)
	return string(files[IdentitiesFile])
}

// fingerprint returns a different fingerprint for each n.
func fingerprint(n int) otr.Fingerprint {
	f, err := otr.ParseFingerprint(fmt.Sprintf("%040x", n))
	if err != nil {
		panic(err)
	}
	return f
}

// sampleDir returns a copy of the folder that libotr has written.
func sampleDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		write(t, filepath.Join(dir, name), read(t, filepath.Join("testdata/libotr", name)))
	}
	return dir
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t testing.TB, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openGood opens a folder and checks that it has no problems.
func openGood(t testing.TB, dir string) *Store {
	t.Helper()
	s := open(t, dir)
	if p := s.Problems(); len(p) > 0 {
		t.Fatalf("problems: %v", p)
	}
	return s
}

// with returns a new folder with one file.
func with(t testing.TB, name, content string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, name), content)
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dump lists what s knows in the form of testdata/libotr_files.c, sorted.
func dump(s *Store) string {
	var lines []string
	line := func(kind string, fields ...string) {
		for _, f := range fields {
			kind += "\t" + hex.EncodeToString([]byte(f))
		}
		lines = append(lines, kind+"\n")
	}
	for a := range s.keys.page.keys {
		line("k", a.Name, a.Protocol, string(s.Key(a).Fingerprint().Bytes()))
	}
	for a := range s.keys4.page.keys {
		line("k4", a.Name, a.Protocol, string(s.Identities().Key(a).Fingerprint().Bytes()))
	}
	for _, p := range []*contacts{s.known.page, s.known4.page} {
		for c := range p.keys {
			t, _ := s.Trust(c.Buddy, c.fingerprint)
			line("f", c.Peer, c.Name, c.Protocol, string(c.fingerprint.Bytes()), string(t))
		}
	}
	for a := range s.tags.page.keys {
		t, _ := s.tags.page.get(a)
		line("t", a.Name, a.Protocol, fmt.Sprintf("%08x", uint32(t)))
	}
	return sorted(strings.Join(lines, ""))
}

func sorted(lines string) string {
	l := strings.SplitAfter(lines, "\n")
	slices.Sort(l)
	return strings.Join(l, "")
}

// leftovers lists the files in a folder other than the store's files and the lock file.
func leftovers(t testing.TB, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	var out []string
	for _, e := range list {
		switch e.Name() {
		case keysName, fingerprintsName, tagsName, limitsName, lockName:
		default:
			out = append(out, e.Name())
		}
	}
	return out
}

// saveAll makes a record in each of the files.
func saveAll(s *Store, name string, k *otr.PrivateKey) error {
	a := Account{"prpl-irc", name}
	for _, save := range []func() error{
		func() error { return s.SetKey(a, k) },
		func() error { return s.SetTrust(Buddy{a, "bob"}, fingerprint(1), Verified) },
		func() error { _, err := s.Tag(a, rand.Reader); return err },
	} {
		err := save()
		for errors.Is(err, ErrLocked) {
			err = save()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hasAll reports whether saveAll(name) is in the files.
func hasAll(s *Store, name string) bool {
	a := Account{"prpl-irc", name}
	trust, _ := s.Trust(Buddy{a, "bob"}, fingerprint(1))
	_, tagged := s.tags.page.get(a)
	return s.Key(a) != nil && trust == Verified && tagged
}

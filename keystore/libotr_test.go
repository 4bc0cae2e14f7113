// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"purple-otr/otr"
)

// testdata/libotr was written by libotr 4.1.1 through testdata/libotr_files.c, and
// dump.txt is the dump that this program made of it.
func TestSamples(t *testing.T) {
	s := openGood(t, sampleDir(t))
	if got, want := dump(s), sorted(read(t, "testdata/libotr/dump.txt")); got != want {
		t.Errorf("read:\n%s\nwant:\n%s", got, want)
	}
}

func TestSamplesAreReproduced(t *testing.T) {
	text := read(t, "testdata/libotr/"+fingerprintsName)
	p, err := fingerprintsFormat().parse([]byte(text))
	must(t, err)
	if got := string(joinLines(p)); got != text {
		t.Errorf("%q", got)
	}
	for _, e := range p.entries {
		if line, err := fingerprintsFormat().text(e.key, e.value); err != nil || string(line) != string(e.text) {
			t.Errorf("%q, %v, want %q", line, err, e.text)
		}
	}
	f := tagsFormat()
	text = read(t, "testdata/libotr/"+tagsName)
	tags, err := f.parse([]byte(text))
	must(t, err)
	if got := string(f.join(tags)); got != text {
		t.Errorf("%q", got)
	}
	for _, e := range tags.entries {
		if e.kind == other {
			if string(e.text) != tagsHeader {
				t.Errorf("header: %q", e.text)
			}
		} else if line, err := f.text(e.key, e.value); err != nil || string(line) != string(e.text) {
			t.Errorf("%q, %v, want %q", line, err, e.text)
		}
	}
}

// libotrDir is removed at the end, if it exists.
var libotrDir string

var buildLibotr = sync.OnceValues(func() (path string, err error) {
	if libotrDir, err = os.MkdirTemp("", "keystore-libotr"); err != nil {
		return "", err
	}
	path = filepath.Join(libotrDir, "libotr_files")
	script := `cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -o "$0" testdata/libotr_files.c $(pkg-config --cflags --libs libotr libgcrypt)`
	out, err := exec.Command("sh", "-c", script, path).CombinedOutput()
	if err != nil {
		err = errors.New(string(out))
	}
	return path, err
})

// libotr returns a function that runs testdata/libotr_files.c on a folder.
func libotr(t testing.TB) func(dir string, args ...string) string {
	t.Helper()
	program, err := buildLibotr()
	if err != nil {
		why := "cc, pkg-config, libotr5-dev or libgcrypt20-dev is missing: " + err.Error()
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return func(dir string, args ...string) string {
		t.Helper()
		out, err := exec.Command(program, append([]string{dir}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("libotr: %v\n%s", err, out)
		}
		return string(out)
	}
}

// interestingNames are difficult to write in one format or the other.
var interestingNames = []string{
	"alice", "alice@example.org/Home", "alice@example.org/", "a b", `"`, `a"b'c\d`, "a(b)c)", "(", ")", "#41#", "|YQ==|", "3:abc", "1abc",
	"é", "aé", "日本語@example.org/家", "a\U0001f600", "\xa0", "x\x80y", "x\xffy", "x\x01y", "x\x7f", "a\bb\vc\fd", "[hint]a", "%s%n", "# x", "-", "~", " a ", "\u202ea",
}

func TestNamesSurviveLibotr(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	run := libotr(t)
	dir := t.TempDir()
	s := openGood(t, dir)
	for i, name := range interestingNames {
		a := Account{"prpl-irc", name}
		must(t, s.SetKey(a, aKey(i%3)))
		if _, err := s.Tag(a, rand.Reader); err != nil {
			t.Fatal(err)
		}
		must(t, s.SetTrust(Buddy{a, "peer of " + name}, fingerprint(i), []Trust{Unverified, Verified, "other"}[i%3]))
		must(t, s.SetTrust(Buddy{aliceIRC, name}, fingerprint(i), VerifiedSMP))
	}
	if got, want := sorted(run(dir, "dump")), dump(s); got != want {
		t.Errorf("libotr reads\n%s\nof\n%s", got, want)
	}

	// Now libotr rewrites every file.
	run(dir, "key", "last", "prpl-irc")
	run(dir, "tag", "last", "prpl-irc")
	run(dir, "trust", "last", "me", "prpl-irc", hexA, "verified")
	again := openGood(t, dir)
	if got, want := dump(again), sorted(run(dir, "dump")); got != want {
		t.Errorf("read\n%s\nof libotr's\n%s", got, want)
	}
	for _, line := range strings.SplitAfter(dump(s), "\n") {
		if !strings.Contains(dump(again), line) {
			t.Errorf("lost: %s", line)
		}
	}
}

func TestAlternatingWritesWithLibotr(t *testing.T) {
	t.Parallel()
	run := libotr(t)
	dir := t.TempDir()
	run(dir, "key", alice.Name, alice.Protocol)
	run(dir, "tag", alice.Name, alice.Protocol)
	run(dir, "trust", bob.Peer, bob.Name, bob.Protocol, hexA, "smp")
	s := openGood(t, dir)
	if s.Key(alice) == nil {
		t.Fatal("no key")
	}
	if trust, _ := s.Trust(bob, fingerprint(10)); trust != VerifiedSMP {
		t.Errorf("trust %q", trust)
	}

	// While s is open, libotr writes; then s makes another change.
	run(dir, "key", odd.Name, odd.Protocol)
	run(dir, "trust", bob.Peer, bob.Name, bob.Protocol, hexB, "verified")
	must(t, s.SetKey(aliceIRC, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(12), Verified))
	if _, err := s.Tag(odd, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if len(s.Accounts()) != 3 || len(s.Known(bob)) != 3 {
		t.Error("what libotr wrote meanwhile is lost")
	}
	if got, want := sorted(run(dir, "dump")), dump(s); got != want {
		t.Errorf("libotr reads\n%s\nof\n%s", got, want)
	}
}

// libotr accepts the keys that package otr generates, and computes the same fingerprints.
func TestGeneratedKeyInLibotr(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	run := libotr(t)
	for range 5 {
		k, err := otr.GenerateKey(rand.Reader)
		must(t, err)
		dir := t.TempDir()
		must(t, openGood(t, dir).SetKey(alice, k))
		if got := run(dir, "dump"); got != dump(openGood(t, dir)) {
			t.Error(got)
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tryWrites opens dir, changes the named file, and checks that its earlier content is
// either untouched or preserved in full.
func tryWrites(t *testing.T, dir, name, text string) (damaged bool) {
	t.Helper()
	path := filepath.Join(dir, name)
	write(t, path, text)
	s := open(t, dir)
	damaged = len(s.Problems()) > 0
	before := dump(s)
	err := change(s, name)
	after := read(t, path)
	if damaged != (err != nil) {
		t.Fatalf("problems %v, but writing: %v\n%q", s.Problems(), err, text)
	}
	if damaged {
		if !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
		if after != text {
			t.Fatalf("a damaged file was overwritten:\n%q", text)
		}
		if got := sorted(onlyKind(dump(s), name)); got != sorted(onlyKind(before, name)) {
			t.Fatalf("a failed write has changed what is known:\n%s\nto\n%s", before, got)
		}
		return true
	}
	for line := range strings.Lines(before) {
		if !strings.Contains(dump(open(t, dir)), line) {
			t.Fatalf("lost %s of\n%q", line, text)
		}
	}
	return false
}

// onlyKind returns the lines of a dump that come from one file.
func onlyKind(dump, name string) string {
	kind := map[string]string{keysName: "k", fingerprintsName: "f", tagsName: "t"}[name]
	var out strings.Builder
	for line := range strings.Lines(dump) {
		if strings.HasPrefix(line, kind) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func TestTruncatedKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	p, err := parseKeys([]byte(read(t, "testdata/libotr/"+keysName)))
	must(t, err)
	p.drop(aliceIRC)
	p.drop(odd)
	text := string(joinKeys(p))
	dir := t.TempDir()
	for n := range len(text) {
		damaged := tryWrites(t, dir, keysName, text[:n])
		// An empty file has nothing to lose; the last byte is a line break.
		if want := n > 0 && n < len(text)-1; damaged != want {
			t.Errorf("cut at %d of %d: damaged %v", n, len(text), damaged)
		}
	}
}

func TestFlippedKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	text := keysFile(strings.ReplaceAll(entryText(odd, aKey(2), plain), "#)", "#)\n"))
	inKey := strings.Index(text, "(private-key")
	dir := t.TempDir()
	for i := range len(text) {
		for _, bit := range []byte{0x01, 0x20, 0x80} {
			flipped := []byte(text)
			flipped[i] ^= bit
			// Upper and lower case of digits, and the kind of white space, do
			// not matter.
			if !tryWrites(t, dir, keysName, string(flipped)) && i > inKey && !strings.EqualFold(string(flipped), text) &&
				strings.Join(strings.Fields(string(flipped)), " ") != strings.Join(strings.Fields(text), " ") {
				t.Errorf("byte %d of the key does not matter: %q", i, flipped[max(0, i-10):i+10])
			}
		}
	}
}

func TestDamagedLines(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	for _, name := range []string{fingerprintsName, tagsName} {
		text := read(t, "testdata/libotr/"+name)
		text = strings.ReplaceAll(text, "alice\tprpl-irc", "other\tprpl-irc")
		for i := range len(text) {
			for _, damaged := range []string{text[:i], text[:i] + string([]byte{text[i] ^ 1}) + text[i+1:], text[:i] + "\x00" + text[i+1:]} {
				dir := t.TempDir()
				tryWrites(t, dir, name, damaged)
				// Lines that cannot be parsed are preserved.
				if after := read(t, filepath.Join(dir, name)); !strings.HasPrefix(after, damaged) {
					t.Fatalf("%q has become\n%q", damaged, after)
				}
				must(t, os.RemoveAll(dir))
			}
		}
	}
}

// The file is valid when it is read, but damaged when it is to be written.
func TestFileDamagedAfterReading(t *testing.T) {
	for name, damage := range map[string]string{keysName: "(privkeys", fingerprintsName: "\x00", tagsName: "a\x00\n"} {
		dir := sampleDir(t)
		s := openGood(t, dir)
		before := dump(s)
		write(t, filepath.Join(dir, name), damage)
		var err error
		switch name {
		case keysName:
			err = s.SetKey(alice, aKey(1))
		case fingerprintsName:
			err = s.SetTrust(bob, fingerprint(1), Verified)
		default:
			_, err = s.Tag(Account{"prpl-irc", "new"}, nil)
		}
		if !errors.Is(err, ErrDamaged) || dump(s) != before || read(t, filepath.Join(dir, name)) != damage {
			t.Errorf("%s: %v", name, err)
		}
		if p := s.Problems(); len(p) != 1 || p[0].File != filepath.Join(dir, name) {
			t.Errorf("%s: %v", name, p)
		}
	}
}

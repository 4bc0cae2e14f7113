// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSeen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	b := Buddy{Account{"prpl-jabber", "alice@example.org/Home"}, "bob@example.org"}
	other := Buddy{Account{"prpl-jabber", "alice@example.org/Work"}, "bob@example.org"}
	f := fingerprint(1)
	if got := s.Seen(b, f); got != (Seen{}) {
		t.Errorf("before: %v", got)
	}
	saw := func(b Buddy, day Day, want Seen) {
		t.Helper()
		if err := s.Saw(b, f, day); err != nil {
			t.Fatal(err)
		}
		if got := s.Seen(other, f); got != want {
			t.Errorf("after %s: %v, want %v", day, got, want)
		}
	}
	saw(b, "2026-02-27", Seen{"2026-02-27", "2026-02-27"})
	saw(other, "2026-02-28", Seen{"2026-02-27", "2026-02-28"})
	saw(b, "2026-02-01", Seen{"2026-02-27", "2026-02-28"}) // the clock was set back

	file := filepath.Join(dir, "purple-otr.seen")
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	saw(b, "2026-02-28", Seen{"2026-02-27", "2026-02-28"})
	if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
		t.Error("written twice a day")
	}
	if before.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", before.Mode())
	}

	again := open(t, dir)
	if got := again.Seen(b, f); got != (Seen{"2026-02-27", "2026-02-28"}) {
		t.Errorf("read again: %v", got)
	}
	if _, err := s.Add(b, f); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(b, f); err != nil {
		t.Fatal(err)
	}
	if got := s.Seen(b, f); got != (Seen{}) {
		t.Errorf("after it was forgotten: %v", got)
	}
}

// TestSeenLines: lines that cannot be parsed are skipped and preserved.
func TestSeenLines(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "purple-otr.seen")
	fp := strings.ToLower(strings.ReplaceAll(fingerprint(1).String(), " ", ""))
	bad := []string{
		"# a comment",
		"bob\talice\tprpl-irc\t" + fp + "\t2026-02-30\t2026-03-01",
		"bob\talice\tprpl-irc\t" + fp + "\t2026-03-02\t2026-03-01",
		"bob\talice\tprpl-irc\t" + fp + "\t2026-03-02",
		"bob\talice\tprpl-irc\tzz" + fp[2:] + "\t2026-03-02\t2026-03-02",
	}
	if err := os.WriteFile(file, []byte(strings.Join(bad, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	b := Buddy{Account{"prpl-irc", "alice"}, "bob"}
	if got := s.Seen(b, fingerprint(1)); got != (Seen{}) {
		t.Errorf("seen %v", got)
	}
	if err := s.Saw(b, fingerprint(1), "2026-03-03"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(data), strings.Join(bad, "\n")+"\n") || strings.Count(string(data), "\n") != len(bad)+1 {
		t.Errorf("%v, file is\n%s", err, data)
	}
}

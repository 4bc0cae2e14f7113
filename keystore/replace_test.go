// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"purple-otr/otr"
)

func newKey(t *testing.T) *otr.PrivateKey {
	t.Helper()
	k, err := otr.GenerateKey(rand.Reader)
	must(t, err)
	return k
}

func TestReplaceAndDeleteKey(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	home := Account{"prpl-jabber", "alice@example.org/Home"}
	work := Account{"prpl-jabber", "alice@example.org/Work"}
	carol := Account{"prpl-irc", "carol"}
	first, second, hers := newKey(t), newKey(t), newKey(t)
	must(t, s.SetKey(home, first))
	must(t, s.SetKey(work, first))
	must(t, s.SetKey(carol, hers))
	before := read(t, filepath.Join(dir, "otr.private_key"))

	old, err := s.ReplaceKey(home, second, "2026-02-28")
	must(t, err)
	if !strings.HasSuffix(old, "otr.private_key.2026-02-28.old") || read(t, old) != before {
		t.Errorf("copy %q", old)
	}
	if info, err := os.Stat(old); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("copy: %v, %v", info, err)
	}
	for _, s := range []*Store{s, open(t, dir)} {
		for a, want := range map[Account]*otr.PrivateKey{home: second, work: second, carol: hers} {
			if got := s.Key(a); got == nil || got.Fingerprint() != want.Fingerprint() {
				t.Errorf("%v has another key", a)
			}
		}
	}

	again, err := s.DeleteKey(work, "2026-02-28")
	must(t, err)
	if again == old || read(t, old) != before || read(t, again) == before {
		t.Errorf("second copy %q", again)
	}
	for _, s := range []*Store{s, open(t, dir)} {
		if s.Key(home) != nil || s.Key(work) != nil || s.Key(carol) == nil {
			t.Error("DeleteKey removed the wrong keys")
		}
	}
}

// TestReplaceKeyOfAnotherIdentity: a resource with a different key is not changed.
func TestReplaceKeyOfAnotherIdentity(t *testing.T) {
	s := open(t, t.TempDir())
	home := Account{"prpl-jabber", "alice@example.org/Home"}
	work := Account{"prpl-jabber", "alice@example.org/Work"}
	own := newKey(t)
	must(t, s.SetKey(home, newKey(t)))
	must(t, s.SetKey(work, own))
	_, err := s.ReplaceKey(home, newKey(t), "2026-02-28")
	must(t, err)
	if s.Key(work).Fingerprint() != own.Fingerprint() {
		t.Error("the key of the other identity has changed")
	}
}

// TestReplaceKeyWithoutCopy: if no copy can be made, nothing changes.
func TestReplaceKeyWithoutCopy(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	a := Account{"prpl-irc", "alice"}
	first := newKey(t)
	must(t, s.SetKey(a, first))
	for n := range maxOldKeys {
		name := "otr.private_key.2026-02-28.old"
		if n > 0 {
			name = strings.Replace(name, ".old", "-"+strconv.Itoa(n+1)+".old", 1)
		}
		write(t, filepath.Join(dir, name), "taken")
	}
	if _, err := s.ReplaceKey(a, newKey(t), "2026-02-28"); err == nil {
		t.Error("replaced without a copy")
	}
	if open(t, dir).Key(a).Fingerprint() != first.Fingerprint() {
		t.Error("the key has changed")
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"slices"
	"testing"
)

func TestAdoptKey(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	renamed := Account{"prpl-jabber", "ally@example.org/Home"}
	must(t, s.SetKey(alice, aKey(1)))
	must(t, s.SetKey(aliceIRC, aKey(2)))
	must(t, s.SetTrust(bob, fingerprint(1), VerifiedSMP))
	must(t, s.SetTrust(Buddy{renamed, "bob@example.org"}, fingerprint(2), Unverified))
	must(t, s.SetTrust(bob, fingerprint(2), Verified))

	if got := s.Orphans([]Account{renamed, aliceIRC}); !slices.Equal(got, []Account{alice}) {
		t.Errorf("%v", got)
	}
	if got := s.Orphans([]Account{{"prpl-jabber", "alice@example.org/Work"}, aliceIRC}); len(got) > 0 {
		t.Errorf("%v", got)
	}
	for range 2 {
		must(t, s.AdoptKey(alice, renamed))
		for _, s := range []*Store{s, openGood(t, dir)} {
			if s.Key(renamed).Fingerprint() != aKey(1).Fingerprint() || s.Key(alice) == nil {
				t.Error("wrong key")
			}
			for n, want := range []Trust{1: VerifiedSMP, 2: Unverified} {
				if got, known := s.Trust(Buddy{renamed, "bob@example.org"}, fingerprint(n)); n > 0 && (got != want || !known) {
					t.Errorf("%d: %q", n, got)
				}
			}
		}
	}
	if err := s.AdoptKey(aliceIRC, renamed); !errors.Is(err, ErrKeyChanged) {
		t.Error(err)
	}
	if err := s.AdoptKey(Account{"prpl-irc", "nobody"}, odd); !errors.Is(err, ErrNoKey) || s.Key(odd) != nil {
		t.Error(err)
	}
	run := libotr(t)
	if got := sorted(run(dir, "dump")); got != dump(s) {
		t.Errorf("libotr reads\n%s\nwant\n%s", got, dump(s))
	}
}

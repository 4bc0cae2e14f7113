// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// Fingerprints of version 4 never get into libotr's file, nor others into ours.
func TestFingerprintsOfVersion4(t *testing.T) {
	dir := sampleDir(t)
	libotrs := read(t, filepath.Join(dir, fingerprintsName))
	s := openGood(t, dir)
	added, err := s.Add(bob, fingerprint4(1))
	if err != nil || !added {
		t.Errorf("added %v, %v", added, err)
	}
	if added, err := s.Add(Buddy{aliceWork, bob.Peer}, fingerprint4(1)); err != nil || added {
		t.Errorf("added again: %v, %v", added, err)
	}
	must(t, s.SetTrust(bob, fingerprint4(2), VerifiedSMP))
	must(t, s.SetTrust(Buddy{aliceIRC, "eve"}, fingerprint4(3), Unverified))
	must(t, s.Saw(bob, fingerprint4(2), "2026-02-03"))
	want := line4(bob.Peer, fingerprint4(1), "") + "\n" + line4(bob.Peer, fingerprint4(2), "smp") + "\n" +
		"eve\talice\tprpl-irc\t" + strings.Repeat("0", 111) + "3\t\n"
	if got := read(t, filepath.Join(dir, Fingerprints4File)); got != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	if read(t, filepath.Join(dir, fingerprintsName)) != libotrs {
		t.Error("libotr's file has been changed")
	}
	for _, s := range []*Store{s, openGood(t, dir)} {
		var all []otr.Fingerprint
		for _, k := range s.Known(bob) {
			all = append(all, k.Fingerprint)
		}
		if n := len(all); n < 3 || !slices.Equal(all[n-2:], []otr.Fingerprint{fingerprint4(1), fingerprint4(2)}) || all[n-3].Version() != otr.V3 {
			t.Errorf("known: %v", all)
		}
		if !slices.Contains(s.Buddies(), Buddy{aliceIRC, "eve"}) || s.Seen(bob, fingerprint4(2)) != (Seen{"2026-02-03", "2026-02-03"}) {
			t.Errorf("buddies %v, seen %v", s.Buddies(), s.Seen(bob, fingerprint4(2)))
		}
		if trust, known := s.Trust(Buddy{aliceWork, bob.Peer}, fingerprint4(2)); !known || trust != VerifiedSMP {
			t.Errorf("trust %q, %v", trust, known)
		}
		for b, want := range map[Buddy][2]bool{
			bob: {true, false}, {aliceWork, bob.Peer}: {true, false}, {aliceIRC, "eve"}: {}, {alice, "carol@example.org"}: {false, true}, {alice, "nobody"}: {},
		} {
			if got := [2]bool{s.Identities().Older(b, fingerprint(9)), s.Identities().NeedsIntroduction(b)}; got != want || s.Identities().Older(b, fingerprint4(9)) {
				t.Errorf("%s: older, and needs an introduction: %v, want %v", b.Peer, got, want)
			}
		}
	}
	must(t, s.Forget(bob, fingerprint4(2)))
	if _, known := openGood(t, dir).Trust(bob, fingerprint4(2)); known || s.Seen(bob, fingerprint4(2)) != (Seen{}) {
		t.Error("a forgotten fingerprint is still known")
	}
}

// A line in the wrong file is kept, but means nothing.
func TestFingerprintInTheWrongFile(t *testing.T) {
	dir := t.TempDir()
	long := line4(bob.Peer, fingerprint4(1), "verified") + "\n"
	short := strings.Join([]string{bob.Peer, alice.Name, alice.Protocol, hexA, "verified"}, "\t") + "\n"
	write(t, filepath.Join(dir, fingerprintsName), long)
	write(t, filepath.Join(dir, Fingerprints4File), short)
	s := openGood(t, dir)
	if len(s.Buddies()) > 0 {
		t.Errorf("known: %v", s.Known(bob))
	}
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	must(t, s.SetTrust(bob, fingerprint4(2), Unverified))
	for name, line := range map[string]string{fingerprintsName: long, Fingerprints4File: short} {
		if !strings.HasPrefix(read(t, filepath.Join(dir, name)), line) {
			t.Errorf("%s has lost a line", name)
		}
	}
}

func TestCarryOver(t *testing.T) {
	type known struct {
		f     otr.Fingerprint
		trust Trust
	}
	v3, other3, f, other4 := fingerprint(1), fingerprint(2), fingerprint4(1), fingerprint4(2)
	for name, c := range map[string]struct {
		known []known
		by, f otr.Fingerprint
		want  Trust // of f afterwards
		done  bool
	}{
		"verified":                         {[]known{{v3, Verified}}, v3, f, CarriedOver(v3), true},
		"verified by question":             {[]known{{v3, VerifiedSMP}}, v3, f, CarriedOver(v3), true},
		"seen before":                      {[]known{{v3, Verified}, {f, Unverified}}, v3, f, CarriedOver(v3), true},
		"not verified":                     {[]known{{v3, Unverified}}, v3, f, Unverified, false},
		"not known":                        {nil, v3, f, Unverified, false},
		"another is verified":              {[]known{{v3, Unverified}, {other3, Verified}}, v3, f, Unverified, false},
		"verified itself":                  {[]known{{v3, Verified}, {f, VerifiedSMP}}, v3, f, VerifiedSMP, false},
		"carried over before":              {[]known{{v3, Verified}, {f, CarriedOver(v3)}}, v3, f, CarriedOver(v3), false},
		"carried over from another":        {[]known{{v3, Verified}, {other3, Verified}, {f, CarriedOver(other3)}}, v3, f, CarriedOver(other3), false},
		"has vouched for another":          {[]known{{v3, Verified}, {other4, CarriedOver(v3)}}, v3, f, Unverified, false},
		"may have vouched for another":     {[]known{{v3, Verified}, {other4, Verified}}, v3, f, Unverified, false},
		"another program's word":           {[]known{{v3, Verified}, {other4, "v3-x"}}, v3, f, Unverified, false},
		"a third has vouched for another":  {[]known{{v3, Verified}, {other3, Verified}, {other4, CarriedOver(other3)}}, v3, f, CarriedOver(v3), true},
		"another is known":                 {[]known{{v3, Verified}, {other4, Unverified}}, v3, f, CarriedOver(v3), true},
		"a key of version 4 vouches":       {[]known{{other4, Verified}}, other4, f, Unverified, false},
		"for a key of version 3":           {[]known{{v3, Verified}}, v3, other3, Unverified, false},
		"vouched for one that was dropped": {[]known{{v3, Verified}, {other4, Unverified}}, v3, f, CarriedOver(v3), true},
	} {
		dir := t.TempDir()
		s := openGood(t, dir)
		for _, k := range c.known {
			must(t, s.SetTrust(bob, k.f, k.trust))
		}
		before := read0(dir, Fingerprints4File)
		done, err := s.Identities().CarryOver(bob, c.by, c.f)
		if err != nil || done != c.done || !done && read0(dir, Fingerprints4File) != before {
			t.Errorf("%s: carried over %v, %v", name, done, err)
		}
		for _, s := range []*Store{s, openGood(t, dir)} {
			if trust, _ := s.Trust(bob, c.f); trust != c.want {
				t.Errorf("%s: trust %q, want %q", name, trust, c.want)
			}
			if trust, _ := s.Trust(Buddy{aliceWork, bob.Peer}, c.f); trust != c.want {
				t.Errorf("%s: trust %q under another resource", name, trust)
			}
			if trust, _ := s.Trust(Buddy{alice, "carol@example.org"}, c.f); trust.Trusted() {
				t.Errorf("%s: another buddy has the trust %q", name, trust)
			}
		}
	}
}

// read0 returns the content of a file, nothing if there is none.
func read0(dir, name string) string {
	data, _ := readFile(filepath.Join(dir, name), maxLinesFile)
	return string(data)
}

// Trust that was taken away meanwhile, by another process, is not carried over.
func TestCarryOverReadsTheFile(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	must(t, openGood(t, dir).SetTrust(bob, fingerprint(1), Unverified))
	if done, err := s.Identities().CarryOver(bob, fingerprint(1), fingerprint4(1)); done || err != nil {
		t.Errorf("carried over %v, %v", done, err)
	}
}

func TestTrustFrom(t *testing.T) {
	if by, ok := CarriedOver(fingerprint(7)).From(); !ok || by != fingerprint(7) || !CarriedOver(by).Trusted() {
		t.Errorf("%v, %v", by, ok)
	}
	for _, other := range []Trust{Unverified, Verified, VerifiedSMP, "v3-", "v3-" + hexA + "0", Trust("v3-" + strings.Repeat("x", 40)), CarriedOver(fingerprint4(1)), Trust("x" + hexA)} {
		if by, ok := other.From(); ok || !by.IsZero() {
			t.Errorf("%q is from %v", other, by)
		}
	}
}

// While a key is known and not trusted, nothing is that it has vouched for, whoever has
// taken the trust away.
func TestWithdrawnTrust(t *testing.T) {
	carol := Buddy{alice, "carol@example.org"}
	verified := Contact{Buddy: bob, Fingerprint: fingerprint(0), Trust: Unverified}
	for name, c := range map[string]struct {
		how  Protection
		take func(*testing.T, *Store, string)
		want Trust
	}{
		"nobody": {Plain, func(*testing.T, *Store, string) {}, CarriedOver(fingerprint(0))},
		"the user": {Plain, func(t *testing.T, s *Store, _ string) {
			must(t, s.SetTrust(Buddy{aliceWork, bob.Peer}, fingerprint(0), Unverified))
		}, Unverified},
		"the user of a sealed store": {ByKeyring, func(t *testing.T, s *Store, _ string) {
			must(t, s.SetTrust(bob, fingerprint(0), Unverified))
		}, Unverified},
		"a backup": {ByKeyring, func(t *testing.T, s *Store, _ string) {
			p := s.Plan(bundleOf(t, verified))
			p.ReplaceAll()
			_, err := s.Apply(p, today)
			must(t, err)
		}, Unverified},
		"another program": {Plain, func(t *testing.T, s *Store, dir string) {
			path := filepath.Join(dir, fingerprintsName)
			write(t, path, strings.Replace(read(t, path), "\tverified\n", "\t\n", 1))
			s.Reload()
		}, Unverified},
		"the user, and gives it back": {Plain, func(t *testing.T, s *Store, _ string) {
			must(t, s.SetTrust(bob, fingerprint(0), Unverified))
			must(t, s.SetTrust(bob, fingerprint(0), VerifiedSMP))
		}, CarriedOver(fingerprint(0))},
		"the user, who forgets the key": {ByKeyring, func(t *testing.T, s *Store, _ string) {
			must(t, s.Forget(bob, fingerprint(0)))
		}, CarriedOver(fingerprint(0))},
	} {
		dir, ring := t.TempDir(), newFakeKeyring()
		s := openSealed(t, dir, ring, realDisk{})
		for n := range 3 {
			must(t, s.SetTrust(bob, fingerprint(n), Verified))
			must(t, s.SetTrust(bob, fingerprint4(n), CarriedOver(fingerprint(n))))
		}
		must(t, s.SetTrust(carol, fingerprint4(0), CarriedOver(fingerprint(0))))
		must(t, s.SetTrust(bob, fingerprint4(2), Verified)) // itself
		if c.how != Plain {
			protect(t, s, c.how, "")
		}
		c.take(t, s, dir)
		for _, s := range []*Store{s, unlocked(t, dir, ring)} {
			for n, want := range []Trust{c.want, CarriedOver(fingerprint(1)), Verified} {
				if trust, _ := s.Trust(bob, fingerprint4(n)); trust != want {
					t.Errorf("%s: %d is %q, want %q", name, n, trust, want)
				}
				b := s.Bundle()
				i := slices.IndexFunc(b.Contacts, func(c Contact) bool { return c.Fingerprint == fingerprint4(n) && c.Buddy == bob })
				if b.Contacts[i].Trust != want {
					t.Errorf("%s: %d is exported as %q", name, n, b.Contacts[i].Trust)
				}
			}
			if trust, _ := s.Trust(carol, fingerprint4(0)); !trust.Trusted() {
				t.Errorf("%s: another buddy's key has lost its trust", name)
			}
		}
	}
}

// What had been carried over from a key that is not trusted any more can be carried over
// from another one.
func TestCarryOverAgain(t *testing.T) {
	s := openGood(t, t.TempDir())
	for n := range 2 {
		must(t, s.SetTrust(bob, fingerprint(n), Verified))
	}
	for n, trusted := range []bool{true, false} {
		if done, err := s.Identities().CarryOver(bob, fingerprint(n), fingerprint4(0)); err != nil || done != trusted {
			t.Errorf("%d: %v, %v", n, done, err)
		}
	}
	must(t, s.SetTrust(bob, fingerprint(0), Unverified))
	if done, err := s.Identities().CarryOver(bob, fingerprint(1), fingerprint4(0)); err != nil || !done {
		t.Errorf("%v, %v", done, err)
	}
	if trust, _ := s.Trust(bob, fingerprint4(0)); trust != CarriedOver(fingerprint(1)) {
		t.Errorf("trust %q", trust)
	}
}

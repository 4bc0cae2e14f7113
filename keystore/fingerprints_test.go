// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"purple-otr/otr"
)

const (
	hexA = "000000000000000000000000000000000000000a"
	hexB = "000000000000000000000000000000000000000b"
)

func TestFingerprintLines(t *testing.T) {
	prefix := "bob@example.org\talice@example.org/Home\tprpl-jabber\t"
	for _, c := range []struct {
		name, line string
		trust      Trust
		known      bool
	}{
		{"four fields", prefix + hexA + "\n", "", true},
		{"five fields", prefix + hexA + "\t\n", "", true},
		{"verified", prefix + hexA + "\tverified\n", Verified, true},
		{"smp", prefix + hexA + "\tsmp\n", VerifiedSMP, true},
		{"a word of another program", prefix + hexA + "\tmanual\n", "manual", true},
		{"upper case", prefix + strings.ToUpper(hexA) + "\tverified\n", Verified, true},
		{"carriage return", prefix + hexA + "\tverified\r\n", Verified, true},
		{"carriage return, four fields", prefix + hexA + "\r\n", "", true},
		{"nothing but a carriage return", prefix + hexA + "\t\r\n", "", true},
		{"trust after a carriage return", prefix + hexA + "\t\rverified\n", "", true},
		{"no line break", prefix + hexA + "\tverified", Verified, true},
		{"last one counts", prefix + hexA + "\tverified\n" + prefix + hexA + "\t\n", "", true},
		{"39 digits", prefix + hexA[1:] + "\tverified\n", "", false},
		{"41 digits", prefix + "0" + hexA + "\tverified\n", "", false},
		{"not a digit", prefix + "g" + hexA[1:] + "\tverified\n", "", false},
		{"spaces", prefix + " " + hexA[1:] + "\tverified\n", "", false},
		{"three fields", "bob@example.org\talice@example.org/Home\t" + hexA + "\n", "", false},
		{"tab in a name", "bob\t@example.org\talice@example.org/Home\tprpl-jabber\t" + hexA + "\tverified\n", "", false},
		{"empty line", "\n", "", false},
	} {
		s := openGood(t, with(t, fingerprintsName, c.line))
		if trust, known := s.Trust(bob, fingerprint(10)); trust != c.trust || known != c.known {
			t.Errorf("%s: %q %v", c.name, trust, known)
		}
	}
}

func TestInvalidLinesAreKept(t *testing.T) {
	odd := []string{
		"# a comment", "", "bob\tfour\tfields\tshort\t", "\xff\xfe", "x\r",
		strings.Repeat("x", 2000) + "\tme\tprpl-irc\t" + hexB + "\tverified",
	}
	good := "carol\tme\tprpl-irc\t" + strings.ToUpper(hexA) + "\tmanual"
	text := strings.Join(odd, "\n") + "\n" + good + "\ncut of"
	dir := with(t, fingerprintsName, text)
	s := openGood(t, dir)
	if len(s.Buddies()) != 1 {
		t.Errorf("buddies: %.200v", s.Buddies())
	}
	if added, err := s.Add(bob, fingerprint(10)); !added || err != nil {
		t.Fatal(added, err)
	}
	want := text + "\nbob@example.org\talice@example.org/Home\tprpl-jabber\t" + hexA + "\t\n"
	if got := read(t, filepath.Join(dir, fingerprintsName)); got != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
}

func TestZeroBytesAreDamage(t *testing.T) {
	text := "bob\tme\tprpl-irc\t" + hexA + "\tverified\n" + strings.Repeat("\x00", 100) + "\n"
	for _, name := range []string{fingerprintsName, tagsName} {
		dir := with(t, name, text)
		s := open(t, dir)
		if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrDamaged) {
			t.Errorf("%s: %v", name, p)
		}
	}
	dir := with(t, fingerprintsName, text)
	s := open(t, dir)
	me := Buddy{Account{"prpl-irc", "me"}, "bob"}
	if trust, _ := s.Trust(me, fingerprint(10)); trust != Verified {
		t.Error("what could be read is not used")
	}
	if err := s.SetTrust(me, fingerprint(10), Unverified); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if trust, _ := s.Trust(me, fingerprint(10)); trust != Verified || read(t, filepath.Join(dir, fingerprintsName)) != text {
		t.Error("something has changed")
	}
}

func TestFingerprintLifecycle(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	f, g := fingerprint(1), fingerprint(2)
	expect := func(want ...Known) {
		t.Helper()
		for _, s := range []*Store{s, openGood(t, dir)} {
			if got := s.Known(bob); !reflect.DeepEqual(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
	}
	expect()
	for i, want := range []bool{true, false, false} {
		if added, err := s.Add(bob, f); err != nil || added != want {
			t.Fatalf("%d: %v %v", i, added, err)
		}
	}
	must(t, s.SetTrust(bob, g, VerifiedSMP))
	expect(Known{f, Unverified}, Known{g, VerifiedSMP})
	must(t, s.SetTrust(bob, f, Verified))
	expect(Known{f, Verified}, Known{g, VerifiedSMP})
	if added, err := s.Add(bob, f); err != nil || added {
		t.Error(added, err)
	}
	expect(Known{f, Verified}, Known{g, VerifiedSMP})
	must(t, s.SetTrust(bob, f, Unverified))
	must(t, s.Forget(bob, g))
	expect(Known{f, Unverified})
	must(t, s.Forget(bob, f))
	must(t, s.Forget(bob, f))
	expect()
	if t1, known := s.Trust(bob, f); t1.Trusted() || known {
		t.Error("the fingerprint is still known")
	}
}

func TestFingerprintOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	a, b := openGood(t, dir), openGood(t, dir)
	must(t, a.SetTrust(bob, fingerprint(1), Verified))
	if added, err := b.Add(bob, fingerprint(1)); added || err != nil {
		t.Error(added, err)
	}
	for _, s := range []*Store{a, b, openGood(t, dir)} {
		if trust, _ := s.Trust(bob, fingerprint(1)); trust != Verified {
			t.Errorf("trust is lost: %q", trust)
		}
	}
}

func TestTrustIsTheBuddysOnly(t *testing.T) {
	s := openGood(t, t.TempDir())
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	for _, b := range []Buddy{
		{alice, "bob@example.org/x"}, {alice, "Bob@example.org"}, {alice, ""},
		{aliceIRC, "bob@example.org"}, {Account{"prpl-jabber", "alice@example.com/Home"}, "bob@example.org"},
		{Account{"prpl-irc", alice.Name}, "bob@example.org"},
	} {
		if trust, known := s.Trust(b, fingerprint(1)); trust != Unverified || known || s.Known(b) != nil {
			t.Errorf("%v is trusted", b)
		}
	}
	if trust, known := s.Trust(bob, fingerprint(2)); trust != Unverified || known {
		t.Error("another fingerprint is trusted")
	}
}

func TestTrustUnderOtherResources(t *testing.T) {
	at := func(r string) Buddy { return Buddy{Account{"prpl-jabber", "alice@example.org" + r}, "bob@example.org"} }
	line := func(r, hex, trust string) string {
		return "bob@example.org\talice@example.org" + r + "\tprpl-jabber\t" + hex + "\t" + trust + "\n"
	}
	dir := with(t, fingerprintsName, line("/Home", hexA, "verified")+line("/Work", hexA, "")+line("/Home", hexB, "smp"))
	s := openGood(t, dir)
	a, b := fingerprint(10), fingerprint(11)
	for _, c := range []struct {
		r    string
		f    int
		want Trust
	}{
		{"/Home", 10, Verified}, {"/Work", 10, Unverified}, {"/Home", 11, VerifiedSMP},
		{"/Work", 11, VerifiedSMP}, // not known there, so Home's trust applies
		{"/New", 11, VerifiedSMP},
		{"/New", 10, Unverified}, // Home and Work contradict each other
	} {
		if trust, known := s.Trust(at(c.r), fingerprint(c.f)); trust != c.want || !known {
			t.Errorf("%s %d: %q %v", c.r, c.f, trust, known)
		}
	}
	carol := strings.NewReplacer("bob", "carol").Replace(line("/Work", hexA, "") + line("/Home", hexA, "verified"))
	other := openGood(t, with(t, fingerprintsName, carol))
	if trust, known := other.Trust(Buddy{at("/New").Account, "carol@example.org"}, a); trust.Trusted() || !known {
		t.Errorf("contradiction the other way round: %q %v", trust, known)
	}
	if added, err := s.Add(at("/New"), b); added || err != nil {
		t.Error("a known fingerprint was added", err)
	}
	if got, want := s.Known(at("/Work")), []Known{{a, Unverified}, {b, VerifiedSMP}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	// Removing trust must also remove it under the resource used yesterday.
	must(t, s.SetTrust(at("/New"), b, Unverified))
	must(t, s.SetTrust(at("/Work"), a, Verified))
	for _, s := range []*Store{s, openGood(t, dir)} {
		for _, r := range []string{"/Home", "/Work", "/New", ""} {
			if trust, _ := s.Trust(at(r), b); trust.Trusted() {
				t.Errorf("%s: still trusted", r)
			}
			if trust, _ := s.Trust(at(r), a); trust != Verified {
				t.Errorf("%s: %q", r, trust)
			}
		}
	}
	want := line("/Home", hexA, "verified") + line("/Work", hexA, "verified") + line("/Home", hexB, "") + line("/New", hexB, "")
	if got := read(t, filepath.Join(dir, fingerprintsName)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	must(t, s.Forget(at(""), a))
	if len(s.Known(at("/Home"))) != 1 {
		t.Error("still known under another resource")
	}
}

func TestFingerprintsThatCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	for _, name := range badNames {
		for _, b := range []Buddy{{Account{"prpl-irc", "me"}, name}, {Account{"prpl-irc", name}, "bob"}, {Account{name, "me"}, "bob"}} {
			if added, err := s.Add(b, fingerprint(1)); added || !errors.Is(err, ErrName) {
				t.Errorf("%.20q: %v %v", b, added, err)
			}
		}
		if name != "" {
			if err := s.SetTrust(bob, fingerprint(1), Trust(name)); !errors.Is(err, ErrName) {
				t.Errorf("%.20q: %v", name, err)
			}
		}
	}
	// Each part is short enough, but all together are too long.
	half := strings.Repeat("x", 500)
	if _, err := s.Add(Buddy{Account{"prpl-irc", half}, half}, fingerprint(1)); !errors.Is(err, ErrName) {
		t.Error(err)
	}
	if err := s.SetTrust(bob, otr.Fingerprint{}, Verified); !errors.Is(err, ErrNotSaved) {
		t.Error("no fingerprint at all:", err)
	}
	if len(s.Buddies()) != 0 {
		t.Error("something was saved")
	}
}

func TestLongestLine(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	me := Account{"prpl-irc", "me"}
	fixed := len("\tme\tprpl-irc\t\t\n") + len(hexA)
	long := Buddy{me, strings.Repeat("x", maxLine-fixed)}
	if added, err := s.Add(long, fingerprint(10)); !added || err != nil {
		t.Fatal(err)
	}
	if _, known := openGood(t, dir).Trust(long, fingerprint(10)); !known {
		t.Error("the longest line is not read")
	}
	if _, err := s.Add(Buddy{me, long.Peer + "x"}, fingerprint(10)); !errors.Is(err, ErrName) {
		t.Error(err)
	}
}

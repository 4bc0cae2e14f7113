// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

// wholeStore has everything that can be in one.
func wholeStore(t testing.TB) *Store {
	t.Helper()
	dir := sampleDir(t)
	write(t, filepath.Join(dir, limitsName), "prpl-irc\t400\n")
	s := openGood(t, dir)
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	must(t, s.Saw(bob, fingerprint(1), "2026-02-01"))
	must(t, s.Saw(bob, fingerprint(1), "2026-02-28"))
	return s
}

// addVersion4 adds keys and fingerprints of version 4 to s.
func addVersion4(t testing.TB, s *Store) {
	t.Helper()
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.Identities().Set(odd, identity(2)))
	must(t, s.SetTrust(bob, fingerprint4(1), Unverified))
	must(t, s.SetTrust(bob, fingerprint4(2), CarriedOver(fingerprint(1))))
	must(t, s.Saw(bob, fingerprint4(2), "2026-02-03"))
}

// read fills a Bundle from files.
func readBundle(t testing.TB, files map[string][]byte) (b Bundle) {
	t.Helper()
	for _, f := range []struct {
		name string
		read func([]byte) error
	}{{KeysFile, b.ReadKeys}, {FingerprintsFile, b.ReadFingerprints}, {IdentitiesFile, b.ReadIdentities}, {Fingerprints4File, b.ReadFingerprints4}, {SeenFile, b.ReadSeen}, {LimitsFile, b.ReadLimits}} {
		if data, ok := files[f.name]; ok {
			if err := f.read(data); err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
		}
	}
	return b
}

// A store becomes files, and these become a store that knows the same; libotr
// agrees with both.
func TestBundleToFilesAndBack(t *testing.T) {
	run := libotr(t)
	s := wholeStore(t)
	for i, name := range interestingNames {
		a := Account{"prpl-irc", name}
		must(t, s.SetKey(a, aKey(i%3)))
		must(t, s.SetTrust(Buddy{a, name}, fingerprint(i), []Trust{Unverified, Verified, "other"}[i%3]))
	}
	before := s.Bundle()
	files, err := before.Files()
	must(t, err)
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{FingerprintsFile, LimitsFile, KeysFile, SeenFile}) {
		t.Errorf("files: %v", names)
	}
	after := readBundle(t, files)
	wantSame(t, after, before)

	dir := t.TempDir()
	for name, data := range files {
		write(t, filepath.Join(dir, name), string(data))
	}
	got := openGood(t, dir)
	if got, want := dump(got), withoutTags(dump(s)); got != want {
		t.Errorf("the store has become\n%s\nand was\n%s", got, want)
	}
	if got, want := sorted(run(dir, "dump")), withoutTags(dump(s)); got != want {
		t.Errorf("libotr reads\n%s\nof\n%s", got, want)
	}
	if days := got.Seen(bob, fingerprint(1)); days != (Seen{"2026-02-01", "2026-02-28"}) {
		t.Errorf("seen %v", days)
	}
	if n, _ := got.MaxMessage("prpl-irc"); n != 400 {
		t.Errorf("limit %d", n)
	}
}

// secretOf returns the secret part of a key.
func secretOf(k LongTermKey) string {
	switch k := k.(type) {
	case *otr.PrivateKey:
		return k.DSA().X.String()
	case *otr.IdentityKey:
		return string(k.Seed())
	}
	return ""
}

func wantSame(t *testing.T, got, want Bundle) {
	t.Helper()
	if len(got.Keys) != len(want.Keys) {
		t.Fatalf("%d keys, want %d", len(got.Keys), len(want.Keys))
	}
	for i, k := range want.Keys {
		if g := got.Keys[i]; g.Account != k.Account || secretOf(g.Key) != secretOf(k.Key) || g.Key.Fingerprint() != k.Key.Fingerprint() {
			t.Errorf("key %d is of %q, want %q", i, g.Account, k.Account)
		}
	}
	if !slices.Equal(got.Contacts, want.Contacts) {
		t.Errorf("contacts\n%v\nwant\n%v", got.Contacts, want.Contacts)
	}
	if !reflect.DeepEqual(got.Limits, want.Limits) {
		t.Errorf("limits %v, want %v", got.Limits, want.Limits)
	}
}

func withoutTags(dump string) string {
	var out []string
	for _, line := range strings.SplitAfter(dump, "\n") {
		if !strings.HasPrefix(line, "t\t") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

func TestBundleRefuses(t *testing.T) {
	var b Bundle
	must(t, b.AddKey(alice, aKey(1)))
	must(t, b.AddKey(alice, aKey(1)))
	if err := b.AddKey(alice, aKey(2)); !errors.Is(err, ErrTwoKeys) {
		t.Errorf("a second key: %v", err)
	}
	for _, name := range []string{"", "a\tb", "a\nb", "a\x00b", strings.Repeat("x", maxLine)} {
		if err := b.AddKey(Account{"prpl-irc", name}, aKey(1)); !errors.Is(err, ErrName) {
			t.Errorf("key of %.10q: %v", name, err)
		}
		if err := b.AddContact(Contact{Buddy: Buddy{alice, name}, Fingerprint: fingerprint(1)}); !errors.Is(err, ErrName) {
			t.Errorf("contact %.10q: %v", name, err)
		}
	}
	if err := b.AddContact(Contact{Buddy: bob, Fingerprint: fingerprint(1), Trust: "a\nb"}); !errors.Is(err, ErrName) {
		t.Errorf("trust of two lines: %v", err)
	}
	if len(b.Keys) != 1 || len(b.Contacts) != 0 || b.Keys[0].Key.Fingerprint() != aKey(1).Fingerprint() {
		t.Errorf("%d keys, %d contacts", len(b.Keys), len(b.Contacts))
	}
	if err := b.ReadKeys(make([]byte, maxKeysFile+1)); err == nil {
		t.Error("a huge file of keys")
	}
}

// What contradicts itself is not verified.
func TestBundleContradiction(t *testing.T) {
	for _, words := range [][2]Trust{{Verified, Unverified}, {Unverified, VerifiedSMP}} {
		var b Bundle
		for i, w := range words {
			day := []Day{"2026-03-01", "2026-01-01"}[i]
			must(t, b.AddContact(Contact{bob, fingerprint(1), w, Seen{day, day}}))
		}
		want := Contact{bob, fingerprint(1), Unverified, Seen{"2026-01-01", "2026-03-01"}}
		if len(b.Contacts) != 1 || b.Contacts[0] != want {
			t.Errorf("%v", b.Contacts)
		}
	}
}

func TestRename(t *testing.T) {
	home, work := Account{"prpl-jabber", "alice@example.org/Home"}, Account{"prpl-jabber", "alice@example.org"}
	var b Bundle
	must(t, b.AddKey(work, aKey(1)))
	must(t, b.AddKey(aliceIRC, aKey(2)))
	must(t, b.AddContact(Contact{Buddy: Buddy{work, "bob@example.org"}, Fingerprint: fingerprint(1), Trust: Verified}))
	must(t, b.Rename(MatchAccounts([]Account{home, {"prpl-irc", "other"}})))
	if b.Keys[0].Account != home || b.Keys[1].Account != aliceIRC || b.Contacts[0].Account != home {
		t.Errorf("%v %v", b.Keys, b.Contacts)
	}
	if !slices.Equal(b.Accounts(), []Account{home, aliceIRC}) {
		t.Errorf("accounts %v", b.Accounts())
	}
	// Two accounts that become one have one key.
	err := b.Rename(func(Account) Account { return odd })
	if !errors.Is(err, ErrTwoKeys) || len(b.Keys) != 1 || b.Keys[0].Key.Fingerprint() != aKey(1).Fingerprint() {
		t.Errorf("%v, %v", b.Keys, err)
	}
	must(t, b.Rename(func(Account) Account { return Account{} }))
	if !b.Empty() {
		t.Errorf("%v is still there", b.Accounts())
	}
}

// The tag stays where it is.
func TestNoTagsInBundle(t *testing.T) {
	s := wholeStore(t)
	tag, err := s.Tag(alice, rand.Reader)
	must(t, err)
	b := s.Bundle()
	dir := t.TempDir()
	into := openGood(t, dir)
	_, err = into.Apply(into.Plan(b), "2026-03-01")
	must(t, err)
	if _, err := os.Stat(filepath.Join(dir, tagsName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a file of tags: %v", err)
	}
	if other, err := into.Tag(alice, rand.Reader); err != nil || other == tag {
		t.Errorf("the tag is %x in both places, %v", other, err)
	}
	if n := CountTags([]byte(read(t, "testdata/libotr/"+tagsName))); n != len(openGood(t, sampleDir(t)).tags.page.index) || n == 0 {
		t.Errorf("%d tags", n)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/otr"
)

var aliceWork = Account{"prpl-jabber", "alice@example.org/Work"}

func TestIdentities(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.Identities().Set(aliceIRC, identity(2)))
	path := filepath.Join(dir, IdentitiesFile)
	line := func(a Account, k *otr.IdentityKey) string {
		return fmt.Sprintf("%s\t%s\t%x\t%x\t%x\n", a.Name, a.Protocol, k.Fingerprint().Bytes(), k.Forging(), k.Seed())
	}
	want := identitiesHeader + "\n" + line(alice, identity(1)) + line(aliceIRC, identity(2))
	if got := read(t, path); got != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v, %v", info, err)
	}
	if l := leftovers(t, dir); !slices.Equal(l, []string{IdentitiesFile}) || stampOf(filepath.Join(dir, keysName)) != (stamp{}) {
		t.Errorf("files %v", l)
	}
	for _, s := range []*Store{s, openGood(t, dir)} {
		for a, n := range map[Account]int{alice: 1, aliceWork: 1, aliceIRC: 2} {
			if k := s.Identities().Key(a); k == nil || k.Fingerprint() != identity(n).Fingerprint() || !bytes.Equal(k.Seed(), identity(n).Seed()) {
				t.Errorf("%v has another key", a)
			}
			if s.Key(a) != nil || s.OwnKey(a, fingerprint(1)) != nil || s.OwnKey(a, fingerprint4(1)).Fingerprint() != identity(n).Fingerprint() {
				t.Errorf("%v has a key of version 3", a)
			}
		}
		if !slices.Equal(s.Accounts(), []Account{alice, aliceIRC}) || len(s.Orphans(nil)) > 0 {
			t.Errorf("accounts %v, orphans %v", s.Accounts(), s.Orphans(nil))
		}
	}

	old, err := s.Identities().Replace(aliceWork, identity(3), today)
	if err != nil || filepath.Base(old) != IdentitiesFile+".2026-03-01.old" || read(t, old) != want {
		t.Errorf("copy %q, %v", old, err)
	}
	for _, s := range []*Store{s, openGood(t, dir)} {
		if s.Identities().Key(alice).Fingerprint() != identity(3).Fingerprint() || s.Identities().Key(aliceWork).Fingerprint() != identity(3).Fingerprint() {
			t.Error("the key has not been replaced under all resources")
		}
	}
	again, err := s.Identities().Delete(alice, today)
	if err != nil || filepath.Base(again) != IdentitiesFile+".2026-03-01-2.old" {
		t.Errorf("copy %q, %v", again, err)
	}
	if s := openGood(t, dir); s.Identities().Key(alice) != nil || s.Identities().Key(aliceIRC) == nil {
		t.Error("Delete has removed the wrong keys")
	}
	if err := s.Identities().Set(Account{"prpl-irc", "a\tb"}, identity(1)); !errors.Is(err, ErrName) {
		t.Errorf("a name with a tab: %v", err)
	}
}

// A key that another process has saved meanwhile is not overwritten.
func TestIdentityOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	s, other := openGood(t, dir), openGood(t, dir)
	must(t, other.Identities().Set(alice, identity(1)))
	if err := s.Identities().Set(alice, identity(2)); !errors.Is(err, ErrKeyChanged) || s.Identities().Key(alice).Fingerprint() != identity(1).Fingerprint() {
		t.Errorf("%v", err)
	}
	must(t, other.Identities().Set(aliceIRC, identity(2)))
	if !s.Reload() || s.Identities().Key(aliceIRC) == nil {
		t.Error("the key of another process has not been read")
	}
}

// Nearly all numbers are keys. Therefore no damage to a line may result in another key, in
// none, or in an earlier one of the account.
func TestDamagedIdentities(t *testing.T) {
	earlier := identityLineOf(t, alice, 2)
	whole := identityLineOf(t, alice, 1)
	check := func(line string) {
		t.Helper()
		p, err := identitiesFormat().parse([]byte(earlier + line))
		k, ok := p.get(alice)
		if err == nil && ok && bytes.Equal(k.Seed(), identity(1).Seed()) {
			return // a digit in upper case
		}
		if err == nil || ok {
			t.Fatalf("%q: %v, a key: %v", line, err, ok)
		}
		if strings.Contains(err.Error(), hex.EncodeToString(identity(1).Seed())[:8]) {
			t.Fatalf("the error has a secret in it: %v", err)
		}
	}
	names := len(alice.Name) + len("\t") + len(alice.Protocol)
	for i := names + 1; i < len(whole)-1; i++ {
		damaged := []byte(whole)
		damaged[i] ^= 1
		check(string(damaged))
		damaged[i] = "\t g"[i%3]
		check(string(damaged))
		check(whole[:i])
	}
	for i := 1; i < names; i++ {
		if _, err := identitiesFormat().parse([]byte(whole[:i])); err == nil {
			t.Fatalf("%q is accepted", whole[:i])
		}
	}
	check(strings.TrimSuffix(whole, "\n") + "\tmore\n")
	if _, err := identitiesFormat().parse([]byte(whole + "\x00\n")); err == nil {
		t.Error("zero bytes are accepted")
	}
}

// Nothing is written over a damaged file, and its whole lines can be used.
func TestDamagedFileOfIdentities(t *testing.T) {
	text := strings.Replace(identityLineOf(t, alice, 1), "\t", "\t\t", 1) + identityLineOf(t, odd, 2)
	dir := with(t, IdentitiesFile, text)
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrDamaged) || s.Identities().Key(odd) == nil {
		t.Errorf("problems %v", p)
	}
	for name, err := range map[string]error{
		"set":     s.Identities().Set(aliceIRC, identity(3)),
		"replace": func() error { _, err := s.Identities().Replace(odd, identity(3), today); return err }(),
		"protect": func() error { _, err := s.Protect(ctx, ByPassphrase, []byte("horse")); return err }(),
	} {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if read(t, filepath.Join(dir, IdentitiesFile)) != text {
		t.Error("the file has been written over")
	}
	must(t, s.SetTrust(bob, fingerprint4(1), Verified)) // the other files can be used
}

func identityLineOf(t *testing.T, a Account, n int) string {
	t.Helper()
	_, line, _ := strings.Cut(identitiesFile(t, map[Account]int{a: n}), "\n")
	return line
}

// What is not a key stays where it is.
func TestCommentsAmongIdentities(t *testing.T) {
	first := "# one\n\n" + identityLineOf(t, alice, 1) + "# two\n"
	dir := with(t, IdentitiesFile, first)
	s := openGood(t, dir)
	must(t, s.Identities().Set(aliceIRC, identity(2)))
	want := first + identityLineOf(t, aliceIRC, 2)
	if got := read(t, filepath.Join(dir, IdentitiesFile)); got != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	s = openSealed(t, dir, newFakeKeyring(), realDisk{})
	protect(t, s, ByKeyring, "")
	must(t, s.Identities().Set(odd, identity(3)))
	protect(t, s, Plain, "")
	if got := read(t, filepath.Join(dir, IdentitiesFile)); got != want+identityLineOf(t, odd, 3) {
		t.Errorf("after it was sealed: %q", got)
	}
}

// In a sealed store each seed is sealed for its account and for version 4.
func TestSealedIdentities(t *testing.T) {
	dir := fullDir(t)
	must(t, openGood(t, dir).Identities().Set(aliceIRC, identity(2)))
	before := dumpAll(openGood(t, dir))
	ring := newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	if found := secretsIn(t, dir); len(found) > 0 {
		t.Errorf("readable: %v", found)
	}
	if s := unlocked(t, dir, ring); dumpAll(s) != before || !strings.Contains(copies(t, s), IdentitiesFile+".2026-02-27.old <nil>") {
		t.Errorf("%s\nwant\n%s", dumpAll(s), before)
	}
	c, err := s.reader().contents()
	must(t, err)
	a := c.(*archive)
	lines := strings.SplitAfter(string(a.sections[IdentitiesFile]), "\n")
	if len(lines) != 4 || strings.Contains(lines[1], hex.EncodeToString(identity(1).Seed())) {
		t.Fatalf("%q", lines)
	}
	fields := func(n int) []string { return strings.Split(strings.TrimSuffix(lines[n], "\n"), "\t") }
	mine, irc := fields(1), fields(2)
	sealed, err := hex.DecodeString(mine[4])
	must(t, err)
	if seed, err := s.vault.key.Open(sealed, "private key", alice.Protocol, alice.Name, "v4"); err != nil || !bytes.Equal(seed, identity(1).Seed()) {
		t.Errorf("%x, %v", seed, err)
	}
	if _, err := s.vault.key.Open(sealed, "private key", alice.Protocol, alice.Name); err == nil {
		t.Error("the seed passes for a key of version 3")
	}
	for name, text := range map[string]string{
		"another account's": strings.Join(append(slices.Clone(mine[:4]), irc[4]), "\t"),
		"not sealed":        strings.Join(append(slices.Clone(mine[:4]), hex.EncodeToString(identity(1).Seed())), "\t"),
		"empty":             strings.Join(append(slices.Clone(mine[:4]), ""), "\t"),
	} {
		p, err := s.keys4.parse([]byte(text + "\n"))
		if err == nil || len(p.index) > 0 {
			t.Errorf("%s: %d keys, %v", name, len(p.index), err)
		}
	}
	protect(t, s, Plain, "")
	if dumpAll(openGood(t, dir)) != before {
		t.Errorf("plain again: %s\nwant\n%s", dumpAll(openGood(t, dir)), before)
	}
}

// A store without keys of version 4 has no trace of it, whatever is done.
func TestNoTraceOfVersion4(t *testing.T) {
	dir := sampleDir(t)
	ring := newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	check := func() {
		t.Helper()
		list, err := os.ReadDir(dir)
		must(t, err)
		for _, e := range list {
			if strings.Contains(e.Name(), IdentitiesFile) || strings.Contains(e.Name(), Fingerprints4File) {
				t.Errorf("there is %s", e.Name())
			}
		}
		c, err := s.reader().contents()
		must(t, err)
		for _, name := range (resealer{s}).names(c) {
			if data, _ := c.read(name, maxSealedFile); data != nil && (name == IdentitiesFile || name == Fingerprints4File) {
				t.Errorf("there is a section %s", name)
			}
		}
	}
	use := func() {
		t.Helper()
		must(t, s.SetTrust(bob, fingerprint(1), Verified))
		must(t, s.SetTrust(bob, fingerprint(1), Unverified))
		must(t, s.Saw(bob, fingerprint(1), today))
		must(t, s.BackUp(today))
		must(t, s.AdoptKey(alice, Account{"prpl-jabber", "new@example.org"}))
		_, err := s.Apply(s.Plan(bundleOf(t, aContact(60, Verified))), today)
		must(t, err)
		check()
	}
	use()
	protect(t, s, ByKeyring, "")
	use()
	write(t, filepath.Join(dir, fingerprintsName), "eve\talice\tprpl-irc\t"+hexA+"\tverified\n")
	_, err := s.ImportFound(today)
	must(t, err)
	check()
	protect(t, s, Plain, "")
	use()
}

// The store keeps sections that it does not know, as a store of another version does with
// ours.
func TestUnknownSections(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	protect(t, s, ByKeyring, "")
	c, unlock, err := s.reader().begin()
	must(t, err)
	newer := map[string]string{"purple-otr.v5": "\x00 anything\n", "otr.newer": "\tx"}
	for name, data := range newer {
		must(t, c.write(part{name, []byte(data)}))
	}
	unlock()
	must(t, s.SetTrust(bob, fingerprint4(9), Verified))
	must(t, s.Identities().Set(odd, identity(3)))
	protect(t, s, ByPassphrase, "horse")
	s = unlocked(t, dir, ring, "horse")
	c, err = s.reader().contents()
	must(t, err)
	for name, want := range newer {
		if data, err := c.read(name, maxSealedFile); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	protect(t, s, Plain, "")
	for name, want := range newer {
		if got := read(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Temporary files of all names are found, also of one that ends in a digit.
func TestLeftoversOfIdentities(t *testing.T) {
	dir, ring := fullDir(t), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	names := []string{".purple-otr.v40", ".purple-otr.v4123", ".purple-otr.v4.2026-02-28.old0", ".purple-otr.v4.2026-02-28.bak77", ".purple-otr.fingerprints5"}
	others := []string{".purple-otr.v", ".purple-otr.v4x1", ".purple-otr.v51", ".purple-otr.v4.notes1"}
	for _, name := range slices.Concat(names, others) {
		write(t, filepath.Join(dir, name), hex.EncodeToString(identity(1).Seed()))
	}
	protect(t, s, ByKeyring, "")
	l := leftovers(t, dir)
	for _, name := range names {
		if slices.Contains(l, name) {
			t.Errorf("%s is left", name)
		}
	}
	for _, name := range others {
		if !slices.Contains(l, name) {
			t.Errorf("%s has been removed, which is not ours", name)
		}
	}
}

// Somebody who has only removed the sealed file cannot have us use their files, although
// there are no keys but those of version 4.
func TestSealedFileOfVersion4IsMissed(t *testing.T) {
	dir, ring := t.TempDir(), newFakeKeyring()
	s := openSealed(t, dir, ring, realDisk{})
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.SetTrust(bob, fingerprint4(1), Unverified))
	protect(t, s, ByKeyring, "")
	must(t, os.Remove(filepath.Join(dir, sealedName)))
	for name, files := range map[string][2]string{
		"nothing":       {"", ""},
		"another key":   {identitiesFile(t, map[Account]int{alice: 2}), line4("bob@example.org", fingerprint4(1), "") + "\n"},
		"another trust": {identitiesFile(t, map[Account]int{alice: 1}), line4("bob@example.org", fingerprint4(1), "verified") + "\n"},
		"one more":      {identitiesFile(t, map[Account]int{alice: 1}), line4("bob@example.org", fingerprint4(1), "") + "\n" + line4("eve", fingerprint4(2), "smp") + "\n"},
	} {
		write(t, filepath.Join(dir, IdentitiesFile), files[0])
		write(t, filepath.Join(dir, Fingerprints4File), files[1])
		s.Reload()
		if !s.Missing() || !s.PlainBeside() {
			t.Errorf("%s: not missed", name)
		}
	}
	if _, err := s.SetAside(today); err != nil || s.Identities().Key(alice) != nil || len(s.Buddies()) > 0 {
		t.Errorf("set aside: %v", err)
	}
	if l := leftovers(t, dir); slices.Contains(l, IdentitiesFile) || !slices.Contains(l, IdentitiesFile+".2026-03-01.old") || !slices.Contains(l, Fingerprints4File+".2026-03-01.old") {
		t.Errorf("files %v", l)
	}
}

func TestFoundIdentities(t *testing.T) {
	dir := t.TempDir()
	s := openSealed(t, dir, newFakeKeyring(), realDisk{})
	must(t, s.Identities().Set(aliceIRC, identity(1)))
	must(t, s.SetTrust(bob, fingerprint4(1), Unverified))
	protect(t, s, ByPassphrase, "horse")
	write(t, filepath.Join(dir, IdentitiesFile), identitiesFile(t, map[Account]int{aliceIRC: 2, odd: 3}))
	write(t, filepath.Join(dir, Fingerprints4File), line4("bob@example.org", fingerprint4(1), "v3-"+hexA)+"\n"+line4("eve", fingerprint4(2), "verified")+"\n")
	found, err := s.Found()
	if err != nil || len(found.Files) != 2 || len(found.Keys) != 2 || len(found.Known) != 2 {
		t.Fatalf("%+v, %v", found, err)
	}
	for _, k := range found.Keys {
		if n := map[Account]int{aliceIRC: 2, odd: 3}[k.Account]; k.Fingerprint != identity(n).Fingerprint() || k.Clash != (n == 2) {
			t.Errorf("%+v", k)
		}
	}
	if _, err := s.Protect(ctx, Plain, nil); !errors.Is(err, ErrFound) {
		t.Errorf("written over: %v", err)
	}
	left, err := s.ImportFound(today)
	if err != nil || len(left) > 0 || len(secretsIn(t, dir)) > 0 {
		t.Errorf("%v, %v, %v", left, err, secretsIn(t, dir))
	}
	for _, s := range []*Store{s, unlocked(t, dir, newFakeKeyring(), "horse")} {
		if s.Identities().Key(aliceIRC).Fingerprint() != identity(1).Fingerprint() || s.Identities().Key(odd).Fingerprint() != identity(3).Fingerprint() {
			t.Error("wrong keys")
		}
		for b, n := range map[Buddy]int{bob: 1, {alice, "eve"}: 2} {
			if trust, known := s.Trust(b, fingerprint4(n)); !known || trust.Trusted() {
				t.Errorf("%v is %q, known %v", b, trust, known)
			}
		}
		if c := copies(t, s); !strings.Contains(c, IdentitiesFile+".2026-03-01.old <nil>") || !strings.Contains(c, identity(2).Fingerprint().String()) {
			t.Errorf("copies: %q", c)
		}
	}
}

// Keys of two versions do not clash; of one they do.
func TestPlanIdentities(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	must(t, s.SetKey(alice, aKey(1)))
	must(t, s.Identities().Set(alice, identity(1)))
	for _, c := range []struct {
		key      AccountKey
		relation Relation
	}{
		{AccountKey{aliceIRC, identity(1)}, New},
		{AccountKey{alice, identity(1)}, Same},
		{AccountKey{aliceWork, identity(1)}, Same},
		{AccountKey{aliceWork, identity(2)}, Clash},
		{AccountKey{alice, aKey(1)}, Same},
		{AccountKey{alice, aKey(2)}, Clash},
	} {
		p := s.Plan(bundleOf(t, c.key))
		if got := p.Keys[0]; got.Relation != c.relation || got.Import != (c.relation == New) || got.Ours.IsZero() != (c.relation == New) {
			t.Errorf("%v: %v, take %v", c.key.Account, got.Relation, got.Import)
		}
	}
	b := bundleOf(t, AccountKey{alice, aKey(2)}, AccountKey{alice, identity(2)}, AccountKey{aliceIRC, identity(3)})
	if err := b.AddKey(alice, identity(3)); !errors.Is(err, ErrTwoKeys) || len(b.Keys) != 3 {
		t.Errorf("two keys of one account: %v", err)
	}
	kept := s.Plan(b)
	if _, err := s.Apply(kept, today); err != nil || s.Identities().Key(alice).Fingerprint() != identity(1).Fingerprint() || s.Identities().Key(aliceIRC) == nil {
		t.Errorf("keeping ours: %v", err)
	}
	taken := s.Plan(b)
	taken.ReplaceAll()
	old, err := s.Apply(taken, today)
	if err != nil || len(old) != 2 || s.Key(alice).Fingerprint() != aKey(2).Fingerprint() || s.Identities().Key(alice).Fingerprint() != identity(2).Fingerprint() {
		t.Errorf("taking theirs: %v, %v", old, err)
	}
}

// Everything of version 4 is in a backup, and comes back.
func TestBackupOfVersion4(t *testing.T) {
	s := wholeStore(t)
	addVersion4(t, s)
	b, err := OpenExport(anExport(t, s.Bundle()), passphrase)
	must(t, err)
	wantSame(t, b, s.Bundle())
	dir := t.TempDir()
	restored := openGood(t, dir)
	_, err = restored.Apply(restored.Plan(b), today)
	must(t, err)
	for _, s2 := range []*Store{restored, openGood(t, dir)} {
		if got, want := dumpAll(s2), withoutTags(dumpAll(s)); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	for _, name := range []string{FingerprintsFile, KeysFile} {
		if strings.Contains(read(t, filepath.Join(dir, name)), hex.EncodeToString(fingerprint4(1).Bytes())) {
			t.Errorf("there is a fingerprint of version 4 in %s", name)
		}
	}
}

// A renamed account takes its key of version 4 along, unless it has made another.
func TestAdoptIdentity(t *testing.T) {
	s := openGood(t, t.TempDir())
	must(t, s.SetKey(alice, aKey(1)))
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.SetTrust(bob, fingerprint4(1), Verified))
	renamed, other := Account{"prpl-jabber", "carol@example.org"}, Account{"prpl-jabber", "dora@example.org"}
	must(t, s.Identities().Set(other, identity(2)))
	for a, n := range map[Account]int{renamed: 1, other: 2} {
		must(t, s.AdoptKey(alice, a))
		if s.Identities().Key(a).Fingerprint() != identity(n).Fingerprint() {
			t.Errorf("%v has another key", a)
		}
		if trust, _ := s.Trust(Buddy{a, bob.Peer}, fingerprint4(1)); trust != Verified {
			t.Errorf("bob is %q for %v", trust, a)
		}
	}
}

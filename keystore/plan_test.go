// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const today = Day("2026-03-01")

func aContact(n int, t Trust) Contact {
	return Contact{Buddy: bob, Fingerprint: fingerprint(n), Trust: t}
}

func bundleOf(t *testing.T, parts ...any) (b Bundle) {
	t.Helper()
	for _, p := range parts {
		switch p := p.(type) {
		case AccountKey:
			must(t, b.AddKey(p.Account, p.Key))
		case Contact:
			must(t, b.AddContact(p))
		}
	}
	return b
}

func TestPlanKeys(t *testing.T) {
	s := openGood(t, t.TempDir())
	must(t, s.SetKey(alice, aKey(1)))
	work := Account{alice.Protocol, "alice@example.org/Work"}
	for _, c := range []struct {
		key      AccountKey
		relation Relation
		take     bool
	}{
		{AccountKey{aliceIRC, aKey(2)}, New, true},
		{AccountKey{alice, aKey(1)}, Same, false},
		{AccountKey{work, aKey(1)}, Same, false}, // another resource of the same account
		{AccountKey{alice, aKey(2)}, Clash, false},
		{AccountKey{work, aKey(2)}, Clash, false},
	} {
		p := s.Plan(bundleOf(t, c.key))
		if got := p.Keys[0]; got.Relation != c.relation || got.Import != c.take || (got.Relation == New) != got.Ours.IsZero() {
			t.Errorf("%v: %v, take %v", c.key.Account, got.Relation, got.Import)
		}
	}
}

func TestPlanContacts(t *testing.T) {
	s := openGood(t, t.TempDir())
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	must(t, s.SetTrust(bob, fingerprint(2), Verified))
	for _, c := range []struct {
		n        int
		trust    Trust
		relation Relation
	}{
		{3, Verified, New}, {3, Unverified, New},
		{1, Unverified, Same}, {2, Verified, Same}, {2, "manual", Same},
		{1, Verified, Clash}, {2, Unverified, Clash},
	} {
		p := s.Plan(bundleOf(t, aContact(c.n, c.trust)))
		if got := p.Contacts[0]; got.Relation != c.relation || got.Import != (c.relation == New) {
			t.Errorf("%d %q: %v, take %v", c.n, c.trust, got.Relation, got.Import)
		}
	}
}

// New parts are imported; where parts clash, nothing changes unless the user says so.
func TestApply(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	must(t, s.SetKey(alice, aKey(1)))
	must(t, s.SetTrust(bob, fingerprint(1), Unverified))
	must(t, s.SetTrust(bob, fingerprint(2), VerifiedSMP))
	must(t, s.SetTrust(bob, fingerprint(4), Verified))
	must(t, s.Saw(bob, fingerprint(2), "2026-02-10"))
	write(t, filepath.Join(dir, limitsName), "# mine\nprpl-irc\t400")
	s = openGood(t, dir)

	seen := aContact(2, Unverified)
	seen.Seen = Seen{"2026-01-01", "2026-02-01"}
	b := bundleOf(t, AccountKey{alice, aKey(2)}, AccountKey{aliceIRC, aKey(2)},
		aContact(1, Verified), seen, aContact(3, "manual"), aContact(4, VerifiedSMP))
	b.Limits = map[string]int{"prpl-irc": 500, "prpl-aim": 1000}
	p := s.Plan(b)
	if p.Clashes() != 4 || p.Imports() != 3 {
		t.Errorf("%d clashes, %d taken", p.Clashes(), p.Imports())
	}
	check := func(fingerprints [2]int, trust [5]Trust, irc int) {
		t.Helper()
		for _, s := range []*Store{s, openGood(t, dir)} {
			if got := s.Key(alice).Fingerprint(); got != aKey(fingerprints[0]).Fingerprint() {
				t.Error("alice's key")
			}
			if got := s.Key(aliceIRC).Fingerprint(); got != aKey(fingerprints[1]).Fingerprint() {
				t.Error("alice's key for IRC")
			}
			for n := 1; n < len(trust); n++ {
				if got, known := s.Trust(bob, fingerprint(n)); !known || got != trust[n] {
					t.Errorf("trust in %d is %q, want %q", n, got, trust[n])
				}
			}
			if got := s.Seen(bob, fingerprint(2)); got != (Seen{"2026-01-01", "2026-02-10"}) {
				t.Errorf("seen %v", got)
			}
			if got, _ := s.MaxMessage("prpl-irc"); got != irc {
				t.Errorf("limit %d, want %d", got, irc)
			}
			if got, _ := s.MaxMessage("prpl-aim"); got != 1000 {
				t.Errorf("limit %d", got)
			}
		}
	}
	old, err := s.Apply(p, today)
	if err != nil || len(old) != 0 {
		t.Fatalf("%v, %v", old, err)
	}
	check([2]int{1, 2}, [5]Trust{1: Unverified, 2: VerifiedSMP, 3: "manual", 4: Verified}, 400)

	p = s.Plan(b)
	if p.Imports() != 0 || p.Clashes() != 4 {
		t.Errorf("again: %d taken, %d clashes", p.Imports(), p.Clashes())
	}
	p.ReplaceAll()
	if p.Clashes() != 0 || p.Imports() != 4 {
		t.Errorf("all: %d clashes, %d taken", p.Clashes(), p.Imports())
	}
	if old, err = s.Apply(p, today); err != nil || len(old) != 1 {
		t.Fatalf("%v, %v", old, err)
	}
	check([2]int{2, 2}, [5]Trust{1: Verified, 2: Unverified, 3: "manual", 4: Verified}, 500)
	var kept Bundle
	must(t, kept.ReadKeys([]byte(read(t, old[0]))))
	if kept.Keys[0].Key.Fingerprint() != aKey(1).Fingerprint() {
		t.Error("the old key is not in the copy")
	}
}

// Another process may write between the plan and the decision.
func TestApplyAfterOtherChanges(t *testing.T) {
	dir := t.TempDir()
	s, other := openGood(t, dir), openGood(t, dir)
	p := s.Plan(bundleOf(t, AccountKey{alice, aKey(2)}, aContact(1, Verified)))
	must(t, other.SetTrust(bob, fingerprint(1), Unverified))
	if _, err := s.Apply(Plan{Contacts: p.Contacts}, today); err != nil {
		t.Fatal(err)
	}
	if trust, _ := openGood(t, dir).Trust(bob, fingerprint(1)); trust != Unverified {
		t.Errorf("trust %q: the other process's change has been overwritten", trust)
	}
	must(t, other.SetKey(alice, aKey(1)))
	if _, err := s.Apply(p, today); !errors.Is(err, ErrKeyChanged) {
		t.Errorf("error %v", err)
	}
	if openGood(t, dir).Key(alice).Fingerprint() != aKey(1).Fingerprint() {
		t.Error("the other process's key is lost")
	}

	// This process may also write while the user looks at the plan.
	p = s.Plan(bundleOf(t, AccountKey{aliceIRC, aKey(2)}))
	must(t, s.SetKey(aliceIRC, aKey(1)))
	if _, err := s.Apply(p, today); !errors.Is(err, ErrKeyChanged) || s.Key(aliceIRC).Fingerprint() != aKey(1).Fingerprint() {
		t.Errorf("error %v", err)
	}
}

func TestApplyToDamaged(t *testing.T) {
	dir := with(t, keysName, "(privkeys (")
	s := open(t, dir)
	if _, err := s.Apply(s.Plan(bundleOf(t, AccountKey{alice, aKey(1)})), today); !errors.Is(err, ErrDamaged) {
		t.Errorf("error %v", err)
	}
	if got := read(t, filepath.Join(dir, keysName)); got != "(privkeys (" {
		t.Errorf("%q", got)
	}
}

// Thousands of fingerprints are saved in a single write.
func TestApplyMany(t *testing.T) {
	var b Bundle
	const n = 10000
	for i := range n {
		c := Contact{Buddy: Buddy{alice, "buddy" + strconv.Itoa(i/2)}, Fingerprint: fingerprint(i), Trust: Verified, Seen: Seen{today, today}}
		must(t, b.AddContact(c))
	}
	dir := t.TempDir()
	s := openGood(t, dir)
	start := time.Now()
	_, err := s.Apply(s.Plan(b), today)
	must(t, err)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if got := openGood(t, dir).Bundle(); len(got.Contacts) != n || got.Contacts[n-1] != b.Contacts[n-1] {
		t.Errorf("%d contacts", len(got.Contacts))
	}
	if _, err := os.Stat(filepath.Join(dir, keysName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of keys: %v", err)
	}
}

// A process killed at any step of an import leaves a readable store in which each part is
// old or new, and no key is lost; repeating the import completes it.
func TestApplyKilledAtEveryStep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, how := range []Protection{Plain, ByKeyring} {
		t.Run(fmt.Sprint("from ", how), func(t *testing.T) {
			t.Parallel()
			b := bundleOf(t, AccountKey{alice, aKey(1)}, AccountKey{Account{"prpl-irc", "new"}, aKey(2)}, aContact(50, Verified), aContact(51, Unverified))
			b.Contacts[0].Seen = Seen{"2026-01-01", "2026-01-02"}
			b.Limits = map[string]int{"prpl-new": 500}
			take := func(s *Store) error {
				p := s.Plan(b)
				p.ReplaceAll()
				_, err := s.Apply(p, today)
				return err
			}
			a := attempt{name: "import", from: how, do: take}
			start := newGround(t, a)
			old := unlocked(t, start.copy(t).dir, start.ring, "old").Key(alice).Fingerprint()
			end := start.copy(t)
			s, err := end.on(t, a, realDisk{})
			must(t, err)
			want := dumpAll(s)
			for at := 0; ; at++ {
				g := start.copy(t)
				d := &faultyDisk{t: t, at: at, dirty: map[string]bool{}}
				s, _ := g.on(t, a, d)
				must(t, s.Close())
				again := unlocked(t, g.dir, g.ring, "old")
				if p := again.Problems(); len(p) > 0 {
					t.Fatalf("step %d: %v", at, p)
				}
				if again.Key(alice).Fingerprint() != old && !strings.Contains(g.kept(t), old.String()) {
					t.Fatalf("step %d: a key is lost: %s", at, g.kept(t))
				}
				must(t, take(again))
				if got := dumpAll(again); got != want {
					t.Fatalf("step %d:\n%s\nwant\n%s", at, got, want)
				}
				if n, _ := again.MaxMessage("prpl-new"); n != 500 {
					t.Fatalf("step %d: limit %d", at, n)
				}
				if d.steps <= at {
					t.Logf("%d steps", at)
					return
				}
			}
		})
	}
}

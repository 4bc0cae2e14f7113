// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"purple-otr/keystore/internal/seal"
)

// cheap is a cost low enough for tests.
var cheap = seal.Cost{Passes: 1, Memory: 64, Threads: 1}

// fakeKeyring is a keyring in memory.
type fakeKeyring struct {
	mu      sync.Mutex
	secrets map[string]string
	err     error          // what all methods return, if not nil
	during  func()         // called in each
	change  func(b []byte) // what Get does to secrets
}

func newFakeKeyring() *fakeKeyring { return &fakeKeyring{secrets: map[string]string{}} }

func (k *fakeKeyring) begin(ctx context.Context) (func(), error) {
	if k.during != nil {
		k.during()
	}
	k.mu.Lock()
	if ctx.Err() != nil {
		return k.mu.Unlock, ctx.Err()
	}
	return k.mu.Unlock, k.err
}

func (k *fakeKeyring) Get(ctx context.Context, name string) ([]byte, error) {
	end, err := k.begin(ctx)
	defer end()
	secret, ok := k.secrets[name]
	if err == nil && !ok {
		err = ErrNotInKeyring
	}
	b := []byte(secret)
	if k.change != nil {
		k.change(b)
	}
	return b, err
}

func (k *fakeKeyring) Set(ctx context.Context, name string, secret []byte) error {
	end, err := k.begin(ctx)
	defer end()
	if err == nil {
		k.secrets[name] = string(secret)
	}
	return err
}

func (k *fakeKeyring) Delete(ctx context.Context, name string) error {
	end, err := k.begin(ctx)
	defer end()
	if err == nil {
		delete(k.secrets, name)
	}
	return err
}

func (k *fakeKeyring) Has(ctx context.Context, name string) (bool, error) {
	end, err := k.begin(ctx)
	defer end()
	_, ok := k.secrets[name]
	return ok && err == nil, err
}

func (k *fakeKeyring) Ready(context.Context) bool { return k.err == nil }

// openSealed opens a folder with a low cost for passphrases.
func openSealed(t testing.TB, dir string, k *fakeKeyring, d disk) *Store {
	t.Helper()
	s, err := openOn(dir, k, rand.Reader, d)
	if err != nil {
		t.Fatal(err)
	}
	s.cost = func() seal.Cost { return cheap }
	return s
}

// unlocked opens a folder and unlocks it with one of the passphrases, or with the
// keyring.
func unlocked(t testing.TB, dir string, k *fakeKeyring, passphrases ...string) *Store {
	t.Helper()
	s := openSealed(t, dir, k, realDisk{})
	must(t, unlockAny(s, passphrases...))
	if p := s.Problems(); len(p) > 0 {
		t.Fatalf("problems: %v", p)
	}
	return s
}

func unlockAny(s *Store, passphrases ...string) error {
	if s.Protection() == ByKeyring {
		return s.UnlockKeyring(context.Background())
	}
	err := error(nil)
	for _, p := range passphrases {
		if err = s.Unlock([]byte(p)); !errors.Is(err, ErrPassphrase) {
			return err
		}
	}
	return err
}

func protect(t testing.TB, s *Store, how Protection, passphrase string) {
	t.Helper()
	left, err := s.Protect(context.Background(), how, []byte(passphrase))
	if err != nil || len(left) > 0 {
		t.Fatalf("left %v, %v", left, err)
	}
}

// dumpAll is dump including the days.
func dumpAll(s *Store) string {
	out := dump(s)
	for c := range s.seen.page.keys {
		out += fmt.Sprintf("s\t%s\t%s\t%v\n", c.Peer, c.Name, s.Seen(c.Buddy, c.fingerprint))
	}
	return sorted(out)
}

// copies lists the copies of old keys, wherever they are.
func copies(t testing.TB, s *Store) string {
	t.Helper()
	c, err := s.reader().contents()
	must(t, err)
	var out strings.Builder
	for _, name := range (resealer{s}).names(c) {
		of := s.archives().keysOf(name)
		if of == nil || name == s.keys.name || name == s.keys4.name || strings.HasSuffix(name, backupSuffix) {
			continue
		}
		data, err := c.read(name, maxSealedFile)
		must(t, err)
		if of == anyTable(s.keys) {
			writeCopy(&out, name, s.keys, data)
		} else {
			writeCopy(&out, name, s.keys4, data)
		}
	}
	return out.String()
}

func writeCopy[K longTermKey](out *strings.Builder, name string, t *table[Account, K], data []byte) {
	p, err := t.parse(data)
	fmt.Fprintf(out, "%s %v", name, err)
	for a := range p.keys {
		k, _ := p.get(a)
		fmt.Fprintf(out, " %s=%s", a.Name, k.Fingerprint())
	}
	out.WriteString("\n")
}

// fullDir returns a folder with entries in every table, an old key, and daily backups.
func fullDir(t testing.TB) string {
	t.Helper()
	dir := sampleDir(t)
	p, err := parseKeys([]byte(read(t, filepath.Join(dir, keysName))))
	must(t, err)
	for _, a := range slices.Collect(p.keys)[2:] {
		p.drop(a) // opening each key is slow
	}
	write(t, filepath.Join(dir, keysName), string(joinKeys(p)))
	write(t, filepath.Join(dir, keysName+".2026-02-27.old"), keysFile(entryText(odd, aKey(2), plain)))
	s := openGood(t, dir)
	must(t, s.Saw(bob, fingerprint(1), "2026-02-27"))
	must(t, s.SetTrust(bob, fingerprint(2), "a word of another program"))
	write(t, filepath.Join(dir, IdentitiesFile+".2026-02-27.old"), identitiesFile(t, map[Account]int{odd: 2}))
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.SetTrust(bob, fingerprint4(1), Verified))
	must(t, s.BackUp("2026-02-26"))
	must(t, s.BackUp("2026-02-27"))
	return dir
}

func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	list, err := os.ReadDir(from)
	must(t, err)
	for _, e := range list {
		write(t, filepath.Join(to, e.Name()), read(t, filepath.Join(from, e.Name())))
	}
	return to
}

// secretsIn lists the files of a folder that contain unencrypted private keys.
func secretsIn(t testing.TB, dir string) (out []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range list {
		text := read(t, filepath.Join(dir, e.Name()))
		seed := func(n int) bool { return strings.Contains(text, hex.EncodeToString(identity(n).Seed())) }
		if strings.Contains(text, "(dsa") || slices.ContainsFunc([]int{1, 2, 3}, seed) {
			out = append(out, e.Name())
		}
	}
	return out
}

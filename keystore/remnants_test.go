// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"os"
	"testing"

	"purple-otr/internal/erase/erasetest"
)

// A passphrase that its caller clears is then not in memory, whatever it was used for, nor
// are the keys that a locked store had.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 4, func() {
		dir, err := os.MkdirTemp("", "purple-otr")
		must(t, err)
		defer os.RemoveAll(dir)
		ring := newFakeKeyring()
		s := openSealed(t, dir, ring, realDisk{})
		must(t, s.SetTrust(bob, fingerprint(1), Verified))

		secrets := erasetest.Secrets{}
		typed := func(name string, of string) []byte { // of random letters, so that it is found nowhere else
			p := make([]byte, 24)
			rand.Read(p)
			letters := []byte(of)
			for i := range p {
				p[i] = letters[int(p[i])%len(letters)]
			}
			if of[0] == 'u' {
				copy(p[10:], "u\u0308") // not in the normal form
			}
			secrets.Add(name, len(p), func(i int) byte { return p[i] })
			return p
		}
		for name, of := range map[string]string{"a passphrase": "abcdefghijklmnopqrstuvwxyz", "one with composed letters": "uvwxyz"} {
			p := typed(name, of)
			if !JudgePassphrase(p).Acceptable() {
				t.Error("the passphrase is refused")
			}
			_, err = s.Protect(ctx, ByPassphrase, p)
			must(t, err)
			s.Lock()
			must(t, s.Unlock(p))
			backup, err := sealExport(s.Bundle(), p, 1)
			must(t, err)
			_, err = OpenExport(backup, p)
			must(t, err)
			secrets.MustBeThere()
			normal := normalPassphrase(p)
			secrets.Add(name+", normal", len(normal), func(i int) byte { return normal[i] })
			clear(normal)
			clear(p)
			secrets.MustBeGone()
			clear(secrets)
		}
	})
}

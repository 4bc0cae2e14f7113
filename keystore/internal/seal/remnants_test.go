// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"crypto/rand"
	"testing"

	"purple-otr/internal/erase/erasetest"
)

// Once it is destroyed, no copy of a master key is in memory: neither of one that has
// sealed and opened, nor of one that came out of a file with a passphrase.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 4, func() {
		must := func(err error) {
			if err != nil {
				panic(err)
			}
		}
		secrets := erasetest.Secrets{}
		add := func(name string, k *Key) {
			secrets.Add(name, KeySize, func(i int) byte { return k.Bytes()[i] })
		}
		used, err := NewKey(rand.Reader)
		must(err)
		add("used", used)
		for _, size := range []int{10, 100_000} {
			sealed, err := used.Seal(rand.Reader, make([]byte, size), "test")
			must(err)
			_, err = used.Open(sealed, "test")
			must(err)
		}
		wrapped, err := SealPassphrase(rand.Reader, []byte("five random words"), Cost{1, 64, 1}, used.Bytes(), "test")
		must(err)
		secret, err := OpenPassphrase(wrapped, []byte("five random words"), "test")
		must(err)
		unlocked, err := KeyOf(secret)
		must(err)
		add("unlocked", unlocked)
		secrets.MustBeThere()
		used.Destroy()
		unlocked.Destroy()
		secrets.MustBeGone()
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package ratchet

import (
	"crypto/rand"
	"reflect"
	"strings"
	"testing"

	"purple-otr/internal/erase"
	"purple-otr/internal/erase/erasetest"
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/kdf4"
)

// addKeys adds all keys that c holds.
func addKeys(to erasetest.Secrets, of string, c *Channel) {
	to.AddFields(of, reflect.ValueOf(c), "root", "brace", "key", "own", "ownDH", "keys")
	for name := range to {
		if strings.HasSuffix(name, " b") || strings.Contains(name, " Public ") {
			delete(to, name) // public keys
		}
	}
}

// randomPair returns the two ends of a channel. It leaves no copies of their keys.
func randomPair() (a, b *Channel, err error) {
	erase.Do(func() {
		var secret kdf4.Key
		rand.Read(secret[:])
		var ecdh [2]ed448.KeyPair
		var modp [2]dh.KeyPair15
		for i := range ecdh {
			if ecdh[i], err = ed448.Generate(rand.Reader); err != nil {
				return
			}
			if modp[i], err = dh.Generate15(rand.Reader); err != nil {
				return
			}
		}
		if a, err = New(Agreed{Secret: secret, Own: ecdh[0], OwnDH: modp[0], Their: ecdh[1].Public, TheirDH: modp[1].Public}); err != nil {
			return
		}
		b, err = New(Agreed{Secret: secret, Own: ecdh[1], OwnDH: modp[1], Their: ecdh[0].Public, TheirDH: modp[0].Public, Began: true})
	})
	return a, b, err
}

// After ratchets have been replaced, and after the end, no key of a channel is in memory:
// private keys, root, brace, chain and message keys, also of messages that never arrived.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 30, func() {
		a, b, err := randomPair()
		if err != nil {
			t.Fatal(err)
		}
		pass := func(from, to *Channel, text string, lost bool) {
			m, err := from.Seal(nil, header, 0, []byte(text), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if lost {
				return
			}
			if o, err := to.Open(parse(t, m)); err != nil || string(o.Plaintext) != text {
				t.Fatalf("%q, %v", o.Plaintext, err)
			}
		}
		first := erasetest.Secrets{}
		addKeys(first, "a's first", a)
		addKeys(first, "b's first", b)
		first.MustBeThere()
		for i := range 8 { // each third ratchet has a Diffie-Hellman key
			pass(a, b, strings.Repeat("x", 30<<i), false)
			pass(b, a, strings.Repeat("y", 30<<i), false)
		}
		first.MustBeGone()

		pass(a, b, "lost", true)
		pass(a, b, "x", false)
		last := erasetest.Secrets{}
		addKeys(last, "a's last", a)
		addKeys(last, "b's last", b)
		last.MustBeThere()
		if _, err := a.SealLast(header, 0, nil, rand.Reader); err != nil {
			t.Fatal(err)
		}
		clear(b.Retire())
		last.MustBeGone()
	})
}

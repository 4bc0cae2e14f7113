// SPDX-License-Identifier: GPL-2.0-or-later

package dsa

import (
	"bytes"
	"testing"

	"golang.org/x/crypto/cryptobyte"
)

// The parsed public key encodes to exactly the bytes that were read, whatever follows it,
// and does not verify a signature of zeros.
func FuzzPublicKey(f *testing.F) {
	k := stdKey("alice")
	genuine := encode(0, k.P, k.Q, k.G, k.Y)
	f.Add(genuine)
	f.Add(append(bytes.Clone(genuine), "and more"...))
	f.Add(encode(0, k.P, k.Q, k.P, k.Y))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := cryptobyte.String(b)
		pub, err := ParsePublicKey(&s)
		if err != nil {
			return
		}
		if len(pub.Encoded())+len(s) != len(b) || !bytes.HasPrefix(b, pub.Encoded()) || !bytes.HasSuffix(b, s) {
			t.Fatalf("%x is read as %x, and %x behind it", b, pub.Encoded(), s)
		}
		if pub.Verify(&[32]byte{1}, &[SignatureSize]byte{}) {
			t.Fatal("a signature of zeros is valid")
		}
	})
}

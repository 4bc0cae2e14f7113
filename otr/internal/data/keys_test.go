// SPDX-License-Identifier: GPL-2.0-or-later

package data

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"testing"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/wire"
)

var prime, _ = new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"+
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"+
	"F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"+
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804"+
	"F1746C08CA237327FFFFFFFFFFFFFFFF", 16)

// A reference computes keys with the specification's formulas and math/big. x is the number
// that dh.Generate draws first from the same seed.
type reference struct{ x, y *big.Int }

func newReference(t *testing.T, seed string) (reference, dh.KeyPair) {
	t.Helper()
	b := make([]byte, 40)
	if _, err := seeded(seed).Read(b); err != nil {
		t.Fatal(err)
	}
	x := new(big.Int).SetBytes(b)
	return reference{x, new(big.Int).Exp(big.NewInt(2), x, prime)}, generate(t, seeded(seed))
}

// read opens m as the end that has our private key; theirs is the peer's public key.
func (ours reference) read(t *testing.T, theirs *big.Int, m wire.Data) (text []byte, macKey [20]byte, extra [32]byte) {
	t.Helper()
	s := new(big.Int).Exp(theirs, ours.x, prime).Bytes()
	secbytes := append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...)
	// "If she is the "high" end, she sets "sendbyte" to 0x01 and "recvbyte" to
	// 0x02."
	recvbyte := byte(0x01)
	if ours.y.Cmp(theirs) > 0 {
		recvbyte = 0x02
	}
	h1 := sha1.Sum(append([]byte{recvbyte}, secbytes...))
	aesKey := h1[:16]
	macKey = sha1.Sum(aesKey)
	h := hmac.New(sha1.New, macKey[:])
	h.Write(m.Signed)
	if !bytes.Equal(h.Sum(nil), m.MAC[:]) {
		t.Error("authenticator: not the SHA1-HMAC by the receiving MAC key")
	}
	block, err := aes.NewCipher(aesKey)
	if err != nil {
		t.Fatal(err)
	}
	iv := append(binary.BigEndian.AppendUint64(nil, m.Counter), make([]byte, 8)...)
	text = make([]byte, len(m.Encrypted))
	cipher.NewCTR(block, iv).XORKeyStream(text, m.Encrypted)
	return text, macKey, sha256.Sum256(append([]byte{0xff}, secbytes...))
}

// Each end of the channel is tested, the "high" and the "low" one.
func TestMessageAgainstSpecification(t *testing.T) {
	ends := map[bool]bool{}
	for _, seed := range []string{"1", "2", "3", "4", "5", "6"} {
		us, ourKey := newReference(t, "us"+seed)
		them, theirKey := newReference(t, "them"+seed)
		ends[us.y.Cmp(them.y) > 0] = true
		c := New(Agreed{Own: ourKey, OwnID: 1, Theirs: theirKey.Public, TheirID: 1, Shared: ourKey.Shared(theirKey.Public)})
		for counter := uint64(1); counter < 4; counter++ {
			extra := c.ExtraKey()
			b, err := c.Seal(nil, header, wire.IgnoreUnreadable, []byte("the text, which is longer than a block"), seeded("next"))
			if err != nil {
				t.Fatal(err)
			}
			m := parse(t, b)
			text, macKey, wantExtra := them.read(t, us.y, m)
			if string(text) != "the text, which is longer than a block" || m.Counter != counter || extra != wantExtra {
				t.Errorf("seed %s: %q, counter %d", seed, text, m.Counter)
			}
			if macKey != c.pairs[previous][current].send.macKey {
				t.Error("sending MAC key")
			}
			if next := new(big.Int).SetBytes(m.NextKey); next.Cmp(us.y) == 0 || m.Flags != wire.IgnoreUnreadable {
				t.Error("the next key is the one that is used already")
			}
		}
	}
	if len(ends) != 2 {
		t.Error("only one of the two ends was tested")
	}
}

// TestCTRLengths encrypts texts of every length around the one where ctr changes its method,
// one after the other with the same keys.
func TestCTRLengths(t *testing.T) {
	d := direction{aesKey: [16]byte{1, 2, 3}}
	block, err := aes.NewCipher(d.aesKey[:])
	if err != nil {
		t.Fatal(err)
	}
	lengths := []int{1000, 4095, 4096, 4097, 60_000}
	for n := range short + 5*aes.BlockSize {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		text := bytes.Repeat([]byte{'x'}, n)
		want, got := make([]byte, n), bytes.Repeat([]byte{'y'}, n+room)[:n]
		iv := binary.BigEndian.AppendUint64(nil, uint64(n))
		cipher.NewCTR(block, append(iv, make([]byte, 8)...)).XORKeyStream(want, text)
		if d.ctr(got, uint64(n), text); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %x, want %x", n, got, want)
		}
	}
}

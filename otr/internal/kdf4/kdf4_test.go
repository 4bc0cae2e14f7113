// SPDX-License-Identifier: GPL-2.0-or-later

package kdf4

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func vectors(t *testing.T, v any) {
	t.Helper()
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func TestDerive(t *testing.T) {
	var v struct {
		KDF []struct {
			In, Out string
			Usage   Usage
		}
	}
	vectors(t, &v)
	seen := map[Usage]bool{}
	for _, c := range v.KDF {
		seen[c.Usage] = true
		in, want := unhex(t, c.In), unhex(t, c.Out)
		got := make([]byte, len(want))
		if Derive(got, c.Usage, in); !bytes.Equal(got, want) {
			t.Errorf("usage %#x: %x, want %x", c.Usage, got, want)
		}
		// Values follow each other without anything between them.
		if Derive(got, c.Usage, in[:3], nil, in[3:]); !bytes.Equal(got, want) {
			t.Errorf("usage %#x, in pieces: %x, want %x", c.Usage, got, want)
		}
	}
	for u := range RingChallenge + 1 {
		if !seen[u] {
			t.Errorf("there is no vector for usage %#x", u)
		}
	}
}

// The keys of one message, each made of the one before.
func TestMessageKeys(t *testing.T) {
	var v struct {
		Message struct {
			MKenc, MKmac, Authenticator, Sections string
			Chain                                 string `json:"chain_key"`
			Next                                  string `json:"next_chain_key"`
			Extra                                 string `json:"extra_symm_key"`
		}
	}
	vectors(t, &v)
	m := v.Message
	chain, enc, mac := unhex(t, m.Chain), unhex(t, m.MKenc), unhex(t, m.MKmac)
	for name, c := range map[string]struct {
		got  Key
		want string
	}{
		"MKenc":          {New(MessageKey, chain), m.MKenc},
		"MKmac":          {New(MACKey, enc), m.MKmac},
		"next chain key": {New(NextChainKey, chain), m.Next},
		"extra key":      {New(ExtraKey, []byte{0xff}, chain), m.Extra},
		"authenticator":  {New(Authenticator, mac, unhex(t, m.Sections)), m.Authenticator},
	} {
		if hex.EncodeToString(c.got[:]) != c.want {
			t.Errorf("%s: %x, want %s", name, c.got, c.want)
		}
	}
}

// Decision: a secret with a leading zero is hashed without it.
func TestBrace(t *testing.T) {
	var v struct {
		DH struct {
			Secret string `json:"k_dh"`
			ECDH   string `json:"K_of_K_ecdh"`
			Brace  string `json:"brace_key"`
			Next   string `json:"next_brace_key"`
			K      string
		} `json:"dh_leading_zero"`
	}
	vectors(t, &v)
	secret := unhex(t, v.DH.Secret)
	if len(secret) != 383 {
		t.Fatalf("%d bytes: the vector has no leading zero", len(secret))
	}
	b := NewBrace(secret)
	ecdh := [57]byte(unhex(t, v.DH.ECDH))
	if k := b.Mix(&ecdh); hex.EncodeToString(b[:]) != v.DH.Brace || hex.EncodeToString(k[:]) != v.DH.K {
		t.Errorf("brace key %x, K %x", b, k)
	}
	if next := b.Next(); hex.EncodeToString(next[:]) != v.DH.Next {
		t.Errorf("next brace key %x", next)
	}
}

func TestWipe(t *testing.T) {
	k := New(SSID)
	if k.Wipe(); k != (Key{}) {
		t.Error("something is left")
	}
}

func BenchmarkNew(b *testing.B) {
	var k Key
	b.ReportAllocs()
	for b.Loop() {
		k = New(NextChainKey, k[:])
	}
}

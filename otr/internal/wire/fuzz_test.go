// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"testing"
)

// A parsed message encodes to exactly the input, and refers only to it.
func FuzzParse(f *testing.F) {
	for _, h := range headers {
		for _, m := range messages() {
			b := Append(nil, h, m)
			f.Add(b)
			f.Add(b[:len(b)/2])
		}
	}
	f.Add([]byte{0, 4, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, m, err := Parse(b)
		if err != nil {
			return
		}
		if got := Append(nil, h, m); !bytes.Equal(got, b) {
			t.Fatalf("%x is read as %+v, which is %x", b, m, got)
		}
		if d, ok := m.(Data); ok && !bytes.Equal(d.Signed, d.AppendUnsigned(AppendHeader(nil, h, TypeData))) {
			t.Fatal("Signed is not what precedes the authenticator")
		}
	})
}

func FuzzArmor(f *testing.F) {
	f.Add([]byte("?OTR:AAMC."))
	f.Add([]byte("?OTR:AA\nMC.x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Dearmor(text)
		if err != nil {
			return
		}
		if again, err := Dearmor(Armor(b)); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x became %x, %v", b, again, err)
		}
	})
}

func FuzzFragment(f *testing.F) {
	for _, s := range []string{
		"?OTR,1,2,x,", "?OTR|100|0,00001,00002,?OTR:AAMC,", "?OTR|ffffffff|ffffffff,65535,65535,x,", "?OTR,1,1,,", "?OTR|,,,,",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := ParseFragment(text)
		if err != nil {
			return
		}
		switch {
		case g.K < 1 || g.K > g.N || g.N > MaxFragments || len(g.Piece) == 0 && g.K < g.N || !bytes.Contains(text, append(bytes.Clone(g.Piece), ',')):
			t.Fatalf("%q is read as %+v", text, g)
		case g.Version == V2 && (g.Sender != 0 || g.Receiver != 0):
			t.Fatalf("%q has tags", text)
		case !IsFragment(text):
			t.Fatalf("%q is parsed but IsFragment denies it", text)
		}
	})
}

func FuzzPlaintext(f *testing.F) {
	f.Add([]byte("hi\x00\x00\x01\x00\x00"))
	f.Add([]byte("\x00\x00\x00\xff\xff"))
	f.Add([]byte("hello"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, tlvs := ParsePlaintext(b, len(b))
		if bytes.IndexByte(text, 0) >= 0 {
			t.Fatalf("%q has a zero byte", text)
		}
		if got := AppendPlaintext(nil, text, tlvs...); !bytes.HasPrefix(b, got) {
			t.Fatalf("%q is read as %q", b, got)
		}
	})
}

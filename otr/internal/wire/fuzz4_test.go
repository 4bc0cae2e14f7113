// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"testing"
)

func FuzzParse4(f *testing.F) {
	for _, m := range messages4() {
		b := Append(nil, header4, m)
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(inside4)
}

func FuzzProfile(f *testing.F) {
	for _, c := range vectors(f).Profiles.List {
		f.Add(unhex(f, c.Profile))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseProfile(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Raw, b) || !bytes.Equal(p.Signed, b[4:len(b)-114]) || p.Tag < MinTag {
			t.Fatalf("%x is read as %+v", b, p)
		}
		again := MakeProfile(p, func([]byte) [114]byte { return p.Signature })
		if len(again.Raw) == len(b) && !bytes.Equal(again.Raw, b) {
			t.Fatalf("%x is written as %x", b, again.Raw)
		}
	})
}

func FuzzFragment4(f *testing.F) {
	for _, s := range []string{"?OTR|1|100|0,1,2,x,", "?OTR|ffffffff|ffffffff|ffffffff,65535,65535,x,y", "?OTR|1|2|3,1,1,,"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := ParseFragment4(text)
		if err != nil {
			return
		}
		if g.K < 1 || g.K > g.N || g.N > MaxFragments || len(g.Piece) == 0 && g.K < g.N || !bytes.Contains(text, append(bytes.Clone(g.Piece), ',')) {
			t.Fatalf("%q is read as %+v", text, g)
		}
		if len(g.Piece) == 0 {
			return // only the last one may be empty, and we make none
		}
		h := Header{Version: V4, Sender: g.Sender, Receiver: g.Receiver}
		if again, err := ParseFragment4(Split4(g.Piece, h, g.ID, 45+len(g.Piece))[0]); err != nil || !bytes.Equal(again.Piece, g.Piece) || again.ID != g.ID {
			t.Fatalf("%+v became %+v, %v", g, again, err)
		}
	})
}

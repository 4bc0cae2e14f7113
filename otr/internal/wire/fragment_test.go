// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"strings"
	"testing"
)

// Every fragment that Split makes fits the limit, ParseFragment reads it, and the pieces
// add up to the message.
func TestSplit(t *testing.T) {
	for _, h := range headers {
		for _, size := range []int{1, 2, 100, 1000} {
			msg := bytes.Repeat([]byte("x"), size)
			for limit := range 200 {
				pieces := Split(msg, h, limit)
				if room := limit - fragmentOverhead[h.Version]; room <= 0 {
					if pieces != nil {
						t.Fatalf("limit %d: %q", limit, pieces)
					}
					continue
				}
				var got []byte
				for i, p := range pieces {
					f, err := ParseFragment(p)
					if err != nil || len(p) > limit || !IsFragment(p) {
						t.Fatalf("limit %d: %q, %v", limit, p, err)
					}
					if f.K != i+1 || f.N != len(pieces) || f.Version != h.Version || f.Sender != h.Sender || f.Receiver != h.Receiver {
						t.Fatalf("limit %d: %+v", limit, f)
					}
					got = append(got, f.Piece...)
				}
				if !bytes.Equal(got, msg) {
					t.Fatalf("limit %d: %q", limit, got)
				}
			}
		}
	}
}

// "k and n are unsigned short ints (2 bytes), and each has a maximum value of
// 65535."
func TestSplitNotIntoTooMany(t *testing.T) {
	limit := fragmentOverhead[V2] + 1
	if n := len(Split(make([]byte, MaxFragments), headers[0], limit)); n != MaxFragments {
		t.Errorf("%d pieces", n)
	}
	if n := len(Split(make([]byte, MaxFragments+1), headers[0], limit)); n != 0 {
		t.Errorf("%d pieces", n)
	}
}

// The example of the section "Fragmentation".
func TestFragmentExample(t *testing.T) {
	f, err := ParseFragment([]byte("?OTR|5a73a599|27e31597,00003,00003,pkTtquknfx6HodLvk3RAAAAAA==.,"))
	if err != nil || f.Sender != 0x5a73a599 || f.Receiver != 0x27e31597 || f.K != 3 || f.N != 3 || string(f.Piece) != "pkTtquknfx6HodLvk3RAAAAAA==." {
		t.Errorf("%+v, %v", f, err)
	}
}

// libotr also fragments plain text, which may contain commas.
func TestFragmentWithCommas(t *testing.T) {
	for text, want := range map[string]string{
		"?OTR,1,2,Hello, world,,": "Hello, world,", "?OTR,1,2,x, -- Bob": "x", "?OTR,1,2,,x,": ",x", "?OTR|100|0,2,2,a,b,": "a,b",
	} {
		if f, err := ParseFragment([]byte(text)); err != nil || string(f.Piece) != want {
			t.Errorf("%q: %q, %v", text, f.Piece, err)
		}
	}
}

// "The instance tags (if applicable) and the k and n values may have leading
// zeroes."
func TestLeadingZeros(t *testing.T) {
	for _, text := range []string{
		"?OTR|100|0,1,2,x,", "?OTR|00000100|00000000,00001,00002,x,", "?OTR|0000000100|0000000000,0000000001,0000000002,x, trailing",
		"?OTR|0100|00,01,2,x,",
	} {
		f, err := ParseFragment([]byte(text))
		if err != nil || f.Sender != 0x100 || f.Receiver != 0 || f.K != 1 || f.N != 2 || string(f.Piece) != "x" {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
	for _, text := range []string{"?OTR|DEADbeef|ffffffff,65535,65535,x,"} {
		f, err := ParseFragment([]byte(text))
		if err != nil || f.Sender != 0xdeadbeef || f.Receiver != 0xffffffff || f.K != 65535 {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

func TestIsFragment(t *testing.T) {
	for text, want := range map[string]bool{
		"?OTR,1,2,x,": true, "?OTR|ff|0,1,2,x,": true, "?OTR,1,": true, "?OTR|1|": true,
		"": false, "?OTR": false, "?OTR,": false, "?OTR|": false, "?OTR,,": false, "?OTR||": false, "1,2,": false,
		"?OTR,1": false, "?OTR|1": false, "?OTR,a,": false, "?OTR|g|": false, "?OTR,1 ,": false, "?OTR|1,": false, "x?OTR,1,": false,
	} {
		if IsFragment([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestNotAFragment(t *testing.T) {
	for _, text := range []string{
		"", "x", "?OTR", "?OTR:AAMC.", "?OTRv2?", "?OTR,", "?OTR|", "?OTR,x", "?OTR|x",
		"?OTR,0,1,x,", "?OTR,1,0,x,", "?OTR,2,1,x,", "?OTR,1,65536,x,", "?OTR,1,1,,", "?OTR,1,1,x", "?OTR,1,1", "?OTR,1", "?OTR,1_0,10,x,",
		"?OTR|1,1,1,x,", "?OTR|1|1", "?OTR|1|1,1", "?OTR|1|1,1,1", "?OTR|0x1|1,1,1,x,", "?OTR|100000000|1,1,1,x,", "?OTR|1|-1,1,1,x,",
		"?OTR|" + strings.Repeat("0", 1000) + "1|1,1,1,x,",
	} {
		if f, err := ParseFragment([]byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, f)
		}
	}
}

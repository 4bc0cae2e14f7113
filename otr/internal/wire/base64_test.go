// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

// The results equal the standard library's, for every length and position.
func TestBase64(t *testing.T) {
	r := rand.NewChaCha8([32]byte{1})
	for n := range 300 {
		b := make([]byte, n)
		r.Read(b)
		text := appendBase64([]byte("before"), b)
		if want := base64.StdEncoding.AppendEncode([]byte("before"), b); !bytes.Equal(text, want) {
			t.Fatalf("%x is encoded as %s", b, text)
		}
		got, err := appendUnbase64([]byte("before"), text[len("before"):])
		if err != nil || !bytes.Equal(got, append([]byte("before"), b...)) {
			t.Fatalf("%s is decoded as %x, %v", text, got, err)
		}
		// Bytes after the result are not modified.
		for name, room := range map[string]int{"encoding": len(text) - len("before"), "decoding": base64.StdEncoding.DecodedLen(len(text) - len("before"))} {
			all := bytes.Repeat([]byte{0xee}, room+64)
			if name == "encoding" {
				appendBase64(all[:0:room], b)
			} else if _, err := appendUnbase64(all[:0:room], text[len("before"):]); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(all[room:], bytes.Repeat([]byte{0xee}, 64)) {
				t.Fatalf("%s %d bytes writes past the end", name, n)
			}
		}
	}
}

// The results also equal the standard library's for every byte value in every position,
// and nothing outside the destination is written.
func TestInvalidBase64(t *testing.T) {
	const n, room = 100, 75
	plain := bytes.Repeat([]byte("aZ9+"), n/4)
	for i := range plain {
		text := bytes.Clone(plain)
		for c := range 256 {
			text[i] = byte(c)
			all := bytes.Repeat([]byte{0xee}, room+64)
			got, err := appendUnbase64(all[:0:room], text)
			want, wantErr := base64.StdEncoding.AppendDecode(nil, text)
			if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
				t.Fatalf("%q: %x, %v, want %x, %v", text, got, err, want, wantErr)
			}
			if !bytes.Equal(all[room:], bytes.Repeat([]byte{0xee}, 64)) {
				t.Fatalf("%q: writes past the end", text)
			}
		}
	}
}

// And for any other invalid input.
func FuzzBase64(f *testing.F) {
	plain := "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
	for _, s := range []string{"", plain, plain + "QQ==", plain + "QQ", plain + "QQ==" + plain, plain + "QQ=\n=\r\n"} {
		f.Add([]byte(s))
	}
	plain = strings.Repeat(plain, 3) // long enough for the code that processes many characters at once
	for i := range plain {
		for _, c := range []string{"\n", "=", "-", "\x00", "\xff"} {
			f.Add([]byte(plain[:i] + c + plain[i:]))
			f.Add([]byte(plain[:i] + c + plain[i+1:]))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := appendUnbase64(nil, text)
		want, wantErr := base64.StdEncoding.AppendDecode(nil, text)
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%q: %x, %v, want %x, %v", text, got, err, want, wantErr)
		}
	})
}

func BenchmarkArmor(b *testing.B) {
	msg := make([]byte, 60000)
	text := Armor(msg)
	for name, f := range map[string]func(){
		"Append":   func() { text = AppendArmor(text[:0], msg) },
		"Dearmor":  func() { msg, _ = AppendDearmor(msg[:0], text) },
		"standard": func() { text = base64.StdEncoding.AppendEncode(text[:0], msg) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(msg)))
			for b.Loop() {
				f()
			}
		})
	}
}

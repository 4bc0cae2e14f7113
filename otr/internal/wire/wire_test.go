// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// messages returns one message of each type, with no field zero.
func messages() []Message {
	fill := func(n int, b byte) []byte { return bytes.Repeat([]byte{b}, n) }
	sig := Signature{Encrypted: fill(470, 5), MAC: [20]byte(fill(20, 6))}
	return []Message{
		DHCommit{EncryptedGx: fill(196, 1), HashedGx: [32]byte(fill(32, 2))},
		DHKey{Gy: fill(192, 3)},
		RevealSig{R: [16]byte(fill(16, 4)), Signature: sig},
		sig,
		Data{
			Flags: IgnoreUnreadable, SenderKeyID: 1, RecipientKeyID: 0x01020304, NextKey: fill(192, 7),
			Counter: 0x0102030405060708, Encrypted: []byte("encrypted"), MAC: [20]byte(fill(20, 8)),
			OldMACKeys: fill(60, 9),
		},
	}
}

var headers = []Header{{Version: V2}, {Version: V3, Sender: 0x01020304, Receiver: 0x0a0b0c0d}}

// each runs f for every message in every version.
func each(t *testing.T, f func(t *testing.T, h Header, m Message, b []byte)) {
	for _, h := range headers {
		for _, m := range messages() {
			t.Run(fmt.Sprintf("v%d/%T", h.Version, m), func(t *testing.T) { f(t, h, m, Append(nil, h, m)) })
		}
	}
}

func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, h Header, m Message, b []byte) {
		gotH, got, err := Parse(b)
		if err != nil || gotH != h {
			t.Fatalf("header %v, error %v", gotH, err)
		}
		if d, ok := got.(Data); ok {
			if !bytes.Equal(d.Signed, b[:len(b)-20-4-60]) {
				t.Error("Signed is not everything before the authenticator")
			}
			d.Signed = nil
			got = d
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("%+v, want %+v", got, m)
		}
		if again := Append([]byte("before"), gotH, got); !bytes.Equal(again[6:], b) {
			t.Error("Append gives another message")
		}
	})
}

// The byte layouts of the specification, written out.
func TestBytes(t *testing.T) {
	want := map[byte]string{
		TypeDHCommit:  "0003 02 01020304 0a0b0c0d 000000c4 (01*196) 00000020 (02*32)",
		TypeDHKey:     "0003 0a 01020304 0a0b0c0d 000000c0 (03*192)",
		TypeRevealSig: "0003 11 01020304 0a0b0c0d 00000010 (04*16) 000001d6 (05*470) (06*20)",
		TypeSignature: "0003 12 01020304 0a0b0c0d 000001d6 (05*470) (06*20)",
		TypeData: "0003 03 01020304 0a0b0c0d 01 00000001 01020304 000000c0 (07*192)" +
			" 0102030405060708 00000009 656e63727970746564 (08*20) 0000003c (09*60)",
	}
	for _, m := range messages() {
		var b []byte
		for _, word := range bytes.Fields([]byte(want[m.Type()])) {
			var v, n int
			if _, err := fmt.Sscanf(string(word), "(%02x*%d)", &v, &n); err == nil {
				b = append(b, bytes.Repeat([]byte{byte(v)}, n)...)
				continue
			}
			var raw []byte
			if _, err := fmt.Sscanf(string(word), "%x", &raw); err != nil {
				t.Fatal(err)
			}
			b = append(b, raw...)
		}
		if got := Append(nil, headers[1], m); !bytes.Equal(got, b) {
			t.Errorf("%T: %x", m, got)
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	each(t, func(t *testing.T, h Header, m Message, b []byte) {
		for n := range b {
			if _, _, err := Parse(b[:n]); err == nil {
				t.Errorf("%d of %d bytes are accepted", n, len(b))
			}
		}
	})
}

func TestTrailingBytes(t *testing.T) {
	each(t, func(t *testing.T, h Header, m Message, b []byte) {
		for n := 1; n < 30; n++ {
			if _, _, err := Parse(append(slices.Clone(b), make([]byte, n)...)); err == nil {
				t.Errorf("%d extra bytes are accepted", n)
			}
		}
	})
}

// Every four bytes of every message are replaced by an absurd number. If they are a
// length, the message is refused; if not, the parsed parts stay within the input.
func TestAbsurdLengths(t *testing.T) {
	each(t, func(t *testing.T, h Header, m Message, b []byte) {
		for i := 0; i+4 <= len(b); i++ {
			rest := uint32(len(b) - i - 4)
			for _, n := range []uint32{1<<32 - 1, 1<<32 - 2, 1 << 31, 1<<31 - 1, 1 << 24, rest + 1, rest, 0} {
				bad := slices.Clone(b)
				binary.BigEndian.PutUint32(bad[i:], n)
				inside(t, bad)
			}
		}
	})
}

// inside parses b and checks that the parts of the message add up to it.
func inside(t *testing.T, b []byte) {
	t.Helper()
	h, m, err := Parse(b)
	if err == nil && !bytes.Equal(Append(nil, h, m), b) {
		t.Fatalf("%x is read as %+v", b, m)
	}
}

// Each length in turn is one too large or too small.
func TestWrongLengths(t *testing.T) {
	lengths := map[byte][]int{ // offsets in the body
		TypeDHCommit:  {0, 4 + 196},
		TypeDHKey:     {0},
		TypeRevealSig: {0, 4 + 16},
		TypeSignature: {0},
		TypeData:      {9, 9 + 4 + 192 + 8, 9 + 4 + 192 + 8 + 4 + 9 + 20},
	}
	each(t, func(t *testing.T, h Header, m Message, b []byte) {
		body := len(AppendHeader(nil, h, m.Type()))
		for _, at := range lengths[m.Type()] {
			n := binary.BigEndian.Uint32(b[body+at:])
			for _, wrong := range []uint32{n - 1, n + 1, 1<<32 - 1, 1<<31 - 1, 1 << 31} {
				bad := slices.Clone(b)
				binary.BigEndian.PutUint32(bad[body+at:], wrong)
				var e *Error
				if _, _, err := Parse(bad); !errors.As(err, &e) || e.Kind != Malformed {
					t.Errorf("length %d at %d: error %v", wrong, at, err)
				}
			}
		}
	})
}

// A part with a fixed length has another length, which its length field states; or a part
// is missing, or its length is absurd, and everything after it is well formed.
func TestPartsOfTheWrongSize(t *testing.T) {
	key := AppendDATA(nil, []byte{7})
	data := slices.Concat([]byte{0, 0, 0, 0, 1, 0, 0, 0, 1}, key, []byte{0, 0, 0, 0, 0, 0, 0, 1})
	absurd, mac := []byte{0xff, 0xff, 0xff, 0xff}, make([]byte, 20)
	for typ, bodies := range map[byte][][]byte{
		TypeDHCommit: {
			slices.Concat(key, AppendDATA(nil, make([]byte, 31))),
			slices.Concat(key, AppendDATA(nil, make([]byte, 33))),
			slices.Concat(absurd, AppendDATA(nil, make([]byte, 32))),
		},
		TypeRevealSig: {
			slices.Concat(AppendDATA(nil, make([]byte, 15)), key, mac),
			slices.Concat(AppendDATA(nil, make([]byte, 17)), key, mac),
			slices.Concat(AppendDATA(nil, make([]byte, 16)), absurd, mac),
		},
		TypeSignature: {slices.Concat(absurd, mac)},
		TypeData: {
			slices.Concat(data, absurd, mac, []byte{0, 0, 0, 0}),
			slices.Concat(data, key, []byte{0, 0, 0, 0}),
			slices.Concat(data, key, mac, AppendDATA(nil, make([]byte, 19))),
		},
	} {
		for i, body := range bodies {
			if _, m, err := Parse(append(AppendHeader(nil, headers[0], typ), body...)); err == nil {
				t.Errorf("type %x, %d: read as %+v", typ, i, m)
			}
		}
	}
}

// change is a message with one thing wrong.
func TestFieldsOutOfRange(t *testing.T) {
	data := func(f func(d *Data)) Message {
		d := messages()[4].(Data)
		f(&d)
		return d
	}
	for _, c := range []struct {
		name  string
		m     Message
		field string
	}{
		{"sender keyid 0", data(func(d *Data) { d.SenderKeyID = 0 }), "sender keyid"},
		{"recipient keyid 0", data(func(d *Data) { d.RecipientKeyID = 0 }), "recipient keyid"},
		{"counter 0", data(func(d *Data) { d.Counter = 0 }), "counter"},
		{"19 bytes of MAC keys", data(func(d *Data) { d.OldMACKeys = d.OldMACKeys[:19] }), "old MAC keys"},
		{"encrypted gx too long", DHCommit{EncryptedGx: make([]byte, 197)}, "encrypted gx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e *Error
			if _, _, err := Parse(Append(nil, headers[1], c.m)); !errors.As(err, &e) || e.Field != c.field {
				t.Errorf("error %v", err)
			}
		})
	}
}

// "MPIs must use the minimum-length encoding; i.e. no leading 0x00 bytes."
func TestMPI(t *testing.T) {
	if got := AppendMPI(nil, []byte{0, 0, 1, 0}); !bytes.Equal(got, []byte{0, 0, 0, 2, 1, 0}) {
		t.Errorf("%x", got)
	}
	if got := AppendMPI(nil, []byte{0, 0}); !bytes.Equal(got, []byte{0, 0, 0, 0}) {
		t.Errorf("%x", got)
	}
	for _, m := range []Message{DHKey{}, Data{SenderKeyID: 1, RecipientKeyID: 1, Counter: 1}} {
		b := AppendHeader(nil, headers[0], m.Type())
		if m.Type() == TypeData {
			b = append(b, 0, 0, 0, 0, 1, 0, 0, 0, 1)
		}
		b = append(b, 0, 0, 0, 2, 0, 5)
		b = append(b, make([]byte, 7)...)
		b = append(b, 1, 0, 0, 0, 0)
		b = append(b, make([]byte, 24)...)
		if m.Type() == TypeDHKey {
			b = b[:3+4+2]
		}
		if _, _, err := Parse(b); err == nil {
			t.Errorf("%T: a leading zero is accepted", m)
		}
	}
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		b    []byte
		want error
		v    uint16
	}{
		{nil, &Error{Message: "header", Field: "version"}, 0},
		{[]byte{0}, &Error{Message: "header", Field: "version"}, 0},
		{[]byte{0, 1, 2}, ErrVersion, 1},
		{[]byte{0, 4}, ErrVersion, 4},
		{[]byte{0xff, 0xff, 3}, ErrVersion, 0xffff},
		{[]byte{0, 3}, &Error{Message: "header", Field: "type"}, 3},
		{[]byte{0, 3, 2, 0, 0, 0, 1, 0, 0, 0}, &Error{Message: "header", Field: "instance tags"}, 3},
		{[]byte{0, 2, 0x55}, &Error{Message: "header", Field: "type"}, 2},
	} {
		h, m, err := Parse(c.b)
		if m != nil && err == nil || !reflect.DeepEqual(err, c.want) || h.Version != c.v {
			t.Errorf("%x: header %v, error %v", c.b, h, err)
		}
	}
	if got := (&Error{Message: "Data", Field: "counter"}).Error(); got != "otr: bad message: Data, counter" {
		t.Errorf("error %q", got)
	}
}

// If a Data Message is malformed after the flags, the flags are still returned.
func TestFlagsOfAMalformedDataMessage(t *testing.T) {
	for _, h := range headers {
		b := Append(nil, h, messages()[4])
		flags := len(AppendHeader(nil, h, TypeData))
		for n := range b {
			_, m, err := Parse(b[:n])
			if d, ok := m.(Data); err == nil || ok && n > flags && d.Flags != IgnoreUnreadable {
				t.Errorf("%d bytes: %+v, %v", n, m, err)
			}
		}
	}
}

func TestArmor(t *testing.T) {
	for n := range 100 {
		b := bytes.Repeat([]byte{0xfe}, n)
		text := Armor(b)
		got, err := Dearmor(append(text, " and more."...))
		if err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%q: %x, %v", text, got, err)
		}
	}
	for _, bad := range []string{
		"", "?OTR", "?OTR:", "?OTR:AAMC", "?OTR:===.", "?OTR:A.", "?OTR:AA.", "?OTR:AAA.", "?OTR:=.", "?OTR:A===.",
		"?OTR:AAA\x00.", "?OTR:AA-_.", "?OTR:AA A.", "x?OTR:.", "AAMC.",
	} {
		if b, err := Dearmor([]byte(bad)); err == nil {
			t.Errorf("%q is read as %x", bad, b)
		}
	}
}

func TestPlaintext(t *testing.T) {
	big := TLV{Type: TLVPadding, Value: bytes.Repeat([]byte{0}, 65535)}
	for _, c := range []struct {
		text string
		tlvs []TLV
	}{
		{"", nil},
		{"hello", nil},
		{"", []TLV{{Type: TLVDisconnected, Value: []byte{}}}},
		{"hello", []TLV{{TLVPadding, []byte("hello")}, {0xffff, []byte{}}, big, {TLVSMPAbort, []byte{}}}},
	} {
		text, tlvs := ParsePlaintext(AppendPlaintext(nil, []byte(c.text), c.tlvs...), 4)
		if string(text) != c.text || len(tlvs) != len(c.tlvs) {
			t.Fatalf("%q, %d records", text, len(tlvs))
		}
		for i := range tlvs {
			if tlvs[i].Type != c.tlvs[i].Type || !bytes.Equal(tlvs[i].Value, c.tlvs[i].Value) {
				t.Errorf("record %d: %+v", i, tlvs[i])
			}
		}
	}
	// the specification's examples
	text, tlvs := ParsePlaintext([]byte("hi\x00\x00\x01\x00\x00\x00\x00\x00\x05\x68\x65\x6c\x6c\x6f"), 2)
	if string(text) != "hi" || fmt.Sprint(tlvs) != fmt.Sprint([]TLV{{1, []byte{}}, {0, []byte("hello")}}) {
		t.Errorf("%q %v", text, tlvs)
	}
}

// Of a message full of records, only the requested number is parsed.
func TestMostRecords(t *testing.T) {
	b := AppendPlaintext(nil, []byte("hi"), TLV{Type: 1}, TLV{Type: 2}, TLV{Type: 3})
	for most, want := range []int{0, 1, 2, 3, 3} {
		if text, tlvs := ParsePlaintext(b, most); string(text) != "hi" || len(tlvs) != want {
			t.Errorf("at most %d: %q, %d records", most, text, len(tlvs))
		}
	}
}

// A truncated record ends the records.
func TestRecordsCutShort(t *testing.T) {
	whole := AppendPlaintext(nil, []byte("hi"), TLV{1, []byte("abc")}, TLV{2, []byte("defg")})
	for n := range whole {
		text, tlvs := ParsePlaintext(whole[:n], 9)
		want := 0
		if n >= 3+4+3 {
			want = 1
		}
		if len(tlvs) != want || string(text) != "hi"[:min(n, 2)] {
			t.Errorf("%d bytes: %q, %d records", n, text, len(tlvs))
		}
	}
	if _, tlvs := ParsePlaintext([]byte("\x00\x00\x01\xff\xffshort"), 9); len(tlvs) != 0 {
		t.Errorf("%v", tlvs)
	}
}

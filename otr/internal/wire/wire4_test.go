// SPDX-License-Identifier: GPL-2.0-or-later

package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
)

var header4 = Header{Version: V4, Sender: 0x01020304, Receiver: 0x0a0b0c0d}

func fill(n int, b byte) []byte { return bytes.Repeat([]byte{b}, n) }

func profile4() Profile {
	return MakeProfile(Profile{
		Tag: 0x01020304, H: [57]byte(fill(57, 1)), F: [57]byte(fill(57, 2)), Versions: []byte("4"), Expiry: 0x0506070809,
	}, func([]byte) [114]byte { return [114]byte(fill(114, 3)) })
}

// messages4 are one of each type, with nothing left zero.
func messages4() []Message {
	key := func(b byte) Ephemeral { return Ephemeral{[57]byte(fill(57, b)), fill(384, b+1)} }
	sigma := RingSignature(fill(342, 9))
	return []Message{
		Identity{profile4(), key(4), key(6)},
		AuthR{profile4(), key(4), sigma, key(6)},
		AuthI{sigma},
		Data4{
			Flags: 1, Previous: 2, Ratchet: 3, Number: 4, ECDH: [57]byte(fill(57, 5)), DH: fill(384, 6),
			Encrypted: []byte("encrypted"), MAC: [64]byte(fill(64, 7)), OldMACKeys: fill(128, 8),
		},
		Data4{Ratchet: 4, ECDH: [57]byte(fill(57, 5)), MAC: [64]byte(fill(64, 7))},
	}
}

func each4(t *testing.T, f func(t *testing.T, m Message, b []byte)) {
	for i, m := range messages4() {
		t.Run(fmt.Sprintf("%d/%T", i, m), func(t *testing.T) { f(t, m, Append(nil, header4, m)) })
	}
}

func TestRoundTrip4(t *testing.T) {
	each4(t, func(t *testing.T, m Message, b []byte) {
		h, got, err := Parse4(b)
		if err != nil || h != header4 {
			t.Fatalf("header %v, error %v", h, err)
		}
		if d, ok := got.(Data4); ok {
			if !bytes.Equal(d.Signed, b[:len(b)-64-4-len(d.OldMACKeys)]) {
				t.Error("Signed is not everything before the authenticator")
			}
			d.Signed = nil
			if len(d.OldMACKeys) == 0 {
				d.DH, d.Encrypted, d.OldMACKeys = nil, nil, nil
			}
			got = d
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("%+v, want %+v", got, m)
		}
		if again := Append([]byte("before"), h, got); !bytes.Equal(again[6:], b) {
			t.Error("another message is appended")
		}
	})
}

// The lengths that the messages have on the wire: 1164 bytes and so on.
func TestBytes4(t *testing.T) {
	const profile = "00000005 0001 01020304 0002 1000 (01*57) 0003 1200 (02*57) 0004 00000001 34" +
		" 0005 0000000506070809 (03*114)"
	want := []string{
		"0004 35 01020304 0a0b0c0d " + profile + " (04*57) 00000180 (05*384) (06*57) 00000180 (07*384)",
		"0004 36 01020304 0a0b0c0d " + profile + " (04*57) 00000180 (05*384) (09*342) (06*57) 00000180 (07*384)",
		"0004 37 01020304 0a0b0c0d (09*342)",
		"0004 03 01020304 0a0b0c0d 01 00000002 00000003 00000004 (05*57) 00000180 (06*384)" +
			" 00000009 656e63727970746564 (07*64) 00000080 (08*128)",
		"0004 03 01020304 0a0b0c0d 00 00000000 00000004 00000000 (05*57) 00000000 00000000 (07*64) 00000000",
	}
	lengths := []int{1164, 1506, 353, 541 + 9 + 128, 157}
	for i, m := range messages4() {
		got := Append(nil, header4, m)
		if !bytes.Equal(got, written(t, want[i])) || len(got) != lengths[i] {
			t.Errorf("%T: %d bytes: %x", m, len(got), got)
		}
	}
}

// written is what a table of bytes says.
func written(t *testing.T, table string) (b []byte) {
	t.Helper()
	for _, word := range bytes.Fields([]byte(table)) {
		var v, n int
		if _, err := fmt.Sscanf(string(word), "(%02x*%d)", &v, &n); err == nil {
			b = append(b, fill(n, byte(v))...)
			continue
		}
		var raw []byte
		if _, err := fmt.Sscanf(string(word), "%x", &raw); err != nil {
			t.Fatal(err)
		}
		b = append(b, raw...)
	}
	return b
}

func TestEveryLength4(t *testing.T) {
	each4(t, func(t *testing.T, m Message, b []byte) {
		for n := range b {
			if _, _, err := Parse4(b[:n]); err == nil {
				t.Errorf("%d of %d bytes are enough", n, len(b))
			}
		}
		for n := 1; n < 70; n++ {
			if _, _, err := Parse4(append(slices.Clone(b), make([]byte, n)...)); err == nil {
				t.Errorf("%d bytes too many are not noticed", n)
			}
		}
	})
}

// Every four bytes of every message become an absurd number: whatever is a length is
// refused, whatever is not stays within the input.
func TestAbsurdLengths4(t *testing.T) {
	each4(t, func(t *testing.T, m Message, b []byte) {
		for i := 0; i+4 <= len(b); i++ {
			rest := uint32(len(b) - i - 4)
			for _, n := range []uint32{1<<32 - 1, 1<<32 - 2, 1 << 31, 1<<31 - 1, 1 << 24, rest + 1, rest, 0} {
				bad := slices.Clone(b)
				binary.BigEndian.PutUint32(bad[i:], n)
				inside4(t, bad)
			}
		}
	})
}

// inside4 parses b and checks that the parts of the message add up to it.
func inside4(t *testing.T, b []byte) {
	t.Helper()
	h, m, err := Parse4(b)
	if err != nil {
		return
	}
	if !bytes.Equal(Append(nil, h, m), b) {
		t.Fatalf("%x is read as %+v", b, m)
	}
	if d, ok := m.(Data4); ok && (HasDH(d.Ratchet) != (len(d.DH) > 0) || len(d.OldMACKeys)%64 != 0) {
		t.Fatalf("%x is read as %+v", b, d)
	}
}

func TestFieldsOutOfRange4(t *testing.T) {
	data := func(i int, f func(d *Data4)) Message {
		d := messages4()[i].(Data4)
		f(&d)
		return d
	}
	for _, c := range []struct {
		name  string
		m     Message
		field string
	}{
		{"no key in ratchet 3", data(3, func(d *Data4) { d.DH = nil }), "D-H key"},
		{"a key in ratchet 4", data(4, func(d *Data4) { d.DH = []byte{2} }), "D-H key"},
		{"a key in ratchet 2^32-2", data(3, func(d *Data4) { d.Ratchet = 1<<32 - 2 }), "D-H key"},
		{"63 bytes of MAC keys", data(3, func(d *Data4) { d.OldMACKeys = d.OldMACKeys[:63] }), "revealed MAC keys"},
		{"no end", data(3, func(d *Data4) { d.OldMACKeys = d.OldMACKeys[:127] }), "revealed MAC keys"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e *Error
			_, m, err := Parse4(Append(nil, header4, c.m))
			if !errors.As(err, &e) || e.Field != c.field || e.Message != "Data" {
				t.Errorf("error %v", err)
			}
			if m.(Data4).Flags != c.m.(Data4).Flags {
				t.Error("the flags are not known")
			}
		})
	}
}

func TestHeader4(t *testing.T) {
	for _, c := range []struct {
		b     []byte
		field string
	}{
		{[]byte{0, 4}, "type"},
		{[]byte{0, 4, 3, 0, 0, 0, 1, 0, 0, 0}, "instance tags"},
		{Append(nil, Header{Version: V4}, messages()[0]), "type"},
		{Append(nil, Header{Version: V4}, DHKey{Gy: []byte{2}}), "type"},
	} {
		var e *Error
		if _, m, err := Parse4(c.b); !errors.As(err, &e) || e.Field != c.field || m != nil {
			t.Errorf("%x: %v", c.b, err)
		}
	}
	for _, m := range messages4() { // the types belong to the version
		for _, h := range headers {
			b := Append(nil, h, m)
			if _, _, err := Parse4(b); !errors.Is(err, ErrVersion) {
				t.Errorf("%T in version %d: %v", m, h.Version, err)
			}
			if _, _, err := Parse(b); err == nil && m.Type() != TypeData {
				t.Errorf("%T in version %d is read", m, h.Version)
			}
		}
	}
}

type primitives struct {
	Profiles struct {
		List []struct {
			Accept       bool
			Profile, Why string
		}
		H, F string
	}
	Fragments struct {
		ID, Message, Receiver, Sender string
		Limit                         int
		Pieces                        []string
	}
}

func vectors(t testing.TB) (v primitives) {
	t.Helper()
	b, err := os.ReadFile("../testdata/v4/primitives.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Those profiles that are wrong as bytes are refused here; the others where keys, time and
// signatures are known.
func TestProfileVectors(t *testing.T) {
	meaning := []string{"versions 3", "versions 24", "expires now", "negative expiry", "forging key is the identity",
		"forging key of order 2", "signed with the count"}
	v := vectors(t).Profiles
	for _, c := range v.List {
		b := unhex(t, c.Profile)
		p, err := ParseProfile(b)
		if want := c.Accept || slices.Contains(meaning, c.Why); want != (err == nil) {
			t.Errorf("%s: %v", c.Why, err)
			continue
		}
		if err != nil {
			continue
		}
		if !bytes.Equal(p.Raw, b) || !bytes.Equal(p.Signed, b[4:len(b)-114]) || !bytes.Equal(p.Signature[:], b[len(b)-114:]) {
			t.Errorf("%s: the parts are not where they are", c.Why)
		}
		again := MakeProfile(p, func(signed []byte) [114]byte {
			if !bytes.Equal(signed, p.Signed) {
				t.Errorf("%s: it is not this that is signed", c.Why)
			}
			return p.Signature
		})
		if !bytes.Equal(again.Raw, b) {
			t.Errorf("%s: %x, want %x", c.Why, again.Raw, b)
		}
	}
}

// profileOf is a profile with the fields that are given.
func profileOf(count uint32, fields ...string) []byte {
	b := binary.BigEndian.AppendUint32(nil, count)
	for _, f := range fields {
		b = append(b, f...)
	}
	return append(b, fill(114, 3)...)
}

func TestProfileFields(t *testing.T) {
	mpi, point := "\x00\x00\x00\x01\x05", string(fill(57, 1))
	f := []string{1: "\x00\x01\x00\x00\x01\x00", 2: "\x00\x02\x10\x00" + point, 3: "\x00\x03\x12\x00" + point,
		4: "\x00\x04\x00\x00\x00\x014", 5: "\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01",
		6: "\x00\x06\x00\x00" + mpi + mpi + mpi + mpi, 7: "\x00\x07" + string(fill(40, 9))}
	for _, c := range []struct {
		name  string
		b     []byte
		field string // empty if it is well formed
	}{
		{"five", profileOf(5, f[1:6]...), ""},
		{"six", profileOf(6, f[1:7]...), ""},
		{"seven", profileOf(7, f[1:8]...), ""},
		{"a signature without the DSA key", profileOf(6, append(slices.Clone(f[1:6]), f[7])...), ""},
		{"one too few", profileOf(4, f[1:5]...), "profile, count"},
		{"the DSA key instead of the versions", profileOf(5, f[1], f[2], f[3], f[5], f[6]), "profile, field type"},
		{"one twice", profileOf(6, f[1], f[2], f[3], f[4], f[5], f[5]), "profile, field type"},
		{"the two ignored ones exchanged", profileOf(7, f[1], f[2], f[3], f[4], f[5], f[7], f[6]), "profile, field type"},
		{"tag 0xff", profileOf(5, "\x00\x01\x00\x00\x00\xff", f[2], f[3], f[4], f[5]), "profile, instance tag"},
		{"F as H", profileOf(5, f[1], "\x00\x02\x12\x00"+point, f[3], f[4], f[5]), "profile, public key"},
		{"another type of DSA key", profileOf(6, append(slices.Clone(f[1:6]), "\x00\x06\x00\x01"+f[6][4:])...), "profile, DSA key"},
		{"a leading zero in the DSA key", profileOf(6, append(slices.Clone(f[1:6]), "\x00\x06\x00\x00\x00\x00\x00\x01\x00"+mpi+mpi+mpi)...), "profile, DSA key"},
		{"no fields", binary.BigEndian.AppendUint32(nil, 5), "profile, field type"},
		{"nothing", nil, "profile, count"},
	} {
		p, err := ParseProfile(c.b)
		var e *Error
		if c.field == "" && (err != nil || !bytes.Equal(p.Raw, c.b)) || c.field != "" && (!errors.As(err, &e) || e.Field != c.field) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestFragment4Vectors(t *testing.T) {
	v := vectors(t).Fragments
	number := func(s string) uint32 { return binary.BigEndian.Uint32(unhex(t, s)) }
	h := Header{Version: V4, Sender: number(v.Sender), Receiver: number(v.Receiver)}
	pieces := Split4([]byte(v.Message), h, number(v.ID), v.Limit)
	if len(pieces) != len(v.Pieces) {
		t.Fatalf("%d pieces", len(pieces))
	}
	var whole []byte
	for i, p := range pieces {
		if string(p) != v.Pieces[i] {
			t.Errorf("%s, want %s", p, v.Pieces[i])
		}
		f, err := ParseFragment4([]byte(v.Pieces[i]))
		want := Fragment4{number(v.ID), h.Sender, h.Receiver, i + 1, len(v.Pieces), f.Piece}
		if err != nil || !reflect.DeepEqual(f, want) || !IsFragment(p) {
			t.Errorf("%+v, %v", f, err)
		}
		whole = append(whole, f.Piece...)
	}
	if string(whole) != v.Message {
		t.Error("the pieces are not the message")
	}
}

func TestFragment4(t *testing.T) {
	for _, bad := range []string{
		"?OTR|1|2|3,1,1,", "?OTR|1|2|3,1,1,,", "?OTR|1|2|3,0,1,x,", "?OTR|1|2|3,2,1,x,", "?OTR|1|2|3,1,65536,x,",
		"?OTR|1|2,1,1,x,", "?OTR,1,1,x,", "?OTR|100000000|2|3,1,1,x,", "?OTR|1||3,1,1,x,", "?OTR|g|2|3,1,1,x,", "", "?OTR|",
		"?OTR|1|2|3,1,1,x", "?OTR|1|2|3,,1,x,",
	} {
		if f, err := ParseFragment4([]byte(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, f)
		}
	}
	for text, want := range map[string]Fragment4{
		"?OTR|1|2|3,1,1,x,":                           {1, 2, 3, 1, 1, []byte("x")},
		"?OTR|ffffffff|A|0,65535,65535,x, and more,":  {0xffffffff, 10, 0, 65535, 65535, []byte("x")},
		"?OTR|00000000|00000000|00000000,00001,09,x,": {0, 0, 0, 1, 9, []byte("x")},
	} {
		if f, err := ParseFragment4([]byte(text)); err != nil || !reflect.DeepEqual(f, want) {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
		// Versions 2 and 3 have no such fragments.
		if f, err := ParseFragment([]byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, f)
		}
	}
	msg := fill(1000, 'x')
	for limit := range 60 {
		pieces := Split4(msg, header4, 7, limit)
		if (pieces == nil) != (limit <= 45) {
			t.Errorf("limit %d: %d pieces", limit, len(pieces))
		}
		for _, p := range pieces {
			if len(p) > limit {
				t.Errorf("limit %d: %d bytes", limit, len(p))
			}
		}
	}
	if Split4(fill(65536, 'x'), header4, 7, 46) != nil || Split4(fill(65535, 'x'), header4, 7, 46) == nil {
		t.Error("more than 65535 pieces, or not that many")
	}
}

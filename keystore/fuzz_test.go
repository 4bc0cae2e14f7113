// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"strings"
	"testing"
)

// Each target checks that parsing does not panic, and that valid data is the same after
// it has been written and parsed again.

func FuzzPrivateKeys(f *testing.F) {
	f.Add([]byte(read(f, "testdata/libotr/"+keysName)))
	f.Add([]byte(keysFile(entryText(alice, aKey(1), plain), entryText(alice, aKey(2), plain))))
	for _, s := range []string{
		"", "(privkeys)", "(privkeys (account))", `("privkeys"(account (name 3:a"b) (protocol |YWI=|) (private-key (dsa (p #00#)))))`,
		`(privkeys (account (name "\x41\101\` + "\n" + `")))`, "((((", "(privkeys 99999999999:",
	} {
		f.Add([]byte(s))
	}
	fuzz(f, keysFormat())
}

func FuzzFingerprints(f *testing.F) {
	f.Add([]byte(read(f, "testdata/libotr/"+fingerprintsName)))
	for _, s := range []string{"", "a\tb\tc\t" + hexA, "a\tb\tc\t" + hexA + "\tsmp\r\nx\n\n\x00", "\t\t\t" + hexA + "\t\t\t", "#\n\r"} {
		f.Add([]byte(s))
	}
	fuzz(f, fingerprintsFormat())
}

func FuzzFingerprints4(f *testing.F) {
	long := fingerprint4(1)
	for _, s := range []string{"", line4("a", long, ""), line4("a", long, "verified\n"), line4("a", long, "v3-"+hexA+"\r\nx\n\n\x00"), "a\tb\tc\t" + hexA + "\n"} {
		f.Add([]byte(s))
	}
	fuzz(f, fingerprints4Format())
}

func FuzzIdentities(f *testing.F) {
	whole := identitiesFile(f, map[Account]int{alice: 1, odd: 2})
	for _, s := range []string{"", whole, strings.ToUpper(whole), strings.Replace(whole, "\t", "\t\t", 1), whole[:len(whole)-2], "# a\tb\n#c\n\n", whole + "\x00"} {
		f.Add([]byte(s))
	}
	fuzz(f, identitiesFormat())
}

func FuzzTags(f *testing.F) {
	f.Add([]byte(read(f, "testdata/libotr/"+tagsName)))
	for _, s := range []string{"", "a\tb\t00000100", "a\tb\tffffffff\r\na\tb\t00000000\n\n", "\t\t12345678\t", "# x\ty\t12345678\n"} {
		f.Add([]byte(s))
	}
	fuzz(f, tagsFormat())
}

// FuzzSealed passes arbitrary data to the parsers of the sealed file, both as the file
// itself and as its decrypted content.
func FuzzSealed(f *testing.F) {
	f.Add([]byte(read(f, "testdata/sealed/"+sealedName)))
	f.Add(joinSections(7, map[string][]byte{keysName: []byte("(privkeys)"), tagsName: nil}))
	f.Add([]byte(storeMagic + "\x01\x01aaaaaaaaaaaaaaaa"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, n, err := parseHeader(data); err == nil && !bytes.Equal(h.bytes(), data[:n]) {
			t.Fatalf("header %q is written as %q", data[:n], h.bytes())
		}
		if sequence, sections, err := parseSections(data); err == nil && !bytes.Equal(joinSections(sequence, sections), data) {
			t.Fatalf("%q is written as %q", data, joinSections(sequence, sections))
		}
	})
}

func fuzz[K comparable, V any](f *testing.F, format format[K, V]) {
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		p, err := format.parse(data)
		if !bytes.Equal(data, before) {
			t.Fatal("reading has changed the data")
		}
		if err != nil {
			return
		}
		out := format.join(p)
		again, err := format.parse(out)
		if err != nil {
			t.Fatalf("written as %q: %v", out, err)
		}
		if !bytes.Equal(format.join(again), out) {
			t.Fatalf("%q is not stable", out)
		}
		if len(again.index) != len(p.index) {
			t.Fatalf("%d records have become %d", len(p.index), len(again.index))
		}
		for k := range p.keys {
			v1, _ := p.get(k)
			v2, ok := again.get(k)
			t1, err1 := format.text(k, v1)
			t2, err2 := format.text(k, v2)
			if !ok || !bytes.Equal(t1, t2) || (err1 == nil) != (err2 == nil) {
				t.Fatalf("%v has changed", k)
			}
		}
	})
}

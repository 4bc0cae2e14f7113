// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"purple-otr/keystore/internal/seal"
)

var updateVector = flag.Bool("update", false, "write the test vector again")

const (
	vectorDir        = "testdata/sealed"
	vectorPassphrase = "correct horse battery staple"
)

// A hashStream is the SHA-256 of 0, 1, 2 ... as eight-byte numbers.
type hashStream struct {
	n    uint64
	rest []byte
}

func (h *hashStream) Read(b []byte) (int, error) {
	if len(h.rest) == 0 {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, h.n))
		h.n, h.rest = h.n+1, sum[:]
	}
	n := copy(b, h.rest)
	h.rest = h.rest[n:]
	return n, nil
}

// The same random numbers always give the same file: otherwise the format has changed by
// mistake.
func TestVectorIsWritten(t *testing.T) {
	dir := sampleDir(t)
	s, err := openOn(dir, newFakeKeyring(), &hashStream{}, realDisk{})
	must(t, err)
	s.cost = func() seal.Cost { return seal.MinCost }
	must(t, s.Saw(bob, fingerprint(1), "2026-02-28"))
	protect(t, s, ByPassphrase, vectorPassphrase)
	got := read(t, filepath.Join(dir, sealedName))
	if *updateVector {
		must(t, os.MkdirAll(vectorDir, 0o755))
		write(t, filepath.Join(vectorDir, sealedName), got)
	}
	if got != read(t, filepath.Join(vectorDir, sealedName)) {
		t.Error("the file differs from the test vector")
	}
	must(t, s.Close())
}

// TestVectorIsRead reads the file as doc/keystore-format.md describes, without using this
// package.
func TestVectorIsRead(t *testing.T) {
	master, found := vectorSections(t, []byte(read(t, filepath.Join(vectorDir, sealedName))))
	for _, name := range []string{fingerprintsName, tagsName} {
		if want := read(t, filepath.Join("testdata/libotr", name)); found[name] != want {
			t.Errorf("%s: %q\nwant %q", name, found[name], want)
		}
	}
	if found["purple-otr.seen"] != "bob@example.org\talice@example.org\tprpl-jabber\t0000000000000000000000000000000000000001\t2026-02-28\t2026-02-28\n" {
		t.Errorf("%q", found["purple-otr.seen"])
	}
	_, entry, ok := strings.Cut(found[keysName], "(name "+string(sexpString([]byte(alice.Name)))+")")
	_, digits, ok2 := strings.Cut(entry, "(sealed #")
	digits, _, _ = strings.Cut(digits, "#")
	sealed, err := hex.DecodeString(digits)
	if !ok || !ok2 || err != nil {
		t.Fatalf("%v in %q", err, found[keysName])
	}
	numbers := string(vectorOpen(t, master, sealed, 10, "private key", alice.Protocol, alice.Name))
	plainKeys := read(t, filepath.Join("testdata/libotr", keysName))
	if squeeze := func(s string) string { return strings.Join(strings.Fields(s), " ") }; !strings.Contains(squeeze(plainKeys), squeeze(numbers)) || len(numbers) < 500 {
		t.Errorf("%q is no key of\n%q", numbers, plainKeys)
	}
}

// vectorSections returns the master key and the sections of a file.
func vectorSections(t *testing.T, file []byte) (master []byte, found map[string]string) {
	t.Helper()
	header, id, wrapped, sections := file[:133], file[10:26], file[26:133], file[133:]
	if string(header[:8]) != "POTRSTOR" || header[8] != 1 || header[9] != 2 {
		t.Fatalf("%q", header)
	}
	if string(wrapped[:8]) != "POTRSEAL" || wrapped[8] != 1 || wrapped[9] != 'P' {
		t.Fatalf("%q", wrapped)
	}
	key := argon2.IDKey([]byte(vectorPassphrase), wrapped[19:35], binary.BigEndian.Uint32(wrapped[10:]),
		binary.BigEndian.Uint32(wrapped[14:]), wrapped[18], 32)
	master = vectorOpen(t, key, wrapped, 35, "master key", string(id))

	text := vectorOpen(t, master, sections, 10, "key store", string(header))
	if binary.BigEndian.Uint64(text) != 1 {
		t.Errorf("sequence %x", text[:8])
	}
	found = map[string]string{}
	for text = text[8:]; len(text) > 0; {
		n := int(text[0])
		name := string(text[1 : 1+n])
		size := int(binary.BigEndian.Uint32(text[1+n:]))
		found[name] = string(text[5+n : 5+n+size])
		text = text[5+n+size:]
	}
	return master, found
}

// vector4 is a store with a key and a fingerprint of version 4.
func vector4(t *testing.T) string {
	dir := t.TempDir()
	s, err := openOn(dir, newFakeKeyring(), &hashStream{}, realDisk{})
	must(t, err)
	s.cost = func() seal.Cost { return seal.MinCost }
	must(t, s.Identities().Set(alice, identity(1)))
	must(t, s.SetTrust(bob, fingerprint(1), Verified))
	_, err = s.Identities().CarryOver(bob, fingerprint(1), fingerprint4(1))
	must(t, err)
	protect(t, s, ByPassphrase, vectorPassphrase)
	return read(t, filepath.Join(dir, sealedName))
}

// TestVectorOfVersion4 is both of the above for version 4.
func TestVectorOfVersion4(t *testing.T) {
	path := filepath.Join(vectorDir+"4", sealedName)
	got := vector4(t)
	if *updateVector {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		write(t, path, got)
	}
	if got != read(t, path) {
		t.Error("the file differs from the test vector")
	}
	master, found := vectorSections(t, []byte(read(t, path)))
	if want := line4(bob.Peer, fingerprint4(1), "v3-0000000000000000000000000000000000000001") + "\n"; found["purple-otr.fingerprints"] != want {
		t.Errorf("%q, want %q", found["purple-otr.fingerprints"], want)
	}
	fields := strings.Split(strings.TrimSuffix(found["purple-otr.v4"], "\n"), "\t")
	if len(fields) != 5 || !strings.HasPrefix(fields[0], "#") || !strings.HasSuffix(fields[0], "\n"+alice.Name) || fields[1] != alice.Protocol {
		t.Fatalf("%q", fields)
	}
	sealed, err := hex.DecodeString(fields[4])
	must(t, err)
	seed := vectorOpen(t, master, sealed, 10, "private key", alice.Protocol, alice.Name, "v4")
	k := identity(1)
	if !bytes.Equal(seed, k.Seed()) || fields[3] != hex.EncodeToString(k.Forging()) || fields[2] != hex.EncodeToString(k.Fingerprint().Bytes()) {
		t.Error("another key")
	}
}

// vectorOpen decrypts sealed data; its nonce begins at index at.
func vectorOpen(t *testing.T, key, sealed []byte, at int, list ...string) []byte {
	t.Helper()
	var ad bytes.Buffer
	for _, s := range append([]string{string(sealed[:at])}, list...) {
		must(t, binary.Write(&ad, binary.BigEndian, uint32(len(s))))
		ad.WriteString(s)
	}
	aead, err := chacha20poly1305.NewX(key)
	must(t, err)
	text, err := aead.Open(nil, sealed[at:at+24], sealed[at+24:], ad.Bytes())
	must(t, err)
	return text
}

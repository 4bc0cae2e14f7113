// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"purple-otr/keystore/internal/seal"
)

const exportVector = "testdata/export/keys.backup"

// With the same random numbers, the same file is written as ever: the format has
// not changed unnoticed.
func TestExportVectorIsWritten(t *testing.T) {
	got, err := sealExport(&hashStream{}, wholeStore(t).Bundle(), passphrase, seal.MinCost)
	must(t, err)
	if *updateVector {
		must(t, os.MkdirAll("testdata/export", 0o755))
		write(t, exportVector, string(got))
	}
	if string(got) != read(t, exportVector) {
		t.Error("it is another one")
	}
}

// doc/backup-format.md is enough to read a backup: this uses nothing of what reads
// it otherwise.
func TestExportVectorIsReadFromTheText(t *testing.T) {
	data := []byte(read(t, exportVector))
	if head := string(data[:20]); head != "purple-otr backup 1\n" {
		t.Fatalf("%q", head)
	}
	end := len(data) - 32
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		t.Fatal("the checksum is wrong")
	}
	sealed := data[20:end]
	key := argon2.IDKey(passphrase, sealed[19:35], binary.BigEndian.Uint32(sealed[10:]), binary.BigEndian.Uint32(sealed[14:]), sealed[18], 32)
	aead, err := chacha20poly1305.NewX(key)
	must(t, err)
	associated := append([]byte{0, 0, 0, 35}, sealed[:35]...)
	associated = append(associated, "\x00\x00\x00\x06backup"...)
	archive, err := aead.Open(nil, sealed[35:59], sealed[59:], associated)
	must(t, err)

	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		files[h.Name], err = io.ReadAll(r)
		must(t, err)
	}
	if keys := read(t, "testdata/libotr/"+keysName); string(files[keysName]) != keys {
		t.Errorf("the keys are\n%s\nwant\n%s", files[keysName], keys)
	}
	if seen := "bob@example.org\talice@example.org\tprpl-jabber\t0000000000000000000000000000000000000001\t2026-02-01\t2026-02-28\n"; string(files["purple-otr.seen"]) != seen {
		t.Errorf("the days are %q", files["purple-otr.seen"])
	}
	if limits := "prpl-irc\t400\n"; string(files["otr.max_message_size"]) != limits {
		t.Errorf("the limits are %q", files["otr.max_message_size"])
	}
	if len(files) != 4 {
		t.Errorf("%d files", len(files))
	}
}

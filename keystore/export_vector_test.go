// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
)

const (
	exportVector      = "testdata/export/keys.tar.age"
	emptyExportVector = "testdata/export/empty.tar.age" // cheap
)

// Backups that were made once can be read.
func TestExportVector(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second, and 256 MiB")
	}
	if *updateVector {
		data, err := SealExport(wholeStore(t).Bundle(), passphrase)
		must(t, err)
		write(t, exportVector, string(data))
		write(t, emptyExportVector, string(anExport(t, Bundle{})))
	}
	b, err := OpenExport([]byte(read(t, exportVector)), passphrase)
	must(t, err)
	wantSame(t, b, wholeStore(t).Bundle())
}

// A reader that uses nothing of ours gets libotr's files out of a backup. What the
// programs age and tar do with one is in the tests of otr-keys.
func TestExportIsAge(t *testing.T) {
	identity, err := age.NewScryptIdentity(string(passphrase))
	must(t, err)
	s := wholeStore(t)
	addVersion4(t, s)
	archive, err := age.Decrypt(bytes.NewReader(anExport(t, s.Bundle())), identity)
	must(t, err)
	files := map[string]string{}
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		data, err := io.ReadAll(r)
		must(t, err)
		files[h.Name] = string(data)
	}
	for name, want := range map[string]string{
		keysName: read(t, "testdata/libotr/"+keysName),
		SeenFile: "bob@example.org\talice@example.org\tprpl-jabber\t0000000000000000000000000000000000000001\t2026-02-01\t2026-02-28\n" +
			"bob@example.org\talice@example.org\tprpl-jabber\t" + strings.Repeat("0", 111) + "2\t2026-02-03\t2026-02-03\n",
		Fingerprints4File: line4("bob@example.org", fingerprint4(1), "") + "\n" + line4("bob@example.org", fingerprint4(2), "v3-0000000000000000000000000000000000000001") + "\n",
		LimitsFile:        "prpl-irc\t400\n",
	} {
		if files[name] != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, files[name], want)
		}
	}
	if len(files) != len(exportFiles) {
		t.Errorf("%d files", len(files))
	}
}

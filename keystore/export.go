// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"purple-otr/keystore/internal/seal"
)

// An export is a Bundle in one file that is sealed under a passphrase: the backup
// that the user makes to keep it elsewhere. doc/backup-format.md describes its
// bytes.
const (
	exportMagic   = "purple-otr backup "
	exportVersion = "1\n"
	exportPurpose = "backup"
	exportTime    = time.Second / 2 // that trying one passphrase is to take here

	maxExport = 80 << 20 // bytes, more than all files together can have
)

// ErrNoExport: the file is something else than an exported backup.
var ErrNoExport = errors.New("this is not a backup that was exported")

// IsExport reports whether data looks like an export, of whatever version.
func IsExport(data []byte) bool { return bytes.HasPrefix(data, []byte(exportMagic)) }

// SealExport exports b. It takes about half a second, and 64 MiB of
// memory meanwhile. 40 bytes are taken from rand.
func SealExport(rand io.Reader, b Bundle, passphrase []byte) ([]byte, error) {
	return sealExport(rand, b, passphrase, seal.Calibrate(exportTime))
}

func sealExport(rand io.Reader, b Bundle, passphrase []byte, cost seal.Cost) ([]byte, error) {
	archive, err := b.pack()
	if err != nil {
		return nil, err
	}
	defer clear(archive)
	sealed, err := seal.SealPassphrase(rand, passphrase, cost, archive, exportPurpose)
	if errors.Is(err, seal.ErrEmpty) {
		return nil, ErrNoPassphrase
	}
	if err != nil {
		return nil, err
	}
	out := append([]byte(exportMagic+exportVersion), sealed...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// OpenExport is the reverse of SealExport. It fails with [ErrNoExport],
// [ErrPassphrase], [ErrNoPassphrase], [ErrNewer] or [ErrDamaged]; that it is not
// damaged, and the passphrase wrong, is known from a checksum.
func OpenExport(data, passphrase []byte) (b Bundle, err error) {
	version, ok := bytes.CutPrefix(data, []byte(exportMagic))
	if !ok {
		return b, ErrNoExport
	}
	sealed, ok := bytes.CutPrefix(version, []byte(exportVersion))
	if !ok && bytes.IndexFunc(version, notDigit) > 0 {
		return b, ErrNewer
	}
	n := len(sealed) - sha256.Size
	if !ok || n < 0 || len(data) > maxExport {
		return b, ErrDamaged
	}
	if sha256.Sum256(data[:len(data)-sha256.Size]) != [sha256.Size]byte(sealed[n:]) {
		return b, ErrDamaged
	}
	archive, err := seal.OpenPassphrase(sealed[:n], passphrase, exportPurpose)
	switch {
	case errors.Is(err, seal.ErrEmpty):
		return b, ErrNoPassphrase
	case errors.Is(err, seal.ErrNewer):
		return b, ErrNewer
	case errors.Is(err, seal.ErrWrong):
		return b, ErrPassphrase
	case err != nil:
		return b, ErrDamaged
	}
	defer clear(archive)
	return unpack(archive)
}

func notDigit(c rune) bool { return c < '0' || '9' < c }

// WriteExport puts data into a file that only the user may read. At every moment
// it is either whole or not there (or what was there before).
func WriteExport(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fileError(path, ErrNotSaved, errors.New("there is something in its place that is not a file"))
	}
	d := &folder{path: filepath.Dir(path), disk: realDisk{}}
	return d.replaceFile(path, data)
}

// exportFiles is what is in a backup, in this order, and how it is read.
var exportFiles = []struct {
	name string
	read func(*Bundle, []byte) error
}{
	{KeysFile, (*Bundle).ReadKeys},
	{FingerprintsFile, (*Bundle).ReadFingerprints},
	{SeenFile, (*Bundle).ReadSeen},
	{LimitsFile, (*Bundle).ReadLimits},
}

// pack makes a tar archive of b's files.
func (b *Bundle) pack() ([]byte, error) {
	files, err := b.Files()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	size := 2 * 512
	for _, data := range files {
		size += len(data) + 2*512
	}
	out.Grow(size) // so that it is in one place, which can be cleared
	w := tar.NewWriter(&out)
	for _, f := range exportFiles {
		data, ok := files[f.name]
		if !ok {
			continue
		}
		h := &tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(data)), Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(data); err != nil {
			return nil, err
		}
		clear(data)
	}
	err = w.Close()
	return out.Bytes(), err
}

// unpack is the reverse of pack. Who has written it knows the passphrase,
// which does not mean that he is the user.
func unpack(archive []byte) (b Bundle, err error) {
	r := tar.NewReader(bytes.NewReader(archive))
	next := 0 // of exportFiles
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return Bundle{}, ErrDamaged
		}
		for next < len(exportFiles) && exportFiles[next].name != h.Name {
			next++
		}
		// A tar archive can say that a file is longer than itself.
		if next == len(exportFiles) || h.Typeflag != tar.TypeReg || h.Size > int64(len(archive)) {
			return Bundle{}, ErrDamaged
		}
		data, err := io.ReadAll(r)
		if err == nil {
			err = exportFiles[next].read(&b, data)
		}
		clear(data)
		if err != nil {
			return Bundle{}, fmt.Errorf("%w (%s)", ErrDamaged, strings.TrimSpace(h.Name))
		}
		next++
	}
}

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

// A backup is a Bundle in one file that is sealed under a passphrase.
// doc/backup-format.md describes its bytes.
const (
	backupMagic   = "purple-otr backup "
	backupVersion = "1\n"
	backupPurpose = "backup"
	backupTime    = time.Second / 2 // that trying one passphrase is to take here

	maxBackup = 80 << 20 // bytes, more than all files together can have
)

var (
	// ErrNoBackup: the file is something else.
	ErrNoBackup = errors.New("this is not a backup")

	// ErrBackupNewer: see [ErrBackupDamaged].
	ErrBackupNewer = errors.New("this backup was made by a newer version of this program, which is needed to read it")

	// ErrBackupDamaged: bytes of it were changed, or are missing. That it is
	// not, and the passphrase wrong, is known from a checksum.
	ErrBackupDamaged = errors.New("this backup is damaged or incomplete; nothing can be read from it")

	// ErrPassphrase: it is not the one that the backup was made with.
	ErrPassphrase = errors.New("this is not the passphrase with which the backup was made")

	// ErrNoPassphrase: it is empty.
	ErrNoPassphrase = errors.New("a backup needs a passphrase")
)

// IsBackup reports whether data looks like a backup, of whatever version.
func IsBackup(data []byte) bool { return bytes.HasPrefix(data, []byte(backupMagic)) }

// SealBackup makes a backup of b. It takes about half a second, and 64 MiB of
// memory meanwhile. 40 bytes are taken from rand.
func SealBackup(rand io.Reader, b Bundle, passphrase []byte) ([]byte, error) {
	return sealBackup(rand, b, passphrase, seal.Calibrate(backupTime))
}

func sealBackup(rand io.Reader, b Bundle, passphrase []byte, cost seal.Cost) ([]byte, error) {
	archive, err := b.archive()
	if err != nil {
		return nil, err
	}
	defer clear(archive)
	sealed, err := seal.SealPassphrase(rand, passphrase, cost, archive, backupPurpose)
	if errors.Is(err, seal.ErrEmpty) {
		return nil, ErrNoPassphrase
	}
	if err != nil {
		return nil, err
	}
	out := append([]byte(backupMagic+backupVersion), sealed...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// OpenBackup is the reverse of SealBackup. The error says if it is the passphrase
// that is wrong, or what else.
func OpenBackup(data, passphrase []byte) (b Bundle, err error) {
	version, ok := bytes.CutPrefix(data, []byte(backupMagic))
	if !ok {
		return b, ErrNoBackup
	}
	sealed, ok := bytes.CutPrefix(version, []byte(backupVersion))
	if !ok && bytes.IndexFunc(version, notDigit) > 0 {
		return b, ErrBackupNewer
	}
	n := len(sealed) - sha256.Size
	if !ok || n < 0 || len(data) > maxBackup {
		return b, ErrBackupDamaged
	}
	if sha256.Sum256(data[:len(data)-sha256.Size]) != [sha256.Size]byte(sealed[n:]) {
		return b, ErrBackupDamaged
	}
	archive, err := seal.OpenPassphrase(sealed[:n], passphrase, backupPurpose)
	switch {
	case errors.Is(err, seal.ErrEmpty):
		return b, ErrNoPassphrase
	case errors.Is(err, seal.ErrNewer):
		return b, ErrBackupNewer
	case errors.Is(err, seal.ErrWrong):
		return b, ErrPassphrase
	case err != nil:
		return b, ErrBackupDamaged
	}
	defer clear(archive)
	return readArchive(archive)
}

func notDigit(c rune) bool { return c < '0' || '9' < c }

// WriteBackup puts data into a file that only the user may read. At every moment
// it is either whole or not there (or what was there before).
func WriteBackup(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fileError(path, ErrNotSaved, errors.New("there is something in its place that is not a file"))
	}
	return replaceFile(filepath.Clean(path), data)
}

// backupFiles is what is in a backup, in this order, and how it is read.
var backupFiles = []struct {
	name string
	read func(*Bundle, []byte) error
}{
	{KeysFile, (*Bundle).ReadKeys},
	{FingerprintsFile, (*Bundle).ReadFingerprints},
	{SeenFile, (*Bundle).ReadSeen},
	{LimitsFile, (*Bundle).ReadLimits},
}

// archive is b as a tar archive of its files.
func (b *Bundle) archive() ([]byte, error) {
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
	for _, f := range backupFiles {
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

// readArchive is the reverse of archive. Who has written it knows the passphrase,
// which does not mean that he is the user.
func readArchive(archive []byte) (b Bundle, err error) {
	r := tar.NewReader(bytes.NewReader(archive))
	next := 0 // of backupFiles
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return Bundle{}, ErrBackupDamaged
		}
		for next < len(backupFiles) && backupFiles[next].name != h.Name {
			next++
		}
		// A tar archive can say that a file is longer than itself.
		if next == len(backupFiles) || h.Typeflag != tar.TypeReg || h.Size > int64(len(archive)) {
			return Bundle{}, ErrBackupDamaged
		}
		data, err := io.ReadAll(r)
		if err == nil {
			err = backupFiles[next].read(&b, data)
		}
		clear(data)
		if err != nil {
			return Bundle{}, fmt.Errorf("%w (%s)", ErrBackupDamaged, strings.TrimSpace(h.Name))
		}
		next++
	}
}

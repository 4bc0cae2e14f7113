// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"filippo.io/age"

	"purple-otr/internal/erase"
)

// A backup is a Bundle in one file that the user can store elsewhere: a tar archive
// encrypted with age (https://age-encryption.org/v1) and a passphrase. So
// "age -d" and tar open it without this program. otr-keys.1 describes its content.
const (
	exportMagic = "age-encryption.org/"
	exportIntro = exportMagic + "v1\n"

	exportWork = 18       // as age -p: scrypt with 2^18 takes about a second, and 256 MiB
	maxExport  = 80 << 20 // bytes, more than all files together can be
)

var (
	// ErrNoExport: the file is not a backup.
	ErrNoExport = errors.New("this is not a backup")

	// ErrExportTooBig: the file is larger than any backup of this program.
	ErrExportTooBig = errors.New("this file is too large for a backup")

	// ErrExportWork: checking one passphrase would take more memory or time than with any
	// backup of this program. The file may come from an attacker.
	ErrExportWork = errors.New("opening this file would take much more memory or time than a backup does")
)

// IsExport reports whether data looks like a backup of any version.
func IsExport(data []byte) bool { return bytes.HasPrefix(data, []byte(exportMagic)) }

// SealExport makes a backup of b. It takes about a second and 256 MiB of memory. It fails
// with [ErrNoPassphrase], or if b is too large.
func SealExport(b Bundle, passphrase []byte) ([]byte, error) {
	return sealExport(b, passphrase, exportWork)
}

// sealExport is SealExport where checking a passphrase costs scrypt with 2^work.
func sealExport(b Bundle, passphrase []byte, work int) ([]byte, error) {
	archive, err := b.pack()
	if err != nil {
		return nil, err
	}
	defer clear(archive)
	var data []byte
	erase.Do(func() { data, err = encrypt(archive, passphrase, work) })
	return data, err
}

func encrypt(archive, passphrase []byte, work int) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, ErrNoPassphrase
	}
	normal := normalPassphrase(passphrase)
	defer clear(normal)
	recipient, err := age.NewScryptRecipient(string(normal))
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(work)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, recipient)
	if err == nil {
		_, err = w.Write(archive)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil && out.Len() > maxExport {
		err = ErrExportTooBig // we could not read it again
	}
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// OpenExport is the reverse of SealExport. It fails with [ErrNoExport], [ErrExportTooBig],
// [ErrExportWork], [ErrPassphrase], [ErrNoPassphrase], [ErrNewer] or [ErrDamaged]. Some
// damage in the first lines of the file also gives ErrPassphrase: age cannot distinguish
// the two.
func OpenExport(data, passphrase []byte) (b Bundle, err error) {
	switch {
	case !IsExport(data):
		return b, ErrNoExport
	case len(data) > maxExport:
		return b, ErrExportTooBig
	case len(passphrase) == 0:
		return b, ErrNoPassphrase
	case !bytes.HasPrefix(data, []byte(exportIntro)):
		if bytes.HasPrefix(data, []byte(exportMagic+"v1")) || bytes.IndexByte(data, '\n') < 0 {
			return b, ErrDamaged
		}
		return b, ErrNewer
	}
	archive := bytes.NewBuffer(make([]byte, 0, len(data)+bytes.MinRead)) // in one piece of memory, so that we can clear it
	defer func() { clear(archive.Bytes()) }()
	erase.Do(func() { err = decrypt(archive, data, passphrase) })
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return b, ErrPassphrase
	}
	for _, known := range []error{ErrNoExport, ErrExportWork} {
		if errors.Is(err, known) {
			return b, err
		}
	}
	if err != nil {
		return b, ErrDamaged
	}
	return unpack(archive.Bytes())
}

// decrypt writes the content of a backup to archive. It may have written a part of it if it
// fails.
func decrypt(archive *bytes.Buffer, data, passphrase []byte) error {
	r, err := openEitherForm(passphrase, func(p []byte) (io.Reader, error) {
		return age.Decrypt(bytes.NewReader(data), exportIdentity(p))
	}, age.ErrIncorrectIdentity)
	if err == nil {
		_, err = archive.ReadFrom(r)
	}
	return err
}

// An exportIdentity is a passphrase that opens backups. It checks the cost of a backup
// before it computes anything.
type exportIdentity []byte

// Unwrap implements [age.Identity].
func (passphrase exportIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" {
		return nil, fmt.Errorf("%w: it is encrypted, but not with a passphrase", ErrNoExport)
	}
	if args := stanzas[0].Args; len(args) == 2 && !onlyDigits(args[1]) {
		return nil, ErrDamaged
	} else if len(args) == 2 {
		if work, err := strconv.Atoi(args[1]); err != nil || work > exportWork {
			return nil, ErrExportWork
		}
	}
	identity, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(exportWork)
	return identity.Unwrap(stanzas)
}

// WriteExport writes data to a file that only the user may read. At every moment the file
// is either complete, or as it was before. No other file in the folder is changed.
func WriteExport(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fileError(path, ErrNotSaved, errors.New("there is something in its place that is not a file"))
	}
	return writeExport(realDisk{}, path, data)
}

func writeExport(on disk, path string, data []byte) error {
	target, err := linkTarget(path)
	if err != nil {
		return err
	}
	d := &folder{path: filepath.Dir(target), disk: on}
	return d.putFile(path, target, data)
}

// An exportFile is a file that a backup can contain, and the method that reads it.
type exportFile struct {
	name string
	read func(*Bundle, []byte) error
}

// exportFiles are written and read in this order.
var exportFiles = []exportFile{
	{KeysFile, (*Bundle).ReadKeys},
	{IdentitiesFile, (*Bundle).ReadIdentities},
	{FingerprintsFile, (*Bundle).ReadFingerprints},
	{Fingerprints4File, (*Bundle).ReadFingerprints4},
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
	out.Grow(size) // so that it stays in one piece of memory, which we can clear
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

// unpack is the reverse of pack; the files may be in any order. The author of the archive
// knew the passphrase, but need not be the user.
func unpack(archive []byte) (b Bundle, err error) {
	files := make(map[string][]byte)
	defer func() {
		for _, data := range files {
			clear(data)
		}
	}()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Bundle{}, notOurs(len(files))
		}
		if !slices.ContainsFunc(exportFiles, func(f exportFile) bool { return f.name == h.Name }) {
			return Bundle{}, notOurs(len(files))
		}
		// A tar header can claim a size larger than the archive.
		if _, twice := files[h.Name]; twice || h.Typeflag != tar.TypeReg || h.Size > int64(len(archive)) {
			return Bundle{}, ErrDamaged
		}
		files[h.Name] = make([]byte, h.Size)
		if _, err := io.ReadFull(r, files[h.Name]); err != nil {
			return Bundle{}, ErrDamaged
		}
	}
	for _, f := range exportFiles {
		if data, ok := files[f.name]; ok {
			if err := f.read(&b, data); err != nil {
				return Bundle{}, fmt.Errorf("%w (%s)", ErrDamaged, f.name)
			}
		}
	}
	return b, nil
}

// notOurs returns the error for unknown content after n files of ours.
func notOurs(n int) error {
	if n == 0 {
		return fmt.Errorf("%w: the passphrase is right, but something else is in it", ErrNoExport)
	}
	return ErrDamaged
}

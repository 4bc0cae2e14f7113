// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"purple-otr/keystore/internal/seal"
)

// sealedName is the only file of a sealed store, and its existence makes the store a
// sealed one. doc/keystore-format.md describes its format.
//
// There is one file, and not one for each table, so that one rename changes the whole
// store from one consistent state to the next, even if the protection changes, and so
// that an attacker cannot replace one part alone by an older state of it.
const (
	sealedName    = "purple-otr.sealed"
	maxSealedFile = 128 << 20
)

const (
	storeMagic   = "POTRSTOR"
	storeVersion = 1

	modeAt     = len(storeMagic) + 1
	idAt       = modeAt + 1
	idLen      = 16
	wrappedLen = seal.PassphraseOverhead + seal.KeySize

	purposeMaster = "master key"
	purposeStore  = "key store"
	purposeKey    = "private key"
)

// A header is the part of a sealed file that can be read without its key.
type header struct {
	protection Protection // ByKeyring or ByPassphrase
	id         string     // 16 random bytes, new with each master key
	wrapped    []byte     // the master key sealed with the passphrase, if there is one
}

var (
	errNotOurs = errors.New("it is not a sealed key store")
	errCut     = errors.New("its end is missing")
)

// parseHeader returns the header and its length.
func parseHeader(data []byte) (h header, n int, err error) {
	switch {
	case len(data) < modeAt || string(data[:len(storeMagic)]) != storeMagic || data[len(storeMagic)] == 0:
		return h, 0, errNotOurs
	case data[len(storeMagic)] > storeVersion:
		return h, 0, ErrNewer
	case len(data) < idAt+idLen:
		return h, 0, errCut
	}
	h.protection = Protection(data[modeAt])
	h.id = string(data[idAt : idAt+idLen])
	n = idAt + idLen
	switch h.protection {
	case ByKeyring:
	case ByPassphrase:
		if len(data) < n+wrappedLen {
			return h, 0, errCut
		}
		h.wrapped = bytes.Clone(data[n : n+wrappedLen])
		n += wrappedLen
	default:
		return h, 0, errNotOurs
	}
	return h, n, nil
}

func (h header) bytes() []byte {
	out := append([]byte(storeMagic), storeVersion, byte(h.protection))
	return append(append(out, h.id...), h.wrapped...)
}

// A vault is what is known about a sealed file besides its contents.
type vault struct {
	header
	key      *seal.Key // the master key; nil while it is locked
	sequence uint64    // of the newest state that has been seen
	loaded   bool      // the tables have its content
	accepted bool      // the user has put it there, although it may not be the newest
	problem  error     // why it cannot be used at all
	stamp    stamp
}

// An archive is an opened sealed file.
type archive struct {
	folder   *folder
	vault    *vault
	rand     io.Reader
	onWrite  func() // called after each writing, or nil
	sequence uint64 // grows with each writing
	sections map[string][]byte
}

func (a *archive) path(string) string { return a.folder.file(sealedName) }
func (a *archive) stamp(string) stamp { return stampOf(a.path("")) }

func (a *archive) read(name string, limit int64) ([]byte, error) {
	data := a.sections[name]
	if int64(len(data)) > limit {
		return nil, fileError(a.path(name), ErrDamaged, errTooBig)
	}
	return data, nil
}

func (a *archive) write(parts ...part) error {
	sections := maps.Clone(a.sections)
	for _, p := range parts {
		sections[p.name] = p.data
	}
	sealed, err := a.seal(a.sequence+1, sections)
	if err != nil {
		return fileError(a.path(""), ErrNotSaved, err)
	}
	if err := a.folder.replaceFile(a.path(""), sealed); err != nil {
		return err
	}
	a.sequence, a.sections = a.sequence+1, sections
	a.vault.sequence, a.vault.stamp = a.sequence, a.stamp("")
	if a.onWrite != nil {
		a.onWrite()
	}
	return nil
}

func (a *archive) seal(sequence uint64, sections map[string][]byte) ([]byte, error) {
	text := joinSections(sequence, sections)
	defer clear(text)
	head := a.vault.bytes()
	body, err := a.vault.key.Seal(a.rand, text, purposeStore, string(head))
	if err == nil && len(head)+len(body) > maxSealedFile {
		err = errTooBig
	}
	return append(head, body...), err
}

// openArchive decrypts data, a sealed file with v's header.
func openArchive(d *folder, v *vault, rand io.Reader, data []byte) (*archive, error) {
	_, n, err := parseHeader(data)
	if err != nil {
		return nil, err
	}
	text, err := v.key.Open(data[n:], purposeStore, string(data[:n]))
	if errors.Is(err, seal.ErrNewer) {
		err = ErrNewer
	}
	if err != nil {
		return nil, err
	}
	a := &archive{folder: d, vault: v, rand: rand}
	a.sequence, a.sections, err = parseSections(text)
	return a, err
}

// joinSections returns the sequence number, and then for each section, sorted by name: the
// length of the name, the name, the length of the data, the data.
func joinSections(sequence uint64, sections map[string][]byte) []byte {
	size := 8
	for name, data := range sections {
		size += 1 + len(name) + 4 + len(data)
	}
	out := binary.BigEndian.AppendUint64(make([]byte, 0, size), sequence)
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		out = append(append(out, byte(len(name))), name...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(sections[name])))
		out = append(out, sections[name]...)
	}
	return out
}

var errSections = errors.New("its parts do not fit together")

// parseSections is the reverse of joinSections. The sections are slices of text.
func parseSections(text []byte) (sequence uint64, sections map[string][]byte, err error) {
	if len(text) < 8 {
		return 0, nil, errSections
	}
	sequence, text = binary.BigEndian.Uint64(text), text[8:]
	sections = make(map[string][]byte)
	last := ""
	for len(text) > 0 {
		n := int(text[0])
		if len(text) < 1+n+4 {
			return 0, nil, errSections
		}
		name := string(text[1 : 1+n])
		size := binary.BigEndian.Uint32(text[1+n:])
		text = text[1+n+4:]
		if uint64(size) > uint64(len(text)) || name <= last || !isSection(name) {
			return 0, nil, errSections
		}
		sections[name] = text[:size:size]
		text, last = text[size:], name
	}
	return sequence, sections, nil
}

// isSection reports whether name is one of the files that this package writes. A section
// becomes a file when the protection is removed.
func isSection(name string) bool {
	return (strings.HasPrefix(name, "otr.") || strings.HasPrefix(name, "purple-otr.")) && !strings.ContainsAny(name, "/\x00")
}

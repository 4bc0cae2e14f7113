// SPDX-License-Identifier: GPL-2.0-or-later

// Package foreign reads the keys and fingerprints that other programs have saved.
//
// It knows the files of libotr (pidgin-otr, irssi, XChat, Kopete, Adium, Profanity,
// BitlBee, mcabber, Psi, ChatSecure for iOS) and of python-potr (WeeChat, Gajim), the
// configurations of CoyIM and Jitsi, and the keys of ChatSecure for Android. The content
// of a file, not its name, decides what it is. The package writes nothing, and treats everything it
// reads as hostile: it limits sizes and checks keys. It returns names unchanged, so that
// the caller must escape them before showing them.
//
// Other programs name accounts and buddies differently. The package converts them to
// libpurple's names. Where the conversion is uncertain, it lists the account in
// Found.Unsure, and the user must say which account it is.
package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// Found is the result of reading files.
type Found struct {
	Bundle keystore.Bundle

	// Files are the files that contained something useful.
	Files []File

	// Unsure lists the accounts in Bundle whose name in libpurple may be another one.
	Unsure []keystore.Account

	// Tags is the number of instance tags that were read. They are not in Bundle.
	Tags int

	// Problems lists files, or parts of files, that are not in Bundle. The texts
	// never quote the content of a file.
	Problems []keystore.Problem
}

// A File is a file that we could parse.
type File struct {
	Path   string
	Format Format
}

// A Format is a kind of file.
type Format string

const (
	Keys         Format = "private keys of libotr"
	Fingerprints Format = "fingerprints of libotr"
	Tags         Format = "instance tags of libotr"
	Keys4        Format = "private keys of purple-otr for OTR 4"
	Contacts4    Format = "fingerprints of purple-otr for OTR 4"
	PotrKey      Format = "private key of python-potr (WeeChat, Gajim)"
	CoyIM        Format = "configuration of CoyIM"
	AdiumNames   Format = "names of Adium's accounts"
	PsiNames     Format = "names of Psi's accounts"
	Jitsi        Format = "configuration of Jitsi"
	JitsiBuddies Format = "contact list of Jitsi"
	ChatSecure   Format = "keys and fingerprints of ChatSecure"
	Sealed       Format = "protected profile of purple-otr"

	CoyIMEncrypted      Format = "encrypted configuration of CoyIM"
	ChatSecureEncrypted Format = "encrypted keys and fingerprints of ChatSecure"
)

var (
	// ErrUnknown: the file has none of the known formats.
	ErrUnknown = errors.New("this is not a file with keys or fingerprints of a program that is known")
	// ErrNothing: the folder contains no file with one of the known names.
	ErrNothing = errors.New("there are no keys or fingerprints of a program that is known in this folder")
	// ErrTooBig: the file is larger than any that the programs write.
	ErrTooBig = errors.New("this file is too big")
	// ErrNoFile: the path is a device, for example.
	ErrNoFile = errors.New("this is neither a file nor a folder")
	// ErrEncrypted: only [ParseEncrypted] can read the file.
	ErrEncrypted = errors.New("this file is encrypted, and its passphrase is needed")
	// ErrWork: trying one passphrase would take far more memory or time than with a file
	// of CoyIM.
	ErrWork = errors.New("opening this file would take far more memory or time than CoyIM needs")
	// ErrNoBuddy: the file has some buddies' fingerprints, but not their full addresses.
	ErrNoBuddy = errors.New("the full addresses of some buddies are not known; their fingerprints are left out")
	// ErrSealed: the file is the sealed store of another profile of this program.
	ErrSealed = errors.New("this is a protected profile; make a backup of it with “otr-keys export -d” and its folder, and import that")
	// ErrBadKey: a private key is invalid.
	ErrBadKey = errors.New("a private key in it is damaged or of a kind that is not known; it is left out")
	// ErrDamaged: the file begins like one of the formats, but the rest is invalid.
	ErrDamaged = errors.New("this file is damaged")
)

// Read reads a file or a folder. It returns an error if it finds nothing useful.
func Read(path string) (*Found, error) {
	inputs, err := Load(path)
	if err != nil {
		return nil, err
	}
	f, err := Parse(inputs)
	if errors.Is(err, ErrNothing) {
		err = fileError(path, err)
	}
	return f, err
}

func fileError(path string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err // p's own text would repeat the file name
	}
	return fmt.Errorf("%s: %w", path, err)
}

// An Input is a file's name and content.
type Input struct {
	Path string
	Data []byte // at most 80 MiB are accepted
	Err  error  // why it could not be read, or nil
}

// Parse reads files that belong together. It returns an error if it finds nothing useful.
func Parse(inputs []Input) (*Found, error) {
	r := newReader()
	for _, in := range inputs {
		format := r.begin(&in)
		r.read(in, format)
	}
	return r.finish()
}

func newReader() *reader {
	return &reader{
		Found:      new(Found),
		accountsIn: make(map[string][]keystore.Account),
		adium:      make(map[string]adiumAccount),
		psi:        make(map[string]string),
		jitsi: jitsi{
			values:   make(map[string]string),
			accounts: make(map[string]keystore.Account),
			buddies:  make(map[string][]keystore.Buddy),
		},
	}
}

// begin returns the format of in and lists it in Files. It sets in.Err if there is none.
func (r *reader) begin(in *Input) Format {
	if len(in.Data) > maxFile {
		in.Err = ErrTooBig
	}
	if in.Err != nil {
		return ""
	}
	in.Data = withoutMark(in.Data)
	format := detect(in.Data)
	if format == "" {
		in.Err = ErrUnknown
		return ""
	}
	r.Files = append(r.Files, File{in.Path, format})
	return format
}

// parseFingerprint is [otr.ParseFingerprint] for the files of other programs, none of which
// has keys of version 4.
func parseFingerprint(digits string) (otr.Fingerprint, error) {
	f, err := otr.ParseFingerprint(digits)
	if err == nil && f.Version() != otr.V3 {
		return otr.Fingerprint{}, ErrDamaged
	}
	return f, err
}

// withoutMark returns data without the byte order mark that editors put before UTF-8.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// read parses a file that has this format.
func (r *reader) read(in Input, format Format) {
	err := in.Err
	if err == nil {
		err = r.parse(in, format)
	}
	if err != nil {
		r.problem(in.Path, err)
	}
}

// A reader collects the content of several files, under the other program's names.
type reader struct {
	*Found
	raw        keystore.Bundle
	accountsIn map[string][]keystore.Account // files of fingerprints, by path
	potr       []potrKey
	adium      map[string]adiumAccount // by the number that Adium has for it
	psi        map[string]string       // the address, by the identifier that Psi has for it
	jitsi      jitsi
}

func (r *reader) problem(path string, err error) {
	r.Problems = append(r.Problems, keystore.Problem{File: path, Err: err})
}

// detect returns the format of data, or "" if it has none of them.
func detect(data []byte) Format {
	text := bytes.TrimLeft(data, " \t\r\n\v\f")
	switch {
	case len(text) > 0 && text[0] == '(':
		return Keys
	case isJSON(text):
		if isEncryptedCoyIM(data) {
			return CoyIMEncrypted
		}
		return CoyIM
	case bytes.HasPrefix(data, potrMagic):
		return PotrKey
	case isPlist(text):
		return AdiumNames
	case beginsWith(text, psiNamespace):
		return PsiNames
	case beginsWith(text, "<sip-communicator"):
		return JitsiBuddies
	case bytes.HasPrefix(data, opensslMagic), bytes.HasPrefix(data, opensslText):
		return ChatSecureEncrypted
	case bytes.HasPrefix(data, []byte("POTRSTOR")): // doc/keystore-format.md
		return Sealed
	}
	var b keystore.Bundle
	if _ = b.ReadIdentities(data); len(b.Keys) > 0 {
		return Keys4
	}
	if _ = b.ReadFingerprints(data); len(b.Contacts) > 0 {
		return Fingerprints
	}
	if _ = b.ReadFingerprints4(data); len(b.Contacts) > 0 {
		return Contacts4
	}
	if keystore.CountTags(data) > 0 {
		return Tags
	}
	switch {
	case bytes.Contains(data, []byte(jitsiPrefix)):
		return Jitsi
	case isChatSecure(data):
		return ChatSecure
	}
	return ""
}

func (r *reader) parse(in Input, f Format) error {
	switch f {
	case Keys:
		return r.raw.ReadKeys(in.Data)
	case Fingerprints:
		var b keystore.Bundle
		err := b.ReadFingerprints(in.Data)
		r.accountsIn[in.Path] = b.Accounts()
		return errors.Join(err, r.raw.Add(b))
	case Keys4:
		return r.raw.ReadIdentities(in.Data)
	case Contacts4:
		return r.raw.ReadFingerprints4(in.Data)
	case Tags:
		r.Tags += keystore.CountTags(in.Data)
		return nil
	case PotrKey:
		return r.readPotr(in)
	case CoyIM:
		return r.readCoyIM(in.Data)
	case AdiumNames:
		return r.readAdium(in.Data)
	case PsiNames:
		return r.readPsi(in.Data)
	case Jitsi:
		return r.readJitsi(in)
	case JitsiBuddies:
		return r.readJitsiContacts(in.Data)
	case ChatSecure:
		return r.readChatSecure(in.Data)
	case CoyIMEncrypted, ChatSecureEncrypted:
		return ErrEncrypted
	default:
		return ErrSealed
	}
}

// finish converts all names to libpurple's.
func (r *reader) finish() (*Found, error) {
	for _, p := range r.placePotrKeys() {
		r.problem(p.File, p.Err)
	}
	if err := r.placeJitsi(); err != nil {
		r.problem(r.jitsi.path, err)
	}
	sure := make(map[keystore.Account]bool)
	name := func(a keystore.Account) keystore.Account {
		b, ok := r.account(a)
		sure[b] = sure[b] || ok
		return b
	}
	var problems []error
	note := func(err error) {
		if err != nil && !slices.Contains(problems, err) {
			problems = append(problems, err)
		}
	}
	for _, k := range r.raw.Keys {
		note(r.Bundle.AddKey(name(k.Account), k.Key))
	}
	for _, c := range r.raw.Contacts {
		a := name(c.Account)
		if a != c.Account {
			c.Peer = peer(a.Protocol, c.Peer)
		}
		c.Account = a
		note(r.Bundle.AddContact(c))
	}
	for _, err := range problems {
		r.problem(r.Files[0].Path, err)
	}
	for _, a := range r.Bundle.Accounts() {
		if !sure[a] {
			r.Unsure = append(r.Unsure, a)
		}
	}
	if r.Bundle.Empty() && r.Tags == 0 {
		if len(r.Problems) > 0 {
			p := r.Problems[0]
			return nil, fileError(p.File, p.Err)
		}
		return nil, ErrNothing
	}
	return r.Found, nil
}

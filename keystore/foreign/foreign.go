// SPDX-License-Identifier: GPL-2.0-or-later

// Package foreign reads the keys and fingerprints that other programs have saved.
//
// Known are the files of libotr (pidgin-otr, irssi, XChat, Kopete, Adium), those
// of python-potr (WeeChat, Gajim), and the configuration of CoyIM. What a file is
// is decided by its content. Nothing is written, and everything that is read is
// taken for hostile: sizes are bounded, keys are checked, and names are carried as
// they are, so that whoever shows them has to escape them.
//
// Other programs name accounts and buddies in other ways. They are turned into the
// names that libpurple has for them; where that is not certain, the account is
// listed in Found.Unsure, and the user has to say which one it is.
package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"purple-otr/keystore"
)

// Found is what has been read.
type Found struct {
	Bundle keystore.Bundle

	// Files are those in which there was something.
	Files []File

	// Unsure are the accounts in Bundle whose name may not be the one that
	// libpurple has for them.
	Unsure []keystore.Account

	// Tags is how many instance tags there were. They are not in Bundle.
	Tags int

	// Problems are files, or parts of them, that are not in Bundle. The texts
	// contain nothing of what is in a file.
	Problems []keystore.Problem
}

// A File is one that has been understood.
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
	PotrKey      Format = "private key of python-potr (WeeChat, Gajim)"
	CoyIM        Format = "configuration of CoyIM"
	AdiumNames   Format = "names of Adium's accounts"
	Sealed       Format = "protected profile of purple-otr"
)

var (
	// ErrUnknown: the file is of none of the formats.
	ErrUnknown = errors.New("this is not a file with keys or fingerprints of a program that is known")
	// ErrNothing: there is no such file in the folder.
	ErrNothing = errors.New("there are no keys or fingerprints of a program that is known in this folder")
	// ErrTooBig: more than any of the programs writes.
	ErrTooBig = errors.New("this file is too big")
	// ErrNoFile: it is a device, for example.
	ErrNoFile = errors.New("this is neither a file nor a folder")
	// ErrEncrypted: CoyIM's configuration is.
	ErrEncrypted = errors.New("this file is encrypted; switch off “Encrypt configuration file” in CoyIM and try again")
	// ErrSealed: it belongs to another profile of this program.
	ErrSealed = errors.New("this is a protected profile; make a backup of it with “otr-keys export -d” and its folder, and import that")
	// ErrBadKey: what should be a private key is none.
	ErrBadKey = errors.New("a private key in it is damaged or of a kind that is not known; it is left out")
	// ErrDamaged: it begins as the format demands but does not go on so.
	ErrDamaged = errors.New("this file is damaged")
)

// Limits on what is read.
const (
	maxFile  = 80 << 20 // bytes
	maxTotal = 80 << 20 // bytes, of a folder
	maxFiles = 1000     // of a folder
)

// names are those of the files that are looked at in a folder: others, such as
// copies of an earlier day, would contradict these.
var names = []string{
	"otr.private_key", "otr.fingerprints", "otr.instance_tags", // pidgin-otr, Adium
	"otr.key", "otr.fp", "otr.instag", // irssi, XChat
	"privkeys", "fingerprints", "instags", // Kopete
	"*.key3", "*.fpr", // WeeChat, Gajim
	"accounts.json", "accounts.json.enc", // CoyIM
	"Accounts.plist",    // Adium
	"purple-otr.sealed", // our own
}

// subfolder is where irssi and WeeChat have their files, within the folder that
// the user knows.
const subfolder = "otr"

// Read reads a file or a folder. It returns an error if there is nothing to be
// had from it.
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

// Load is the first half of Read: a file, or those of a folder's files that have
// one of the names.
func Load(path string) ([]Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if !info.IsDir() {
		data, err := readFile(path, maxFile)
		if err != nil {
			return nil, fileError(path, err)
		}
		return []Input{{path, data, nil}}, nil
	}
	var inputs []Input
	left := maxTotal
	for _, dir := range []string{path, filepath.Join(path, subfolder)} {
		list, err := os.ReadDir(dir)
		if err != nil && dir == path {
			return nil, fileError(path, err)
		}
		for _, e := range list {
			if !matches(e.Name()) || len(inputs) == maxFiles {
				continue
			}
			in := Input{Path: filepath.Join(dir, e.Name())}
			in.Data, in.Err = readFile(in.Path, min(left, maxFile))
			left -= len(in.Data)
			inputs = append(inputs, in)
		}
	}
	return inputs, nil
}

func matches(name string) bool {
	return slices.ContainsFunc(names, func(pattern string) bool {
		ok, _ := filepath.Match(pattern, name)
		return ok
	})
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int) ([]byte, error) {
	// Not blocking, in case it is a pipe.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNoFile
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(data) > limit {
		return nil, ErrTooBig
	}
	return data, err
}

func fileError(path string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err // its text would name the file a second time
	}
	return fmt.Errorf("%s: %w", path, err)
}

// An Input is a file's name and content.
type Input struct {
	Path string
	Data []byte // at most 80 MiB are looked at
	Err  error  // why it could not be read, or nil
}

// Parse reads files that belong together. It returns an error if there is nothing
// to be had from them.
func Parse(inputs []Input) (*Found, error) {
	r := &reader{
		Found:      new(Found),
		accountsIn: make(map[string][]keystore.Account),
		adium:      make(map[string]adiumAccount),
	}
	for _, in := range inputs {
		if len(in.Data) > maxFile {
			in.Err = ErrTooBig
		}
		if in.Err != nil {
			r.problem(in.Path, in.Err)
			continue
		}
		format := detect(in.Data)
		if format == "" {
			r.problem(in.Path, ErrUnknown)
			continue
		}
		r.Files = append(r.Files, File{in.Path, format})
		if err := r.parse(in, format); err != nil {
			r.problem(in.Path, err)
		}
	}
	return r.finish()
}

// A reader collects what is in several files, still under the names that the
// other program has.
type reader struct {
	*Found
	raw        keystore.Bundle
	accountsIn map[string][]keystore.Account // files of fingerprints, by path
	potr       []potrKey
	adium      map[string]adiumAccount // by the number that Adium has for it
}

func (r *reader) problem(path string, err error) {
	r.Problems = append(r.Problems, keystore.Problem{File: path, Err: err})
}

// detect says what data is, or nothing.
func detect(data []byte) Format {
	text := bytes.TrimLeft(data, " \t\r\n\v\f")
	switch {
	case len(text) > 0 && text[0] == '(':
		return Keys
	case len(text) > 0 && text[0] == '{':
		return CoyIM
	case bytes.HasPrefix(data, potrMagic):
		return PotrKey
	case isPlist(text):
		return AdiumNames
	case bytes.HasPrefix(data, []byte("POTRSTOR")): // doc/keystore-format.md
		return Sealed
	}
	var b keystore.Bundle
	if _ = b.ReadFingerprints(data); len(b.Contacts) > 0 {
		return Fingerprints
	}
	if keystore.CountTags(data) > 0 {
		return Tags
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
	case Tags:
		r.Tags += keystore.CountTags(in.Data)
		return nil
	case PotrKey:
		return r.readPotr(in)
	case CoyIM:
		return r.readCoyIM(in.Data)
	case AdiumNames:
		return r.readAdium(in.Data)
	default:
		return ErrSealed
	}
}

// finish gives everything its name in libpurple.
func (r *reader) finish() (*Found, error) {
	for _, p := range r.placePotrKeys() {
		r.problem(p.File, p.Err)
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
		if a.Protocol != c.Protocol {
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

// account is what libpurple calls the other program's account, and whether that
// is certain.
func (r *reader) account(a keystore.Account) (_ keystore.Account, sure bool) {
	if adium, ok := r.adium[a.Name]; ok {
		a = keystore.Account{Protocol: adium.Type, Name: adium.UID}
	}
	protocol, known := protocols[strings.ToLower(a.Protocol)]
	switch {
	case known:
		a.Protocol = protocol
	case strings.HasPrefix(a.Protocol, "prpl-"):
		return a, true
	}
	switch _, server, _ := strings.Cut(a.Name, "@"); a.Protocol {
	case jabber:
		return a, server != ""
	case irc:
		// libpurple has the server's address there. irssi and WeeChat have what
		// the user calls the network.
		return a, strings.Contains(server, ".")
	}
	return a, false
}

const (
	jabber = "prpl-jabber"
	irc    = "prpl-irc"
)

// protocols are libpurple's names of protocols by those that others have, in lower
// case.
var protocols = map[string]string{
	"irc":                          irc,    // irssi, WeeChat
	"libpurple-irc":                irc,    // Adium, as those below
	"xmpp":                         jabber, // Gajim, CoyIM
	"libpurple-jabber":             jabber,
	"libpurple-jabber-gtalk":       jabber,
	"libpurple-jabber-livejournal": jabber,
	"libpurple-oscar-aim":          "prpl-aim",
	"libpurple-oscar-mac":          "prpl-aim",
	"libpurple-oscar-icq":          "prpl-icq",
	"libpurple-gadu-gadu":          "prpl-gg",
	"libpurple-msn":                "prpl-msn",
	"libpurple-yahoo!":             "prpl-yahoo",
}

// peer is what libpurple, which normalises names, calls a buddy of a program that
// has other names.
func peer(protocol, name string) string {
	switch protocol {
	case jabber: // without resource
		name, _, _ = strings.Cut(name, "/")
		return strings.ToLower(name)
	case irc: // without WeeChat's @network; no nick has an @
		name, _, _ = strings.Cut(name, "@")
		return strings.ToLower(name)
	}
	return name
}

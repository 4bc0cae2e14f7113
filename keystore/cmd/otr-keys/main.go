// SPDX-License-Identifier: GPL-2.0-or-later

// Command otr-keys lists, backs up and imports the keys and fingerprints of a
// profile, without Pidgin. otr-keys.1 is its manual.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"purple-otr/internal/version"
	"purple-otr/keystore"
)

const name = "otr-keys"

// A command is one of the subcommands.
type command struct {
	name     string
	operands string // as the usage line shows them
	count    int    // of operands
	summary  string
	about    string // for -h, before the options
	prepare  func(*flag.FlagSet) func(*tool, []string) error
}

var commands = []command{
	{"list", "", 0, "show your keys and the known fingerprints",
		`Shows the fingerprint of each of your keys, and the known fingerprints of your
buddies: whether they are verified, and the first and last day of use.`, list},
	{"export", "file", 1, "make an encrypted backup",
		`Writes your keys, the known fingerprints and their settings to one file encrypted
with a passphrase; age and tar open it, too. If file is -, writes to standard output.`, export},
	{"import", "file|folder", 1, "import a backup, or the files of another program",
		`Imports a backup, or the keys and fingerprints of pidgin-otr, irssi, XChat,
Kopete, Adium, WeeChat, Gajim, CoyIM, Profanity, BitlBee, mcabber, Psi, Psi+, Jitsi
or ChatSecure. Keeps your own entries where they differ, unless you say otherwise.
If file is -, reads standard input.`, importing},
	{"plain", "", 0, "remove the protection, for pidgin-otr",
		`Turns protected keys and fingerprints back into the files of libotr, which
pidgin-otr reads. Then anyone who can read your files has your keys.`, plain},
}

// A tool holds the input and output of a command.
type tool struct {
	in     io.Reader
	out    *bufio.Writer
	errors io.Writer
	prefix string // of error messages

	dir        string // the folder of the profile
	unlockFile string // file with the profile's passphrase, or empty

	// ask asks a question at the terminal.
	ask func(question string) ([]byte, error)
	now func() time.Time
}

// Exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitClashes = 3
)

// errClashes means that some parts clashed and were only reported; everything else has
// been done.
var errClashes = errors.New("something clashes")

// errNotAll: something has not been done, and that has been reported.
var errNotAll = errors.New("not all has been done")

// A usageError means that the program was called wrongly.
type usageError string

func (e usageError) Error() string { return string(e) }

func main() {
	_ = keystore.NoCoreDumps() // the program still works where that is impossible
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	t := &tool{in: stdin, out: bufio.NewWriter(stdout), errors: stderr, prefix: name, ask: askTerminal, now: time.Now}
	err := t.dispatch(args)
	if flushed := t.out.Flush(); err == nil {
		err = flushed
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errClashes):
		return exitClashes
	case errors.Is(err, errNotAll):
		return exitFailed
	}
	t.complain(err)
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(stderr, "Try: %s -h\n", t.prefix)
		return exitUsage
	}
	return exitFailed
}

// complain reports err. It escapes the text, which may contain file names that somebody
// else has chosen.
func (t *tool) complain(err error) {
	text := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, err.Error())
	fmt.Fprintf(t.errors, "%s: %s\n", t.prefix, text)
}

func (t *tool) dispatch(args []string) error {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	which := f.Bool("version", false, "")
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		t.overview()
		return nil
	case err != nil:
		return usageError("the only options before the command are -h and --version")
	case *which:
		fmt.Fprintln(t.out, name, version.String())
		return nil
	case f.NArg() == 0:
		return usageError("no command given")
	}
	for _, c := range commands {
		if c.name == f.Arg(0) {
			t.prefix += " " + c.name
			return t.call(c, f.Args()[1:])
		}
	}
	return usageError(fmt.Sprintf("unknown command %q", f.Arg(0)))
}

func (t *tool) call(c command, args []string) error {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&t.dir, "d", "", "the profile `folder` (default ~/.purple, on Windows %APPDATA%\\.purple)")
	f.StringVar(&t.unlockFile, "unlock-file", "", aboutPassphraseFile("protects your keys"))
	do := c.prepare(f)
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(t.out, "usage: %s %s [option ...] %s\n\n%s\n\n", name, c.name, c.operands, c.about)
		f.SetOutput(t.out)
		f.PrintDefaults()
		return nil
	case err != nil:
		return usageError(err.Error())
	case f.NArg() != c.count:
		return usageError(strings.TrimSpace(fmt.Sprintf("usage: %s %s [option ...] %s", name, c.name, c.operands)))
	}
	return do(t, f.Args())
}

func (t *tool) overview() {
	fmt.Fprintf(t.out, "usage: %s command [option ...] [operand]\n\n", name)
	fmt.Fprint(t.out, "Lists, backs up and imports the keys of Off-the-Record conversations. Commands:\n\n")
	for _, c := range commands {
		fmt.Fprintf(t.out, "  %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(t.out, "\n\"%s command -h\" explains a command; \"%s --version\" prints the version.\n", name, name)
}

// open opens the profile, which must be there already, and unlocks it.
func (t *tool) open() (*keystore.Store, error) { return t.openWith(keystore.Open) }

// look is open for a command that changes nothing there.
func (t *tool) look() (*keystore.Store, error) {
	return t.openWith(func(dir string) (*keystore.Store, error) { return keystore.OpenReadOnly(dir), nil })
}

func (t *tool) openWith(open func(string) (*keystore.Store, error)) (*keystore.Store, error) {
	if t.dir == "" {
		dir, err := keystore.UserDir()
		if err != nil {
			return nil, err
		}
		t.dir = dir
	}
	if info, err := os.Stat(t.dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: no such folder; use -d for another one", shown(t.dir))
	}
	s, err := open(t.dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyTime)
	defer cancel()
	s.AskKeyring(ctx)
	if s.Locked() {
		if err := t.unlock(s); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// keyringTime is how long we wait for the keyring, which may ask the user for its own
// password.
const keyringTime = 2 * time.Minute

// readyTime is how long the keyring may take to say whether it remembers a protected store.
const readyTime = 5 * time.Second

func (t *tool) unlock(s *keystore.Store) error {
	switch s.Protection() {
	case keystore.ByKeyring:
		ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
		defer cancel()
		return s.UnlockKeyring(ctx)
	case keystore.ByPassphrase:
		p, err := t.passphrase(t.unlockFile, "Passphrase of your keys: ", false)
		if err != nil {
			return err
		}
		defer clear(p)
		if err := s.Unlock(p); err != nil {
			return fmt.Errorf("your keys are still locked: %w", err)
		}
		return nil
	}
	return t.problems(s)
}

// tellNoLocks is for after s has been changed.
func (t *tool) tellNoLocks(s *keystore.Store) {
	if s.NoLocks() {
		t.complain(fmt.Errorf("%s: files cannot be locked here; this has been saved, but if two programs save at the same time, one of the changes can be lost", t.dir))
	}
}

// problems reports the files that are not in order.
func (t *tool) problems(s *keystore.Store) error {
	problems := s.Problems()
	if len(problems) == 0 {
		return nil
	}
	for _, p := range problems[1:] {
		t.complain(p.Err)
	}
	return problems[0].Err
}

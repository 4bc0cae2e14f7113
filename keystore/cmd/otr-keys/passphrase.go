// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// maxPassphrase is the maximum length in bytes.
const maxPassphrase = 1024

// aboutPassphraseFile explains an option for a passphrase that does what does says.
func aboutPassphraseFile(does string) string {
	return "`file`; its first line is the passphrase that " + does + " (default: ask). /dev/fd/3 is file descriptor 3"
}

// passphraseFlag defines an option for a file with a passphrase. There is no option for the
// passphrase itself: the users of a computer see each other's command lines.
func passphraseFlag(f *flag.FlagSet, name, does string) *string {
	return f.String(name, "", aboutPassphraseFile(does))
}

// passphrase reads a passphrase from the file, or asks for it if file is empty; twice, to
// detect typing errors, if it is a new passphrase.
func (t *tool) passphrase(file, question string, twice bool) ([]byte, error) {
	if file != "" {
		return t.firstLine(file)
	}
	p, err := t.ask(question)
	if err != nil || !twice || len(p) == 0 {
		return p, err
	}
	again, err := t.ask("Repeat the passphrase: ")
	defer clear(again)
	if err == nil && subtle.ConstantTimeCompare(p, again) != 1 {
		err = errors.New("the two passphrases differ; nothing was done")
	}
	return p, err
}

// firstLine returns the first line of a file without its line break; "-" is standard
// input.
func (t *tool) firstLine(path string) ([]byte, error) {
	in := t.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	// One byte at a time: the rest of the input may be meant for another program.
	line := make([]byte, 0, maxPassphrase+1)
	for len(line) <= maxPassphrase {
		n, err := io.ReadFull(in, line[len(line):len(line)+1])
		line = line[:len(line)+n]
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if n == 0 || line[len(line)-1] == '\n' {
			return bytes.TrimRight(line, "\r\n"), nil
		}
	}
	return nil, fmt.Errorf("%s: a passphrase has at most %d bytes", shown(path), maxPassphrase)
}

// askTerminal asks at the terminal, even if standard input or output is redirected.
func askTerminal(question string) ([]byte, error) {
	in, err := os.OpenFile(terminalIn, os.O_RDWR, 0)
	if err != nil {
		return nil, errors.New("no terminal to ask for the passphrase; use -passphrase-file or -unlock-file")
	}
	defer in.Close()
	out, err := os.OpenFile(terminalOut, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	fmt.Fprint(out, question)
	p, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(out)
	return p, err
}

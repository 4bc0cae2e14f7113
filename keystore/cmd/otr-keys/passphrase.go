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

// maxPassphrase is the longest one in bytes.
const maxPassphrase = 1024

const aboutPassphraseFile = "`file` whose first line is the passphrase (otherwise you are asked); /dev/fd/3 is file descriptor 3"

// A passphraseFlag names a file with a passphrase. There is no option for the
// passphrase itself: the users of a computer see each other's command lines.
func passphraseFlag(f *flag.FlagSet, name, whose string) *string {
	return f.String(name, "", aboutPassphraseFile+whose)
}

// passphrase reads a passphrase from the file if there is one, or asks; twice if
// it is a new one.
func (t *tool) passphrase(file, question string, twice bool) ([]byte, error) {
	if file != "" {
		return t.firstLine(file)
	}
	p, err := t.ask(question)
	if err != nil || !twice || len(p) == 0 {
		return p, err
	}
	again, err := t.ask("The same again: ")
	defer clear(again)
	if err == nil && subtle.ConstantTimeCompare(p, again) != 1 {
		err = errors.New("the two passphrases are different; nothing has been done")
	}
	return p, err
}

// firstLine is that of a file, without the line break; - is standard input.
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
	// Byte by byte: what follows may be meant for another program.
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

// askTerminal asks at the terminal, whatever standard input and output are.
func askTerminal(question string) ([]byte, error) {
	in, err := os.OpenFile(terminalIn, os.O_RDWR, 0)
	if err != nil {
		return nil, errors.New("there is no terminal to ask for the passphrase; -passphrase-file reads it from a file")
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

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"purple-otr/keystore"
)

func export(f *flag.FlagSet) func(*tool, []string) error {
	file := passphraseFlag(f, "passphrase-file", "will protect the backup")
	replace := f.Bool("f", false, "replace an existing file")
	return func(t *tool, operands []string) error {
		path := operands[0]
		if path != "-" && !*replace {
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s already exists; use -f to replace it", shown(path))
			}
		}
		s, err := t.look()
		if err != nil {
			return err
		}
		defer s.Close()
		if err := t.problems(s); err != nil {
			return err // a backup that is not everything would be found out too late
		}
		b := s.Bundle()
		if b.Empty() {
			return errors.New("no backup was made, because there are no keys and no known fingerprints")
		}
		passphrase, err := t.passphrase(*file, "Passphrase for the backup: ", true)
		if err != nil {
			return err
		}
		defer clear(passphrase)
		if len(passphrase) > 0 && !keystore.JudgePassphrase(passphrase).Acceptable() {
			return errors.New("this passphrase is too easy to guess; use at least four words that do not belong together")
		}
		data, err := keystore.SealExport(b, passphrase)
		if err != nil {
			return err
		}
		if path == "-" {
			_, err = t.out.Write(data)
			return err
		}
		if err := keystore.WriteExport(path, data); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s contains %s and %s.\n", shown(path), count(len(b.Keys), "key"), count(len(b.Contacts), "fingerprint"))
		return nil
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

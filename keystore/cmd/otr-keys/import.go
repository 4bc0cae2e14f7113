// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/keystore/foreign"
	"purple-otr/otr"
)

// maxInput is the longest backup on standard input, in bytes.
const maxInput = 80 << 20

type importOptions struct {
	passphraseFile string
	dryRun, theirs bool
	accounts       accountMap
}

func importing(f *flag.FlagSet) func(*tool, []string) error {
	var o importOptions
	o.accounts = make(accountMap)
	file := passphraseFlag(f, "passphrase-file", "protects the backup or the other program's file")
	f.BoolVar(&o.dryRun, "n", false, "show what would be imported, and change nothing")
	f.BoolVar(&o.theirs, "theirs", false, "replace your entries where they clash; a copy of your old keys is kept")
	f.Var(o.accounts, "account", "`from=to`: the account that the file calls from is your account to, for example prpl-irc:libera=prpl-irc:me@irc.libera.chat; if nothing follows the =, the account is skipped. May be repeated")
	return func(t *tool, operands []string) error {
		o.passphraseFile = *file
		return t.importFrom(operands[0], o)
	}
}

func (t *tool) importFrom(path string, o importOptions) error {
	open := t.open
	if o.dryRun {
		open = t.look
	}
	s, err := open()
	if err != nil {
		return err
	}
	defer s.Close()
	b, unsure, problems, err := t.read(path, o.passphraseFile)
	if err != nil {
		return err
	}
	if err := t.rename(&b, unsure, o.accounts, s); err != nil {
		return err
	}
	p := s.Plan(b)
	if o.theirs {
		p.ReplaceAll()
	}
	if o.dryRun {
		t.report(p, keystore.Plan{}, "Nothing was changed. Result without -n: ")
	} else if err := t.apply(s, b, p); err != nil {
		return err
	}
	switch {
	case problems:
		return errNotAll
	case p.Clashes() > 0:
		return errClashes
	}
	return nil
}

// apply performs p, which was made for b, and reports the result.
func (t *tool) apply(s *keystore.Store, b keystore.Bundle, p keystore.Plan) error {
	old, err := s.Apply(p, keystore.DayOf(t.now()))
	var missing keystore.Plan
	if err != nil {
		missing = s.Plan(b) // a part of it may have been done
	} else {
		t.tellNoLocks(s)
	}
	t.report(p, missing, "")
	for _, path := range old {
		fmt.Fprintf(t.out, "Your old keys are in %s\n", shown(path))
	}
	return err
}

// read reads a backup or another program's files. Of the latter some accounts
// may be unsure, and something may be left out because of problems.
func (t *tool) read(path, passphraseFile string) (b keystore.Bundle, unsure []keystore.Account, problems bool, err error) {
	inputs := []foreign.Input{{Path: path}}
	if path == "-" {
		inputs[0].Data, err = io.ReadAll(io.LimitReader(t.in, maxInput+1))
		if err == nil && len(inputs[0].Data) > maxInput {
			err = foreign.ErrTooBig
		}
	} else {
		inputs, err = foreign.Load(path)
	}
	if err != nil {
		return b, nil, false, err
	}
	if len(inputs) == 1 && keystore.IsExport(inputs[0].Data) {
		passphrase, err := t.passphrase(passphraseFile, "Passphrase of the backup: ", false)
		if err != nil {
			return b, nil, false, err
		}
		defer clear(passphrase)
		if b, err = keystore.OpenExport(inputs[0].Data, passphrase); err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
		return b, nil, false, err
	}
	found, err := t.parse(inputs, passphraseFile)
	if err != nil {
		return b, nil, false, err
	}
	for _, f := range found.Files {
		fmt.Fprintf(t.out, "%s: %s\n", shown(f.Path), f.Format)
	}
	for _, p := range found.Problems {
		t.complain(fmt.Errorf("%s: %w", p.File, p.Err))
	}
	if found.Tags > 0 {
		fmt.Fprintf(t.out, "%s not imported: every device needs its own.\n", count(found.Tags, "instance tag"))
	}
	return found.Bundle, found.Unsure, len(found.Problems) > 0, nil
}

// parse parses another program's files, and asks for a passphrase if one is encrypted.
func (t *tool) parse(inputs []foreign.Input, passphraseFile string) (*foreign.Found, error) {
	path, ok := foreign.Encrypted(inputs)
	if !ok {
		return foreign.Parse(inputs)
	}
	passphrase, err := t.passphrase(passphraseFile, "Passphrase of "+shown(path)+": ", false)
	if err != nil {
		return nil, err
	}
	defer clear(passphrase)
	found, err := foreign.ParseEncrypted(inputs, passphrase)
	if errors.Is(err, keystore.ErrPassphrase) || errors.Is(err, keystore.ErrNoPassphrase) {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return found, err
}

// rename gives accounts the names that the user chose with -account, or the names that
// they have in this profile.
func (t *tool) rename(b *keystore.Bundle, unsure []keystore.Account, chosen accountMap, s *keystore.Store) error {
	all := b.Accounts()
	for from := range chosen {
		if !slices.Contains(all, from) {
			return fmt.Errorf("the file contains no account %s", accountName(from))
		}
	}
	missing := false
	for _, a := range unsure {
		if _, ok := chosen[a]; !ok {
			missing = true
			fmt.Fprintf(t.errors, "Which of your accounts is %s? Use -account to say it.\n", accountName(a))
		}
	}
	if missing {
		return errors.New("nothing was imported, because it is not certain whose keys and fingerprints these are")
	}
	here := s.Bundle()
	match := keystore.MatchAccounts(here.Accounts())
	return b.Rename(func(a keystore.Account) keystore.Account {
		if to, ok := chosen[a]; ok {
			return to
		}
		return match(a)
	})
}

// report prints what p does, one line for each step, and the totals. Steps that missing
// still contains have not been done.
func (t *tool) report(p, missing keystore.Plan, would string) {
	failed := make(map[any]bool)
	for _, k := range missing.Keys {
		failed[keyOf(k)] = k.Relation != keystore.Same
	}
	for _, c := range missing.Contacts {
		failed[contactOf(c)] = c.Relation != keystore.Same
	}
	for _, l := range missing.Limits {
		failed[l.Protocol] = l.Relation != keystore.Same
	}
	lost := 0
	step := func(id any, r keystore.Relation, take bool, what, theirs, ours string) {
		if take && failed[id] {
			lost++
			fmt.Fprintf(t.out, "failed %s: %s\n", what, theirs)
			return
		}
		t.step(r, take, what, theirs, ours)
	}
	for _, k := range p.Keys {
		step(keyOf(k), k.Relation, k.Import, "key of "+accountName(k.Account)+versionName(k.Key.Fingerprint()), k.Key.Fingerprint().String(), k.Ours.String())
	}
	for _, c := range p.Contacts {
		step(contactOf(c), c.Relation, c.Import, fmt.Sprintf("fingerprint of %s, %v", buddyName(c.Buddy), c.Fingerprint), trustName(c.Trust), trustName(c.Ours))
	}
	for _, l := range p.Limits {
		step(l.Protocol, l.Relation, l.Import, "longest message of "+shown(l.Protocol), count(l.Limit, "byte"), count(l.Ours, "byte"))
	}
	taken, clashes := p.Imports(), p.Clashes()
	same := len(p.Keys) + len(p.Contacts) + len(p.Limits) - taken - clashes
	fmt.Fprintf(t.out, "%s%d imported, %d unchanged, %d clashing and not imported", would, taken-lost, same, clashes)
	if lost > 0 {
		fmt.Fprintf(t.out, ", %d not saved", lost)
	}
	fmt.Fprintln(t.out)
}

// keyOf returns a key that identifies a step about a private key.
func keyOf(k keystore.KeyStep) any {
	return struct {
		keystore.Account
		otr.Version
	}{k.Account, k.Key.Fingerprint().Version()}
}

// contactOf returns a key that identifies a step about a contact.
func contactOf(c keystore.ContactStep) any {
	return keystore.Contact{Buddy: c.Buddy, Fingerprint: c.Fingerprint}
}

func (t *tool) step(r keystore.Relation, take bool, what, theirs, ours string) {
	fmt.Fprintf(t.out, "%-5s  %s: ", r, what)
	switch {
	case r == keystore.Clash && take:
		fmt.Fprintf(t.out, "%s, replaces %s\n", theirs, ours)
	case r == keystore.Clash:
		fmt.Fprintf(t.out, "%s is kept, the file has %s\n", ours, theirs)
	case r == keystore.Same:
		fmt.Fprintf(t.out, "%s\n", ours)
	default:
		fmt.Fprintf(t.out, "%s\n", theirs)
	}
}

// An accountMap holds the -account options.
type accountMap map[keystore.Account]keystore.Account

func (m accountMap) String() string { return "" }

// Set adds PROTOCOL:NAME=PROTOCOL:NAME. A name may contain "=", so Set splits at the "="
// before the last protocol of libpurple, or at a final "=".
func (m accountMap) Set(s string) error {
	from, to, ok := s, "", true
	if i := strings.LastIndex(s, "=prpl-"); i >= 0 {
		from, to = s[:i], s[i+1:]
	} else if from, ok = strings.CutSuffix(s, "="); !ok {
		return errors.New("it must look like protocol:name=prpl-protocol:name")
	}
	a, ok1 := parseAccount(from)
	b, ok2 := parseAccount(to)
	if !ok1 || !ok2 && to != "" {
		return errors.New("it must look like protocol:name=prpl-protocol:name")
	}
	m[a] = b
	return nil
}

func parseAccount(s string) (a keystore.Account, ok bool) {
	a.Protocol, a.Name, ok = strings.Cut(s, ":")
	return a, ok && a.Protocol != "" && a.Name != ""
}

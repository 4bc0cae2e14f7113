// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"errors"
	"fmt"
	"math/big"

	"purple-otr/otr"
)

// A LongTermKey is the private key of an account: an [otr.PrivateKey], or an
// [otr.IdentityKey] for version 4.
type LongTermKey interface{ Fingerprint() otr.Fingerprint }

// longTermKey has the types of a [LongTermKey].
type longTermKey interface {
	*otr.PrivateKey | *otr.IdentityKey
	LongTermKey
}

type keys = page[Account, *otr.PrivateKey]

const maxKeysFile = 1 << 20 // about 1000 keys

// keysFormat is otr.private_key: (privkeys (account ...) (account ...)).
func keysFormat() format[Account, *otr.PrivateKey] {
	return format[Account, *otr.PrivateKey]{
		name:  "otr.private_key",
		limit: maxKeysFile,
		parse: parseKeys,
		text:  keyText,
		check: checkAccount,
		join:  joinKeys,
	}
}

func checkAccount(a Account) error { return checkNames(a.Name, a.Protocol) }

func parseKeys(data []byte) (*keys, error) { return parseEntries(data, plainNumbers) }

// numbersOf finds an account's DSA numbers in its (private-key ...). The caller calls
// done after using them.
type numbersOf func(a Account, private sexp) (numbers sexp, done func(), err error)

func plainNumbers(_ Account, private sexp) (numbers sexp, done func(), err error) {
	numbers, ok := private.child("dsa")
	if !ok {
		return sexp{}, nil, errors.New("its key is not a DSA key")
	}
	return numbers, func() {}, nil
}

// parseEntries reads as many keys as it can, and returns an error unless it could read
// the whole file.
func parseEntries(data []byte, find numbersOf) (*keys, error) {
	p := newPage[Account, *otr.PrivateKey](0)
	r := &sexpReader{data: data}
	if !r.accept('(') {
		return p, errors.New("it is not a list of keys")
	}
	if name, err := r.atom(); err != nil || string(name) != "privkeys" {
		return p, errors.New("it is not a list of keys")
	}
	var problem error
	for n := 1; !r.accept(')'); n++ {
		e, err := r.expr(1)
		if err != nil {
			return p, err
		}
		account, key, err := parseKey(e, find)
		if err != nil {
			// Do not use an earlier key of the account instead: damage must
			// not decide which key a user has.
			p.drop(account)
			problem = fmt.Errorf("entry %d: %w", n, err)
			continue
		}
		p.add(e.text, account, key)
	}
	if !r.atEnd() {
		return p, r.errorf("there is something after the end")
	}
	return p, problem
}

// parseKey parses one account's entry. It may return the account even on error.
func parseKey(e sexp, find numbersOf) (a Account, k *otr.PrivateKey, err error) {
	if len(e.list) == 0 || string(e.list[0].atom) != "account" {
		return a, nil, errors.New("it is not an account")
	}
	name, ok1 := e.field("name")
	protocol, ok2 := e.field("protocol")
	if !ok1 || !ok2 {
		return a, nil, errors.New("it does not say whose it is")
	}
	a = Account{Protocol: string(protocol), Name: string(name)}
	private, ok := e.child("private-key")
	if !ok {
		return a, nil, errors.New("there is no key in it")
	}
	numbers, done, err := find(a, private)
	if err != nil {
		return a, nil, err
	}
	defer done()
	d := new(dsa.PrivateKey)
	fields := keyNumbers(d)
	if len(private.list) != 2 || len(numbers.list) != 1+len(fields) || string(numbers.list[0].atom) != "dsa" {
		return a, nil, errors.New("there is something else in its key")
	}
	for _, f := range fields {
		b, ok := numbers.field(f.name)
		if !ok {
			return a, nil, errors.New("its key is not complete")
		}
		*f.number = new(big.Int).SetBytes(b)
	}
	k, err = otr.NewPrivateKey(d)
	if err != nil {
		return a, nil, errors.New("its key is not valid")
	}
	return a, k, nil
}

type keyNumber struct {
	name   string
	number **big.Int
}

func keyNumbers(d *dsa.PrivateKey) []keyNumber {
	return []keyNumber{{"p", &d.P}, {"q", &d.Q}, {"g", &d.G}, {"y", &d.Y}, {"x", &d.X}}
}

// keyText formats an entry as libotr does, including trailing spaces.
func keyText(a Account, k *otr.PrivateKey) ([]byte, error) {
	numbers := numbersText(k)
	defer clear(numbers)
	return entryOf(a, numbers), nil
}

func entryOf(a Account, private []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "(account\n(name %s)\n(protocol %s)\n(private-key \n%s )\n )",
		sexpString([]byte(a.Name)), sexpString([]byte(a.Protocol)), private)
	return out.Bytes()
}

func numbersText(k *otr.PrivateKey) []byte {
	var out bytes.Buffer
	out.WriteString(" (dsa \n")
	for _, f := range keyNumbers(k.DSA()) {
		fmt.Fprintf(&out, "  (%s %s)\n", f.name, sexpNumber(*f.number))
	}
	out.WriteString("  )\n")
	return out.Bytes()
}

func joinKeys(p *keys) []byte {
	var out bytes.Buffer
	out.WriteString("(privkeys\n")
	for text := range p.texts {
		fmt.Fprintf(&out, " %s\n", text)
	}
	out.WriteString(")\n")
	return out.Bytes()
}

// Accounts lists the accounts that have a key of any version, in the order of the files.
func (s *Store) Accounts() []Account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Account
	for a := range s.keys.page.keys {
		out = append(out, a)
	}
	for a := range s.keys4.page.keys {
		if _, ok := s.keys.page.get(a); !ok {
			out = append(out, a)
		}
	}
	return out
}

// Key returns the account's key, or nil. If an XMPP account has no key under its own
// resource, but other resources of it have exactly one key between them, Key returns that
// one: its user has changed the resource, and buddies know them by this key.
func (s *Store) Key(a Account) *otr.PrivateKey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return findKey(s.keys.page, a)
}

func findKey[K longTermKey](p *page[Account, K], a Account) (found K) {
	if k, ok := p.get(a); ok {
		return k
	}
	for other := range p.keys {
		if other.Bare() != a.Bare() {
			continue
		}
		k, _ := p.get(other)
		if found != nil && found.Fingerprint() != k.Fingerprint() {
			return nil
		}
		found = k
	}
	return found
}

// SetKey saves k as the account's key and replaces any other. It fails with
// [ErrKeyChanged] if another process has saved one since the file was last read; then Key
// returns the other process's key.
func (s *Store) SetKey(a Account, k *otr.PrivateKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return setKey(s, s.keys, a, k)
}

func setKey[K longTermKey](s *Store, t *table[Account, K], a Account, k K) error {
	expected, _ := t.page.get(a)
	raced := false
	err := update(s, t, func(p *page[Account, K]) error {
		// Overwriting a key that we have not seen would lose it, while the other
		// process continues to use it.
		now, ok := p.get(a)
		if ok && (expected == nil || now.Fingerprint() != expected.Fingerprint()) && now.Fingerprint() != k.Fingerprint() {
			raced = true
			return nil
		}
		return t.put(p, a, k)
	})
	if err == nil && raced {
		err = ErrKeyChanged
	}
	return err
}

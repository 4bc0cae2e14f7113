// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"encoding/binary"
	"math/big"
	"path/filepath"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// python-potr, and CoyIM within its configuration, write a private key as
//
//	type  2 bytes, 0 for DSA
//	p, q, g, y, x  each an MPI: length, 4 bytes, and a number of that length
//
// all big endian, as in the specification's section "Public keys, signatures, and
// fingerprints". Only the name of the file, NAME.key3, tells the owner of the key; next
// to it is NAME.fpr in libotr's format. WeeChat uses the account's name, nick@network, as
// NAME. Gajim uses a label, and NAME.fpr contains the account's address.

// potrMagic is the beginning of such a file: type 0, and the length of p, which is less
// than 64 kB.
var potrMagic = []byte{0, 0, 0, 0}

// maxNumber is the longest number in bytes: p may have 4096 bits, and a zero byte
// before them.
const maxNumber = 513

// parseKey parses a key that takes up all of data.
func parseKey(data []byte) (*otr.PrivateKey, error) {
	if len(data) < 2 || data[0] != 0 || data[1] != 0 {
		return nil, ErrBadKey
	}
	data = data[2:]
	d := new(dsa.PrivateKey)
	for _, number := range []**big.Int{&d.P, &d.Q, &d.G, &d.Y, &d.X} {
		if len(data) < 4 {
			return nil, ErrBadKey
		}
		n := binary.BigEndian.Uint32(data)
		data = data[4:]
		if n > maxNumber || int(n) > len(data) {
			return nil, ErrBadKey
		}
		*number = new(big.Int).SetBytes(data[:n])
		data = data[n:]
	}
	if len(data) > 0 {
		return nil, ErrBadKey
	}
	k, err := otr.NewPrivateKey(d)
	if err != nil {
		return nil, ErrBadKey
	}
	return k, nil
}

// unknown stands for a protocol that the file does not name.
const unknown = "unknown"

// A potrKey is a key whose account is not known yet.
type potrKey struct {
	path string
	key  *otr.PrivateKey
}

func (r *reader) readPotr(in Input) error {
	k, err := parseKey(in.Data)
	if err == nil {
		r.potr = append(r.potr, potrKey{in.Path, k})
	}
	return err
}

// placePotrKeys adds the keys to the bundle under their accounts' names.
func (r *reader) placePotrKeys() (problems []keystore.Problem) {
	for _, p := range r.potr {
		name := strings.TrimSuffix(filepath.Base(p.path), ".key3")
		a := keystore.Account{Protocol: unknown, Name: name}
		if beside, ok := r.potrAccount(p.path); ok {
			a = beside
		}
		if err := r.raw.AddKey(a, p.key); err != nil {
			problems = append(problems, keystore.Problem{File: p.path, Err: err})
		}
	}
	return problems
}

// potrAccount returns the account in the .fpr file next to a key, if all its lines have
// the same one.
func (r *reader) potrAccount(path string) (a keystore.Account, ok bool) {
	all := r.accountsIn[strings.TrimSuffix(path, ".key3")+".fpr"]
	if len(all) != 1 {
		return a, false
	}
	return all[0], true
}

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
// all big endian, in the way of "Public keys, signatures, and fingerprints" of the
// specification. Whose key it is says only the file's name, NAME.key3, beside which
// is NAME.fpr in the format of libotr. To WeeChat the name is that of the account,
// nick@network. To Gajim it is a label, and NAME.fpr has the account's address.

// potrMagic is how such a file begins: type 0, and the length of p, which is less
// than 64 kB.
var potrMagic = []byte{0, 0, 0, 0}

// maxNumber is the longest number in bytes: p may have 4096 bits, and a zero byte
// before them.
const maxNumber = 513

// parseKey reads a key that is all of data.
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

// unknown stands for a protocol of which there is no word.
const unknown = "unknown"

// A potrKey waits for its account's name.
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

// placePotrKeys adds the keys under the names of their accounts.
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

// potrAccount is the account that all lines of the file of fingerprints beside a
// key are about.
func (r *reader) potrAccount(path string) (a keystore.Account, ok bool) {
	all := r.accountsIn[strings.TrimSuffix(path, ".key3")+".fpr"]
	if len(all) != 1 {
		return a, false
	}
	return all[0], true
}

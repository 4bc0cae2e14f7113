// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"io"

	"purple-otr/keystore/internal/seal"
	"purple-otr/otr"
)

// maxSealedKeys is maxKeysFile, with room for sealing each key and writing it in
// hexadecimal digits.
const maxSealedKeys = 4 * maxKeysFile

// sealedKeysFormat is otr.private_key with a sealed form of each key instead of its
// numbers. Each key is sealed a second time, bound to its account, so that no private key
// needs to be decrypted when other parts of the store are read or changed.
func sealedKeysFormat(master *seal.Key, rand io.Reader) format[Account, *otr.PrivateKey] {
	plain := keysFormat()
	return format[Account, *otr.PrivateKey]{
		name:  plain.name,
		limit: maxSealedKeys,
		parse: func(data []byte) (*keys, error) {
			return parseEntries(data, func(a Account, private sexp) (sexp, func(), error) {
				return openNumbers(master, a, private)
			})
		},
		text:  func(a Account, k *otr.PrivateKey) ([]byte, error) { return sealedKeyText(master, rand, a, k) },
		check: plain.check,
		join:  plain.join,
	}
}

func sealedKeyText(master *seal.Key, rand io.Reader, a Account, k *otr.PrivateKey) ([]byte, error) {
	numbers := numbersText(k)
	defer clear(numbers)
	sealed, err := master.Seal(rand, numbers, purposeKey, a.Protocol, a.Name)
	if err != nil {
		return nil, err
	}
	return entryOf(a, fmt.Appendf(nil, " (sealed #%X#)\n", sealed)), nil
}

// openNumbers decrypts the output of numbersText; done clears it.
func openNumbers(master *seal.Key, a Account, private sexp) (numbers sexp, done func(), err error) {
	sealed, ok := private.field("sealed")
	if !ok {
		return sexp{}, nil, errors.New("its key is not sealed")
	}
	text, err := master.Open(sealed, purposeKey, a.Protocol, a.Name)
	if err != nil {
		return sexp{}, nil, errors.New("its key was not sealed for it")
	}
	done = func() { clear(text) }
	r := &sexpReader{data: text}
	numbers, err = r.expr(1)
	if err != nil || !r.atEnd() {
		done()
		return sexp{}, nil, errors.New("its key cannot be understood")
	}
	return numbers, done, nil
}

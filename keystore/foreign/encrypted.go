// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"

	"golang.org/x/crypto/scrypt"

	"purple-otr/keystore"
)

// CoyIM encrypts its configuration with AES-256-GCM. scrypt makes 48 bytes of the
// passphrase: the key, and 16 bytes of additional data. See its config/encrypted_config.go.
//
// ChatSecure and KeySync encrypt as "openssl enc -aes-256-cbc" does: "Salted__", a salt of
// 8 bytes, and the ciphertext, all of it possibly in base64.

const (
	coyimKey   = 32
	coyimExtra = 16
	coyimNonce = 12

	// CoyIM itself uses N = 2^18, R = 8 and P = 1, which takes 256 MiB. A file can come
	// from anybody. Twice as much is accepted where an address has 64 bits.
	maxScryptMemory = 256 << 20 << (^uint(0) >> 63) // bytes
	maxScryptWork   = 4 * (8 << 18)                 // N·R·P
)

var (
	opensslMagic = []byte("Salted__")
	// opensslText is how base64 of opensslMagic begins, whatever follows it.
	opensslText = []byte("U2FsdGVkX1")
)

// Encrypted returns the path of the first file that only [ParseEncrypted] can read.
func Encrypted(inputs []Input) (path string, ok bool) {
	for _, in := range inputs {
		if in.Err == nil && len(in.Data) <= maxFile && detect(withoutMark(in.Data)).encrypted() {
			return in.Path, true
		}
	}
	return "", false
}

func (f Format) encrypted() bool { return f == CoyIMEncrypted || f == ChatSecureEncrypted }

// ParseEncrypted is [Parse] for files some of which are encrypted with a passphrase. It
// takes a second, and 256 MiB of memory meanwhile. It fails with [keystore.ErrPassphrase]
// if the passphrase opens none of these files.
func ParseEncrypted(inputs []Input, passphrase []byte) (*Found, error) {
	if len(passphrase) == 0 {
		return nil, keystore.ErrNoPassphrase
	}
	var plain []Input
	defer func() {
		for _, in := range plain {
			clear(in.Data)
		}
	}()
	r := newReader()
	opened, wrong := false, false
	for _, in := range inputs {
		format := r.begin(&in)
		if format.encrypted() {
			data, err := decrypt(format, in.Data, passphrase)
			opened, wrong = opened || err == nil, wrong || errors.Is(err, keystore.ErrPassphrase)
			in.Data, in.Err = data, err
			plain = append(plain, in)
			format = format.inside()
		}
		r.read(in, format)
	}
	if wrong && !opened {
		return nil, keystore.ErrPassphrase
	}
	return r.finish()
}

// inside is the format of what an encrypted file contains.
func (f Format) inside() Format {
	if f == ChatSecureEncrypted {
		return ChatSecure
	}
	return CoyIM
}

// decrypt returns the content of an encrypted file, which the caller must clear.
func decrypt(f Format, data, passphrase []byte) ([]byte, error) {
	if f == ChatSecureEncrypted {
		return decryptOpenSSL(data, passphrase)
	}
	return decryptCoyIM(data, passphrase)
}

// coyimParams are CoyIM's parameters. Nonce and Salt are hexadecimal.
type coyimParams struct {
	Nonce, Salt string
	N, R, P     int
}

// affordable limits what trying one passphrase costs.
func (p coyimParams) affordable() bool {
	if p.N < 2 || p.R < 1 || p.P < 1 || p.N > maxScryptWork || p.R > maxScryptWork || p.P > maxScryptWork {
		return false
	}
	n, r := int64(p.N), int64(p.R)
	return n*r <= maxScryptMemory/128 && r*int64(p.P) <= maxScryptMemory/128 && n*r*int64(p.P) <= maxScryptWork
}

func decryptCoyIM(data, passphrase []byte) ([]byte, error) {
	var c coyimConfig
	var p coyimParams
	if json.Unmarshal(data, &c) != nil || json.Unmarshal(c.Params, &p) != nil {
		return nil, ErrDamaged
	}
	nonce, err1 := hex.DecodeString(p.Nonce)
	salt, err2 := hex.DecodeString(p.Salt)
	sealed, err3 := hex.DecodeString(c.Data)
	if err1 != nil || err2 != nil || err3 != nil || len(nonce) != coyimNonce || len(salt) == 0 {
		return nil, ErrDamaged
	}
	if !p.affordable() {
		return nil, ErrWork
	}
	keys, err := scrypt.Key(passphrase, salt, p.N, p.R, p.P, coyimKey+coyimExtra)
	if err != nil {
		return nil, ErrDamaged
	}
	defer clear(keys)
	block, err := aes.NewCipher(keys[:coyimKey])
	if err != nil {
		return nil, ErrDamaged
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, ErrDamaged
	}
	plain, err := gcm.Open(nil, nonce, sealed, keys[coyimKey:])
	if err != nil {
		return nil, keystore.ErrPassphrase
	}
	return plain, nil
}

// decryptOpenSSL tries OpenSSL's former digest, which ChatSecure uses, and its present one.
// Because nothing authenticates the content, the passphrase is right if the content is.
func decryptOpenSSL(data, passphrase []byte) ([]byte, error) {
	if len(data) > 2*maxProperties {
		return nil, ErrTooBig
	}
	if bytes.HasPrefix(data, opensslText) {
		text := bytes.TrimRight(bytes.Join(bytes.Fields(data), nil), "=")
		n, err := base64.RawStdEncoding.Decode(text, text)
		if err != nil {
			return nil, ErrDamaged
		}
		data = text[:n]
	}
	const start = 16 // of the ciphertext
	if len(data) <= start || len(data)%aes.BlockSize != 0 || !bytes.HasPrefix(data, opensslMagic) {
		return nil, ErrDamaged
	}
	// ChatSecure cannot use other characters than those of ASCII, and encodes them.
	encoded := base64.StdEncoding.AppendEncode(nil, passphrase)
	defer clear(encoded)
	for _, p := range [][]byte{passphrase, encoded} {
		for _, digest := range []func() hash.Hash{md5.New, sha256.New} {
			keys := opensslKey(digest(), p, data[len(opensslMagic):start])
			plain, ok := decryptCBC(keys, data[start:])
			clear(keys)
			if ok && isChatSecure(plain) {
				return plain, nil
			}
			clear(plain)
		}
	}
	return nil, keystore.ErrPassphrase
}

// opensslKey makes a key of 32 bytes and an IV of 16, as OpenSSL's EVP_BytesToKey does
// with one iteration.
func opensslKey(h hash.Hash, passphrase, salt []byte) []byte {
	keys := make([]byte, 0, 96)
	var last []byte
	for len(keys) < 32+aes.BlockSize {
		h.Reset()
		h.Write(last)
		h.Write(passphrase)
		h.Write(salt)
		last = h.Sum(nil)
		keys = append(keys, last...)
	}
	return keys[:32+aes.BlockSize]
}

// decryptCBC decrypts whole blocks and removes the padding of PKCS #7.
func decryptCBC(keys, data []byte) (plain []byte, ok bool) {
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, false
	}
	plain = make([]byte, len(data))
	cipher.NewCBCDecrypter(block, keys[32:]).CryptBlocks(plain, data)
	n := int(plain[len(plain)-1])
	if n < 1 || n > aes.BlockSize || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(n)}, n)) {
		return plain, false
	}
	return plain[:len(plain)-n], true
}

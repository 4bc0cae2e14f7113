// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"encoding/hex"
	"encoding/json"

	"purple-otr/keystore"
)

// coyimConfig holds the fields of accounts.json that we use. All accounts are XMPP
// accounts, named without a resource. Keys are in base64; see parseKey.
type coyimConfig struct {
	Accounts []struct {
		Account     string
		PrivateKeys [][]byte
		PrivateKey  []byte // of early versions
		InstanceTag uint32

		Peers []struct {
			UserID       string
			Fingerprints []struct {
				FingerprintHex string
				Trusted        bool
			}
		}
		KnownFingerprints []struct { // of early versions
			UserID         string
			FingerprintHex string
			Untrusted      bool
		}
	}

	// These two fields exist only if the rest is encrypted.
	Params json.RawMessage
	Data   string
}

// isJSON reports whether text begins like a JSON object. Psi's identifiers of accounts
// begin with "{", too.
func isJSON(text []byte) bool {
	inside, ok := bytes.CutPrefix(text, []byte("{"))
	inside = bytes.TrimLeft(inside, " \t\r\n")
	return ok && (len(inside) == 0 || inside[0] == '"' || inside[0] == '}')
}

// isEncryptedCoyIM reports whether data is a configuration that CoyIM has encrypted.
func isEncryptedCoyIM(data []byte) bool {
	var c coyimConfig
	return json.Unmarshal(data, &c) == nil && len(c.Accounts) == 0 && c.Params != nil && c.Data != ""
}

func (r *reader) readCoyIM(data []byte) error {
	var c coyimConfig
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&c); err != nil || d.More() {
		return ErrDamaged // the decoder's message could quote the content
	}
	if len(c.Accounts) == 0 {
		return ErrUnknown
	}
	var errs []error
	for _, a := range c.Accounts {
		account := keystore.Account{Protocol: "xmpp", Name: a.Account}
		if a.InstanceTag != 0 {
			r.Tags++
		}
		if a.PrivateKey != nil {
			a.PrivateKeys = append(a.PrivateKeys, a.PrivateKey)
		}
		errs = append(errs, r.coyimKey(account, a.PrivateKeys))
		for _, p := range a.Peers {
			for _, f := range p.Fingerprints {
				errs = append(errs, r.coyimContact(account, p.UserID, f.FingerprintHex, f.Trusted))
			}
		}
		for _, f := range a.KnownFingerprints {
			errs = append(errs, r.coyimContact(account, f.UserID, f.FingerprintHex, !f.Untrusted))
		}
	}
	return first(errs)
}

// coyimKey adds the first DSA key, which is the one that CoyIM uses. Keys of other kinds
// are skipped.
func (r *reader) coyimKey(a keystore.Account, keys [][]byte) error {
	for _, data := range keys {
		if k, err := parseKey(data); err == nil {
			return r.raw.AddKey(a, k)
		}
	}
	if len(keys) > 0 {
		return ErrBadKey
	}
	return nil
}

func (r *reader) coyimContact(a keystore.Account, user, digits string, trusted bool) error {
	b, err := hex.DecodeString(digits)
	if err != nil {
		return ErrDamaged
	}
	if len(b) == 0 {
		return nil // CoyIM itself removes these
	}
	f, err := parseFingerprint(digits)
	if err != nil {
		return ErrDamaged
	}
	c := keystore.Contact{Buddy: keystore.Buddy{Account: a, Peer: user}, Fingerprint: f}
	if trusted {
		c.Trust = keystore.Verified
	}
	return r.raw.AddContact(c)
}

// first returns the first error: a file may cause thousands of identical ones.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

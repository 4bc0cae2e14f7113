// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"

	"howett.net/plist"
)

// Adium writes libotr's files, but with a number instead of the account's name, and with
// its own names of protocols. Accounts.plist maps numbers to accounts.

// An adiumAccount is an account in Accounts.plist.
type adiumAccount struct {
	ObjectID string // the number
	Type     string // of the protocol, such as libpurple-Jabber
	UID      string // the name
}

// maxPlist is more than Adium needs for its list of accounts, in bytes.
const maxPlist = 1 << 20

func isPlist(text []byte) bool {
	return bytes.HasPrefix(text, []byte("bplist")) ||
		bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text[:min(len(text), 1000)], []byte("<plist"))
}

func (r *reader) readAdium(data []byte) (err error) {
	if len(data) > maxPlist {
		return ErrTooBig
	}
	// The plist decoder does not catch runtime panics, so we must.
	defer func() {
		if recover() != nil {
			err = ErrDamaged
		}
	}()
	var list struct{ Accounts []adiumAccount }
	if _, err := plist.Unmarshal(data, &list); err != nil {
		return ErrDamaged // the decoder's message could quote the content
	}
	for _, a := range list.Accounts {
		if a.ObjectID != "" && a.UID != "" {
			r.adium[a.ObjectID] = a
		}
	}
	return nil
}

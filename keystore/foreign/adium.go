// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"

	"howett.net/plist"
)

// Adium's files are those of libotr, but with a number in the place of the
// account's name, and with Adium's names of protocols. Which account has which
// number is in Accounts.plist.

// An adiumAccount is an account as Accounts.plist has it.
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
	// The decoder hands on panics of the run-time system.
	defer func() {
		if recover() != nil {
			err = ErrDamaged
		}
	}()
	var list struct{ Accounts []adiumAccount }
	if _, err := plist.Unmarshal(data, &list); err != nil {
		return ErrDamaged // the decoder's text may have some of the content
	}
	for _, a := range list.Accounts {
		if a.ObjectID != "" && a.UID != "" {
			r.adium[a.ObjectID] = a
		}
	}
	return nil
}

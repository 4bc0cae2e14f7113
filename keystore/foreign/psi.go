// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"encoding/xml"
)

// Psi and Psi+ write libotr's files, but with an identifier instead of the account's
// address. accounts.xml maps identifiers to addresses.

// maxXML is more than these programs need for their lists, in bytes.
const maxXML = 4 << 20

// psiNamespace is the namespace of all options of Psi.
const psiNamespace = "http://psi-im.org/options"

// beginsWith reports whether text is XML in whose beginning there is mark.
func beginsWith(text []byte, mark string) bool {
	return len(text) > 0 && text[0] == '<' && bytes.Contains(text[:min(len(text), 1000)], []byte(mark))
}

func (r *reader) readPsi(data []byte) error {
	if len(data) > maxXML {
		return ErrTooBig
	}
	var list struct {
		Accounts struct {
			List []struct {
				ID  string `xml:"id"`
				JID string `xml:"jid"`
			} `xml:",any"`
		} `xml:"accounts"`
	}
	if err := xml.Unmarshal(data, &list); err != nil {
		return ErrDamaged // the decoder's message could quote the content
	}
	for _, a := range list.Accounts.List {
		if a.ID != "" && a.JID != "" {
			r.psi[a.ID] = a.JID
		}
	}
	return nil
}

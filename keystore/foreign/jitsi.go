// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"encoding/xml"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// Jitsi writes properties. Those of OTR are called
//
//	UID_privateKey, UID_publicKey                see javakey.go
//	BUDDY_fingerprints                           hexadecimal, with commas between them
//	BUDDYFINGERPRINT_fingerprint_verified        true or false
//	BUDDY_publicKey, BUDDY_publicKey_verified    in early versions
//
// after jitsiOTR. UID is an account, such as Jabber:alice@example.org@example.org, and
// BUDDY an address, but in both every character except letters and digits has become "_".
// Other properties have the UIDs, and contactlist.xml has the addresses and the UID of the
// account that knows each of them.

const (
	jitsiPrefix  = "net.java.sip.communicator."
	jitsiOTR     = jitsiPrefix + "plugin.otr."
	jitsiAccount = ".ACCOUNT_UID"
)

// maxJitsiAccounts is the number of accounts that may know one buddy: all of them get the
// buddy's fingerprints.
const maxJitsiAccounts = 16

// maxJitsiName is more than the name of a property about an address needs, in bytes. There
// may be many fingerprints for one name.
const maxJitsiName = 4000

// A jitsi collects the content of Jitsi's files.
type jitsi struct {
	path     string   // of the properties
	names    []string // of the properties of OTR, in order
	values   map[string]string
	accounts map[string]keystore.Account // by the changed UID
	buddies  map[string][]keystore.Buddy // by the changed address
}

func (r *reader) readJitsi(in Input) error {
	j := &r.jitsi
	j.path = in.Path
	return properties(in.Data, func(name, value string) {
		if strings.HasSuffix(name, jitsiAccount) && strings.HasPrefix(name, jitsiPrefix) {
			j.addAccount(value)
		}
		if name, ok := strings.CutPrefix(name, jitsiOTR); ok && len(name) <= maxJitsiName {
			if _, seen := j.values[name]; !seen {
				j.names = append(j.names, name)
			}
			j.values[name] = value
		}
	})
}

func (j *jitsi) addAccount(uid string) keystore.Account {
	a := jitsiName(uid)
	j.accounts[jitsiMangle(uid)] = a
	return a
}

// jitsiName returns the account that a UID, PROTOCOL:USER@SERVICE, is about. USER contains
// the server if the protocol is XMPP.
func jitsiName(uid string) keystore.Account {
	protocol, name, ok := strings.Cut(uid, ":")
	if !ok {
		return keystore.Account{Protocol: unknown, Name: uid}
	}
	protocol = strings.ToLower(protocol)
	needed := 1 // of the signs "@"
	if p := protocols[protocol]; p == jabber || p == irc {
		needed = 2
	}
	if strings.Count(name, "@") >= needed {
		name = name[:strings.LastIndexByte(name, '@')]
	}
	return keystore.Account{Protocol: protocol, Name: name}
}

// jitsiMangle changes a UID or an address as Jitsi does. Java's characters are UTF-16
// units, and half a character is neither letter nor digit.
func jitsiMangle(s string) string {
	var out strings.Builder
	if r, _ := utf8.DecodeRuneInString(s); unicode.IsDigit(r) {
		out.WriteByte('p')
	}
	for _, r := range s {
		switch {
		case r > 0xffff:
			out.WriteString("__")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(r)
		default:
			out.WriteByte('_')
		}
	}
	return out.String()
}

// readJitsiContacts reads contactlist.xml.
func (r *reader) readJitsiContacts(data []byte) error {
	if len(data) > maxXML {
		return ErrTooBig
	}
	d := xml.NewDecoder(strings.NewReader(string(data)))
	depth := 0
	for {
		token, err := d.Token()
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if t.Name.Local == "contact" {
				r.jitsi.addBuddy(attribute(t, "account-id"), attribute(t, "address"))
			}
		case xml.EndElement:
			if depth--; depth == 0 {
				return nil
			}
		}
		if err != nil {
			return ErrDamaged // the decoder's message could quote the content
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (j *jitsi) addBuddy(uid, address string) {
	if uid == "" || address == "" {
		return
	}
	b := keystore.Buddy{Account: j.addAccount(uid), Peer: address}
	id := jitsiMangle(address)
	all := j.buddies[id]
	if slices.Contains(all, b) {
		return
	}
	// An address that is not the first one makes all of them useless; see jitsiContact.
	if len(all) < maxJitsiAccounts || len(all) == maxJitsiAccounts && !strings.EqualFold(all[0].Peer, address) {
		j.buddies[id] = append(all, b)
	}
}

// placeJitsi adds everything to the bundle under the names of accounts and buddies.
func (r *reader) placeJitsi() error {
	j := &r.jitsi
	var errs []error
	for _, name := range j.names {
		if uid, ok := strings.CutSuffix(name, "_privateKey"); ok {
			k, err := javaKey(j.values[name], j.values[uid+"_publicKey"])
			if err == nil {
				err = r.raw.AddKey(j.account(uid), k)
			}
			errs = append(errs, err)
		} else if buddy, ok := strings.CutSuffix(name, "_fingerprints"); ok {
			for digits := range strings.SplitSeq(j.values[name], ",") {
				f, err := parseFingerprint(digits)
				if err != nil {
					errs = append(errs, ErrDamaged)
					continue
				}
				errs = append(errs, r.jitsiContact(buddy, f, j.values[buddy+digits+"_fingerprint_verified"]))
			}
		} else if buddy, ok := strings.CutSuffix(name, "_publicKey"); ok {
			if _, own := j.values[buddy+"_privateKey"]; own {
				continue
			}
			f, err := javaFingerprint(j.values[name])
			if err == nil {
				err = r.jitsiContact(buddy, f, j.values[name+"_verified"])
			}
			errs = append(errs, err)
		}
	}
	return first(errs)
}

// account returns the account of a key. If no other property tells its name, it keeps the
// changed one, and the user must say which account it is.
func (j *jitsi) account(uid string) keystore.Account {
	if a, ok := j.accounts[uid]; ok {
		return a
	}
	if strings.HasPrefix(uid, "Jabber_") || strings.HasPrefix(uid, "Google_Talk_") {
		return keystore.Account{Protocol: "xmpp", Name: uid}
	}
	return keystore.Account{Protocol: unknown, Name: uid}
}

// jitsiContact adds a buddy's fingerprint for each account that knows the buddy. It does
// not guess which of two addresses was changed to the same name: one could be somebody
// else's.
func (r *reader) jitsiContact(name string, f otr.Fingerprint, verified string) error {
	buddies := r.jitsi.buddies[name]
	if len(buddies) == 0 {
		return ErrNoBuddy
	}
	for _, b := range buddies {
		if !strings.EqualFold(b.Peer, buddies[0].Peer) {
			return ErrNoBuddy
		}
	}
	var errs []error
	for _, b := range buddies {
		c := keystore.Contact{Buddy: b, Fingerprint: f}
		if strings.EqualFold(verified, "true") {
			c.Trust = keystore.Verified
		}
		errs = append(errs, r.raw.AddContact(c))
	}
	return first(errs)
}

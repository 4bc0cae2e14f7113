// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// ChatSecure for Android, and KeySync for it, write properties, in which USER is an XMPP
// address, a buddy's possibly with a resource:
//
//	USER.privateKey, USER.publicKey       see javakey.go
//	USER.fingerprint                      hexadecimal
//	USER.FINGERPRINT.publicKey.verified   true or false; without a resource
//
// It does not say which account knows a buddy. ChatSecure for iOS writes libotr's files.

const (
	csPrivate     = ".privateKey"
	csPublic      = ".publicKey"
	csFingerprint = ".fingerprint"
	csVerified    = ".publicKey.verified"
)

// isChatSecure reports whether data contains at least one of these properties.
func isChatSecure(data []byte) bool {
	for _, name := range []string{csPrivate, csPublic, csFingerprint, csVerified} {
		if bytes.Contains(data, []byte(name+"=")) {
			return true
		}
	}
	return false
}

// chatSecureOwner stands for the account of the buddies if the file has more than one
// account, or none.
var chatSecureOwner = keystore.Account{Protocol: "xmpp", Name: "ChatSecure"}

// A chatSecure is a parsed file.
type chatSecure struct {
	names    []string // in the order of the file
	values   map[string]string
	verified map[string]bool // by address and fingerprint
}

func (r *reader) readChatSecure(data []byte) error {
	c := chatSecure{values: make(map[string]string), verified: make(map[string]bool)}
	err := properties(data, func(name, value string) {
		if _, ok := c.values[name]; !ok {
			c.names = append(c.names, name)
		}
		c.values[name] = value
	})
	if err != nil {
		return err
	}
	var errs []error
	var own []keystore.Account
	for _, name := range c.names {
		if user, ok := strings.CutSuffix(name, csPrivate); ok {
			a := keystore.Account{Protocol: "xmpp", Name: user}
			own = append(own, a)
			k, err := javaKey(c.values[name], c.values[user+csPublic])
			if err == nil {
				err = r.raw.AddKey(a, k)
			}
			errs = append(errs, err)
		} else if user, f, ok := verifiedProperty(name); ok {
			id := contactID(user, f)
			was, seen := c.verified[id]
			c.verified[id] = strings.EqualFold(c.values[name], "true") && (was || !seen)
		}
	}
	owner := chatSecureOwner
	if len(own) == 1 {
		owner = own[0]
	}
	for _, name := range c.names {
		user, f, err := c.buddy(name)
		if err == nil && user != "" {
			contact := keystore.Contact{Buddy: keystore.Buddy{Account: owner, Peer: user}, Fingerprint: f}
			if c.verified[contactID(user, f)] {
				contact.Trust = keystore.Verified
			}
			err = r.raw.AddContact(contact)
		}
		errs = append(errs, err)
	}
	return first(errs)
}

// buddy returns the buddy and the fingerprint that a property is about; user is empty if
// it is about something else.
func (c *chatSecure) buddy(name string) (user string, f otr.Fingerprint, err error) {
	if user, f, ok := verifiedProperty(name); ok {
		return user, f, nil
	}
	if user, ok := strings.CutSuffix(name, csFingerprint); ok && !c.isOwn(user) {
		f, err := parseFingerprint(c.values[name])
		if err != nil {
			return "", f, ErrDamaged
		}
		return user, f, nil
	}
	if user, ok := strings.CutSuffix(name, csPublic); ok && !c.isOwn(user) {
		f, err := javaFingerprint(c.values[name])
		return user, f, err
	}
	return "", f, nil
}

func (c *chatSecure) isOwn(user string) bool {
	_, ok := c.values[user+csPrivate]
	return ok
}

// verifiedProperty parses the name of a property that says whether a buddy is verified.
func verifiedProperty(name string) (user string, f otr.Fingerprint, ok bool) {
	rest, ok := strings.CutSuffix(name, csVerified)
	dot := strings.LastIndexByte(rest, '.')
	if !ok || dot <= 0 {
		return "", f, false
	}
	f, err := parseFingerprint(rest[dot+1:])
	return rest[:dot], f, err == nil
}

// contactID names a buddy, whatever the resource, and a fingerprint.
func contactID(user string, f otr.Fingerprint) string {
	return peer(jabber, user) + " " + f.String()
}

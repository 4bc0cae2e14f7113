// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui/text"
)

// AccountOf returns the user's account in c.
func AccountOf(c Chat) Account { return Account{Protocol: c.Protocol, Name: c.Account} }

// BuddyOf returns the buddy in c.
func BuddyOf(c Chat) keystore.Buddy { return keystore.Buddy{Account: AccountOf(c), Peer: c.Peer} }

// AccountName returns an account's name, safe to use in a sentence.
func AccountName(acc Account) string { return text.Clean(acc.Bare().Name, text.MaxName) }

// Name returns the buddy's name, safe to use in a sentence.
func Name(h Host, c Chat) string {
	if s := text.Clean(h.Alias(c), text.MaxName); s != "" {
		return s
	}
	return text.Clean(c.Peer, text.MaxName)
}

// Open reports whether a window shows c.
func Open(h Host, c Chat) bool { return slices.Contains(h.Chats(), c) }

// Say writes a line of ours, in plain text, as Host.Notice does.
func Say(h Host, c Chat, k NoticeKind, open bool, plain string, offers ...Action) {
	h.Notice(c, k, text.Escape(plain), open, offers...)
}

// MaxStrangers is how many people who are not in the buddy list may be waiting for the same
// thing at a time. Without a bound, an attacker could add any number.
const MaxStrangers = 16

// MayAnswer reports whether c is in the buddy list, or chats contains fewer than
// MaxStrangers strangers.
func MayAnswer(h Host, c Chat, chats map[Chat]time.Time) bool {
	if h.OnList(c) {
		return true
	}
	strangers := 0
	for other := range chats {
		if !h.OnList(other) {
			strangers++
		}
	}
	return strangers < MaxStrangers
}

// A KeyUse says that a buddy's key is in use in a conversation, and how private that is.
// Level is never NotPrivate.
type KeyUse struct {
	Chat        Chat
	Fingerprint otr.Fingerprint
	Level       Level
}

// Better reports whether l is more private than other. Finished is better only than
// NotPrivate.
func (l Level) Better(other Level) bool {
	order := [...]int{NotPrivate: 0, Finished: 1, Unverified: 2, Private: 3}
	return order[l] > order[other]
}

// URIFingerprint precedes the fingerprint in a KeyURI for XMPP.
const URIFingerprint = "otr-fingerprint="

// URIVersion4 precedes the fingerprint of a version 4 key in a KeyURI.
const URIVersion4 = "OTR4:"

// KeyURI returns the content of a key's QR code: for XMPP the address with the fingerprint,
// in the form that phone clients understand (XEP-0364 and the query component of RFC 5122),
// otherwise the plain fingerprint. That form is not for keys of version 4, so that no client
// takes their fingerprint for another.
func KeyURI(acc Account, f otr.Fingerprint) string {
	digits := hex.EncodeToString(f.Bytes())
	if f.Version() == otr.V4 {
		return URIVersion4 + strings.ToUpper(digits)
	}
	if acc.Protocol != "prpl-jabber" {
		return strings.ToUpper(digits)
	}
	local, domain, ok := strings.Cut(acc.Bare().Name, "@")
	if !ok {
		local, domain = "", local
	}
	uri := "xmpp:"
	if local != "" {
		uri += url.PathEscape(local) + "@"
	}
	return uri + url.PathEscape(domain) + "?" + URIFingerprint + digits
}

// Word returns the name of a level.
func (l Level) Word() string {
	switch l {
	case Unverified:
		return text.LevelUnverified()
	case Private:
		return text.LevelPrivate()
	case Finished:
		return text.LevelFinished()
	}
	return text.LevelNotPrivate()
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/sha256"
	"encoding/hex"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
)

// Preferences of one buddy that pidgin-otr does not have. prefReads, with an abbreviation
// of a hash of the buddy's key behind it, says that the program with this key writes HTML,
// or else plain text. prefPlain is what the user has set.
const (
	prefPlain = "purple-otr/plain-text"
	prefReads = "purple-otr/html-"
)

// A kind is what the messages of a buddy's program have shown: above zero that it writes
// HTML, below zero that it writes plain text, and the further from zero the surer.
type kind int

const (
	unknownKind kind = 0

	surelyHTML  kind = 8
	surelyPlain kind = -32
	// plainNetwork is where a program begins on a protocol without HTML. Some, such as
	// pidgin-otr, write HTML there too: two messages show that.
	plainNetwork kind = -3
	// toldPlain is where it begins if the user says that it shows codes.
	toldPlain kind = -16

	htmlSign  kind = 2  // a message in which nothing contradicts HTML
	plainSign kind = -8 // a raw < or &, which no program that writes HTML sends
)

// after is what k becomes with a message that has these signs. One raw character decides
// where nothing is known. It decides nothing against many messages of HTML: some plugins
// send the title of a song as it is.
func (k kind) after(s markup.Signs) kind {
	switch {
	case s.Raw && k <= unknownKind:
		return surelyPlain
	case s.Raw:
		k += plainSign
	case s.Codes:
		k += htmlSign // which outweighs a line break
	case s.Breaks && k == unknownKind:
		k = -1
	}
	return min(k, surelyHTML)
}

// shows reports whether a message that has led to k is read as HTML.
func (k kind) shows() bool { return k >= unknownKind }

// kindOf is what is known of the buddy's program with the key f. Before f is known, it is
// what all the buddy's keys have in common.
func (en encoder) kindOf(c ui.Chat, f otr.Fingerprint) kind {
	if !f.IsZero() {
		if t := en.conversations[c]; t != nil {
			if k, ok := t.kinds[f]; ok {
				return k
			}
		}
		return en.remembered(c, f)
	}
	known := en.store.Known(ui.BuddyOf(c))
	if len(known) == 0 {
		return en.firstKind(c)
	}
	k := en.kindOf(c, known[0].Fingerprint)
	for _, other := range known[1:] {
		if o := en.kindOf(c, other.Fingerprint); o > 0 != (k > 0) || o < 0 != (k < 0) {
			return en.firstKind(c)
		}
	}
	return k
}

// kindNow is what is known of the program that the user's words go to.
func (en encoder) kindNow(c ui.Chat) kind {
	var f otr.Fingerprint
	if t := en.conversations[c]; t != nil {
		f = t.session.Status().Fingerprint
	}
	return en.kindOf(c, f)
}

// firstKind is assumed before a buddy's program has shown anything. Where a protocol has
// no HTML, neither have its programs.
func (en encoder) firstKind(c ui.Chat) kind {
	switch {
	case en.host.BuddyPref(c, prefPlain, false):
		return toldPlain
	case !en.host.HTML(c):
		return plainNetwork
	}
	return unknownKind
}

// remembered is what the store of the buddy's preferences says.
func (en encoder) remembered(c ui.Chat, f otr.Fingerprint) kind {
	key := kindKey(f)
	html := en.host.BuddyPref(c, key, false)
	switch {
	case html != en.host.BuddyPref(c, key, true): // nothing is stored
		return en.firstKind(c)
	case html:
		return htmlSign
	}
	return surelyPlain
}

// learn takes note of what a message from the program with the key f shows, and returns
// what is known now.
func (en encoder) learn(t *conversation, f otr.Fingerprint, message string) kind {
	before := en.kindOf(t.chat, f)
	k := before.after(markup.Look(message))
	if k != before {
		en.setKind(t, f, k)
	}
	return k
}

// setKind keeps k for as long as the conversation is open, and what it says with the
// buddy.
func (en encoder) setKind(t *conversation, f otr.Fingerprint, k kind) {
	if t.kinds == nil || len(t.kinds) >= maxPrograms {
		t.kinds = map[otr.Fingerprint]kind{}
	}
	t.kinds[f] = k
	stored, html := en.remembered(t.chat, f), k > 0
	if (html || k <= plainSign) && en.host.OnList(t.chat) && (stored == unknownKind || stored > 0 != html) {
		en.host.SetBuddyPref(t.chat, kindKey(f), html)
	}
}

// kindKey is where the kind of f is stored. Encrypted keys do not keep the list of buddies
// secret, so that f itself is not written into it.
func kindKey(f otr.Fingerprint) string {
	h := sha256.Sum256(f.Bytes())
	return prefReads + hex.EncodeToString(h[:6])
}

// readsPlain reports whether the user's words go out as plain text.
func (en encoder) readsPlain(c ui.Chat) bool {
	return en.host.BuddyPref(c, prefPlain, false) || en.kindNow(c) < 0
}

// setReadsPlain stores what the user has set. If what has been learnt was wrong, that is
// forgotten.
func (en encoder) setReadsPlain(c ui.Chat, plain bool) {
	en.host.SetBuddyPref(c, prefPlain, plain)
	t := en.conversations[c]
	if plain || t == nil || en.kindNow(c) >= 0 {
		return
	}
	if f := t.session.Status().Fingerprint; !f.IsZero() {
		en.setKind(t, f, surelyHTML)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"hash/maphash"
	"slices"
	"strings"

	"purple-otr/otr"
	"purple-otr/ui/markup"
)

// libpurple's texts are HTML. What is encrypted is HTML too, or plain text, as the buddy's
// program wants it: it shows that in what it sends, see kind.

// An encoder converts texts to what the buddy's program wants, and back.
type encoder struct{ *App }

// toWire is what is encrypted for what the user typed. It loses no character. For a
// program that nothing is known of, it is HTML, because that shows some characters as
// codes in a program for plain text, while plain text disappears in one for HTML.
func (en encoder) toWire(t *conversation, typed string) string {
	if en.readsPlain(t.chat) {
		wire := markup.Plain(typed)
		t.asText.add(wire)
		return wire
	}
	wire := typed
	if en.kindNow(t.chat) == unknownKind && !markup.Formatted(typed) {
		wire = strings.ReplaceAll(markup.Relaxed(typed), "\n", "<br>")
	}
	t.asText.drop(wire)
	return wire
}

// toWindow is the reverse of toWire.
func (en encoder) toWindow(t *conversation, message string) string {
	if t.asText.has(message) {
		return markup.ShowText(message)
	}
	return message
}

// fromPeer is what is shown for a message that has been decrypted.
func (en encoder) fromPeer(t *conversation, m *otr.Message) string {
	message := string(m.Text)
	if en.learn(t, m.Fingerprint, message).shows() {
		return markup.ShowHTML(message)
	}
	return markup.ShowText(message)
}

// plainTexts identifies the last texts that went out as plain text. The session gives
// them back if they cannot be sent or were not read, and keeps fewer.
type plainTexts struct{ hashes []uint64 }

const maxPlainTexts = 256

var plainSeed = maphash.MakeSeed()

func (p *plainTexts) add(wire string) {
	p.drop(wire)
	if len(p.hashes) == maxPlainTexts {
		p.hashes = slices.Delete(p.hashes, 0, 1)
	}
	p.hashes = append(p.hashes, maphash.String(plainSeed, wire))
}

// drop is told that wire went out as HTML.
func (p *plainTexts) drop(wire string) {
	hash := maphash.String(plainSeed, wire)
	p.hashes = slices.DeleteFunc(p.hashes, func(h uint64) bool { return h == hash })
}

func (p *plainTexts) has(wire string) bool {
	return slices.Contains(p.hashes, maphash.String(plainSeed, wire))
}

// encrypts reports whether what the user types next is encrypted, now or when
// there is a private conversation.
func (a *App) encrypts(t *conversation) bool {
	return t.session.Status().State != otr.Plaintext || t.policy&otr.RequireEncryption != 0
}

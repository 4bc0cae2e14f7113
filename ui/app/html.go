// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"html"
	"regexp"
	"strings"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// libpurple's texts are HTML. On protocols with HTML, so is what is encrypted:
// all programs with OTR do this there. On others, such as IRC, it is plain text,
// because most programs neither write nor read anything else there; libpurple
// knows the text only as HTML without tags, with entities and line breaks.

// toWire is what is encrypted for what the user typed.
func (a *App) toWire(c ui.Chat, typed string) string {
	if a.host.HTML(c) {
		return typed
	}
	return plainText(typed)
}

// toWindow is the reverse of toWire.
func (a *App) toWindow(c ui.Chat, message string) string {
	if a.host.HTML(c) {
		return message
	}
	return text.Escape(message)
}

// fromPeer is what is shown for what was decrypted. Without HTML, tags are shown
// as the peer typed them; entities are not, because pidgin-otr sends them. With
// HTML, pictures go, which could only refer to some that are in memory here.
func (a *App) fromPeer(c ui.Chat, message string) string {
	if a.host.HTML(c) {
		return picture.ReplaceAllStringFunc(message, text.Escape)
	}
	return text.Escape(html.UnescapeString(lineBreak.ReplaceAllString(message, "\n")))
}

var (
	picture   = regexp.MustCompile(`(?i)<\s*img\b[^>]*>?`)
	lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)
	link      = regexp.MustCompile(`(?is)<a\s[^>]*href=["']?([^"'>\s]*)["']?[^>]*>(.*?)</a>`)
	tag       = regexp.MustCompile(`</?[A-Za-z][^>]*>`)
)

// plainText takes the mark-up out of what the user typed. A link keeps its
// address.
func plainText(typed string) string {
	s := lineBreak.ReplaceAllString(typed, "\n")
	s = link.ReplaceAllStringFunc(s, func(l string) string {
		m := link.FindStringSubmatch(l)
		address, label := strings.TrimPrefix(m[1], "mailto:"), tag.ReplaceAllString(m[2], "")
		if label == address || label == m[1] {
			return label
		}
		return label + " (" + m[1] + ")"
	})
	return html.UnescapeString(tag.ReplaceAllString(s, ""))
}

// encrypts reports whether what the user types next is encrypted, now or when
// there is a private conversation.
func (a *App) encrypts(t *conversation) bool {
	return t.session.Status().State != otr.Plaintext || t.policy&otr.RequireEncryption != 0
}

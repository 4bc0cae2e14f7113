// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"

	"purple-otr/otr/internal/wire"
)

// kind is what an incoming text is.
type kind int

const (
	plainText kind = iota
	fragmentText
	encodedText
	queryText
	errorText
)

// IsProtocol reports whether msg is a message of the protocol's own, whole or a
// fragment, rather than text for the user.
func IsProtocol(msg []byte) bool {
	k, _ := classify(msg)
	return k != plainText
}

// errorPrefix begins an OTR Error Message.
const errorPrefix = "?OTR Error:"

// classify tells what msg is and where that begins. A text is OTR's if it begins
// as OTR's messages do, apart from mark-up and white space; or if a query is
// "hidden from the user (for example, in an attribute of an HTML tag)". Prose
// that mentions OTR is prose.
func classify(msg []byte) (kind, []byte) {
	markup, body := cutMarkup(msg)
	switch {
	case wire.IsFragment(body):
		return fragmentText, body
	// Every version number up to 15 begins with "AA".
	case bytes.HasPrefix(body, []byte(wire.Prefix+"AA")):
		return encodedText, body
	case bytes.HasPrefix(body, []byte(errorPrefix)):
		return errorText, body[len(errorPrefix):]
	}
	if _, ok := parseQuery(body); ok {
		return queryText, body
	}
	if i := bytes.Index(markup, []byte("?OTR")); i >= 0 {
		if _, ok := parseQuery(markup[i:]); ok {
			return queryText, markup[i:]
		}
	}
	return plainText, msg
}

// cutMarkup splits msg behind its leading white space and tags.
func cutMarkup(msg []byte) (markup, body []byte) {
	body = msg
	for {
		for len(body) > 0 && isSpace(body[0]) {
			body = body[1:]
		}
		if len(body) == 0 || body[0] != '<' {
			break
		}
		end := bytes.IndexByte(body, '>')
		if end < 0 {
			break
		}
		body = body[end+1:]
	}
	return msg[:len(msg)-len(body)], body
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

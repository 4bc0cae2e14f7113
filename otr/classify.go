// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"unicode"
	"unicode/utf8"

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

// classify returns what msg is and the part of it that this is about. A text is OTR's if
// it begins as OTR's messages do, apart from mark-up, white space and what networks put in
// front (see cutDecoration); if a query is "hidden from the user (for example, in an
// attribute of an HTML tag)"; or if a complete encoded message or fragment is anywhere in
// it, as libotr reads it. Prose that mentions OTR is prose.
func classify(msg []byte) (kind, []byte) {
	markup, body := cutMarkup(msg)
	if k, body := classifyFront(body); k != plainText {
		return k, body
	}
	if i := bytes.Index(markup, []byte("?OTR")); i >= 0 {
		if _, ok := parseQuery(markup[i:]); ok {
			return queryText, markup[i:]
		}
	}
	if !bytes.Contains(body, []byte("?OTR")) {
		return plainText, msg
	}
	if k, body := findComplete(body); k != plainText {
		return k, body
	}
	if k, body := classifyFront(cutDecoration(body)); k != plainText {
		return k, body
	}
	return plainText, msg
}

// classifyFront is classify for what begins with OTR's own text.
func classifyFront(body []byte) (kind, []byte) {
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
	return plainText, nil
}

// minEncoded is less than the length in characters of the shortest encoded message. Prose
// such as "they look like ?OTR:AAMD..." has less.
const minEncoded = 64

// findComplete finds the first complete encoded message or fragment in msg, without what
// is behind it.
func findComplete(msg []byte) (kind, []byte) {
	for {
		i := bytes.Index(msg, []byte("?OTR"))
		if i < 0 {
			return plainText, nil
		}
		msg = msg[i:]
		if bytes.HasPrefix(msg, []byte(wire.Prefix+"AA")) {
			n := len(wire.Prefix)
			for n < len(msg) && isBase64(msg[n]) {
				n++
			}
			if n < len(msg) && msg[n] == '.' && n >= minEncoded {
				return encodedText, msg[:n+1]
			}
		}
		if f := cutFragment(msg); f != nil {
			return fragmentText, f
		}
		msg = msg[len("?OTR"):]
	}
}

// maxFragmentHeader is more than the length in bytes of a fragment before its piece.
const maxFragmentHeader = 64

// cutFragment returns the complete fragment of an encoded message at the front of msg, or
// nil if there is none. Each version's fragment has four commas, the last of them behind
// the piece.
func cutFragment(msg []byte) []byte {
	commas := 0
	for i, c := range msg {
		switch {
		case c == ',':
			commas++
		case commas < 3 && i >= maxFragmentHeader, commas == 3 && !isBase64(c) && c != '?' && c != ':' && c != '.':
			return nil
		}
		if commas < 4 {
			continue
		}
		_, err := wire.ParseFragment(msg[:i+1])
		_, err4 := wire.ParseFragment4(msg[:i+1])
		if err != nil && err4 != nil {
			return nil
		}
		return msg[:i+1]
	}
	return nil
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '='
}

// maxDecoration is how long one name or time stamp in front of a message may be, in bytes.
const maxDecoration = 64

// cutDecoration cuts off what bouncers and bridges put in front of a message: tags, names
// and time stamps in brackets, times, and invisible characters such as the byte order
// mark and colours on IRC.
func cutDecoration(msg []byte) []byte {
	for {
		_, rest := cutMarkup(msg)
		r, n := utf8.DecodeRune(rest)
		switch {
		case unicode.In(r, unicode.Cf, unicode.Cc):
			rest = rest[n:]
			if r == '\x03' { // a colour: at most two numbers
				rest = bytes.TrimLeft(rest, "0123456789,")
			}
		case r == '[', r == '(':
			rest = cutBrackets(rest)
		case '0' <= r && r <= '9':
			rest = cutTime(rest)
		}
		if len(rest) == len(msg) {
			return msg
		}
		msg = rest
	}
}

// cutBrackets cuts off brackets that hold a name or a time stamp, which may hold spaces.
func cutBrackets(msg []byte) []byte {
	closing := byte(']')
	if msg[0] == '(' {
		closing = ')'
	}
	end := bytes.IndexByte(msg[:min(len(msg), maxDecoration)], closing)
	if end < 0 {
		return msg
	}
	inside := msg[1:end]
	if bytes.ContainsAny(inside, " \t\n") && !bytes.ContainsAny(inside, "0123456789") {
		return msg
	}
	return msg[end+1:]
}

// cutTime cuts off digits with at least one colon among them.
func cutTime(msg []byte) []byte {
	rest := bytes.TrimLeft(msg[:min(len(msg), maxDecoration)], "0123456789:-.TZ")
	n := min(len(msg), maxDecoration) - len(rest)
	if !bytes.Contains(msg[:n], []byte{':'}) {
		return msg
	}
	return msg[n:]
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

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import "bytes"

// versions is a set of protocol versions, of those spoken here.
type versions struct{ v2, v3 bool }

// best is the version to use with a peer who offers o, zero if there is none.
func (p Policy) best(o versions) Version {
	switch {
	case o.v3 && p.allows(V3):
		return V3
	case o.v2 && p.allows(V2):
		return V2
	}
	return 0
}

// parseQuery reads an OTR Query Message from the front of b: "?OTR", "?" for
// version 1, "v" and the other versions' byte identifiers and "?". ok is false
// if b is none. A query for version 1 alone followed by text is taken for that
// text: somebody writes about OTR.
func parseQuery(b []byte) (o versions, ok bool) {
	b, ok = bytes.CutPrefix(b, []byte("?OTR"))
	if !ok {
		return o, false
	}
	b, v1 := bytes.CutPrefix(b, []byte("?"))
	ids, hasIDs := bytes.CutPrefix(b, []byte("v"))
	if !hasIDs {
		return o, v1 && len(bytes.TrimSpace(b)) == 0
	}
	ids, _, ok = bytes.Cut(ids, []byte("?"))
	if !ok {
		return o, false
	}
	for _, id := range ids {
		switch {
		case id == '2':
			o.v2 = true
		case id == '3':
			o.v3 = true
		case (id < '0' || id > '9') && (id < 'a' || id > 'z') && (id < 'A' || id > 'Z'):
			return versions{}, false
		}
	}
	return o, true
}

// query is the OTR Query Message that offers what p allows, with greeting behind
// it if that fits into limit bytes.
func (p Policy) query(greeting string, limit int) []byte {
	q := []byte("?OTRv")
	if p.allows(V2) {
		q = append(q, '2')
	}
	if p.allows(V3) {
		q = append(q, '3')
	}
	q = append(q, '?')
	if greeting == "" || limit > 0 && len(q)+1+len(greeting) > limit {
		return q
	}
	q = append(q, ' ')
	return append(q, greeting...)
}

// The whitespace tag ("Tagged plaintext messages").
var (
	tagBase = []byte("\x20\x09\x20\x20\x09\x09\x09\x09\x20\x09\x20\x09\x20\x09\x20\x20")
	tagV2   = []byte("\x20\x20\x09\x09\x20\x20\x09\x20")
	tagV3   = []byte("\x20\x20\x09\x09\x20\x20\x09\x09")
)

// tag is the whitespace tag that offers what p allows.
func (p Policy) tag() []byte {
	t := bytes.Clone(tagBase)
	if p.allows(V2) {
		t = append(t, tagV2...)
	}
	if p.allows(V3) {
		t = append(t, tagV3...)
	}
	return t
}

// Untagged returns text without the whitespace tag that offers OTR, if it has one. It
// does not modify text ("Tagged plaintext messages").
func Untagged(text []byte) []byte {
	text, _, _ = cutTag(text)
	return text
}

// cutTag removes a whitespace tag from text, which it does not modify: the base
// and all sets of 8 spaces and tabs behind it, known or not.
func cutTag(text []byte) (rest []byte, o versions, tagged bool) {
	before, after, tagged := bytes.Cut(text, tagBase)
	if !tagged {
		return text, o, false
	}
	for len(after) >= 8 && len(bytes.Trim(after[:8], " \t")) == 0 {
		o.v2 = o.v2 || bytes.Equal(after[:8], tagV2)
		o.v3 = o.v3 || bytes.Equal(after[:8], tagV3)
		after = after[8:]
	}
	return append(bytes.Clone(before), after...), o, true
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"slices"
)

// The whitespace tag begins with tagBase ("Tagged plaintext messages"). After it each version that
// is offered has a tag.
var (
	tagBase = []byte("\x20\x09\x20\x20\x09\x09\x09\x09\x20\x09\x20\x09\x20\x09\x20\x20")
	tagV2   = []byte("\x20\x20\x09\x09\x20\x20\x09\x20")
	tagV3   = []byte("\x20\x20\x09\x09\x20\x20\x09\x09")
	tagV4   = []byte("\x20\x20\x09\x09\x20\x09\x20\x20")
)

// knownVersions lists the protocol versions that this package implements, the best one last.
var knownVersions = []struct {
	version Version
	allow   Policy // the flag that allows it
	id      byte   // its "byte identifier" in a query
	tag     []byte
}{
	{V2, AllowV2, '2', tagV2},
	{V3, AllowV3, '3', tagV3},
	{V4, AllowV4, '4', tagV4},
}

// versions is a set of protocol versions: version v is bit v.
type versions uint8

// has reports whether v is in o.
func (o versions) has(v Version) bool { return o>>v&1 != 0 }

// with returns o and v.
func (o versions) with(v Version) versions { return o | 1<<v }

// allows reports whether p allows v.
func (p Policy) allows(v Version) bool { return p.allowed().has(v) }

// enabled reports whether p allows any version.
func (p Policy) enabled() bool { return p.allowed() != 0 }

// allowed returns the versions that p allows.
func (p Policy) allowed() (o versions) {
	for _, v := range knownVersions {
		if p&Off == 0 && p&v.allow != 0 {
			o = o.with(v.version)
		}
	}
	return o
}

// best returns the version to use with a peer who offers o, or zero if there is none.
func (p Policy) best(o versions) Version {
	for _, v := range slices.Backward(knownVersions) {
		if o.has(v.version) && p.allows(v.version) {
			return v.version
		}
	}
	return 0
}

// parseQuery reads an OTR Query Message from the front of b: "?OTR", "?" for version 1, "v"
// and the other versions' byte identifiers and "?". ok is false if there is none. A query
// for version 1 alone that is followed by text counts as that text, because someone is
// writing about OTR.
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
		if (id < '0' || id > '9') && (id < 'a' || id > 'z') && (id < 'A' || id > 'Z') {
			return 0, false
		}
		for _, v := range knownVersions {
			if v.id == id {
				o = o.with(v.version)
			}
		}
	}
	return o, true
}

// query returns the OTR Query Message that offers what p allows, followed by greeting if
// both fit into limit bytes.
func (p Policy) query(greeting string, limit int) []byte {
	q := []byte("?OTRv")
	for _, v := range knownVersions {
		if p.allows(v.version) {
			q = append(q, v.id)
		}
	}
	q = append(q, '?')
	if greeting == "" || limit > 0 && len(q)+1+len(greeting) > limit {
		return q
	}
	q = append(q, ' ')
	return append(q, greeting...)
}

// tag returns the whitespace tag that offers what p allows.
func (p Policy) tag() []byte {
	t := bytes.Clone(tagBase)
	for _, v := range knownVersions {
		if p.allows(v.version) {
			t = append(t, v.tag...)
		}
	}
	return t
}

// Untagged returns text without the whitespace tag that offers OTR, if it has one. It
// does not modify text ("Tagged plaintext messages").
func Untagged(text []byte) []byte {
	text, _, _ = cutTag(text)
	return text
}

// cutTag removes a whitespace tag from text, which it does not modify: the base and all
// sets of 8 spaces and tabs after it, known or unknown.
func cutTag(text []byte) (rest []byte, o versions, tagged bool) {
	before, after, tagged := bytes.Cut(text, tagBase)
	if !tagged {
		return text, o, false
	}
	for len(after) >= 8 && len(bytes.Trim(after[:8], " \t")) == 0 {
		for _, v := range knownVersions {
			if bytes.Equal(after[:8], v.tag) {
				o = o.with(v.version)
			}
		}
		after = after[8:]
	}
	return append(bytes.Clone(before), after...), o, true
}

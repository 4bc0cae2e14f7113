// SPDX-License-Identifier: GPL-2.0-or-later

// Package markup converts between the mark-up that some chat programs write, and the
// plain text that others write. All its functions are pure, take time in proportion to
// their input, and accept every input.
package markup

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A kind is what a token is.
type kind int

const (
	text  kind = iota
	code       // an entity such as &lt;
	open       // a tag; also one without an end, such as <br>
	end        // an end tag
	stray      // a raw < or & that begins neither a tag nor an entity
)

// A token is a piece of a message.
type token struct {
	kind  kind
	raw   string // as it is in the message
	name  string // of a tag, in lower case
	means string // what an entity stands for
}

// tags are the tags that chat programs write. The value reports that the tag needs an
// end tag.
var tags = map[string]bool{
	"b": true, "i": true, "u": true, "s": true, "em": true, "strong": true, "strike": true, "del": true,
	"font": true, "span": true, "a": true, "div": true, "html": true, "body": true, "pre": true, "code": true,
	"sub": true, "sup": true, "tt": true, "big": true, "small": true, "blockquote": true, "center": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "ul": true, "ol": true,
	"br": false, "hr": false, "img": false, "p": false, "li": false,
}

// entities are the named entities that chat programs write. They write a space as &nbsp;
// only because HTML would otherwise join it to its neighbour.
var entities = map[string]string{
	"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " ", "copy": "©", "reg": "®",
}

// The longest names, in bytes.
const maxName, maxAttribute, maxEntity = 10, 32, 10

// scan splits s into tokens. Together their raw texts are s. A tag without its end tag,
// and an end tag alone, are strays: no program writes them.
func scan(s string) []token {
	var list []token
	begins := map[string][]int{} // the places in list of tags whose end is missing
	start := 0                   // of the text that is not yet in list
	for i := 0; i < len(s); {
		if s[i] != '<' && s[i] != '&' {
			i++
			continue
		}
		t, ok := tag(s[i:])
		if s[i] == '&' {
			t, ok = entity(s[i:])
		}
		if !ok {
			t = token{kind: stray, raw: s[i : i+1]}
		}
		if start < i {
			list = append(list, token{kind: text, raw: s[start:i]})
		}
		switch {
		case t.kind == open && tags[t.name]:
			begins[t.name] = append(begins[t.name], len(list))
		case t.kind == end && tags[t.name]:
			if n := len(begins[t.name]); n > 0 {
				begins[t.name] = begins[t.name][:n-1]
			} else {
				t.kind = stray
			}
		}
		list = append(list, t)
		i += len(t.raw)
		start = i
	}
	if start < len(s) {
		list = append(list, token{kind: text, raw: s[start:]})
	}
	for _, places := range begins {
		for _, i := range places {
			list[i].kind = stray
		}
	}
	return list
}

// tag reads a tag from the front of s, which begins with '<'. It looks no further than
// the next '<'.
func tag(s string) (t token, ok bool) {
	t.kind = open
	i := 1
	if strings.HasPrefix(s[i:], "/") {
		t.kind = end
		i++
	}
	n := nameLen(s[i:])
	t.name = strings.ToLower(s[i : i+n])
	if _, known := tags[t.name]; !known {
		return t, false
	}
	i += n
	for {
		spaces := len(s[i:]) - len(strings.TrimLeft(s[i:], " \t\r\n"))
		i += spaces
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, ">"):
			t.raw = s[:i+1]
			return t, true
		case strings.HasPrefix(rest, "/>") && t.kind == open:
			t.raw = s[:i+2]
			return t, !tags[t.name]
		case spaces == 0 || t.kind == end:
			return t, false
		}
		_, _, n, ok := attribute(rest)
		if !ok {
			return t, false
		}
		i += n
	}
}

// nameLen is the length of the tag's name at the front of s.
func nameLen(s string) int {
	n := 0
	for n < len(s) && n <= maxName && (isLetter(s[n]) || n > 0 && isDigit(s[n])) {
		n++
	}
	return n
}

// attribute reads name=value from the front of s, and how many bytes that is.
func attribute(s string) (name, value string, length int, ok bool) {
	n := 0
	for n < len(s) && n < maxAttribute && (isLetter(s[n]) || n > 0 && (isDigit(s[n]) || s[n] == '-' || s[n] == ':')) {
		n++
	}
	if n == 0 || n == len(s) || s[n] != '=' {
		return "", "", 0, false
	}
	name, s = strings.ToLower(s[:n]), s[n+1:]
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		v := strings.IndexAny(s[1:], s[:1]+"<>")
		if v < 0 || s[1+v] != s[0] {
			return "", "", 0, false
		}
		return name, s[1 : 1+v], n + 1 + v + 2, true
	}
	v := strings.IndexAny(s, " \t\r\n\"'<>=")
	if v <= 0 || s[v] == '"' || s[v] == '\'' || s[v] == '<' || s[v] == '=' {
		return "", "", 0, false
	}
	return name, s[:v], n + 1 + v, true
}

// entity reads an entity from the front of s, which begins with '&'.
func entity(s string) (t token, ok bool) {
	name, _, found := strings.Cut(s[1:min(len(s), maxEntity+2)], ";")
	if !found {
		return t, false
	}
	t = token{kind: code, raw: s[:1+len(name)+1]}
	if t.means, ok = entities[name]; ok {
		return t, true
	}
	digits, numeric := strings.CutPrefix(name, "#")
	base := 10
	if numeric && digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	if !numeric || digits == "" || digits[0] == '+' || digits[0] == '-' {
		return t, false
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return t, false
	}
	t.means = string(rune(n))
	return t, true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

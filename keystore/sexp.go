// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// maxDepth is the maximum depth of nested lists. libotr's files need 5.
const maxDepth = 16

// A sexp is a libgcrypt S-expression: an atom, or a list.
type sexp struct {
	atom []byte
	list []sexp // nil for an atom
	text []byte // the expression, verbatim
}

// child returns the first list in s that begins with the atom name; ok is false unless
// there is exactly one.
func (s sexp) child(name string) (c sexp, ok bool) {
	for _, e := range s.list {
		if len(e.list) == 0 || string(e.list[0].atom) != name {
			continue
		}
		if ok {
			return sexp{}, false
		}
		c, ok = e, true
	}
	return c, ok
}

// field returns VALUE of the list (name VALUE) in s.
func (s sexp) field(name string) (value []byte, ok bool) {
	c, ok := s.child(name)
	if !ok || len(c.list) != 2 || c.list[1].list != nil {
		return nil, false
	}
	return c.list[1].atom, true
}

// A sexpReader reads expressions one after another. Its errors give the position of a
// mistake, but never quote the content.
type sexpReader struct {
	data []byte
	pos  int
}

var errEnd = errors.New("the file ends in the middle of an entry")

func (r *sexpReader) errorf(what string) error {
	return fmt.Errorf("%s at byte %d", what, r.pos)
}

// peek skips white space and returns the next byte, or 0 at the end.
func (r *sexpReader) peek() byte {
	for r.pos < len(r.data) && isSpace(r.data[r.pos]) {
		r.pos++
	}
	if r.pos == len(r.data) {
		return 0
	}
	return r.data[r.pos]
}

func (r *sexpReader) atEnd() bool {
	r.peek()
	return r.pos == len(r.data)
}

// accept consumes c if it comes next.
func (r *sexpReader) accept(c byte) bool {
	if r.peek() != c || r.pos == len(r.data) {
		return false
	}
	r.pos++
	return true
}

// expr reads an atom or a list at nesting level depth.
func (r *sexpReader) expr(depth int) (sexp, error) {
	if depth > maxDepth {
		return sexp{}, r.errorf("too many nested lists")
	}
	c := r.peek()
	start := r.pos
	if c != '(' {
		atom, err := r.atom()
		return sexp{atom: atom, text: r.data[start:r.pos]}, err
	}
	r.pos++
	list := []sexp{}
	for !r.accept(')') {
		e, err := r.expr(depth + 1)
		if err != nil {
			return sexp{}, err
		}
		list = append(list, e)
	}
	return sexp{list: list, text: r.data[start:r.pos]}, nil
}

// atom reads one of: token, "string", #hex#,
//
// base64
//
// , 3:abc, where the middle three may have a length before them.
func (r *sexpReader) atom() ([]byte, error) {
	if r.atEnd() {
		return nil, errEnd
	}
	length := -1
	if isDigit(r.data[r.pos]) {
		var err error
		if length, err = r.length(); err != nil {
			return nil, err
		}
	}
	atom, err := r.body(length)
	if err == nil && length >= 0 && len(atom) != length {
		return nil, r.errorf("wrong length")
	}
	return atom, err
}

func (r *sexpReader) length() (int, error) {
	start := r.pos
	for r.pos < len(r.data) && isDigit(r.data[r.pos]) {
		r.pos++
	}
	digits := string(r.data[start:r.pos])
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 1 && digits[0] == '0' {
		return 0, r.errorf("bad length")
	}
	if r.pos == len(r.data) {
		return 0, errEnd
	}
	return n, nil
}

// body reads an atom after its length, which is -1 if there was none. At least one more
// byte must follow.
func (r *sexpReader) body(length int) ([]byte, error) {
	switch c := r.data[r.pos]; {
	case c == ':' && length >= 0:
		r.pos++
		if length > len(r.data)-r.pos {
			return nil, errEnd
		}
		r.pos += length
		return r.data[r.pos-length : r.pos], nil
	case c == '"':
		return r.quoted()
	case c == '#':
		digits, err := r.delimited('#')
		if err != nil {
			return nil, err
		}
		n, err := hex.Decode(digits, digits)
		if err != nil {
			return nil, r.errorf("bad hexadecimal number")
		}
		return digits[:n], nil
	case c == '|':
		digits, err := r.delimited('|')
		if err != nil {
			return nil, err
		}
		digits = bytes.TrimRight(digits, "=")
		n, err := base64.RawStdEncoding.Decode(digits, digits)
		if err != nil {
			return nil, r.errorf("bad base64 string")
		}
		return digits[:n], nil
	case length < 0 && isToken(c):
		start := r.pos
		for r.pos < len(r.data) && isToken(r.data[r.pos]) {
			r.pos++
		}
		return r.data[start:r.pos], nil
	}
	return nil, r.errorf("unexpected character")
}

// delimited reads from one mark to the next and returns a copy of the text between them,
// without white space.
func (r *sexpReader) delimited(mark byte) ([]byte, error) {
	inside := r.data[r.pos+1:]
	n := bytes.IndexByte(inside, mark)
	if n < 0 {
		return nil, errEnd
	}
	r.pos += n + 2
	out := make([]byte, 0, n)
	for _, c := range inside[:n] {
		if !isSpace(c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// escapes of a single letter.
const (
	escapeLetters = `btvnfr"'\`
	escapeBytes   = "\b\t\v\n\f\r\"'\\"
)

func (r *sexpReader) quoted() ([]byte, error) {
	out := []byte{}
	for r.pos++; r.pos < len(r.data); {
		c := r.data[r.pos]
		r.pos++
		switch c {
		case '"':
			return out, nil
		case '\\':
			b, err := r.escape()
			if err != nil {
				return nil, err
			}
			out = append(out, b...)
		default:
			out = append(out, c)
		}
	}
	return nil, errEnd
}

// escape reads the part of an escape after the backslash. An escaped line break is
// ignored.
func (r *sexpReader) escape() ([]byte, error) {
	rest := r.data[r.pos:]
	if len(rest) == 0 {
		return nil, errEnd
	}
	if i := strings.IndexByte(escapeLetters, rest[0]); i >= 0 {
		r.pos++
		return []byte{escapeBytes[i]}, nil
	}
	for _, br := range []string{"\r\n", "\n\r", "\n", "\r"} {
		if bytes.HasPrefix(rest, []byte(br)) {
			r.pos += len(br)
			return nil, nil
		}
	}
	digits, base := rest, 8
	if rest[0] == 'x' {
		digits, base = rest[1:], 16
	}
	n := map[int]int{8: 3, 16: 2}[base]
	if len(digits) < n {
		return nil, errEnd
	}
	b, err := strconv.ParseUint(string(digits[:n]), base, 8)
	if err != nil {
		return nil, r.errorf("bad escape")
	}
	r.pos += len(rest) - len(digits) + n
	return []byte{byte(b)}, nil
}

// sexpString formats b as libgcrypt would.
func sexpString(b []byte) string {
	token := len(b) > 0 && !isDigit(b[0])
	for i, c := range b {
		escaped := strings.IndexByte(escapeBytes, c) >= 0
		if c < 0x20 && !escaped || 0x7f <= c && c <= 0xa0 || i == 0 && c >= 0x80 {
			return fmt.Sprintf("#%X#", b)
		}
		token = token && isToken(c)
	}
	if token {
		return string(b)
	}
	out := []byte{'"'}
	for _, c := range b {
		if i := strings.IndexByte(escapeBytes, c); i >= 0 {
			out = append(out, '\\', escapeLetters[i])
		} else {
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}

// sexpNumber formats n as a signed number: a leading zero byte keeps it positive.
func sexpNumber(n *big.Int) string {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return fmt.Sprintf("#%X#", b)
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isToken(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || strings.IndexByte("-./_:*+=", c) >= 0
}

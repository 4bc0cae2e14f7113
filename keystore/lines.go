// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"errors"
	"strings"
)

const (
	maxLinesFile = 32 << 20 // about 300 000 fingerprints

	// maxLine is the longest line that libotr reads, including the line break. libotr
	// would read the rest of a longer line as another line. An attacker could choose
	// a name that makes this rest a valid line, such as one that says that their key
	// is verified.
	maxLine = 999

	// minRecord is less than the length of any record.
	minRecord = 10
)

// parseLines parses a file with one record per line. Other lines (comments, another
// program's lines, truncated lines) stay in the file unchanged, which is harmless: libotr
// skips them.
//
// Zero bytes are different: a file system leaves them in place of lost data, and the user
// should be told.
func parseLines[K comparable, V any](data []byte, parse func(line []byte) (K, V, bool)) (*page[K, V], error) {
	p := newPage[K, V](min(bytes.Count(data, newline), len(data)/minRecord) + 1)
	start, others := 0, 0 // the line, and the first of the lines before it that are no records
	for line := range bytes.Lines(data) {
		next := start + len(line)
		line = bytes.TrimSuffix(line, newline)
		if k, v, ok := parse(line); ok && len(line)+1 <= maxLine {
			if others < start {
				p.keep(data[others : start-1])
			}
			p.add(line, k, v)
			others = next
		}
		start = next
	}
	if others < start {
		p.keep(bytes.TrimSuffix(data[others:], newline))
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return p, errors.New("there are zero bytes in it")
	}
	return p, nil
}

var newline = []byte("\n")

func joinLines[K comparable, V any](p *page[K, V]) []byte {
	var out bytes.Buffer
	size := 0
	for text := range p.texts {
		size += len(text) + 1
	}
	out.Grow(size)
	for text := range p.texts {
		out.Write(text)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// splitLine splits a line into n fields. The last field may be missing, and ends at a
// carriage return, as in libotr.
func splitLine(line []byte, n int) [][]byte {
	fields := bytes.SplitN(line, []byte("\t"), n)
	last := &fields[len(fields)-1]
	*last, _, _ = bytes.Cut(*last, []byte("\r"))
	return fields
}

// makeLine is the reverse of splitLine. Only the last field may be empty.
func makeLine(fields ...string) ([]byte, error) {
	if err := checkNames(fields[:len(fields)-1]...); err != nil {
		return nil, err
	}
	line := strings.Join(fields, "\t")
	if strings.ContainsAny(fields[len(fields)-1], unstorable) || len(line)+1 > maxLine {
		return nil, ErrName
	}
	return []byte(line), nil
}

const unstorable = "\t\n\r\x00"

// checkNames refuses names that libotr's files cannot represent. The file of keys could
// represent more of them, but an account that is in only one of the files is useless.
func checkNames(names ...string) error {
	for _, n := range names {
		if n == "" || len(n) >= maxLine || strings.ContainsAny(n, unstorable) {
			return ErrName
		}
	}
	return nil
}

// An interner converts bytes to strings and shares equal ones: thousands of lines contain
// the same few accounts.
type interner map[string]string

func (in interner) string(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

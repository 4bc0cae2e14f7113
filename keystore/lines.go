// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"errors"
	"strings"
)

const (
	maxLinesFile = 32 << 20 // about 300 000 fingerprints

	// maxLine is what libotr reads as one line, with its line break. It would
	// take the rest of a longer one for a line of its own, and so, with names
	// that a stranger has chosen, for what that stranger likes.
	maxLine = 999

	// minRecord is less than any record needs.
	minRecord = 10
)

// parseLines reads a file of one record in each line. Lines that are none (a
// comment, another program's, a line that was cut off) stay in the file as they
// are, which harms nobody: libotr passes over them.
//
// A zero byte is different: it is what a file system leaves in the place of lines
// that were lost, and the user should hear of that.
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
	for text := range p.texts {
		out.Write(text)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// splitLine splits a line into n fields, the last of which ends at a carriage
// return, as for libotr, and may be missing.
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

// checkNames refuses what libotr's files cannot say. The file of keys could say
// some of it, but an account is of no use in one file only.
func checkNames(names ...string) error {
	for _, n := range names {
		if n == "" || len(n) >= maxLine || strings.ContainsAny(n, unstorable) {
			return ErrName
		}
	}
	return nil
}

// An interner makes strings out of bytes, equal ones only once: the same few
// accounts are in thousands of lines.
type interner map[string]string

func (in interner) string(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"iter"
	"regexp"
	"time"

	fragments "purple-otr/otr/internal/assembly"
	"purple-otr/otr/internal/wire"
)

// A message is something found in the input: one of the types below.
type message interface {
	// show prints all fields of the message, escaped. It returns an error if the
	// message is not valid.
	show(t *tool) error
}

type (
	encoded []byte // from "?OTR:" to, if it is there, the final "."

	query struct {
		text     []byte
		versions []string
	}

	errorMessage []byte // without its prefix

	tagged struct {
		text     []byte // without the tag
		versions []string
	}

	fragment struct{ wire.Fragment }

	fragment4 struct{ wire.Fragment4 }

	badFragment struct {
		start []byte
		err   error
	}
)

const (
	errorPrefix = "?OTR Error:"

	// tagBase is the whitespace tag ("Tagged plaintext messages") without the
	// versions, which follow in sets of eight.
	tagBase = "\x20\x09\x20\x20\x09\x09\x09\x09\x20\x09\x20\x09\x20\x09\x20\x20"
)

var tagVersions = map[string]string{
	"\x20\x09\x20\x09\x20\x20\x09\x20": "1",
	"\x20\x20\x09\x09\x20\x20\x09\x20": "2",
	"\x20\x20\x09\x09\x20\x20\x09\x09": "3",
	"\x20\x20\x09\x09\x20\x09\x20\x20": "4",
}

var (
	markers      = regexp.MustCompile(`\?OTR|` + tagBase)
	queryPattern = regexp.MustCompile(`^\?OTR(\?)?(?:v([0-9A-Za-z]*)\?)?`)
)

// scan finds the messages in a transcript and assumes nothing about it. It looks at every
// byte a bounded number of times, and every byte belongs to at most one message:
// otherwise a hostile input could cause a far larger output.
func scan(input []byte) iter.Seq[message] {
	return func(yield func(message) bool) {
		streams := assembly{streams: make(map[stream]*partial)}
		done := 0 // where the last message ended
		for pos := 0; ; {
			marker := markers.FindIndex(input[pos:])
			if marker == nil {
				return
			}
			m, n := next(input[done:], pos+marker[0]-done)
			pos = done + n
			if m == nil {
				continue
			}
			done = pos
			if !yield(m) {
				return
			}
			// A piece contains no comma, so the assembled message contains no
			// fragment.
			for m := range scan(streams.add(m)) {
				if !yield(m) {
					return
				}
			}
		}
	}
}

// next reads the message that begins at the marker b[at:], and returns its end. m is nil
// if the marker is only prose that mentions OTR.
func next(b []byte, at int) (m message, end int) {
	text := b[at:]
	switch {
	case bytes.HasPrefix(text, []byte(tagBase)):
		return tag(b, at)
	case bytes.HasPrefix(text, []byte(wire.Prefix)):
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
		rest := bytes.TrimLeft(text[len(wire.Prefix):], alphabet)
		rest = bytes.TrimPrefix(rest, []byte{'.'})
		return encoded(text[:len(text)-len(rest)]), len(b) - len(rest)
	case bytes.HasPrefix(text, []byte(errorPrefix)):
		text, _ = line(text)
		return errorMessage(text[len(errorPrefix):]), at + len(text)
	case wire.IsFragment(text):
		m, n := cutFragment(text)
		return m, at + n
	}
	found := queryPattern.FindSubmatch(text)
	q := query{text: found[0]}
	if len(found[1]) > 0 {
		q.versions = append(q.versions, "1")
	}
	for _, id := range found[2] {
		q.versions = append(q.versions, string(id))
	}
	if len(q.text) == len("?OTR") {
		return nil, at + len(q.text)
	}
	return q, at + len(q.text)
}

// line splits b after its first line.
func line(b []byte) (first, rest []byte) {
	n := bytes.IndexByte(b, '\n')
	if n < 0 {
		n = len(b)
	}
	return bytes.TrimSuffix(b[:n], []byte{'\r'}), b[n:]
}

// tag reads tagged plaintext: the line around the tag at b[at:].
func tag(b []byte, at int) (m tagged, end int) {
	before := b[bytes.LastIndexByte(b[:at], '\n')+1 : at]
	after, rest := line(b[at+len(tagBase):])
	for len(after) >= 8 && len(bytes.Trim(after[:8], " \t")) == 0 {
		version, known := tagVersions[string(after[:8])]
		if !known {
			version = "unknown"
		}
		m.versions = append(m.versions, version)
		after = after[8:]
	}
	m.text = append(bytes.Clone(before), after...)
	return m, len(b) - len(rest)
}

// maxFragment is larger than any message that a network can transmit.
const maxFragment = 1 << 16

// cutFragment reads the fragment at the beginning of text. In each version it has four
// commas, the last one at its end.
func cutFragment(text []byte) (m message, n int) {
	window := text[:min(len(text), maxFragment)]
	end := 0
	for range 4 {
		comma := bytes.IndexByte(window[end:], ',')
		if comma < 0 {
			end = len(window)
			break
		}
		end += comma + 1
	}
	f4, err4 := wire.ParseFragment4(window[:end])
	if err4 == nil {
		return fragment4{f4}, end
	}
	f, err := wire.ParseFragment(window[:end])
	if err != nil {
		if numbers, _, _ := bytes.Cut(text, []byte{','}); bytes.Count(numbers, []byte{'|'}) == 3 {
			err = err4
		}
		start, _ := line(text[:min(len(text), 60)])
		return badFragment{start, err}, len("?OTR,")
	}
	return fragment{f}, end
}

// An assembly reassembles fragments. Those of versions 2 and 3 must arrive in order.
type assembly struct {
	streams map[stream]*partial
	four    fragments.Buffers
	count   int64 // of the fragments of version 4: nothing in the input says when they arrived
}

// add returns the complete message if m is its last fragment.
func (a *assembly) add(m message) []byte {
	switch f := m.(type) {
	case fragment:
		return a.addInOrder(f.Fragment)
	case fragment4:
		a.count++
		text, _ := a.four.Add(f.Fragment4, time.Unix(a.count, 0))
		return text
	}
	return nil
}

type stream struct {
	version          uint16
	sender, receiver uint32
}

type partial struct {
	k, n int
	text []byte
}

func (a *assembly) addInOrder(f wire.Fragment) []byte {
	s := stream{f.Version, f.Sender, f.Receiver}
	if f.K == 1 {
		a.streams[s] = &partial{n: f.N}
	}
	p := a.streams[s]
	if p == nil || f.N != p.n || f.K != p.k+1 {
		delete(a.streams, s)
		return nil
	}
	p.k++
	p.text = append(p.text, f.Piece...)
	if p.k < p.n {
		return nil
	}
	delete(a.streams, s)
	return p.text
}

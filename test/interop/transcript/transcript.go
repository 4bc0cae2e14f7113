// SPDX-License-Identifier: GPL-2.0-or-later

// Package transcript records the calls to an [otr.Session] and their outcomes, as text
// that can be replayed without the peer.
//
// The file contains everything on which the session depends: its key, the seed of its
// randomness, its clock, and the incoming messages. A transcript of a conversation with
// libotr can therefore be replayed later, without libotr, to check that the engine still
// sends the exact bytes that libotr has accepted.
//
// A file begins with the setup, one name and value per line, up to an empty line. Then
// come "> call" lines, each followed by "< outcome" lines for all its outcomes in order.
// Lines that begin with # are comments. Strings are quoted as in Go.
package transcript

import (
	"bufio"
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"purple-otr/otr"
)

// A Setup is the initial state of a session.
type Setup struct {
	Key        *dsa.PrivateKey
	Seed       string // of the randomness
	Tag        otr.InstanceTag
	Policy     otr.Policy
	MaxMessage int
	Greeting   string
}

// A Step is one call and all its outcomes.
type Step struct {
	Call     Call
	Outcomes []string
}

// A Call is the name of a method, as [Player.Do] names it, and its arguments.
type Call struct {
	Verb string
	Args []string
}

func (c Call) String() string {
	s := c.Verb
	for _, a := range c.Args {
		s += " " + strconv.Quote(a)
	}
	return s
}

// Write writes a transcript that [Read] can read.
func Write(w io.Writer, comment string, s Setup, steps []Step) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n", comment)
	for _, n := range numbers(s.Key) {
		fmt.Fprintf(b, "key.%s %x\n", n.name, n.value)
	}
	fmt.Fprintf(b, "seed %q\ntag %08x\npolicy %d\nmax %d\ngreeting %q\n\n",
		s.Seed, uint32(s.Tag), s.Policy, s.MaxMessage, s.Greeting)
	for _, step := range steps {
		fmt.Fprintf(b, "> %s\n", step.Call)
		for _, o := range step.Outcomes {
			fmt.Fprintf(b, "< %s\n", o)
		}
	}
	return b.Flush()
}

// Read reads a transcript.
func Read(r io.Reader) (Setup, []Step, error) {
	s := Setup{Key: new(dsa.PrivateKey)}
	for _, n := range numbers(s.Key) {
		*n.field = new(big.Int)
	}
	var steps []Step
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		mark, rest, _ := strings.Cut(lines.Text(), " ")
		var err error
		switch {
		case mark == "" || mark == "#":
		case mark == ">":
			var c Call
			c, err = parseCall(rest)
			steps = append(steps, Step{Call: c})
		case mark == "<" && len(steps) > 0:
			last := &steps[len(steps)-1]
			last.Outcomes = append(last.Outcomes, rest)
		default:
			err = s.set(mark, rest)
		}
		if err != nil {
			return Setup{}, nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s, steps, lines.Err()
}

func (s *Setup) set(name, value string) (err error) {
	for _, n := range numbers(s.Key) {
		if name == "key."+n.name {
			b, err := hex.DecodeString(value)
			*n.field = new(big.Int).SetBytes(b)
			return err
		}
	}
	var n uint64
	switch name {
	case "seed":
		s.Seed, err = strconv.Unquote(value)
	case "tag":
		n, err = strconv.ParseUint(value, 16, 32)
		s.Tag = otr.InstanceTag(n)
	case "policy":
		n, err = strconv.ParseUint(value, 10, 8)
		s.Policy = otr.Policy(n)
	case "max":
		s.MaxMessage, err = strconv.Atoi(value)
	case "greeting":
		s.Greeting, err = strconv.Unquote(value)
	default:
		err = fmt.Errorf("transcript: unknown line %q", name)
	}
	return err
}

type number struct {
	name  string
	value []byte
	field **big.Int
}

// numbers names the fields of a key. The value of a nil field is empty.
func numbers(k *dsa.PrivateKey) []number {
	var all []number
	for _, n := range []struct {
		name  string
		field **big.Int
	}{{"p", &k.P}, {"q", &k.Q}, {"g", &k.G}, {"y", &k.Y}, {"x", &k.X}} {
		var value []byte
		if *n.field != nil {
			value = (*n.field).Bytes()
		}
		all = append(all, number{n.name, value, n.field})
	}
	return all
}

func parseCall(s string) (Call, error) {
	verb, rest, _ := strings.Cut(s, " ")
	c := Call{Verb: verb}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		q, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return Call{}, err
		}
		arg, err := strconv.Unquote(q)
		if err != nil {
			return Call{}, err
		}
		c.Args = append(c.Args, arg)
		rest = rest[len(q):]
	}
	return c, nil
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// Scenarios are text files, testdata/scenarios/*.txt. README.txt beside them describes
// their language.
func TestScenarios(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d scenarios, error %v", len(files), err)
	}
	for _, file := range files {
		if filepath.Base(file) == "README.txt" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			runEach(t, file, strings.Split(string(b), "\n"), nil)
		})
	}
}

// runEach runs lines once for each value in each of the "for" lines, and replaces the
// $NAME that these define by the value.
func runEach(t *testing.T, file string, lines []string, replace []string) {
	for i, line := range lines {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] != "for" {
			continue
		}
		rest := slices.Clone(lines)
		rest[i] = ""
		for _, value := range f[2:] {
			t.Run(value, func(t *testing.T) { runEach(t, file, rest, append(slices.Clip(replace), "$"+f[1], value)) })
		}
		return
	}
	everyOrder(t, 5000, func(choose func(int) int) {
		s := &scenario{t: t, choose: choose, clock: newClock(), sides: map[string]*player{}}
		s.join("alice", "alice")
		s.join("bob", "bob")
		for n, line := range lines {
			line = strings.NewReplacer(replace...).Replace(line)
			if words := split(t, line); len(words) > 0 {
				s.where = fmt.Sprintf("%s:%d: %s", file, n+1, line)
				s.run(words)
			}
		}
	})
}

// split splits a line into words and "quoted" strings. A comment begins with #.
func split(t *testing.T, line string) (words []string) {
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' {
			return words
		}
		word, _, _ := strings.Cut(line, " ")
		if line[0] == '"' {
			var err error
			if word, err = strconv.QuotedPrefix(line); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		words = append(words, word)
		line = line[len(word):]
	}
}

// unquote returns a word as text.
func unquote(word string) string {
	if text, err := strconv.Unquote(word); err == nil {
		return text
	}
	return word
}

// A player is a side, and its messages on their way to each of the others.
type player struct {
	*side
	user  string
	links map[string]*[][]byte
}

type scenario struct {
	t      *testing.T
	choose func(int) int
	clock  *clock
	sides  map[string]*player
	names  []string
	secret [][]byte // texts that must not be readable on the network
	where  string
}

func (s *scenario) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s\n\t%s", s.where, fmt.Sprintf(format, args...))
}

// join adds a client of user's.
func (s *scenario) join(name, user string) {
	p := &player{newSide(s.t, name, Manual, at(s.clock)), user, map[string]*[][]byte{}}
	p.key = testKey(user)
	p.SetKey(p.key)
	for other, o := range s.sides {
		if o.user != user {
			p.links[other], o.links[name] = new([][]byte), new([][]byte)
		}
	}
	s.sides[name] = p
	s.names = append(s.names, name)
}

// did gives what p has sent to the network, which delivers it to all clients of the other
// user, and checks that no secret is in it.
func (s *scenario) did(p *player) {
	for _, msg := range p.flying {
		for _, secret := range s.secret {
			if bytes.Contains(msg, secret) {
				s.fail("%s has sent %q in the clear", p.name, secret)
			}
		}
		for _, link := range p.links {
			*link = append(*link, msg)
		}
	}
	p.flying = nil
}

func (s *scenario) run(words []string) {
	if p := s.sides[words[0]]; p != nil {
		if err := s.act(p, words[1:]); err != nil {
			s.fail("%v", err)
		}
		return
	}
	switch words[0] {
	case "instance": // NAME of USER
		s.join(words[1], words[3])
	case "fail": // ERROR SIDE ACTION
		if err := s.act(s.sides[words[2]], words[3:]); !errors.Is(err, scenarioErrors[words[1]]) {
			s.fail("error %v", err)
		}
	case "policy": // SIDE FLAG...
		var p Policy
		for _, w := range words[2:] {
			p |= s.policy(w)
		}
		s.sides[words[1]].SetPolicy(p)
	case "tick": // TIME: passes at once
		d, err := time.ParseDuration(words[1])
		if err != nil {
			s.fail("%v", err)
		}
		s.clock.pass(d)
		s.tick()
	case "inject": // SIDE TEXT
		s.receive(s.sides[words[1]], []byte(unquote(words[2])))
	case "want":
		s.want(words[1:])
	default:
		s.network(words)
	}
}

// tick calls Tick of all players, and checks that it returns when the next one is due.
func (s *scenario) tick() {
	for _, name := range s.names {
		p := s.sides[name]
		p.tick()
		if out, next := p.Tick(); len(out.Send)+len(out.Events) != 0 || !next.IsZero() && !next.After(s.clock.t) {
			s.fail("%s: a second Tick does more: %+v, next %v", name, out, next)
		}
		s.did(p)
	}
}

func (s *scenario) policy(word string) Policy {
	flags := map[string]Policy{
		"never": Off, "v2": AllowV2, "v3": AllowV3, "manual": Manual, "opportunistic": Opportunistic, "always": Always,
		"require": RequireEncryption, "tag": SendWhitespaceTag, "tag-start": WhitespaceStartAKE, "error-start": ErrorStartAKE,
	}
	p, ok := flags[word]
	if !ok {
		s.fail("no policy %s", word)
	}
	return p
}

var scenarioErrors = map[string]error{
	"finished": ErrFinished, "no-channel": ErrNoChannel, "policy": ErrPolicy, "no-key": ErrNoKey, "smp-state": ErrSMPState,
}

// act performs an action of a user.
func (s *scenario) act(p *player, words []string) error {
	var out Output
	var err error
	arg := func(n int) string {
		if n >= len(words) {
			s.fail("a word is missing")
		}
		return unquote(words[n])
	}
	switch words[0] {
	case "start":
		out, err = p.Start()
	case "end":
		out, err = p.End()
	case "send":
		if p.Status().State != Plaintext || p.Session.policy&RequireEncryption != 0 {
			s.secret = append(s.secret, []byte(arg(1)))
		}
		out, err = p.Send([]byte(arg(1)))
	case "prove": // SECRET [QUESTION]
		question := ""
		if len(words) > 2 {
			question = arg(2)
		}
		out, err = p.StartSMP(question, []byte(arg(1)))
	case "answer":
		out, err = p.AnswerSMP([]byte(arg(1)))
	case "abort":
		out, err = p.AbortSMP()
	case "select": // SIDE, or "latest"
		if arg(1) == "latest" {
			p.Unselect()
			return nil
		}
		o := s.sides[arg(1)]
		return p.Select(o.tag, o.key.Fingerprint())
	case "idle": // TIME ["rekey"]
		d, _ := time.ParseDuration(arg(1))
		p.SetIdle(Idle{After: d, Rekey: len(words) > 2})
	default:
		s.fail("nobody can do that")
	}
	p.take(out)
	s.did(p)
	return err
}

// kindOf returns the name of a message in the scenarios.
func kindOf(msg []byte) string {
	switch k, _ := classify(msg); k {
	case queryText:
		return "query"
	case errorText:
		return "error"
	case encodedText:
		names := map[byte]string{
			wire.TypeDHCommit: "commit", wire.TypeDHKey: "key", wire.TypeRevealSig: "reveal", wire.TypeSignature: "signature", wire.TypeData: "data",
		}
		return names[typeOf(msg)]
	}
	return "plain"
}

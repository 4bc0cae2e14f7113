// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/test/interop/transcript"
)

// Peers without version 4 must see no difference if we have it, but the digit in a query.
var version4 = flag.Bool("version4", false, "our side has version 4, too")

// introductions is how many messages in a channel of version v say that we have version 4.
func introductions(v otr.Version) int {
	if *version4 && v == otr.V3 {
		return 1
	}
	return 0
}

// A session is our engine as a party. In every test it checks that no text typed into a
// private conversation is sent unencrypted, and that no message is too long for the wire.
type session struct {
	t     *testing.T
	setup transcript.Setup
	*transcript.Player

	outbox  [][]byte
	log     []string
	secured otr.Secured // the most recent one
}

func newSession(t *testing.T, setup transcript.Setup) *session {
	t.Helper()
	if *version4 {
		setup.Policy |= otr.AllowV4
	}
	p, err := transcript.NewPlayer(setup)
	if err != nil {
		t.Fatal(err)
	}
	return &session{t: t, setup: setup, Player: p}
}

// do makes one call; see [transcript.Player.Do].
func (s *session) do(verb string, args ...string) error {
	s.t.Helper()
	out, err := s.Do(verb, args...)
	for _, m := range out.Send {
		if limit := s.setup.MaxMessage; limit > 0 && len(m) > limit {
			s.t.Errorf("%s: a message of %d bytes, the limit is %d", verb, len(m), limit)
		}
		s.outbox = append(s.outbox, m)
	}
	for _, e := range out.Events {
		s.note(e)
	}
	if m := out.Message; m != nil {
		word := "show"
		if m.Fingerprint.IsZero() {
			word = "clear"
		}
		s.log = append(s.log, fmt.Sprintf("%s %q", word, m.Text))
	}
	if err != nil {
		s.log = append(s.log, "error "+err.Error())
	}
	return err
}

func (s *session) note(e otr.Event) {
	line := fmt.Sprintf("%T", e)[len("otr."):]
	switch e := e.(type) {
	case otr.Secured:
		s.secured = e
		line = fmt.Sprintf("Secured v%d", e.Version)
		if e.Refreshed {
			line += " again"
		}
	case otr.PeerError:
		line += " " + strconv.Quote(e.Text)
	case otr.Resent:
		line += " " + strconv.Quote(string(e.Text))
	case otr.Repeated:
		line += " " + strconv.Quote(string(e.Text))
	case otr.Returned:
		line += " " + strconv.Quote(string(e.Text))
	case otr.SMPAsked:
		line += " " + strconv.Quote(e.Question)
	case otr.SMPStep:
		line += " " + strconv.Itoa(e.Percent)
	case otr.SMPDone:
		line += " " + strconv.FormatBool(e.Same)
	case otr.SMPAborted:
		if e.Refused {
			line += " refused"
		}
	case otr.ExtraKeyAsked:
		line += fmt.Sprintf(" %d %q %x", e.Use, e.Data, e.Key)
	}
	s.log = append(s.log, line)
}

func (s *session) receive(msg []byte) { s.do("receive", string(msg)) }
func (s *session) start()             { s.do("start") }
func (s *session) end()               { s.do("end") }

func (s *session) say(text string) {
	s.t.Helper()
	private := s.status().State != otr.Plaintext
	before := len(s.outbox)
	s.do("send", text)
	for _, m := range s.outbox[before:] {
		if private && len(text) > 3 && bytes.Contains(m, []byte(text)) {
			s.t.Errorf("%q was sent unencrypted", text)
		}
	}
}

func (s *session) status() otr.Status { return s.Session.Status() }

func (s *session) takeOutbox() (msgs [][]byte) {
	msgs, s.outbox = s.outbox, nil
	return msgs
}

func (s *session) takeLog() (lines []string) {
	lines, s.log = s.log, nil
	return lines
}

// lastOutcome returns the last outcome of the last call that begins with word.
func (s *session) lastOutcome(word string) (found string) {
	for _, o := range s.Steps[len(s.Steps)-1].Outcomes {
		if strings.HasPrefix(o, word+" ") {
			found = o
		}
	}
	return found
}

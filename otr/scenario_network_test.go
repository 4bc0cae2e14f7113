// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// receive lets p receive msg. An error is among what p has seen.
func (s *scenario) receive(p *player, msg []byte) {
	p.get(msg)
	s.did(p)
}

// link returns the messages on their way, by "FROM->TO".
func (s *scenario) link(name string) (to *player, link *[][]byte) {
	a, b, _ := strings.Cut(name, "->")
	if s.sides[a] == nil || s.sides[a].links[b] == nil {
		s.fail("nothing leads from %s to %s", a, b)
	}
	return s.sides[b], s.sides[a].links[b]
}

// network does something with messages on their way.
func (s *scenario) network(words []string) {
	if words[0] == "deliver" && (words[1] == "all" || words[1] == "any") {
		s.deliverAll(words[1] == "any", words[2:])
		return
	}
	to, link := s.link(words[1])
	n := 1
	if len(words) > 2 {
		n, _ = strconv.Atoi(words[2])
	}
	if n < 1 || n > len(*link) {
		s.fail("there are %d messages on their way", len(*link))
	}
	rest := (*link)[n:]
	switch words[0] {
	case "deliver":
		msgs := (*link)[:n]
		*link = rest
		for _, msg := range msgs {
			s.receive(to, msg)
		}
	case "drop":
		*link = rest
	case "duplicate": // the nth
		*link = slices.Insert(slices.Clone(*link), n, (*link)[n-1])
	case "reorder": // the nth comes first
		msg := (*link)[n-1]
		*link = slices.Insert(slices.Delete(slices.Clone(*link), n-1, n), 0, msg)
	default:
		s.fail("no such command")
	}
}

// deliverAll delivers until nothing is on its way, in turn or in any order. "losing KIND"
// loses the first message of a kind, and "doubling KIND" delivers it twice.
func (s *scenario) deliverAll(any bool, special []string) {
	done := len(special) == 0
	for range 1000 {
		var ready []string
		for _, from := range s.names {
			for _, to := range s.names {
				if l := s.sides[from].links[to]; l != nil && len(*l) > 0 {
					ready = append(ready, from+"->"+to)
				}
			}
		}
		if len(ready) == 0 {
			if !done {
				s.fail("there was no %s", special[1])
			}
			return
		}
		next := 0
		if any && len(ready) > 1 {
			next = s.choose(len(ready))
		} else if !any {
			ready = ready[:1]
		}
		to, link := s.link(ready[next])
		msg := (*link)[0]
		*link = (*link)[1:]
		times := 1
		if !done && kindOf(msg) == special[1] {
			done = true
			times = map[string]int{"losing": 0, "doubling": 2}[special[0]]
		}
		for range times {
			s.receive(to, msg)
		}
	}
	s.fail("they talk for ever")
}

// want checks what a user must have seen.
func (s *scenario) want(words []string) {
	if words[0] == "flying" { // LINK KIND...
		_, link := s.link(words[1])
		var kinds []string
		for _, msg := range *link {
			kinds = append(kinds, kindOf(msg))
		}
		if got, want := strings.Join(kinds, " "), strings.Join(words[2:], " "); got != want {
			s.fail("on its way: %s", got)
		}
		return
	}
	if words[0] == "same" { // SIDE SIDE: one channel
		a, b := s.sides[words[1]].Status(), s.sides[words[2]].Status()
		if a.State != Encrypted || a.SSID.ID != b.SSID.ID || a.Version != b.Version || a.SSID.Half == b.SSID.Half {
			s.fail("%+v and %+v", a, b)
		}
		return
	}
	p := s.sides[words[0]]
	switch words[1] {
	case "plaintext", "encrypted", "finished": // [VERSION]
		st := p.Status()
		if st.State.String() != words[1] || len(words) > 2 && fmt.Sprint("v", st.Version) != words[2] {
			s.fail("%v v%d", st.State, st.Version)
		}
	case "instances": // NUMBER
		if n := len(p.Instances()); strconv.Itoa(n) != words[2] {
			s.fail("%d", n)
		}
	case "shows": // "nothing", or TEXT "private" or "clear": the next one
		s.wantShown(p, words[2:])
	case "event": // EVENT: one of those not yet looked at
		if i := slices.IndexFunc(p.events, func(e Event) bool { return describe(e) == strings.Join(words[2:], " ") }); i >= 0 {
			p.events = slices.Delete(p.events, i, i+1)
			return
		}
		s.fail("there is %s", describeAll(p.events))
	case "no": // EVENT, or its beginning; "event" is any, "error" what Receive has returned
		if words[2] == "error" && len(p.errs) > 0 {
			s.fail("%v", p.errs)
		}
		for _, e := range p.events {
			if text := describe(e); words[2] == "event" || strings.HasPrefix(text, strings.Join(words[2:], " ")) {
				s.fail("there is %s", text)
			}
		}
	default:
		s.fail("nothing to see")
	}
}

func (s *scenario) wantShown(p *player, words []string) {
	if words[0] == "nothing" {
		if len(p.shown) != 0 {
			s.fail("there is %q", p.texts())
		}
		return
	}
	if len(p.shown) == 0 {
		s.fail("there is nothing")
	}
	m := p.shown[0]
	p.shown = p.shown[1:]
	private := !m.Fingerprint.IsZero()
	if string(m.Text) != unquote(words[0]) || private != (words[1] == "private") {
		s.fail("there is %q, private %v", m.Text, private)
	}
}

func describeAll(events []Event) string {
	var list []string
	for _, e := range events {
		list = append(list, describe(e))
	}
	return strings.Join(list, ", ")
}

// describe returns an event in the words of the scenarios: its type in small letters, and
// its most important fields.
func describe(e Event) string {
	name := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "otr."))
	switch e := e.(type) {
	case Secured:
		if e.Refreshed {
			return "refreshed"
		}
	case Resent:
		return fmt.Sprintf("%s %q", name, e.Text)
	case Repeated:
		return fmt.Sprintf("%s %q", name, e.Text)
	case Returned:
		return fmt.Sprintf("%s %q", name, e.Text)
	case SMPAsked:
		if e.Question != "" {
			return fmt.Sprintf("%s %q", name, e.Question)
		}
	case SMPDone:
		return name + map[bool]string{true: " same", false: " different"}[e.Same]
	case SMPAborted:
		if e.Cheated {
			return name + " cheated"
		}
		if e.Refused {
			return name + " refused"
		}
	}
	return name
}

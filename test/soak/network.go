// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"strings"
	"time"
)

// A packet is a message on its way.
type packet struct {
	from *end
	to   string // a name: who has it when the message comes gets the message
	body string
	of   *text // the text that it carries, alone or with others; nil if that is not known
	at   time.Time
}

// A weather is how often what happens to a message, in percent.
type weather struct{ drop, double, delay, truncate, change, replay int }

// A network is the server between the ends.
type network struct {
	*soak
	weather weather
	flying  []packet
	old     []packet // the last that were sent, to be replayed
}

// fair is what the server does while all is checked.
var fair weather

// chance reports whether something happens whose probability is percent.
func (s *soak) chance(percent int) bool { return s.rand.IntN(100) < percent }

// forecast makes up the weather of a minute. It is seldom all bad: else there would be no
// private conversation to disturb.
func (s *soak) forecast() weather {
	some := func() int {
		if s.chance(50) {
			return 0
		}
		return s.rand.IntN(13)
	}
	return weather{some(), some(), 2 * some(), some(), some(), some()}
}

// send takes a message from an end.
func (n *network) send(from *end, to, body string, of *text) {
	p := packet{from, to, body, of, time.Now()}
	if of != nil {
		of.parts++
	}
	n.old = append(n.old, p)
	if len(n.old) > 200 {
		n.old = n.old[1:]
	}
	w := n.weather
	if n.chance(w.drop) {
		n.figures.dropped++
		return
	}
	if n.chance(w.delay) {
		n.figures.delayed++
		if strings.HasPrefix(body, "?OTR|") {
			p.of = nil // parts in another order make no message
		}
		p.at = p.at.Add(time.Duration(n.rand.IntN(4000)) * time.Millisecond)
	}
	if n.chance(w.double) {
		n.figures.doubled++
		twin := p
		twin.of = nil
		twin.at = twin.at.Add(time.Duration(n.rand.IntN(2000)) * time.Millisecond)
		n.flying = append(n.flying, twin)
	}
	// A text in the clear has no protection, so to change it would prove nothing. What no
	// longer begins as a message of OTR does is such a text.
	if start := protected(body); start < len(body) {
		switch {
		case n.chance(w.truncate):
			n.figures.damaged++
			p.body, p.of = body[:start+n.rand.IntN(len(body)-start)], nil
		case n.chance(w.change):
			n.figures.damaged++
			i := start + n.rand.IntN(len(body)-start)
			p.body, p.of = body[:i]+string("ABCabc019.,|"[n.rand.IntN(12)])+body[i+1:], nil
		}
	}
	n.flying = append(n.flying, p)
}

// protected is how many bytes make body a message of OTR or a part of one: all, if it is
// something else.
func protected(body string) int {
	switch {
	case strings.HasPrefix(body, "?OTR:AA"):
		return len("?OTR:AA")
	case strings.HasPrefix(body, "?OTR|"):
		return len("?OTR|00000000|00000000,00001,00002,?OTR:AA")
	}
	return len(body)
}

// deliver delivers the messages that are due.
func (n *network) deliver() {
	now := time.Now()
	var later []packet
	flying := n.flying
	n.flying = nil
	for _, p := range flying {
		if p.at.After(now) {
			later = append(later, p)
			continue
		}
		n.hand(p)
	}
	n.flying = append(later, n.flying...)
}

// hand gives a message to the end that it is for, if that is there.
func (n *network) hand(p packet) {
	to := n.named(p.to)
	if to == nil || !to.online || to == p.from || to.people[p.from.nick] == nil {
		return
	}
	before := to.reports[p.from]
	to.do("inject", to.name, p.from.nick, p.body)
	if p.of != nil && p.of.to == to {
		p.of.arrived++
		if mayWait(p.body) {
			n.waiting = append(n.waiting, verdict{p.of, time.Now().Add(patience), before, to.starts})
		} else {
			n.judge(p.of, to.reports[p.from] > before)
		}
	}
}

// replay sends one of the last messages again, perhaps to somebody else or back.
func (n *network) replay() {
	if len(n.old) == 0 {
		return
	}
	n.figures.replayed++
	p := n.old[n.rand.IntN(len(n.old))]
	p.of = nil
	if !strings.HasPrefix(p.body, "?OTR") {
		return // nothing protects a text in the clear
	}
	switch n.rand.IntN(4) {
	case 0:
		if to := n.named(p.to); to != nil {
			p.to, p.from = p.from.nick, to
		}
	case 1:
		p.to = n.ends[n.rand.IntN(len(n.ends))].nick
	}
	n.hand(p)
}

// named is the end that has this name now.
func (s *soak) named(nick string) *end {
	for _, e := range s.ends {
		if e.nick == nick {
			return e
		}
	}
	return nil
}

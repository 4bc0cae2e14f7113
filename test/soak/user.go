// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"strings"
	"time"
)

const (
	passphrase = "nine tired clerks eat soup"
	notPrivate = "Not private"
)

// pick returns one of the ends, and a person whom they talk to: everybody talks to the
// first.
func (s *soak) pick() (e, person *end) {
	e, person = s.ends[0], s.ends[1+s.rand.IntN(len(s.ends)-1)]
	if s.chance(50) {
		e, person = person, e
	}
	return e, person
}

// actions are what users and the world do, and how often.
var actions = []struct {
	weight int
	do     func(s *soak, e, person *end)
}{
	{600, (*soak).say},
	{50, func(_ *soak, e, p *end) { e.command(p, "otr start") }},
	{15, func(_ *soak, e, p *end) { e.command(p, "otr end") }},
	{20, (*soak).verify},
	{10, (*soak).reopen},
	{8, func(s *soak, e, _ *end) { s.cut(e) }},
	{4, func(s *soak, e, _ *end) { s.offline(e) }},
	{3, func(s *soak, _, _ *end) { s.restart() }},
	{8, func(s *soak, _, _ *end) { s.changeNicks() }},
	{6, (*soak).lock},
	{4, func(s *soak, e, _ *end) { s.reload(e) }},
	{20, func(s *soak, e, _ *end) { s.set(e, "onlyprivate", s.chance(50)) }},
	{4, func(s *soak, e, _ *end) { s.set(e, "enabled", false) }},
	{10, func(s *soak, e, _ *end) { s.set(e, "automatic", s.chance(50)) }},
	{10, func(s *soak, e, _ *end) { s.set(e, "version4", s.chance(70)) }},
	{15, (*soak).forge},
	{10, func(s *soak, e, p *end) { s.inject(e, p, "?OTRv23?") }},
	{6, func(s *soak, e, p *end) { s.inject(e, p, "?OTR Error: it broke") }},
	{100, func(s *soak, _, _ *end) { s.answer() }},
	{60, func(s *soak, e, _ *end) { s.back(e) }},
}

// act does one of them.
func (s *soak) act() {
	sum := 0
	for _, a := range actions {
		sum += a.weight
	}
	n := s.rand.IntN(sum)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			e, person := s.pick()
			a.do(s, e, person)
			return
		}
	}
}

// say types a text.
func (s *soak) say(e, person *end) {
	if e.online {
		s.typed(e, person)
	}
}

// typed types a text. It is private if the window says that the conversation is, or was,
// or must be.
func (s *soak) typed(e, person *end) *text {
	window := person.nick
	level := e.ask(person)
	s.number++
	t := &text{mark: fmt.Sprintf("soak%07d", s.number), from: e, to: person}
	t.html = t.mark + " f\u00fcr &lt;dich&gt; \U0001f511"
	if s.chance(10) {
		t.html += strings.Repeat(" long", s.rand.IntN(800))
	}
	t.private = level != notPrivate || e.require && !e.off
	s.texts[t.mark] = t
	s.open = append(s.open, t)
	s.figures.typed++
	if t.private {
		s.figures.private++
		s.sending = t
	}
	delete(s.hinted, [2]*end{e, person})
	e.do("send", e.name, window, t.html)
	s.sending = nil
	return t
}

// verify begins to verify, with a secret or by a question. Who asks types one secret, who
// answers the same or, in some minutes, always another.
func (s *soak) verify(e, person *end) {
	if e.ask(person) != notPrivate {
		e.command(person, "otr verify")
	}
}

// answer answers a dialog.
func (s *soak) answer() {
	for _, e := range s.ends {
		for _, f := range e.forms {
			if f[0] == "form" || s.chance(5) { // the others show progress
				s.fill(e, f)
				break
			}
		}
	}
}

// fill fills in a dialog and presses a button.
func (s *soak) fill(e *end, dialog event) {
	id, title := dialog[1], dialog[2]
	fields := e.fields[id]
	e.done(id)
	if dialog[0] == "question" {
		button := -2 // closes it
		for i, f := range fields {
			if f.look == "button" && (f.options[0] == "Continue anyway" || f.options[0] == "Continue this time") {
				button = i
			}
		}
		e.do("press", id, fmt.Sprint(button))
		return
	}
	secret := "sesame"
	if s.differ {
		secret += e.name // both may ask at once, and then each has answered the other
	}
	switch {
	case strings.Contains(title, "question for you"):
		if s.differ {
			secret = "another"
		}
	case strings.Contains(title, "protection"), strings.Contains(title, "Unlock"):
		secret = passphrase
	}
	for i, f := range fields {
		place := fmt.Sprint(i)
		switch f.look {
		case "secret":
			e.do("fill", id, place, secret)
		case "input":
			e.do("fill", id, place, "What opens the door?")
		case "choice":
			choice := s.rand.IntN(2)
			if s.proving {
				choice = 1
			}
			for j, o := range f.options {
				if strings.Contains(o, "passphrase") {
					choice = j
				}
			}
			e.do("fill", id, place, fmt.Sprint(choice))
		}
	}
	button := "0"
	if secret != passphrase && !s.proving && s.chance(10) {
		button = "-1"
	}
	e.do("press", id, button)
}

// reopen closes a window and opens another for the same person.
func (s *soak) reopen(e, person *end) {
	if e.online { // else no window could be opened
		e.do("close", e.name, person.nick)
		e.do("open", e.name, person.nick)
	}
}

// cut breaks a connection. What is on its way to or from there is lost.
func (s *soak) cut(e *end) {
	if e.online {
		s.figures.cuts++
		e.online = false
		e.do("cut", e.name)
		s.lose(e)
	}
}

// offline takes an account offline, as the user does.
func (s *soak) offline(e *end) {
	if e.online {
		e.do("offline", e.name)
		e.online = false
		s.lose(e)
	}
}

// back undoes what keeps an end from talking.
func (s *soak) back(e *end) {
	if !e.online {
		e.online = true
		if !e.do("online", e.name) {
			e.online = false
			return
		}
		for _, p := range s.known(e) {
			e.do("open", e.name, p.nick)
		}
	}
	if e.off {
		s.set(e, "enabled", true)
	}
	if e.locked && s.chance(30) {
		s.unlock(e)
	}
}

// restart kills the program of somebody, but not of the first, and starts it again.
func (s *soak) restart() {
	e := s.ends[1+s.rand.IntN(len(s.ends)-1)]
	s.figures.kills++
	e.kill()
	e.online = false
	s.lose(e)
	for _, t := range s.open {
		t.gone = t.gone || t.from == e
	}
	s.begin(e)
}

// reload disables and enables the plugin, which ends what is private.
func (s *soak) reload(e *end) {
	e.do("unload", "purple-otr")
	e.look()
	e.do("load", "purple-otr")
	e.locked = true
}

// begin starts the program of e.
func (s *soak) begin(e *end) {
	if err := e.start(s.host, s.plugin); err != nil {
		fail("%v: %s", err, e.last())
	}
	e.locked = e.protected
	e.do("online", e.name)
	e.do("nick", e.name, e.nick)
	e.online = true
	for _, p := range s.known(e) {
		e.do("open", e.name, p.nick)
	}
	for _, key := range []string{"enabled", "automatic"} {
		s.set(e, key, true)
	}
	s.set(e, "onlyprivate", false)
}

func (s *soak) set(e *end, key string, on bool) {
	value, folder := map[bool]string{false: "0", true: "1"}[on], "/OTR/"
	if key == "version4" {
		folder = "/plugins/core/purple-otr/" // pidgin-otr does not have it
	}
	e.do("pref", folder+key, value)
	switch key {
	case "enabled":
		e.off = !on
	case "onlyprivate":
		e.require = on
	}
}

// lock locks the keys, which also ends what is private, or unlocks them.
func (s *soak) lock(e, person *end) {
	if e.locked {
		s.unlock(e)
		return
	}
	s.figures.locks++
	e.locked = true
	e.command(person, "otr lock")
}

// unlock unlocks the keys, which takes long on a slow machine.
func (s *soak) unlock(e *end) {
	somebody := s.known(e)[0]
	e.command(somebody, "otr unlock")
	s.until(commandTimeout, "unlocking of the keys of "+e.name, func() bool {
		for _, f := range e.forms {
			if strings.Contains(f[2], "Unlock") {
				s.fill(e, f)
				break
			}
		}
		e.ask(somebody)
		return !e.locked
	})
}

// decide continues with a person who now has the name of a verified one, or uses older
// encryption than before.
func (s *soak) decide(e *end) {
	for _, f := range e.forms {
		if f[2] == "Key changed" || f[2] == "Older encryption" {
			s.fill(e, f)
			break
		}
	}
}

// answerAll answers all dialogs that come within a second.
func (s *soak) answerAll(e *end) {
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		e.look()
		if len(e.forms) > 0 {
			s.fill(e, e.forms[0])
		}
	}
}

// known returns the people whom e talks to.
func (s *soak) known(e *end) []*end {
	if e == s.ends[0] {
		return s.ends[1:]
	}
	return s.ends[:1]
}

// changeNicks gives somebody another name, and perhaps somebody else the old one.
func (s *soak) changeNicks() {
	e := s.ends[1+s.rand.IntN(len(s.ends)-1)]
	before := e.nick
	s.rename(e, fmt.Sprintf("%s%d", e.name, s.rand.IntN(100)))
	if other := s.ends[1+s.rand.IntN(len(s.ends)-1)]; other != e && s.chance(50) {
		s.rename(other, before)
	}
}

func (s *soak) rename(e *end, nick string) {
	if s.named(nick) != nil || !e.online {
		return
	}
	s.figures.nicks++
	first, before := s.ends[0], e.nick
	e.nick = nick
	delete(first.people, before)
	first.people[nick] = e
	e.do("nick", e.name, nick)
	first.do("peer-nick", first.name, before, nick)
}

// forge has an attacker write in somebody's name, in the clear.
func (s *soak) forge(e, person *end) {
	if e.online && !e.off {
		s.secret = e.ask(person) != notPrivate
		s.inject(e, person, fmt.Sprintf("forged%d", s.number))
		s.secret = false
	}
}

func (s *soak) inject(e, person *end, body string) {
	if e.online {
		e.do("inject", e.name, person.nick, body)
	}
}

// lose loses what is on its way to or from e.
func (s *soak) lose(e *end) {
	var rest []packet
	for _, p := range s.network.flying {
		if p.from != e && p.to != e.nick {
			rest = append(rest, p)
		}
	}
	s.network.flying = rest
}

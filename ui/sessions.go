// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/otr"
)

// A buddy may be signed in with several programs, each with a private
// conversation of its own. A route says which of them gets what the user types:
// by default the most secure one.
type route struct {
	to      Action // SendToBest, which is also meant by zero, SendToRecent or SendToSession
	session program
	heard   program         // the one that has written last
	numbers map[program]int // what the user knows them by
	told    bool            // that there are several
	warned  program         // see spokeElsewhere
}

// A program is one of the buddy's, with one key: anybody can use its tag, with a key
// of his own.
type program struct {
	tag         otr.InstanceTag
	fingerprint otr.Fingerprint
}

func programOf(st otr.Status) program { return program{st.Tag, st.Fingerprint} }

// direct points the session at the program that the user's words go to. It is
// called whenever that may have changed, so that what is shown is about the
// same one.
func (a *App) direct(t *talk) {
	list := t.session.Instances()
	for _, st := range slices.Backward(list) {
		t.route.number(programOf(st))
	}
	if len(list) < 2 {
		t.session.Unselect()
		return
	}
	best := list[0]
	for _, st := range list {
		switch {
		case t.route.to == SendToSession && programOf(st) == t.route.session,
			t.route.to == SendToRecent && programOf(st) == t.route.heard:
			best = st
		case t.route.to == SendToSession, t.route.to == SendToRecent:
		case a.security(t.chat, st) > a.security(t.chat, best):
			best = st
		}
	}
	_ = t.session.Select(best.Tag, best.Fingerprint) // it is one of those that Instances lists
}

// security orders a buddy's programs.
func (a *App) security(c Chat, st otr.Status) Level {
	switch {
	case st.State != otr.Encrypted:
		return NotPrivate
	case a.trusted(c, st.Fingerprint):
		return Private
	}
	return Unverified
}

// number gives each program the next number when it is first seen.
func (r *route) number(p program) int {
	if r.numbers == nil {
		r.numbers = map[program]int{}
	}
	n, ok := r.numbers[p]
	if !ok {
		n = len(r.numbers) + 1
		r.numbers[p] = n
	}
	return n
}

// sendTo is the user's choice from the menu; number counts for SendToSession.
func (a *App) sendTo(c Chat, to Action, number int) (problem string) {
	t := a.talks[c]
	if t == nil {
		return noPrivate(a.name(c))
	}
	list := t.session.Instances()
	i := slices.IndexFunc(list, func(st otr.Status) bool { return t.route.numbers[programOf(st)] == number })
	if to == SendToSession && i < 0 {
		return sessionGone(a.name(c))
	}
	t.route.to, t.route.session, t.route.warned = to, program{}, program{}
	if to == SendToSession {
		t.route.session = programOf(list[i])
	}
	a.carry(t, otr.Output{}) // what is shown may be about another one now
	a.settle(t)
	st := t.session.Status()
	a.notice(c, Info, true, sessionChosen(a.name(c), t.route.number(programOf(st)), levelWord(a.level(c))))
	return ""
}

// sessionCommand is sendTo where there is no menu. Without an answer to which, it
// lists what that can be.
func (a *App) sessionCommand(c Chat, which string) (problem string) {
	t := a.talks[c]
	if t == nil || len(t.session.Instances()) < 2 {
		return oneSession(a.name(c))
	}
	switch which {
	case "best":
		return a.do(c, SendToBest, 0)
	case "last":
		return a.do(c, SendToRecent, 0)
	}
	var lines []string
	for _, item := range a.sessionItems(t) {
		if item.Action == SendToSession && which == strconv.Itoa(int(item.Arg)) {
			return a.do(c, SendToSession, item.Arg)
		}
		if item.Label != "" {
			lines = append(lines, strings.ReplaceAll(item.Label, "_", ""))
		}
	}
	a.notice(c, Info, true, strings.Join(append(lines, sessionHelp()), "\n"))
	return ""
}

// at calls f with the session pointed at one program; carry points it back.
func (a *App) at(t *talk, p program, f func() (otr.Output, error)) (otr.Output, error) {
	if err := t.session.Select(p.tag, p.fingerprint); err != nil {
		return otr.Output{}, err
	}
	return f()
}

// spoke notes which program has written, and says so if what the user types
// goes to another one.
func (a *App) spoke(t *talk, m *otr.Message) {
	if m == nil || m.Fingerprint.IsZero() {
		return
	}
	from := program{m.From, m.Fingerprint}
	t.route.heard = from
	a.direct(t)
	to := programOf(t.session.Status())
	if to == from {
		t.route.warned = program{}
		return
	}
	if t.route.warned != from {
		t.route.warned = from
		a.notice(t.chat, Warning, false, spokeElsewhere(a.name(t.chat), t.route.number(from), t.route.number(to)))
	}
}

// severalSessions says once that there is something to choose.
func (a *App) severalSessions(t *talk) {
	if len(t.session.Instances()) > 1 && !t.route.told {
		t.route.told = true
		a.notice(t.chat, Info, false, severalSessions(a.name(t.chat)))
	}
}

// sessionItems are the menu's lines for choosing.
func (a *App) sessionItems(t *talk) []MenuItem {
	list := t.session.Instances()
	if len(list) < 2 {
		return nil
	}
	to := t.route.to
	if to == 0 {
		to = SendToBest
	}
	items := []MenuItem{
		{},
		{Label: menuBest(), Action: SendToBest, Enabled: true, Radio: true, On: to == SendToBest},
		{Label: menuRecent(), Action: SendToRecent, Enabled: true, Radio: true, On: to == SendToRecent},
	}
	slices.SortFunc(list, func(x, y otr.Status) int { return t.route.numbers[programOf(x)] - t.route.numbers[programOf(y)] })
	for _, st := range list {
		level := a.security(t.chat, st)
		if st.State == otr.Finished {
			level = Finished
		}
		items = append(items, MenuItem{
			Label:  menuSession(t.route.numbers[programOf(st)], levelWord(level), programOf(st) == programOf(t.session.Status())),
			Action: SendToSession, Arg: uint32(t.route.numbers[programOf(st)]), Enabled: true,
			Radio: true, On: to == SendToSession && programOf(st) == t.route.session,
		})
	}
	return items
}

// explain says what the levels mean.
func (a *App) explain(c Chat) {
	a.host.AskForm(Form{
		Chat: c, Title: explainTitle(), Heading: explainHeading(), Text: explainText(),
		Cancel: buttonClose(), Done: func(bool, []string) {},
	})
}

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
	session otr.InstanceTag
	heard   otr.InstanceTag         // the one that has written last
	numbers map[otr.InstanceTag]int // what the user knows them by
	told    bool                    // that there are several
	warned  otr.InstanceTag         // see spokeElsewhere

	from      string            // the address of the message being received; empty: none is
	addresses map[client]string // the one from which each client has written last
}

// A client is one of the buddy's programs, with the key that it uses.
type client struct {
	tag otr.InstanceTag
	key otr.Fingerprint
}

// maxAddresses bounds how many clients' addresses are remembered: a stranger can
// have made them.
const maxAddresses = 64

// heardFrom notes the addresses of the clients that out shows to be genuine.
func (r *route) heardFrom(out otr.Output) {
	if r.from == "" {
		return
	}
	note := func(c client) {
		if r.addresses == nil || len(r.addresses) >= maxAddresses {
			r.addresses = map[client]string{}
		}
		r.addresses[c] = r.from
	}
	if m := out.Message; m != nil && !m.Fingerprint.IsZero() {
		note(client{m.From, m.Fingerprint})
	}
	for _, e := range out.Events {
		if e, ok := e.(otr.Secured); ok {
			note(client{e.Tag, e.Fingerprint})
		}
	}
}

// address is where msg must go to reach the client that it is for: where that client
// has written from, which need not be where libpurple would send to. It is empty if
// that is not known, or no address of this buddy.
func (a *App) address(t *talk) string {
	to := t.route.from // what goes out while something is being received answers it
	if to == "" {
		st := t.session.Status()
		to = t.route.addresses[client{st.Tag, st.Fingerprint}]
	}
	if to == "" || a.host.Normalize(t.chat, to) != t.chat.Peer {
		return ""
	}
	return to
}

// direct points the session at the program that the user's words go to. It is
// called whenever that may have changed, so that what is shown is about the
// same one.
func (a *App) direct(t *talk) {
	list := t.session.Instances()
	for _, st := range slices.Backward(list) {
		t.route.number(st.Tag)
	}
	if len(list) < 2 {
		t.session.Unselect()
		return
	}
	best := list[0]
	for _, st := range list {
		switch {
		case t.route.to == SendToSession && st.Tag == t.route.session,
			t.route.to == SendToRecent && st.Tag == t.route.heard:
			best = st
		case t.route.to == SendToSession, t.route.to == SendToRecent:
		case a.security(t.chat, st) > a.security(t.chat, best):
			best = st
		}
	}
	_ = t.session.Select(best.Tag) // it is one of those that Instances lists
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
func (r *route) number(tag otr.InstanceTag) int {
	if r.numbers == nil {
		r.numbers = map[otr.InstanceTag]int{}
	}
	n, ok := r.numbers[tag]
	if !ok {
		n = len(r.numbers) + 1
		r.numbers[tag] = n
	}
	return n
}

// sendTo is the user's choice from the menu.
func (a *App) sendTo(c Chat, to Action, tag otr.InstanceTag) (problem string) {
	t := a.talks[c]
	if t == nil {
		return noPrivate(a.name(c))
	}
	if to == SendToSession && !slices.ContainsFunc(t.session.Instances(), func(st otr.Status) bool { return st.Tag == tag }) {
		return sessionGone(a.name(c))
	}
	t.route.to, t.route.session, t.route.warned = to, tag, 0
	a.carry(t, otr.Output{}) // what is shown may be about another one now
	a.settle(t)
	st := t.session.Status()
	a.notice(c, Info, true, sessionChosen(a.name(c), t.route.number(st.Tag), levelWord(a.level(c))))
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
		if item.Action == SendToSession && which == strconv.Itoa(t.route.numbers[otr.InstanceTag(item.Arg)]) {
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
func (a *App) at(t *talk, tag otr.InstanceTag, f func() (otr.Output, error)) (otr.Output, error) {
	if err := t.session.Select(tag); err != nil {
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
	t.route.heard = m.From
	a.direct(t)
	st := t.session.Status()
	if st.Tag == m.From {
		t.route.warned = 0
		return
	}
	if t.route.warned != m.From {
		t.route.warned = m.From
		a.notice(t.chat, Warning, false, spokeElsewhere(a.name(t.chat), t.route.number(m.From), t.route.number(st.Tag)))
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
	slices.SortFunc(list, func(x, y otr.Status) int { return t.route.numbers[x.Tag] - t.route.numbers[y.Tag] })
	for _, st := range list {
		level := a.security(t.chat, st)
		if st.State == otr.Finished {
			level = Finished
		}
		items = append(items, MenuItem{
			Label:  menuSession(t.route.numbers[st.Tag], levelWord(level), st.Tag == t.session.Status().Tag),
			Action: SendToSession, Arg: uint32(st.Tag), Enabled: true,
			Radio: true, On: to == SendToSession && st.Tag == t.route.session,
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

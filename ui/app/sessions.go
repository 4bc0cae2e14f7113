// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A buddy may be signed in with several programs, each with a private
// conversation of its own. A route says which of them gets what the user types: by
// default the one that has written last among the most trusted.
type route struct {
	to      ui.Action // SendToBest, which is also meant by zero, SendToRecent or SendToSession
	session program
	now     program         // the one that the user's words go to, and the window speaks of
	heard   program         // the one that has written last
	numbers map[program]int // what the user knows them by
	told    bool            // that there are several
	warned  program         // see spokeElsewhere

	followed map[program]bool // see follow

	alive map[program]int // when each has shown that its user is there: the higher the later
	turn  int             // of alive

	from      string             // the address of the message being received; empty: none is
	addresses map[program]string // the one from which each has written last
}

// A router decides which of a buddy's programs the user's words go to.
type router struct{ *App }

// A program is one of the buddy's, with one key: anybody can use its tag, with a key
// of their own.
type program struct {
	tag         otr.InstanceTag
	fingerprint otr.Fingerprint
}

func programOf(st otr.Status) program { return program{st.Tag, st.Fingerprint} }

// maxPrograms bounds what is remembered of programs: a stranger can make any number.
const maxPrograms = 64

// direct points the session at the program that the user's words go to. It is
// called whenever that may have changed, so that what is shown is about the
// same one.
func (rt router) direct(t *talk) {
	list := t.session.Instances()
	for _, st := range slices.Backward(list) {
		t.route.number(programOf(st))
	}
	t.session.Unselect()
	if len(list) == 0 {
		t.route.now = program{}
		return
	}
	best := rt.stays(t, list)
	for _, st := range list {
		switch {
		case t.route.to == ui.SendToSession && programOf(st) == t.route.session,
			t.route.to == ui.SendToRecent && programOf(st) == t.route.heard:
			best = st
		case t.route.to == ui.SendToSession, t.route.to == ui.SendToRecent:
		case rt.better(t, st, best):
			best = st
		}
	}
	t.route.now = programOf(best)
	_ = t.session.Select(best.Tag, best.Fingerprint) // it is one of those that Instances lists
}

// stays is the one of list that the window speaks of until now, or if it is gone
// another one with its key, or the one that came first.
func (rt router) stays(t *talk, list []otr.Status) otr.Status {
	now := t.session.Status()
	for _, st := range list {
		if programOf(st) == t.route.now {
			return st
		}
		if st.Fingerprint == t.route.now.fingerprint {
			now = st
		}
	}
	return now
}

// better reports whether the user's words go to st rather than to best. A key that
// somebody has brought in is not better for being there: only for being trusted more,
// or, if it is trusted as much, for being what the buddy has written with last. When a
// conversation has ended, one that nobody has used since does not take its place.
func (rt router) better(t *talk, st, best otr.Status) bool {
	x, y := rt.security(t.chat, st), rt.security(t.chat, best)
	later := t.route.alive[programOf(st)] > t.route.alive[programOf(best)]
	switch {
	case best.State == otr.Finished && x == ui.Unverified && st.Fingerprint != best.Fingerprint:
		return later
	case x != y:
		return x > y
	}
	return later
}

// lives notes that the buddy is at p now.
func (r *route) lives(p program) {
	if r.alive == nil || len(r.alive) >= maxPrograms {
		r.alive = map[program]int{}
	}
	r.turn++
	r.alive[p] = r.turn
}

// listen notes what out shows about the buddy's programs, before anything is done
// with it. over says that no private conversation is going on.
//
// Text counts, and so does SMP. Of an exchange only the key counts that the window
// speaks of already: its owner has begun anew somewhere. Anybody can complete one with
// another key; that counts where nothing is going on.
func (r *route) listen(out otr.Output, over bool) {
	if m := out.Message; m != nil && !m.Fingerprint.IsZero() {
		p := program{m.From, m.Fingerprint}
		r.lives(p)
		r.answerTo(p)
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case otr.Secured:
			p := programOf(e.Status)
			if !e.Refreshed && (over || e.Fingerprint == r.now.fingerprint) {
				r.lives(p)
			}
			r.answerTo(p)
		case otr.SMPAsked:
			r.lives(program{e.From, e.Fingerprint})
		case otr.Ended:
			r.lives(program{e.From, e.Fingerprint})
		}
	}
}

// answerTo notes that p's address is the one of the message being received.
func (r *route) answerTo(p program) {
	if r.from == "" {
		return
	}
	if r.addresses == nil || len(r.addresses) >= maxPrograms {
		r.addresses = map[program]string{}
	}
	r.addresses[p] = r.from
}

// address is where msg must go to reach the program that it is for: to where that has
// written from, which need not be where libpurple would send to. It is empty if that
// is not known, or no address of this buddy.
func (rt router) address(t *talk, msg string) string {
	to := t.route.from // what goes out while something is being received answers it
	if to == "" {
		to = t.route.addresses[rt.recipient(t, msg)]
	}
	if to == "" || rt.host.Normalize(t.chat, to) != t.chat.Peer {
		return ""
	}
	return to
}

// recipient is the program that msg is for, zero if it is for whoever answers.
func (rt router) recipient(t *talk, msg string) program {
	tag, ok := otr.Receiver([]byte(msg))
	now := t.route.now
	if !ok || tag == now.tag {
		return now
	}
	for _, st := range t.session.Instances() {
		if st.Tag == tag {
			return programOf(st)
		}
	}
	return program{}
}

// security orders a buddy's programs.
func (rt router) security(c ui.Chat, st otr.Status) ui.Level {
	switch {
	case st.State != otr.Encrypted:
		return ui.NotPrivate
	case rt.verifier.trusted(c, st.Fingerprint):
		return ui.Private
	}
	return ui.Unverified
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
func (rt router) sendTo(c ui.Chat, to ui.Action, number int) (problem string) {
	t := rt.talks[c]
	if t == nil {
		return text.NoPrivate(rt.name(c))
	}
	list := t.session.Instances()
	i := slices.IndexFunc(list, func(st otr.Status) bool { return t.route.numbers[programOf(st)] == number })
	if to == ui.SendToSession && i < 0 {
		return text.SessionGone(rt.name(c))
	}
	t.route.to, t.route.session, t.route.warned = to, program{}, program{}
	if to == ui.SendToSession {
		t.route.session = programOf(list[i])
	}
	rt.carry(t, otr.Output{}) // what is shown may be about another one now
	rt.settle(t)
	st := t.session.Status()
	rt.notice(c, ui.Info, true, text.SessionChosen(rt.name(c), t.route.number(programOf(st)), rt.level(c).Word()))
	return ""
}

// sessionCommand is sendTo where there is no menu. Without an answer to which, it
// lists what that can be.
func (rt router) sessionCommand(c ui.Chat, which string) (problem string) {
	t := rt.talks[c]
	if t == nil || len(t.session.Instances()) < 2 {
		return text.OneSession(rt.name(c))
	}
	switch which {
	case "best":
		return rt.commands.do(c, ui.SendToBest, 0)
	case "last":
		return rt.commands.do(c, ui.SendToRecent, 0)
	}
	var lines []string
	for _, item := range rt.sessionItems(t) {
		if item.Action == ui.SendToSession && which == strconv.Itoa(int(item.Arg)) {
			return rt.commands.do(c, ui.SendToSession, item.Arg)
		}
		if item.Label != "" {
			lines = append(lines, strings.ReplaceAll(item.Label, "_", ""))
		}
	}
	rt.notice(c, ui.Info, true, strings.Join(append(lines, text.SessionHelp()), "\n"))
	return ""
}

// at calls f with the session pointed at one program; carry points it back.
func (rt router) at(t *talk, p program, f func() (otr.Output, error)) (otr.Output, error) {
	if err := t.session.Select(p.tag, p.fingerprint); err != nil {
		return otr.Output{}, err
	}
	return f()
}

// spoke notes which program has written, and says so if what the user types goes to
// another one, or not to before any more, which it went to until now.
func (rt router) spoke(t *talk, m *otr.Message, before program) {
	if m == nil || m.Fingerprint.IsZero() {
		return
	}
	from := program{m.From, m.Fingerprint}
	t.route.heard = from
	rt.direct(t)
	to := t.route.now
	if to == from {
		t.route.warned = program{}
		if to.fingerprint != before.fingerprint {
			rt.follow(t)
		}
		return
	}
	if t.route.warned != from {
		t.route.warned = from
		rt.notice(t.chat, ui.Warning, false, text.WroteElsewhere(rt.name(t.chat), t.route.number(from), t.route.number(to)))
	}
}

// follow says, once for each, that the user's words go to another program now, which
// has another key.
func (rt router) follow(t *talk) {
	to := t.route.now
	if t.route.followed[to] {
		return
	}
	if t.route.followed == nil || len(t.route.followed) >= maxPrograms {
		t.route.followed = map[program]bool{}
	}
	t.route.followed[to] = true
	rt.notice(t.chat, ui.Info, false, text.SessionFollowed(rt.name(t.chat), t.route.number(to), rt.level(t.chat).Word()))
}

// severalSessions says once that there is something to choose.
func (rt router) severalSessions(t *talk) {
	if len(t.session.Instances()) > 1 && !t.route.told {
		t.route.told = true
		rt.notice(t.chat, ui.Info, false, text.SeveralSessions(rt.name(t.chat)))
	}
}

// sessionItems are the menu's lines for choosing.
func (rt router) sessionItems(t *talk) []ui.MenuItem {
	list := t.session.Instances()
	if len(list) < 2 {
		return nil
	}
	to := t.route.to
	if to == 0 {
		to = ui.SendToBest
	}
	items := []ui.MenuItem{
		{},
		{Label: text.MenuBest(), Action: ui.SendToBest, Enabled: true, Radio: true, On: to == ui.SendToBest},
		{Label: text.MenuRecent(), Action: ui.SendToRecent, Enabled: true, Radio: true, On: to == ui.SendToRecent},
	}
	slices.SortFunc(list, func(x, y otr.Status) int { return t.route.numbers[programOf(x)] - t.route.numbers[programOf(y)] })
	for _, st := range list {
		level := rt.security(t.chat, st)
		if st.State == otr.Finished {
			level = ui.Finished
		}
		items = append(items, ui.MenuItem{
			Label:  text.MenuSession(t.route.numbers[programOf(st)], level.Word(), programOf(st) == programOf(t.session.Status())),
			Action: ui.SendToSession, Arg: uint32(t.route.numbers[programOf(st)]), Enabled: true,
			Radio: true, On: to == ui.SendToSession && programOf(st) == t.route.session,
		})
	}
	return items
}

// explain says what the levels mean.
func (rt router) explain(c ui.Chat) {
	rt.host.AskForm(ui.Form{
		Chat: c, Title: text.ExplainTitle(), Heading: text.ExplainHeading(), Text: text.ExplainText(),
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

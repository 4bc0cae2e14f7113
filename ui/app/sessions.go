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

// A buddy may be signed in with several clients, each with a separate private conversation.
// A route says which of them gets what the user types: by default, among the most trusted
// ones, the one that wrote last.
type route struct {
	to         ui.Action // SendToBest (or zero), SendToRecent or SendToSession
	session    program
	now        program         // the one that gets what the user types, and that the window describes
	lastWriter program         // the one that wrote last
	numbers    map[program]int // the numbers that the user sees
	told       bool            // the user has been told that there are several
	warned     program         // see noteWriter

	switched map[program]bool // see tellSwitched

	activity map[program]int // when the buddy last used each: higher is later
	turn     int             // the highest number in activity

	from      string             // the address of the message that is being received; empty if there is none
	addresses map[program]string // the address that each last wrote from
}

// A router decides which of a buddy's clients gets what the user types.
type router struct{ *App }

// A program is one of the buddy's clients with one key. The key belongs to it, because an
// attacker can use the same instance tag with another key.
type program struct {
	tag         otr.InstanceTag
	fingerprint otr.Fingerprint
}

func programOf(st otr.Status) program { return program{st.Tag, st.Fingerprint} }

// maxPrograms bounds what is remembered of programs, because a stranger can make any
// number.
const maxPrograms = 64

// selectProgram selects, in the session, the program that gets what the user types. It is
// called whenever that may have changed, so that the window always describes the same one.
func (rt router) selectProgram(t *conversation) {
	list := t.session.Instances()
	for _, st := range slices.Backward(list) {
		t.route.number(programOf(st))
	}
	t.session.Unselect()
	if len(list) == 0 {
		t.route.now = program{}
		return
	}
	best := rt.current(t, list)
	for _, st := range list {
		switch {
		case t.route.to == ui.SendToSession && programOf(st) == t.route.session,
			t.route.to == ui.SendToRecent && programOf(st) == t.route.lastWriter:
			best = st
		case t.route.to == ui.SendToSession, t.route.to == ui.SendToRecent:
		case rt.better(t, st, best):
			best = st
		}
	}
	t.route.now = programOf(best)
	_ = t.session.Select(best.Tag, best.Fingerprint) // it is one of those that Instances lists
}

// current returns the element of list that the window describes so far. If that is gone, it
// returns another one with the same key, or else the session's own choice.
func (rt router) current(t *conversation, list []otr.Status) otr.Status {
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

// better reports whether what the user types should go to st rather than to best. A key
// that someone has introduced must not win just by being there: it wins only if it is
// trusted more, or if it is trusted as much and the buddy wrote with it last. After a
// conversation has ended, one with another unverified key takes its place only if it has
// been used since.
func (rt router) better(t *conversation, st, best otr.Status) bool {
	x, y := rt.security(t.chat, st), rt.security(t.chat, best)
	later := t.route.activity[programOf(st)] > t.route.activity[programOf(best)]
	switch {
	case best.State == otr.Finished && x == ui.Unverified && st.Fingerprint != best.Fingerprint:
		return later
	case x != y:
		return x > y
	}
	return later
}

// markActive notes that the buddy is using p now.
func (r *route) markActive(p program) {
	if r.activity == nil || len(r.activity) >= maxPrograms {
		r.activity = map[program]int{}
	}
	r.turn++
	r.activity[p] = r.turn
}

// observe notes what out shows about the buddy's programs, before out is processed. over
// says that no private conversation is in progress.
//
// Text counts as use, and so does SMP. A key exchange counts only with the key that the
// window already describes, because its owner has started again somewhere. An attacker can
// complete an exchange with another key, so that counts only if no private conversation is
// in progress.
func (r *route) observe(out otr.Output, over bool) {
	if m := out.Message; m != nil && !m.Fingerprint.IsZero() {
		p := program{m.From, m.Fingerprint}
		r.markActive(p)
		r.answerTo(p)
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case otr.Secured:
			p := programOf(e.Status)
			if !e.Refreshed && (over || e.Fingerprint == r.now.fingerprint) {
				r.markActive(p)
			}
			r.answerTo(p)
		case otr.SMPAsked:
			r.markActive(program{e.From, e.Fingerprint})
		case otr.Ended:
			r.markActive(program{e.From, e.Fingerprint})
		}
	}
}

// followClient notes that the client which the window describes has completed an exchange with
// another key that the user trusts: it has been restarted with another version, for example. An
// attacker can use the client's tag, but not a trusted key.
func (rt router) followClient(t *conversation, out otr.Output) {
	for _, e := range out.Events {
		if e, ok := e.(otr.Secured); ok && e.Tag != 0 && e.Tag == t.route.now.tag && rt.verifier.trusted(t.chat, e.Fingerprint) {
			t.route.markActive(programOf(e.Status))
		}
	}
}

// answerTo notes that p's address is the one of the message that is being received.
func (r *route) answerTo(p program) {
	if r.from == "" {
		return
	}
	if r.addresses == nil || len(r.addresses) >= maxPrograms {
		r.addresses = map[program]string{}
	}
	r.addresses[p] = r.from
}

// address returns where to send msg so that it reaches the program that it is for: the
// address from which that program last wrote, which may differ from the one that libpurple
// would choose. It returns "" if that is not known, or if it is not an address of this
// buddy.
func (rt router) address(t *conversation, msg string) string {
	to := t.route.from // what is sent while a message is being received is an answer to it
	if to == "" {
		to = t.route.addresses[rt.recipient(t, msg)]
	}
	if to == "" || rt.host.Normalize(t.chat, to) != t.chat.Peer {
		return ""
	}
	return to
}

// recipient returns the program that msg is for, or zero if msg is for any that answers.
func (rt router) recipient(t *conversation, msg string) program {
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

// security returns the level by which a buddy's programs are ordered.
func (rt router) security(c ui.Chat, st otr.Status) ui.Level {
	switch {
	case st.State != otr.Encrypted:
		return ui.NotPrivate
	case rt.verifier.trusted(c, st.Fingerprint):
		return ui.Private
	}
	return ui.Unverified
}

// number returns p's number. Each program gets the next number when it is first seen.
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

// sendTo performs the user's choice from the menu; number is for SendToSession.
func (rt router) sendTo(c ui.Chat, to ui.Action, number int) (problem string) {
	t := rt.conversations[c]
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
	rt.perform(t, otr.Output{}) // the window may describe another one now
	rt.update(t)
	st := t.session.Status()
	rt.notice(c, ui.Info, true, text.SessionChosen(rt.name(c), t.route.number(programOf(st)), rt.level(c).Word()))
	return ""
}

// sessionCommand is sendTo for programs without the menu. If which is none of the choices,
// it lists them.
func (rt router) sessionCommand(c ui.Chat, which string) (problem string) {
	t := rt.conversations[c]
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

// withProgram calls f with one program selected in the session. The perform that follows
// restores the selection.
func (rt router) withProgram(t *conversation, p program, f func() (otr.Output, error)) (otr.Output, error) {
	if err := t.session.Select(p.tag, p.fingerprint); err != nil {
		return otr.Output{}, err
	}
	return f()
}

// noteWriter notes which program wrote. It tells the user if their own messages go to
// another program, or if they go to another key than before.
func (rt router) noteWriter(t *conversation, m *otr.Message, before program) {
	if m == nil || m.Fingerprint.IsZero() {
		return
	}
	from := program{m.From, m.Fingerprint}
	t.route.lastWriter = from
	rt.selectProgram(t)
	to := t.route.now
	if to == from {
		t.route.warned = program{}
		if to.fingerprint != before.fingerprint {
			rt.tellSwitched(t)
		}
		return
	}
	if t.route.warned != from {
		t.route.warned = from
		rt.notice(t.chat, ui.Warning, false, text.WroteElsewhere(rt.name(t.chat), t.route.number(from), t.route.number(to)))
	}
}

// tellSwitched says, once for each program, that the user's messages now go to it and that
// it has another key.
func (rt router) tellSwitched(t *conversation) {
	to := t.route.now
	if t.route.switched[to] {
		return
	}
	if t.route.switched == nil || len(t.route.switched) >= maxPrograms {
		t.route.switched = map[program]bool{}
	}
	t.route.switched[to] = true
	rt.notice(t.chat, ui.Info, false, text.SessionFollowed(rt.name(t.chat), t.route.number(to), rt.level(t.chat).Word()))
}

// severalSessions says once that the user can choose between sessions. One device with a channel of
// each version, both of them with verified keys, is one.
func (rt router) severalSessions(t *conversation) {
	list := t.session.Instances()
	others := slices.ContainsFunc(list, func(st otr.Status) bool {
		return st.Tag != list[0].Tag || !rt.verifier.trusted(t.chat, st.Fingerprint)
	})
	if len(list) > 1 && others && !t.route.told {
		t.route.told = true
		rt.notice(t.chat, ui.Info, false, text.SeveralSessions(rt.name(t.chat)))
	}
}

// sessionItems returns the menu items for choosing a session.
func (rt router) sessionItems(t *conversation) []ui.MenuItem {
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

// explain shows what the levels mean.
func (rt router) explain(c ui.Chat) {
	rt.host.AskForm(ui.Form{
		Chat: c, Title: text.ExplainTitle(), Heading: text.ExplainHeading(), Text: text.Paragraphs(text.ExplainText(), rt.versionLine(c)),
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

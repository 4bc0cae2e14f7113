// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/ui"
)

// Anybody can begin any number of conversations, under any number of names. What they
// cost is bounded by the number of talks and, for their sessions, by an [otr.Quota].

// maxTalks is how many conversations there may be before some are forgotten: those in
// which nothing has happened, and then those that strangers have begun.
const maxTalks = 1000

// A cleaner forgets conversations.
type cleaner struct{ *App }

// idle reports whether t could be forgotten and made anew without a difference
// that anybody could notice.
func (t *talk) idle() bool { return t.expendable() && t.next.IsZero() && t.doubt.IsZero() }

// expendable reports whether the user would miss nothing of theirs if t were forgotten:
// at most a key exchange that has not completed, or a message that has not come whole.
func (t *talk) expendable() bool { return !t.active() && t.patience.IsZero() && !t.logOff }

// makeRoom forgets talks if there are too many. If they are not idle, a quarter of the
// room is made at once, of those that strangers have begun, the oldest first.
func (cl cleaner) makeRoom() {
	if len(cl.talks) < maxTalks {
		return
	}
	var strangers []*talk
	for _, t := range cl.all() {
		switch {
		case t.idle():
			cl.drop(t)
		case t.expendable() && !t.known:
			strangers = append(strangers, t)
		}
	}
	if len(cl.talks) < maxTalks {
		return
	}
	slices.SortFunc(strangers, func(x, y *talk) int { return x.begun.Compare(y.begun) })
	for _, t := range strangers[:min(len(strangers), maxTalks/4)] {
		cl.drop(t)
	}
}

// leaveStranger forgets a talk that a stranger has begun and of which nothing is left.
func (cl cleaner) leaveStranger(t *talk) {
	if !t.known && t.idle() && !ui.Open(cl.host, t.chat) {
		cl.drop(t)
	}
}

// drop forgets t. It is no longer counted.
func (cl cleaner) drop(t *talk) {
	t.session.Discard()
	if cl.talks[t.chat] == t {
		delete(cl.talks, t.chat)
	}
}

// dropAll forgets every talk.
func (cl cleaner) dropAll() {
	for _, t := range cl.all() {
		cl.drop(t)
	}
}

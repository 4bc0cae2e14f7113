// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/ui"
)

// Anybody can begin any number of conversations, under any number of names. What they
// cost is bounded by the number of conversations and, for their sessions, by an [otr.Quota].

// maxConversations is how many conversations there may be before some are forgotten: those in
// which nothing has happened, and then those that strangers have begun.
const maxConversations = 1000

// A cleaner forgets conversations.
type cleaner struct{ *App }

// idle reports whether t can be deleted and made again later without any visible
// difference.
func (t *conversation) idle() bool {
	return t.expendable() && t.next.IsZero() && t.invalidAt.IsZero() && (len(t.unseen) == 0 || !t.known)
}

// expendable reports whether the user would miss nothing of theirs if t were forgotten:
// at most a key exchange that has not completed, or a message that has not come whole.
func (t *conversation) expendable() bool { return !t.active() && t.noAnswerAt.IsZero() && !t.logOff }

// makeRoom forgets conversations if there are too many. If they are not idle, a quarter of the
// room is made at once, of those that strangers have begun, the oldest first.
func (cl cleaner) makeRoom() {
	if len(cl.conversations) < maxConversations {
		return
	}
	var strangers []*conversation
	for _, t := range cl.all() {
		switch {
		case t.idle():
			cl.drop(t)
		case t.expendable() && !t.known:
			strangers = append(strangers, t)
		}
	}
	if len(cl.conversations) < maxConversations {
		return
	}
	slices.SortFunc(strangers, func(x, y *conversation) int { return x.begun.Compare(y.begun) })
	for _, t := range strangers[:min(len(strangers), maxConversations/4)] {
		cl.drop(t)
	}
}

// leaveStranger forgets a conversation that a stranger has begun and of which nothing is left.
func (cl cleaner) leaveStranger(t *conversation) {
	if !t.known && t.idle() && !ui.Open(cl.host, t.chat) {
		cl.drop(t)
	}
}

// drop forgets t. It is no longer counted.
func (cl cleaner) drop(t *conversation) {
	t.session.Discard()
	if cl.conversations[t.chat] == t {
		delete(cl.conversations, t.chat)
	}
}

// dropAll forgets every conversation.
func (cl cleaner) dropAll() {
	for _, t := range cl.all() {
		cl.drop(t)
	}
}

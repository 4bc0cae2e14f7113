// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"hash/maphash"
	"slices"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/markup"
	"purple-otr/ui/text"
)

// A message can come back, or come twice. Some protocols write what was sent into the
// window themselves, or when their server repeats it; they know only what has left. And
// some servers send all of an account's clients what one of them has sent or received,
// which only that one can read. None of these is for the engine.

// An echo is a message that has left for a text that the user typed, until one of the
// two has been written into the window.
type echo struct {
	chat        ui.Chat
	sent, typed string
}

// maxEchoes bounds the texts that are kept: a protocol may write none of them.
const maxEchoes = 32

// maxOwn is how many messages of ours are recognized when they come back: more than
// the longest text makes in pieces that a chat network would still repeat.
const maxOwn = 1024

// echoes are what has left lately.
type echoes struct {
	texts []echo
	seed  maphash.Seed
	own   [maxOwn]uint64 // a ring of hashes of messages of ours
	next  int
}

// left notes that sent has left, for typed if that is not empty.
func (e *echoes) left(c ui.Chat, sent, typed string) {
	if !otr.IsProtocol([]byte(sent)) {
		return
	}
	e.own[e.next%maxOwn] = maphash.String(e.seed, sent)
	e.next++
	if typed == "" {
		return
	}
	if len(e.texts) >= maxEchoes {
		e.texts = slices.Delete(e.texts, 0, 1)
	}
	e.texts = append(e.texts, echo{c, sent, typed})
}

// take finds the echo for which is is true, and forgets it.
func (e *echoes) take(is func(echo) bool) (typed string, ok bool) {
	i := slices.IndexFunc(e.texts, is)
	if i < 0 {
		return "", false
	}
	typed = e.texts[i].typed
	e.texts = slices.Delete(e.texts, i, i+1)
	return typed, true
}

// Writing is asked about every message of the user's own that is about to be written
// into the window of c. What is written instead is show; if ok is false, nothing is.
func (tc traffic) Writing(c ui.Chat, written string) (show string, ok bool) {
	if tc.closed || tc.conversations[c] == nil && tc.prefs.policy(c) == otr.Off {
		return written, true
	}
	// libpurple writes what was typed, and may have made links of addresses.
	plain := markup.Plain(written)
	if _, is := tc.echoes.take(func(e echo) bool { return e.chat == c && markup.Plain(e.typed) == plain }); is {
		return written, true
	}
	if !otr.IsProtocol([]byte(written)) {
		return written, true
	}
	if typed, is := tc.echoes.take(func(e echo) bool { return e.chat == c && e.sent == written }); is {
		return typed, true
	}
	if !slices.Contains(tc.echoes.own[:], maphash.String(tc.echoes.seed, written)) {
		tc.noticeCopy(c)
	}
	return "", false
}

// CopyShown is asked about a message that another client of the account has exchanged
// with the buddy. If ok is false, it is not for this one.
func (tc traffic) CopyShown(c ui.Chat, body string) (ok bool) {
	if tc.closed || tc.conversations[c] == nil && tc.prefs.policy(c) == otr.Off || !otr.IsProtocol([]byte(body)) {
		return true
	}
	tc.noticeCopy(c)
	return false
}

// ReceivingCopy is Receiving for what the buddy has sent to another client of the
// account: it is shown, and nobody answers it.
func (tc traffic) ReceivingCopy(c ui.Chat, arrived string) (show string, ok bool) {
	if !tc.CopyShown(c, arrived) {
		return "", false
	}
	arrived = string(otr.Untagged([]byte(arrived)))
	if !tc.closed && tc.Guards(c) {
		arrived = text.Unencrypted(tc.name(c), arrived)
	}
	return arrived, true
}

// noticeCopy says that there is something that can be read elsewhere.
func (tc traffic) noticeCopy(c ui.Chat) {
	if t, err := tc.enter(c); err == nil {
		tc.noticeOnce(t, text.ReadElsewhere(tc.name(c)))
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
)

const notPossible = "not possible at the moment"

// TestFailureIsTold has no key come about, for several reasons: both users are told,
// once, and later it is tried again.
func TestFailureIsTold(t *testing.T) {
	bad := errors.New("no luck")
	for reason, spoil := range map[string]func(t *testing.T, bob *kside){
		"no key": func(t *testing.T, bob *kside) {
			bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return nil, bad }
		},
		"not saved": func(t *testing.T, bob *kside) {
			// Nothing can be written where a file has taken the folder's place.
			if err := os.RemoveAll(bob.dir); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(bob.dir, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob, _ := newKeyless(t, nil)
			bob.keys.generate = goodKey(t)
			bob.host.prefs[prefProtection] = true
			spoil(t, bob)
			bob.meets(open, stranger)
			for range 3 {
				alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
				alice.deliver()
				bob.quiet()
				alice.deliver()
			}
			alice.want(ui.NotPrivate)
			if n := strings.Count(alice.host.text(), notPossible); n != 1 {
				t.Errorf("%s: alice is told %d times: %q", reason, n, alice.host.text())
			}
			bob.isTold(false, stranger, "There is no key for bob@example.org.")
			if n := len(bob.host.questions) + len(bob.host.alerts); n != 1 {
				t.Errorf("%s: %d dialogs", reason, n)
			}
			alice.wait(refusalInterval)
			bob.wait(refusalInterval)
			alice.host.lines = nil
			alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
			alice.deliver()
			if alice.wait(answerTime + time.Second); strings.Contains(alice.host.text(), "No answer") {
				t.Errorf("%s: there was an answer, but alice reads %q", reason, alice.host.text())
			}

			// After a while there is room again.
			if reason == "not saved" {
				if err := os.Remove(bob.dir); err != nil {
					t.Fatal(err)
				}
				if err := os.Mkdir(bob.dir, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			bob.keys.generate = goodKey(t)
			bob.wait(retryTime)
			alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
			alice.deliver()
			bob.quiet()
			alice.deliver()
			alice.want(ui.Unverified)
			bob.want(ui.Unverified)
		})
	}
}

// TestLockedIsTold has somebody start while the keys are locked, for several
// reasons: both users are told, and when the keys are unlocked in time, the exchange
// goes on or begins anew.
func TestLockedIsTold(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	unlock := func(bob *kside) {
		bob.host.forms, bob.host.questions = nil, nil
		bob.keys.lock.asking = false
		bob.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
	}
	for reason, test := range map[string]struct {
		lock   func(bob *kside)
		unlock func(bob *kside)
	}{
		"not answered": {
			func(bob *kside) { bob.sealed() },
			func(bob *kside) { bob.enter("sesame") },
		},
		"declined": {
			func(bob *kside) { bob.sealed(); bob.host.form().Done(false, nil) },
			func(bob *kside) { unlock(bob); bob.enter("sesame") },
		},
		"keyring not there": {
			func(bob *kside) { bob.keyringGone() },
			func(bob *kside) { bob.keyring.set(true); unlock(bob); bob.quiet() },
		},
		"keyring declined": {
			func(bob *kside) { bob.keyringGone(); bob.host.question().Done(2) },
			func(bob *kside) { bob.keyring.set(true); unlock(bob); bob.quiet() },
		},
	} {
		everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob := newKPair(t)
			bob.meets(open, stranger)
			test.lock(bob)
			bob.host.lines = nil
			before := len(bob.host.questions)
			for range 3 {
				alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
				alice.deliver()
				bob.wait(graceTime)
				alice.deliver()
			}
			alice.want(ui.NotPrivate)
			if n := strings.Count(alice.host.text(), notPossible); n != 1 {
				t.Errorf("%s: alice is told %d times: %q", reason, n, alice.host.text())
			}
			bob.isTold(open, stranger, "for a private conversation")
			if n := len(bob.host.questions) - before; open && n != 0 || !open && n != 1 {
				t.Errorf("%s: %d dialogs", reason, n)
			}
			if slices.Contains(bob.host.windows, bob.chat) != open {
				t.Errorf("%s: a window has been opened", reason)
			}
			test.unlock(bob)
			alice.deliver()
			if strings.HasSuffix(reason, "declined") && stranger {
				alice.want(ui.NotPrivate) // whom we ask of our own accord is in the list
				return
			}
			alice.want(ui.Unverified)
			bob.want(ui.Unverified)
		})
	}
}

// TestLockNotice names several buddies in one notice, from which the keys can be
// unlocked, and which goes when they are.
func TestLockNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newKPair(t)
	bob.close()
	bob.sealed()
	bob.host.form().Done(false, nil)
	for i := range maxNamed + 3 {
		c := bob.chat
		c.Peer = fmt.Sprintf("bad<b>%d@example.org", i)
		bob.host.alias = c.Peer
		bob.app.Receiving(c, "", "?OTRv3?")
		bob.app.Receiving(c, "", "?OTRv3?")
	}
	q := bob.host.question()
	if q.Heading != "Several people ask for a private conversation." || strings.Count(q.Text, "bad<b>") != maxNamed {
		t.Errorf("question %+v", q)
	}
	q.Done(0)
	bob.enter("sesame")
	if bob.store.Locked() || len(bob.host.questions) > 0 {
		t.Errorf("locked %v, questions %+v", bob.store.Locked(), bob.host.questions)
	}
}

// TestStrangersAreBounded has very many strangers start while the keys are locked:
// they get few answers and cause one notice, and a buddy is not forgotten.
func TestStrangersAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newKPair(t)
	bob.close()
	bob.sealed()
	bob.host.form().Done(false, nil)
	bob.host.stranger = true
	for i := range 50 * ui.MaxStrangers {
		c := bob.chat
		c.Peer = fmt.Sprintf("evil%d@example.org", i)
		bob.host.alias = c.Peer
		bob.app.Receiving(c, "", "?OTRv3?")
		bob.app.Receiving(c, "", "?OTR:AAMC")
	}
	if n := len(bob.peer.wire); n != ui.MaxStrangers {
		t.Errorf("%d answers to strangers", n)
	}
	if q := bob.host.question(); strings.Contains(q.Heading+q.Text, "evil") {
		t.Errorf("question %+v", q)
	} else {
		q.Done(1)
	}
	bob.peer.wire = nil
	bob.host.stranger, bob.host.alias = false, "Alice"
	bob.app.Receiving(bob.chat, "", "?OTRv3?")
	if n := len(bob.peer.wire); n != 1 {
		t.Errorf("%d answers to a buddy", n)
	}
	if q := bob.host.question(); q.Heading != "Alice asks for a private conversation." {
		t.Errorf("question %+v", q)
	}
	bob.clock = bob.clock.Add(refusalInterval)
	bob.app.Receiving(bob.chat, "", "?OTRv3?")
	if n := len(bob.peer.wire); n != 2 {
		t.Errorf("%d answers to a buddy after a while", n)
	}
}

// TestBothLocked has neither side able to answer: they must not go on for ever.
func TestBothLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newKPair(t)
	for _, s := range []*kside{alice, bob} {
		s.sealed()
		s.host.form().Done(false, nil)
	}
	bob.receive("?OTRv3?")
	alice.deliver()
	if n := len(alice.app.refused) + len(bob.app.refused); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// TestStartWhileDeciding has a buddy start while how the keys are protected is being
// decided for the first time: the exchange does not wait for that.
func TestStartWhileDeciding(t *testing.T) {
	for _, keyring := range []bool{false, true} {
		everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob, _ := newKeyless(t, nil)
			bob.keys.generate = goodKey(t)
			bob.keyring.set(keyring)
			bob.begin()
			bob.meets(open, stranger)
			alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
			alice.deliver()
			bob.quiet()
			alice.deliver()
			alice.want(ui.Unverified)
			bob.want(ui.Unverified)
			bob.isTold(open, stranger, "")
			bob.quiet()
			if got := bob.store.Protection(); (got == keystore.ByKeyring) != keyring {
				t.Errorf("protection %v", got)
			}
		})
	}
}

// TestNoAnswerWhereSwitchedOff has OTR be off for a buddy, who is told nothing.
func TestNoAnswerWhereSwitchedOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newKPair(t)
	bob.sealed()
	bob.host.form().Done(false, nil)
	bob.host.prefs["/"+prefEnabled] = false
	bob.app.Receiving(bob.chat, "", "?OTRv3?")
	bob.app.cannotStart(bob.chat)
	if len(bob.peer.wire) > 0 {
		t.Errorf("sent %q", bob.peer.wire)
	}
}

// TestNoRefusalInPrivate has the buddy refresh a private conversation while the keys
// are locked: it goes on, so there is nothing to tell.
func TestNoRefusalInPrivate(t *testing.T) {
	alice, bob := newKPair(t)
	bob.keyring.set(true)
	if _, err := bob.store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.start()
	bob.store.Lock()
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	bob.wait(graceTime)
	alice.deliver()
	if strings.Contains(alice.host.text(), notPossible) {
		t.Errorf("alice reads %q", alice.host.text())
	}
	alice.say("still here")
	alice.deliver()
	if len(bob.heard) != 1 || bob.heard[0] != "still here" {
		t.Errorf("heard %q", bob.heard)
	}
}

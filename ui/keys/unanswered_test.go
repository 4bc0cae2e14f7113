// SPDX-License-Identifier: GPL-2.0-or-later

package keys

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
	"purple-otr/ui/internal/uitest"
)

const notPossible = "not possible at the moment"

// TestFailureIsTold: no key can be made, for several reasons. Both users are told once, and
// later there is another attempt.
func TestFailureIsTold(t *testing.T) {
	bad := errors.New("no luck")
	for reason, spoil := range map[string]func(t *testing.T, bob *side){
		"no key": func(t *testing.T, bob *side) {
			bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return nil, bad }
		},
		"not saved": func(t *testing.T, bob *side) {
			// Nothing can be written because a file has replaced the folder.
			if err := os.RemoveAll(bob.Dir); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(bob.Dir, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		uitest.Everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob, _ := newKeyless(t, nil)
			bob.keys.generate = goodKey(t)
			bob.Host.Prefs[prefProtection] = true
			spoil(t, bob)
			bob.Meets(open, stranger)
			for range 3 {
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
				bob.Quiet()
				alice.Deliver()
			}
			alice.Want(ui.NotPrivate)
			if n := strings.Count(alice.Host.Text(), notPossible); n != 1 {
				t.Errorf("%s: alice is told %d times: %q", reason, n, alice.Host.Text())
			}
			bob.IsTold(false, stranger, "bob@example.org has no key.")
			if n := len(bob.Host.Questions) + len(bob.Host.Alerts); n != 1 {
				t.Errorf("%s: %d dialogs", reason, n)
			}
			alice.Wait(time.Minute)
			bob.Wait(time.Minute)
			alice.Host.Lines = nil
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			if alice.Wait(time.Minute); strings.Contains(alice.Host.Text(), "has not answered") {
				t.Errorf("%s: there was an answer, but alice reads %q", reason, alice.Host.Text())
			}

			// After a while there is room again.
			if reason == "not saved" {
				if err := os.Remove(bob.Dir); err != nil {
					t.Fatal(err)
				}
				if err := os.Mkdir(bob.Dir, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			bob.keys.generate = goodKey(t)
			bob.Wait(retryTime)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			bob.Quiet()
			alice.Deliver()
			alice.Want(ui.Unverified)
			bob.Want(ui.Unverified)
		})
	}
}

// TestLockedIsTold: someone starts while the keys are locked, for several reasons. Both
// users are told. If the keys are unlocked in time, the exchange continues or starts again.
func TestLockedIsTold(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	unlock := func(bob *side) {
		bob.Host.Forms, bob.Host.Questions = nil, nil
		bob.keys.lock.asking = false
		bob.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
	}
	for reason, test := range map[string]struct {
		lock   func(bob *side)
		unlock func(bob *side)
	}{
		"not answered": {
			func(bob *side) { bob.Sealed() },
			func(bob *side) { bob.Enter("sesame") },
		},
		"declined": {
			func(bob *side) { bob.Sealed(); bob.Host.TakeForm().Done(false, nil) },
			func(bob *side) { unlock(bob); bob.Enter("sesame") },
		},
		"keyring not there": {
			func(bob *side) { bob.KeyringGone() },
			func(bob *side) { bob.Keyring.SetReady(true); unlock(bob); bob.Quiet() },
		},
		"keyring declined": {
			func(bob *side) { bob.KeyringGone(); bob.Host.TakeQuestion().Done(-1) },
			func(bob *side) { bob.Keyring.SetReady(true); unlock(bob); bob.Quiet() },
		},
	} {
		uitest.Everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob := newPair(t)
			bob.Meets(open, stranger)
			test.lock(bob)
			bob.Host.Lines = nil
			before := len(bob.Host.Questions)
			for range 3 {
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
				bob.Wait(graceTime)
				alice.Deliver()
			}
			alice.Want(ui.NotPrivate)
			if n := strings.Count(alice.Host.Text(), notPossible); n != 1 {
				t.Errorf("%s: alice is told %d times: %q", reason, n, alice.Host.Text())
			}
			told, dialogs := open || !bob.keys.lock.asking, 0
			if told {
				bob.IsTold(open, stranger, "to start a private conversation")
			}
			if told && !open {
				dialogs = 1
			}
			if n := len(bob.Host.Questions) - before; n != dialogs {
				t.Errorf("%s: %d dialogs, want %d", reason, n, dialogs)
			}
			if slices.Contains(bob.Host.Windows, bob.Chat) != open {
				t.Errorf("%s: a window has been opened", reason)
			}
			test.unlock(bob)
			alice.Deliver()
			if strings.HasSuffix(reason, "declined") && stranger {
				alice.Want(ui.NotPrivate) // without being asked, we ask only buddies in the list
				return
			}
			alice.Want(ui.Unverified)
			bob.Want(ui.Unverified)
		})
	}
}

// TestLockNotice: one notice names several buddies. The user can unlock the keys from it,
// and it closes when they are unlocked.
func TestLockNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newPair(t)
	bob.Close()
	bob.Sealed()
	bob.Host.TakeForm().Done(false, nil)
	for i := range maxNamed + 3 {
		c := bob.Chat
		c.Peer = fmt.Sprintf("bad<b>%d@example.org", i)
		bob.Host.Nick = c.Peer
		bob.app.Receiving(c, "", "?OTRv3?")
		bob.app.Receiving(c, "", "?OTRv3?")
	}
	q := bob.Host.TakeQuestion()
	if q.Heading != "Several people want to start a private conversation." || strings.Count(q.Text, "bad<b>") != maxNamed {
		t.Errorf("question %+v", q)
	}
	q.Done(0)
	bob.Enter("sesame")
	if bob.Store.Locked() || len(bob.Host.Questions) > 0 {
		t.Errorf("locked %v, questions %+v", bob.Store.Locked(), bob.Host.Questions)
	}
}

// TestLockNoticeWaits has somebody start while the user is asked to unlock the keys: only
// a user who does not unlock them reads about it, and two windows never ask at once.
func TestLockNoticeWaits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, ask := range map[string]func(bob *side) (decline func()){
		"passphrase": func(bob *side) func() {
			bob.Sealed()
			f := bob.Host.TakeForm()
			return func() { f.Done(false, nil) }
		},
		"keyring": func(bob *side) func() {
			bob.KeyringGone()
			q := bob.Host.TakeQuestion()
			return func() { q.Done(len(q.Buttons) - 1) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, bob := newPair(t)
			bob.Close()
			decline := ask(bob)
			bob.Host.Nick = "Alice"
			bob.app.Receiving(bob.Chat, "", "?OTRv3?")
			if n := len(bob.Host.Questions) + len(bob.Host.Forms); n != 0 {
				t.Fatalf("%d more windows while one asks", n)
			}
			decline()
			if n := len(bob.Host.Questions); n != 1 || bob.Host.Questions[0].Heading != "Alice wants to start a private conversation." {
				t.Fatalf("questions %+v", bob.Host.Questions)
			}
			// Unlocking in another way takes its place.
			bob.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
			if name == "keyring" {
				bob.Quiet()
			}
			if n := len(bob.Host.Questions) + len(bob.Host.Forms); n != 1 {
				t.Errorf("%d windows: %+v", n, bob.Host.Questions)
			}
		})
	}
}

// TestStrangersAreBounded: many strangers start while the keys are locked. They get few
// answers and cause one notice, and a buddy is still mentioned.
func TestStrangersAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newPair(t)
	bob.Close()
	bob.Sealed()
	bob.Host.TakeForm().Done(false, nil)
	bob.Host.Stranger = true
	for i := range 50 * ui.MaxStrangers {
		c := bob.Chat
		c.Peer = fmt.Sprintf("evil%d@example.org", i)
		bob.Host.Nick = c.Peer
		bob.app.Receiving(c, "", "?OTRv3?")
		bob.app.Receiving(c, "", "?OTR:AAMC")
	}
	if n := len(bob.peer.Wire); n != ui.MaxStrangers {
		t.Errorf("%d answers to strangers", n)
	}
	if q := bob.Host.TakeQuestion(); strings.Contains(q.Heading+q.Text, "evil") {
		t.Errorf("question %+v", q)
	} else {
		q.Done(1)
	}
	bob.peer.Wire = nil
	bob.Host.Stranger, bob.Host.Nick = false, "Alice"
	bob.app.Receiving(bob.Chat, "", "?OTRv3?")
	if n := len(bob.peer.Wire); n != 1 {
		t.Errorf("%d answers to a buddy", n)
	}
	if q := bob.Host.TakeQuestion(); q.Heading != "Alice wants to start a private conversation." {
		t.Errorf("question %+v", q)
	}
	bob.Clock = bob.Clock.Add(time.Minute)
	bob.app.Receiving(bob.Chat, "", "?OTRv3?")
	if n := len(bob.peer.Wire); n != 2 {
		t.Errorf("%d answers to a buddy after a while", n)
	}
}

// TestBothLocked: neither side can answer. They must not send each other errors for ever.
func TestBothLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	alice, bob := newPair(t)
	for _, s := range []*side{alice, bob} {
		s.Sealed()
		s.Host.TakeForm().Done(false, nil)
	}
	n := 0
	for _, s := range []*side{alice, bob} {
		transmit := s.Host.OnTransmit
		s.Host.OnTransmit = func(msg string) error {
			n += strings.Count(msg, notPossible)
			return transmit(msg)
		}
	}
	bob.Receive("?OTRv3?")
	alice.Deliver()
	if n != 1 {
		t.Errorf("%d answers", n)
	}
}

// TestStartWhileDeciding: a buddy starts while the protection of the keys is being decided
// for the first time. The exchange does not wait for that.
func TestStartWhileDeciding(t *testing.T) {
	for _, keyring := range []bool{false, true} {
		uitest.Everybody(t, func(t *testing.T, open, stranger bool) {
			alice, bob, _ := newKeyless(t, nil)
			bob.keys.generate = goodKey(t)
			bob.Keyring.SetReady(keyring)
			bob.Begin()
			bob.Meets(open, stranger)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			bob.Quiet()
			alice.Deliver()
			alice.Want(ui.Unverified)
			bob.Want(ui.Unverified)
			bob.IsTold(open, stranger, "")
			bob.Quiet()
			if got := bob.Store.Protection(); (got == keystore.ByKeyring) != keyring {
				t.Errorf("protection %v", got)
			}
		})
	}
}

// TestNoAnswerWhereSwitchedOff: OTR is off for a buddy, who is told nothing.
func TestNoAnswerWhereSwitchedOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, bob := newPair(t)
	bob.Sealed()
	bob.Host.TakeForm().Done(false, nil)
	bob.Host.Prefs["/OTR/enabled"] = false
	bob.app.Receiving(bob.Chat, "", "?OTRv3?")
	bob.app.Refuse(bob.Chat, "")
	if len(bob.peer.Wire) > 0 {
		t.Errorf("sent %q", bob.peer.Wire)
	}
}

// TestNoRefusalInPrivate: the buddy refreshes a private conversation while the keys are
// locked. The conversation continues, so the buddy is told nothing.
func TestNoRefusalInPrivate(t *testing.T) {
	alice, bob := newPair(t)
	bob.Keyring.SetReady(true)
	if _, err := bob.Store.Protect(t.Context(), keystore.ByKeyring, nil); err != nil {
		t.Fatal(err)
	}
	alice.Start()
	bob.Store.Lock()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.Say("during the refresh") // waits for the fresh keys, but not for long
	alice.Wait(graceTime)
	bob.Wait(graceTime)
	alice.Deliver()
	if strings.Contains(alice.Host.Text(), notPossible) {
		t.Errorf("alice reads %q", alice.Host.Text())
	}
	alice.Say("still here")
	alice.Deliver()
	if want := []string{"during the refresh", "still here"}; !slices.Equal(bob.Heard, want) {
		t.Errorf("heard %q", bob.Heard)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// newKeyless connects Alice, who has a key, with Bob, who has none yet. made
// counts how often one was made.
func newKeyless(t *testing.T, result func() (*otr.PrivateKey, error)) (alice, bob *side, made *atomic.Int32) {
	alice, bob = newSide(t, "alice@example.org/Home", "bob@example.org"), newSide(t, "bob@example.org/Home", "alice@example.org")
	alice.peer, bob.peer = bob, alice
	uitest.Join(alice.Side, bob.Side)
	if err := alice.Store.SetKey(ui.AccountOf(alice.Chat), uitest.TestKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	alice.Open()
	made = new(atomic.Int32)
	bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) {
		made.Add(1)
		return result()
	}
	return alice, bob, made
}

func TestMakeKey(t *testing.T) {
	for _, open := range []bool{false, true} {
		ready := make(chan struct{})
		alice, bob, made := newKeyless(t, func() (*otr.PrivateKey, error) {
			<-ready
			return otr.GenerateKey(rand.Reader)
		})
		if open {
			bob.Open()
		}
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		alice.Deliver()
		alice.Want(ui.NotPrivate)
		if got := strings.Contains(bob.Host.Text(), "Creating a key for bob@example.org."); got != open {
			t.Errorf("window open %v, but lines %q", open, bob.Host.Text())
		}
		// Meanwhile everything else works.
		alice.Say("are you there?")
		alice.Deliver()
		if len(bob.Heard) != 1 {
			t.Errorf("heard %q", bob.Heard)
		}
		close(ready)
		bob.Host.RunPosted()
		bob.Deliver()
		alice.Want(ui.Unverified)
		bob.Want(ui.Unverified)
		if n := made.Load(); n != 1 {
			t.Errorf("%d keys were made", n)
		}
		bob.Restart()
		if bob.Store.Key(ui.AccountOf(bob.Chat)) == nil {
			t.Error("the key was not saved")
		}
	}
}

// TestMakeKeyAtStart starts a private conversation before there is a key.
func TestMakeKeyAtStart(t *testing.T) {
	alice, bob, made := newKeyless(t, func() (*otr.PrivateKey, error) { return uitest.TestKey(t, 1), nil })
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.WantLine("Creating a key")
	bob.Host.RunPosted()
	bob.Deliver()
	alice.Want(ui.Unverified)
	if n := made.Load(); n != 1 {
		t.Errorf("%d keys were made", n)
	}
}

// TestKeyFails: making the key fails. The user is told once, and messages do not cause
// another attempt.
func TestKeyFails(t *testing.T) {
	for name, result := range map[string]func() (*otr.PrivateKey, error){
		"error": func() (*otr.PrivateKey, error) { return nil, errors.New("no luck") },
		"panic": func() (*otr.PrivateKey, error) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob, made := newKeyless(t, result)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			bob.Host.RunPosted()
			for range 3 {
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
			}
			if q := bob.Host.TakeQuestion(); !q.Unasked || !strings.Contains(q.Heading, "has no key") || made.Load() != 1 {
				t.Errorf("question %+v, %d attempts", q, made.Load())
			}
			alice.WantLine("not possible at the moment")
			bob.Want(ui.NotPrivate)

			bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return uitest.TestKey(t, 1), nil }
			bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
			bob.Host.RunPosted()
			bob.Deliver()
			bob.Want(ui.Unverified)
		})
	}
}

// TestKeyNotSaved does not use a key that could not be saved.
func TestKeyNotSaved(t *testing.T) {
	alice, bob, _ := newKeyless(t, nil)
	bob.Store.Close()
	bob.Store = nil
	if err := os.WriteFile(filepath.Join(bob.Dir, "otr.private_key"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	bob.Restart()
	bob.Host.Alerts = nil
	bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return uitest.TestKey(t, 1), nil }
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	bob.Host.RunPosted()
	bob.Deliver()
	if q := bob.Host.TakeQuestion(); !q.Unasked || !strings.Contains(q.Heading, "has no key") {
		t.Errorf("question %+v", q)
	}
	alice.Want(ui.NotPrivate)
	bob.Want(ui.NotPrivate)
}

// TestKeptIsBounded floods the queue of messages that wait for a key.
func TestKeptIsBounded(t *testing.T) {
	_, bob, _ := newKeyless(t, func() (*otr.PrivateKey, error) { return uitest.TestKey(t, 1), nil })
	acc := ui.AccountOf(bob.Chat)
	bob.keys.jobs[acc] = &keyJob{}
	for i := range 3 * maxKept {
		c := bob.Chat
		c.Peer = strings.Repeat("x", i/(2*maxKeptChat))
		bob.keys.keep(keptMessage{c, "", "?OTR:x."})
	}
	bob.keys.keep(keptMessage{ui.Chat{Protocol: bob.Chat.Protocol, Account: bob.Chat.Account, Peer: "big"}, "", strings.Repeat("x", maxKeptSize+1)})
	per := map[ui.Chat]int{}
	for _, m := range bob.keys.jobs[acc].kept {
		per[m.chat]++
	}
	if n := len(bob.keys.jobs[acc].kept); n != maxKept {
		t.Errorf("%d messages kept", n)
	}
	for c, n := range per {
		if n > maxKeptChat {
			t.Errorf("%d messages kept for %v", n, c)
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

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
)

// newKeyless connects Alice, who has a key, with Bob, who has none yet. made
// counts how often one was made.
func newKeyless(t *testing.T, result func() (*otr.PrivateKey, error)) (alice, bob *kside, made *atomic.Int32) {
	alice, bob = newKSide(t, "alice@example.org/Home", "bob@example.org"), newKSide(t, "bob@example.org/Home", "alice@example.org")
	alice.peer, bob.peer = bob, alice
	join(alice.Side, bob.Side)
	if err := alice.store.SetKey(ui.AccountOf(alice.chat), testKey(t, 0)); err != nil {
		t.Fatal(err)
	}
	alice.open()
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
			bob.open()
		}
		alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
		alice.deliver()
		alice.want(ui.NotPrivate)
		if got := strings.Contains(bob.host.text(), "Making a key for bob@example.org."); got != open {
			t.Errorf("window open %v, but lines %q", open, bob.host.text())
		}
		// While that takes its time, everything else goes on.
		alice.say("are you there?")
		alice.deliver()
		if len(bob.heard) != 1 {
			t.Errorf("heard %q", bob.heard)
		}
		close(ready)
		bob.host.post()
		bob.deliver()
		alice.want(ui.Unverified)
		bob.want(ui.Unverified)
		if n := made.Load(); n != 1 {
			t.Errorf("%d keys were made", n)
		}
		bob.restart()
		if bob.store.Key(ui.AccountOf(bob.chat)) == nil {
			t.Error("the key was not saved")
		}
	}
}

// TestMakeKeyAtStart has the user start before there is a key.
func TestMakeKeyAtStart(t *testing.T) {
	alice, bob, made := newKeyless(t, func() (*otr.PrivateKey, error) { return testKey(t, 1), nil })
	bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
	bob.wantLine("Making a key")
	bob.host.post()
	bob.deliver()
	alice.want(ui.Unverified)
	if n := made.Load(); n != 1 {
		t.Errorf("%d keys were made", n)
	}
}

// TestKeyFails has the key not come about: the user is told once, and messages
// do not cause another attempt.
func TestKeyFails(t *testing.T) {
	for name, result := range map[string]func() (*otr.PrivateKey, error){
		"error": func() (*otr.PrivateKey, error) { return nil, errors.New("no luck") },
		"panic": func() (*otr.PrivateKey, error) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob, made := newKeyless(t, result)
			alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
			alice.deliver()
			bob.host.post()
			for range 3 {
				alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
				alice.deliver()
			}
			if q := bob.host.question(); !q.Unasked || !strings.Contains(q.Heading, "There is no key") || made.Load() != 1 {
				t.Errorf("question %+v, %d attempts", q, made.Load())
			}
			alice.wantLine("not possible at the moment")
			bob.want(ui.NotPrivate)

			bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return testKey(t, 1), nil }
			bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
			bob.host.post()
			bob.deliver()
			bob.want(ui.Unverified)
		})
	}
}

// TestKeyNotSaved does not use a key that could not be saved.
func TestKeyNotSaved(t *testing.T) {
	alice, bob, _ := newKeyless(t, nil)
	bob.store.Close()
	bob.store = nil
	if err := os.WriteFile(filepath.Join(bob.dir, "otr.private_key"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	bob.restart()
	bob.host.alerts = nil
	bob.keys.generate = func(io.Reader) (*otr.PrivateKey, error) { return testKey(t, 1), nil }
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	bob.host.post()
	bob.deliver()
	if q := bob.host.question(); !q.Unasked || !strings.Contains(q.Heading, "There is no key") {
		t.Errorf("question %+v", q)
	}
	alice.want(ui.NotPrivate)
	bob.want(ui.NotPrivate)
}

// TestKeptIsBounded floods the queue of messages that wait for a key.
func TestKeptIsBounded(t *testing.T) {
	_, bob, _ := newKeyless(t, func() (*otr.PrivateKey, error) { return testKey(t, 1), nil })
	acc := ui.AccountOf(bob.chat)
	bob.keys.jobs[acc] = &keyJob{}
	for i := range 3 * maxKept {
		c := bob.chat
		c.Peer = strings.Repeat("x", i/(2*maxKeptChat))
		bob.keys.keep(keptMessage{c, "", "?OTR:x."})
	}
	bob.keys.keep(keptMessage{ui.Chat{Protocol: bob.chat.Protocol, Account: bob.chat.Account, Peer: "big"}, "", strings.Repeat("x", maxKeptSize+1)})
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

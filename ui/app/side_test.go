// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"testing"
	"time"
)

// A side is a user who runs an App with its Keys.
type side struct {
	*Side
	app  *App
	keys *Keys
	peer *side
}

// newPair connects two users who have keys and an open window each.
func newPair(t *testing.T) (alice, bob *side) {
	alice = newSide(t, "alice@example.org/Home", "bob@example.org")
	bob = newSide(t, "bob@example.org/Home", "alice@example.org")
	alice.peer, bob.peer = bob, alice
	pair(alice.Side, bob.Side)
	return alice, bob
}

func newSide(t *testing.T, me, buddy string) *side {
	s := &side{}
	s.Side = newUser(t, me, buddy, func(u *Side) Program {
		now := func() time.Time { return u.clock }
		s.keys = NewKeys(u.host, u.store, rand.Reader, now)
		s.app = New(u.host, u.store, rand.Reader, now, s.keys)
		s.keys.Serve(s.app, s.app)
		return s.app
	}, func() int { return s.keys.running })
	return s
}

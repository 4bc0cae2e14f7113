// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"crypto/rand"
	"testing"
	"time"

	"purple-otr/ui/app"
	"purple-otr/ui/internal/uitest"
)

// A side is a user who runs an App with its Keys.
type side struct {
	*uitest.Side
	app  *app.App
	keys *Keys
	peer *side
}

// newPair connects two users who have keys and an open window each.
func newPair(t *testing.T) (alice, bob *side) {
	alice = newSide(t, "alice@example.org/Home", "bob@example.org")
	bob = newSide(t, "bob@example.org/Home", "alice@example.org")
	alice.peer, bob.peer = bob, alice
	uitest.Pair(alice.Side, bob.Side)
	return alice, bob
}

func newSide(t *testing.T, me, buddy string) *side {
	s := &side{}
	s.Side = uitest.NewUser(t, me, buddy, func(u *uitest.Side) uitest.Program {
		now := func() time.Time { return u.Clock }
		s.keys = New(u.Host, u.Store, rand.Reader, now)
		s.app = app.New(u.Host, u.Store, rand.Reader, now, s.keys)
		s.keys.Serve(s.app, s.app)
		return s.app
	}, func() bool { return s.keys.Busy() })
	return s
}

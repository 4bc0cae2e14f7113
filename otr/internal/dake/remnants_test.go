// SPDX-License-Identifier: GPL-2.0-or-later

package dake

import (
	"crypto/rand"
	"reflect"
	"testing"

	"purple-otr/internal/erase/erasetest"
	"purple-otr/otr/internal/wire"
)

// After an exchange nothing secret of it is in memory: our keys, the first keys of the
// ratchet, and the mixed shared secret.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 10, func() {
		alice, bob := newSides(t)
		receive := func(s, from *side, m wire.Message) wire.Message {
			h, m := sent(t, from, s.self.Profile.Tag, m)
			reply, _, err := s.Receive(h, m, s.self, now, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			return reply
		}
		identity, err := bob.Start(bob.self, now, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		secrets := erasetest.Secrets{}
		secrets.AddFields("bob", reflect.ValueOf(bob.sent[0]), "secret", "x")
		authR := receive(alice, bob, identity)
		result := reflect.ValueOf(alice.answered[0]).Elem().FieldByName("result")
		secrets.AddFields("alice", result, "secret", "x", "Secret")
		secrets.MustBeThere()
		authI := receive(bob, alice, authR)
		receive(alice, bob, authI)
		if !alice.Idle() || !bob.Idle() {
			t.Fatal("the exchange is not complete")
		}
		secrets.MustBeGone()
	})
}

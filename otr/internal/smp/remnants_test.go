// SPDX-License-Identifier: GPL-2.0-or-later

package smp

import (
	"crypto/rand"
	"crypto/sha256"
	"reflect"
	"testing"

	"purple-otr/internal/erase"
	"purple-otr/internal/erase/erasetest"
	"purple-otr/otr/internal/wire"
)

// After a run, what it computed with is not in memory.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 5, func() {
		var alice, bob Machine
		typed := []byte("what both have typed")
		secrets := erasetest.Secrets{}
		add := func(of string, m *Machine) {
			secrets.AddFields(of, reflect.ValueOf(m.s), "x", "a2", "a3", "b3")
		}
		receive := func(m *Machine, t wire.TLV) *wire.TLV {
			r, err := m.Receive(t, rand.Reader)
			if err != nil {
				panic(err)
			}
			return r.Reply
		}
		var first, second wire.TLV
		var err error
		erase.Do(func() { first, err = alice.Start(nil, sha256.Sum256(typed), rand.Reader) })
		if err != nil {
			t.Fatal(err)
		}
		add("alice", &alice)
		secrets.MustBeThere()
		receive(&bob, first)
		erase.Do(func() { second, err = bob.Answer(sha256.Sum256(typed), rand.Reader) })
		if err != nil {
			t.Fatal(err)
		}
		add("bob", &bob)
		third := receive(&alice, second)
		receive(&alice, *receive(&bob, *third))
		if alice.Running() || bob.Running() {
			t.Fatal("the run is not complete")
		}
		secrets.MustBeGone()
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package smp4

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
)

// TestNoRandomness: a source that fails leaves the run as it was.
func TestNoRandomness(t *testing.T) {
	empty := bytes.NewReader(nil)
	var m Machine
	if _, err := m.Start(nil, secret("s"), empty); err == nil || m.Running() {
		t.Error("Start")
	}
	r := play(t, 1, "s", "s")
	want(t, &r.bob, r.messages[0], Asked)
	if _, err := r.bob.Answer(secret("s"), empty); err == nil || !r.bob.Asked() {
		t.Error("Answer")
	}
	for n := 2; n <= 3; n++ {
		m := receiver(t, n)
		msg := play(t, 5, "s", "s").messages[n-1]
		if _, err := m.Receive(msg, empty); err == nil || !m.Running() {
			t.Errorf("message %d: %v", n, err)
		}
		r, err := m.Receive(msg, random())
		if err != nil || r.Outcome == Cheated {
			t.Errorf("message %d once more: %v, %v", n, r.Outcome, err)
		}
	}
}

// failOnce fails at one read only.
type failOnce struct {
	reads int // until then
	from  io.Reader
}

func (f *failOnce) Read(b []byte) (int, error) {
	f.reads--
	if f.reads == -1 {
		return 0, errors.New("no randomness for a moment")
	}
	return f.from.Read(b)
}

// TestRandomnessFailsOnce: whichever value cannot be drawn, nothing is made of
// what is left in its place.
func TestRandomnessFailsOnce(t *testing.T) {
	messages := play(t, 5, "s", "s").messages
	asked := play(t, 1, "s", "s").bob
	want(t, &asked, messages[0], Asked)
	steps := map[string]struct {
		from  Machine
		draws int // values: exponents and nonces
		do    func(m *Machine, rand io.Reader) error
	}{
		"Start":  {Machine{}, 4, func(m *Machine, r io.Reader) error { _, err := m.Start(nil, secret("s"), r); return err }},
		"Answer": {asked, 7, func(m *Machine, r io.Reader) error { _, err := m.Answer(secret("s"), r); return err }},
		"message 2": {*receiver(t, 2), 4, func(m *Machine, r io.Reader) error {
			_, err := m.Receive(messages[1], r)
			return err
		}},
		"message 3": {*receiver(t, 3), 1, func(m *Machine, r io.Reader) error {
			_, err := m.Receive(messages[2], r)
			return err
		}},
	}
	for name, s := range steps {
		for n := range s.draws + 1 {
			m := s.from
			err := s.do(&m, &failOnce{n, random()})
			if (err != nil) != (n < s.draws) {
				t.Errorf("%s, %d draws: %v", name, n, err)
			}
			if err != nil && !reflect.DeepEqual(m, s.from) {
				t.Errorf("%s, %d draws: the state has changed", name, n)
			}
		}
	}
}

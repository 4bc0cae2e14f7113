// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"time"

	"purple-otr/otr/internal/data"
	"purple-otr/otr/internal/wire"
)

// maxSpeakV3 bounds the keys that are known to speak version 3. The first ones stay:
// anybody can complete exchanges with any number of keys.
const maxSpeakV3 = 1000

// instance is the one with tag and key, nil if there is none.
func (s *Session) instance(tag InstanceTag, f Fingerprint) *instance {
	for _, in := range s.instances {
		if in.tag == tag && in.fingerprint == f {
			return in
		}
	}
	return nil
}

// hasChannel reports whether a client with that tag has, or had, a channel.
func (s *Session) hasChannel(tag InstanceTag) bool {
	return slices.ContainsFunc(s.instances, func(in *instance) bool { return in.tag == tag })
}

// forget removes in.
func (s *Session) forget(in *instance) {
	s.instances = slices.DeleteFunc(s.instances, func(o *instance) bool { return o == in })
}

// hear notes that something authentic has come from in.
func (s *Session) hear(in *instance) {
	s.heard++
	in.heard = s.heard
}

// lastHeard is the instance of f that was heard from last, nil if f has none. One
// whose channel is up comes before one that has ended.
func (s *Session) lastHeard(f Fingerprint) (best *instance) {
	for _, in := range s.instances {
		if in.fingerprint != f {
			continue
		}
		if best == nil || in.state == Encrypted && best.state != Encrypted ||
			in.heard > best.heard && (in.state == Encrypted || best.state != Encrypted) {
			best = in
		}
	}
	return best
}

// named is the instance that a caller names, nil if there is none.
func (s *Session) named(tag InstanceTag, f Fingerprint) *instance {
	if tag == 0 {
		return s.lastHeard(f)
	}
	return s.instance(tag, f)
}

// selected is the instance that Status, and if it is unambiguous Send, are about: nil
// if no channel is up and none has been ended but by End. As long as there is one,
// nothing is sent in the clear. Without a choice it is one of the key that was there
// first: what a newcomer does changes nothing.
func (s *Session) selected() *instance {
	if s.chosen != nil {
		return s.chosen
	}
	var first *instance
	for _, in := range s.instances {
		if first == nil || in.first < first.first {
			first = in
		}
	}
	if first == nil {
		return nil
	}
	return s.lastHeard(first.fingerprint)
}

// addressee is selected, with [ErrSeveralKeys] if that is a guess.
func (s *Session) addressee() (*instance, error) {
	if s.chosen == nil && len(s.instances) > 1 {
		f := s.instances[0].fingerprint
		if slices.ContainsFunc(s.instances, func(in *instance) bool { return in.fingerprint != f }) {
			return nil, ErrSeveralKeys
		}
	}
	return s.selected(), nil
}

// Status describes the selected instance. Without a selection it is the one that Send
// would use, or, if channels belong to several keys, one of the key that had the first of
// these.
func (s *Session) Status() Status {
	if in := s.selected(); in != nil {
		return in.status()
	}
	return Status{}
}

// Instances lists the peer's clients that have a channel, or had one until it
// was ended other than by [Session.End], one entry for each tag and key; the one
// heard from last comes first.
func (s *Session) Instances() []Status {
	list := slices.Clone(s.instances)
	sortLastHeardFirst(list)
	out := make([]Status, len(list))
	for i, in := range list {
		out[i] = in.status()
	}
	return out
}

// Select directs Send, End, SMP and ExtraKey at one client with one key, as
// [Session.Instances] lists them, also after it has got fresh keys. With tag zero it is
// the client with that key heard from last: in version 2 the only one. It fails with
// [ErrNoChannel] if there is no such instance.
func (s *Session) Select(tag InstanceTag, f Fingerprint) error {
	in := s.named(tag, f)
	if in == nil {
		return ErrNoChannel
	}
	s.chosen = in
	return nil
}

// Unselect undoes [Session.Select]: as long as all channels belong to one key, Send is
// directed at the client heard from last; with several, it refuses.
func (s *Session) Unselect() { s.chosen = nil }

// open finds the channel that m, from tag, was made with, and opens it. replaced says
// that this is one that a refresh has replaced. Anybody can send under any tag: the
// MAC decides.
func (s *Session) open(tag InstanceTag, m *wire.Data, now time.Time) (in *instance, opened data.Opened, replaced bool, err error) {
	for _, in := range s.instances {
		if in.tag != tag || in.state != Encrypted {
			continue
		}
		in.expireLate(now)
		opened, e := in.channel.Open(*m)
		if e == nil {
			s.heardUnder(in, m.RecipientKeyID)
			in.expireLate(now) // a pair that it has dropped is late from now on
			return in, opened, false, nil
		}
		err = clearer(err, publicError(e))
		if in.old == nil {
			continue
		}
		opened, e = in.old.Open(*m)
		if e == nil {
			in.expireLate(now)
			return in, opened, true, nil
		}
		err = clearer(err, publicError(e))
	}
	if err == nil {
		err = &MessageError{"Data", "no channel", ErrNoChannel}
	}
	return nil, opened, false, err
}

// speaksV3 reports whether f is known to.
func (s *Session) speaksV3(f Fingerprint) bool {
	return s.v3Keys[f] || s.knownV3 != nil && s.knownV3(f)
}

// noteV3 remembers that f speaks version 3.
func (s *Session) noteV3(f Fingerprint) {
	if len(s.v3Keys) < maxSpeakV3 {
		s.v3Keys[f] = true
	}
}

// up reports whether a channel is.
func (s *Session) up() bool {
	return slices.ContainsFunc(s.instances, func(in *instance) bool { return in.state == Encrypted })
}

// v3Up reports whether a version 3 channel is.
func (s *Session) v3Up() bool {
	return slices.ContainsFunc(s.instances, func(in *instance) bool { return in.version == V3 && in.state == Encrypted })
}

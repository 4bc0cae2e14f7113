// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"slices"
	"time"
)

// maxSpeakV3 bounds the keys that are known to use version 3. The first ones stay: an
// attacker can complete exchanges with any number of keys.
const maxSpeakV3 = 1000

// instance returns the instance with this tag and key, nil if there is none.
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

// hear notes that an authentic message has arrived from in.
func (s *Session) hear(in *instance) {
	s.heard++
	in.heard = s.heard
}

// lastHeard returns the instance of f from which the last authentic message came, nil if f
// has none. An instance with an open channel comes before one whose channel has ended.
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

// named returns the instance that a caller names, nil if there is none.
func (s *Session) named(tag InstanceTag, f Fingerprint) *instance {
	if tag == 0 {
		return s.lastHeard(f)
	}
	return s.instance(tag, f)
}

// selected returns the instance that Status and, if it is unambiguous, Send use. It returns
// nil if no channel is open and none was ended except by End. As long as it returns an
// instance, nothing is sent unencrypted. If the caller has selected none, it is one with
// the first key, so that an attacker who adds a channel changes nothing.
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

// addressee returns selected, with [ErrSeveralKeys] if the caller has to choose.
func (s *Session) addressee() (*instance, error) {
	if s.chosen == nil && len(s.instances) > 1 {
		f := s.instances[0].fingerprint
		if slices.ContainsFunc(s.instances, func(in *instance) bool { return in.fingerprint != f }) {
			return nil, ErrSeveralKeys
		}
	}
	return s.selected(), nil
}

// Status describes the selected instance. Without a selection it describes the one that
// Send would use, or, if channels belong to several keys, one with the key whose channel
// was opened first.
func (s *Session) Status() Status {
	if in := s.selected(); in != nil {
		return in.status()
	}
	return Status{}
}

// Instances lists the peer's clients that have a channel, or had one until it was ended
// other than by [Session.End], with one entry for each tag and key. The one from which the
// last authentic message came is first.
func (s *Session) Instances() []Status {
	list := slices.Clone(s.instances)
	sortLastHeardFirst(list)
	out := make([]Status, len(list))
	for i, in := range list {
		out[i] = in.status()
	}
	return out
}

// Select directs Send, End, SMP and ExtraKey at one client with one key, as listed by
// [Session.Instances], also after it has got fresh keys. With tag zero it selects the
// client with that key from which the last authentic message came: in version 2 the only
// one. It fails with [ErrNoChannel] if there is no such instance.
func (s *Session) Select(tag InstanceTag, f Fingerprint) error {
	in := s.named(tag, f)
	if in == nil {
		return ErrNoChannel
	}
	s.chosen = in
	return nil
}

// Unselect undoes [Session.Select]: as long as all channels belong to one key, Send uses
// the client from which the last authentic message came; with several keys, it refuses.
func (s *Session) Unselect() { s.chosen = nil }

// open finds the channel that made m, a message from tag, and decrypts m. replaced says
// that it is one that a refresh has replaced. Anyone can send under any tag, so only the
// MAC decides.
func (s *Session) open(tag InstanceTag, m dataMessage, now time.Time) (in *instance, o opened, replaced bool, err error) {
	for _, in := range s.instances {
		if in.tag != tag || in.state != Encrypted {
			continue
		}
		in.expireLate(now)
		o, ok, e := openWith(in.channel, m)
		if ok && e == nil {
			s.keptTexts().heardUnder(in, o.answers)
			in.expireLate(now) // the time of a pair of keys that it has dropped starts now
			return in, o, false, nil
		}
		if ok {
			err = clearer(err, publicError(e))
		}
		if in.old == nil {
			continue
		}
		o, ok, e = openWith(in.old.channel, m)
		if ok && e == nil {
			in.expireLate(now)
			return in, o, true, nil
		}
		if ok {
			err = clearer(err, publicError(e))
		}
	}
	if err == nil {
		err = &MessageError{"Data", noChannel, ErrNoChannel}
	}
	return nil, opened{}, false, err
}

// noChannel is the field in the error for a Data Message of an instance that has no channel.
const noChannel = "no channel"

// speaksV3 reports whether f is known to use version 3.
func (s *Session) speaksV3(f Fingerprint) bool {
	return s.v3Keys[f] || s.knownV3 != nil && s.knownV3(f)
}

// noteV3 remembers that f uses version 3.
func (s *Session) noteV3(f Fingerprint) {
	if len(s.v3Keys) < maxSpeakV3 {
		s.v3Keys[f] = true
	}
}

// up reports whether any channel is open.
func (s *Session) up() bool {
	return slices.ContainsFunc(s.instances, func(in *instance) bool { return in.state == Encrypted })
}

// isUp reports whether a channel of version v is open.
func (s *Session) isUp(v Version) bool {
	return slices.ContainsFunc(s.instances, func(in *instance) bool { return in.version == v && in.state == Encrypted })
}

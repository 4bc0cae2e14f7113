// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"time"

	"purple-otr/otr/internal/ake"
	"purple-otr/otr/internal/wire"
)

// A commit is a D-H Commit Message that was sent to no instance in particular.
// The first that answers goes on with the handshake; what it had begun before lasts
// until then, and may complete. Any other is sent a commit of its own: who copies a
// D-H Key Message under another tag must not have us use one x and one g^y twice,
// and so the same keys for two channels.
type commit struct {
	ake    ake.Handshake // AUTHSTATE_AWAITING_DHKEY
	since  time.Time     // when it was made
	opened bool          // r has been revealed to somebody, and x has met a g^y
}

// sendCommit begins a key exchange of version v with whoever answers. A commit
// that has not been answered is sent once more, so that many queries cost no
// more than one; but not if its r has been revealed, which ends what it commits
// us to.
func (s *Session) sendCommit(v Version, out *Output) error {
	c := s.commits[v]
	if c == nil || c.opened {
		c = &commit{since: s.now()}
		if _, err := c.ake.Start(s.rand); err != nil {
			return err
		}
	}
	m, _ := c.ake.Commit()
	anyone := &instance{version: v}
	if err := s.encode(anyone, out, wire.Append(nil, s.header(anyone), m)); err != nil {
		return err
	}
	s.commits[v] = c
	for _, in := range s.instances {
		in.answered = in.answered && in.version != v
	}
	return nil
}

// receiveAKE gives a message of the key exchange to the handshake of its sender.
func (s *Session) receiveAKE(h wire.Header, m wire.Message) (Output, error) {
	var out Output
	in := s.instances[InstanceTag(h.Sender)]
	isNew := in == nil
	if isNew {
		in = &instance{version: Version(h.Version), tag: InstanceTag(h.Sender)}
	}
	if sig, ok := m.(wire.Signature); ok && s.receiveLate(in, sig, &out) {
		return out, nil
	}
	next, commit := s.handshake(in, m)
	if _, isKey := m.(wire.DHKey); isKey && commit != nil && commit.opened {
		in.answered = true
		s.commitTo(in, &out)
		if isNew && !in.ake.Idle() {
			s.addInstance(in, &out)
		}
		return out, nil
	}
	was := next.Stage()
	reply, done, err := next.Receive(m, s.key.signer(), s.rand)
	switch {
	case errors.Is(err, ake.ErrNoKey):
		return out, ErrNoKey
	case errors.Is(err, ake.ErrReflected):
		out.event(Reflected{})
		return out, nil
	case err != nil:
		err = publicError(err)
		if e := (*MessageError)(nil); errors.As(err, &e) && e.Field == ake.FieldMAC {
			out.event(Contested{})
		}
		return out, err
	}
	if reply != nil {
		if err := s.encode(in, &out, wire.Append(nil, s.header(in), reply)); err != nil {
			return Output{}, err
		}
	}
	if reply == nil && done == nil {
		return out, nil // "Ignore the message."
	}
	if commit != nil && next.Stage() == ake.AwaitingDHKey {
		return out, nil // ours, sent once more, still waits for whoever answers
	}
	if commit != nil || in.ake.Stage() != next.Stage() {
		if in.ake.Stage() == ake.AwaitingSig && done == nil {
			in.replaced = in.ake
		}
		in.akeSince = s.now() // else this is a retransmission, with old secrets
	}
	if stage := next.Stage(); done != nil {
		in.retryAt, in.retries = time.Time{}, 0
	} else if stage != was && (was == ake.AwaitingDHKey || was == ake.AwaitingSig) && in.retries < maxRetries {
		// Ours has been answered, perhaps not by the peer, or has made way for
		// another, perhaps not the peer's.
		in.retryAt = s.retryTime()
		in.retries++
	}
	in.ake = next
	if commit != nil {
		in.answered = true
		commit.opened = commit.opened || next.Stage() == ake.AwaitingSig
	}
	if isNew {
		s.addInstance(in, &out)
	}
	if done != nil {
		in.replaced = ake.Handshake{}
		s.secure(in, done, &out)
	}
	return out, nil
}

// receiveLate completes the exchange that another has replaced, if m is its
// Signature Message. What has begun since goes on.
func (s *Session) receiveLate(in *instance, m wire.Signature, out *Output) bool {
	h := in.replaced
	_, done, err := h.Receive(m, s.key.signer(), s.rand)
	if err != nil || done == nil {
		return false
	}
	in.replaced = h // else the same message would open the same channel again
	// The network is slow: what has begun since goes on, but not once more.
	in.retryAt, in.retries = time.Time{}, maxRetries
	s.secure(in, done, out)
	return true
}

// handshake is the state of the exchange with in that m belongs to. If that is
// our commit, which in has not answered yet, commit is it.
func (s *Session) handshake(in *instance, m wire.Message) (h ake.Handshake, answered *commit) {
	c := s.commits[in.version]
	if c == nil || in.answered {
		return in.ake, nil
	}
	switch m.(type) {
	case wire.DHCommit, wire.DHKey: // the former crossed ours, the latter answers it
		return c.ake, c
	}
	return in.ake, nil
}

// commitTo begins a key exchange with in. What was going on makes way; if it only
// waits for a Signature Message, that still counts.
func (s *Session) commitTo(in *instance, out *Output) {
	var next ake.Handshake
	m, err := next.Start(s.rand)
	if err != nil || s.encode(in, out, wire.Append(nil, s.header(in), m)) != nil {
		return // what is half open expires
	}
	if in.ake.Stage() == ake.AwaitingSig {
		in.replaced = in.ake
	}
	in.ake, in.akeSince = next, s.now()
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"slices"

	"purple-otr/otr/internal/ake"
	"purple-otr/otr/internal/wire"
)

// receiveAKE passes a message of the key exchange to the exchange with its sender.
func (s handshakes) receiveAKE(h wire.Header, m wire.Message) (Output, error) {
	var out Output
	ex := s.exchangeWith(Version(h.Version), InstanceTag(h.Sender))
	var err error
	switch m := m.(type) {
	case wire.DHCommit:
		err = s.receiveCommit(ex, m, &out)
	case wire.DHKey:
		err = s.receiveKey(ex, m, &out)
	case wire.RevealSig:
		err = s.receiveReveal(ex, m, &out)
	case wire.Signature:
		err = s.receiveSignature(ex, m, &out)
	}
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
	switch {
	case !ex.idle():
		s.addExchange(ex)
	case len(ex.revealed) == 0:
		delete(s.exchanges, ex.tag)
	}
	return out, nil
}

// receiveCommit: "Receiving a D-H Commit Message". Where the specification discards our own
// commit or an older one of the peer's, we keep them, because this one may be an
// attacker's.
func (s handshakes) receiveCommit(ex *exchange, m wire.DHCommit, out *Output) error {
	if s.spent.knows(fingerprint64Of(m.HashedGx[:])) {
		return nil // an exchange has already completed with it, and no x is used twice
	}
	which, pending := ex.answeringFor(m)
	if s.inbox().servedAlready(m.HashedGx[:], nil) && !pending {
		return nil
	}
	own, broadcast := s.unanswered(ex)
	var next ake.Handshake
	switch {
	case which >= 0:
		if own != nil {
			if c, _ := own.Commit(); c.HashedGx == m.HashedGx || broadcast != nil && broadcast.hashedGx == m.HashedGx {
				return ake.ErrReflected
			}
		}
		// "Retransmit your D-H Key Message"
		answers := ex.ys[which].answers
		next = answers[len(answers)-1].ake
	case own != nil && !ex.gaveWay && !(broadcast != nil && broadcast.opened):
		next = *own // "This is the trickiest transition in the whole protocol."
	}
	reply, _, err := next.Receive(m, nil, s.rand)
	if err != nil {
		return err
	}
	if err := s.reply(ex, out, reply); err != nil {
		return err
	}
	if next.Stage() == ake.AwaitingDHKey {
		return nil // ours has the higher hash value and continues to wait
	}
	ex.gaveWay = own != nil
	ys := slices.Clone(ex.ys)
	if which < 0 {
		ex.since = s.now()
		ys = keepCompeting(ys, answering{since: ex.since})
		which = len(ys) - 1
		if own != nil || ex.revealing() {
			s.retry(ex, retryAfter) // ours has yielded to another, which may not be the peer's
		}
	}
	same := func(a answer) bool {
		return a.commit.HashedGx == m.HashedGx && bytes.Equal(a.commit.EncryptedGx, m.EncryptedGx)
	}
	m.EncryptedGx = bytes.Clone(m.EncryptedGx)
	y := &ys[which]
	y.answers = keepCompeting(slices.DeleteFunc(slices.Clone(y.answers), same), answer{next, m}) // a retransmitted commit becomes the newest
	ex.ys = ys
	return nil
}

// answeringFor returns the index in ex.ys of the y that answers a commit, or -1 if that is
// a new one, and whether it has answered the same commit before.
func (ex *exchange) answeringFor(m wire.DHCommit) (i int, pending bool) {
	for i, y := range slices.Backward(ex.ys) {
		if slices.ContainsFunc(y.answers, func(a answer) bool { return a.commit.HashedGx == m.HashedGx }) {
			return i, true
		}
	}
	if n := len(ex.ys); n > 0 && len(ex.ys[n-1].met) == 0 {
		return n - 1, false
	}
	return -1, false
}

// receiveKey: "Receiving a D-H Key Message". It belongs to our newest commit. If that has
// already been answered, another one waits for a short time: it may be the peer's, and the
// first one an attacker's.
func (s handshakes) receiveKey(ex *exchange, m wire.DHKey, out *Output) error {
	if s.spent.knows(fingerprint64Of(m.Gy)) {
		return nil // its y has been deleted: an exchange that we started has completed with it
	}
	own, broadcast := s.unanswered(ex)
	copied := s.inbox().servedAlready(m.Gy, nil)
	switch i := ex.sameGy(m.Gy); {
	case own == nil && i >= 0:
		again := ex.revealed[i].ake
		reply, _, err := again.Receive(m, s.key.signer(), s.rand)
		if err != nil || reply == nil {
			return err
		}
		return s.reply(ex, out, reply) // "Retransmit your Reveal Signature Message."
	case own == nil:
		if len(ex.revealed) > 0 && !slices.ContainsFunc(ex.waiting, func(w waiting) bool { return bytes.Equal(w.gy, m.Gy) }) {
			ex.waiting = keepCompeting(ex.waiting, waiting{bytes.Clone(m.Gy), s.now()})
		}
		return nil
	case broadcast != nil && broadcast.opened:
		if !copied {
			s.commitTo(ex, out)
		}
		return nil
	}
	next := *own
	reply, _, err := next.Receive(m, s.key.signer(), s.rand)
	if err != nil {
		return err
	}
	if err := s.reply(ex, out, reply); err != nil {
		return err
	}
	serial := ex.ownSerial
	if broadcast != nil {
		broadcast.opened, ex.forks, serial = true, maxForks, broadcast.serial
		broadcast.ake = ake.Handshake{} // x goes on with this exchange only
	}
	ex.own, ex.answered = ake.Handshake{}, true
	s.reveal(ex, next, m.Gy, serial)
	return nil
}

// reveal notes that next, our commit with this serial number, has been answered with gy.
func (s handshakes) reveal(ex *exchange, next ake.Handshake, gy []byte, serial int) {
	ex.since = s.now()
	s.reveals++
	ex.revealed = keepCompeting(ex.revealed, revealed{
		ake: next, gy: bytes.Clone(gy), since: ex.since, serial: serial, nth: s.reveals,
	})
	s.retry(ex, retryAfter) // the answer may not be the peer's
}

// fork answers a D-H Key Message that arrived in addition to the one to which our commit
// was revealed. The x of that commit cannot be used again, so the peer gets another commit
// and, at the same time, the Reveal Signature Message for it: to a newer commit the peer
// would "Retransmit your D-H Key Message (the same one)", which we know already.
func (s handshakes) fork(ex *exchange, gy []byte, out *Output) {
	if ex.forks == 0 || ex.sameGy(gy) >= 0 || !s.policy.allows(ex.version) {
		return
	}
	if s.smpRuns().verifyingWith(ex.tag) {
		s.later.commit = ex.version // the peer would answer the commit
		return
	}
	var next ake.Handshake
	commit, err := next.Start(s.rand)
	if err != nil {
		return
	}
	reply, _, err := next.Receive(wire.DHKey{Gy: gy}, s.key.signer(), s.rand)
	if err != nil {
		return
	}
	var both Output
	if s.reply(ex, &both, commit) != nil || s.reply(ex, &both, reply) != nil {
		return
	}
	out.Send = append(out.Send, both.Send...)
	out.event(Contested{})
	ex.forks--
	s.made++
	s.reveal(ex, next, gy, s.made)
}

// receiveReveal: "Receiving a Reveal Signature Message". Its r tells which of the peer's
// commits it belongs to.
func (s handshakes) receiveReveal(ex *exchange, m wire.RevealSig, out *Output) error {
	var failed error
	met := false
	for n, y := range slices.Backward(ex.ys) {
		for i, a := range slices.Backward(y.answers) {
			next := a.ake
			reply, done, err := next.Receive(m, s.key.signer(), s.rand)
			if err != nil {
				failed = worse(failed, err)
				continue
			}
			return s.finishAnswer(ex, n, i, reply, done, out)
		}
		met = met || len(y.met) > 0
	}
	if met {
		return nil // its commit has already made a channel, or may as well have
	}
	if failed != nil && ex.revealing() {
		// If both sides start, libotr can reveal our r instead of its own. It then waits
		// for ever.
		s.retry(ex, retrySoon)
	}
	return failed
}

// finishAnswer opens the channel of answer i of ex.ys[n], which has completed, and sends the
// Signature Message. The other commits that this y has answered are kept, because the
// completed exchange may be a stranger's.
func (s handshakes) finishAnswer(ex *exchange, n, i int, sig wire.Message, done *ake.Result, out *Output) error {
	y, peer := ex.ys[n], fingerprintOf(done.Peer)
	// One client does not continue with two commits. There is another client with a copy
	// of its key and tag, and only one of the two can have the channel.
	copied := slices.ContainsFunc(y.met, func(o met) bool { return o.peer == peer })
	refused := copied || s.refuses(ex, done, out)
	if !refused {
		if err := s.reply(ex, out, sig); err != nil {
			return err
		}
	}
	if copied || i < len(y.answers)-1 || n < len(ex.ys)-1 {
		// The peer goes on with its newest commit: that one is another's.
		out.event(Contested{})
	}
	s.spent.add(fingerprint64Of(done.HashedGx[:]), s.now())
	y.answers = slices.Delete(slices.Clone(y.answers), i, i+1)
	y.met = append(slices.Clone(y.met), met{done.HashedGx, peer})
	if ex.ys = slices.Clone(ex.ys); copied || len(y.answers) == 0 || len(y.met) == maxCompeting {
		ex.ys = slices.Delete(ex.ys, n, n+1)
	} else {
		ex.ys[n] = y
	}
	if refused {
		return nil
	}
	for j := range ex.revealed {
		ex.revealed[j].overtakenBy = append(ex.revealed[j].overtakenBy, done.HashedGx)
	}
	ex.completed()
	s.secure(ex.agreed3(done), out)
	return nil
}

// worse returns the more informative of two errors: a message that opens a commit but was
// made with other keys is worth reporting; one that opens none is a stray message.
func worse(a, b error) error {
	if e := (*wire.Error)(nil); a != nil && !(errors.As(b, &e) && e.Field == ake.FieldMAC) {
		return a
	}
	return b
}

// receiveSignature: "Receiving a Signature Message".
func (s handshakes) receiveSignature(ex *exchange, m wire.Signature, out *Output) error {
	var failed error
	for i := range ex.revealed {
		r := &ex.revealed[i]
		next := r.ake
		if next.Idle() {
			continue
		}
		_, done, err := next.Receive(m, s.key.signer(), s.rand)
		if err != nil {
			failed = worse(failed, err)
			continue
		}
		r.ake = next // we keep its g^y to recognise it if it arrives again
		s.spent.add(fingerprint64Of(r.gy), s.now())
		if !s.refuses(ex, done, out) {
			s.finishOwn(ex, r, done, out)
		}
		return nil
	}
	return failed
}

// finishOwn opens the channel of r, an exchange that we started and that has completed.
//
// If the peer also started an exchange and completed it while we waited, both sides have
// completed both, but in a different order, because each sent its Reveal Signature Message
// before it had the other's. On a network that preserves order, both sides can see that. As
// with crossing commits, the exchange with the higher hash wins. Messages under the keys of
// the other one are read like those of a replaced channel.
func (s handshakes) finishOwn(ex *exchange, r *revealed, done *ake.Result, out *Output) {
	overtakenBy, serial := r.overtakenBy, r.serial
	ex.completed()
	in := s.instance(ex.tag, fingerprintOf(done.Peer))
	if in != nil && in.state == Encrypted && slices.Contains(overtakenBy, in.hashedGx) &&
		bytes.Compare(in.hashedGx[:], done.HashedGx[:]) > 0 {
		in.dropOld()
		in.old = &replaced{channel: newChannel(done), since: s.now()}
		return
	}
	s.secure(ex.agreed3(done), out).made = serial
}

// refuses reports whether the channel of a completed exchange must not be opened, and then
// adds an event that says why. The exchange is over then.
func (s handshakes) refuses(ex *exchange, done *ake.Result, out *Output) bool {
	peer := fingerprintOf(done.Peer)
	switch {
	case peer == fingerprintOf(done.Self):
		out.event(OwnKey{From: ex.tag, Version: ex.version})
	case ex.version == V2 && s.policy.allows(V3) && s.speaksV3(peer):
		out.event(Downgraded{Fingerprint: peer})
	default:
		return false
	}
	return true
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/wire"
)

// Nobody authenticates a query or a whitespace tag: whoever carries them can take the 4 out, and
// then two clients that both have version 4 meet in version 3. So inside each version 3 channel
// they tell each other, once, that they have version 4, and with which key. One of them then
// begins an exchange of version 4, and its channel replaces the other one.
//
// A message with this record and no text looks like a heartbeat to other programs.

// introductionFormat is the first byte of the record. Our fingerprint and our instance tag follow.
const introductionFormat = 1

// An introducer is an instance with a version 3 key.
type introducer struct {
	tag InstanceTag
	key Fingerprint
}

// offered returns the part of the policy that requests offer.
func (s handshakes4) offered() Policy {
	if s.introduceFirst == nil || !s.policy.allows(V3) || !s.policy.allows(V4) || s.isUp(V4) || !s.introduceFirst() {
		return s.policy
	}
	return s.policy &^ AllowV4
}

// best returns the version to use with a peer who offers o, or zero if there is none.
func (s handshakes4) best(o versions) Version {
	if v := s.offered().best(o); v == V3 {
		return v
	}
	return s.policy.best(o)
}

// introduce tells in's client that we have version 4, unless we have done so over this channel.
func (s handshakes4) introduce(in *instance, out *Output) {
	if in.version != V3 || in.state != Encrypted || in.four.told || !s.policy.allows(V4) {
		return
	}
	value := append([]byte{introductionFormat}, s.four.identity.Fingerprint().b...)
	value = append(value, byte(s.tag>>24), byte(s.tag>>16), byte(s.tag>>8), byte(s.tag))
	// It is not so important that we would try again.
	in.four.told = true
	_ = s.seal(in, out, wire.IgnoreUnreadable, nil, wire.TLV{Type: wire.TLVIntroduction, Value: value})
}

// introductionLen is the length of the record.
const introductionLen = 1 + fingerprint4Len + 4

// hearIntroduction processes the record in which in's client says that it has version 4, or keeps
// it until our user switches version 4 on: the client says so only once.
func (s handshakes4) hearIntroduction(in *instance, value []byte, out *Output) {
	if s.policy.allows(V4) {
		s.receiveIntroduction(in, value, out)
	} else if len(value) == introductionLen {
		in.four.unheard = bytes.Clone(value)
	}
}

// hearUnheard processes what hearIntroduction has kept.
func (s handshakes4) hearUnheard(out *Output) {
	if !s.policy.allows(V4) {
		return
	}
	for _, in := range slices.Clone(s.instances) {
		if value := in.four.unheard; value != nil && in.state == Encrypted {
			in.four.unheard = nil
			s.receiveIntroduction(in, value, out)
		}
	}
}

// receiveIntroduction is hearIntroduction while version 4 is on. The one with the higher
// fingerprint begins.
func (s handshakes4) receiveIntroduction(in *instance, value []byte, out *Output) {
	body := cryptobyte.String(value)
	var format uint8
	var f []byte
	var tag uint32
	if !s.policy.allows(V4) || !body.ReadUint8(&format) || format != introductionFormat ||
		!body.ReadBytes(&f, fingerprint4Len) || !body.ReadUint32(&tag) || !body.Empty() || InstanceTag(tag) != in.tag {
		return
	}
	theirs, ours := Fingerprint{string(f)}, s.four.identity.Fingerprint()
	if theirs == ours {
		return
	}
	maps.DeleteFunc(s.four.introduced, func(by introducer, _ Fingerprint) bool { return s.instance(by.tag, by.key) == nil })
	if s.four.introduced == nil {
		s.four.introduced = map[introducer]Fingerprint{}
	}
	s.four.introduced[introducer{in.tag, in.fingerprint}] = theirs
	out.event(Introduced{theirs, in.fingerprint, in.tag})
	// A version 4 channel that is older than this one is not what the client uses: it has been
	// restarted.
	if newer := s.instance(in.tag, theirs); newer != nil && newer.state == Encrypted && newer.four.opened > in.four.opened {
		s.join(newer, in, out)
		return
	}
	switch {
	case ours.b < theirs.b:
		if in.four.tellAgain.IsZero() {
			in.four.tellAgain = s.handshakes().retryTime(retryAfter, 0)
		}
	case s.four.mayAnswer(s.now()):
		s.four.answered++
		s.commitTo(s.exchangeWith(in.tag), out)
	}
}

// tickIntroduction tells in's client that we have version 4 if we have not, and once more if it should
// have begun an exchange by now: our record may be lost. due is Tick's.
func (s handshakes4) tickIntroduction(in *instance, due func(time.Time, time.Duration) bool, out *Output) {
	if again := in.four.tellAgain; in.version == V3 && !in.four.toldAgain && !again.IsZero() && due(again, 0) {
		in.four.told, in.four.toldAgain = false, true
	}
	s.introduce(in, out)
}

// join makes older, a version 3 channel of the client that has newer, the replaced channel of that.
func (s handshakes4) join(newer, older *instance, out *Output) {
	s.smpRuns().dropSMP(older, out)
	older.pause.giveBack(out)
	older.dropOld()
	newer.dropOld()
	newer.old = &replaced{channel: older.channel, since: s.now(), fingerprint: older.fingerprint}
	older.state, older.channel = Finished, nil
	s.forget(older)
	if s.chosen == older {
		s.chosen = newer
	}
}

// upgraded returns the instance whose version 3 channel an exchange of version 4 replaces, because
// the peer has introduced the new key there; nil if there is none. What our user has said to the
// old key may then be repeated to the new one.
func (s handshakes4) upgraded(a *agreed) *instance {
	if a.version != V4 {
		return nil
	}
	for _, in := range s.instances {
		if in.tag != a.tag || in.version != V3 || in.state != Encrypted ||
			s.four.introduced[introducer{in.tag, in.fingerprint}] != a.peer {
			continue
		}
		for i := range s.recent.n {
			if t := s.recent.at(i); t.via == in {
				t.to = a.peer
			}
		}
		if s.held.meant == in.fingerprint {
			s.held.meant = a.peer
		}
		return in
	}
	return nil
}

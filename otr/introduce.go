// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"maps"
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

// introducedLong is how long ago we must have introduced ourselves to do so again when the peer does
// for the first time: they may have switched version 4 on after they had received ours, and then
// have ignored it. Otherwise the two records have crossed.
const introducedLong = 5 * time.Second

// introductionFormat is the first byte of the record. Our fingerprint and our instance tag follow.
const introductionFormat = 1

// An introducer is an instance with a version 3 key.
type introducer struct {
	tag InstanceTag
	key Fingerprint
}

// introduce tells in's client that we have version 4, unless we have done so over this channel.
func (s handshakes4) introduce(in *instance, out *Output) {
	if in.version != V3 || in.state != Encrypted || !in.four.told.IsZero() || !s.policy.allows(V4) {
		return
	}
	value := append([]byte{introductionFormat}, s.four.identity.Fingerprint().b...)
	value = append(value, byte(s.tag>>24), byte(s.tag>>16), byte(s.tag>>8), byte(s.tag))
	// It is not so important that we would try again.
	in.four.told = s.now()
	_ = s.seal(in, out, wire.IgnoreUnreadable, nil, wire.TLV{Type: wire.TLVIntroduction, Value: value})
}

// receiveIntroduction processes the record in which in's client says that it has version 4. The
// one with the higher fingerprint begins.
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
	by := introducer{in.tag, in.fingerprint}
	if told := in.four.told; s.four.introduced[by] != theirs && !told.IsZero() && s.isPast(told, introducedLong) {
		in.four.told = time.Time{}
		s.introduce(in, out)
	}
	s.four.introduced[by] = theirs
	out.event(Introduced{theirs, in.fingerprint, in.tag})
	if newer := s.instance(in.tag, theirs); newer != nil && newer.state == Encrypted {
		s.join(newer, in, out)
		return
	}
	if ours.b > theirs.b && s.four.mayAnswer(s.now()) {
		s.four.answered++
		s.commitTo(s.exchangeWith(in.tag), out)
	}
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

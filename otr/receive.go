// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/wire"
)

// Receive processes one message from the transport. Text that is not OTR is returned
// unchanged as Output.Message. On error the Session is as it was before the call, so that
// the same msg can be passed again (for example after [Session.SetKey]); Output may still
// contain a reply to transmit and an event for the user.
//
// Receive does not retain msg.
func (s *Session) Receive(msg []byte) (Output, error) {
	defer s.account()
	if !s.policy.enabled() && s.selected() == nil {
		return Output{Message: &Message{Text: bytes.Clone(msg)}}, nil
	}
	kind, body := classify(msg)
	if kind == fragmentText {
		return s.inbox().receiveFragment(body)
	}
	out, err := s.inbox().receiveWhole(kind, msg, body)
	if err == nil && kind != encodedText && !s.inbox().cameBefore(fingerprint64Of(msg)) {
		// "If you receive a non-OTR message, or an unfragmented message, forget any
		// stored fragment you may have": for encoded ones see receiveEncoded. A copy of
		// an older one does not mean that.
		clear(s.partials)
	}
	return out, err
}

// receiveWhole processes a message that is not a fragment. body is the part of msg after
// what identifies its kind.
func (s inbox) receiveWhole(kind kind, msg, body []byte) (Output, error) {
	switch kind {
	case encodedText:
		return s.receiveEncoded(body)
	case queryText:
		return s.receiveQuery(body)
	case errorText:
		return s.receiveError(body)
	}
	return s.receivePlain(msg)
}

// receiveFragment keeps a fragment, or processes the message that it completes. "Note that
// fragments are not themselves messages that can be fragmented". Anything else can be: some
// clients fragment plain text too.
func (s inbox) receiveFragment(body []byte) (Output, error) {
	var out Output
	f, err := wire.ParseFragment(body)
	if err != nil {
		if f, err4 := wire.ParseFragment4(body); err4 == nil && s.four != nil {
			return s.receiveFragment4(f)
		}
		return out, publicError(err)
	}
	h := wire.Header{Version: f.Version, Sender: f.Sender, Receiver: f.Receiver}
	if ours, err := s.addressed(h, true, &out); !ours || err != nil {
		return out, err
	}
	text, complete := s.partials.add(f, s.now, &s.pieces)
	if !complete {
		return out, nil
	}
	m := s.partials[InstanceTag(f.Sender)]
	kind, whole := classify(text)
	if kind == fragmentText {
		s.partials.done(f)
		return out, &MessageError{"fragment", "piece", ErrMalformed}
	}
	out, err = s.receiveWhole(kind, text, whole)
	if err == nil {
		s.partials.done(f)
		if kind == encodedText { // users may send the same text twice
			m.note(f, whole, &s.pieces, s.now())
		}
		recycle(text)
	}
	return out, err
}

// addressed reports whether a message with header h is for us ("Instance Tags"). If it is
// not, it adds an event to out. anyone says that the receiver's tag may be zero.
func (s inbox) addressed(h wire.Header, anyone bool, out *Output) (bool, error) {
	if h.Version == wire.V2 {
		return true, nil
	}
	from, to := InstanceTag(h.Sender), InstanceTag(h.Receiver)
	switch {
	case from < minTag || to != 0 && to < minTag, h.Version == wire.V4 && to == 0 && !anyone:
		if h.Version == wire.V4 {
			s.complain(malformed4, out)
		}
		return false, &MessageError{"header", "instance tags", ErrMalformed}
	case from == s.tag:
		out.event(Reflected{})
		return false, nil
	case to == s.tag || to == 0 && anyone:
		return true, nil
	}
	out.event(OtherInstance{From: from})
	return false, nil
}

func (s inbox) receiveEncoded(body []byte) (Output, error) {
	var out Output
	msg := newBuffer()
	defer msg.free() // nothing refers to it after this call
	b, err := wire.AppendDearmor(msg.b, body)
	if err != nil {
		return s.unreadable(out, V3, 0, fingerprint64Of(body), publicError(err))
	}
	msg.b = b
	h, typ, rest, err := wire.ParseHeader(b)
	if errors.Is(err, wire.ErrVersion) || h.Version == wire.V4 && s.four == nil {
		out.event(UnknownVersion{h.Version})
		return out, nil
	}
	if ours, err := s.addressed(h, beginsExchange(h, typ), &out); !ours || err != nil {
		return out, err
	}
	copied := false
	switch {
	case err != nil:
		return out, publicError(err)
	case typ == wire.TypeData && h.Version == wire.V4:
		var m wire.Data4
		if m, err = wire.ParseData4(b, rest); err != nil {
			return s.unreadable(out, V4, m.Flags, fingerprint64Of(b), publicError(err))
		}
		out, err = s.receiveData(h, dataMessage{v4: &m}, body)
	case typ == wire.TypeData:
		var m wire.Data
		if m, err = wire.ParseData(b, rest); err != nil {
			return s.unreadable(out, V3, m.Flags, fingerprint64Of(b), publicError(err))
		}
		out, err = s.receiveData(h, dataMessage{v3: &m}, body)
	default:
		out, copied, err = s.receiveExchange(h, typ, rest, b)
	}
	if err == nil && !copied {
		// The fragments it was made of, or older ones. Another client of the peer
		// may be in the middle of its own message.
		delete(s.partials, InstanceTag(h.Sender))
	}
	return out, err
}

// receiveExchange processes the message b of a key exchange, which has the header h, type typ and
// that body. copied says that it has come before, or waits for a key.
func (s inbox) receiveExchange(h wire.Header, typ byte, body cryptobyte.String, b []byte) (out Output, copied bool, err error) {
	m, err := parseExchange(h, typ, body)
	if err != nil {
		return out, false, publicError(err)
	}
	if !s.policy.allows(Version(h.Version)) {
		// "If the message is version 2 and ALLOW_V2 is not set, ignore this
		// message. Similarly if the message is version 3".
		out.event(UnknownVersion{h.Version})
		return out, true, nil
	}
	if h.Version == wire.V4 {
		out, err = s.handshakes4().receive(h, m)
	} else {
		out, err = s.handshakes().receiveAKE(h, m)
	}
	if errors.Is(err, ErrNoKey) {
		return out, false, err // the caller will pass it again
	}
	if copied = s.cameBefore(fingerprint64Of(b)); copied && err != nil {
		// It belongs to no exchange in progress, and may be forged.
		return Output{}, true, nil
	}
	return out, copied, err
}

// beginsExchange reports whether a message begins a key exchange, so that it may be for anybody.
func beginsExchange(h wire.Header, typ byte) bool {
	if h.Version == wire.V4 {
		return typ == wire.TypeIdentity
	}
	return typ == wire.TypeDHCommit
}

// parseExchange reads the body of a message of the key exchange.
func parseExchange(h wire.Header, typ byte, body cryptobyte.String) (wire.Message, error) {
	if h.Version == wire.V4 {
		return wire.ParseDAKE(typ, body)
	}
	return wire.ParseAKE(typ, body)
}

// receivePlain shows text, and starts an exchange if it is tagged ("Receiving plaintext
// ...").
func (s inbox) receivePlain(msg []byte) (Output, error) {
	var out Output
	text, offer, tagged := cutTag(msg)
	var err error
	if v := s.handshakes4().best(offer); v != 0 && s.policy&WhitespaceStartAKE != 0 {
		err = s.asks(v, msg, &out)
	}
	up := s.selected() != nil
	s.heardPlain = s.heardPlain || !tagged && !up
	if up || s.policy&RequireEncryption != 0 {
		out.event(Unencrypted{})
	}
	out.Message = &Message{Text: bytes.Clone(text)}
	return out, err
}

// receiveQuery: "If the query message offers OTR version 3 and ALLOW_V3 is set:
// Send a version 3 D-H Commit Message ... Otherwise" the same with version 2.
func (s inbox) receiveQuery(body []byte) (Output, error) {
	var out Output
	offer, _ := parseQuery(body)
	v := s.handshakes4().best(offer)
	if v == 0 {
		out.event(UnknownVersion{})
		return out, nil
	}
	err := s.asks(v, body, &out)
	return out, err
}

// asks starts a key exchange of version v, because msg has requested one. After an exchange
// has completed, a copy of its request starts no other.
func (s inbox) asks(v Version, msg []byte, out *Output) error {
	if s.servedAlready(msg, s.commits[v]) {
		return nil
	}
	return s.begin(v, out)
}

// begin starts a key exchange of version v, unless it has to wait for the end of SMP. If a
// channel of version 3 or 4 is open, a request for an older version is not the peer's, or was
// manipulated, because the peer uses the newer one: begin refuses it. A peer that now supports only
// the older version can send a commit. If the newer one is version 4, we try that; a peer who does
// not answer gets a request for any version in the end.
func (s inbox) begin(v Version, out *Output) error {
	for _, newer := range []Version{V3, V4} {
		if v < newer && s.policy.allows(newer) && s.isUp(newer) {
			out.event(Downgraded{})
			if newer == V4 {
				s.handshakes4().tryFour(out)
			}
			return nil
		}
	}
	if s.smpRuns().verifying() {
		s.later.commit = v
		out.event(Postponed{})
		return nil
	}
	if v == V4 {
		return s.handshakes4().sendIdentity(out)
	}
	return s.handshakes().sendCommit(v, out)
}

// maxErrorText is the longest text of an error message that is reported, in bytes.
const maxErrorText = 500

// receiveError: "Display the message to the user. If ERROR_START_AKE is set,
// reply with a Query Message."
func (s inbox) receiveError(text []byte) (Output, error) {
	var out Output
	if _, copied := s.again(fingerprint64Of(text), errorCopyFor); copied {
		return out, nil
	}
	text = bytes.TrimSpace(text)
	text = bytes.ToValidUTF8(text[:min(len(text), maxErrorText)], nil)
	out.event(s.peerError(string(text)))
	s.recent.reported()
	if s.policy.enabled() && s.policy&ErrorStartAKE != 0 && s.passed(answerInterval, &s.lastAnswer) {
		if s.smpRuns().verifying() {
			s.later.query = true
			out.event(Postponed{})
		} else {
			s.ask(&out)
		}
	}
	return out, nil
}

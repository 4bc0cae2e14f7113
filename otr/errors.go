// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"

	"purple-otr/otr/internal/wire"
)

// The errors of this package, to be compared with [errors.Is]. None contains
// secrets or anything that the peer sent.
var (
	// ErrNoKey: what was received has to be signed and there is no key yet. Set
	// one with [Session.SetKey] and give the same message to Receive again.
	ErrNoKey = errors.New("otr: no private key")
	// ErrFinished: the channel is over, by the peer's doing or by time or policy,
	// and our user has not said yet that he knows, with End or Start.
	ErrFinished = errors.New("otr: the private conversation has ended")
	// ErrNoChannel: the call, or the message received, needs a channel. Of a
	// message it may also mean that the keys it was made with are gone.
	ErrNoChannel = errors.New("otr: no encrypted channel")
	// ErrSeveralKeys: channels are up, or were until the peer ended them, with
	// several keys, and the caller has not said which one is meant: see
	// [Session.Select] and [Session.SendTo].
	ErrSeveralKeys = errors.New("otr: channels with several keys, and none is selected")
	// ErrMalformed: a message cannot be read, or has a value out of range.
	ErrMalformed = errors.New("otr: malformed message")
	// ErrForged: a MAC, hash or signature is not genuine.
	ErrForged = errors.New("otr: message failed authentication")
	// ErrReplayed: a message that came before.
	ErrReplayed = errors.New("otr: replayed message")
	// ErrLate: so many others have overtaken a message that its keys are gone, or that
	// it is not known whether it came before; or its channel has just ended.
	ErrLate = errors.New("otr: message came too late")
	// ErrSMPState: AnswerSMP, and there is no question.
	ErrSMPState = errors.New("otr: no authentication to answer")
	// ErrPolicy: no version may be spoken.
	ErrPolicy = errors.New("otr: the policy allows no protocol version")
	// ErrHeldFull: the queue of held texts has no room for one more.
	ErrHeldFull = errors.New("otr: too much text is waiting for the private conversation")
	// ErrTooLong: the message does not fit the transport, or its record.
	ErrTooLong = errors.New("otr: message too long to send")
)

// A MessageError says which part of which message was wrong. It wraps one of
// the errors above.
type MessageError struct {
	Message string // as the specification names it, "D-H Key"
	Field   string // "gy"
	Err     error
}

func (e *MessageError) Error() string {
	return e.Err.Error() + ": " + e.Message + ", " + e.Field
}

func (e *MessageError) Unwrap() error { return e.Err }

// publicError makes an error of the internal packages one of this package's.
func publicError(err error) error {
	var e *wire.Error
	if !errors.As(err, &e) {
		return err
	}
	kinds := map[wire.Kind]error{
		wire.Malformed: ErrMalformed,
		wire.Forged:    ErrForged,
		wire.Replayed:  ErrReplayed,
		wire.NoKeys:    ErrNoChannel,
		wire.Late:      ErrLate,
	}
	return &MessageError{e.Message, e.Field, kinds[e.Kind]}
}

// clearer is the error that says more of a Data Message that no channel opens: that one
// has seen it before, or has no keys for it, rather than that it is another's.
func clearer(a, b error) error {
	rank := func(err error) int {
		switch {
		case errors.Is(err, ErrReplayed):
			return 4
		case errors.Is(err, ErrLate):
			return 3
		case errors.Is(err, ErrMalformed):
			return 2
		case errors.Is(err, ErrForged):
			return 1
		}
		return 0
	}
	if rank(a) > rank(b) {
		return a
	}
	return b
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/wire"
)

// The errors of this package, to be compared with [errors.Is]. None contains
// secrets or anything that the peer sent.
var (
	// ErrNoKey: the answer to the message must be signed, and there is no key yet. Set one
	// with [Session.SetKey] and pass the same message to Receive again.
	ErrNoKey = errors.New("otr: no private key")
	// ErrFinished: the channel was ended by the peer, by time or by policy, and our user
	// has not yet acknowledged that with End or Start.
	ErrFinished = errors.New("otr: the private conversation has ended")
	// ErrNoChannel: the call, or the received message, needs a channel. For a message it
	// may also mean that the keys it was encrypted with have been deleted.
	ErrNoChannel = errors.New("otr: no encrypted channel")
	// ErrSeveralKeys: there are channels, open or ended by the peer, with several keys, and
	// the caller has not said which key is meant: see [Session.Select] and
	// [Session.SendTo].
	ErrSeveralKeys = errors.New("otr: channels with several keys, and none is selected")
	// ErrMalformed: a message cannot be read, or has a value out of range.
	ErrMalformed = errors.New("otr: malformed message")
	// ErrForged: a MAC, hash or signature is wrong.
	ErrForged = errors.New("otr: message failed authentication")
	// ErrReplayed: the message has arrived before.
	ErrReplayed = errors.New("otr: replayed message")
	// ErrLate: so many later messages have arrived before this one that its keys are
	// deleted, or that we cannot tell whether it has arrived before; or its channel has
	// just ended.
	ErrLate = errors.New("otr: message came too late")
	// ErrExpired: the peer's profile of version 4 has expired, so one of the two clocks is wrong.
	ErrExpired = errors.New("otr: the peer's profile has expired, or a clock is wrong")
	// ErrSMPState: AnswerSMP was called, but the peer has asked nothing.
	ErrSMPState = errors.New("otr: no authentication to answer")
	// ErrPolicy: the policy allows no version.
	ErrPolicy = errors.New("otr: the policy allows no protocol version")
	// ErrHeldFull: the queue of held texts has no room for one more.
	ErrHeldFull = errors.New("otr: too much text is waiting for the private conversation")
	// ErrTooLong: the message is too long for the transport or for its record.
	ErrTooLong = errors.New("otr: message too long to send")
)

// A MessageError says which part of which message was wrong. It wraps one of the errors
// above.
type MessageError struct {
	Message string // as the specification names it, "D-H Key"
	Field   string // "gy"
	Err     error
}

func (e *MessageError) Error() string {
	return e.Err.Error() + ": " + e.Message + ", " + e.Field
}

func (e *MessageError) Unwrap() error { return e.Err }

// publicError converts an error of the internal packages to one of this package.
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
	if e.Field == dake.FieldExpiry {
		return &MessageError{e.Message, e.Field, ErrExpired}
	}
	return &MessageError{e.Message, e.Field, kinds[e.Kind]}
}

// clearer returns the more informative of two errors about a Data Message that no channel
// can decrypt: that a channel has seen it before, or has deleted its keys, says more than
// that it belongs to another channel.
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

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"

	"purple-otr/otr/internal/wire"
)

var (
	ErrNoKey     = errors.New("otr: no private key")
	ErrFinished  = errors.New("otr: the private conversation has ended")
	ErrNoChannel = errors.New("otr: no encrypted channel")
	ErrMalformed = errors.New("otr: malformed message")
	ErrForged    = errors.New("otr: message failed authentication")
	ErrReplayed  = errors.New("otr: replayed message")
	ErrSMPState  = errors.New("otr: no authentication to answer")
	ErrPolicy    = errors.New("otr: the policy allows no protocol version")
	ErrHeldFull  = errors.New("otr: too much text is waiting for the private conversation")
	ErrTooLong   = errors.New("otr: message too long to send")
)

// A MessageError says which part of which message was wrong. It wraps one of
// the errors above. It never contains what the peer sent.
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
	}
	return &MessageError{e.Message, e.Field, kinds[e.Kind]}
}

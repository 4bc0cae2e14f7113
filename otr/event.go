// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// State is the message state of the section "The protocol state machine".
type State uint8

const (
	Plaintext State = iota
	Encrypted
	Finished
)

func (s State) String() string {
	switch s {
	case Plaintext:
		return "plaintext"
	case Encrypted:
		return "encrypted"
	case Finished:
		return "finished"
	}
	return "invalid"
}

// Status is a snapshot; it does not change with the Session.
type Status struct {
	State       State
	Version     Version     // zero in Plaintext
	Tag         InstanceTag // the peer's
	Fingerprint Fingerprint // zero in Plaintext
	SSID        SSID        // zero unless Encrypted
}

// SSID is the secure session id ("Computing the ... secure session id"). Half
// is 0 or 1: which 4 bytes this side shows in bold when users compare it by
// voice.
type SSID struct {
	ID   [8]byte
	Half int
}

// Output is what the caller must act on after a call, in this order: transmit,
// then handle events, then show the message.
type Output struct {
	// Send is ready to transmit, in order. What is encoded is within MaxMessage.
	Send    [][]byte
	Events  []Event
	Message *Message // nil if there is nothing to show
}

// A Message is text for the user. It is the peer's, so it is hostile: escape it.
type Message struct {
	Text []byte
	// Fingerprint is the key that authenticated Text, or zero if it came in
	// the clear.
	Fingerprint Fingerprint
	From        InstanceTag
}

// An Event reports something that happened. It is one of the types below.
type Event interface{ event() }

type (
	// Secured: a key exchange completed. Refreshed means the key is the one
	// the previous channel had.
	Secured struct {
		Status
		Refreshed bool
	}
	// Ended: the peer ended the channel. Send fails until End or Start.
	Ended struct{ Fingerprint Fingerprint }
	// Unencrypted: Output.Message came in the clear though a channel is up, has
	// been ended by the peer, or the policy requires one.
	Unencrypted struct{}
	// Unreadable: an encrypted message could not be read; Reason says why.
	Unreadable struct{ Reason error }
	// OtherInstance: a message arrived that is meant for another client of this
	// account. It was ignored.
	OtherInstance struct{ From InstanceTag }
	// UnknownVersion: an encoded message of a protocol version that this
	// package does not speak. It was ignored.
	UnknownVersion struct{ Version uint16 }
	// PeerError: the peer's client sent this. It is not authenticated: show it
	// as a hint only.
	PeerError struct{ Text string }
	// Held: the text given to Send waits for a channel.
	Held struct{}
	// Resent: Text, held earlier, has now been sent over the new channel.
	Resent struct{ Text []byte }
	// Returned: Text, held earlier, will not be sent: no channel came about in
	// time, or the user ended the attempt. The caller owns it again.
	Returned struct{ Text []byte }
	// Heartbeat: the peer sent an authenticated message without text.
	Heartbeat struct{}
	// Reflected: our own message came back.
	Reflected struct{}

	// SMPAsked: the peer started SMP. Question is empty if it asked none.
	SMPAsked struct{ Question string }
	// SMPStep: 0 to 100 percent.
	SMPStep struct{ Percent int }
	// SMPDone: Fingerprint shares (or does not share) the secret.
	SMPDone struct {
		Same        bool
		Fingerprint Fingerprint
	}
	// SMPAborted: by the peer, or because a message was invalid.
	SMPAborted struct{ Cheated bool }

	// ExtraKeyAsked: the peer called its ExtraKey.
	ExtraKeyAsked struct {
		Use  uint32
		Data []byte
		Key  [32]byte
	}
)

func (Secured) event()        {}
func (Ended) event()          {}
func (Unencrypted) event()    {}
func (Unreadable) event()     {}
func (OtherInstance) event()  {}
func (UnknownVersion) event() {}
func (PeerError) event()      {}
func (Held) event()           {}
func (Resent) event()         {}
func (Returned) event()       {}
func (Heartbeat) event()      {}
func (Reflected) event()      {}
func (SMPAsked) event()       {}
func (SMPStep) event()        {}
func (SMPDone) event()        {}
func (SMPAborted) event()     {}
func (ExtraKeyAsked) event()  {}

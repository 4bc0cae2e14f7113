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
// then handle events, then show the message. It is the caller's: the Session
// keeps no reference to it. The zero Output asks for nothing.
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
	// Ended: the peer ended the channel of its instance From and Fingerprint. Send, if directed
	// at that, fails until End or Start.
	Ended struct {
		Fingerprint Fingerprint
		From        InstanceTag
	}
	// Expired: we have ended the channel to the instance From, because it was
	// idle ([Idle]), the peer's clients had too many, or by [Session.Expire], and
	// have told the peer. Send, if directed at that, fails until End or Start.
	Expired struct {
		Fingerprint Fingerprint
		From        InstanceTag
	}
	// Unencrypted: Output.Message came in the clear though a channel is up, has
	// been ended by the peer, or the policy requires one.
	Unencrypted struct{}
	// Unreadable: an encrypted message could not be read; Reason says why.
	Unreadable struct{ Reason error }
	// OtherInstance: a message arrived that is meant for another client of this
	// account. It was ignored.
	OtherInstance struct{ From InstanceTag }
	// UnknownVersion: a message of the key exchange, or of any kind, of a protocol
	// version that the policy does not allow or this package does not speak, or a
	// query for none but such (then Version is 0). It was ignored.
	UnknownVersion struct{ Version uint16 }
	// Downgraded: version 2 was refused, because the peer speaks version 3: by the
	// key Fingerprint, which would have got a version 2 channel, or, if that is zero,
	// because a version 3 channel is up and somebody asked for version 2 only.
	Downgraded struct{ Fingerprint Fingerprint }
	// OwnKey: a key exchange that has completed was with our own key: our messages
	// come back to us under the tag From, or another account of ours has a copy of the
	// key. No channel was opened: the two look the same, and in the first case our user
	// would read his own words as the peer's.
	OwnKey struct {
		From    InstanceTag
		Version Version
	}
	// PeerError: the peer's client sent this. It is not authenticated: show it
	// as a hint only.
	PeerError struct{ Text string }
	// Held: the text given to Send or SendTo waits for a channel, or for fresh keys of one.
	Held struct{}
	// Resent: Text, held earlier, has now been sent: over the new channel, or, when fresh
	// keys did not come in time, over the one in force.
	Resent struct{ Text []byte }
	// Repeated: Text, sent to this key within the last minute, has been sent once
	// more, marked as such: the peer's program has reported an error since, or has begun
	// an exchange anew whose last message it has missed. There is one for each text, in
	// the order in which they were sent first.
	Repeated struct{ Text []byte }
	// Unread: the same, but it has not been sent once more, because the key is
	// another one, or by Config.MayRelease. The caller owns Text again.
	Unread struct{ Text []byte }
	// Returned: Text, held earlier, will not be sent: no channel came about in
	// time, or the user ended the attempt, or the channel ended. The caller owns it again.
	Returned struct{ Text []byte }
	// Contested: somebody else takes part in a key exchange. The peer went on with
	// somebody who answered in our name: another client of this account, in version
	// 3 one with the same instance tag (a profile that was copied), or an attacker. Or
	// somebody sends in the peer's name. The exchange may complete all the same. It
	// is not authenticated: show it as a hint only.
	Contested struct{}
	// Heartbeat: the peer sent an authenticated message without text.
	Heartbeat struct{}
	// Reflected: our own message came back, or one of another client with the
	// same instance tag (a profile that was copied).
	Reflected struct{}

	// SMPAsked: the peer's instance From started SMP. Question is empty if it
	// asked none.
	SMPAsked struct {
		Question    string
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPStep: an exchange of SMP has come so far. It is at 25 when we have begun
	// it, at 50 when we have answered, at 75 when the peer has.
	SMPStep struct {
		Percent     int
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPDone: whoever has the key Fingerprint knows the secret that our user
	// typed, or does not.
	SMPDone struct {
		Same        bool
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPAborted: an exchange of SMP ended without a result: the peer gave up or
	// did not answer in time, or the channel ended or got fresh keys.
	SMPAborted struct {
		Cheated bool // a message was invalid
		// Refused: we had begun, and the peer gave up when its program could
		// already tell whether both had typed the same. That is no result, but in
		// practice they had not.
		Refused     bool
		From        InstanceTag
		Fingerprint Fingerprint
	}

	// ExtraKeyAsked: the peer called its ExtraKey, with these arguments and this
	// result.
	ExtraKeyAsked struct {
		Use         uint32
		Data        []byte
		Key         [32]byte
		From        InstanceTag
		Fingerprint Fingerprint
	}
)

func (Secured) event()        {}
func (Ended) event()          {}
func (Expired) event()        {}
func (Unencrypted) event()    {}
func (Unreadable) event()     {}
func (OtherInstance) event()  {}
func (UnknownVersion) event() {}
func (Downgraded) event()     {}
func (OwnKey) event()         {}
func (PeerError) event()      {}
func (Held) event()           {}
func (Resent) event()         {}
func (Repeated) event()       {}
func (Unread) event()         {}
func (Returned) event()       {}
func (Contested) event()      {}
func (Heartbeat) event()      {}
func (Reflected) event()      {}
func (SMPAsked) event()       {}
func (SMPStep) event()        {}
func (SMPDone) event()        {}
func (SMPAborted) event()     {}
func (ExtraKeyAsked) event()  {}

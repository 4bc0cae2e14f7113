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

// SSID is the secure session id ("Computing the ... secure session id"). Half is 0 or 1:
// which 4 bytes this side shows in bold when users compare the id by voice.
type SSID struct {
	ID   [8]byte
	Half int
}

// Output is what the caller must do after a call, in this order: transmit, handle events,
// show the message. The caller owns it: the Session keeps no reference to it. The zero
// Output requires nothing.
type Output struct {
	// Send is ready to transmit, in order. Encoded messages are no longer than MaxMessage.
	Send    [][]byte
	Events  []Event
	Message *Message // nil if there is nothing to show
	// Again are messages that arrived too early, and have waited for an exchange that has now
	// completed: then pass them to [Session.Receive] again, in order. Only version 4 has them.
	Again [][]byte
}

// A Message is text for the user. The peer has chosen it, so it is hostile: escape it.
type Message struct {
	Text []byte
	// Fingerprint is the key that authenticated Text, or zero if it came in
	// unencrypted.
	Fingerprint Fingerprint
	From        InstanceTag
}

// An Event reports something that happened. It is one of the types below.
type Event interface{ event() }

type (
	// Secured: a key exchange has completed. Refreshed means that the previous channel had
	// the same key.
	Secured struct {
		Status
		Refreshed bool
	}
	// Ended: the peer has ended the channel of its instance From with the key Fingerprint.
	// Sending to that instance fails until End or Start.
	Ended struct {
		Fingerprint Fingerprint
		From        InstanceTag
	}
	// Expired: we have ended the channel to the instance From and told the peer, because it
	// was idle ([Idle]), because the peer had too many channels, or by [Session.Expire].
	// Sending to that instance fails until End or Start.
	Expired struct {
		Fingerprint Fingerprint
		From        InstanceTag
	}
	// Unencrypted: Output.Message came unencrypted, although there is a channel, the peer
	// has ended one, or the policy requires one.
	Unencrypted struct{}
	// Unreadable: an encrypted message could not be read; Reason says why.
	Unreadable struct{ Reason error }
	// OtherInstance: a message arrived for another client of this account. It was ignored.
	OtherInstance struct{ From InstanceTag }
	// UnknownVersion: a message of a protocol version that the policy does not allow or
	// this package does not support, or a query that offers only such versions (then
	// Version is 0). It was ignored.
	UnknownVersion struct{ Version uint16 }
	// Downgraded: an older version was refused, because the peer uses a newer one. Fingerprint is
	// the key that would have got a version 2 channel; if it is zero, a channel of a newer version
	// is open and a message asked for an older one only.
	Downgraded struct{ Fingerprint Fingerprint }
	// Introduced: inside its version 3 channel with the key By, the peer's client From says that it
	// also has version 4, with the key Fingerprint. As far as By is trusted, that is. The client
	// with the higher fingerprint begins an exchange of version 4 by itself.
	Introduced struct {
		Fingerprint, By Fingerprint
		From            InstanceTag
	}
	// OwnKey: a completed key exchange was with our own key. Either our messages come back
	// to us with the tag From, or another account of ours has a copy of the key. We cannot
	// tell which, and in the first case our user would read their own words as the peer's.
	// So no channel was opened.
	OwnKey struct {
		From    InstanceTag
		Version Version
	}
	// PeerError: the peer's client sent this error message. It is not authenticated: show
	// it only as a hint. If it is one of version 4's, which have a known meaning, Text is ours.
	PeerError struct{ Text string }
	// Held: the text given to Send or SendTo waits for a channel, or for fresh keys of one.
	Held struct{}
	// Resent: Text, held earlier, has now been sent over the new channel, or, if fresh keys
	// did not arrive in time, over the current one.
	Resent struct{ Text []byte }
	// Repeated: Text, sent to this key within the last minute, has been sent again and
	// marked as such: since then the peer's client has reported an error, or has started an
	// exchange whose last message it had missed before. There is one event for each text,
	// in the order in which they were first sent.
	Repeated struct{ Text []byte }
	// Unread: as Repeated, but Text has not been sent again, because the key is another
	// one, or because Config.MayRelease refused. The caller owns Text again.
	Unread struct{ Text []byte }
	// Returned: Text, held earlier, will not be sent: no channel was established in time,
	// or the user cancelled the attempt, or the channel ended. The caller owns Text again.
	Returned struct{ Text []byte }
	// Contested: a third party takes part in a key exchange. Either the peer has continued
	// with someone who answered as us: another client of this account (in version 3, one
	// with the same instance tag, from a copied profile), or an attacker. Or someone is
	// sending messages as the peer. The exchange may complete all the same. This is not
	// authenticated: show it only as a hint.
	Contested struct{}
	// Postponed: the peer's client, it seems, has asked for fresh keys. It gets them when no
	// run of SMP is in progress. This is not authenticated. But if the peer has lost its
	// keys, it cannot say so in any other way, and the run would end only after a quarter of
	// an hour: tell the user, who can call [Session.Start].
	Postponed struct{}
	// Heartbeat: the peer sent an authenticated message without text.
	Heartbeat struct{}
	// Reflected: our own message came back, or one of another client with the
	// same instance tag (a profile that was copied).
	Reflected struct{}

	// SMPAsked: the peer's instance From has started SMP. Question is empty if it asked
	// none.
	SMPAsked struct {
		Question    string
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPStep: the progress of SMP. Percent is 25 when we have started it, 50 when we have
	// answered, 75 when the peer has answered.
	SMPStep struct {
		Percent     int
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPDone: the owner of the key Fingerprint knows the secret that our user typed, or
	// does not.
	SMPDone struct {
		Same        bool
		From        InstanceTag
		Fingerprint Fingerprint
	}
	// SMPAborted: SMP has ended without a result: the peer cancelled it or did not answer
	// in time, or the channel ended or got fresh keys.
	SMPAborted struct {
		Cheated bool // a message was invalid
		// Refused: we had started, and the peer cancelled when its client could already
		// tell whether both users had typed the same. That is no proof, but in practice
		// they had not.
		Refused     bool
		From        InstanceTag
		Fingerprint Fingerprint
	}

	// ExtraKeyAsked: the peer has called its ExtraKey, with these arguments and this
	// result.
	ExtraKeyAsked struct {
		Use         uint32
		Data        []byte
		Key         []byte // 32 bytes in version 3, 64 in version 4
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
func (Introduced) event()     {}
func (OwnKey) event()         {}
func (PeerError) event()      {}
func (Held) event()           {}
func (Resent) event()         {}
func (Repeated) event()       {}
func (Unread) event()         {}
func (Returned) event()       {}
func (Contested) event()      {}
func (Postponed) event()      {}
func (Heartbeat) event()      {}
func (Reflected) event()      {}
func (SMPAsked) event()       {}
func (SMPStep) event()        {}
func (SMPDone) event()        {}
func (SMPAborted) event()     {}
func (ExtraKeyAsked) event()  {}

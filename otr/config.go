// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"time"
)

// Version is an OTR protocol version.
type Version uint8

const (
	V2 Version = 2
	V3 Version = 3 // with instance tags: the peer may be signed in with several clients
	V4 Version = 4 // experimental
)

// Experimental reports whether users must be told that v is experimental. Where [AllowV4] is
// set, the other versions are older ones to them.
func (v Version) Experimental() bool { return v == V4 }

// InstanceTag identifies one of a user's clients. Values below 0x100 are reserved; zero
// means "not known yet" ("Instance Tags"). Version 2 has no tags: its only instance has tag
// zero.
type InstanceTag uint32

// minTag is the lowest valid instance tag.
const minTag InstanceTag = 0x100

// NewInstanceTag returns a random valid tag, read from rand. Keep it for the lifetime of
// the account.
func NewInstanceTag(rand io.Reader) (InstanceTag, error) {
	for {
		var b [4]byte
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return 0, err
		}
		if t := InstanceTag(binary.BigEndian.Uint32(b[:])); t >= minTag {
			return t, nil
		}
	}
}

// Policy is a set of the flags of the section "Policies", with the names used there.
// [NewSession] refuses the zero Policy, because a caller who forgot to set it does not want
// to send everything unencrypted.
type Policy uint8

const (
	AllowV2            Policy = 1 << iota
	AllowV3                   // preferred where both sides allow both
	RequireEncryption         // text is never sent unencrypted: it is held until there is a channel
	SendWhitespaceTag         // offer OTR invisibly, in unencrypted text
	WhitespaceStartAKE        // accept such an offer
	ErrorStartAKE             // request a new channel when the peer reports an error
	Off                       // OTR is off, whatever other flags are set: text is sent unchanged
	AllowV4                   // experimental; has no effect without an [IdentityKey], and is preferred to the others

	Manual        = AllowV2 | AllowV3 // only if a user asks for it
	Opportunistic = Manual | SendWhitespaceTag | WhitespaceStartAKE | ErrorStartAKE
	Always        = Manual | RequireEncryption | WhitespaceStartAKE | ErrorStartAKE
)

// Idle says what happens to an idle channel, over which nothing authentic has been sent or
// received for a time, so that its keys do not stay in memory as long as the program runs.
// The zero Idle keeps the channel.
type Idle struct {
	// After is that time by the wall clock, so it also passes while a computer sleeps. Zero
	// or less means for ever.
	After time.Duration
	// Rekey first requests fresh keys from the peer's client, which can answer without its
	// user. If it does not answer within a minute, the channel ends.
	Rekey bool
}

// Config is read by [NewSession] and never modified. All but Tag and Policy may be
// left zero.
type Config struct {
	// DSAKey signs version 2 and 3 key exchanges. If nil, a message that needs
	// it fails with [ErrNoKey] and changes nothing.
	DSAKey *PrivateKey

	// Identity is our key of version 4. If nil, version 4 is neither offered nor accepted.
	Identity *IdentityKey

	// Self and Peer are the names of our account and of the peer in version 4's key
	// exchange. Both sides must have the same bytes for the same person; so leave both empty
	// if they are not certain to.
	Self, Peer string

	// Tag is this client's instance tag, at least 0x100.
	Tag InstanceTag

	Policy Policy

	// MaxMessage is the longest message, in bytes, that the transport carries. Longer
	// encoded messages are sent in fragments. They fail with [ErrTooLong] if a fragment
	// would have no room for data, or if more than 65535 fragments were needed. Plain text
	// is never cut. Zero means no limit.
	MaxMessage int

	// Greeting follows the query marker. Peers whose client has no OTR read it.
	Greeting string

	// Idle says what happens to an idle private conversation.
	Idle Idle

	// MayRelease decides whether text may be sent to a key that has just completed an
	// exchange, or should have: held text or, if again is true, text that was sent to this
	// key before and that the peer could not read. If it returns false, the text is
	// [Returned] or [Unread]. Nil means that it always may.
	MayRelease func(f Fingerprint, again bool) bool

	// SpeaksV3 reports whether the caller has recorded that a key has used version 3 (as
	// [Secured] reports). Such a key gets no version 2 channel while the policy allows
	// version 3 ([Downgraded]), because an attacker would have to cause that. The Session
	// itself remembers only the keys of its own lifetime. Nil means that nothing is
	// recorded.
	SpeaksV3 func(f Fingerprint) bool

	// IntroduceFirst reports whether version 4 has to wait until the peer has introduced their
	// key of it. Then, as long as no version 4 channel is open, requests do not offer version 4,
	// and one that offers version 3 too is answered with that. So a version 3 channel comes
	// first, in which its key vouches for the other one ([Introduced]), and version 4 then
	// replaces it. It is for a peer whose key of version 3 the user trusts, and of whom they
	// trust no key of version 4 yet: an exchange of version 4 alone would be like one with a
	// stranger. Nil means never.
	IntroduceFirst func() bool

	// Padding hides how long the texts are: what is encrypted is as long as a multiple of
	// 256 bytes, or, where MaxMessage leaves less room, as what is sent without one message
	// more. The other programs read it as before.
	Padding bool

	// Quota bounds the memory for what nobody has proved, together with the other
	// sessions that have the same one. Nil means that only this Session's own bounds
	// count: some megabytes.
	Quota *Quota

	// Familiar says that the user knows the peer, from the list of buddies for example.
	// Nothing of theirs makes room for what strangers send.
	Familiar bool

	Rand io.Reader        // default crypto/rand.Reader
	Now  func() time.Time // default time.Now
}

func (c Config) withDefaults() Config {
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

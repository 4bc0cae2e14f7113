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
	V3 Version = 3 // with instance tags: the peer may be logged in more than once
)

// InstanceTag names one client of a user who may have several. Values below
// 0x100 are reserved; zero means "not known yet" ("Instance Tags").
// Version 2 has no tags: its only instance has tag zero.
type InstanceTag uint32

// minTag is the lowest valid instance tag.
const minTag InstanceTag = 0x100

// NewInstanceTag draws a random valid tag from rand. Keep it for the life of
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

// Policy is a set of the flags of the section "Policies", under their names
// there. The zero Policy is none: [NewSession] refuses it, because a caller who has
// forgotten it does not mean that everything leaves in the clear.
type Policy uint8

const (
	AllowV2            Policy = 1 << iota
	AllowV3                   // preferred where both sides allow both
	RequireEncryption         // no text leaves in the clear: it waits for a channel
	SendWhitespaceTag         // offer OTR invisibly, in text sent in the clear
	WhitespaceStartAKE        // take such an offer up
	ErrorStartAKE             // ask for a new channel when the peer reports an error
	Off                       // OTR is off, whatever else is set: text passes unchanged

	Manual        = AllowV2 | AllowV3 // only when a user asks for it
	Opportunistic = Manual | SendWhitespaceTag | WhitespaceStartAKE | ErrorStartAKE
	Always        = Manual | RequireEncryption | WhitespaceStartAKE | ErrorStartAKE
)

// Idle says what becomes of a channel over which nothing authentic has been sent
// or received for a time, so that its keys do not lie in memory for as long as
// the program runs. The zero Idle keeps it.
type Idle struct {
	// After is that time, by the wall clock: a computer that sleeps lets it pass.
	// Zero or less means for ever.
	After time.Duration
	// Rekey asks the peer's program for fresh keys first, which its user need not
	// be there for. If it has not answered a minute later, the channel ends.
	Rekey bool
}

// Config is read by [NewSession] and never modified. All but Tag and Policy may be
// left zero.
type Config struct {
	// DSAKey signs version 2 and 3 key exchanges. If nil, a message that needs
	// it fails with [ErrNoKey] and changes nothing.
	DSAKey *PrivateKey

	// Tag is this client's instance tag, at least 0x100.
	Tag InstanceTag

	Policy Policy

	// MaxMessage is the longest message, in bytes, the transport carries.
	// Longer encoded ones are sent in fragments, or fail with [ErrTooLong]
	// where a fragment could hold nothing or more than 65535 were needed. Plain
	// text is never cut. Zero means no limit.
	MaxMessage int

	// Greeting follows the query marker, for peers whose client has no OTR.
	Greeting string

	// Idle says what becomes of a private conversation that nobody uses.
	Idle Idle

	// MayRelease is asked before text goes to a key that has just completed an
	// exchange, or should have: text that was held or, if again, that this key was sent before and
	// could not read. What is refused is [Returned] or [Unread]. Nil means yes.
	MayRelease func(f Fingerprint, again bool) bool

	// SpeaksV3 says whether the caller has kept about a key that it has spoken
	// version 3 ([Secured] says so). Such a key opens no version 2 channel while
	// the policy allows version 3 ([Downgraded]). The Session knows by itself what has
	// happened in its own time. Nil means that nothing is known.
	SpeaksV3 func(f Fingerprint) bool

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

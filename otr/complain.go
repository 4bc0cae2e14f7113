// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"strings"
)

// The texts of version 4's error messages ("OTR Error Messages").
const (
	unreadable4 = " ERROR_1: Unreadable message"
	noChannel4  = " ERROR_2: Not in private state message"
	malformed4  = " ERROR_3: Malformed message"
)

// malformedText is what our user reads for malformed4; for the others see unreadableText.
const malformedText = " Your message was malformed."

// complaint returns the text of the error message about a Data Message of version v that cannot be
// read for that reason.
func complaint(v Version, reason error) string {
	if v != V4 {
		return unreadableText
	}
	if e := (*MessageError)(nil); errors.As(reason, &e) && e.Field == noChannel {
		return noChannel4
	}
	return unreadable4
}

// peerError returns the event for the error message text of the peer's client.
func (s inbox) peerError(text string) PeerError {
	for _, known := range []struct{ text, ours string }{
		{unreadable4, unreadableText}, {noChannel4, unreadableText}, {malformed4, malformedText},
	} {
		code, _, _ := strings.Cut(strings.TrimSpace(known.text), ":")
		if s.policy.allows(V4) && strings.HasPrefix(text, code) {
			return PeerError{strings.TrimSpace(known.ours)}
		}
	}
	return PeerError{text}
}

// complain sends an error message, unless we have sent one just before.
func (s inbox) complain(text string, out *Output) {
	if s.passed(errorInterval, &s.lastError) {
		out.send([]byte(errorPrefix + text))
	}
}

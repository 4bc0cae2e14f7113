// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// A Session's code is divided into parts. Each part is a type that embeds the Session and
// has the methods of one subject; all state is in the Session.
type (
	// handshakes starts and answers key exchanges.
	handshakes struct{ *Session }

	// handshakes4 does that for version 4.
	handshakes4 struct{ *Session }

	// inbox processes received messages.
	inbox struct{ *Session }

	// keptTexts has the user's texts that wait or may have to be sent again.
	keptTexts struct{ *Session }

	// smpRuns has the runs of SMP, and what waits for their end.
	smpRuns struct{ *Session }
)

func (s *Session) handshakes() handshakes   { return handshakes{s} }
func (s *Session) handshakes4() handshakes4 { return handshakes4{s} }
func (s *Session) inbox() inbox             { return inbox{s} }
func (s *Session) keptTexts() keptTexts     { return keptTexts{s} }
func (s *Session) smpRuns() smpRuns         { return smpRuns{s} }

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// What is said about the values of other packages, of which the texts know nothing.

func levelMeaning(l ui.Level, name string) string {
	switch l {
	case ui.Unverified:
		return text.MeansUnverified(name)
	case ui.Private:
		return text.MeansPrivate(name)
	case ui.Finished:
		return text.MeansFinished(name)
	}
	return text.MeansNotPrivate()
}

// status is a line about how things are.
func status(name string, l ui.Level, log bool) string {
	return text.StatusLine(name, l.Word(), levelMeaning(l, name), log)
}

// unread says why a message cannot be shown.
func unread(name string, reason error) string {
	switch {
	case errors.Is(reason, otr.ErrReplayed):
		return text.UnreadableReplayed(name)
	case errors.Is(reason, otr.ErrLate):
		return text.UnreadableLate(name)
	case errors.Is(reason, otr.ErrNoChannel):
		return text.UnreadableNoChannel(name)
	}
	return text.Unreadable(name)
}

// sendProblem says why a message has not been sent.
func sendProblem(name string, err error) string {
	switch {
	case errors.Is(err, otr.ErrFinished):
		return text.SendFinished(name)
	case errors.Is(err, otr.ErrHeldFull):
		return text.SendTooMany(name)
	case errors.Is(err, otr.ErrTooLong):
		return text.SendTooLong()
	}
	return text.SendNothing()
}

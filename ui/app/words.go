// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// This file chooses sentences for values of other packages, which package text does not import.

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

// status returns a line that says how private the conversation is.
func status(name string, l ui.Level, log bool) string {
	return text.StatusLine(name, l.Word(), levelMeaning(l, name), log)
}

// startAgain is offered where a line asks the user to start or refresh a private
// conversation.
var startAgain = []ui.Action{ui.StartOrRefresh}

// statusOffers returns what a status line offers.
func statusOffers(l ui.Level) []ui.Action {
	switch l {
	case ui.Unverified:
		return []ui.Action{ui.Verify}
	case ui.Finished:
		return startAgain
	}
	return nil
}

// whyUnreadable says why a message cannot be shown, and what the line offers.
func whyUnreadable(name string, reason error) (why string, offers []ui.Action) {
	switch {
	case errors.Is(reason, otr.ErrReplayed):
		return text.UnreadableReplayed(name), nil
	case errors.Is(reason, otr.ErrLate):
		return text.UnreadableLate(name), nil
	case errors.Is(reason, otr.ErrNoChannel):
		return text.UnreadableNoChannel(name), startAgain
	}
	return text.Unreadable(name), startAgain
}

// sendProblem says why a message has not been sent, and what the line offers.
func sendProblem(name string, err error) (why string, offers []ui.Action) {
	switch {
	case errors.Is(err, otr.ErrFinished):
		return text.SendFinished(name), startAgain
	case errors.Is(err, otr.ErrHeldFull):
		return text.SendTooMany(name), nil
	case errors.Is(err, otr.ErrTooLong):
		return text.SendTooLong(), nil
	}
	return text.SendNothing(), nil
}

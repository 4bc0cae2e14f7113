//go:build purpletest

// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "C"

// This file is not part of the plugin, only of one that is being tested.

// An OpenDialog is one on the screen.
type OpenDialog struct{ d *request }

// OpenDialogs are those on the screen.
func (h *Host) OpenDialogs() (all []OpenDialog) {
	for d := range h.dialogs.requests.open {
		all = append(all, OpenDialog{d})
	}
	return all
}

// Gone, Form and Question are what a program calls when a dialog ends.
func (o OpenDialog) Gone()               { potrGone(o.d.self) }
func (o OpenDialog) Form(ok int)         { potrFormDone(o.d.self, C.int(ok)) }
func (o OpenDialog) Question(button int) { potrQuestionDone(o.d.self, C.int(button)) }

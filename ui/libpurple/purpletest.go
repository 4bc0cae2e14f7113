//go:build purpletest

// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

import "C"

// This file is compiled only for tests, not into the plugin.

// An OpenDialog is a dialog that is on the screen.
type OpenDialog struct{ d *request }

// OpenDialogs returns the open dialogs.
func (h *Host) OpenDialogs() (all []OpenDialog) {
	for d := range h.dialogs.requests.open {
		all = append(all, OpenDialog{d})
	}
	return all
}

// Gone, Form and Question simulate the callbacks of a client when a dialog ends.
func (o OpenDialog) Gone()               { potrGone(o.d.self) }
func (o OpenDialog) Form(ok int)         { potrFormDone(o.d.self, C.int(ok)) }
func (o OpenDialog) Question(button int) { potrQuestionDone(o.d.self, C.int(button)) }

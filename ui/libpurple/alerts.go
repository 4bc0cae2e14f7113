// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"html"
	"slices"
	"strings"
	"unsafe"
)

// alerts are what the user has not read yet. However many there are, they are one
// window, because a second one would hide the first.
type alerts struct {
	unread []alert
	queue  *queue
	turn   *window        // what queue knows the window as
	number uint           // of the window on the screen; each has another one
	window unsafe.Pointer // what libpurple calls it, or nil
	rich   bool           // it is one for HTML
	// What libpurple does.
	show  func(number uint, title, heading, text string) (window unsafe.Pointer, rich bool)
	close func(window unsafe.Pointer, rich bool)
}

type alert struct{ title, heading, text string }

// A window outlives the plugin that showed it.
var (
	shownAlerts *alerts // of the plugin that was enabled last
	lastAlert   uint    // the number of the window that was shown last, by whichever
)

func newAlerts(q *queue) *alerts {
	as := &alerts{queue: q, show: showAlert, close: closeAlert}
	as.turn = &window{show: as.draw}
	shownAlerts = as
	return as
}

// Alert implements [ui.Host].
func (h *Host) Alert(title, heading, text string) { h.alerts.add(alert{title, heading, text}, true) }

// Warn implements [ui.Host].
func (h *Host) Warn(title, heading, text string) { h.alerts.add(alert{title, heading, text}, false) }

// add shows a in one window with what has not been read yet: now, or when it is its turn.
func (as *alerts) add(a alert, now bool) {
	fresh, shown := !slices.Contains(as.unread, a), slices.Contains(as.queue.open, as.turn)
	if fresh {
		as.unread = append(as.unread, a)
	}
	switch {
	case shown && fresh:
		as.hide()
		as.queue.now(as.turn)
	case shown:
	case now:
		as.queue.now(as.turn)
	default:
		as.queue.add(as.turn)
	}
}

// draw puts the window on the screen.
func (as *alerts) draw() (hide func() bool) {
	lastAlert++
	number, unread := lastAlert, as.unread
	as.number = number
	window, rich := as.show(number, unread[0].title, unread[0].heading, body(unread))
	if as.number == number && as.unread != nil {
		as.window, as.rich = window, rich
	}
	return as.hide
}

// hide takes the window from the screen, although it has not been read.
func (as *alerts) hide() bool {
	window := as.window
	as.number, as.window = 0, nil // so that the end of this window means nothing
	if window != nil {
		as.close(window, as.rich)
	}
	return true
}

// closed is told that a window has gone.
func (as *alerts) closed(number uint) {
	if number == as.number {
		as.unread, as.window = nil, nil
		as.queue.done(as.turn)
	}
}

// body is the text below the heading of the first.
func body(unread []alert) string {
	var paragraphs []string
	for i, a := range unread {
		for j, s := range []string{a.heading, a.text} {
			if s != "" && (i > 0 || j > 0) {
				paragraphs = append(paragraphs, s)
			}
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// maxAlert is how many bytes Pidgin can show in its simple message, markup
// included. Beyond that it shows nothing at all.
const maxAlert = 1900

func showAlert(number uint, title, heading, text string) (window unsafe.Pointer, rich bool) {
	var cs cStrings
	defer cs.free()
	escaped := html.EscapeString(text)
	if len(html.EscapeString(heading))+len(escaped) <= maxAlert {
		return C.potr_alert(cs.str(title), cs.str(wrapped(heading)), cs.str(wrapped(text)), C.guint(number)), false
	}
	return C.potr_alert_html(cs.str(title), cs.str(heading), cs.str(strings.ReplaceAll(escaped, "\n", "<br>")), C.guint(number)), true
}

func closeAlert(window unsafe.Pointer, rich bool) { C.potr_alert_close(window, cbool(rich)) }

//export potrAlertClosed
func potrAlertClosed(number C.guint) {
	defer Caught("alert")
	if shownAlerts != nil {
		shownAlerts.closed(uint(number))
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"strings"
)

// Keys as X11 calls them.
const (
	KeyReturn = 0xff0d
	KeyEscape = 0xff1b
	KeyDown   = 0xff54
)

// Press has the keyboard press a key, in whatever window has the focus. Only for
// a display of our own.
func (p *Pidgin) Press(keysym int32) {
	p.Desk.T.Helper()
	if err := p.app.press(keysym); err != nil {
		p.Desk.T.Fatalf("%v", err)
	}
}

// Shortcut presses keys together, by xdotool's names for them: "ctrl+c".
func (p *Pidgin) Shortcut(keys string) {
	p.Desk.T.Helper()
	if out, err := p.Desk.run("xdotool", "key", keys); err != nil {
		p.Desk.T.Fatalf("%v %s", err, out)
	}
}

// Raise brings a window to the front, and gives it the keyboard.
func (p *Pidgin) Raise(window string) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" brings "+window+" to the front", func() bool {
		id, ok := p.windowID(window)
		if !ok {
			return false
		}
		_, err := p.Desk.run("xdotool", "windowactivate", "--sync", id)
		return err == nil
	})
}

// Active reports whether a window has the keyboard.
func (n Node) Active() bool { return n.has(stateActive) }

// Focused reports whether a widget has the keyboard, if its window has.
func (n Node) Focused() bool { return n.has(stateFocused) }

// Showing reports whether n is on the screen.
func (n Node) Showing() bool { return n.has(stateShowing) }

// Focus gives n the keyboard, if its window has it.
func (n Node) Focus() { n.focus() }

// Paste puts what is on the clipboard into an entry.
func (n Node) Paste() (ok bool) {
	n.call(&ok, "EditableText.PasteText", int32(0))
	return ok
}

// Box is where n is.
func (n Node) Box() (b Box) {
	const screen = uint32(0)
	n.call(&b, "Component.GetExtents", screen)
	return b
}

// A Box is a part of the screen.
type Box struct{ X, Y, W, H int32 }

// OpenMenus are the menus that are open. They are windows of their own, to which
// GTK gives the program's name. Their items do not all say whether they are showing.
func (p *Pidgin) OpenMenus() (boxes []Box) {
	p.Desk.T.Helper()
	ids, err := p.Desk.run("xdotool", "search", "--all", "--onlyvisible", "--pid", fmt.Sprint(p.proc.pid()), "--name", "^Pidgin$")
	if err != nil {
		return nil // there are none
	}
	for id := range strings.FieldsSeq(ids) {
		var b Box
		at, err := p.Desk.run("xdotool", "getwindowgeometry", "--shell", id)
		if err == nil {
			_, err = fmt.Sscanf(at, "WINDOW="+id+"\nX=%d\nY=%d\nWIDTH=%d\nHEIGHT=%d", &b.X, &b.Y, &b.W, &b.H)
		}
		if err == nil && b.X >= 0 { // otherwise it has closed meanwhile, or it only catches the keyboard
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// Showing are the widgets of a window that have that role and are on the screen.
func (p *Pidgin) Showing(window, role string) []Node {
	w, ok := p.Window(window)
	if !ok {
		return nil
	}
	return w.All(role)
}

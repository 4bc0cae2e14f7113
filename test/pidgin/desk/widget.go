// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Keys as X11 calls them.
const (
	KeyReturn = 0xff0d
	KeyEscape = 0xff1b
	KeyDown   = 0xff54
)

// Press presses a key on the keyboard. Only for our own display, because the focused
// window receives the key.
func (p *Pidgin) Press(keysym int32) {
	p.Desk.T.Helper()
	if err := p.app.press(keysym); err != nil {
		p.Desk.T.Fatalf("%v", err)
	}
}

// Shortcut presses several keys together, with xdotool's names: "ctrl+c".
func (p *Pidgin) Shortcut(keys string) {
	p.Desk.T.Helper()
	if out, err := p.Desk.run("xdotool", "key", keys); err != nil {
		p.Desk.T.Fatalf("%v %s", err, out)
	}
}

// ClickAt clicks with the mouse somewhere on the screen.
func (p *Pidgin) ClickAt(x, y int32) {
	p.Desk.T.Helper()
	p.PointAt(x, y, "click", "1")
}

// PointAt moves the mouse there, and then passes the other arguments to xdotool.
func (p *Pidgin) PointAt(x, y int32, then ...string) {
	p.Desk.T.Helper()
	if out, err := p.Desk.run(append([]string{"xdotool", "mousemove", fmt.Sprint(x), fmt.Sprint(y)}, then...)...); err != nil {
		p.Desk.T.Fatalf("%v %s", err, out)
	}
}

// Raise brings a window to the front and gives it the keyboard focus.
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

// Above reports whether one window is in front of another.
func (p *Pidgin) Above(window, other string) bool {
	p.Desk.T.Helper()
	// xdotool lists windows from back to front.
	ids, err := p.Desk.run("xdotool", "search", "--all", "--onlyvisible", "--pid", fmt.Sprint(p.proc.pid()),
		"--name", "^("+regexp.QuoteMeta(window)+"|"+regexp.QuoteMeta(other)+")$")
	both := strings.Fields(ids)
	front, ok := p.windowID(window)
	return err == nil && ok && len(both) == 2 && both[1] == front
}

// Active reports whether a window has the keyboard focus.
func (n Node) Active() bool { return n.has(stateActive) }

// Focused reports whether a widget has the focus within its window.
func (n Node) Focused() bool { return n.has(stateFocused) }

// Showing reports whether n is on the screen.
func (n Node) Showing() bool { return n.has(stateShowing) }

// Focus gives n the focus within its window.
func (n Node) Focus() { n.focus() }

// Paste pastes the clipboard into an entry.
func (n Node) Paste() (ok bool) {
	n.call(&ok, "EditableText.PasteText", int32(0))
	return ok
}

// Box returns the position and size of n.
func (n Node) Box() (b Box) {
	const screen = uint32(0)
	n.call(&b, "Component.GetExtents", screen)
	return b
}

// character is where the i-th character of a text is.
func (n Node) character(i int32) (b Box, ok bool) {
	const screen = uint32(0)
	call := n.bus.Object(n.name, n.path).Call(atspi+"Text.GetCharacterExtents", 0, i, screen)
	ok = call.Store(&b.X, &b.Y, &b.W, &b.H) == nil
	return b, ok
}

// A Box is a rectangle of the screen.
type Box struct{ X, Y, W, H int32 }

// Overlaps reports whether b and c have a point in common.
func (b Box) Overlaps(c Box) bool {
	return b.X < c.X+c.W && c.X < b.X+b.W && b.Y < c.Y+c.H && c.Y < b.Y+b.H
}

// programName matches Pidgin's name, which few languages write in their own letters.
const programName = "^(Pidgin|بِدْجِن|פידג׳ין)$"

// OpenMenus returns the open menus. GTK gives each menu its own window, with the
// program's name. Not all of their items report whether they are visible.
func (p *Pidgin) OpenMenus() (boxes []Box) {
	p.Desk.T.Helper()
	ids, err := p.Desk.run("xdotool", "search", "--all", "--onlyvisible", "--pid", fmt.Sprint(p.proc.pid()), "--name", programName)
	if err != nil {
		return nil // no menu is open
	}
	for id := range strings.FieldsSeq(ids) {
		var b Box
		at, err := p.Desk.run("xdotool", "getwindowgeometry", "--shell", id)
		if err == nil {
			_, err = fmt.Sscanf(at, "WINDOW="+id+"\nX=%d\nY=%d\nWIDTH=%d\nHEIGHT=%d", &b.X, &b.Y, &b.W, &b.H)
		}
		if err == nil && b.X >= 0 { // otherwise it has been closed, or it only grabs the keyboard
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// Showing returns the visible widgets of a window that have this role.
func (p *Pidgin) Showing(window, role string) []Node {
	w, ok := p.Window(window)
	if !ok {
		return nil
	}
	return w.All(role)
}

// ClickText clicks with the mouse on the middle of what the transcript of a window shows
// last of text. Only for a display of our own.
func (p *Pidgin) ClickText(window, text string) {
	p.Desk.T.Helper()
	p.Raise(window)
	p.Desk.Until(p.User+" clicks on "+text, func() bool {
		n, ok := p.Look(window, "text", Node.Showing)
		shown := n.Text()
		i := strings.LastIndex(shown, text)
		if !ok || i < 0 {
			return false
		}
		middle := utf8.RuneCountInString(shown[:i]) + utf8.RuneCountInString(text)/2
		b, ok := n.character(int32(middle))
		view := n.Box()
		if !ok || b.Y < view.Y || b.Y+b.H > view.Y+view.H { // it is still being scrolled
			return false
		}
		_, err := p.Desk.run("xdotool", "mousemove", fmt.Sprint(b.X+b.W/2), fmt.Sprint(b.Y+b.H/2), "click", "1")
		return err == nil
	})
}

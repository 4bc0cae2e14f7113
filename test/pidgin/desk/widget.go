// SPDX-License-Identifier: GPL-2.0-or-later

package desk

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

// Box is where n is on the screen.
func (n Node) Box() (x, y, width, height int32) {
	var b struct{ X, Y, W, H int32 }
	const screen = uint32(0)
	n.call(&b, "Component.GetExtents", screen)
	return b.X, b.Y, b.W, b.H
}

// Showing are the widgets of a window that have that role and are on the screen.
func (p *Pidgin) Showing(window, role string) []Node {
	w, ok := p.Window(window)
	if !ok {
		return nil
	}
	return w.All(role)
}

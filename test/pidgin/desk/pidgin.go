// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// A Pidgin is a running Pidgin.
type Pidgin struct {
	*Client
	app Node
}

// Pidgin starts a Pidgin for user with these plugins, and waits until it is usable and
// online. A user's profile is kept between starts.
func (d *Desk) Pidgin(user string, plugins ...string) *Pidgin {
	d.T.Helper()
	p := d.OpenPidgin(user, plugins...)
	p.WaitOnline()
	return p
}

// OpenPidgin is Pidgin, but does not wait until it is online.
func (d *Desk) OpenPidgin(user string, plugins ...string) *Pidgin {
	d.T.Helper()
	p := &Pidgin{Client: d.newClient(user, plugins)}
	p.proc = d.start(user, p.env, "pidgin", "-d", "-m", "-c", d.profile(user))
	var bus *dbus.Conn
	d.Until("the accessibility bus answers", func() bool {
		var err error
		bus, err = dbus.Connect(d.a11y())
		return err == nil
	})
	d.T.Cleanup(func() { bus.Close() })
	d.Until(user+"'s Pidgin opens", func() (ok bool) {
		p.app, ok = application(bus, p.proc.pid())
		return ok
	})
	return p
}

// Windows returns the titles of the open windows.
func (p *Pidgin) Windows() (titles []string) {
	for _, w := range p.app.Children() {
		titles = append(titles, w.Name())
	}
	return titles
}

// Window returns the open window with this title, if there is one. The title of a
// conversation window is the buddy's name.
func (p *Pidgin) Window(title string) (Node, bool) {
	for _, w := range p.app.Children() {
		if w.Name() == title {
			return w, true
		}
	}
	return Node{}, false
}

// Look returns the first widget in a window that currently has this role and for which ok
// is true.
func (p *Pidgin) Look(window, role string, ok func(Node) bool) (found Node, is bool) {
	w, open := p.Window(window)
	if !open {
		return Node{}, false
	}
	w.Walk(func(n Node) bool {
		if n.Role() == role && ok(n) {
			found, is = n, true
		}
		return !is
	})
	return found, is
}

// Find waits for a widget with this role and name, ignoring spaces around the name.
func (p *Pidgin) Find(window, role, name string) (found Node) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s has a %s %q in window %q", p.User, role, name, window), func() (ok bool) {
		found, ok = p.Look(window, role, Named(name))
		return ok
	})
	return found
}

// behind is a mnemonic behind the words, as in Chinese, Japanese and Korean.
var behind = regexp.MustCompile(`\([A-Z]\)`)

// Named matches a widget by its name, without a mnemonic behind the words.
func Named(name string) func(Node) bool {
	return func(n Node) bool {
		is := strings.TrimSpace(n.Name())
		return is == name || behind.ReplaceAllString(is, "") == name
	}
}

// Click waits for a sensitive widget, and clicks it.
func (p *Pidgin) Click(window, role, name string) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s clicks the %s %q in window %q", p.User, role, name, window), func() bool {
		n, ok := p.Look(window, role, Named(name))
		return ok && n.Usable() && n.Click()
	})
}

// Menu clicks an item of a menu; the menu need not be open.
func (p *Pidgin) Menu(window, item string) {
	p.Desk.T.Helper()
	p.Click(window, "menu item", item)
}

// Level returns the privacy level on the button of the conversation with a buddy, or ""
// if there is no button.
func (p *Pidgin) Level(buddy string) string {
	var level string
	p.Look(buddy, "push button", func(n Node) bool {
		name := strings.TrimSpace(n.Name())
		for _, word := range []string{"Not private", "Unverified", "Private", "Finished"} {
			if strings.HasPrefix(name, word) {
				level = word
				return n.has(stateShowing)
			}
		}
		return false
	})
	return level
}

// WaitLevel waits until the button shows the level.
func (p *Pidgin) WaitLevel(buddy, level string) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s sees %q for %s", p.User, level, buddy), func() bool { return p.Level(buddy) == level })
}

// Transcript returns the text of the conversation window's current tab.
func (p *Pidgin) Transcript(buddy string) string {
	n, _ := p.Look(buddy, "text", Node.Showing)
	if n.bus == nil {
		return ""
	}
	return n.Text()
}

// WaitText waits until the conversation shows text.
func (p *Pidgin) WaitText(buddy, text string) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s reads %q from %s", p.User, text, buddy), func() bool {
		return strings.Contains(p.Transcript(buddy), text)
	})
}

// Entry returns the entry box of a conversation window: its last text widget.
func (p *Pidgin) Entry(buddy string) (entry Node) {
	p.Desk.T.Helper()
	p.Desk.Until(p.User+" can type to "+buddy, func() bool {
		w, ok := p.Window(buddy)
		if !ok {
			return false
		}
		texts := w.All("text")
		if len(texts) < 2 {
			return false
		}
		entry = texts[len(texts)-1]
		return true
	})
	return entry
}

// Type types text into the conversation window and presses Return. Only for our own
// display, because the focused window receives the keys.
func (p *Pidgin) Type(buddy, text string) (pressed time.Time) {
	p.Desk.T.Helper()
	entry := p.Entry(buddy)
	p.Desk.Until(p.User+"'s window has the focus", func() bool {
		if w, ok := p.Window(buddy); ok && w.has(stateActive) && entry.has(stateFocused) {
			return true
		}
		entry.focus()
		return false
	})
	const keyReturn = 0xff0d
	if !entry.Set(text) {
		p.Desk.T.Fatalf("%s cannot type", p.User)
	}
	pressed = time.Now()
	if err := entry.press(keyReturn); err != nil {
		p.Desk.T.Fatalf("%v", err)
	}
	return pressed
}

// CloseWindow closes a window through its menu.
func (p *Pidgin) CloseWindow(title string) {
	p.Desk.T.Helper()
	p.Menu(title, "Close")
	p.Desk.Until(p.User+" has closed "+title, func() bool { _, open := p.Window(title); return !open })
}

// SwitchPlugin toggles the check box of the plugin whose name begins so, in the Plugins
// window, which must be open.
func (p *Pidgin) SwitchPlugin(name string, on bool) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s sets the plugin %q to %v", p.User, name, on), func() bool {
		// Each row has two cells: the check box, and the name with a description.
		var box Node
		_, ok := p.Look("Plugins", "table cell", func(n Node) bool {
			if strings.HasPrefix(n.Name(), name) {
				return true
			}
			box = n
			return false
		})
		if !ok {
			return false
		}
		if box.Checked() != on {
			box.Click()
		}
		return p.Desk.Within(time.Second, func() bool { return box.Checked() == on })
	})
}

// SelectPlugin selects a row of the Plugins window, so that its details are shown.
func (p *Pidgin) SelectPlugin(name string) {
	p.Desk.T.Helper()
	p.Desk.Until(fmt.Sprintf("%s selects the plugin %q", p.User, name), func() bool {
		row, ok := p.Look("Plugins", "table cell", func(n Node) bool { return strings.HasPrefix(n.Name(), name) })
		if !ok {
			return false
		}
		row.focus()
		return row.has(stateSelected)
	})
}

// Place moves a window. Only for our own display.
func (p *Pidgin) Place(window string, x, y int) {
	p.Desk.T.Helper()
	if !p.Desk.Owned {
		return
	}
	p.Desk.Until(p.User+" moves the window "+window, func() bool {
		id, ok := p.windowID(window)
		if ok {
			_, err := p.Desk.run("xdotool", "windowmove", id, fmt.Sprint(x), fmt.Sprint(y))
			ok = err == nil
		}
		return ok
	})
}

// windowID returns the X11 id of a window.
func (p *Pidgin) windowID(title string) (string, bool) {
	id, err := p.Desk.run("xdotool", "search", "--all", "--onlyvisible", "--limit", "1",
		"--pid", fmt.Sprint(p.proc.pid()), "--name", "^"+regexp.QuoteMeta(title)+"$")
	return id, err == nil && id != ""
}

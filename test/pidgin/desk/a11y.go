// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// A Node is one widget as a screen reader sees it (AT-SPI, which is plain D-Bus). A
// destroyed widget returns empty values.
type Node struct {
	bus  *dbus.Conn
	name string
	path dbus.ObjectPath
}

const atspi = "org.a11y.atspi."

// States of a Node, bit numbers of AtspiStateType.
const (
	stateActive    = 1
	stateChecked   = 4
	stateEditable  = 7
	stateFocused   = 12
	stateSelected  = 23
	stateSensitive = 24
	stateShowing   = 25
)

// call stores the reply in out, and reports whether there was a reply.
func (n Node) call(out any, method string, args ...any) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	call := n.bus.Object(n.name, n.path).CallWithContext(ctx, atspi+method, 0, args...)
	if out == nil {
		return call.Err == nil
	}
	return call.Store(out) == nil
}

// Children returns the direct children of n.
func (n Node) Children() []Node {
	var refs []struct {
		Name string
		Path dbus.ObjectPath
	}
	if !n.call(&refs, "Accessible.GetChildren") {
		return nil
	}
	nodes := make([]Node, 0, len(refs))
	for _, r := range refs {
		nodes = append(nodes, Node{n.bus, r.Name, r.Path})
	}
	return nodes
}

// Role returns the kind of the widget: "push button", "text", "frame".
func (n Node) Role() (role string) {
	n.call(&role, "Accessible.GetRoleName")
	return role
}

// Name returns the name that a screen reader reads out.
func (n Node) Name() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var v dbus.Variant
	err := n.bus.Object(n.name, n.path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		atspi+"Accessible", "Name").Store(&v)
	if err != nil {
		return ""
	}
	name, _ := v.Value().(string)
	return name
}

// has reports whether n is in a state.
func (n Node) has(state uint) bool {
	var bits []uint32
	n.call(&bits, "Accessible.GetState")
	return len(bits) > int(state/32) && bits[state/32]>>(state%32)&1 == 1
}

// Text returns the content of a text widget or label.
func (n Node) Text() (text string) {
	n.call(&text, "Text.GetText", int32(0), int32(-1))
	return text
}

// Click does the widget's first action, which is a click.
func (n Node) Click() (ok bool) {
	n.call(&ok, "Action.DoAction", int32(0))
	return ok
}

// Checked reports whether a check box is checked.
func (n Node) Checked() bool { return n.has(stateChecked) }

// Usable reports whether n is sensitive (not greyed out).
func (n Node) Usable() bool { return n.has(stateSensitive) }

// Set replaces the content of an entry.
func (n Node) Set(text string) (ok bool) {
	n.call(&ok, "EditableText.SetTextContents", text)
	return ok
}

// Select selects the i-th child of n, such as an item of a combo box.
func (n Node) Select(i int32) (ok bool) {
	n.call(&ok, "Selection.SelectChild", i)
	return ok
}

func (n Node) focus() { n.call(nil, "Component.GrabFocus") }

// Walk visits n and its descendants until f returns false.
func (n Node) Walk(f func(Node) bool) bool {
	if !f(n) {
		return false
	}
	for _, c := range n.Children() {
		if !c.Walk(f) {
			return false
		}
	}
	return true
}

// All returns the visible descendants of n that have one of the roles.
func (n Node) All(roles ...string) (found []Node) {
	n.Walk(func(m Node) bool {
		role := m.Role()
		for _, r := range roles {
			if role == r && m.has(stateShowing) {
				found = append(found, m)
			}
		}
		return true
	})
	return found
}

// Entries returns the descendants of n that accept text, including password entries.
func (n Node) Entries() (entries []Node) {
	for _, m := range n.All("text", "password text") {
		if m.has(stateEditable) {
			entries = append(entries, m)
		}
	}
	return entries
}

// press presses and releases a key on the keyboard, so that the focused widget receives
// it.
func (n Node) press(keysym int32) error {
	return n.bus.Object("org.a11y.atspi.Registry", "/org/a11y/atspi/registry/deviceeventcontroller").
		Call(atspi+"DeviceEventController.GenerateKeyboardEvent", 0, keysym, "", uint32(3)).Err
}

// application finds the program with that process id on the bus.
func application(bus *dbus.Conn, pid int) (Node, bool) {
	root := Node{bus, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}
	for _, app := range root.Children() {
		var its uint32
		err := bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, app.name).Store(&its)
		if err == nil && int(its) == pid {
			return app, true
		}
	}
	return Node{}, false
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
)

// An Ear records everything that is sent on a client's session bus.
type Ear struct {
	mu    sync.Mutex
	heard strings.Builder
}

// Listen begins to record.
func (c *Client) Listen() *Ear {
	c.Desk.T.Helper()
	bus, err := dbus.Connect(c.address)
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	c.Desk.T.Cleanup(func() { bus.Close() })
	if err := bus.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{}, uint32(0)).Err; err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	e := &Ear{}
	messages := make(chan *dbus.Message, 10000)
	bus.Eavesdrop(messages) // from now on no other receiver gets messages
	go func() {
		for m := range messages {
			e.mu.Lock()
			fmt.Fprintln(&e.heard, m.Headers[dbus.FieldMember].Value(), m.Body)
			e.mu.Unlock()
		}
	}()
	return e
}

// Heard reports whether text has been sent.
func (e *Ear) Heard(text string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Contains(e.heard.String(), text)
}

// Messages returns what the client tells any program on its session bus about the
// contents of a conversation window.
func (c *Client) Messages(buddy string) (all []string) {
	c.Desk.T.Helper()
	ids, _ := c.Purple("PurpleConversationGetMessageHistory", c.Talk(buddy)).([]int32)
	for _, id := range ids {
		if text, ok := c.Purple("PurpleConversationMessageGetMessage", id).(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"path/filepath"
)

// rooms is the component of the XMPP server that provides chat rooms.
const rooms = "rooms.localhost"

const roomXML = `<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist><group name='Chats'>
<chat proto='prpl-jabber' account='%[1]s'>
<component name='handle'>%[2]s</component><component name='room'>%[3]s</component><component name='server'>%[4]s</component>
<setting name='gtk-autojoin' type='bool'>1</setting>
</chat></group></blist></purple>
`

// Room returns the address of a chat room on the server.
func (d *Desk) Room(name string) string { return name + "@" + rooms }

// enter makes user join the chat room name as soon as they are online, under their own
// name.
func (d *Desk) enter(user, account, name string) {
	d.T.Helper()
	d.write(filepath.Join(d.profile(user), "blist.xml"), fmt.Sprintf(roomXML, account, user, name, rooms))
}

// Enters waits until the user has joined the room.
func (c *Client) Enters(room string) {
	c.Desk.T.Helper()
	c.Desk.Until(c.User+" is in "+room, func() bool { return c.chat(room) != 0 })
}

// Leave closes the chat's window, and thereby leaves the room.
func (c *Client) Leave(room string) {
	c.Desk.T.Helper()
	c.call("PurpleConversationDestroy", c.chat(room))
	c.Desk.Until(c.User+" has left "+room, func() bool { return c.chat(room) == 0 })
}

// chat returns the open chat with this name, or 0.
func (c *Client) chat(room string) int32 {
	return c.id("PurpleFindConversationWithAccount", int32(2), c.Desk.Room(room), c.account())
}

// TalkTo opens the conversation with an address.
func (c *Client) TalkTo(address string) {
	c.Desk.T.Helper()
	if c.id("PurpleConversationNew", int32(1), c.account(), address) == 0 {
		c.Desk.T.Fatalf("%s has no conversation with %s", c.User, address)
	}
}

// Tab selects the nth tab, from 1, of the current conversation window, and waits until it
// is shown.
func (p *Pidgin) Tab(now string, n int, then string) {
	p.Desk.T.Helper()
	p.Raise(now)
	p.Shortcut(fmt.Sprintf("alt+%d", n))
	p.Desk.Until(p.User+" sees the conversation with "+then, func() bool { _, ok := p.Window(then); return ok })
}

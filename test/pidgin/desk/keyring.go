// SPDX-License-Identifier: GPL-2.0-or-later

package desk

// startKeyring starts GNOME's keyring on the client's session bus. Its content stays in
// the user's home directory; it is unlocked at each start.
func (c *Client) startKeyring() {
	c.Desk.T.Helper()
	c.ring = c.Desk.start(c.User+"-keyring", c.env, "sh", "-c",
		"printf 'the password of the keyring' | gnome-keyring-daemon --unlock --components=secrets --foreground")
	c.Desk.Until(c.User+"'s keyring is unlocked", func() bool {
		// Do not call it before it is running: the bus would start another one.
		var there bool
		if err := c.bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&there); err != nil || !there {
			return false
		}
		locked, err := c.bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets/collection/login").
			GetProperty("org.freedesktop.Secret.Collection.Locked")
		return err == nil && locked.Value() == false
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package purple

// When names change, no typed text may reach somebody else, or be sent unencrypted
// because of that. Like those in scenarios.go, these functions begin and end without a
// private conversation.

const (
	secret  = "for nobody else to read"
	notSent = "was not sent"
)

// held types into a window from which nothing may be sent, and expects the text back.
func held(h *Host, from, window string) {
	h.T.Helper()
	h.Mark()
	h.Do("send", from, window, secret)
	h.Wait(notSent, "line", from, window, "system")
	h.None(secret, "wire")
	h.None("?OTR", "wire")
	if h.Try("serv-send", from, window, "0", secret) {
		h.T.Errorf("another plugin can send to %s", window)
	}
	if h.Try("serv-send", from, window, "1", secret) {
		h.T.Errorf("an automatic reply leaves for %s", window)
	}
	h.None(secret, "wire")
}

// Renamed: a buddy changes their name on the network, and back, and somebody else takes
// the old name.
func Renamed(h *Host) {
	h.T.Helper()
	Start(h)
	for _, nick := range []string{"bobby", "BOBBY", "bob", "bobby"} {
		h.Mark()
		h.Do("nick", bob, nick)
		h.Wait("now called "+nick, "line", alice, nick, "system")
		h.Mark()
		h.Do("send", alice, nick, "to the same key")
		h.Wait("to the same key", "line", bob, alice, "received")
		h.None("to the same key", "wire")
		h.Mark()
		h.Do("send", bob, alice, "from the same key")
		h.Wait("from the same key", "line", alice, nick, "received")
		h.None("from the same key", "wire")
	}

	h.Do("online", "mallory")
	h.Do("nick", "mallory", bob)
	h.Mark()
	h.Do("inject", alice, bob, "it is me")
	h.Wait("it is me", "line", alice, bob, "received")
	h.Do("command", alice, bob, "otr status")
	h.Wait("Not private", "line", alice, bob, "system")
	h.Do("close", alice, bob)
	h.Do("offline", "mallory")
	h.Do("remove", "mallory")

	h.Mark()
	h.Do("nick", bob, bob)
	h.Wait("now called bob", "line", alice, bob, "system")
	End(h)
}

// Room leaves the room through which the buddy's name is known, and joins it again.
func Room(h *Host) {
	h.T.Helper()
	const window, back = "room/" + bob, "room/" + alice
	h.Do("open", alice, window)
	h.Do("open", bob, back)
	h.Mark()
	h.Do("command", alice, window, "otr start")
	h.Wait("started", "line", alice, window, "system")
	h.Wait("started", "line", bob, back, "system")
	logging := h.Try("is-logging", alice, window)
	h.Do("room", "0")
	held(h, alice, window)
	if h.Try("is-logging", alice, window) != logging {
		h.T.Error("logging has changed")
	}
	h.Do("room", "1")
	held(h, alice, window)
	h.Do("command", alice, window, "otr end")
	h.Do("command", bob, back, "otr end")
	h.Do("close", alice, window)
	h.Do("close", bob, back)
}

// Username changes the name of the user's own account while it is online.
func Username(h *Host) {
	h.T.Helper()
	Start(h)
	h.Do("username", alice, "alicia")
	held(h, "alicia", bob)
	h.Do("username", "alicia", alice)
	held(h, alice, bob)
	h.Do("command", alice, bob, "otr end")
	h.Do("command", bob, alice, "otr end")
}

// OtherAccount makes a private conversation continue under another account.
func OtherAccount(h *Host) {
	h.T.Helper()
	Start(h)
	h.Do("online", "carol")
	h.Do("move", alice, bob, "carol")
	held(h, "carol", bob)
	// And back: libpurple would find the window under its first account even after it
	// has been closed.
	h.Do("move", "carol", bob, alice)
	held(h, alice, bob)
	h.Do("command", alice, bob, "otr end")
	h.Do("command", bob, alice, "otr end")
	h.Do("remove", "carol")
}

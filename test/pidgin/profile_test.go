// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestProfile opens a profile of pidgin-otr, with its key and its verified buddy, in our
// plugin, and then in pidgin-otr again.
func TestProfile(t *testing.T) {
	d := newDesk(t)
	b := aliceVerified(t, d)

	// If alice had another key now, bob would know two keys of her.
	known := trusted(d, "bob")
	tag := d.File("alice", "otr.instance_tags")
	for _, next := range []plugin{purpleOTR(t), pidginOTR} {
		b.Menu("alice", "End private conversation")
		a := d.Pidgin("alice", next.file)
		meet(a, b)
		startPrivate(a, b, "Private")
		say(t, a, b)
		say(t, b, a)
		if now := trusted(d, "bob"); now != known {
			t.Errorf("bob knew alice by\n%s and now by\n%s", known, now)
		}
		a.Menu("bob", "End private conversation")
		b.WaitLevel("alice", "Finished")
		a.Quit()
		if now := d.File("alice", "otr.instance_tags"); lastField(now) != lastField(tag) {
			t.Errorf("alice's tag was %q and is %q", lastField(tag), lastField(now))
		}
	}
}

// aliceVerified returns bob, after alice with pidgin-otr has talked to him. They have
// verified each other, and she has quit.
func aliceVerified(t *testing.T, d *desk.Desk) (b *desk.Pidgin) {
	t.Helper()
	b = d.Pidgin("bob", desk.PidginOTR)
	a := d.Pidgin("alice", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Unverified")
	verifyBoth(t, a, pidginOTR, b, pidginOTR)
	a.Menu("bob", "End private conversation")
	b.WaitLevel("alice", "Finished")
	a.Quit()
	return b
}

// meet waits until the two see each other online.
func meet(a, b *desk.Pidgin) {
	a.Desk.T.Helper()
	a.Sees(b.User)
	b.Sees(a.User)
}

// trusted returns the list of the fingerprints that a user knows.
func trusted(d *desk.Desk, user string) string { return d.File(user, "otr.fingerprints") }

func lastField(text string) string {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A buddy has another key for version 4 than for version 3. The user who has verified the older
// one need not verify again: inside a version 3 conversation, authenticated by its key, the
// buddy's program says which key of version 4 is theirs ([otr.Introduced]).
//
// THIS IS THE ONLY WAY FROM OLD TRUST TO NEW, and it needs all of these:
//   - the statement came inside a version 3 channel, never in anything unauthenticated;
//   - the user trusts the very key of that channel, not just any key of the buddy;
//   - this key has not vouched for another one. If it has, the new one is a changed key.
//
// The store checks the last two once more, with what is in the files at that moment. The trust
// names the key that vouched, and ends with the trust in that key.

// introduce notes what a buddy has said of their key of version 4, and carries trust over to it.
func (vr verifier) introduce(t *conversation, e otr.Introduced) {
	if t.introduced == nil || len(t.introduced) >= maxPrograms {
		t.introduced = map[otr.Fingerprint]otr.Fingerprint{}
	}
	t.introduced[e.By] = e.Fingerprint
	t.fallback.introduced = true
	vr.carryOver(t, e.By)
}

// carryOver trusts the key of version 4 that by has introduced in t, if by is trusted.
//
// It is called when the statement arrives, and when the user verifies by afterwards: what by's
// owner has said in this conversation does not become less true, and a user who has just verified
// the buddy should not be warned of that buddy's own key. As long as by is not trusted, nothing
// is stored, and after the program has ended nobody remembers what it said.
func (vr verifier) carryOver(t *conversation, by otr.Fingerprint) {
	c := t.chat
	f, ok := t.introduced[by]
	if !ok || !vr.trusted(c, by) || vr.trusted(c, f) {
		return
	}
	carried, err := vr.store.Identities().CarryOver(ui.BuddyOf(c), by, f)
	if err != nil {
		// Without the file there is no trust: it would be gone after a restart.
		vr.noticeOnce(t, text.VerifySaveHeading(vr.name(c))+" "+text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
		return
	}
	if !carried {
		return // by has vouched for another key
	}
	vr.noticeOnce(t, text.CarriedOver(vr.name(c)))
	vr.decider.close(t)
	vr.host.RefreshTables()
	vr.host.Refresh(c)
}

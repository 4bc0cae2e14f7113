// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// jabberProtocol is the only protocol on which both sides certainly know each other by the same
// names.
const jabberProtocol = "prpl-jabber"

// inRoom reports whether c is with a participant of a chat room on XMPP, who has no name but the
// one in the room. libpurple removes the resource from every other address.
func inRoom(c ui.Chat) bool { return c.Protocol == jabberProtocol && strings.Contains(c.Peer, "/") }

// identities returns the names of both sides in the key exchange of version 4: on XMPP the
// addresses without a resource, elsewhere nothing, because a nick changes, and the name of an
// account is not the one that buddies see. p is the policy in c.
func (ps preferences) identities(c ui.Chat, p otr.Policy) (self, peer string) {
	if c.Protocol != jabberProtocol || p&otr.AllowV4 == 0 {
		return "", ""
	}
	bare := func(name string) string { return keystore.Account{Protocol: c.Protocol, Name: name}.Bare().Name }
	return bare(ps.host.Normalize(c, bare(c.Account))), bare(c.Peer)
}

// identity returns the key of version 4 to use in c, where the policy is p, or nil.
func (ps preferences) identity(c ui.Chat, p otr.Policy) *otr.IdentityKey {
	if p&otr.AllowV4 == 0 {
		return nil
	}
	return ps.store.Identities().Key(ui.AccountOf(c))
}

// versionLine says which version a private conversation uses, if that need not be the one that
// everybody has; otherwise it is empty.
func (a *App) versionLine(c ui.Chat) string {
	t := a.conversations[c]
	if t == nil {
		return ""
	}
	st := t.session.Status()
	switch version := int(st.Version); {
	case st.State != otr.Encrypted:
		return ""
	case st.Version.Experimental():
		return text.VersionNewest(version)
	case t.policy&otr.AllowV4 != 0:
		return text.VersionOlder(version)
	}
	return ""
}

// prepareIdentities makes the keys of version 4 that are missing, if it is on for everybody. An
// account whose user has switched it on for a buddy only gets its key when there is a
// conversation with them.
func (ps preferences) prepareIdentities(byUser bool) {
	if ps.global().policy()&otr.AllowV4 == 0 {
		return
	}
	for _, acc := range ps.host.Accounts() {
		ps.keys.PrepareIdentity(acc, byUser)
	}
}

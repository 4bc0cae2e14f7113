// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"net/url"
	"slices"
	"time"

	"purple-otr/keystore"

	"purple-otr/otr"
	"purple-otr/ui"
)

// Preferences have the names that pidgin-otr uses, so that the user can switch between
// the two plugins. Global ones are below "/". Those of one buddy are stored with the
// buddy and apply only if prefOverride is set there.
const (
	prefEnabled   = "OTR/enabled"
	prefAutomatic = "OTR/automatic"
	prefRequire   = "OTR/onlyprivate"
	prefNoLog     = "OTR/avoidloggingotr"
	prefOverride  = "OTR/overridedefault"
	prefButton    = "OTR/showotrbutton" // in the toolbar; global only

	prefVersion4 = "plugins/core/purple-otr/version4" // pidgin-otr does not have it
)

// Preferences that pidgin-otr does not have.
const (
	prefIdleHours = "/plugins/core/purple-otr/idle-hours" // 0: never
	prefPadding   = "/plugins/core/purple-otr/hide-lengths"
	prefHideDBus  = "/plugins/core/purple-otr/hide-from-dbus"

	// These narrow prefAutomatic and prefRequire for everybody.
	prefAutomaticVerified = "/plugins/core/purple-otr/automatic-verified"
	prefRequireVerified   = "/plugins/core/purple-otr/require-verified"

	prefNoOffer = "/plugins/core/purple-otr/no-offer" // see offerPref
)

type settings struct {
	enabled   bool // use OTR at all
	automatic bool // start automatically if both sides support it
	require   bool // never send unencrypted messages
	noLog     bool // do not log while private
	version4  bool // use version 4, which is experimental, if both sides support it

	// With these, automatic and require are for buddies whose key is verified. A buddy's
	// own settings have them as false.
	automaticVerified, requireVerified bool
}

// preferences are what the user has set, globally or for one buddy.
type preferences struct{ *App }

// global returns the settings that apply where a buddy has no override.
func (ps preferences) global() settings {
	global := func(key string, def bool) bool { return ps.host.Pref("/"+key, def) }
	return settings{
		enabled:   global(prefEnabled, true),
		automatic: global(prefAutomatic, true),
		require:   global(prefRequire, false),
		noLog:     global(prefNoLog, true),
		version4:  global(prefVersion4, false),

		automaticVerified: ps.host.Pref(prefAutomaticVerified, false),
		requireVerified:   ps.host.Pref(prefRequireVerified, false),
	}
}

// verified reports whether a key of the buddy is verified. While the keys are locked
// nobody knows.
func (ps preferences) verified(c ui.Chat) bool {
	return slices.ContainsFunc(ps.store.Known(ui.BuddyOf(c)), func(k keystore.Known) bool { return k.Trust.Trusted() })
}

func (ps preferences) settings(c ui.Chat) settings {
	s := ps.global()
	if s.automaticVerified && s.automatic || s.requireVerified && s.require {
		verified := ps.verified(c)
		s.automatic = s.automatic && (verified || !s.automaticVerified)
		s.require = s.require && (verified || !s.requireVerified || ps.keys.Locked())
	}
	if !ps.host.BuddyPref(c, prefOverride, false) {
		return s
	}
	// Settings that are not stored with the buddy fall back to the global ones: a
	// missing entry must not turn required encryption off.
	return settings{
		enabled:   ps.host.BuddyPref(c, prefEnabled, s.enabled),
		automatic: ps.host.BuddyPref(c, prefAutomatic, s.automatic),
		require:   ps.host.BuddyPref(c, prefRequire, s.require),
		noLog:     ps.host.BuddyPref(c, prefNoLog, s.noLog),
		version4:  ps.host.BuddyPref(c, prefVersion4, s.version4),
	}
}

// policy translates the settings for the engine. "require" applies even without
// "automatic".
func (s settings) policy() otr.Policy {
	p := otr.Manual
	switch {
	case !s.enabled:
		return otr.Off
	case s.require && s.automatic:
		p = otr.Always
	case s.require:
		p |= otr.RequireEncryption
	case s.automatic:
		p = otr.Opportunistic
	}
	if s.version4 {
		p |= otr.AllowV4
	}
	return p
}

func (ps preferences) policy(c ui.Chat) otr.Policy {
	p := ps.settings(c).policy()
	if p&otr.SendWhitespaceTag != 0 && !ps.offers(c) {
		p &^= otr.SendWhitespaceTag
	}
	if inRoom(c) {
		p &^= otr.AllowV4
	}
	return p
}

// offers reports whether texts in the clear may have an invisible offer with them, in
// blanks and tabs: some networks refuse or change it.
func (ps preferences) offers(c ui.Chat) bool { return !ps.host.Pref(offerPref(ui.AccountOf(c)), false) }

// offerPref is where the user's wish for an account is kept. In the name of a preference
// a slash has a meaning.
func offerPref(acc ui.Account) string {
	acc = acc.Bare()
	return prefNoOffer + "/" + url.PathEscape(acc.Protocol+" "+acc.Name)
}

// idle returns after which time without messages a private conversation ends.
func (ps preferences) idle() otr.Idle {
	return otr.Idle{After: time.Duration(max(0, ps.host.PrefInt(prefIdleHours, 0))) * time.Hour}
}

// padding says whether the lengths of private messages are hidden.
func (ps preferences) padding() bool { return ps.host.Pref(prefPadding, true) }

// room is the longest message in bytes that may be sent in t; zero means there is no
// limit. shorter says that messages of the protocol's usual length did not arrive whole.
func (ps preferences) room(c ui.Chat, shorter bool) int {
	limit := ps.maxMessage(c.Protocol)
	if _, set := ps.store.MaxMessage(c.Protocol); c.Protocol == ircProtocol && !set {
		limit = ps.ircRoom(c)
	}
	if shorter {
		limit /= 2
	}
	return limit
}

// maxMessage returns the longest message in bytes that the protocol carries safely; zero
// means that there is no limit. The user's own file overrides the built-in limits.
func (ps preferences) maxMessage(protocol string) int {
	if limit, ok := ps.store.MaxMessage(protocol); ok {
		return limit
	}
	return maxMessage[protocol]
}

// Those of libpurple's protocols are the values that other programs with OTR use, minus
// the byte that they leave unused. The others are what the services say, in characters,
// which are bytes here; where they count what a message becomes in their own format, less.
var maxMessage = map[string]int{
	"prpl-aim":    2342,
	"prpl-gg":     1998,
	"prpl-icq":    2345,
	"prpl-irc":    416, // see ircRoom
	"prpl-msn":    1408,
	"prpl-novell": 1791,
	"prpl-oscar":  2342,
	"prpl-yahoo":  798,

	"prpl-eionrobb-discord":           2000,
	"prpl-eionrobb-funyahoo-plusplus": 798,
	"prpl-eionrobb-instagram":         1000,
	"prpl-eionrobb-mattermost":        4000, // 16383 since version 5
	"prpl-eionrobb-msteams":           20000,
	"prpl-eionrobb-msteams-personal":  20000,
	"prpl-eionrobb-rocketchat":        5000,
	"prpl-facebook":                   5000,
	"prpl-googlechat":                 4000,
	"prpl-hehoe-gowhatsapp":           4096,
	"prpl-hehoe-presage":              2000, // longer ones become attachments
	"prpl-hehoe-signal":               2000,
	"prpl-hehoe-signald":              2000,
	"prpl-hehoe-whatsmeow":            4096,
	"prpl-matrix":                     32000, // 65536 for an event, with HTML beside the text
	"prpl-skypeweb":                   8000,
	"prpl-slack":                      4000,
	"prpl-steam-mobile":               2000,
	"prpl-telegram":                   4096,
	"telegram-tdlib":                  4096,
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// setVersion4 switches version 4 on or off for everybody, in the settings.
func (s *side) setVersion4(on bool) {
	s.T.Helper()
	s.app.Do(ui.Chat{}, ui.Settings, 0)
	s.Fill(map[int]string{setVersion4: ui.Checked(on)})
}

// newPair4 is newPair with accounts in the lists of both programs.
func newPair4(t *testing.T) (alice, bob *side) {
	alice, bob = newPair(t)
	for _, s := range []*side{alice, bob} {
		s.Host.Own = []keystore.Account{ui.AccountOf(s.Chat)}
	}
	return alice, bob
}

// identity returns s's key of version 4, or nil.
func (s *side) identity() *otr.IdentityKey { return s.Store.Identities().Key(ui.AccountOf(s.Chat)) }

// version returns the version of the private conversation.
func (s *side) version() otr.Version { return s.app.conversations[s.Chat].session.Status().Version }

// files lists the files in s's folder.
func (s *side) files() (names []string) {
	s.T.Helper()
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		s.T.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestVersion4: a private conversation uses version 4 where both users have switched it on, and
// otherwise version 3. Who has not switched it on has no key of version 4 and no file for one.
func TestVersion4(t *testing.T) {
	for _, tt := range []struct {
		name       string
		alice, bob bool
		want       otr.Version
	}{
		{"neither", false, false, otr.V3},
		{"one", true, false, otr.V3},
		{"the other", false, true, otr.V3},
		{"both", true, true, otr.V4},
	} {
		for _, automatic := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				alice, bob := newPair4(t)
				alice.setVersion4(tt.alice)
				bob.setVersion4(tt.bob)
				if automatic {
					alice.Say("hello")
					alice.Deliver()
				} else {
					alice.Start()
				}
				for _, s := range []*side{alice, bob} {
					s.Want(ui.Unverified)
					if s.version() != tt.want {
						t.Errorf("%s: version %d, want %d", s.Chat.Account, s.version(), tt.want)
					}
				}
				for s, on := range map[*side]bool{alice: tt.alice, bob: tt.bob} {
					if (s.identity() != nil) != on || slices.Contains(s.files(), keystore.IdentitiesFile) != on {
						t.Errorf("%s: a key: %v, files %q", s.Chat.Account, s.identity() != nil, s.files())
					}
				}
				alice.Say("across")
				alice.Deliver()
				if n := len(bob.Heard); n == 0 || bob.Heard[n-1] != "across" {
					t.Errorf("heard %q", bob.Heard)
				}
			})
		}
	}
}

// TestVersion4ForOneBuddy switches it on, or off, for one buddy.
func TestVersion4ForOneBuddy(t *testing.T) {
	for _, everybody := range []bool{false, true} {
		alice, bob := newPair4(t)
		bob.setVersion4(true)
		alice.setVersion4(everybody)
		alice.app.Do(alice.Chat, ui.BuddySettings, 0)
		alice.Fill(map[int]string{0: "1", 1 + setVersion4: ui.Checked(!everybody)})
		alice.app.Do(alice.Chat, ui.BuddySettings, 0)
		if f := alice.Host.TakeForm(); f.Fields[1+setVersion4].Value != ui.Checked(!everybody) {
			t.Errorf("the form forgets: %+v", f.Fields)
		}
		want := otr.V4
		if everybody {
			want = otr.V3
		} else if alice.identity() == nil {
			t.Error("there is no key")
		}
		alice.Start()
		if alice.version() != want {
			t.Errorf("version %d, want %d", alice.version(), want)
		}
		carol := alice.Chat
		carol.Account, carol.Peer = "alice@example.net", "carol@example.org"
		alice.Host.BuddyPrefs = nil
		if got := alice.app.prefs.policy(carol)&otr.AllowV4 != 0; got != everybody {
			t.Errorf("for another buddy: %v", got)
		}
	}
}

// TestVersion4WhileTalking switches version 4 on in a private conversation. It becomes one of
// version 4, and remains that when the setting is switched off.
func TestVersion4WhileTalking(t *testing.T) {
	alice, bob := newPair4(t)
	alice.Start()
	alice.setVersion4(true)
	alice.Deliver()
	if alice.version() != otr.V3 {
		t.Errorf("with one side on: version %d", alice.version())
	}
	for _, s := range []*side{alice, bob} {
		s.Wait(time.Minute)
	}
	bob.setVersion4(true)
	bob.Deliver()
	for _, s := range []*side{alice, bob} {
		if s.version() != otr.V4 {
			t.Errorf("%s: version %d", s.Chat.Account, s.version())
		}
	}
	alice.setVersion4(false)
	alice.Say("still there?")
	alice.Deliver()
	if alice.version() != otr.V4 || bob.Heard[len(bob.Heard)-1] != "still there?" {
		t.Errorf("version %d, heard %q", alice.version(), bob.Heard)
	}
	if alice.app.prefs.identity(alice.Chat, alice.app.prefs.policy(alice.Chat)) != nil || alice.identity() == nil {
		t.Error("the key is still in use, or has been deleted")
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Start()
	if bob.version() != otr.V3 {
		t.Errorf("afterwards: version %d", bob.version())
	}
}

// TestVersion4InRoom: participants of a chat room have no address that both sides know.
func TestVersion4InRoom(t *testing.T) {
	alice, bob := newPair4(t)
	alice.setVersion4(true)
	room := alice.Chat
	room.Peer = "room@conference.example.org/bob"
	for c, want := range map[ui.Chat]bool{
		alice.Chat: true, room: false,
		{Protocol: "prpl-irc", Account: "alice@irc.example.org", Peer: "bob/away"}: true,
	} {
		if got := alice.app.prefs.policy(c)&otr.AllowV4 != 0; got != want {
			t.Errorf("%v: %v", c, got)
		}
		if got := alice.app.prefs.identity(c, alice.app.prefs.policy(c)) != nil; got != (c == alice.Chat) {
			t.Errorf("%v: a key: %v", c, got)
		}
	}
	alice.app.Do(room, ui.StartOrRefresh, 0)
	if len(bob.Wire) != 1 || !strings.HasPrefix(bob.Wire[0], "?OTRv23?") {
		t.Errorf("on the wire: %q", bob.Wire)
	}
}

// TestNamesOfVersion4: what both sides sign must be the same on both.
func TestNamesOfVersion4(t *testing.T) {
	alice, bob := newPair4(t)
	for c, want := range map[ui.Chat][2]string{
		{Protocol: "prpl-jabber", Account: "Alice@Example.org/Home", Peer: "bob@example.org"}: {"alice@example.org", "bob@example.org"},
		{Protocol: "prpl-jabber", Account: "alice@example.org", Peer: "bob@example.org"}:      {"alice@example.org", "bob@example.org"},
		{Protocol: "prpl-jabber", Account: "alice@example.org/a/b", Peer: "example.org"}:      {"alice@example.org", "example.org"},
		{Protocol: "prpl-jabber", Account: "alice@example.org/Home", Peer: "room@x/bob"}:      {},
		{Protocol: "prpl-irc", Account: "alice@irc.example.org", Peer: "bob"}:                 {},
		{Protocol: "prpl-matrix", Account: "@alice:example.org", Peer: "@bob:example.org"}:    {},
	} {
		for _, on := range []bool{false, true} {
			alice.Host.Prefs["/"+prefVersion4] = on
			self, peer := alice.app.prefs.identities(c, alice.app.prefs.policy(c))
			if got := [2]string{self, peer}; on && got != want || !on && got != [2]string{} {
				t.Errorf("%v, on %v: %q, want %q", c, on, got, want)
			}
		}
	}

	// Nothing is private in version 4 if the two do not agree on who they are.
	bob.setVersion4(true)
	alice.setVersion4(true)
	bob.Chat.Peer = "mallory@example.org"
	bob.Open()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	if alice.app.level(alice.Chat) != ui.NotPrivate || bob.app.level(bob.Chat) != ui.NotPrivate {
		t.Error("a private conversation under two names")
	}
}

// TestStatusOfVersion4: who has version 4 is told which version a conversation uses. Others are
// not.
func TestStatusOfVersion4(t *testing.T) {
	const newest, older = "This conversation uses OTR version 4, which is new and experimental.", "This conversation uses OTR version 3, an older version."
	for _, on := range []bool{false, true} {
		alice, bob := newPair4(t)
		alice.setVersion4(true)
		bob.setVersion4(on)
		for _, s := range []*side{alice, bob} {
			if got := s.explained(); strings.Contains(got, "OTR version") {
				t.Errorf("nothing is private, but: %q", got)
			}
		}
		alice.Start()
		for _, s := range []*side{alice, bob} {
			s.Host.Lines = nil
			s.app.Command(s.Chat, "status")
			got := strings.ReplaceAll(s.Host.Text(), "<br>", "\n")
			want := older
			if on {
				want = newest
			} else if s == bob {
				want = ""
			}
			for _, text := range []string{got, s.explained()} {
				if want == "" && strings.Contains(text, "OTR version") || !strings.Contains(text, want) {
					t.Errorf("%s, on %v: no %q in %q", s.Chat.Account, on, want, text)
				}
			}
			mine := s.Store.OwnKey(ui.AccountOf(s.Chat), s.app.conversations[s.Chat].session.Status().Fingerprint)
			theirs := s.peer.Store.OwnKey(ui.AccountOf(s.peer.Chat), mine.Fingerprint())
			for _, k := range []keystore.LongTermKey{mine, theirs} {
				if !strings.Contains(got, strings.Join(k.Fingerprint().Lines(), "\n")) {
					t.Errorf("%s: not whole: %q", s.Chat.Account, got)
				}
			}
		}
	}
}

// explained returns the text of the dialog about levels.
func (s *side) explained() string {
	s.T.Helper()
	s.app.Do(s.Chat, ui.Explain, 0)
	return s.Host.TakeForm().Text
}

// TestKeysOfVersion4 replaces and deletes the key, locks it and unlocks it. Conversations use the
// current one.
func TestKeysOfVersion4(t *testing.T) {
	alice, bob := newPair4(t)
	alice.setVersion4(true)
	bob.setVersion4(true)
	alice.Start()
	row := "prpl-jabber\x00alice@example.org\x004"
	button := func(label string) {
		t.Helper()
		alice.app.Do(ui.Chat{}, ui.MyKeys, 0)
		uitest.Button(t, alice.Table(), label).Do(row)
		alice.Host.TakeQuestion().Done(0)
		alice.Deliver()
		alice.Want(ui.NotPrivate)
		bob.app.Do(bob.Chat, ui.End, 0)
	}
	meet := func(step string, want otr.Version) {
		t.Helper()
		bob.Start()
		if bob.version() != want {
			t.Errorf("%s: version %d", step, bob.version())
		}
		f := bob.app.conversations[bob.Chat].session.Status().Fingerprint
		if k := alice.Store.OwnKey(ui.AccountOf(alice.Chat), f); k == nil || k.Fingerprint() != f {
			t.Errorf("%s: another key", step)
		}
	}
	first := alice.identity().Fingerprint()
	button("Replace")
	if alice.identity().Fingerprint() == first {
		t.Error("not replaced")
	}
	meet("replaced", otr.V4)
	button("Delete")
	if alice.identity() != nil {
		t.Error("not deleted")
	}
	meet("deleted", otr.V3)
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.Start() // makes the next one
	if alice.version() != otr.V4 {
		t.Errorf("after the next start: version %d", alice.version())
	}
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)

	alice.Sealed()
	alice.Enter("sesame")
	second := alice.identity().Fingerprint()
	meet("sealed", otr.V4)
	alice.app.Do(ui.Chat{}, ui.LockKeys, 0)
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.End, 0)
	if alice.identity() != nil {
		t.Error("not locked")
	}
	alice.app.Do(ui.Chat{}, ui.UnlockKeys, 0)
	alice.Enter("sesame")
	if alice.identity().Fingerprint() != second {
		t.Error("another key")
	}
	meet("unlocked", otr.V4)
}

// TestSettingOfVersion4AfterFailure: the setting is on, but no key can be saved. Then version 3 is
// used.
func TestSettingOfVersion4AfterFailure(t *testing.T) {
	alice, bob := newPair4(t)
	bob.setVersion4(true)
	if err := os.WriteFile(filepath.Join(alice.Dir, keystore.IdentitiesFile), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	alice.Restart()
	alice.Host.Alerts = nil
	alice.setVersion4(true)
	if q := alice.Host.TakeQuestion(); !strings.Contains(q.Heading, "alice@example.org (OTR 4) has no key.") || !strings.Contains(q.Text, "Reason: ") {
		t.Errorf("question %+v", q)
	}
	alice.Start()
	if alice.version() != otr.V3 || alice.identity() != nil {
		t.Errorf("version %d", alice.version())
	}
}

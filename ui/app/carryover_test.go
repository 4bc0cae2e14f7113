// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// switchOn switches version 4 on, and makes the key.
func (s *side) switchOn() {
	s.T.Helper()
	if s.Store.Identities().Key(ui.AccountOf(s.Chat)) == nil {
		s.setIdentity()
	}
	s.Host.Prefs["/"+prefVersion4] = true
	s.app.prefs.settingsChanged()
}

func (s *side) switchOff() {
	s.Host.Prefs["/"+prefVersion4] = false
	s.app.prefs.settingsChanged()
}

// setIdentity gives s another key of version 4, which it uses from now on.
func (s *side) setIdentity() {
	s.T.Helper()
	s.setIdentityIf(func(otr.Fingerprint) bool { return true })
}

// setIdentityIf gives s another key of version 4 with such a fingerprint. The store keeps only
// some old keys, so it gets one new key.
func (s *side) setIdentityIf(is func(otr.Fingerprint) bool) {
	s.T.Helper()
	k, err := otr.GenerateIdentityKey(rand.Reader)
	for err == nil && !is(k.Fingerprint()) {
		k, err = otr.GenerateIdentityKey(rand.Reader)
	}
	if err == nil && s.Store.Identities().Key(ui.AccountOf(s.Chat)) != nil {
		_, err = s.Store.Identities().Replace(ui.AccountOf(s.Chat), k, keystore.DayOf(s.Clock))
	} else if err == nil {
		err = s.Store.Identities().Set(ui.AccountOf(s.Chat), k)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	s.app.KeyChanged(ui.AccountOf(s.Chat))
}

// key4 and key3 are s's own fingerprints.
func (s *side) key4() otr.Fingerprint {
	return s.Store.Identities().Key(ui.AccountOf(s.Chat)).Fingerprint()
}

func (s *side) key3() otr.Fingerprint { return s.Store.Key(ui.AccountOf(s.Chat)).Fingerprint() }

// trust is what s's file says of f.
func (s *side) trust(f otr.Fingerprint) keystore.Trust {
	t, _ := s.Store.Trust(ui.BuddyOf(s.Chat), f)
	return t
}

// wantVersion requires that s's conversation has this level and version.
func (s *side) wantVersion(l ui.Level, v otr.Version) {
	s.T.Helper()
	s.Want(l)
	if st := s.status(); st.Version != v {
		s.T.Fatalf("%s: version %d, want %d; lines:\n%s", s.Chat.Account, st.Version, v, s.Host.Text())
	}
}

func (s *side) status() otr.Status {
	if t := s.app.conversations[s.Chat]; t != nil {
		return t.session.Status()
	}
	return otr.Status{}
}

// noQuestion requires that nothing has been asked, and that there is no warning but that the
// buddy has ended a conversation.
func (s *side) noQuestion() {
	s.T.Helper()
	const ended = " ended the private conversation."
	if n := len(s.Host.Questions); n > 0 {
		s.T.Fatalf("%s: asked %q", s.Chat.Account, s.Host.Questions[0].Heading)
	}
	for _, l := range s.Host.Lines {
		if l.Kind == ui.Warning && !strings.Contains(l.HTML, ended) {
			s.T.Fatalf("%s: the line %q", s.Chat.Account, l.HTML)
		}
	}
}

// talk has both say something, which the other reads.
func talk(t *testing.T, alice, bob *side) {
	t.Helper()
	for _, s := range []*side{alice, bob} {
		s.peer.Heard = nil
		if !s.Say("hello") {
			t.Fatalf("%s: nothing is sent; lines:\n%s", s.Chat.Account, s.Host.Text())
		}
		s.Deliver()
		if len(s.peer.Heard) != 1 || s.peer.Heard[0] != "hello" {
			t.Fatalf("%s hears %q", s.peer.Chat.Account, s.peer.Heard)
		}
	}
}

// end ends the conversation for both.
func end(alice, bob *side) {
	for _, s := range []*side{alice, bob} {
		s.app.Do(s.Chat, ui.End, 0)
		s.Deliver()
	}
}

// carriedLine is part of the line that says that trust was carried over.
const carriedLine = "Verification has been carried over"

func (s *side) carried() int { return strings.Count(s.Host.Text(), carriedLine) }

// newVerified makes a pair of which Alice has verified Bob in version 3. The conversation goes on.
func newVerified(t *testing.T, network string) (alice, bob *side) {
	alice, bob = newPair(t)
	if network == ircProtocol {
		for _, s := range []*side{alice, bob} {
			s.Host.Windows, s.Host.Plain = nil, true
			s.Chat = ui.Chat{Protocol: ircProtocol, Account: strings.ToLower(s.peer.Host.Nick) + "@irc.example.org", Peer: strings.ToLower(s.Host.Nick)}
		}
		uitest.Pair(alice.Side, bob.Side)
	}
	alice.Start()
	alice.Verify()
	alice.Want(ui.Private)
	alice.Host.Lines, bob.Host.Lines = nil, nil
	return alice, bob
}

// A user who has verified a buddy in version 3 need not verify again, however version 4 begins, and
// is told so once.
func TestVerificationIsCarriedOver(t *testing.T) {
	restart := func(s *side) {
		s.Restart()
		s.Host.Lines = nil
	}
	for _, network := range []string{"prpl-jabber", ircProtocol} {
		for name, begin := range map[string]func(alice, bob *side){
			"in an open conversation": func(alice, bob *side) { alice.switchOn(); alice.Deliver(); bob.switchOn() },
			"the buddy first":         func(alice, bob *side) { bob.switchOn(); bob.Wait(60e9); alice.switchOn() },
			"long before the other": func(alice, bob *side) {
				alice.switchOn()
				alice.Deliver()
				alice.Wait(60e9)
				bob.Wait(60e9)
				bob.switchOn()
			},
			"after the end": func(alice, bob *side) {
				end(alice, bob)
				alice.switchOn()
				bob.switchOn()
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			},
			"the buddy begins": func(alice, bob *side) {
				end(alice, bob)
				alice.switchOn()
				bob.switchOn()
				bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
			},
			"after a restart": func(alice, bob *side) {
				restart(alice)
				restart(bob)
				alice.switchOn()
				bob.switchOn()
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			},
			"automatically": func(alice, bob *side) {
				end(alice, bob)
				alice.switchOn()
				bob.switchOn()
				alice.Say("hello")
			},
			"the buddy's words": func(alice, bob *side) {
				restart(alice)
				restart(bob)
				alice.switchOn()
				bob.switchOn()
				bob.Say("hello")
			},
			"required": func(alice, bob *side) {
				end(alice, bob)
				alice.Host.Prefs["/"+prefRequire] = true
				alice.switchOn()
				bob.switchOn()
				alice.Say("hello")
			},
		} {
			t.Run(network+" "+name, func(t *testing.T) {
				alice, bob := newVerified(t, network)
				begin(alice, bob)
				alice.Deliver()
				alice.wantVersion(ui.Private, otr.V4)
				bob.wantVersion(ui.Unverified, otr.V4)
				if alice.carried() != 1 || bob.carried() != 0 {
					t.Errorf("told %d and %d times:\n%s", alice.carried(), bob.carried(), alice.Host.Text())
				}
				if got, want := alice.trust(bob.key4()), keystore.CarriedOver(bob.key3()); got != want {
					t.Errorf("trust %q, want %q", got, want)
				}
				if strings.Contains(alice.Host.Text()+bob.Host.Text(), "is using a new key") {
					t.Errorf("a key that was introduced is called new:\n%s", alice.Host.Text())
				}
				alice.Wait(5e9)
				alice.noQuestion()
				bob.noQuestion()
				talk(t, alice, bob)

				// Once only, and it lasts.
				restart(alice)
				restart(bob)
				alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
				alice.Deliver()
				alice.wantVersion(ui.Private, otr.V4)
				alice.noQuestion()
				if alice.carried() != 0 {
					t.Error("told again")
				}
				talk(t, alice, bob)
			})
		}
	}
}

// Both have verified each other: both are told, and nobody is asked.
func TestVerificationIsCarriedOverForBoth(t *testing.T) {
	alice, bob := newVerified(t, "prpl-jabber")
	bob.Verify()
	end(alice, bob)
	alice.switchOn()
	bob.switchOn()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	for _, s := range []*side{alice, bob} {
		s.wantVersion(ui.Private, otr.V4)
		s.noQuestion()
		s.WantLine(carriedLine)
	}
}

// Without a window, the line waits for one.
func TestCarriedOverWithoutWindow(t *testing.T) {
	alice, bob := newVerified(t, "prpl-jabber")
	end(alice, bob)
	alice.switchOn()
	bob.switchOn()
	alice.Close()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	bob.Deliver()
	if len(alice.Host.Windows)+len(alice.Host.Questions) > 0 {
		t.Fatal("a window has been opened")
	}
	alice.Host.Lines = nil
	alice.Open()
	if alice.carried() != 1 {
		t.Errorf("told %d times", alice.carried())
	}
	alice.wantVersion(ui.Private, otr.V4)
}

// Nothing is stored as long as the key of the version 3 channel is not verified, although another
// key of the buddy is.
func TestNothingIsCarriedOverFromAnUnverifiedKey(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, alice, bob *side){
		"nobody is verified": func(t *testing.T, alice, bob *side) {
			unverify(t, alice, bob.key3())
		},
		"another key is": func(t *testing.T, alice, bob *side) {
			must(t, bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 2)))
		},
		"another buddy's": func(t *testing.T, alice, bob *side) {
			unverify(t, alice, bob.key3())
			b := ui.BuddyOf(alice.Chat)
			b.Peer = "carol@example.org"
			must(t, alice.Store.SetTrust(b, bob.key3(), keystore.Verified))
		},
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newVerified(t, "prpl-jabber")
			end(alice, bob)
			prepare(t, alice, bob)
			alice.switchOn()
			bob.switchOn()
			alice.Host.Lines = nil
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			through(alice, bob, stripped)
			alice.wantVersion(ui.Unverified, otr.V4)
			if alice.carried() != 0 || alice.trust(bob.key4()).Trusted() {
				t.Errorf("trust %q", alice.trust(bob.key4()))
			}
			if asked := len(alice.Host.Questions) > 0; asked != (name == "another key is") {
				t.Errorf("asked %v", asked)
			}
			data, _ := os.ReadFile(filepath.Join(alice.Dir, keystore.Fingerprints4File))
			if strings.Contains(string(data), "v3-") {
				t.Errorf("the file has %q", data)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unverify(t *testing.T, s *side, f otr.Fingerprint) {
	t.Helper()
	must(t, s.Store.SetTrust(ui.BuddyOf(s.Chat), f, keystore.Unverified))
}

// stripped takes the 4 out of requests.
func stripped(msg string) string {
	return strings.NewReplacer("?OTRv234?", "?OTRv23?", "\x20\x20\x09\x09\x20\x09\x20\x20", "").Replace(msg)
}

// through delivers messages until none is left. What change makes of them arrives; an empty one
// does not.
func through(alice, bob *side, change func(string) string) {
	for n := 0; len(alice.Wire)+len(bob.Wire) > 0 && n < 1000; n++ {
		for _, s := range []*side{alice, bob} {
			if len(s.Wire) == 0 {
				continue
			}
			msg := change(s.Wire[0])
			s.Wire = s.Wire[1:]
			if msg != "" {
				s.Receive(msg)
			}
		}
	}
}

// A user who verifies the older key after it has vouched gets what was said then, in any way to
// verify.
func TestVerifiedAfterTheIntroduction(t *testing.T) {
	alice, bob := newPair(t)
	alice.switchOn()
	bob.switchOn()
	alice.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, stripped)
	alice.wantVersion(ui.Unverified, otr.V4)
	alice.noQuestion()
	alice.app.Record(alice.Chat, bob.key3(), keystore.Verified) // in the list of known fingerprints
	alice.wantVersion(ui.Private, otr.V4)
	if alice.carried() != 1 {
		t.Errorf("told %d times", alice.carried())
	}
	alice.noQuestion()
	talk(t, alice, bob)
	alice.app.Record(alice.Chat, bob.key3(), keystore.Unverified)
	alice.wantVersion(ui.Unverified, otr.V4) // it ends with the trust that it came from
}

// A key vouches for one other only. What it vouches for later is a changed key, in the same
// conversation, in another one, and after a restart.
func TestOneKeyVouchesForOne(t *testing.T) {
	for name, between := range map[string]func(alice, bob *side){
		"another conversation": func(alice, bob *side) { end(alice, bob) },
		"a restart": func(alice, bob *side) {
			for _, s := range []*side{alice, bob} {
				s.Restart()
				s.Host.Lines = nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newVerified(t, "prpl-jabber")
			alice.switchOn()
			bob.switchOn()
			alice.Deliver()
			alice.wantVersion(ui.Private, otr.V4)
			first := bob.key4()
			between(alice, bob)
			bob.setIdentity()
			alice.Host.Lines = nil
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			through(alice, bob, stripped) // so that the old key of version 3 says it
			alice.wantVersion(ui.Unverified, otr.V4)
			if q := alice.Host.TakeQuestion(); !strings.Contains(q.Heading, "key of Bob has changed") {
				t.Errorf("asked %q", q.Heading)
			}
			if alice.carried() != 0 || alice.trust(bob.key4()).Trusted() || !alice.trust(first).Trusted() {
				t.Errorf("trust %q, before %q", alice.trust(bob.key4()), alice.trust(first))
			}
			if alice.Say("secret") {
				t.Error("sent to the changed key")
			}
		})
	}
}

// Two keys that one has vouched for before it was verified: one of them gets the trust.
func TestTwoVouchedForBeforeItWasVerified(t *testing.T) {
	alice, bob := newPair(t)
	alice.switchOn()
	bob.switchOn()
	for range 2 {
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		through(alice, bob, stripped)
		alice.wantVersion(ui.Unverified, otr.V4)
		end(alice, bob)
		bob.setIdentity()
	}
	alice.app.Record(alice.Chat, bob.key3(), keystore.Verified)
	trusted := 0
	for _, k := range alice.Store.Known(ui.BuddyOf(alice.Chat)) {
		if k.Fingerprint.Version() == otr.V4 && k.Trust.Trusted() {
			trusted++
		}
	}
	if trusted != 1 {
		t.Errorf("%d keys are trusted", trusted)
	}
}

// Verifying the key of version 4 itself replaces the word, and the trust in it does not depend on
// the other key any more.
func TestVerifyingReplacesTheWord(t *testing.T) {
	alice, bob := newVerified(t, "prpl-jabber")
	alice.switchOn()
	bob.switchOn()
	alice.Deliver()
	alice.wantVersion(ui.Private, otr.V4)
	alice.Ask("", "sesame")
	alice.Deliver()
	bob.app.Do(bob.Chat, ui.Verify, 0)
	bob.Fill(map[int]string{-1: "sesame"})
	bob.Deliver()
	if got := alice.trust(bob.key4()); got != keystore.VerifiedSMP {
		t.Errorf("trust %q", got)
	}
	unverify(t, alice, bob.key3())
	alice.wantVersion(ui.Private, otr.V4)
}

// If it cannot be saved, the user is told, and there is no trust.
func TestCarryOverThatCannotBeSaved(t *testing.T) {
	alice, bob := newVerified(t, "prpl-jabber")
	end(alice, bob)
	alice.switchOn()
	bob.switchOn()
	alice.Host.Lines = nil
	file := filepath.Join(alice.Dir, keystore.Fingerprints4File)
	must(t, os.Mkdir(file, 0o700)) // no file can have this name now
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.wantVersion(ui.Unverified, otr.V4)
	if !strings.Contains(alice.Host.Text(), "The verification of Bob could not be saved. Reason: ") || alice.carried() != 0 {
		t.Errorf("lines:\n%s", alice.Host.Text())
	}
	if alice.trust(bob.key4()).Trusted() || alice.Say("secret") {
		t.Error("there is trust all the same")
	}
	// The next time, it can.
	end(alice, bob)
	must(t, os.Remove(file))
	alice.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.wantVersion(ui.Private, otr.V4)
	if alice.carried() != 1 {
		t.Errorf("lines:\n%s", alice.Host.Text())
	}
}

// In version 4 alone, without the older key, a buddy is as verified as anybody new: not.
func TestVersion4WithoutAnIntroduction(t *testing.T) {
	alice, bob := newVerified(t, "prpl-jabber")
	end(alice, bob)
	alice.switchOn()
	bob.switchOn()
	alice.Host.Lines = nil
	// Somebody on the way makes Bob begin version 4 at once.
	bob.Receive("?OTRv34?")
	bob.Deliver()
	alice.wantVersion(ui.Unverified, otr.V4)
	alice.Host.TakeQuestion()
	if alice.carried() != 0 || alice.Say("secret") {
		t.Error("trusted")
	}
}

// Where version 4 is on for one of the two or for none, nothing changes.
func TestVersion4OnOneSide(t *testing.T) {
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			alice, bob := newVerified(t, "prpl-jabber")
			end(alice, bob)
			if i == 1 {
				alice.switchOn()
			} else if i == 2 {
				bob.switchOn()
			}
			alice.Host.Lines = nil
			for _, s := range []*side{alice, bob} {
				s.app.Do(s.Chat, ui.StartOrRefresh, 0)
				s.Deliver()
				alice.wantVersion(ui.Private, otr.V3)
				bob.wantVersion(ui.Unverified, otr.V3)
				alice.Wait(5e9)
				alice.noQuestion()
				bob.noQuestion()
				talk(t, alice, bob)
			}
			if alice.carried() != 0 {
				t.Error("something was carried over")
			}
		})
	}
}

// On a network that does not keep the order, version 4 may be there before the introduction is. The
// window stays with the verified key until then, and a question that the user has come across
// meanwhile goes away.
func TestIntroductionAfterVersion4(t *testing.T) {
	for _, chosen := range []bool{false, true} {
		alice, bob := newVerified(t, "prpl-jabber")
		end(alice, bob)
		alice.switchOn()
		bob.switchOn()
		// Bob begins version 4. There may be few keys above Alice's, but half of them are above the
		// middle.
		alice.setIdentityIf(func(f otr.Fingerprint) bool { return f.String() < "8" })
		bob.setIdentityIf(func(f otr.Fingerprint) bool { return f.String() > "8" })
		alice.Host.Lines = nil
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		late := ""
		for len(alice.Wire)+len(bob.Wire) > 0 {
			for _, s := range []*side{alice, bob} {
				if len(s.Wire) == 0 {
					continue
				}
				msg := s.Wire[0]
				s.Wire = s.Wire[1:]
				if s == alice && late == "" && strings.HasPrefix(msg, "?OTR:AAMD") {
					late = msg
					continue
				}
				s.Receive(msg)
			}
		}
		c := alice.app.conversations[alice.Chat]
		if n := len(c.session.Instances()); n != 2 || late == "" {
			t.Fatalf("%d channels", n)
		}
		alice.wantVersion(ui.Private, otr.V3)
		alice.noQuestion()
		if chosen {
			for _, st := range c.session.Instances() {
				if st.Version == otr.V4 {
					alice.app.Do(alice.Chat, ui.SendToSession, uint32(c.route.number(programOf(st))))
				}
			}
			if alice.Say("secret") || len(alice.Host.Questions) != 1 {
				t.Error("not asked about a key that nobody has vouched for")
			}
		}
		alice.Receive(late)
		alice.wantVersion(ui.Private, otr.V4)
		if len(alice.Host.Questions) > 0 || alice.carried() != 1 {
			t.Errorf("asked, or not told:\n%s", alice.Host.Text())
		}
		talk(t, alice, bob)
	}
}

// A buddy whom nobody has verified uses no new key when version 4 begins: it is another kind.
func TestVersion4IsNoNewKey(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	end(alice, bob)
	alice.switchOn()
	bob.switchOn()
	alice.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.wantVersion(ui.Unverified, otr.V4)
	if strings.Contains(alice.Host.Text(), "is using a new key") {
		t.Errorf("lines:\n%s", alice.Host.Text())
	}
	end(alice, bob)
	bob.setIdentity()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.WantLine("is using a new key")
}

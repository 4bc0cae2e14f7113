// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// newTrusted makes a pair of which Alice trusts Bob's key of version 4, carried over from the one of
// version 3 or verified itself. The conversation has ended.
func newTrusted(t *testing.T, carried bool) (alice, bob *side) {
	if carried {
		alice, bob = newVerified(t, "prpl-jabber")
		alice.switchOn()
		bob.switchOn()
		alice.Deliver()
	} else {
		alice, bob = newPair(t)
		alice.switchOn()
		bob.switchOn()
		alice.Start()
		alice.Verify()
	}
	alice.wantVersion(ui.Private, otr.V4)
	end(alice, bob)
	for _, s := range []*side{alice, bob} {
		s.Host.Lines, s.Heard, s.Host.Returned, s.Host.Shown = nil, nil, nil, nil
	}
	return alice, bob
}

// olderHeading is what the question says.
var olderHeading = text.FallbackHeading("Bob")

// wantOlder takes the question about older encryption.
func (s *side) wantOlder() ui.Question {
	s.T.Helper()
	q := s.Host.TakeQuestion()
	if q.Heading != olderHeading || !q.Unasked || q.Icon != ui.WarningIcon || len(q.Buttons) != 3 {
		s.T.Fatalf("asked %+v", q)
	}
	return q
}

// The ways in which a conversation can begin.
func beginnings(alice, bob *side) map[string]func() {
	return map[string]func(){
		"alice asks": func() { alice.app.Do(alice.Chat, ui.StartOrRefresh, 0) },
		"bob asks":   func() { bob.app.Do(bob.Chat, ui.StartOrRefresh, 0) },
		"words":      func() { alice.Say("hello") },
		"his words":  func() { bob.Say("hello") },
	}
}

// Somebody on the way takes the 4 out of every request, or leaves only older versions: both still get
// version 4 within a moment, and nobody is asked.
func TestStrippedRequestEndsInVersion4(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"stripped": stripped,
		"altered":  func(m string) string { return strings.Replace(stripped(m), "?OTRv23?", "?OTRv3?", 1) },
	} {
		for _, carried := range []bool{true, false} {
			for how := range beginnings(nil, nil) {
				t.Run(fmt.Sprint(name, " ", how, " ", carried), func(t *testing.T) {
					alice, bob := newTrusted(t, carried)
					beginnings(alice, bob)[how]()
					through(alice, bob, change)
					alice.wantVersion(ui.Private, otr.V4)
					bob.wantVersion(ui.Unverified, otr.V4)
					alice.Wait(5 * time.Second)
					alice.noQuestion()
					bob.noQuestion()
					talk(t, alice, bob)
				})
			}
		}
	}
}

// blocked lets only older versions through: it takes the 4 out of requests, and all that is version
// 4's own.
func blocked(msg string) string {
	if strings.HasPrefix(msg, "?OTR:AAQ") {
		return ""
	}
	return stripped(msg)
}

// If version 4 does not come, the question does, after a moment, and nothing is sent before the
// answer.
func TestOlderEncryptionIsAsked(t *testing.T) {
	for _, answer := range []string{"go on", "end", "settings", "none"} {
		for how := range beginnings(nil, nil) {
			t.Run(answer+" "+how, func(t *testing.T) {
				alice, bob := newTrusted(t, true)
				beginnings(alice, bob)[how]()
				through(alice, bob, blocked)
				alice.wantVersion(ui.Private, otr.V3)
				bob.wantVersion(ui.Unverified, otr.V3)
				if len(alice.Host.Questions) > 0 {
					t.Fatal("asked at once")
				}
				bob.Heard = nil
				if alice.Say("too early") {
					t.Error("sent at once")
				}
				if !strings.Contains(alice.Host.Text(), text.HeldRefresh("Bob", "too early")) || !strings.Contains(alice.app.View(alice.Chat).Tooltip, "waiting") {
					t.Errorf("not visibly held:\n%s", alice.Host.Text())
				}
				through(alice, bob, blocked)
				alice.Wait(3 * time.Second)
				through(alice, bob, blocked)
				q := alice.wantOlder()
				if !slices.Equal(alice.Host.Returned, []string{"too early"}) || len(bob.Heard) > 0 {
					t.Errorf("given back %q; bob hears %q", alice.Host.Returned, bob.Heard)
				}
				if !strings.Contains(alice.Host.Text(), text.FallbackNotice("Bob")) || !strings.Contains(alice.app.View(alice.Chat).Tooltip, olderHeading) {
					t.Errorf("lines:\n%s", alice.Host.Text())
				}
				if strings.Contains(alice.Host.Text(), "has changed") {
					t.Errorf("a key is said to have changed:\n%s", alice.Host.Text())
				}
				alice.Host.Questions = []ui.Question{q} // it is still there
				if alice.Say("secret") || alice.Host.Returned[1] != "secret" {
					t.Error("sent before the answer")
				}
				alice.WantLine(text.SendFallback("Bob"))
				if _, _, ok := alice.app.Leaving(alice.Chat, "I am away", true); ok {
					t.Error("an automatic reply is sent")
				}
				bob.noQuestion() // he trusts nobody
				alice.Host.Questions = nil
				answers(t, alice, bob, q, answer)
			})
		}
	}
}

// answers answers q, and tests what happens then.
func answers(t *testing.T, alice, bob *side, q ui.Question, answer string) {
	t.Helper()
	switch answer {
	case "go on":
		q.Done(1)
		alice.WantLine(text.FallbackAccepted("Bob"))
		through(alice, bob, blocked)
		talk(t, alice, bob)
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0) // as long as the answer about a changed key lasts
		through(alice, bob, blocked)
		alice.Wait(5 * time.Second)
		alice.noQuestion()
		talk(t, alice, bob)
	case "end":
		q.Done(0)
		alice.Deliver()
		alice.Want(ui.NotPrivate)
		bob.Want(ui.Finished)
	case "settings":
		q.Done(2)
		f := alice.Host.TakeForm()
		alice.Say("undecided")
		alice.wantOlder() // looking at the settings decides nothing
		v := make([]string, len(f.Fields))
		for i, field := range f.Fields {
			v[i] = field.Value
		}
		v[0], v[1+setVersion4] = ui.Checked(true), ui.Checked(false)
		f.Done(true, v)
		if len(alice.Host.Questions) > 0 {
			t.Error("asked though version 4 is off")
		}
		talk(t, alice, bob)
	case "none":
		q.Done(-1)
		if alice.Say("secret") {
			t.Error("sent")
		}
		alice.wantOlder()
	}
	for _, heard := range bob.Heard {
		if heard != "hello" {
			t.Errorf("bob hears %q", heard)
		}
	}
}

// What is typed in the moment before version 4 takes the place is sent in version 4, once and in
// order, whatever held it.
func TestTypedBeforeVersion4TakesThePlace(t *testing.T) {
	for _, required := range []bool{false, true} {
		alice, bob := newTrusted(t, true)
		alice.Host.Prefs["/"+prefRequire] = required
		var want []string
		if required {
			want = []string{"held"}
			alice.Say("held")
		} else {
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		}
		early := 0
		through(alice, bob, func(msg string) string {
			if alice.status().Version == otr.V3 && early < 3 {
				early++
				text := fmt.Sprint("early ", early)
				want = append(want, text)
				if alice.Say(text) {
					t.Error("sent in version 3")
				}
			}
			return stripped(msg)
		})
		alice.wantVersion(ui.Private, otr.V4)
		alice.noQuestion()
		if early == 0 || !slices.Equal(bob.Heard, want) || !slices.Equal(alice.Host.Shown, want) || len(alice.Host.Returned) > 0 {
			t.Errorf("required %v: want %q; heard %q, shown %q, given back %q", required, want, bob.Heard, alice.Host.Shown, alice.Host.Returned)
		}
		if n := alice.app.conversations[alice.Chat].holding; n != 0 {
			t.Errorf("%d texts are said to wait", n)
		}
		talk(t, alice, bob)
	}
}

// Text that is held for a private conversation goes into no version 3 conversation either, if
// version 4 does not come.
func TestHeldTextIsNotSentInOlderEncryption(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Host.Prefs["/"+prefRequire] = true
	alice.Say("one")
	alice.Say("two")
	through(alice, bob, blocked)
	alice.wantVersion(ui.Private, otr.V3)
	alice.Wait(3 * time.Second)
	through(alice, bob, blocked)
	q := alice.wantOlder()
	if len(bob.Heard) > 0 || !slices.Equal(alice.Host.Returned, []string{"one", "two"}) {
		t.Errorf("heard %q, given back %q", bob.Heard, alice.Host.Returned)
	}
	q.Done(1)
	through(alice, bob, blocked)
	if len(bob.Heard) > 0 {
		t.Errorf("heard %q", bob.Heard)
	}
	talk(t, alice, bob)
}

// Whatever ends the conversation while texts wait, the user gets them back.
func TestWaitingTextsAreGivenBack(t *testing.T) {
	for name, f := range map[string]func(alice, bob *side){
		"the user ends it":  func(alice, _ *side) { alice.app.Do(alice.Chat, ui.End, 0) },
		"the buddy ends it": func(alice, bob *side) { bob.app.Do(bob.Chat, ui.End, 0); bob.Deliver() },
		"turned off":        func(alice, _ *side) { alice.Host.Prefs["/"+prefEnabled] = false; alice.app.prefs.settingsChanged() },
		"signed off":        func(alice, _ *side) { alice.app.SigningOff(alice.Chat.Protocol, alice.Chat.Account) },
		"unloaded":          func(alice, _ *side) { alice.app.Close() },
		"the keys locked":   func(alice, _ *side) { alice.app.Forget() },
		"offline": func(alice, bob *side) {
			alice.Host.Online = false
			alice.switchOff() // there is nothing to decide any more
		},
	} {
		t.Run(name, func(t *testing.T) {
			alice, bob := newTrusted(t, true)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			through(alice, bob, blocked)
			alice.Say("waits")
			f(alice, bob)
			if !slices.Equal(alice.Host.Returned, []string{"waits"}) {
				t.Errorf("given back %q; lines:\n%s", alice.Host.Returned, alice.Host.Text())
			}
			if c := alice.app.conversations[alice.Chat]; c != nil && c.holding != 0 {
				t.Errorf("%d texts are said to wait", c.holding)
			}
			if len(bob.Heard) > 0 {
				t.Errorf("bob hears %q", bob.Heard)
			}
		})
	}
}

// There is a bound to what waits.
func TestWaitingTextsAreBounded(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	for range 2 * maxWaiting {
		alice.Say("x")
	}
	if n := len(alice.Host.Returned); n != maxWaiting {
		t.Errorf("%d given back", n)
	}
	alice.WantLine("too many messages")
	alice.Say(`<img id="1">`)
	alice.WantLine("picture")
}

// A buddy who has gone back to a program without version 4 while the conversation in version 4 was
// open, and restarts it, can be talked to after the answer.
func TestBuddyGoesBackToVersion3(t *testing.T) {
	for _, begins := range []string{"alice", "bob"} {
		t.Run(begins, func(t *testing.T) {
			alice, bob := newTrusted(t, true)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			alice.Deliver()
			alice.wantVersion(ui.Private, otr.V4)
			alice.Say("read in version 4")
			alice.Deliver()
			bob.Restart()
			bob.switchOff()
			bob.Heard, alice.Host.Lines = nil, nil
			from := map[string]*side{"alice": alice, "bob": bob}[begins]
			from.app.Do(from.Chat, ui.StartOrRefresh, 0)
			for range 40 {
				alice.Deliver()
				alice.Wait(time.Second)
				bob.Wait(time.Second)
			}
			bob.wantVersion(ui.Unverified, otr.V3)
			alice.wantVersion(ui.Private, otr.V3)
			if begins == "bob" && !strings.Contains(alice.Host.Text(), text.FallbackAsked("Bob")) {
				t.Errorf("lines:\n%s", alice.Host.Text())
			}
			if alice.Say("secret") || len(bob.Heard) > 0 {
				t.Errorf("sent before the answer; bob hears %q", bob.Heard)
			}
			alice.wantOlder().Done(1)
			alice.Deliver()
			talk(t, alice, bob)
		})
	}
}

// Where version 4 is switched off, for everybody or for the buddy, nothing is asked.
func TestNothingIsAskedWhereVersion4IsOff(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.switchOff()
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.wantVersion(ui.Private, otr.V3)
	alice.Wait(5 * time.Second)
	alice.noQuestion()
	talk(t, alice, bob)
	alice.switchOn() // the open conversation becomes one of version 4
	alice.Deliver()
	alice.wantVersion(ui.Private, otr.V4)
	alice.noQuestion()
	talk(t, alice, bob)
	alice.switchOff() // and stays one
	talk(t, alice, bob)
	alice.wantVersion(ui.Private, otr.V4)
}

// The question comes in no window that the user has not opened, and then when they do.
func TestOlderEncryptionWithoutWindow(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Close()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.Wait(5 * time.Second)
	if len(alice.Host.Windows)+len(alice.Host.Questions) > 0 {
		t.Fatal("asked without a window")
	}
	alice.Open()
	alice.wantOlder()
}

// A user who opens the window in the moment before version 4 takes the place is not asked.
func TestWindowOpenedBeforeVersion4TakesThePlace(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Close()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	opened := false
	through(alice, bob, func(msg string) string {
		if !opened && alice.status().Version == otr.V3 {
			opened = true
			alice.Open()
		}
		return stripped(msg)
	})
	alice.wantVersion(ui.Private, otr.V4)
	alice.Wait(5 * time.Second)
	if alice.noQuestion(); !opened {
		t.Error("there was no such moment")
	}
}

// If the older key is not verified either, the stronger warning comes, after the same moment, and
// its answer is enough.
func TestOlderEncryptionWithAnUnverifiedKey(t *testing.T) {
	alice, bob := newTrusted(t, false)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.wantVersion(ui.Unverified, otr.V3)
	if len(alice.Host.Questions) > 0 {
		t.Fatal("asked at once")
	}
	alice.Wait(3 * time.Second)
	through(alice, bob, blocked)
	q := alice.Host.TakeQuestion()
	if q.Heading != text.ChangedHeading("Bob") || alice.Say("secret") {
		t.Errorf("asked %q", q.Heading)
	}
	alice.Host.Questions = nil
	q.Done(1)
	talk(t, alice, bob)
	alice.noOlder()
}

func (s *side) noOlder() {
	s.T.Helper()
	if len(s.Host.Questions) > 0 {
		s.T.Fatalf("asked %q", s.Host.Questions[0].Heading)
	}
}

// A stranger cannot keep the question away by exchanges of their own: its moment begins once.
func TestTheMomentBeginsOnce(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	for range 3 {
		alice.Wait(time.Second)
		bob.Wait(time.Second)
		bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
		through(alice, bob, blocked)
	}
	alice.wantOlder()
}

// The clock of the computer is set back meanwhile.
func TestTheMomentEndsIfTheClockIsSet(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.Say("waits")
	alice.Clock = alice.Clock.Add(-time.Hour)
	if alice.Say("secret") {
		t.Error("sent")
	}
	alice.wantOlder()
	if !slices.Contains(alice.Host.Returned, "waits") {
		t.Errorf("given back %q", alice.Host.Returned)
	}
}

// An answer counts for the name that it was given for.
func TestOlderEncryptionUnderAnotherName(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.Wait(3 * time.Second)
	alice.wantOlder().Done(1)
	through(alice, bob, blocked)
	before := alice.Chat
	to := before
	to.Peer = "robert@example.org"
	alice.moved(to, true)
	// Under this name, no key is trusted, so that no other is older.
	alice.Host.Questions = nil
	alice.Host.Returned = nil
	if !alice.Say("to whom it was before") {
		t.Errorf("not sent: %s", alice.Host.Text())
	}
	alice.moved(before, true)
	alice.Wait(3 * time.Second)
	alice.wantOlder()
	if alice.Say("secret") {
		t.Error("the answer from before counts")
	}
}

// A name that is kept as verified keeps that when the older key comes under the new name.
func TestCarriedOverUnderAnotherName(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	to := alice.Chat
	to.Peer = "robert@example.org"
	alice.moved(to, true)
	alice.Want(ui.Unverified)
	alice.Host.TakeQuestion().Done(0) // keep as verified
	alice.wantVersion(ui.Private, otr.V4)
	if _, err := alice.Store.Add(ui.BuddyOf(alice.Chat), bob.key3()); err != nil {
		t.Fatal(err)
	}
	alice.wantVersion(ui.Private, otr.V4)
	talk(t, alice, bob)
}

// While the keys are locked, nobody is trusted and nothing is carried over; afterwards all is as it
// was.
func TestVersion4WithLockedKeys(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Sealed()
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, stripped)
	alice.Want(ui.NotPrivate)
	alice.Enter("sesame")
	through(alice, bob, stripped)
	bob.app.Do(bob.Chat, ui.End, 0)
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	alice.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, stripped)
	alice.wantVersion(ui.Private, otr.V4)
	alice.noOlder()
	talk(t, alice, bob)
}

// An expired profile means that a clock is wrong: the user is told.
func TestWrongClock(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Clock = alice.Clock.Add(30 * 24 * time.Hour)
	bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
	for range 40 {
		alice.Deliver()
		alice.Wait(time.Second)
		bob.Wait(time.Second)
	}
	if !strings.Contains(alice.Host.Text(), text.ClockWrong("Bob")) {
		t.Errorf("lines:\n%s", alice.Host.Text())
	}
	if strings.Contains(alice.Host.Text(), text.Invalid("Bob")) {
		t.Errorf("invalid data as well:\n%s", alice.Host.Text())
	}
}

// The trust of version 4 in the files of the user outlives the program.
func TestOlderEncryptionAfterRestart(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.Restart()
	alice.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.Wait(3 * time.Second)
	alice.wantOlder()
}

// Nobody who has version 4 on gets an older version without a word, although there is no key of
// version 4 to compare with: they read so once, after the moment in which version 4 may come.
func TestOlderVersionIsMentioned(t *testing.T) {
	two := func(msg string) string { return strings.Replace(blocked(msg), "?OTRv23?", "?OTRv2?", 1) }
	for _, tt := range []struct {
		name       string
		alice, bob bool // version 4 is on
		change     func(string) string
		want       otr.Version
	}{
		{"nobody interferes", true, true, func(m string) string { return m }, otr.V4},
		{"stripped", true, true, stripped, otr.V4},
		{"blocked", true, true, blocked, otr.V3},
		{"version 2", true, true, two, otr.V2},
		{"the buddy does not have it", true, false, func(m string) string { return m }, otr.V3},
		{"neither has it", false, false, func(m string) string { return m }, otr.V3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice, bob := newPair(t)
			if tt.alice {
				alice.switchOn()
			}
			if tt.bob {
				bob.switchOn()
			}
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			through(alice, bob, tt.change)
			alice.wantVersion(ui.Unverified, tt.want)
			if strings.Contains(alice.Host.Text(), "OTR version") {
				t.Errorf("at once:\n%s", alice.Host.Text())
			}
			alice.Wait(5 * time.Second)
			through(alice, bob, tt.change)
			alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
			through(alice, bob, tt.change)
			alice.Wait(5 * time.Second)
			want := 0
			if tt.alice && tt.want != otr.V4 {
				want = 1
			}
			if n := strings.Count(alice.Host.Text(), fmt.Sprintf("This conversation uses OTR version %d, an older version.", tt.want)); n != want {
				t.Errorf("%d lines in:\n%s", n, alice.Host.Text())
			}
			alice.noQuestion()
			talk(t, alice, bob)
		})
	}
}

// An offer may also be altered so that only version 2 is left. Where a key of version 4 is trusted,
// that is asked about too.
func TestOfferAlteredToVersion2(t *testing.T) {
	alice, bob := newTrusted(t, true)
	for _, s := range []*side{alice, bob} { // nothing is known of what the keys have used before
		s.Restart()
		s.Host.Lines = nil
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, func(msg string) string { return strings.Replace(msg, "?OTRv234?", "?OTRv2?", 1) })
	alice.wantVersion(ui.Private, otr.V2)
	if alice.Say("waits") {
		t.Error("sent")
	}
	alice.Wait(3 * time.Second)
	alice.wantOlder()
	if !slices.Equal(alice.Host.Returned, []string{"waits"}) || len(bob.Heard) > 0 {
		t.Errorf("given back %q, heard %q", alice.Host.Returned, bob.Heard)
	}
}

// What was said in version 4 and could not be read is not said again in version 3, although the
// buddy's program asks for it, and although the user goes on with the older encryption.
func TestTextsOfVersion4AreNotRepeatedInVersion3(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	talk(t, alice, bob)
	bob.Restart()
	bob.Heard = nil
	if !alice.Say("for version 4") {
		t.Fatal("not sent")
	}
	four := true // the next message is let through
	through(alice, bob, func(msg string) string {
		if four {
			four = false
			return msg
		}
		return blocked(msg)
	})
	for range 40 {
		alice.Wait(time.Second)
		bob.Wait(time.Second)
		through(alice, bob, blocked)
	}
	alice.wantVersion(ui.Private, otr.V3)
	alice.wantOlder().Done(1)
	through(alice, bob, blocked)
	alice.start3()
	if len(bob.Heard) > 0 {
		t.Errorf("heard %q", bob.Heard)
	}
	if !slices.Contains(alice.Host.Returned, "for version 4") || strings.Contains(alice.Host.Text(), "several devices") {
		t.Errorf("given back %q; lines:\n%s", alice.Host.Returned, alice.Host.Text())
	}
}

// start3 refreshes the conversation where version 4 is blocked.
func (s *side) start3() {
	s.app.Do(s.Chat, ui.StartOrRefresh, 0)
	through(s, s.peer, blocked)
}

// A request that the user types in the moment before version 4 may come is no text.
func TestRequestTypedBeforeVersion4(t *testing.T) {
	alice, bob := newTrusted(t, true)
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	through(alice, bob, blocked)
	alice.Host.Lines = nil
	if alice.Say("?OTR?") {
		t.Error("sent")
	}
	alice.WantLine("Refreshing")
	if c := alice.app.conversations[alice.Chat]; c.holding != 0 {
		t.Error("held")
	}
}

// Where messages are cut into pieces, version 4 takes longer than a moment. If the buddy has said that
// they have it, the question waits for that too; otherwise it does not.
func TestSlowNetwork(t *testing.T) {
	for _, introduced := range []bool{true, false} {
		alice, bob := newVerified(t, ircProtocol)
		alice.switchOn()
		bob.switchOn()
		alice.Deliver()
		alice.wantVersion(ui.Private, otr.V4)
		end(alice, bob)
		if !introduced {
			bob.switchOff()
		}
		alice.Host.Lines = nil
		var slow []string // what version 4 sends
		late := func(msg string) string {
			if strings.HasPrefix(msg, "?OTR|") && strings.Count(msg, "|") == 3 {
				slow = append(slow, msg)
				return ""
			}
			return stripped(msg)
		}
		alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
		through(alice, bob, late)
		alice.wantVersion(ui.Private, otr.V3)
		alice.Wait(6 * time.Second)
		through(alice, bob, late)
		if introduced != (len(slow) > 0) {
			t.Fatalf("%d pieces", len(slow))
		}
		if asked := len(alice.Host.Questions) > 0; asked == introduced {
			t.Errorf("introduced %v: asked %v", introduced, asked)
		}
		if introduced {
			alice.Say("waits")
			alice.Wait(slowDelay)
			through(alice, bob, late)
			alice.wantOlder() // it has not come
			if !slices.Equal(alice.Host.Returned, []string{"waits"}) {
				t.Errorf("given back %q", alice.Host.Returned)
			}
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

func TestConversation(t *testing.T) {
	alice, bob := newPair(t)
	var wire []string
	transmit := alice.host.transmit
	alice.host.transmit = func(m string) error { wire = append(wire, m); return transmit(m) }

	alice.start()
	for _, s := range []*side{alice, bob} {
		for _, l := range s.host.lines {
			// Only "Asking Bob…" comes before anything is private.
			if l.log != strings.HasPrefix(l.html, "Asking") {
				t.Errorf("%s: logging is %v for %q", s.chat.Account, l.log, l.html)
			}
		}
		s.wantLine("Unverified conversation with " + s.host.alias)
	}
	if alice.host.logging[alice.chat] {
		t.Error("the private conversation is logged")
	}
	const secret = "meet me at <b>noon</b>"
	out, send := alice.app.Sending(alice.chat, secret)
	if !send || strings.Contains(out, "noon") || slices.ContainsFunc(wire, func(m string) bool { return strings.Contains(m, "noon") }) {
		t.Fatalf("sent %v %q", send, out)
	}
	bob.receive(out)
	if !slices.Equal(bob.heard, []string{secret}) {
		t.Errorf("bob heard %q", bob.heard)
	}

	alice.verify()
	alice.want(ui.Private)
	bob.want(ui.Unverified)
	alice.wantLine("You have verified Bob")

	bob.host.lines = nil
	alice.app.Do(alice.chat, ui.End, 0)
	alice.deliver()
	alice.want(ui.NotPrivate)
	bob.want(ui.Finished)
	alice.wantLine("You have ended the private conversation with Bob")
	bob.wantLine("Alice has ended the private conversation")
	if !alice.host.logging[alice.chat] || !bob.host.logging[bob.chat] {
		t.Error("logging has not been switched on again")
	}

	if bob.say("are you there?") || len(alice.wire) > 0 {
		t.Error("text was sent though the private conversation has ended")
	}
	if !slices.Equal(bob.host.returned, []string{"are you there?"}) {
		t.Errorf("returned %q", bob.host.returned)
	}
	bob.wantLine("was not sent, because the private conversation with Alice is over")
	bob.app.Do(bob.chat, ui.End, 0)
	bob.want(ui.NotPrivate)
	if !bob.say("in the clear then") {
		t.Error("text is not sent after both have ended")
	}
	bob.deliver()

	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	alice.want(ui.Private) // the verified key is known
	if len(alice.host.questions) > 0 {
		t.Error("asked about a key that is verified")
	}
}

func TestRefresh(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.host.lines, bob.host.lines = nil, nil
	if got := alice.app.View(alice.chat).Menu[0].Label; got != text.MenuRefresh() {
		t.Errorf("menu says %q", got)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	for _, s := range []*side{alice, bob} {
		if n := strings.Count(s.host.text(), "has been refreshed"); n != 1 {
			t.Errorf("%d lines about the refresh:\n%s", n, s.host.text())
		}
		if strings.Contains(s.host.text(), "/otr verify") {
			t.Errorf("a refresh repeats the advice to verify:\n%s", s.host.text())
		}
	}
}

func TestAutomatic(t *testing.T) {
	alice, bob := newPair(t)
	if !alice.say("hello") {
		t.Fatal("not sent")
	}
	alice.deliver()
	alice.want(ui.Unverified)
	bob.want(ui.Unverified)
	if !slices.Equal(bob.heard, []string{"hello"}) {
		t.Errorf("heard %q", bob.heard)
	}
}

// TestRequire holds three lines and delivers them once, whoever starts.
func TestRequire(t *testing.T) {
	for _, starts := range []string{"by itself", "the other side"} {
		t.Run(starts, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.host.prefs["/OTR/onlyprivate"] = true
			if starts == "the other side" {
				bob.app.Do(bob.chat, ui.StartOrRefresh, 0)
			}
			lines := []string{"one", "<b>two</b>", "three"}
			for _, l := range lines {
				if alice.say(l) {
					t.Errorf("%q is handed to the protocol", l)
				}
			}
			if alice.host.logging[alice.chat] {
				t.Error("logging is on while text is held")
			}
			for _, m := range bob.wire {
				if strings.Contains(m, "one") || strings.Contains(m, "two") || strings.Contains(m, "three") {
					t.Errorf("in the clear: %q", m)
				}
			}
			if !strings.Contains(alice.host.text(), "this will be sent: <b>two</b>") {
				t.Errorf("held text is not visible:\n%s", alice.host.text())
			}
			for _, l := range alice.host.lines {
				if l.log {
					t.Errorf("logged: %q", l.html)
				}
			}
			if v := alice.app.View(alice.chat); !v.Menu[1].Enabled || !strings.Contains(v.Tooltip, "waiting") {
				t.Errorf("view %+v", v)
			}
			alice.deliver()
			if !slices.Equal(bob.heard, lines) || !slices.Equal(alice.host.shown, lines) || alice.host.returned != nil {
				t.Errorf("heard %q, shown %q, returned %q", bob.heard, alice.host.shown, alice.host.returned)
			}
			alice.app.Do(alice.chat, ui.End, 0)
			if !alice.host.logging[alice.chat] {
				t.Error("logging stays off")
			}
		})
	}
}

// TestNoAnswer lets a held line wait in vain.
func TestNoAnswer(t *testing.T) {
	alice, bob := newPair(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	alice.say("hello")
	alice.say("again")
	if n := len(alice.host.timers); n != 1 {
		t.Errorf("%d timers were made for one deadline", n)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	bob.wire = nil
	if n := len(alice.host.running()); n != 1 {
		t.Errorf("%d timers, want 1", n)
	}
	alice.host.lines = nil
	alice.wait(answerTime + 2*time.Second)
	alice.wantLine("No answer from Bob")
	if alice.host.returned != nil {
		t.Error("given back too early")
	}
	alice.wait(10 * time.Minute)
	if !slices.Equal(alice.host.returned, []string{"hello", "again"}) {
		t.Errorf("returned %q", alice.host.returned)
	}
	if !alice.host.logging[alice.chat] {
		t.Error("logging stays off")
	}
	if n := len(alice.host.running()); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// TestSwitchedOff sets the policy to "never" while a conversation is private.
func TestSwitchedOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	bob.say("last words")
	last := alice.wire
	alice.wire, bob.wire = nil, nil
	alice.host.prefs["/OTR/enabled"] = false
	if alice.app.View(alice.chat).Hidden {
		t.Error("a private conversation is hidden")
	}
	alice.receive(last[0])
	if !slices.Equal(alice.heard, []string{"last words"}) {
		t.Errorf("heard %q", alice.heard)
	}
	alice.deliver()
	bob.want(ui.Finished)
	if v := alice.app.View(alice.chat); !v.Hidden || v.Menu[0].Enabled {
		t.Errorf("view %+v", v)
	}
	alice.wantLine("OTR has been switched off for Bob")
	if out, send := alice.app.Sending(alice.chat, "x"); !send || out != "x" {
		t.Errorf("sent %v %q", send, out)
	}
	if p := alice.app.Command(alice.chat, "start"); !strings.Contains(p, "switched off") {
		t.Errorf("problem %q", p)
	}
}

func TestSwitchedOffWhileTyping(t *testing.T) {
	alice, bob := newPair(t)
	alice.start()
	alice.host.buddyPrefs = map[string]bool{"OTR/overridedefault": true, "OTR/enabled": false}
	if alice.say("secret") {
		t.Error("sent")
	}
	for _, m := range bob.wire {
		if strings.Contains(m, "secret") {
			t.Errorf("in the clear: %q", m)
		}
	}
	if !slices.Equal(alice.host.returned, []string{"secret"}) {
		t.Errorf("returned %q", alice.host.returned)
	}
	alice.deliver()
	bob.want(ui.Finished)
	if !alice.say("not secret") {
		t.Error("not sent though OTR is off")
	}
}

func TestOffFromTheBeginning(t *testing.T) {
	alice, _ := newPair(t)
	alice.host.prefs["/OTR/enabled"] = false
	const m = "?OTR:AAMDxx."
	if show, ok := alice.app.Receiving(alice.chat, "", m); !ok || show != m {
		t.Errorf("Receiving gives %q %v", show, ok)
	}
	if out, send := alice.app.Sending(alice.chat, m); !send || out != m {
		t.Errorf("Sending gives %q %v", out, send)
	}
	if len(alice.app.talks) > 0 {
		t.Error("a session was made")
	}
}

// TestLooking draws a conversation in which nothing has happened.
func TestLooking(t *testing.T) {
	alice := newSide(t, "alice@example.org/Home", "bob@example.org")
	alice.open()
	v := alice.app.View(alice.chat)
	alice.app.Command(alice.chat, "status")
	alice.app.Command(alice.chat, "verify")
	alice.app.Do(alice.chat, ui.End, 0)
	alice.close()
	if v.Level != ui.NotPrivate || v.Word != "Not private" || v.Hidden || !v.Menu[0].Enabled || v.Menu[1].Enabled || v.Menu[2].Enabled {
		t.Errorf("view %+v", v)
	}
	if len(alice.app.talks) > 0 {
		t.Error("a session was made")
	}
	files, err := filepath.Glob(filepath.Join(alice.dir, "otr.*"))
	if err != nil || len(files) > 0 {
		t.Errorf("files %v, %v", files, err)
	}
}

func TestCommands(t *testing.T) {
	alice, bob := newPair(t)
	for _, tt := range []struct{ args, problem, line string }{
		{"", "", "/otr start"},
		{"HELP ", "", "/otr verify"},
		{"status", "", "Conversation with Bob: Not private."},
		{"nonsense <b>", text.CommandUnknown(), ""},
		{"verify", "There is no private conversation with Bob", ""},
		{"end", "There is no private conversation with Bob", ""},
		{"start", "", "Asking Bob"},
		{"status", "", "Fingerprint of Bob (bob@example.org, XMPP): "},
		{"refresh", "", "Refreshing"},
		{"stop", "", "You have ended"},
		{"stop", "There is no private conversation with Bob", ""},
	} {
		alice.host.lines = nil
		problem := alice.app.Command(alice.chat, tt.args)
		alice.deliver()
		if !strings.HasPrefix(problem, tt.problem) || (problem == "") != (tt.problem == "") {
			t.Errorf("/otr %s: problem %q, want %q", tt.args, problem, tt.problem)
		}
		if !strings.Contains(alice.host.text(), tt.line) {
			t.Errorf("/otr %s: no %q in:\n%s", tt.args, tt.line, alice.host.text())
		}
	}
	bob.want(ui.Finished)
}

// TestNotSent checks that text which is not sent is given back with a reason.
func TestNotSent(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{otr.ErrFinished, "conversation with Bob is over"},
		{otr.ErrHeldFull, "too many"},
		{otr.ErrTooLong, "too long"},
		{errors.New("otr: something else"), "could not be encrypted"},
	} {
		if got := sendProblem("Bob", tt.err); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q", tt.err, got)
		}
	}
	alice, _ := newPair(t)
	alice.host.prefs["/OTR/onlyprivate"] = true
	n := 0
	for alice.host.returned == nil && n < 10000 {
		alice.say("again")
		n++
	}
	alice.wantLine("too many are already waiting")
	if n < 3 || alice.app.talks[alice.chat].holding != n-1 {
		t.Errorf("%d texts held after %d", alice.app.talks[alice.chat].holding, n)
	}
	alice.host.returned = nil
	alice.app.Do(alice.chat, ui.End, 0)
	if len(alice.host.returned) != n-1 {
		t.Errorf("%d of %d held texts were given back", len(alice.host.returned), n-1)
	}
}

// TestNoName has a buddy whose alias shows nothing.
func TestNoName(t *testing.T) {
	alice, _ := newPair(t)
	alice.host.alias = "\u202e \n"
	if got := alice.app.name(alice.chat); got != "bob@example.org" {
		t.Errorf("name %q", got)
	}
}

// TestHostileName takes a buddy whose alias wants to be more than a name
// through everything that writes it.
func TestHostileName(t *testing.T) {
	alice, bob := newPair(t)
	h := alice.host
	h.alias = "<a href='x'>\u202e\n&amp;"
	alice.start()
	for _, c := range []string{"status", "refresh", "help", "verify"} {
		alice.app.Command(alice.chat, c)
		alice.deliver()
	}
	f := h.form()
	plain := []string{f.Heading, f.Text, f.Fields[1].Label, f.Fields[len(f.Fields)-2].Label, alice.app.View(alice.chat).Tooltip}
	f.Done(true, answers(f, compared))
	bob.app.Do(bob.chat, ui.End, 0)
	bob.deliver()
	alice.say("x")
	if err := bob.store.SetKey(ui.AccountOf(bob.chat), testKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.app.Do(alice.chat, ui.StartOrRefresh, 0)
	alice.deliver()
	q := h.question()
	plain = append(plain, q.Heading, q.Text)
	for _, p := range plain {
		if strings.ContainsAny(strings.ReplaceAll(p, "\n\n", ""), "\u202e\n") {
			t.Errorf("in a dialog: %q", p)
		}
	}
	for _, l := range h.lines {
		if strings.ContainsAny(strings.ReplaceAll(l.html, "<br>", ""), "<>\u202e\n'") {
			t.Errorf("in the conversation: %q", l.html)
		}
	}
}

// TestGuards: what would go past Sending is stopped whenever Sending would not
// let it out in the clear.
func TestGuards(t *testing.T) {
	alice, bob := newPair(t)
	guards := func(want bool, when string) {
		t.Helper()
		if got := alice.app.Guards(alice.chat); got != want {
			t.Errorf("%s: %v", when, got)
		}
	}
	guards(false, "before anything")
	alice.host.prefs["/OTR/onlyprivate"] = true
	guards(true, "under require")
	alice.host.prefs["/OTR/onlyprivate"] = false
	alice.start()
	guards(true, "while private")
	bob.app.Do(bob.chat, ui.End, 0)
	bob.deliver()
	guards(true, "after the buddy has ended it")
	alice.app.Do(alice.chat, ui.End, 0)
	guards(false, "after ending it")
}

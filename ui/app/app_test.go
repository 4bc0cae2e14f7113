// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/internal/version"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
	"purple-otr/ui/text"
)

func TestConversation(t *testing.T) {
	alice, bob := newPair(t)
	var wire []string
	transmit := alice.Host.OnTransmit
	alice.Host.OnTransmit = func(m string) error { wire = append(wire, m); return transmit(m) }

	alice.Start()
	for _, s := range []*side{alice, bob} {
		for _, l := range s.Host.Lines {
			// Only "Asking Bob…" is written before the conversation is private.
			if l.Log != strings.HasPrefix(l.HTML, "Asking") {
				t.Errorf("%s: logging is %v for %q", s.Chat.Account, l.Log, l.HTML)
			}
		}
		s.WantLine("Unverified conversation with " + s.Host.Nick)
	}
	if alice.Host.Logs[alice.Chat] {
		t.Error("the private conversation is logged")
	}
	const secret = "meet me at <b>noon</b>"
	out, send := alice.app.Sending(alice.Chat, secret)
	if !send || strings.Contains(out, "noon") || slices.ContainsFunc(wire, func(m string) bool { return strings.Contains(m, "noon") }) {
		t.Fatalf("sent %v %q", send, out)
	}
	bob.Receive(out)
	if !slices.Equal(bob.Heard, []string{secret}) {
		t.Errorf("bob heard %q", bob.Heard)
	}

	alice.Verify()
	alice.Want(ui.Private)
	bob.Want(ui.Unverified)
	alice.WantLine("You have verified Bob")

	bob.Host.Lines = nil
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Deliver()
	alice.Want(ui.NotPrivate)
	bob.Want(ui.Finished)
	alice.WantLine("You ended the private conversation with Bob")
	bob.WantLine("Alice ended the private conversation")
	if !alice.Host.Logs[alice.Chat] || !bob.Host.Logs[bob.Chat] {
		t.Error("logging has not been switched on again")
	}

	if bob.Say("are you there?") || len(alice.Wire) > 0 {
		t.Error("text was sent though the private conversation has ended")
	}
	if !slices.Equal(bob.Host.Returned, []string{"are you there?"}) {
		t.Errorf("returned %q", bob.Host.Returned)
	}
	bob.WantLine("was not sent because the private conversation with Alice has ended")
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Want(ui.NotPrivate)
	if !bob.Say("in the clear then") {
		t.Error("text is not sent after both have ended")
	}
	bob.Deliver()

	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	alice.Want(ui.Private) // the verified key is known
	if len(alice.Host.Questions) > 0 {
		t.Error("asked about a key that is verified")
	}
}

func TestRefresh(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Host.Lines, bob.Host.Lines = nil, nil
	if got := alice.app.View(alice.Chat).Menu[0].Label; got != text.MenuRefresh() {
		t.Errorf("menu says %q", got)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	for _, s := range []*side{alice, bob} {
		if n := strings.Count(s.Host.Text(), "has been refreshed"); n != 1 {
			t.Errorf("%d lines about the refresh:\n%s", n, s.Host.Text())
		}
		if strings.Contains(s.Host.Text(), "/otr verify") {
			t.Errorf("a refresh repeats the advice to verify:\n%s", s.Host.Text())
		}
	}
}

func TestAutomatic(t *testing.T) {
	alice, bob := newPair(t)
	if !alice.Say("hello") {
		t.Fatal("not sent")
	}
	alice.Deliver()
	alice.Want(ui.Unverified)
	bob.Want(ui.Unverified)
	if !slices.Equal(bob.Heard, []string{"hello"}) {
		t.Errorf("heard %q", bob.Heard)
	}
}

// TestRequire holds three lines and delivers them once, no matter who starts.
func TestRequire(t *testing.T) {
	for _, starts := range []string{"by itself", "the other side"} {
		t.Run(starts, func(t *testing.T) {
			alice, bob := newPair(t)
			alice.Host.Prefs["/OTR/onlyprivate"] = true
			if starts == "the other side" {
				bob.app.Do(bob.Chat, ui.StartOrRefresh, 0)
			}
			lines := []string{"one", "<b>two</b>", "three"}
			for _, l := range lines {
				if alice.Say(l) {
					t.Errorf("%q is handed to the protocol", l)
				}
			}
			if alice.Host.Logs[alice.Chat] {
				t.Error("logging is on while text is held")
			}
			for _, m := range bob.Wire {
				if strings.Contains(m, "one") || strings.Contains(m, "two") || strings.Contains(m, "three") {
					t.Errorf("in the clear: %q", m)
				}
			}
			if !strings.Contains(alice.Host.Text(), "is private: <b>two</b>") {
				t.Errorf("held text is not visible:\n%s", alice.Host.Text())
			}
			for _, l := range alice.Host.Lines {
				if l.Log {
					t.Errorf("logged: %q", l.HTML)
				}
			}
			if v := alice.app.View(alice.Chat); !v.Menu[1].Enabled || !strings.Contains(v.Tooltip, "waiting") {
				t.Errorf("view %+v", v)
			}
			alice.Deliver()
			if !slices.Equal(bob.Heard, lines) || !slices.Equal(alice.Host.Shown, lines) || alice.Host.Returned != nil {
				t.Errorf("heard %q, shown %q, returned %q", bob.Heard, alice.Host.Shown, alice.Host.Returned)
			}
			alice.app.Do(alice.Chat, ui.End, 0)
			if !alice.Host.Logs[alice.Chat] {
				t.Error("logging stays off")
			}
		})
	}
}

// TestNoAnswer holds a line for which no answer comes.
func TestNoAnswer(t *testing.T) {
	alice, bob := newPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	alice.Say("hello")
	alice.Say("again")
	if n := len(alice.Host.Timers); n != 1 {
		t.Errorf("%d timers were made for one deadline", n)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	bob.Wire = nil
	if n := len(alice.Host.Running()); n != 1 {
		t.Errorf("%d timers, want 1", n)
	}
	alice.Host.Lines = nil
	alice.Wait(answerDelay + 2*time.Second)
	alice.WantLine("Bob has not answered")
	if alice.Host.Returned != nil {
		t.Error("given back too early")
	}
	alice.Wait(10 * time.Minute)
	if !slices.Equal(alice.Host.Returned, []string{"hello", "again"}) {
		t.Errorf("returned %q", alice.Host.Returned)
	}
	if !alice.Host.Logs[alice.Chat] {
		t.Error("logging stays off")
	}
	if n := len(alice.Host.Running()); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// TestSwitchedOff sets the policy to "never" during a private conversation.
func TestSwitchedOff(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	bob.Say("last words")
	last := alice.Wire
	alice.Wire, bob.Wire = nil, nil
	alice.Host.Prefs["/OTR/enabled"] = false
	if alice.app.View(alice.Chat).Hidden {
		t.Error("a private conversation is hidden")
	}
	alice.Receive(last[0])
	if !slices.Equal(alice.Heard, []string{"last words"}) {
		t.Errorf("heard %q", alice.Heard)
	}
	alice.Deliver()
	bob.Want(ui.Finished)
	if v := alice.app.View(alice.Chat); !v.Hidden || v.Menu[0].Enabled {
		t.Errorf("view %+v", v)
	}
	alice.WantLine("OTR was turned off for Bob")
	if out, send := alice.app.Sending(alice.Chat, "x"); !send || out != "x" {
		t.Errorf("sent %v %q", send, out)
	}
	if p := alice.app.Command(alice.Chat, "start"); !strings.Contains(p, "turned off") {
		t.Errorf("problem %q", p)
	}
}

func TestSwitchedOffWhileTyping(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Host.BuddyPrefs = map[string]bool{"OTR/overridedefault": true, "OTR/enabled": false}
	if alice.Say("secret") {
		t.Error("sent")
	}
	for _, m := range bob.Wire {
		if strings.Contains(m, "secret") {
			t.Errorf("in the clear: %q", m)
		}
	}
	if !slices.Equal(alice.Host.Returned, []string{"secret"}) {
		t.Errorf("returned %q", alice.Host.Returned)
	}
	alice.Deliver()
	bob.Want(ui.Finished)
	if !alice.Say("not secret") {
		t.Error("not sent though OTR is off")
	}
}

func TestOffFromTheBeginning(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Prefs["/OTR/enabled"] = false
	const m = "?OTR:AAMDxx."
	if show, ok := alice.app.Receiving(alice.Chat, "", m); !ok || show != m {
		t.Errorf("Receiving gives %q %v", show, ok)
	}
	if out, send := alice.app.Sending(alice.Chat, m); !send || out != m {
		t.Errorf("Sending gives %q %v", out, send)
	}
	if len(alice.app.conversations) > 0 {
		t.Error("a session was made")
	}
}

// TestLooking draws a conversation in which nothing has happened.
func TestLooking(t *testing.T) {
	alice := newSide(t, "alice@example.org/Home", "bob@example.org")
	alice.Open()
	v := alice.app.View(alice.Chat)
	alice.app.Command(alice.Chat, "status")
	alice.app.Command(alice.Chat, "verify")
	alice.app.Do(alice.Chat, ui.End, 0)
	alice.Close()
	if v.Level != ui.NotPrivate || v.Word != "Not private" || v.Hidden || !v.Menu[0].Enabled || v.Menu[1].Enabled || v.Menu[2].Enabled {
		t.Errorf("view %+v", v)
	}
	if len(alice.app.conversations) > 0 {
		t.Error("a session was made")
	}
	files, err := filepath.Glob(filepath.Join(alice.Dir, "otr.*"))
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
		{"version", "", text.AppName + " " + version.String()},
		{"nonsense <b>", text.CommandUnknown(), ""},
		{"verify", "There is no private conversation with Bob", ""},
		{"end", "There is no private conversation with Bob", ""},
		{"start", "", "Asking Bob"},
		{"status", "", "Fingerprint of Bob (bob@example.org, XMPP): "},
		{"refresh", "", "Refreshing"},
		{"stop", "", "You ended"},
		{"stop", "There is no private conversation with Bob", ""},
	} {
		alice.Host.Lines = nil
		problem := alice.app.Command(alice.Chat, tt.args)
		alice.Deliver()
		if !strings.HasPrefix(problem, tt.problem) || (problem == "") != (tt.problem == "") {
			t.Errorf("/otr %s: problem %q, want %q", tt.args, problem, tt.problem)
		}
		if !strings.Contains(alice.Host.Text(), tt.line) {
			t.Errorf("/otr %s: no %q in:\n%s", tt.args, tt.line, alice.Host.Text())
		}
	}
	bob.Want(ui.Finished)
}

// TestNotSent checks that text which is not sent is given back with a reason.
func TestNotSent(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{otr.ErrFinished, "conversation with Bob has ended"},
		{otr.ErrHeldFull, "too many"},
		{otr.ErrTooLong, "too long"},
		{errors.New("otr: something else"), "could not be encrypted"},
	} {
		if got, _ := sendProblem("Bob", tt.err); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q", tt.err, got)
		}
	}
	alice, _ := newPair(t)
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	n := 0
	for alice.Host.Returned == nil && n < 10000 {
		alice.Say("again")
		n++
	}
	alice.WantLine("too many messages are already waiting")
	if n < 3 || alice.app.conversations[alice.Chat].holding != n-1 {
		t.Errorf("%d texts held after %d", alice.app.conversations[alice.Chat].holding, n)
	}
	alice.Host.Returned = nil
	alice.app.Do(alice.Chat, ui.End, 0)
	if len(alice.Host.Returned) != n-1 {
		t.Errorf("%d of %d held texts were given back", len(alice.Host.Returned), n-1)
	}
}

// TestNoName uses a buddy whose alias has no visible character.
func TestNoName(t *testing.T) {
	alice, _ := newPair(t)
	alice.Host.Nick = "\u202e \n"
	if got := alice.app.name(alice.Chat); got != "bob@example.org" {
		t.Errorf("name %q", got)
	}
}

// TestHostileName uses a buddy whose alias contains mark-up and control characters, in
// everything that writes the name.
func TestHostileName(t *testing.T) {
	alice, bob := newPair(t)
	h := alice.Host
	h.Nick = "<a href='x'>\u202e\n&amp;"
	alice.Start()
	for _, c := range []string{"status", "refresh", "help", "verify"} {
		alice.app.Command(alice.Chat, c)
		alice.Deliver()
	}
	f := h.TakeForm()
	plain := []string{f.Heading, f.Text, f.Fields[1].Label, f.Fields[len(f.Fields)-2].Label, alice.app.View(alice.Chat).Tooltip}
	f.Done(true, uitest.Answers(f, uitest.Compared))
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	alice.Say("x")
	if err := bob.Store.SetKey(ui.AccountOf(bob.Chat), uitest.TestKey(t, 2)); err != nil {
		t.Fatal(err)
	}
	alice.app.Do(alice.Chat, ui.StartOrRefresh, 0)
	alice.Deliver()
	q := h.TakeQuestion()
	plain = append(plain, q.Heading, q.Text)
	for _, p := range plain {
		if strings.ContainsAny(strings.ReplaceAll(p, "\n\n", ""), "\u202e\n") {
			t.Errorf("in a dialog: %q", p)
		}
	}
	for _, l := range h.Lines {
		if strings.ContainsAny(strings.ReplaceAll(l.HTML, "<br>", ""), "<>\u202e\n'") {
			t.Errorf("in the conversation: %q", l.HTML)
		}
	}
}

// TestGuards: messages that do not go through Sending are stopped whenever Sending would
// not send them unencrypted.
func TestGuards(t *testing.T) {
	alice, bob := newPair(t)
	guards := func(want bool, when string) {
		t.Helper()
		if got := alice.app.Guards(alice.Chat); got != want {
			t.Errorf("%s: %v", when, got)
		}
	}
	guards(false, "before anything")
	alice.Host.Prefs["/OTR/onlyprivate"] = true
	guards(true, "under require")
	alice.Host.Prefs["/OTR/onlyprivate"] = false
	alice.Start()
	guards(true, "while private")
	bob.app.Do(bob.Chat, ui.End, 0)
	bob.Deliver()
	guards(true, "after the buddy has ended it")
	alice.app.Do(alice.Chat, ui.End, 0)
	guards(false, "after ending it")
}

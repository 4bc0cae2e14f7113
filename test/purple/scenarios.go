// SPDX-License-Identifier: GPL-2.0-or-later

package purple

import (
	"fmt"
	"regexp"
	"strings"
)

// These scenarios run in the test's own process (with the race detector), in a program
// that loads the plugin's file, and under valgrind. Each begins and ends with alice and
// bob online, the plugin loaded, and no private conversation.

const (
	alice = "alice"
	bob   = "bob"
)

// Begin takes alice and bob online and opens a window for each. Windows are needed
// because a buddy who starts a private conversation does not open one.
func Begin(h *Host) {
	h.T.Helper()
	h.Do("online", alice)
	h.Do("online", bob)
	h.Do("open", alice, bob)
	h.Do("open", bob, alice)
}

// Start makes the conversation private.
func Start(h *Host) {
	h.T.Helper()
	h.Mark()
	h.Do("command", alice, bob, "otr start")
	h.Wait("conversation with bob started", "line", alice, bob, "system")
	h.Wait("conversation with alice started", "line", bob, alice, "system")
}

// End ends the private conversation on both sides.
func End(h *Host) {
	h.T.Helper()
	h.Mark()
	h.Do("command", alice, bob, "otr end")
	h.Wait("no longer private", "line", alice, bob, "system")
	h.Wait("alice ended", "line", bob, alice, "system")
	h.Do("command", bob, alice, "otr end")
	h.Wait("no longer private", "line", bob, alice, "system")
}

// Say sends text one way, and fails unless it arrives, and is sent encrypted or
// unencrypted as given.
func Say(h *Host, from, to, text string, encrypted bool) {
	h.T.Helper()
	h.Mark()
	h.Do("send", from, to, text)
	h.Wait(text, "line", to, from, "received")
	h.Wait(text, "line", from, to, "sent")
	readable := len(containing(h.All("wire"), text)) > 0
	if readable == encrypted {
		h.T.Errorf("%q on the wire: %v, encrypted: %v", text, readable, encrypted)
	}
	if n := len(containing(h.All("line", to, from, "received"), text)); n != 1 {
		h.T.Errorf("%q arrived %d times", text, n)
	}
}

func containing(events []Event, text string) (found []Event) {
	for _, e := range events {
		if strings.Contains(e.Last(), text) {
			found = append(found, e)
		}
	}
	return found
}

// Talk is a whole private conversation.
func Talk(h *Host) {
	h.T.Helper()
	Start(h)
	Say(h, alice, bob, "for bob only &lt;3 \u00fc", true)
	Say(h, bob, alice, "for alice only", true)
	Say(h, alice, bob, strings.Repeat("long ", 3000), true)
	End(h)
}

var fingerprint = regexp.MustCompile(`[0-9A-F]{8}( [0-9A-F]{8}){4}`)

// compare opens the dialog, and selects comparing fingerprints.
func compare(h *Host) (dialog string) {
	h.T.Helper()
	h.Do("command", alice, bob, "otr verify")
	first := h.Wait("three ways", "form")[1]
	if len(h.All("field", first)) != 1 || len(h.All("option", first)) != 3 {
		h.T.Fatalf("the dialog asks %q, %q", h.All("field", first), h.All("option", first))
	}
	h.Mark()
	h.Do("fill", first, "0", "2")
	h.Do("press", first, "0")
	form := h.Wait("ingerprint", "form")
	dialog = form[1]
	if n := len(fingerprint.FindAllString(form.Last(), -1)); n != 2 {
		h.T.Fatalf("the dialog shows %d fingerprints: %q", n, form)
	}
	// The dialog has a field with text to paste, and choices.
	if len(h.All("field", dialog)) != 2 || len(h.All("option", dialog)) != 2 {
		h.T.Fatalf("the dialog asks %q, %q", h.All("field", dialog), h.All("option", dialog))
	}
	return dialog
}

// Verify answers the dialog, first by cancelling it.
func Verify(h *Host) {
	h.T.Helper()
	Start(h)
	for _, chosen := range []string{"cancel", "first", "second"} {
		h.Mark()
		dialog := compare(h)
		switch chosen {
		case "cancel":
			h.Do("fill", dialog, "1", "1")
			h.Do("press", dialog, "-1")
		case "first":
			h.Do("press", dialog, "0")
		case "second":
			h.Do("fill", dialog, "1", "1")
			h.Do("press", dialog, "0")
		}
		h.Wait(dialog, "closed")
		h.Mark()
		h.Do("command", alice, bob, "otr status")
		want := map[bool]string{true: ": Private.", false: ": Unverified."}[chosen == "second"]
		h.Wait(want, "line", alice, bob, "system")
	}
	End(h)
}

// Held types text where encryption is required, before there is a private conversation.
func Held(h *Host) {
	h.T.Helper()
	h.Do("pref", "/OTR/onlyprivate", "1")
	h.Mark()
	h.Do("send", alice, bob, "must not be read by others")
	h.Do("send", alice, bob, "nor must this")
	h.Wait("nor must this", "line", bob, alice, "received")
	for _, text := range []string{"must not be read by others", "nor must this"} {
		h.Wait(text, "line", bob, alice, "received")
		h.None(text, "wire")
	}
	h.Do("pref", "/OTR/onlyprivate", "0")
	End(h)
}

// Order: another plugin changes outgoing and incoming text.
func Order(h *Host) {
	h.T.Helper()
	Start(h)
	h.Mark()
	h.Do("meddle")
	h.Do("send", alice, bob, "text")
	h.Wait("text (changed before it was sent) (changed after it arrived)", "line", bob, alice, "received")
	h.None("changed", "wire")
	End(h)
}

// ChangedLast: another plugin stops or changes a message after we have encrypted it.
func ChangedLast(h *Host) {
	h.T.Helper()
	Start(h)
	for how, why := range map[string]string{"stop": "another plugin stopped it", "change": "another plugin changed it"} {
		h.Mark()
		h.Do("meddle-last", how)
		h.Do("send", alice, bob, "to be given back")
		h.Wait(why, "line", alice, bob, "system")
		h.Wait("to be given back", "line", alice, bob, "system")
		h.None("?OTR", "wire")
	}
	h.Do("meddle-last", "not")
	Say(h, alice, bob, "goes through", true)
	End(h)
}

// Copied: carol uses protocols that were loaded after the plugin and made from a copy of
// another protocol's functions. The second one wraps the copied function.
func Copied(h *Host) {
	h.T.Helper()
	const carol = "carol"
	for _, wrap := range []string{"0", "1"} {
		h.Do("copy", carol, wrap)
		h.Do("open", carol, bob)
		h.Do("open", bob, carol)
		Say(h, carol, bob, "in the clear over a copy", false) // and a tag
		h.Wait("started", "line", carol, bob, "system")
		h.Wait("started", "line", bob, carol, "system")
		Say(h, carol, bob, "over a copy", true)
		Say(h, bob, carol, "and back", true)
		if h.Try("serv-send", carol, bob, "0", "by a script") {
			h.T.Error("another plugin can send in the clear over a copy")
		}
		h.Mark()
		h.Do("command", carol, bob, "otr end")
		h.Wait("carol ended", "line", bob, carol, "system")
		h.Do("command", bob, carol, "otr end")
		// What may leave for one buddy is not let through for another one.
		h.Do("open", carol, alice)
		h.Do("open", alice, carol)
		h.Do("command", carol, alice, "otr start")
		h.Wait("started", "line", carol, alice, "system")
		h.Mark()
		h.Do("serv-send", carol, bob, "0", "for both")
		h.Wait("for both", "line", bob, carol, "received")
		h.None("for both", "wire", carol, alice)
		h.Do("command", carol, alice, "otr end")
		h.Wait("carol ended", "line", alice, carol, "system")
		h.Do("command", alice, carol, "otr end")
		h.Do("close", carol, alice)
		h.Do("close", alice, carol)
		h.Do("close", carol, bob)
		h.Do("close", bob, carol)
		h.Do("offline", carol)
		h.Do("remove", carol)
	}
}

// Me uses /me, a command that some protocols execute themselves.
func Me(h *Host) {
	h.T.Helper()
	h.Mark()
	h.Do("command", alice, bob, "me waves")
	h.Wait("ACTION waves", "wire", alice, bob)
	Start(h)
	h.Mark()
	h.Do("command", alice, bob, "me waves")
	h.Wait("/me waves", "line", bob, alice, "received")
	h.None("waves", "wire")
	End(h)
}

// Repeat uses a protocol that writes the sent text into the window itself, and one whose
// server repeats it. The window must show what was typed, once.
func Repeat(h *Host) {
	h.T.Helper()
	for _, how := range []string{"protocol", "server"} {
		h.Do("repeat", how)
		Start(h)
		for i, text := range []string{"typed once", "&lt;second&gt;", strings.Repeat("long ", 1000)} {
			h.Mark()
			h.Do("send", alice, bob, text)
			h.Wait(text, "line", bob, alice, "received")
			h.Wait(text, "line", alice, bob, "sent")
			if n := len(h.All("line", alice, bob, "sent")); n != 1 {
				h.T.Errorf("%s: text %d was shown %d times", how, i, n)
			}
		}
		h.None("?OTR", "line")
		End(h)
		h.None("?OTR", "line")
		h.None("only be read there", "line")
		Say(h, alice, bob, "not encrypted", false)
		if n := len(h.All("line", alice, bob, "sent")); n != 1 {
			h.T.Errorf("%s: in the clear, shown %d times", how, n)
		}
		// That began a private conversation.
		h.Wait("conversation with alice started", "line", bob, alice, "system")
		End(h)
	}
	h.Do("repeat", "libpurple")
}

// ServSend calls serv_send_im, which sends without the signal for sending.
func ServSend(h *Host) {
	h.T.Helper()
	h.Mark()
	h.Do("serv-send", alice, bob, "0", "by a script")
	h.Wait("by a script", "wire", alice, bob)
	Start(h)
	h.Mark()
	h.Do("serv-send", alice, bob, "1", "I am away")
	h.Wait("I am away", "line", bob, alice, "received")
	for range 2 {
		h.Do("bypass", alice, bob)
	}
	for _, what := range []string{"The file", "for attention"} {
		n := 0
		for _, e := range h.All("line", alice, bob, "system") {
			if strings.Contains(e.Last(), what) {
				n++
			}
		}
		if n != 1 {
			h.T.Errorf("%d warnings about %s", n, what)
		}
	}
	if h.Try("serv-send", alice, bob, "0", "?OTR:by another script") {
		h.T.Error("another plugin can send in the clear")
	}
	h.Wait("from another plugin", "line", alice, bob, "system")
	h.Do("command", bob, alice, "otr end")
	h.Wait("bob ended", "line", alice, bob, "system")
	if h.Try("serv-send", alice, bob, "1", "I am still away") {
		h.T.Error("an automatic reply left after the end")
	}
	h.Wait("automatic reply", "line", alice, bob, "system")
	h.None("away", "wire")
	h.None("another script", "wire")
	h.Do("command", alice, bob, "otr end")
}

// Reload disables and enables the plugin during a conversation.
func Reload(h *Host, times int) {
	h.T.Helper()
	for i := range times {
		Start(h)
		Say(h, alice, bob, fmt.Sprintf("secret %d", i), true)
		h.Mark()
		h.Do("unload", Plugin)
		h.Wait("?OTR:AA", "wire", alice, bob) // the buddy is notified
		Say(h, alice, bob, fmt.Sprintf("open %d", i), false)
		h.Do("load", Plugin)
	}
}

// Offline takes an account offline, as the user does.
func Offline(h *Host) {
	h.T.Helper()
	Start(h)
	h.Mark()
	h.Do("offline", alice)
	h.Wait("?OTR:AA", "wire", alice, bob) // the buddy is notified
	h.Wait("alice ended", "line", bob, alice, "system")
	h.Wait("because you went offline", "line", alice, bob, "system")
	h.Do("online", alice)
	h.Mark()
	h.Do("send", alice, bob, "still secret")
	h.Wait("still secret", "line", alice, bob, "system", "unlogged")
	h.None("still secret", "wire")
	h.Do("command", alice, bob, "otr end")
	h.Do("command", bob, alice, "otr end")
}

// Rival loads pidgin-otr while our plugin is loaded.
func Rival(h *Host) {
	h.T.Helper()
	Start(h)
	h.Do("rival")
	h.Mark()
	h.Do("load", "otr")
	h.Wait("under Tools", "alert")
	h.Wait("?OTR:AA", "wire", alice, bob)
	Say(h, alice, bob, "not ours", false)
	h.Mark()
	if h.Try("command", alice, bob, "otr start") {
		h.T.Error("there is still a command /otr")
	}

	// If pidgin-otr is loaded first, our plugin does nothing either.
	h.Do("unload", Plugin)
	h.Mark()
	h.Do("load", Plugin)
	h.Wait("under Tools", "alert")
	Say(h, alice, bob, "not ours either", false)

	h.Do("unload", "otr")
	Talk(h)
}

// Dialogs ends a dialog in every way except by an answer.
func Dialogs(h *Host) {
	h.T.Helper()
	for name, end := range map[string]func(){
		"conversation closed": func() { h.Do("close", alice, bob) },
		"private conversation ended": func() {
			h.Do("command", bob, alice, "otr end")
			h.Do("command", alice, bob, "otr end")
		},
		"plugin unloaded": func() {
			h.Do("unload", Plugin)
			h.Do("load", Plugin)
		},
		"account removed": func() {
			h.Do("remove", alice)
			h.Do("online", alice)
			h.Do("open", alice, bob)
		},
	} {
		Start(h)
		h.Mark()
		h.Do("command", alice, bob, "otr verify")
		dialog := h.Wait("", "form")[1]
		end()
		h.Wait(dialog, "closed")
		if h.Try("press", dialog, "0") {
			h.T.Errorf("%s: the dialog is still open", name)
		}
		h.Try("command", alice, bob, "otr end")
		h.Try("command", bob, alice, "otr end")
	}
}

// Panic is for a plugin whose app panics when it gets failWord.
func Panic(h *Host, word string) {
	h.T.Helper()
	Start(h)
	h.Mark()
	h.Do("send", alice, bob, "before "+word+" after")
	h.Wait("Not sent: before "+word+" after", "line", alice, bob, "system", "unlogged")
	h.Wait("was not sent", "line", alice, bob, "system")
	if all := h.All("wire"); len(all) != 0 {
		h.T.Errorf("on the wire: %q", all)
	}
	if all := h.All("line", alice, bob, "sent"); len(all) != 0 {
		h.T.Errorf("shown as sent: %q", all)
	}

	h.Mark()
	h.Do("inject", alice, bob, "before "+word+" after")
	h.None("", "line", alice, bob, "received")

	h.Do("command", alice, bob, "otr "+word)
	if n := len(h.All("debug")); n < 2 {
		h.T.Errorf("%d lines in the debug log, want one for each panic", n)
	}
	h.None(word, "debug")
	Say(h, alice, bob, "still private", true)
	End(h)
}

// SPDX-License-Identifier: GPL-2.0-or-later

//go:build purpletest

package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"purple-otr/test/purple"
	"purple-otr/ui"
	"purple-otr/ui/libpurple"
)

// libpurple must always run on the same thread, and only main's thread is sure to exist
// until the end.
func init() { runtime.LockOSThread() }

var (
	host *purple.Host
	// outside is a main loop for the tests that exists whether or not the plugin is
	// loaded.
	outside *libpurple.Host
)

func TestMain(m *testing.M) {
	for _, name := range []string{"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"} {
		check(os.Unsetenv(name)) // do not touch the user's keyring
	}
	dir, err := os.MkdirTemp("", "purple-otr")
	check(err)
	theirIn, ourIn, err := os.Pipe()
	check(err)
	ourOut, theirOut, err := os.Pipe()
	check(err)
	outside = libpurple.NewHost()
	code := make(chan int, 1)
	go func() {
		host = purple.Attach(nil, ourIn, ourOut)
		code <- m.Run()
		ourIn.Close() // the host quits at the end of its input
	}()
	ended := runHost(theirIn, theirOut, dir)
	os.RemoveAll(dir)
	os.Exit(max(ended, <-code))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

var online bool

// start returns the host, with the plugin loaded and two accounts online.
func start(t *testing.T) *purple.Host {
	host.T = t
	host.Mark()
	if !online {
		host.Ready()
		purple.Begin(host)
		online = true
	}
	host.Do("load", purple.Plugin)
	return host
}

// onMain runs f on libpurple's thread.
func onMain(f func()) {
	done := make(chan struct{})
	outside.Post(func() {
		defer close(done)
		f()
	})
	<-done
}

// settled waits until C holds no pointers for the plugin.
func settled(t *testing.T) {
	t.Helper()
	host.Do("unload", purple.Plugin)
	if n := libpurple.Held(); n != 1 { // 1 belongs to outside
		t.Errorf("C holds %d pointers after unload, want 1", n)
	}
}

func TestScenarios(t *testing.T) {
	h := start(t)
	for _, scenario := range []func(*purple.Host){
		purple.Talk, purple.Verify, purple.Held, purple.Me, purple.Repeat, purple.ServSend, purple.ChangedLast, purple.Copied, purple.Offline, purple.Renamed, purple.Room, purple.Username, purple.OtherAccount, purple.Rival, purple.Dialogs,
		func(h *purple.Host) { purple.Panic(h, failWord) },
		func(h *purple.Host) { purple.Reload(h, 3) },
	} {
		scenario(h)
	}
	settled(t)
}

var (
	aliceToBob = ui.Chat{Protocol: "prpl-loop", Account: "alice", Peer: "bob"}
	bobToAlice = ui.Chat{Protocol: "prpl-loop", Account: "bob", Peer: "alice"}
)

// TestDialogEnds ends dialogs in every possible way. Each must call back exactly once.
func TestDialogEnds(t *testing.T) {
	h := start(t)
	type answer struct {
		ok     bool
		values []string
		button int
	}
	// All of it is only used on libpurple's thread, except id.
	type asked struct {
		ended  int
		answer answer
		dialog libpurple.OpenDialog
		id     string
	}
	got := func(a *asked) (ended int, with answer) {
		onMain(func() { ended, with = a.ended, a.answer })
		return ended, with
	}
	ask := func(form bool) *asked {
		a := &asked{}
		h.Mark()
		onMain(func() {
			if form {
				current.AskForm(ui.Form{Chat: aliceToBob, Title: "T", Heading: "H", OK: "OK", Cancel: "Cancel",
					Fields: []ui.Field{
						{Kind: ui.Show, Label: "L0", Value: "shown"},
						{Kind: ui.Input, Label: "L1", Value: "before"},
						{Kind: ui.Secret, Label: "L2"},
						{Kind: ui.Choice, Label: "L3", Options: []string{"a", "b", "c"}},
					},
					Done: func(ok bool, v []string) { a.ended++; a.answer = answer{ok: ok, values: v} }})
			} else {
				current.AskQuestion(ui.Question{Chat: aliceToBob, Title: "T", Buttons: []string{"A", "B", "C"},
					Done: func(b int) { a.ended++; a.answer = answer{button: b} }})
			}
			for _, d := range current.OpenDialogs() {
				a.dialog = d
			}
		})
		a.id = h.Wait("", map[bool]string{true: "form", false: "question"}[form])[1]
		return a
	}
	ways := map[string]func(*asked){
		"cancelled":     func(a *asked) { h.Do("press", a.id, "-1") },
		"window gone":   func(a *asked) { onMain(func() { a.dialog.Gone() }) },
		"closed by app": func(*asked) { onMain(func() { current.CloseDialogs(aliceToBob) }) },
		"all closed":    func(*asked) { onMain(func() { current.CloseDialogs(ui.Chat{}) }) },
		"conversation":  func(*asked) { h.Do("close", "alice", "bob") },
		"account":       func(*asked) { h.Do("remove", "alice"); h.Do("online", "alice") },
		"unload":        func(*asked) { h.Do("unload", purple.Plugin); h.Do("load", purple.Plugin) },
		"program called back twice": func(a *asked) {
			onMain(func() { a.dialog.Form(0); a.dialog.Question(9) })
			h.Do("press", a.id, "-1")
		},
	}
	for name, end := range ways {
		for _, form := range []bool{true, false} {
			if name == "cancelled" && !form || strings.Contains(name, "twice") && !form {
				continue // a question has no such button
			}
			if name == "account" {
				h.Do("close", "alice", "bob") // which would close the dialog too
			}
			a := ask(form)
			end(a)
			if n, with := got(a); n != 1 || with.ok || !form && with.button != -1 {
				t.Errorf("%s (form: %v): told %d times, with %v", name, form, n, with)
			}
			h.Try("press", a.id, "-1") // closes the dialogs that remain open only in the test
			h.Do("open", "alice", "bob")
		}
	}
	onMain(func() { current.CloseDialogs(bobToAlice) })

	a := ask(true)
	for i, v := range []string{"typed", "s3cret", "2"} {
		h.Do("fill", a.id, fmt.Sprint(i), v)
	}
	h.Do("press", a.id, "0")
	const want = "[shown typed s3cret 2]"
	if n, with := got(a); n != 1 || !with.ok || fmt.Sprint(with.values) != want {
		t.Errorf("OK: told %d times, with %v, want %s", n, with, want)
	}
	a = ask(false)
	if preset := h.All("button", a.id, "C"); len(preset) != 1 || preset[0].Last() != "default" {
		t.Errorf("the last button should be the default: %q", h.All("button", a.id))
	}
	h.Do("press", a.id, "1")
	if n, with := got(a); n != 1 || with.button != 1 {
		t.Errorf("a button: told %d times, with %d, want 1", n, with.button)
	}
	settled(t)
}

// TestPost posts from many goroutines while the plugin is loaded and unloaded.
func TestPost(t *testing.T) {
	h := start(t)
	var ran, late atomic.Int64
	for range 20 {
		var p *plugin
		onMain(func() { p = current })
		stop := make(chan struct{})
		done := make(chan struct{}, 4)
		for range cap(done) {
			go func() {
				defer func() { done <- struct{}{} }()
				for {
					select {
					case <-stop:
						return
					default:
						p.Post(func() {
							ran.Add(1)
							if current != p {
								late.Add(1)
							}
						})
						time.Sleep(time.Microsecond)
					}
				}
			}()
		}
		time.Sleep(5 * time.Millisecond)
		h.Do("unload", purple.Plugin)
		close(stop)
		for range cap(done) {
			<-done
		}
		h.Do("load", purple.Plugin)
	}
	onMain(func() {})
	if ran.Load() == 0 || late.Load() != 0 {
		t.Errorf("%d posted functions ran, %d after their plugin was gone", ran.Load(), late.Load())
	}
	settled(t)
}

func TestPanicOutsideMessages(t *testing.T) {
	h := start(t)
	h.Mark()
	after := make(chan struct{})
	onMain(func() {
		current.Post(func() { panic("posted " + failWord) })
		current.Post(func() { close(after) })
		current.After(0, func() { panic("timer " + failWord) })
		potrLook := current.View
		func() {
			defer libpurple.Caught("view")
			potrLook(ui.Chat{Peer: failWord})
		}()
	})
	<-after
	for _, where := range []string{"posted", "timer", "view"} {
		h.Wait("panic in "+where, "debug")
	}
	h.None(failWord, "debug")
	settled(t)
}

func TestAfter(t *testing.T) {
	start(t)
	fired := make(chan time.Duration, 1)
	var never atomic.Bool
	onMain(func() {
		begin := time.Now()
		const d = 20 * time.Millisecond
		current.After(d, func() { fired <- time.Since(begin) - d })
		stop := current.After(time.Millisecond, func() { never.Store(true) })
		stop()
		stop() // stopping again is harmless
		current.After(time.Hour, func() { never.Store(true) })
		current.After(1<<62, func() { never.Store(true) })
	})
	if early := <-fired; early < -time.Millisecond {
		t.Errorf("a timer fired %v early", -early)
	}
	var last func()
	onMain(func() {
		p := current
		last = p.After(time.Millisecond, func() { never.Store(true) })
		p.end()
		p.After(0, func() { never.Store(true) })
		current = p // so that unload calls its methods
	})
	time.Sleep(20 * time.Millisecond)
	onMain(last)
	if never.Load() {
		t.Error("a timer fired that had been stopped or was not due")
	}
	onMain(func() { current = nil })
	settled(t)
}

// TestHostile passes invalid arguments to libpurple.
func TestHostile(t *testing.T) {
	h := start(t)
	h.Mark()
	onMain(func() { current.Notice(aliceToBob, ui.Info, "a\xff\xfeb\x00c", true) })
	h.Wait("a\ufffdb", "line", "alice", "bob", "system")
	onMain(func() {
		gone := ui.Chat{Protocol: "prpl-none", Account: "nobody", Peer: "%s%n"}
		if current.Transmit(gone, "", "x") == nil || current.Connected(gone) || current.Logging(gone) {
			t.Error("an account that does not exist is online")
		}
		current.Notice(gone, ui.Warning, "%s%n", true)
		current.ShowSent(gone, "x")
		current.SetLogging(gone, true)
		current.Refresh(gone)
		if a := current.Alias(gone); a != gone.Peer {
			t.Errorf("alias %q", a)
		}
	})
	settled(t)
}

// TestReturnLater returns text when there is neither a window nor a connection for
// opening one. The text must appear when there is.
func TestReturnLater(t *testing.T) {
	h := start(t)
	h.Do("close", "alice", "bob")
	h.Do("offline", "alice")
	h.Mark()
	onMain(func() { current.Return(aliceToBob, "typed before") })
	onMain(func() {})
	h.None("typed before", "line")
	h.Do("online", "alice")
	h.Wait("Not sent: typed before", "line", "alice", "bob", "system", "unlogged")
	h.Mark()
	h.Do("offline", "alice")
	h.Do("online", "alice")
	h.None("typed before", "line")
	settled(t)
}

func TestPrefs(t *testing.T) {
	h := start(t)
	h.Do("buddy", "alice", "carol", "Caroline")
	h.Do("pref", "/OTR/test", "0")
	h.Do("buddy-pref", "alice", "carol", "OTR/test", "1")
	aliceToCarol := ui.Chat{Protocol: aliceToBob.Protocol, Account: "alice", Peer: "carol"}
	onMain(func() {
		for _, def := range []bool{true, false} {
			if current.Pref("/OTR/test", def) || !current.BuddyPref(aliceToCarol, "OTR/test", def) {
				t.Error("a preference that is set was not found")
			}
			if current.Pref("/OTR/none", def) != def || current.BuddyPref(aliceToCarol, "OTR/none", def) != def ||
				current.BuddyPref(bobToAlice, "OTR/test", def) != def || current.Pref("/purple", def) != def {
				t.Error("a preference that is not set is not the default")
			}
		}
		if a := current.Alias(aliceToCarol); a != "Caroline" {
			t.Errorf("alias %q", a)
		}
	})
	settled(t)
}

func TestAlert(t *testing.T) {
	h := start(t)
	h.Mark()
	onMain(func() {
		current.Alert("T", "short", "<b> & _")
		current.Alert("T", "long", strings.Repeat("<x>\n", 1000))
	})
	h.Wait("<b> & _", "alert", "T", "short")
	if e := h.Wait("&lt;x&gt;<br>", "alert", "T", "long"); strings.Contains(e.Last(), "<x>") {
		t.Error("markup in an alert")
	}
	settled(t)
}

// TestOrder comes last, because it leaves another plugin's callbacks connected.
func TestOrder(t *testing.T) { purple.Order(start(t)) }

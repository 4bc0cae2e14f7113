// SPDX-License-Identifier: GPL-2.0-or-later

// Command demo demonstrates the plugin: two Pidgins with temporary profiles talk through
// an XMPP server on this machine, and a table shows what was typed, what the server saw
// and what arrived.
//
// With a display the windows stay open until the user closes them. Without one the
// program ends by itself, successfully only if every step worked.
//
// With -version4, both switch version 4 on first.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"purple-otr/test/pidgin/desk"
)

const pictures = "build/screenshots"

func main() {
	version4 := flag.Bool("version4", false, "talk in version 4")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: demo [-version4] PLUGIN.so")
		os.Exit(2)
	}
	r := &reporter{}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-stop
		r.end()
		if r.shown.Load() {
			os.Exit(0)
		}
		os.Exit(1)
	}()
	ok := r.run(func() { show(r, flag.Arg(0), *version4) })
	r.end()
	if !ok {
		os.Exit(1)
	}
}

// show runs the demonstration.
func show(r *reporter, plugin string, version4 bool) {
	display := os.Getenv("DISPLAY")
	d := desk.New(r, desk.Options{Display: display, Pictures: pictures, FailureLogs: "build/failed/demo"})
	fmt.Println("An XMPP server on this machine, and two Pidgins with new profiles, alice and bob.")
	a, b := d.OpenPidgin("alice", plugin), d.OpenPidgin("bob", plugin)
	a.WaitOnline()
	b.WaitOnline()
	a.Sees("bob")
	b.Sees("alice")

	if version4 {
		fmt.Println("Both switch version 4 on, which is experimental, in Tools > OTR settings.")
		a.SwitchVersion4(true)
		b.SwitchVersion4(true)
	}
	fmt.Println("alice clicks OTR > Start private conversation. Each makes a key, which takes a moment.")
	a.Talk("bob")
	b.Talk("alice")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.WaitLevel("alice", "Unverified")
	a.Place("bob", 10, 10)
	b.Place("alice", 475, 10)

	fmt.Println("They compare fingerprints, in OTR > Verify buddy.")
	atAlice, atBob := a.Verify("bob", "demo-verify-alice"), b.Verify("alice", "demo-verify-bob")
	if atAlice.Mine != atBob.Theirs || atAlice.Theirs != atBob.Mine {
		r.Fatalf("they do not see the same fingerprints: %+v, %+v", atAlice, atBob)
	}
	if crossed := d.Relay.Contains("?OTR:AAQ"); crossed != version4 {
		r.Fatalf("a message of version 4 crossed the server: %v", crossed)
	}

	fmt.Println("The conversation is private.")
	row("typed", "crossed the server", "seen by the buddy")
	row(strings.Repeat("-", width), strings.Repeat("-", width), strings.Repeat("-", width))
	private := true
	talk(a, b, "It lies under the third stone.", private)
	talk(b, a, "Good. I am there at nine.", private)
	talk(a, b, "Tell nobody.", private)
	d.Picture("demo-private")
	a.Portrait("bob", "demo-private-alice")
	b.Portrait("alice", "demo-private-bob")

	a.Menu("bob", "End private conversation")
	a.WaitLevel("bob", "Not private")
	b.WaitLevel("alice", "Finished")
	b.Menu("alice", "End private conversation")
	b.WaitLevel("alice", "Not private")
	fmt.Println("\nBoth have ended it. For comparison:")
	talk(b, a, "Lovely weather today.", !private)
	a.WaitLevel("bob", "Private")
	b.WaitLevel("alice", "Private")
	fmt.Println("An invisible mark on that message said that OTR is understood here, so by now they are")
	fmt.Println("private again.")
	d.Picture("demo-again")
	r.shown.Store(true)

	fmt.Printf("\nPictures are in %s.\n", pictures)
	if display != "" {
		fmt.Println("The windows are yours now. Close both buddy lists, or press Ctrl-C, to end.")
		for a.Running() || b.Running() {
			time.Sleep(200 * time.Millisecond)
		}
	}
}

// talk sends text and prints the result. It fails if the server saw text that it should
// not see, or did not see text that it should.
func talk(from, to *desk.Pidgin, text string, private bool) {
	relay := from.Desk.Relay
	before := len(relay.Messages())
	from.Say(to.User, text)
	to.WaitText(from.User, text)
	crossed := relay.Messages()[before:]
	if len(crossed) == 0 {
		from.Desk.T.Fatalf("%q did not cross the server", text)
	}
	if relay.Contains(text) == private {
		from.Desk.T.Fatalf("private is %v, but what crossed the server is %q", private, crossed[0].Body)
	}
	row(from.User+": "+text, strings.TrimSpace(crossed[0].Body), line(to.Transcript(from.User), text))
}

// line returns the last line of a transcript that contains text, without its time.
func line(transcript, text string) (last string) {
	for l := range strings.Lines(transcript) {
		if strings.Contains(l, text) {
			_, last, _ = strings.Cut(strings.TrimSpace(l), ") ")
		}
	}
	return last
}

// width is the width of a column.
const width = 38

// row prints three columns.
func row(columns ...string) {
	for i, c := range columns {
		if r := []rune(c); len(r) > width {
			c = string(r[:width-1]) + "…"
		}
		columns[i] = c
	}
	fmt.Printf("%-*s  %-*s  %s\n", width, columns[0], width, columns[1], columns[2])
}

// SPDX-License-Identifier: GPL-2.0-or-later

// Package purple tests the plugin in libpurple, without windows and without a server: two
// accounts in one program talk to each other through a protocol that only passes messages
// on. The program is in host/; this package tells it what the user does, and checks what
// the user and the network would see.
package purple

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// An Event is a line that the host reports, one of:
//
//	line ACCOUNT PEER received|sent|system|error logged|unlogged TEXT
//	wire FROM TO TEXT
//	field DIALOG show|input|secret|choice LABEL VALUE
//	option DIALOG TEXT
//	form DIALOG TITLE HEADING TEXT
//	button DIALOG TEXT default|""
//	question DIALOG TITLE HEADING TEXT
//	closed DIALOG
//	alert TITLE HEADING TEXT
//	command-error ACCOUNT TEXT
//	debug TEXT
type Event []string

// Last returns the last field.
func (e Event) Last() string { return e[len(e)-1] }

// A Host is a running libpurple with the plugin in it.
type Host struct {
	T testing.TB

	in io.Writer

	mu     sync.Mutex
	events []Event // all events so far
	answer []Event // ok and failed
	ended  bool
	mark   int
}

// Timeout limits the time of each operation. Generating a key takes longest.
var Timeout = 30 * time.Second

// Attach communicates with a host over in and out.
func Attach(t testing.TB, in io.Writer, out io.Reader) *Host {
	h := &Host{T: t, in: in}
	go h.listen(out)
	return h
}

func (h *Host) listen(out io.Reader) {
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		h.mu.Lock()
		if err != nil {
			h.ended = true
			h.mu.Unlock()
			return
		}
		e := parse(strings.TrimSuffix(line, "\n"))
		if e[0] == "ok" || e[0] == "failed" {
			h.answer = append(h.answer, e)
		} else {
			h.events = append(h.events, e)
		}
		h.mu.Unlock()
	}
}

func parse(line string) Event {
	e := strings.Split(line, "\t")
	for i, s := range e {
		if plain, err := strconv.Unquote(`"` + s + `"`); err == nil {
			e[i] = plain
		}
	}
	return e
}

var escape = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n")

// Try makes the host execute a command, and reports whether that succeeded.
func (h *Host) Try(command string, args ...string) bool {
	h.T.Helper()
	fields := []string{command}
	for _, a := range args {
		fields = append(fields, escape.Replace(a))
	}
	h.mu.Lock()
	before := len(h.answer)
	h.mu.Unlock()
	if _, err := io.WriteString(h.in, strings.Join(fields, "\t")+"\n"); err != nil {
		h.T.Fatalf("%s: %v", command, err)
	}
	var answer string
	h.until(command, func() bool {
		if len(h.answer) > before {
			answer = h.answer[before][0]
		}
		return answer != ""
	})
	return answer == "ok"
}

// Do makes the host execute a command, and fails the test if that fails.
func (h *Host) Do(command string, args ...string) {
	h.T.Helper()
	if !h.Try(command, args...) {
		h.T.Fatalf("%s %q failed", command, args)
	}
}

// Mark makes Wait, All and None ignore all earlier events.
func (h *Host) Mark() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mark = len(h.events)
}

// All returns the events since Mark that begin with these fields.
func (h *Host) All(begin ...string) []Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all(begin)
}

func (h *Host) all(begin []string) (found []Event) {
	for _, e := range h.events[h.mark:] {
		if len(e) >= len(begin) && slices.Equal([]string(e[:len(begin)]), begin) {
			found = append(found, e)
		}
	}
	return found
}

// Wait waits for an event that begins with these fields and whose last field
// contains text.
func (h *Host) Wait(text string, begin ...string) (found Event) {
	h.T.Helper()
	h.until(fmt.Sprintf("%q with %q", begin, text), func() bool {
		for _, e := range h.all(begin) {
			if strings.Contains(e.Last(), text) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// None fails the test if there has been an event whose last field contains text.
func (h *Host) None(text string, begin ...string) {
	h.T.Helper()
	for _, e := range h.All(begin...) {
		if strings.Contains(e.Last(), text) {
			h.T.Errorf("there is %q", e)
		}
	}
}

// until waits until ok, which is called with h.mu held, returns true.
func (h *Host) until(what string, ok func() bool) {
	h.T.Helper()
	for deadline := time.Now().Add(Timeout); ; time.Sleep(2 * time.Millisecond) {
		h.mu.Lock()
		is, ended := ok(), h.ended
		var tail []Event
		if !is {
			tail = slices.Clone(h.events[max(h.mark, len(h.events)-30):])
		}
		h.mu.Unlock()
		switch {
		case is:
			return
		case ended:
			h.T.Fatalf("the host has ended while we waited for %s; before: %q", what, tail)
		case time.Now().After(deadline):
			h.T.Fatalf("no %s; there were %q", what, tail)
		}
	}
}

// Ready waits until the host is ready, and loads the plugin.
func (h *Host) Ready() {
	h.T.Helper()
	h.Wait("ready", "ready")
	h.Do("load", Plugin)
}

// Plugin is the plugin's id.
const Plugin = "purple-otr"

// Quit makes the host quit.
func (h *Host) Quit() {
	h.T.Helper()
	h.Do("quit")
	h.Wait("bye", "bye")
}

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// commandTimeout limits the time of one command.
const commandTimeout = time.Minute

// An event is a line that a program reports, as the package purple describes them.
type event []string

// An end is one person, and the program with the plugin that they use.
type end struct {
	name, nick string // the account, and how others see it
	dir        string
	program    *exec.Cmd
	in         io.Writer
	lines      chan event
	saw        func(*end, event)

	people  map[string]*end // by the name of the window
	online  bool
	off     bool // OTR is off
	require bool
	locked  bool // the keys are locked, or may be
	starts  int  // how often the program has been started

	protected bool // the keys have a passphrase

	level   string            // the answer to the last question for it
	asking  bool              // the question has been asked
	reports map[*end]int      // lines of the program about each person
	forms   []event           // that wait for an answer
	fields  map[string][]form // by dialog
}

// A form is a field of a dialog, with the options of a choice, or a button with its label.
type form struct {
	look    string
	options []string
}

// start runs the program host with the plugin.
func (e *end) start(host, plugin string) error {
	e.starts++
	e.program = exec.Command(host, filepath.Join(e.dir, "user"), plugin)
	e.program.Env = append(os.Environ(), "HOME="+e.dir, "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=") // no keyring
	stderr, err := os.OpenFile(e.stderr(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer stderr.Close()
	e.program.Stderr = stderr
	if e.in, err = e.program.StdinPipe(); err != nil {
		return err
	}
	out, err := e.program.StdoutPipe()
	if err != nil {
		return err
	}
	if err := e.program.Start(); err != nil {
		return err
	}
	e.forms, e.fields, e.online, e.off, e.require = nil, map[string][]form{}, false, false, false
	e.lines = make(chan event, 1000)
	go read(out, e.lines)
	for ev := range e.lines {
		if ev[0] == "ready" {
			e.do("load", "purple-otr")
			return nil
		}
	}
	return fmt.Errorf("%s did not start", e.name)
}

func (e *end) stderr() string { return filepath.Join(e.dir, "stderr") }

// read passes on what the program reports, until it ends.
func read(out io.Reader, to chan<- event) {
	defer close(to)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		ev := strings.Split(lines.Text(), "\t")
		for i, s := range ev {
			if plain, err := strconv.Unquote(`"` + s + `"`); err == nil {
				ev[i] = plain
			}
		}
		to <- ev
	}
}

var escape = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n")

// do has the program execute a command, and reports whether that succeeded. What the
// program reports meanwhile is seen before do returns.
func (e *end) do(command string, args ...string) bool {
	note("%s> %s %q", e.name, command, args)
	line := command
	for _, a := range args {
		line += "\t" + escape.Replace(a)
	}
	if _, err := io.WriteString(e.in, line+"\n"); err != nil {
		fail("%s: %v: the program has ended: %s", e.name, err, e.last())
	}
	timeout := time.After(commandTimeout)
	for {
		select {
		case ev, ok := <-e.lines:
			switch {
			case !ok:
				fail("%s: the program has ended while it did %q: %s", e.name, line, e.last())
			case ev[0] == "ok" || ev[0] == "failed":
				return ev[0] == "ok"
			}
			e.saw(e, ev)
		case <-timeout:
			fail("%s: the program does not answer %q", e.name, line)
		}
	}
}

// look sees what the program has reported without being told anything.
func (e *end) look() {
	for {
		select {
		case ev, ok := <-e.lines:
			if !ok {
				fail("%s: the program has ended: %s", e.name, e.last())
			}
			e.saw(e, ev)
		default:
			return
		}
	}
}

// kill ends the program without telling it.
func (e *end) kill() {
	e.program.Process.Kill()
	for range e.lines {
	}
	e.program.Wait()
}

// last is the end of what the program has written on its standard error.
func (e *end) last() string {
	e.program.Wait()
	text, _ := os.ReadFile(e.stderr())
	return string(text[max(0, len(text)-4000):])
}

// done forgets a dialog.
func (e *end) done(id string) {
	delete(e.fields, id)
	e.forms = slices.DeleteFunc(slices.Clone(e.forms), func(f event) bool { return f[1] == id })
}

// resident is the memory that the program has, in KiB.
func (e *end) resident() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.program.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); f[0] == "VmRSS:" {
			n, _ := strconv.Atoi(f[1])
			return n
		}
	}
	return 0
}

// ask asks how private the conversation with the person is.
func (e *end) ask(person *end) string {
	e.level, e.asking = "", true
	e.command(person, "otr status")
	e.asking = false
	return e.level
}

// command types a command into the window of the person.
func (e *end) command(person *end, line string) { e.do("command", e.name, person.nick, line) }

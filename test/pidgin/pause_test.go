// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// loopwatch builds the plugin that measures the main loop.
var loopwatch = sync.OnceValues(func() (string, error) {
	file, err := filepath.Abs(filepath.Join(root, "build", "loopwatch.so"))
	if err != nil {
		return "", err
	}
	script := `cc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$0" loopwatch/loopwatch.c $(pkg-config --cflags --libs purple)`
	if out, err := exec.Command("sh", "-c", script, file).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return file, nil
})

// A pause is the longest time for which a main loop was blocked: by the clock, and in
// processor time of its thread, which does not depend on other load on the machine.
type pause struct{ wall, cpu time.Duration }

// frame is the limit to aim for: at 60 Hz nobody sees a shorter pause.
const frame = 16 * time.Millisecond

func (p pause) String() string {
	s := fmt.Sprintf("%.1f / %.1f ms", p.cpu.Seconds()*1e3, p.wall.Seconds()*1e3)
	if p.cpu > frame {
		return "**" + s + "**"
	}
	return s
}

// longest returns the longest pause of these Pidgins between two times.
func longest(from, to time.Time, pidgins ...*desk.Pidgin) (longest pause) {
	for _, p := range pidgins {
		for line := range strings.Lines(p.Desk.File(p.User, "loopwatch.log")) {
			var ended, wall, cpu int64
			if _, err := fmt.Sscan(line, &ended, &wall, &cpu); err != nil {
				continue // the line is being written
			}
			if at := time.UnixMicro(ended); at.Before(from) || at.After(to) {
				continue
			}
			longest.wall = max(longest.wall, time.Duration(wall)*time.Microsecond)
			longest.cpu = max(longest.cpu, time.Duration(cpu)*time.Microsecond)
		}
	}
	return longest
}

// TestPauses prints how long Pidgin's windows are blocked while a key is generated, while
// keys are exchanged and while secrets are compared, with each plugin at both ends, and
// during a conversation without a plugin.
func TestPauses(t *testing.T) {
	watch, err := loopwatch()
	if err != nil {
		t.Fatal(err)
	}
	table := [][]string{
		{"Longest pause of the main loop, processor time / by the clock", "no plugin", "pidgin-otr", "purple-otr"},
		{"Conversation opened"}, {"Key made, and first key exchange"}, {"Key exchange"}, {"Secrets compared (SMP)"}, {"Ten messages each way"},
	}
	for _, files := range [][]string{nil, {desk.PidginOTR}, {purpleOTR(t).file}} {
		d := newDesk(t)
		plugins := append([]string{watch}, files...)
		s := scene{t: t, a: d.Pidgin("alice", plugins...), b: d.Pidgin("bob", plugins...)}
		meet(s.a, s.b)
		results := []pause{s.during(s.open)}
		if files == nil {
			results = append(results, pause{}, pause{}, pause{})
		} else {
			results = append(results, s.private()...)
			results = append(results, s.compare(files[0] == desk.PidginOTR))
		}
		results = append(results, s.during(s.talk))
		for i, r := range results {
			cell := ""
			if r != (pause{}) {
				cell = r.String()
			}
			table[i+1] = append(table[i+1], cell)
		}
		s.a.Quit()
		s.b.Quit()
	}
	report(t, "pauses", table)
}

// A scene is two Pidgins that are measured.
type scene struct {
	t    *testing.T
	a, b *desk.Pidgin
}

// during returns the longest pause of both while f runs.
func (s scene) during(f func()) pause {
	time.Sleep(300 * time.Millisecond) // earlier changes have been drawn
	from := time.Now()
	f()
	time.Sleep(300 * time.Millisecond) // includes work that f has started
	p := longest(from, time.Now(), s.a, s.b)
	if p.wall == 0 {
		s.t.Error("the main loops were never busy: nothing was measured")
	}
	return p
}

// open opens the conversation on both sides.
func (s scene) open() {
	s.a.Talk("bob")
	s.b.Talk("alice")
	s.a.Entry("bob")
	s.b.Entry("alice")
}

// private begins private conversations, first without keys.
func (s scene) private() []pause {
	first := s.during(func() { startPrivate(s.a, s.b, "Unverified") })
	var again pause
	for range 3 {
		s.a.Menu("bob", "End private conversation")
		s.b.WaitLevel("alice", "Finished")
		s.b.Menu("alice", "End private conversation")
		s.b.WaitLevel("alice", "Not private")
		p := s.during(func() { startPrivate(s.a, s.b, "Unverified") })
		again = pause{max(p.wall, again.wall), max(p.cpu, again.cpu)}
	}
	return []pause{first, again}
}

// compare: alice asks and bob answers. Everything after the answer is measured.
func (s scene) compare(theirs bool) pause {
	ask, write, send := s.a.AskQuestion, s.b.WriteAnswer, s.b.SendAnswer
	if theirs {
		ask, write, send = s.a.AskPidginOTR, s.b.WriteAnswerPidginOTR, s.b.SendAnswerPidginOTR
	}
	ask("bob", "Where?", "Lisbon")
	write("Lisbon")
	return s.during(func() {
		send()
		s.a.WaitLevel("bob", "Private")
	})
}

func (s scene) talk() {
	for range 10 {
		text := secret()
		s.a.Say("bob", text)
		s.b.WaitText("alice", text)
		text = secret()
		s.b.Say("alice", text)
		s.a.WaitText("bob", text)
	}
}

// report prints a table, and saves it as build/NAME.md.
func report(t *testing.T, name string, table [][]string) {
	t.Helper()
	var s strings.Builder
	for i, row := range table {
		s.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			s.WriteString("|---" + strings.Repeat("|--:", len(row)-1) + "|\n")
		}
	}
	t.Log("\n" + s.String())
	if err := os.WriteFile(filepath.Join(root, "build", name+".md"), []byte(s.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

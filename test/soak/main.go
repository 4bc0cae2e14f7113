// SPDX-License-Identifier: GPL-2.0-or-later

// Command soak runs the plugin for a long time in three libpurple programs that talk to
// each other through a bad network, and checks that what must never happen does not, and
// that memory does not grow. Everything random comes from one seed; but how fast the
// machine is changes what follows from it.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// maxGrowth is how much more memory the program that is never restarted may have at the
// end than at the beginning, in KiB.
const maxGrowth = 16 << 10

// A soak is one run.
type soak struct {
	rand         *rand.Rand
	host, plugin string
	ends         []*end
	network      network

	number    int
	texts     map[string]*text
	waiting   []verdict
	open      []*text          // those that are not known to be sent or given back
	sending   *text            // the private text that is being sent
	hinted    map[[2]*end]bool // who has been told that something was not read
	postponed [][2]*end        // whose line says that the other's request for a private conversation waits
	proved    map[[2]*end]bool // who has been told that a verification has succeeded
	secret    bool             // what is injected now arrives in a private conversation
	proving   bool             // who is asked answers as they should
	differ    bool             // in this minute, secrets are not the same
	figures   figures
	resident  []int
}

// figures count what has happened.
type figures struct {
	typed, private, read, returned, verified     int
	messages, dropped, doubled, delayed, damaged int
	replayed, kills, cuts, nicks, locks, agreed  int
}

// trace gets all that the programs report, unless it is nil.
var trace *os.File

func note(format string, args ...any) {
	if trace != nil {
		fmt.Fprintf(trace, "%s %.250s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(format, args...))
	}
}

// folder is where the programs write.
var folder string

func main() {
	length := flag.Duration("time", time.Hour, "how long to run")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "what everything random comes from")
	file := flag.String("trace", "", "a file for all that the programs report")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: soak [-time 1h] [-seed N] HOST PLUGIN")
		os.Exit(2)
	}
	if *file != "" {
		var err error
		if trace, err = os.Create(*file); err != nil {
			fail("%v", err)
		}
	}
	fmt.Printf("seed %d\n", *seed)
	s := &soak{
		rand: rand.New(rand.NewPCG(*seed, 0)), host: flag.Arg(0), plugin: flag.Arg(1),
		texts: map[string]*text{}, hinted: map[[2]*end]bool{}, proved: map[[2]*end]bool{},
	}
	s.network.soak = s
	var err error
	if folder, err = os.MkdirTemp("", "soak"); err != nil {
		fail("%v", err)
	}
	s.gather(folder)
	start := time.Now()
	for minute := 1; time.Since(start) < *length; minute++ {
		s.minute(minute, min(50*time.Second, *length-time.Since(start)))
	}
	s.finish(time.Since(start))
	os.RemoveAll(folder)
}

// gather starts everybody's program and protects their keys.
func (s *soak) gather(dir string) {
	for _, name := range []string{"alice", "bob", "carol"} {
		e := &end{name: name, nick: name, dir: filepath.Join(dir, name), saw: s.saw, people: map[string]*end{}, reports: map[*end]int{}}
		if err := os.Mkdir(e.dir, 0o700); err != nil {
			fail("%v", err)
		}
		s.ends = append(s.ends, e)
	}
	// Messages of one of them come in parts.
	bob := filepath.Join(s.ends[1].dir, "user")
	if err := os.Mkdir(bob, 0o700); err != nil {
		fail("%v", err)
	}
	if err := os.WriteFile(filepath.Join(bob, "otr.max_message_size"), []byte("prpl-loop\t500\n"), 0o600); err != nil {
		fail("%v", err)
	}
	first := s.ends[0]
	for _, e := range s.ends[1:] {
		first.people[e.nick], e.people[first.nick] = e, first
	}
	for _, e := range s.ends {
		s.begin(e)
		somebody := s.known(e)[0]
		e.command(somebody, "otr start") // makes a key
		s.wait(5 * time.Second)
		e.command(somebody, "otr protect")
		s.until(commandTimeout, "protection of the keys of "+e.name, func() bool {
			if len(e.forms) > 0 {
				s.fill(e, e.forms[0])
			}
			return e.protected
		})
	}
}

// minute lets everything happen that can, and then checks in fair weather that both ends
// agree.
func (s *soak) minute(n int, length time.Duration) {
	s.wait(3 * time.Second) // in fair weather: what has been answered comes to its end
	s.network.weather = s.forecast()
	s.differ = s.chance(50)
	for deadline := time.Now().Add(length); time.Now().Before(deadline); {
		s.act()
		if s.chance(s.network.weather.replay) {
			s.network.replay()
		}
		s.wait(time.Duration(s.rand.IntN(200)) * time.Millisecond)
	}
	s.network.weather = fair
	s.calm()
	for _, e := range s.ends[1:] {
		s.agree(s.ends[0], e)
	}
	s.settled()
	s.resident = append(s.resident, s.ends[0].resident())
	fmt.Printf("minute %d: %+v, %d KiB\n", n, s.figures, s.ends[0].resident())
}

// wait passes time, in which messages arrive.
func (s *soak) wait(d time.Duration) {
	for deadline := time.Now().Add(d); ; time.Sleep(10 * time.Millisecond) {
		for _, e := range s.ends {
			e.look()
		}
		s.network.deliver()
		s.judgeLater()
		if time.Now().After(deadline) {
			return
		}
	}
}

// calm undoes all that the users have done that keeps them from talking.
func (s *soak) calm() {
	for _, e := range s.ends {
		for e.locked || !e.online || e.off {
			s.back(e)
		}
		s.set(e, "onlyprivate", false)
		s.set(e, "automatic", true)
	}
	s.wait(6 * time.Second) // longer than texts wait for fresh keys
	for _, e := range s.ends {
		s.answerAll(e)
	}
}

// agree checks that a private conversation comes about, and that what is typed in it is
// read.
func (s *soak) agree(a, b *end) {
	a.command(b, "otr start")
	s.wait(time.Second)
	s.until(commandTimeout, "private conversation of "+a.name+" and "+b.name, func() bool {
		s.startPostponed()
		x, y := a.ask(b), b.ask(a)
		return x != notPrivate && y != notPrivate && x != "Finished" && y != "Finished"
	})
	s.wait(3 * time.Second) // a question about older encryption comes after two
	s.decide(a)
	s.decide(b)
	// A conversation in version 3 that only one of them still has open, and one in version 4, look like
	// two devices. A message shows which one its sender uses.
	s.typed(a, b)
	s.typed(b, a)
	s.wait(2 * time.Second)
	for range 2 {
		for _, t := range []*text{s.typed(a, b), s.typed(b, a)} {
			if !t.private {
				fail("the conversation of %s and %s is no longer private", a.name, b.name)
			}
			s.until(commandTimeout, "reading of "+t.mark, func() bool { return t.shown == 1 })
		}
	}
	s.figures.agreed++
	if s.chance(30) {
		s.prove(a, b)
	}
	s.reopen(a, b) // or libpurple would remember all that was ever said
	s.reopen(b, a)
}

// startPostponed starts a private conversation for everybody who has read that the other's
// request waits: the other may have no keys, although both windows say that there is one.
func (s *soak) startPostponed() {
	for _, pair := range s.postponed {
		pair[0].command(pair[1], "otr start")
	}
	s.postponed = nil
}

// prove checks that each can verify the other.
func (s *soak) prove(a, b *end) {
	s.differ, s.proving, s.proved = false, true, map[[2]*end]bool{}
	a.command(b, "otr verify")
	s.until(commandTimeout, "success in verifying", func() bool {
		s.answer()
		return s.proved[[2]*end{a, b}] && s.proved[[2]*end{b, a}]
	})
	s.proving = false
}

// until waits until is returns true.
func (s *soak) until(d time.Duration, what string, is func() bool) {
	for deadline := time.Now().Add(d); !is(); s.wait(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			fail("there is no %s; of the texts that were typed last: %v", what, s.open[max(0, len(s.open)-10):])
		}
	}
}

// finish ends the programs, and says how it went.
func (s *soak) finish(d time.Duration) {
	for _, e := range s.ends {
		e.do("quit")
	}
	n := len(s.resident)
	third := max(1, n/3)
	early, late := median(s.resident[:third]), median(s.resident[n-third:])
	if late-early > maxGrowth {
		fail("memory has grown from %d to %d KiB: %d", early, late, s.resident)
	}
	fmt.Printf("passed: %v; %d texts typed, %d of them private; %d read; %d messages; memory from %d to %d KiB\n",
		d.Round(time.Second), s.figures.typed, s.figures.private, s.figures.read, s.figures.messages, early, late)
}

// median is what single readings do not change: memory that was needed to unlock keys, or
// that has just gone back to the system.
func median(readings []int) int {
	sorted := slices.Sorted(slices.Values(readings))
	return sorted[len(sorted)/2]
}

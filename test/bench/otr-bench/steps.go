// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"slices"
	"time"

	"purple-otr/otr"
)

// A step is one call of a Session, for which the caller must wait.
type step struct {
	name string
	end  int
	call func(*otr.Session, []byte) (otr.Output, error) // the bytes are the other end's message
}

func receive(s *otr.Session, msg []byte) (otr.Output, error) { return s.Receive(msg) }

var exchangeSteps = []step{
	{"query received", bob, receive},
	{"D-H Commit received", alice, receive},
	{"D-H Key received", bob, receive},
	{"Reveal Signature received", alice, receive},
	{"Signature received", bob, receive},
	{"first text sent", alice, sendText},
	{"first text received", bob, receive},
	{"first text sent back", bob, sendText},
	{"first text back received", alice, receive},
}

var smpSteps = []step{
	{"SMP begun", alice, func(s *otr.Session, _ []byte) (otr.Output, error) { return s.StartSMP("", secret) }},
	{"SMP 1 received", bob, receive},
	{"SMP answered", bob, func(s *otr.Session, _ []byte) (otr.Output, error) { return s.AnswerSMP(secret) }},
	{"SMP 2 received", alice, receive},
	{"SMP 3 received", bob, receive},
	{"SMP 4 received", alice, receive},
}

func sendText(s *otr.Session, _ []byte) (otr.Output, error) { return s.Send([]byte("hello")) }

// steps prints the time of each step. In Pidgin nothing else happens meanwhile.
func steps(out *bufio.Writer) {
	printSteps(out, otr.V3, slices.Concat(exchangeSteps, smpSteps))
}

// printSteps prints the time of each of these steps in a version, and returns the longest.
func printSteps(out *bufio.Writer, v otr.Version, all []step) (longest time.Duration) {
	const times = 15
	took := make([][]time.Duration, len(all))
	for range times {
		c := newConversationIn(v, 0)
		msg := must(c.end[alice].Start()).Send[0]
		for i, s := range all {
			start := processorTime()
			got := must(s.call(c.end[s.end], msg))
			took[i] = append(took[i], processorTime()-start)
			if len(got.Send) > 0 {
				msg = got.Send[0]
			}
		}
	}
	fmt.Fprintf(out, "Medians of %d times, processor time.\n\n| Step | Time |\n|---|--:|\n", times)
	for i, s := range all {
		slices.Sort(took[i])
		middle := took[i][times/2]
		longest = max(longest, middle)
		fmt.Fprintf(out, "| %s | %.2f ms |\n", s.name, middle.Seconds()*1e3)
	}
	return longest
}

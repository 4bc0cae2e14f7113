// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"slices"
	"time"

	"purple-otr/otr"
)

// An aim4 is a row of the table of version 4: what is measured, and at most how long that should take.
type aim4 struct {
	name string
	aim  time.Duration
	of   func(v otr.Version) operation
}

var aims4 = []aim4{
	{"Key exchange", 15 * time.Millisecond, func(v otr.Version) operation {
		return operation{run: func() { newConversationIn(v, 0).exchange() }}
	}},
	{"Message and answer of 100 B, mean of three ratchets", 3600 * time.Microsecond, func(v otr.Version) operation {
		c, text := privateIn(v, 0), letters(100)
		return operation{run: func() {
			for range 3 {
				c.roundTrip(text)
			}
		}, count: 3}
	}},
	{"SMP", 15 * time.Millisecond, func(v otr.Version) operation { return operation{run: privateIn(v, 0).compareSecrets} }},
	{"100 B one way with keys used before", 15 * time.Microsecond, oneWay},
}

// oneWay sends 100 bytes with keys that have been used before. After more messages than these, version
// 4 has to reveal old MAC keys.
func oneWay(v otr.Version) operation {
	const messages = 60
	c, text := privateIn(v, 0), letters(100)
	return operation{
		before: func() {
			c.say(bob, text)
			c.say(alice, text)
		},
		run: func() {
			for range messages {
				c.say(alice, text)
			}
		},
		count: messages,
	}
}

const (
	// aimStep is how long one call of a Session should take at most: a frame.
	aimStep = 16 * time.Millisecond
	// aimMemory is how much heap one end should hold at most, in bytes.
	aimMemory = 10 << 10
)

var steps4 = []step{
	{"query received", bob, receive},
	{"Identity received", alice, receive},
	{"Auth-R received", bob, receive},
	{"Auth-I received", alice, receive},
	{"first text sent", alice, sendText},
	{"first text received", bob, receive},
	{"first text sent back", bob, sendText},
	{"first text back received", alice, receive},
	{"second text sent", alice, sendText},
	{"second text received", bob, receive},
}

// four prints the table of version 4: what both ends take together, beside version 3 and, with aims,
// beside what they should take at most.
func four(out *bufio.Writer, brief, aims bool) {
	rounds, budget, conversations := 9, 150*time.Millisecond, 1000
	if brief {
		rounds, budget, conversations = 1, 5*time.Millisecond, 10
	}
	fmt.Fprintf(out, "Processor time of both ends together, medians of %d rounds; heap with %d conversations.\n\n", rounds, conversations)
	fmt.Fprint(out, "| | Version 3 | Version 4 | Aim |\n|---|--:|--:|---|\n")
	line := func(name string, three, four, aim float64, show func(float64) string) {
		verdict := ""
		if aims {
			verdict = met(four, aim, show)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", name, show(three), show(four), verdict)
	}
	for _, a := range aims4 {
		var took [2][]float64
		operations := [2]operation{a.of(otr.V3), a.of(otr.V4)}
		for range rounds {
			for i, o := range operations {
				o.once()
				took[i] = append(took[i], o.time(budget))
			}
		}
		for i := range took {
			slices.Sort(took[i])
		}
		line(a.name, took[0][rounds/2], took[1][rounds/2], float64(a.aim), inUnits)
	}
	kB := func(n float64) string { return fmt.Sprintf("%.1f kB", n/1024) }
	line("Heap that one end holds, two minutes after the exchange",
		memoryIn(otr.V3, conversations), memoryIn(otr.V4, conversations), aimMemory, kB)
	fmt.Fprint(out, "\nSteps. ")
	longest := float64(printSteps(out, otr.V4, slices.Concat(steps4, smpSteps)))
	fmt.Fprintf(out, "\nThe longest takes %s; %s.\n", inUnits(longest), met(longest, float64(aimStep), inUnits))
}

// met says whether the aim is met.
func met(got, aim float64, show func(float64) string) string {
	if got <= aim {
		return "met: " + show(aim)
	}
	return "**not met**: " + show(aim)
}

// inUnits shows nanoseconds.
func inUnits(ns float64) string {
	switch {
	case ns < 1e5:
		return fmt.Sprintf("%.1f µs", ns/1e3)
	case ns < 1e6:
		return fmt.Sprintf("%.0f µs", ns/1e3)
	}
	return fmt.Sprintf("%.1f ms", ns/1e6)
}

// memoryIn returns the heap that one end of a conversation holds if there are n of them, after what is
// kept for a minute only has been forgotten.
func memoryIn(v otr.Version, n int) float64 {
	several := func(n int) (all []*conversation) {
		text := letters(100)
		for range n {
			c := newConversationIn(v, 0)
			c.exchange()
			c.roundTrip(text)
			c.roundTrip(text)
			c.later = 2 * time.Minute
			for _, end := range c.end {
				end.Tick()
			}
			all = append(all, c)
		}
		return all
	}
	several(1) // creates everything that all conversations share
	before := heap()
	all := several(n)
	after := heap()
	for _, c := range all {
		c.roundTrip(letters(100)) // keeps them all reachable until here
	}
	return float64(after-before) / float64(2*n)
}

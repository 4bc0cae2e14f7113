// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"purple-otr/otr"
	"purple-otr/otr/measure"
)

// constantTime searches for secrets that influence the time of operations. It fails only
// if it does not find those that were planted.
func constantTime(out *bufio.Writer, brief bool) error {
	byWeight(out, brief)
	fmt.Fprint(out, "\n| Secret, fixed or random | Samples | Would be seen | Largest t | |\n|---|--:|--:|--:|---|\n")
	blind := false
	for _, s := range suspects() {
		n := s.Samples
		if brief && !s.planted {
			n /= 20
		}
		all := s.timings(n)
		t, visible := largestT(all), ""
		// On a machine that is busy, a planted difference may take more samples.
		for tries := 0; s.planted && t <= leaking && tries < 3; tries++ {
			all = append(all, s.timings(n<<tries)...)
			t = largestT(all)
		}
		if t <= leaking {
			visible = fmt.Sprintf("%.0f ns", leastVisible(all))
		}
		fmt.Fprintf(out, "| %s | %d | %s | %.1f | %s |\n", s.Name, n, visible, t, verdict(t))
		out.Flush()
		blind = blind || s.planted && t <= leaking
	}
	if blind {
		return errors.New("the test has not seen a difference that is there")
	}
	return nil
}

// byWeight prints the times for exponents with few, half and all of their bits set.
func byWeight(out *bufio.Writer, brief bool) {
	rounds := 2000
	if brief {
		rounds = 100
	}
	fmt.Fprint(out, "| Exponent's bits | one set | half set | all set | Largest difference |\n|---|--:|--:|--:|--:|\n")
	for _, w := range measure.ByWeight() {
		var took [measure.Weights][]time.Duration
		for round := range rounds {
			for j := range measure.Weights {
				i := (round + j) % measure.Weights // so that none is always first
				start := time.Now()
				w.Run(i)
				took[i] = append(took[i], time.Since(start))
			}
		}
		var m [measure.Weights]float64
		for i := range took {
			slices.Sort(took[i])
			m[i] = took[i][rounds/2].Seconds() * 1e6
		}
		difference := 100 * (slices.Max(m[:])/slices.Min(m[:]) - 1)
		within := "within 3 %"
		if difference > 3 {
			within = "**not within 3 %**"
		}
		fmt.Fprintf(out, "| %s | %.1f µs | %.1f µs | %.1f µs | %.1f %%, %s |\n", w.Name, m[0], m[1], m[2], difference, within)
	}
}

// suspects returns the engine's operations, and planted ones that show that the test
// works.
func suspects() (all []suspect) {
	for _, s := range append(measure.Suspects(), measure.Suspects4()...) {
		all = append(all, suspect{Suspect: s})
	}
	return append(all,
		suspect{Suspect: macComparison()},
		suspect{Suspect: measure.NoDifference()},
		suspect{Suspect: measure.VariableExp(), planted: true},
		suspect{Suspect: measure.Suspect{Name: "on purpose: bytes.Equal of 4 kB", Samples: 100000, Prepare: variableEqual()}, planted: true},
	)
}

// macComparison: a forged message whose authenticator is wrong only in its last byte, or
// in all of them. Both messages are received repeatedly, because a repeated forgery is
// handled differently from a new one.
func macComparison() measure.Suspect {
	c := private(0)
	c.say(alice, letters(16)) // reveals the old MAC keys
	msg := must(c.end[alice].Send(letters(16))).Send[0]
	binary := must(base64.StdEncoding.DecodeString(string(msg[len("?OTR:") : len(msg)-1])))
	// The authenticator precedes the old MAC keys. There are none now, only the four
	// bytes of their length.
	mac := binary[len(binary)-24 : len(binary)-4]
	genuine := bytes.Clone(mac)
	return measure.Suspect{Name: "Authenticator of a message", Samples: 200000, Prepare: func(class int) func() {
		copy(mac, genuine)
		if class == 0 {
			mac[19] ^= 1
		} else {
			for i := range mac {
				mac[i] = ^mac[i]
			}
		}
		forged := []byte("?OTR:" + base64.StdEncoding.EncodeToString(binary) + ".")
		return func() {
			if _, err := c.end[bob].Receive(forged); !errors.Is(err, otr.ErrForged) {
				panic("a forged message was not recognised")
			}
		}
	}}
}

func variableEqual() func(class int) func() {
	secret := must(randomBytes(4096))
	return func(class int) func() {
		guess := bytes.Clone(secret)
		if class == 1 {
			guess = must(randomBytes(len(secret)))
		}
		return func() { bytes.Equal(secret, guess) }
	}
}

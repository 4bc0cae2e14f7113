// SPDX-License-Identifier: GPL-2.0-or-later

// Command otr-bench measures this project's engine and key store. It is for
// "make bench", "make constant-time" and "make scale", and is not installed.
//
//	otr-bench serve DIR          run operations on request, as test/bench asks for them
//	otr-bench constant-time [-brief]
//	                             look for secrets in the time that operations take
//	otr-bench scale [-brief]     how cost grows with conversations, buddies and messages
//	otr-bench steps              how long each single step of a conversation takes
//	otr-bench four [-brief] [-no-aims]
//	                             how long version 4 takes, beside version 3 and our aims
//	otr-bench pieces [-brief]    what each piece of our own arithmetic brings
package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	brief := slices.Contains(os.Args[2:], "-brief")
	out := bufio.NewWriter(os.Stdout)
	var err error
	switch os.Args[1] {
	case "serve":
		if len(os.Args) != 3 {
			usage()
		}
		err = serve(os.Stdin, os.Stdout, os.Args[2])
	case "constant-time":
		err = constantTime(out, brief)
	case "scale":
		err = scale(out, brief)
	case "steps":
		steps(out)
	case "four":
		four(out, brief, !slices.Contains(os.Args[2:], "-no-aims"))
	case "pieces":
		pieces(out, brief)
	default:
		usage()
	}
	out.Flush()
	if err != nil {
		fmt.Fprintln(os.Stderr, "otr-bench:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: otr-bench serve DIR | constant-time [-brief] | scale [-brief] | steps | four [-brief] [-no-aims] | pieces [-brief]")
	os.Exit(2)
}

// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package keystore

import "golang.org/x/sys/unix"

// NoCoreDumps keeps the process from writing core dumps, and so private keys to
// disk: they are in Go's memory, of which no part can be left out of a dump. A
// debugger can be attached as before, and a user who wants dumps can raise the
// limit again (prlimit). Programs that the process starts inherit it.
//
// A limit of one byte, unlike none, also forbids to pipe the dump to a program
// such as systemd-coredump (core(5)).
func NoCoreDumps() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		return err
	}
	limit.Cur = min(limit.Max, 1)
	return unix.Setrlimit(unix.RLIMIT_CORE, &limit)
}

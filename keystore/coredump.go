// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package keystore

import "golang.org/x/sys/unix"

// NoCoreDumps prevents the process from writing core dumps, which would put private keys
// on the disk: they are in Go's memory, and no part of it can be excluded from a dump. A
// debugger can still be attached, and a user who wants dumps can raise the limit again
// (prlimit). Child processes inherit the limit.
//
// The limit is one byte and not zero: only one byte also prevents the kernel from piping
// the dump to a program such as systemd-coredump (core(5)).
func NoCoreDumps() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		return err
	}
	limit.Cur = min(limit.Max, 1)
	return unix.Setrlimit(unix.RLIMIT_CORE, &limit)
}

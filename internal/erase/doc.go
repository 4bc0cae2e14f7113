// SPDX-License-Identifier: GPL-2.0-or-later

// Package erase erases what a computation with keys leaves in memory: the registers, the
// stack, and, once the garbage collector has found that nothing refers to them, the
// objects that it has allocated. Go 1.26 can do that as an experiment, which the Makefile
// turns on; it works on Linux on amd64 and arm64. Without it the program is the same, and
// only that is erased which the program overwrites.
//
// Values that are only overwritten would remain elsewhere: Go copies an array when it is
// passed on, and moves stacks.
package erase

import "runtime"

// Possible reports whether the experiment erases anything on this system and processor.
const Possible = runtime.GOOS == "linux" && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64")

// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix && !linux

package seal

import "golang.org/x/sys/unix"

// newMemory returns memory for a key outside Go's heap, which is not swapped.
//
// No test runs on these systems.
func newMemory() ([]byte, error) {
	mem, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, err
	}
	_ = unix.Mlock(mem) // the system may refuse it; a key without it is better than none
	return mem, nil
}

func freeMemory(mem []byte) { _ = unix.Munmap(mem) }

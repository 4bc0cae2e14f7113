// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import "golang.org/x/sys/unix"

// newMemory returns memory for a key outside Go's heap. It is not swapped, and neither in
// core dumps nor in child processes.
func newMemory() ([]byte, error) {
	mem, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, err
	}
	// The system may refuse any of these; a key without them is better than none.
	_ = unix.Madvise(mem, unix.MADV_DONTDUMP)
	_ = unix.Madvise(mem, unix.MADV_WIPEONFORK)
	_ = unix.Mlock(mem)
	return mem, nil
}

func freeMemory(mem []byte) { _ = unix.Munmap(mem) }

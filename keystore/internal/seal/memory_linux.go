// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import "golang.org/x/sys/unix"

// newMemory returns memory for a key, outside of Go's, which is not swapped, not in
// core dumps and not in child processes.
func newMemory() ([]byte, error) {
	mem, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, err
	}
	// Each of these may be impossible here, which is no reason to have no key.
	_ = unix.Madvise(mem, unix.MADV_DONTDUMP)
	_ = unix.Madvise(mem, unix.MADV_WIPEONFORK)
	_ = unix.Mlock(mem)
	return mem, nil
}

func freeMemory(mem []byte) { _ = unix.Munmap(mem) }

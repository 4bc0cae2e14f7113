// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// newMemory returns memory for a key, which is not swapped. It is two pages long, so
// that it contains a whole page without other locked memory.
//
// No test runs on Windows.
func newMemory() ([]byte, error) {
	mem := make([]byte, 2*os.Getpagesize())
	_ = windows.VirtualLock(address(mem), uintptr(len(mem))) // the system may refuse it; a key without it is better than none
	return mem, nil
}

func freeMemory(mem []byte) { _ = windows.VirtualUnlock(address(mem), uintptr(len(mem))) }

func address(mem []byte) uintptr { return uintptr(unsafe.Pointer(&mem[0])) }

// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// newMemory returns memory for a key which is not swapped. It is twice a page, so
// that no other locked memory is on a whole page of it.
//
// No test runs on Windows.
func newMemory() ([]byte, error) {
	mem := make([]byte, 2*os.Getpagesize())
	_ = windows.VirtualLock(address(mem), uintptr(len(mem))) // may be impossible, which is no reason to have no key
	return mem, nil
}

func freeMemory(mem []byte) { _ = windows.VirtualUnlock(address(mem), uintptr(len(mem))) }

func address(mem []byte) uintptr { return uintptr(unsafe.Pointer(&mem[0])) }

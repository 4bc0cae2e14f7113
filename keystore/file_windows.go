// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// No test runs on Windows.

// inode would distinguish a file from another one that has replaced it. Here only size and
// time do.
func inode(fs.FileInfo) uint64 { return 0 }

// names returns how many names (hard links) a file has.
func names(path string, _ fs.FileInfo) uint64 {
	f, err := os.Open(path)
	if err != nil {
		return 1
	}
	defer f.Close()
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return 1
	}
	return uint64(info.NumberOfLinks)
}

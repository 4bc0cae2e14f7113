// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package keystore

import (
	"io/fs"
	"syscall"
)

// inode distinguishes a file from another one that has replaced it.
func inode(info fs.FileInfo) uint64 {
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(sys.Ino)
	}
	return 0
}

// names returns how many names (hard links) a file has.
func names(_ string, info fs.FileInfo) uint64 {
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(sys.Nlink)
	}
	return 1
}

// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package main

const (
	terminalIn  = "/dev/tty"
	terminalOut = "/dev/tty"
)

// SPDX-License-Identifier: GPL-2.0-or-later

package main

// No test runs on Windows.
const (
	terminalIn  = "CONIN$"
	terminalOut = "CONOUT$"
)

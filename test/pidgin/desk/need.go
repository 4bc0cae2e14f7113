// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"os"
	"os/exec"
)

// Missing lists the programs that a desk needs and that are not installed.
func Missing() (missing []string) {
	for _, program := range []string{
		"pidgin", "finch", "tmux", "prosody", "dbus-daemon", "Xvfb", "openbox", "import", "xdotool", "pkg-config",
		"gnome-keyring-daemon", "profanity", "mcabber",
	} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, program)
		}
	}
	for _, file := range []string{
		PidginOTR,
		"/usr/sbin/bitlbee",
		"/usr/lib/bitlbee/otr.so",
		"/usr/sbin/ngircd",
		"/usr/share/defaults/at-spi2/accessibility.conf",
		"/usr/libexec/at-spi2-registryd",
	} {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, file)
		}
	}
	return missing
}

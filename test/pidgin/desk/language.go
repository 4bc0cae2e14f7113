// SPDX-License-Identifier: GPL-2.0-or-later

package desk

// Speak sets the language, such as "de", of all programs that are started from now on.
// The locale need not be installed.
func (d *Desk) Speak(language string) {
	d.language = []string{"LANG=" + language + "_XX.UTF-8", "LANGUAGE=" + language}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

// Speak has the programs that are started from now on speak a language, "de". The
// locale need not be installed for that.
func (d *Desk) Speak(language string) {
	d.language = []string{"LANG=" + language + "_XX.UTF-8", "LANGUAGE=" + language}
}

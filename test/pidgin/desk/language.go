// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Speak sets the language, such as "de", of all programs that are started from now on.
// The locale need not be installed.
func (d *Desk) Speak(language string) {
	d.language = []string{"LANG=" + language + "_XX.UTF-8", "LANGUAGE=" + language}
}

// SpeakAll is Speak, and also sets the language of Pidgin itself and the writing direction of
// its windows, which depend on their translations. With LANG=C.UTF-8 no locale is needed.
func (d *Desk) SpeakAll(language string) {
	d.language = []string{"LANG=C.UTF-8", "LANGUAGE=" + language, "PANGO_LANGUAGE=" + strings.ReplaceAll(language, "_", "-")}
}

// Locale has the programs that are started from now on use a locale of the C library,
// "sv_SE.UTF-8", which need not be installed: it is made in a folder.
func (d *Desk) Locale(name string) {
	d.T.Helper()
	language, charset, _ := strings.Cut(name, ".")
	folder := filepath.Join(d.Dir, "locales")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		d.T.Fatalf("%v", err)
	}
	if out, err := exec.Command("localedef", "-i", language, "-f", charset, filepath.Join(folder, name)).CombinedOutput(); err != nil {
		d.T.Fatalf("localedef: %v\n%s", err, out)
	}
	d.language = []string{"LOCPATH=" + folder, "LANG=" + name, "LC_ALL=" + name, "LANGUAGE=en"}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// UserDir returns libpurple's folder, which Pidgin and Finch use by default: .purple in the
// home folder, on Windows in %APPDATA%. It may not exist. Adium on macOS uses another
// folder, which package foreign reads.
func UserDir() (string, error) { return userDir(runtime.GOOS, os.Getenv) }

func userDir(system string, env func(string) string) (string, error) {
	names := []string{"HOME"}
	if system == "windows" {
		names = []string{"PURPLEHOME", "APPDATA"} // as in libpurple's win32dep.c
	}
	for _, name := range names {
		if home := env(name); home != "" {
			return filepath.Join(home, ".purple"), nil
		}
	}
	return "", errors.New("the home folder is not known: " + names[len(names)-1] + " is not set")
}

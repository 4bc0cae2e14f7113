// SPDX-License-Identifier: GPL-2.0-or-later

// Command check prints what the catalogues lack of the texts of the program,
// whose sources are in the directory it is given, one line for each language, and
// nothing if they lack nothing.
package main

import (
	"fmt"
	"os"

	"purple-otr/ui/locale"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: check DIRECTORY")
		os.Exit(2)
	}
	texts, err := Texts(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, language := range locale.Languages() {
		if missing := Untranslated(language, texts); len(missing) > 0 {
			fmt.Printf("%s: %d of %d texts are not translated, such as %q\n", language, len(missing), len(texts), missing[0].English)
		}
	}
}

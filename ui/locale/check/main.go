// SPDX-License-Identifier: GPL-2.0-or-later

// Command check prints the texts that the catalogues lack, one line for each language,
// each translation that breaks a rule of its language, and each that may make a window too
// wide. It prints nothing if all is well. Its argument is the directory of the sources with
// the texts. With -plurals and a language, it prints the language's header “Plural-Forms”.
package main

import (
	"cmp"
	"fmt"
	"os"

	"purple-otr/ui/locale"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "-plurals" {
		fmt.Println(cmp.Or(pluralRules[os.Args[2]], "nplurals=INTEGER; plural=EXPRESSION;"))
		return
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: check DIRECTORY | check -plurals LANGUAGE")
		os.Exit(2)
	}
	var uses []Use
	texts, err := Texts(os.Args[1])
	if err == nil {
		uses, err = Uses(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, language := range locale.Languages() {
		if missing := Untranslated(language, texts); len(missing) > 0 {
			fmt.Printf("%s: %d of %d texts are not translated, such as %q\n", language, len(missing), len(texts), missing[0].English)
		}
		for _, complaint := range Misprints(language) {
			fmt.Println(complaint)
		}
		for _, warning := range Long(language, uses) {
			fmt.Println(warning)
		}
	}
}

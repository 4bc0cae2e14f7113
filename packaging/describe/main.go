// SPDX-License-Identifier: GPL-2.0-or-later

// Describe writes the parts of the packages that follow from the source code and from what
// has been built:
//
//	describe copyright             debian/copyright, with the licence of every module
//	describe components FOLDER     a list of all components of the programs in FOLDER (SPDX)
//	describe metainfo              the AppStream metainfo, in every language
//	describe package FORMAT ARCH FOLDER TREE
//	                               what nfpm needs to make a package of the files in TREE
//
// It runs in the project's directory, writes to standard output, and needs no network once
// the modules are in the module cache or in vendor/. The same input makes the same output:
// the only time is SOURCE_DATE_EPOCH.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

var errUsage = errors.New("usage: describe copyright | components FOLDER | metainfo | package FORMAT ARCH FOLDER TREE")

func main() {
	var out bytes.Buffer
	err := run(os.Args[1:], &out)
	if err == nil {
		_, err = os.Stdout.Write(out.Bytes())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "describe:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "copyright":
		return writeCopyright(out)
	case len(args) == 2 && args[0] == "components":
		return writeComponents(out, args[1])
	case len(args) == 1 && args[0] == "metainfo":
		return writeMetainfo(out)
	case len(args) == 5 && args[0] == "package":
		return writeRecipe(out, args[1], args[2], args[3], args[4])
	}
	return errUsage
}

// sourceDate returns the time of the source code, which is the only time in the packages.
func sourceDate() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, not a number of seconds", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

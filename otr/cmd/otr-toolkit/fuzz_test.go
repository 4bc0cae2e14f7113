// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// addInputs adds the test data line by line, because long inputs slow the fuzzer down.
func addInputs(f *testing.F) {
	files, err := filepath.Glob("testdata/parse/*.in")
	if err != nil || len(files) == 0 {
		f.Fatal("no test data", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, l := range strings.Split(string(b), "\n") {
			if len(l) < 100 {
				f.Add(l)
			}
		}
	}
	f.Add("?OTR,1,2,?OTR Er,\n?OTR,2,2,ror: in pieces,")
	f.Add(aMessage)
	f.Add(aNoMAC)
}

// wantTame: output contains nothing that moves a terminal's cursor or reverses its text.
func wantTame(t *testing.T, output string) {
	t.Helper()
	if !utf8.ValidString(output) {
		t.Errorf("not UTF-8: %q", output)
	}
	for _, r := range output {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' {
			t.Fatalf("%q in the output", r)
		}
	}
}

// FuzzParse: for any input, the output is harmless to a terminal and not much larger than
// the input.
func FuzzParse(f *testing.F) {
	addInputs(f)
	f.Fuzz(func(t *testing.T, in string) {
		out, errs, code := call(in, "parse")
		if code != 0 && code != 1 || (code == 0) != (errs == "") {
			t.Errorf("exit code %d, %q", code, errs)
		}
		wantTame(t, out)
		wantTame(t, errs)
		if limit := 60*len(in) + 100; len(out) > limit {
			t.Errorf("%d bytes of output to %d of input", len(out), len(in))
		}
	})
}

// FuzzReadforge: every Data Message can be read and forged, and the forged message says
// what was asked for.
func FuzzReadforge(f *testing.F) {
	addInputs(f)
	f.Fuzz(func(t *testing.T, in string) {
		out, errs, code := call(in, "readforge", anAES)
		wantTame(t, out+errs)
		if code != 0 && code != 1 {
			t.Fatalf("exit code %d", code)
		}
		forged, errs, code := call(in, "readforge", anAES, "attack at dawn")
		wantTame(t, forged+errs)
		if code != 0 {
			if out != "" {
				t.Fatalf("a message that can be read, but not forged: %s", errs)
			}
			return
		}
		modified := must(t, forged, "modify", aMAC, "attack", "defend", "0")
		if out := must(t, modified, "readforge", anAES); out != "Plaintext: \"defend at dawn\"\n" {
			t.Errorf("forged and modified, it says %q", out)
		}
		if fields := must(t, modified, "parse"); !strings.HasPrefix(fields, "Data Message:") {
			t.Errorf("a forged message is %q", fields)
		}
	})
}

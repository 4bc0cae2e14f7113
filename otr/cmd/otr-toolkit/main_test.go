// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// call runs the program.
func call(stdin string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), code
}

// must runs the program and fails the test if there is an error.
func must(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	out, errs, code := call(stdin, args...)
	if code != 0 || errs != "" {
		t.Fatalf("%q: exit code %d: %s", args, code, errs)
	}
	return out
}

func TestParseGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*.in")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out, errs, code := call(string(in), "parse")
			got := fmt.Sprintf("%s%sexit code %d\n", out, errs, code)
			golden := strings.TrimSuffix(file, ".in") + ".out"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("parse < %s:\n%s\nwant\n%s", file, got, want)
			}
		})
	}
}

const (
	anAES    = "000102030405060708090a0b0c0d0e0f"
	aMAC     = "56178b86a57fac22899a9964185c2cc96e7da589" // SHA-1 of anAES
	aMessage = "?OTR:AAMDAAABAAAAAgABAAAAAgAAAAMAAAABBwECAwQFBgcIAAAABXDfBdcph7w0zDE5p+5BPRSXc7gSS+tZwA8AAAAA."
	aCommand = "remac " + aMAC + " 256 0x200 1 2 3 07 0102030405060708 70df05d729 "
	aNoMAC   = "?OTR:AAMDAAABAAAAAgABAAAAAgAAAAMAAAABBwECAwQFBgcIAAAABXDfBdcpAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA."
	aBadData = "?OTR:AAIDAAAAAAEAAAABAAAAAQI=."
	otherMAC = "0000000000000000000000000000000000000000"
)

// TestCalls checks standard output, standard error and the exit code.
func TestCalls(t *testing.T) {
	for _, c := range []struct {
		args   string // separated by blanks, - for an empty one
		stdin  string
		code   int
		stdout string // a part of it; if empty, there must be none
		stderr string
	}{
		{"", "", 2, "", "no command given"},
		{"-h", "", 0, "readforge  decrypt a Data Message", ""},
		{"--help", "", 0, "usage: otr-toolkit command", ""},
		{"-x", "", 2, "", "the only options are -h"},
		{"mend", "", 2, "", `unknown command "mend"`},
		{"\x1b[2J", "", 2, "", `"\x1b[2J"`},
		{"parse -v", "", 2, "", "the only options are -h"},
		{"parse more", "", 2, "", "usage: otr-toolkit parse\n"},
		{"mackey", "", 2, "", "usage: otr-toolkit mackey aes_key\n"},
		{"mackey " + anAES, "", 0, "AES key: " + anAES + "\nMAC key: " + aMAC + "\n", ""},
		{"mackey " + aMAC, "", 2, "", "aes_key must be 32 hexadecimal digits"},
		{"mackey x" + anAES[1:], "", 2, "", "aes_key must be"},
		{"sesskeys 00 07", "", 2, "", "our_privkey is not a private key"},
		{"sesskeys 01 01", "", 2, "", "their_pubkey is not a public key"},
		{"sesskeys 01 " + strings.Repeat("ff", 192), "", 2, "", "their_pubkey is not a public key"},
		{"sesskeys 1 07", "", 2, "", "our_privkey must be an even number of at most 80"},
		{"sesskeys - 07", "", 2, "", "our_privkey must be"},
		{"sesskeys 01 -", "", 2, "", "their_pubkey must be"},
		{"sesskeys 01 0007", "", 0, "We are the low end of this key exchange.\n\nOur public key: 02\n", ""},
		{"sesskeys 03 07", "", 0, "We are the high end of this key exchange.\n\nOur public key: 08\n", ""},
		{"readforge " + anAES, "so: " + aMessage + "\n", 0, "Plaintext: \"hello\"\n", ""},
		{"readforge " + anAES, aNoMAC, 1, "Plaintext: \"hello\"\n", "the MAC does not match"},
		{"readforge " + anAES + " hello", aNoMAC, 0, aMessage + "\n", "the MAC does not match"},
		{"readforge " + anAES + " hello", aBadData + aMessage, 0, aMessage + "\n", ""},
		{"readforge " + anAES, aBadData, 1, "", "there is no Data Message"},
		{"readforge " + anAES, "?OTR:AAIKAAAAAQI=.", 1, "", "there is no Data Message"},
		{"readforge " + aMAC, aMessage, 2, "", "aes_key must be 32"},
		{"modify " + aMAC + " h j 0", aMessage, 0, "?OTR:AAMD", ""},
		{"modify " + aMAC + " hello jello 0", aMessage, 0, "?OTR:AAMD", ""},
		{"modify " + aMAC + " hello jello 1", aMessage, 1, "", "only 5 bytes"},
		{"modify " + aMAC + " h j 2147483647", aMessage, 1, "", "only 5 bytes"},
		{"modify " + aMAC + " h j 4294967296", aMessage, 2, "", "offset is not a number"},
		{"modify " + aMAC + " h j -1", aMessage, 2, "", "offset is not a number"},
		{"modify " + aMAC + " h jj 0", aMessage, 2, "", "the same number of bytes"},
		{"modify " + otherMAC + " h j 0", aMessage, 0, "?OTR:AAMD", "the MAC does not match"},
		{"modify " + anAES + " h j 0", aMessage, 2, "", "mac_key must be 40"},
		{"modify " + aMAC + " h j 0", "hello", 1, "", "there is no Data Message"},
		{aCommand + "-", "", 0, aMessage + "\n", ""},
		{aCommand + aMAC, "", 0, "?OTR:AAMD", ""},
		{aCommand + anAES, "", 0, "?OTR:AAMD", "nobody will accept this message: Data, old MAC keys"},
		{"remac " + aMAC + " 1 1 256 1 1 07 0102030405060708 00 -", "", 2, "", "flags is not a number"},
		{"remac " + aMAC + " 1 1 0 1 1 07 01 00 -", "", 2, "", "counter must be 16"},
		{"remac " + aMAC + " 0xg 1 0 1 1 07 0102030405060708 00 -", "", 2, "", "sender_instance is not"},
	} {
		var args []string
		for _, a := range strings.Fields(c.args) {
			if a == "-" {
				a = ""
			}
			args = append(args, a)
		}
		out, errs, code := call(c.stdin, args...)
		if code != c.code || !matches(out, c.stdout) || !matches(errs, c.stderr) {
			t.Errorf("%q: exit code %d, want %d\nstdout %q, want %q\nstderr %q, want %q",
				c.args, code, c.code, out, c.stdout, errs, c.stderr)
		}
	}
}

func matches(got, want string) bool {
	return want == "" && got == "" || want != "" && strings.Contains(got, want)
}

func TestHelpOfEachCommand(t *testing.T) {
	for _, c := range commands {
		out := must(t, "", c.name, "-h")
		if want := "usage: otr-toolkit " + c.name; !strings.HasPrefix(out, want) || !strings.Contains(out, c.about) {
			t.Errorf("%s -h says %q", c.name, out)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room left") }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestBrokenInputAndOutput(t *testing.T) {
	var errs bytes.Buffer
	if code := run([]string{"mackey", anAES}, nil, full{}, &errs); code != 1 || !strings.Contains(errs.String(), "no room left") {
		t.Errorf("nowhere to write to: exit code %d, %q", code, errs.String())
	}
	for _, args := range [][]string{{"parse"}, {"readforge", anAES}} {
		errs.Reset()
		if code := run(args, zeros{}, io.Discard, &errs); code != 1 || !strings.Contains(errs.String(), "larger than") {
			t.Errorf("%q, endless input: exit code %d, %q", args, code, errs.String())
		}
	}
}

// TestManualPage: the page mentions every command and option, and groff reports no error.
func TestManualPage(t *testing.T) {
	page, err := os.ReadFile("otr-toolkit.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		for _, form := range c.forms() {
			entry := ".It Cm " + c.name
			for _, o := range strings.Fields(form) {
				if optional, ok := strings.CutPrefix(o, "["); ok {
					entry += " Op Ar " + strings.TrimSuffix(optional, "]")
				} else {
					entry += " Ar " + o
				}
			}
			if !strings.Contains(strings.ReplaceAll(string(page), "\\\n", ""), entry+"\n") {
				t.Errorf("otr-toolkit.1 lacks %q", entry)
			}
		}
	}
	need(t, "groff")
	out, err := exec.Command("groff", "-mandoc", "-ww", "-z", "-Tutf8", "otr-toolkit.1").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

// need skips a test that needs a program which this machine does not have.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("REQUIRE_ALL") != "" {
		t.Fatal(program + " is not installed")
	}
	t.Skip(program + " is not installed; with REQUIRE_ALL=1 this is a failure")
}

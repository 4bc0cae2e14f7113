// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
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
	for l := range strings.Lines(short4) {
		f.Add(l)
	}
}

// short4 are messages of version 4, each of another kind.
const short4 = "?OTR|00000001|00000100|00000200,2,2,4?,?OTR|00000001|00000100|00000200,1,2,?OTRv,\n" +
	"?OTR:AAQ3AAABAAAAAgA=.\n?OTR:AAQ1AAABAAAAAAAAAAAFAAEAAAEAAAIQAA==.\n?OTR:AAQ2AAABAAAAAgAAAAAH.\n"

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

// data4 is a Data Message of version 4, whose keys are those of the chain key chain4.
var (
	chain4 = strings.Repeat("00", 64)
	data4  = sync.OnceValue(func() string {
		var b bytes.Buffer
		mac := regexp.MustCompile(`MAC key: (\w+)`).FindStringSubmatch(tame("", "mackey", chain4))[1]
		b.WriteString(tame("", "remac", mac, "256", "512", "0", "0", "1", "0", strings.Repeat("01", 57), "", "0102", ""))
		return b.String()
	})
)

// tame returns the output of a call.
func tame(stdin string, args ...string) string {
	out, _, _ := call(stdin, args...)
	return out
}

// FuzzReadforge4: as FuzzReadforge, for version 4.
func FuzzReadforge4(f *testing.F) {
	addInputs(f)
	f.Add(data4())
	mac := regexp.MustCompile(`MAC key of MKenc: (\w+)`).FindStringSubmatch(tame("", "mackey", chain4))[1]
	f.Fuzz(func(t *testing.T, in string) {
		out, errs, code := call(in, "readforge", chain4)
		wantTame(t, out+errs)
		if code != 0 && code != 1 {
			t.Fatalf("exit code %d", code)
		}
		forged, errs, code := call(in, "readforge", chain4, "attack at dawn")
		wantTame(t, forged+errs)
		if code != 0 {
			if out != "" {
				t.Fatalf("a message that can be read, but not forged: %s", errs)
			}
			return
		}
		want := "Plaintext: \"defend at dawn\"\n"
		modified, errs, _ := call(forged, "modify", mac, "attack", "defend", "0")
		if out, _, code := call(modified, "readforge", chain4); code == 0 && errs == "" && out != want {
			t.Errorf("forged and modified, it says %q", out)
		}
		if out := must(t, forged, "readforge", chain4); out != "Plaintext: \"attack at dawn\"\n" {
			t.Errorf("forged, it says %q", out)
		}
		if fields := must(t, modified, "parse"); !strings.HasPrefix(fields, "Data Message:") {
			t.Errorf("a forged message is %q", fields)
		}
	})
}

// FuzzProfile: whatever is said to be a client profile, the program says that it is none, or makes an
// exchange that it can parse.
func FuzzProfile(f *testing.F) {
	_, _, profiles := honest(f)
	for _, p := range profiles {
		b, err := hex.DecodeString(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, profile []byte) {
		operand := hex.EncodeToString(profile)
		out, errs, code := call("", "dake", forgerSeed, profiles[0], operand)
		wantTame(t, out+errs)
		switch {
		case code == 2 && out == "" && errs != "":
		case code == 0 && errs == "":
			if got := must(t, out, "parse"); !strings.Contains(got, "Client profile: "+operand+"\n") {
				t.Errorf("the profile is another one in %q", got)
			}
		default:
			t.Fatalf("exit code %d: %q", code, errs)
		}
	})
}

// FuzzTexts: any input is a conversation, or the program says why it is none.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"Alice: hi\nBob: hi\r\n", "Bob:", "Bob", "\n", "Alice: \x00", "Alice:Bob: \xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		texts, err := readTexts(in)
		if (err == nil) != (len(texts) > 0) {
			t.Fatalf("%d texts, error %v", len(texts), err)
		}
		for _, said := range texts {
			if !bytes.Contains(in, said.text) || bytes.ContainsAny(said.text, "\x00\n") {
				t.Errorf("%q is not in the input", said.text)
			}
		}
		if err != nil {
			wantTame(t, err.Error())
		}
	})
}

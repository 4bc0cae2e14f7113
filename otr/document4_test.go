// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

func document4(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../doc/otr4.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The tests that doc/otr4.md names are in the packages that it names.
func TestDocumentNamesTests(t *testing.T) {
	name := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for _, row := range regexp.MustCompile("(?m)^\\| [^|]+ \\| ([^|]*) \\| ([^|]*`Test[^|]*) \\|$").FindAllStringSubmatch(document4(t), -1) {
		rows++
		var source strings.Builder
		for _, pkg := range name.FindAllStringSubmatch(row[1], -1) {
			files, err := filepath.Glob(filepath.Join("..", pkg[1], "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				source.Write(b)
			}
		}
		for _, test := range name.FindAllStringSubmatch(row[2], -1) {
			if !strings.Contains(source.String(), "\nfunc "+test[1]+"(") {
				t.Errorf("there is no %s in %s", test[1], row[1])
			}
		}
	}
	if rows < 10 {
		t.Fatalf("%d rows", rows)
	}
}

// The lengths of messages in doc/otr4.md are those of a recorded conversation.
func TestDocumentKnowsLengths(t *testing.T) {
	lengths := map[string]bool{}
	for _, l := range recordedLines(t, "self-alice") {
		if l[0] != "in" && l[0] != "out" || !strings.HasPrefix(l[1], wire.Prefix) {
			continue
		}
		b, err := wire.Dearmor([]byte(l[1]))
		if err != nil {
			t.Fatal(err)
		}
		_, m, err := wire.Parse4(b)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%d bytes (%d characters)", len(b), len(l[1]))
		switch m := m.(type) {
		case wire.AuthR, wire.AuthI:
			text = fmt.Sprintf("%d (%d)", len(b), len(l[1]))
		case wire.Data4:
			text = fmt.Sprintf("Data %d and the text, and %d more with", len(b)-len(m.Encrypted)-len(m.DH)-len(m.OldMACKeys), 384)
		}
		lengths[text] = true
	}
	document := strings.Join(strings.Fields(document4(t)), " ")
	for text := range lengths {
		if !strings.Contains(document, text) {
			t.Errorf("no %q", text)
		}
	}
	if len(lengths) != 4 {
		t.Errorf("lengths of four messages: %v", lengths)
	}
}

// The constants in doc/otr4.md.
func TestDocumentKnowsLimits(t *testing.T) {
	document := strings.Join(strings.Fields(document4(t)), " ")
	for _, text := range []string{
		fmt.Sprintf("TLV of type %#x", wire.TLVIntroduction),
		fmt.Sprintf("BYTE: %d | | fingerprint | %d bytes", introductionFormat, fingerprint4Len),
		fmt.Sprintf("At most %d Identity Messages are answered at once, and one more every %.0f seconds", maxAnswers, answerEvery.Seconds()),
		fmt.Sprintf("at most %d of them, %d kB, and for a minute", maxEarly, maxEarlyBytes>>10),
		fmt.Sprintf("valid for %.0f days, and is replaced in its last %.0f", profileFor.Hours()/24, profileLeft.Hours()/24),
		fmt.Sprintf("than %.0f days if there is no limit", ratchetFor.Hours()/24),
		fmt.Sprintf("Of one message, the first %d TLVs count", maxRecords),
		fmt.Sprintf("at most one such answer in %.0f seconds", errorInterval.Seconds()),
		fmt.Sprintf("begun again at most %s times, at first after %g to %.0f seconds", map[int]string{3: "three"}[maxRetries],
			retryAfter.Seconds(), 2*retryAfter.Seconds()),
		fmt.Sprintf("multiples of %d bytes", padTo),
		strings.TrimSpace(unreadable4), strings.TrimSpace(noChannel4), strings.TrimSpace(malformed4),
		fmt.Sprintf("version 4 is `% x`", tagV4), string((AllowV3 | AllowV4).query("", 0)), string((Manual | AllowV4).query("", 0)),
	} {
		if !strings.Contains(document, text) {
			t.Errorf("no %q", text)
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/test/interop/transcript"
)

// TestInteropReplay replays recorded conversations with libotr. The engine must answer
// byte for byte as it did when libotr understood it. If it has a reason to answer
// differently now, record them again with libotr: go test ./test/interop -run TestRecord
// -update
func TestInteropReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/interop/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			setup, steps, err := transcript.Read(f)
			if err != nil {
				t.Fatal(err)
			}
			if len(steps) == 0 {
				t.Fatal("an empty recording")
			}
			p, err := transcript.NewPlayer(setup)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range steps {
				p.Do(want.Call.Verb, want.Call.Args...)
				if got := p.Steps[i]; !slices.Equal(got.Outcomes, want.Outcomes) {
					t.Fatalf("call %d, %.80s\n got %q\nwant %q", i, want.Call, got.Outcomes, want.Outcomes)
				}
			}
		})
	}
}

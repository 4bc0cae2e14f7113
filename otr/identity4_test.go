// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// A recordedDraw is a source of randomness that has one recorded answer for each purpose.
type recordedDraw map[string]string

func (d recordedDraw) For(purpose string) io.Reader {
	b, err := hex.DecodeString(d[purpose])
	if err != nil {
		return iotest.ErrReader(err)
	}
	return bytes.NewReader(b)
}

func (d recordedDraw) Read([]byte) (int, error) { return 0, errors.New("no purpose is named") }

// recordedKeys returns what a recorded conversation has drawn, and the fingerprint that its
// program has shown.
func recordedKeys(t *testing.T, name string) (draws recordedDraw, fingerprint string) {
	t.Helper()
	f, err := os.Open("internal/testdata/v4/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	draws = recordedDraw{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l []string
		if json.Unmarshal(lines.Bytes(), &l) != nil || len(l) != 2 {
			continue
		}
		if label, ok := strings.CutPrefix(l[0], "draw "); ok {
			draws[label] = l[1]
		}
		if l[0] == "our_fpr" {
			fingerprint = l[1]
		}
	}
	return draws, fingerprint
}

func TestIdentityKeyOfARecordedConversation(t *testing.T) {
	tested := 0
	for _, name := range []string{"self-alice.jsonl", "self-bob.jsonl"} {
		draws, want := recordedKeys(t, name)
		k, err := GenerateIdentityKey(draws)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(k.Fingerprint().Bytes()); got != want || want == "" {
			t.Errorf("%s: fingerprint %s, want %s", name, got, want)
		}
		again, err := NewIdentityKey(k.Seed(), k.Forging())
		if err != nil || again.Fingerprint() != k.Fingerprint() || !bytes.Equal(again.Seed(), k.Seed()) {
			t.Errorf("%s: made again: %v", name, err)
		}
		tested++
	}
	if tested != 2 {
		t.Fatal("nothing was tested")
	}
}

func TestNewIdentityKeyRefuses(t *testing.T) {
	good, err := GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seed, forging := good.Seed(), good.Forging()
	if len(seed) != IdentitySize || len(forging) != IdentitySize {
		t.Fatalf("%d and %d bytes", len(seed), len(forging))
	}
	identity := make([]byte, IdentitySize)
	identity[0] = 1
	minusOne, err := hex.DecodeString("fe" + strings.Repeat("ff", 27) + "fe" + strings.Repeat("ff", 27) + "00") // of order 2
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ seed, forging []byte }{
		"nothing":            {nil, nil},
		"short seed":         {seed[1:], forging},
		"long seed":          {append(seed, 0), forging},
		"short forging key":  {seed, forging[1:]},
		"long forging key":   {seed, append(forging, 0)},
		"neutral element":    {seed, identity},
		"point of order two": {seed, minusOne},
		"no point":           {seed, bytes.Repeat([]byte{0xff}, IdentitySize)},
	} {
		if k, err := NewIdentityKey(c.seed, c.forging); err == nil || k != nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for n := range 2 * IdentitySize {
		if k, err := GenerateIdentityKey(io.LimitReader(rand.Reader, int64(n))); err == nil || k != nil {
			t.Fatalf("a key is made of %d random bytes", n)
		}
	}
}

func TestIdentityKeyIsACopy(t *testing.T) {
	k, err := GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seed, forging, f := k.Seed(), k.Forging(), k.Fingerprint()
	again, err := NewIdentityKey(seed, forging)
	if err != nil {
		t.Fatal(err)
	}
	clear(seed)
	clear(forging)
	for _, k := range []*IdentityKey{k, again} {
		if bytes.Equal(k.Seed(), seed) || bytes.Equal(k.Forging(), forging) || k.Fingerprint() != f {
			t.Error("the key has changed")
		}
	}
}

func TestLongFingerprint(t *testing.T) {
	_, digits := recordedKeys(t, "self-alice.jsonl")
	f, err := ParseFingerprint(digits)
	if err != nil || f.Version() != V4 {
		t.Fatalf("version %d, %v", f.Version(), err)
	}
	want := "993046CE 326F56F2 38B04623 70B1CF47\nC5767EFF ED77BA6E E8902693 F0A5EF25\n" +
		"ABDD2134 E8DACC8A CF946E04 F40F9CEF\nBE8DB151 C39ED8A8"
	if got := strings.Join(f.Lines(), "\n"); got != want {
		t.Errorf("lines\n%s\nwant\n%s", got, want)
	}
	if got := f.String(); got != strings.ReplaceAll(want, "\n", " ") {
		t.Errorf("form %q", got)
	}
	for _, form := range []string{want, f.String(), digits} {
		if g, err := ParseFingerprint(form); err != nil || g != f {
			t.Errorf("%q: %v, %v", form, g, err)
		}
	}
	for n := range len(digits) {
		if g, err := ParseFingerprint(digits[:n]); n != 40 && err == nil {
			t.Errorf("%d digits are taken for %v", n, g)
		}
	}
	short := testKey("alice").Fingerprint()
	if got := short.Lines(); len(got) != 1 || got[0] != short.String() || short.Version() != V3 {
		t.Errorf("lines %q, version %d", got, short.Version())
	}
	if (Fingerprint{}).Version() != 0 {
		t.Error("no fingerprint has a version")
	}
}

func FuzzIdentityKey(f *testing.F) {
	k, err := GenerateIdentityKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Seed(), k.Forging())
	f.Add([]byte{}, []byte{1})
	f.Fuzz(func(t *testing.T, seed, forging []byte) {
		k, err := NewIdentityKey(seed, forging)
		if err == nil && (!bytes.Equal(k.Seed(), seed) || !bytes.Equal(k.Forging(), forging) || k.Fingerprint().Version() != V4) {
			t.Fatal("the key is not the one that was given")
		}
	})
}

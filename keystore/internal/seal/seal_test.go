// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// cheap is for tests: we can read files with this cost, but never write them outside tests.
var cheap = Cost{Passes: 1, Memory: 64, Threads: 2}

func newTestKey(t testing.TB) *Key {
	t.Helper()
	k, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Destroy)
	return k
}

func TestSeal(t *testing.T) {
	k := newTestKey(t)
	text := []byte("the text")
	sealed, err := k.Seal(rand.Reader, text, "purpose", "alice", "prpl-irc")
	if err != nil || len(sealed) != len(text)+Overhead || bytes.Contains(sealed, text) {
		t.Fatalf("%x, %v", sealed, err)
	}
	if got, err := k.Open(sealed, "purpose", "alice", "prpl-irc"); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%q, %v", got, err)
	}
	again, err := k.Seal(rand.Reader, text, "purpose", "alice", "prpl-irc")
	if err != nil || bytes.Equal(again, sealed) {
		t.Errorf("the same again, %v", err)
	}
	for _, other := range [][]string{{"other", "alice", "prpl-irc"}, {"purpose", "prpl-irc", "alice"}, {"purpose", "alice"},
		{"purpose", "alicep", "rpl-irc"}, {"purpose", "alice", "prpl-irc", ""}} {
		if _, err := k.Open(sealed, other[0], other[1:]...); !errors.Is(err, ErrWrong) {
			t.Errorf("%v: %v", other, err)
		}
	}
	if _, err := newTestKey(t).Open(sealed, "purpose", "alice", "prpl-irc"); !errors.Is(err, ErrWrong) {
		t.Errorf("another key: %v", err)
	}
}

func TestSealPassphrase(t *testing.T) {
	sealed, err := SealPassphrase(rand.Reader, []byte("horse"), cheap, []byte("the text"), "backup")
	if err != nil || len(sealed) != len("the text")+PassphraseOverhead {
		t.Fatalf("%x, %v", sealed, err)
	}
	if got, err := OpenPassphrase(sealed, []byte("horse"), "backup"); err != nil || string(got) != "the text" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := OpenPassphrase(sealed, []byte("mule"), "backup"); !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
	if _, err := OpenPassphrase(sealed, []byte("horse"), "master key"); !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
	if _, err := OpenPassphrase(sealed, nil, "backup"); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	if _, err := SealPassphrase(rand.Reader, nil, cheap, nil, "backup"); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	if c, err := PassphraseCost(sealed); err != nil || c != cheap {
		t.Errorf("%v, %v", c, err)
	}
}

// Every bit matters, and so does the length.
func TestChanged(t *testing.T) {
	k := newTestKey(t)
	byKey, err := k.Seal(rand.Reader, []byte("the text"), "p")
	if err != nil {
		t.Fatal(err)
	}
	byPassphrase, err := SealPassphrase(rand.Reader, []byte("horse"), cheap, []byte("the text"), "p")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sealed []byte
		open   func([]byte) ([]byte, error)
	}{
		{byKey, func(b []byte) ([]byte, error) { return k.Open(b, "p") }},
		{byPassphrase, func(b []byte) ([]byte, error) { return OpenPassphrase(b, []byte("horse"), "p") }},
	} {
		for n := range c.sealed {
			if got, err := c.open(c.sealed[:n]); err == nil {
				t.Errorf("cut at %d: %q", n, got)
			}
			for bit := range 8 {
				changed := bytes.Clone(c.sealed)
				changed[n] ^= 1 << bit
				if cost, err := PassphraseCost(changed); err == nil && cost.Passes*cost.Memory > 1<<12 {
					continue // more work, which is only slow
				}
				if got, err := c.open(changed); err == nil {
					t.Errorf("bit %d of byte %d: %q", bit, n, got)
				}
			}
		}
		if _, err := c.open(append(bytes.Clone(c.sealed), 0)); !errors.Is(err, ErrWrong) {
			t.Errorf("longer: %v", err)
		}
		newer := bytes.Clone(c.sealed)
		newer[versionAt]++
		if _, err := c.open(newer); !errors.Is(err, ErrNewer) {
			t.Errorf("newer: %v", err)
		}
	}
}

// A hostile file costs neither memory nor time.
func TestHostileCost(t *testing.T) {
	sealed, err := SealPassphrase(rand.Reader, []byte("horse"), cheap, nil, "p")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for _, c := range []struct {
		Cost
		want error
	}{
		{Cost{1, 1<<32 - 1, 1}, ErrLimits},
		{Cost{1<<32 - 1, 64, 1}, ErrLimits},
		{Cost{1<<32 - 1, 1<<32 - 1, 255}, ErrLimits},
		{Cost{1, 64 << 10, maxThreads + 1}, ErrLimits},
		{Cost{1, maxMemory + 1, 4}, ErrLimits},
		{Cost{0, 64, 1}, ErrNotSealed},
		{Cost{1, 64, 0}, ErrNotSealed},
		{Cost{1, 7, 1}, ErrNotSealed},
	} {
		binary.BigEndian.PutUint32(sealed[headLen:], c.Passes)
		binary.BigEndian.PutUint32(sealed[headLen+4:], c.Memory)
		sealed[headLen+8] = c.Threads
		if _, err := OpenPassphrase(sealed, []byte("horse"), "p"); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c.Cost, err)
		}
		if _, err := SealPassphrase(rand.Reader, []byte("horse"), c.Cost, nil, "p"); !errors.Is(err, c.want) {
			t.Errorf("sealing with %+v: %v", c.Cost, err)
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
}

func TestCalibrate(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if c := Calibrate(0); c != MinCost {
		t.Errorf("%+v", c)
	}
	c := Calibrate(time.Hour)
	if err := c.check(); err != nil || c.Memory != MinCost.Memory || c.Passes <= MinCost.Passes {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestNoRandomNumbers(t *testing.T) {
	k := newTestKey(t)
	for n, try := range []func() error{
		func() error { _, err := NewKey(strings.NewReader("short")); return err },
		func() error { _, err := k.Seal(strings.NewReader("short"), nil, "p"); return err },
		func() error {
			_, err := SealPassphrase(iotest.ErrReader(errors.New("none")), []byte("horse"), cheap, nil, "p")
			return err
		},
		func() error {
			_, err := SealPassphrase(strings.NewReader("enough for a salt"), []byte("horse"), cheap, nil, "p")
			return err
		},
	} {
		if try() == nil {
			t.Errorf("%d: no error", n)
		}
	}
}

func TestKeyOf(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, KeySize)
	k, err := KeyOf(secret)
	if err != nil || !bytes.Equal(k.Bytes(), bytes.Repeat([]byte{7}, KeySize)) {
		t.Fatal(err)
	}
	if !bytes.Equal(secret, make([]byte, KeySize)) {
		t.Error("the caller's bytes are still there")
	}
	k.Destroy()
	k.Destroy()
	(*Key)(nil).Destroy()
	if _, err := KeyOf(make([]byte, KeySize-1)); err == nil {
		t.Error("a short key")
	}
}

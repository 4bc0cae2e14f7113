// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"crypto/rand"
	"testing"
)

// Nothing that was not sealed by us opens, and no input makes the readers panic.
func FuzzOpen(f *testing.F) {
	k := newTestKey(f)
	byKey, _ := k.Seal(rand.Reader, []byte("x"), "another purpose")
	byPassphrase, _ := SealPassphrase(rand.Reader, []byte("horse"), cheap, []byte("x"), "another purpose")
	f.Add(byKey)
	f.Add(byPassphrase)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := k.Open(data, "p"); err == nil {
			t.Fatal("it opened")
		}
		c, err := PassphraseCost(data)
		if err == nil && (c.Memory > maxMemory || uint64(c.Passes)*uint64(c.Memory) > maxWork) {
			t.Fatalf("%+v", c)
		}
		if err != nil || uint64(c.Passes)*uint64(c.Memory) < 1<<10 {
			if _, err := OpenPassphrase(data, []byte("horse"), "p"); err == nil {
				t.Fatal("it opened")
			}
		}
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"testing"
)

// testIdentity makes the key of version 4 that belongs to name.
func testIdentity(name string) *IdentityKey {
	k, err := GenerateIdentityKey(seeded("identity of " + name))
	if err != nil {
		panic(err)
	}
	return k
}

// private4 is private in version 4.
func private4(t tb, p Policy, options ...func(*Config)) *pair {
	t.Helper()
	pr := private(t, p|AllowV4, options...)
	for _, s := range []*side{pr.alice, pr.bob} {
		if v := s.Status().Version; v != V4 {
			t.Fatalf("%s: version %d", s.name, v)
		}
	}
	return pr
}

func TestPairOfSessionsTalksVersion4(t *testing.T) {
	for _, p := range []Policy{AllowV4, AllowV3, Manual, Opportunistic, Always} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			pr := private4(t, p)
			for range 4 {
				pr.wantTalk()
			}
			if pr.alice.Status().SSID.ID != pr.bob.Status().SSID.ID || pr.alice.Status().SSID.Half == pr.bob.Status().SSID.Half {
				t.Error("the session ids differ")
			}
			pr.alice.end()
			pr.pump()
			pr.wantState(Plaintext, Finished)
		})
	}
}

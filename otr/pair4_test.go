// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"testing"

	"purple-otr/otr/internal/wire"
)

// testIdentity makes the key of version 4 that belongs to name.
func testIdentity(name string) *IdentityKey {
	k, err := GenerateIdentityKey(seeded("identity of " + name))
	if err != nil {
		panic(err)
	}
	return k
}

// four gives both sides keys of version 4, and allows it beside what they have.
func withFour(c *Config) {
	c.Policy |= AllowV4
	c.Identity = testIdentity(fmt.Sprint(c.Tag))
}

// private4 is private in version 4.
func private4(t tb, p Policy, options ...func(*Config)) *pair {
	t.Helper()
	pr := private(t, p, append(options, withFour)...)
	for _, s := range []*side{pr.alice, pr.bob} {
		if v := s.Status().Version; v != V4 {
			t.Fatalf("%s: version %d", s.name, v)
		}
	}
	return pr
}

// parsed4 is parsed for messages of version 4.
func parsed4(msg []byte) (wire.Header, wire.Message, error) {
	b, err := wire.Dearmor(msg)
	if err != nil {
		return wire.Header{}, nil, err
	}
	return wire.Parse4(b)
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

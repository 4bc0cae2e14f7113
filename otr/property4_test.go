// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"testing"

	"pgregory.net/rapid"
)

// whoHas are the ways in which version 4 may be on.
var whoHas = map[string][]string{"alice": {"alice"}, "both": {"alice", "bob"}}

// What holds for any interleaving also does with version 4 on one side, and on both. With version 4
// on neither side see [TestAnyInterleaving].
func TestAnyInterleavingVersion4(t *testing.T) {
	for name, four := range whoHas {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { anyInterleaving(rt, newModel(rt, four...)) })
		})
	}
}

func TestAnyInterleavingAndAHostileNetworkVersion4(t *testing.T) {
	for name, four := range whoHas {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { hostileInterleaving(rt, newModel(rt, four...)) })
		})
	}
}

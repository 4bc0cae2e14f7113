// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"strings"
	"testing"

	"purple-otr/otr"
)

// TestConversation: either side starts, either side ends, and either side may have a
// small limit for the length of messages.
func TestConversation(t *testing.T) {
	t.Parallel()
	const tiny = 45 // a version 3 fragment has 36 bytes besides its piece
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for start, begin := range starts {
			for _, ourMax := range []int{0, 417, 200, tiny} {
				for _, theirMax := range []int{0, 417, 200, tiny} {
					for _, weEnd := range []bool{true, false} {
						name := fmt.Sprintf("v%d/%s/max=%d,%d/weEnd=%t", v, start, ourMax, theirMax, weEnd)
						t.Run(name, func(t *testing.T) {
							t.Parallel()
							c := converse(t, options{
								theirs: only(v, otr.Opportunistic),
								ourMax: ourMax, theirMax: theirMax,
							})
							begin(c)
							c.wantSecured(v)
							c.wantChat("hello", "grüße 🐝 & <b>markup</b>\nnew line\ttab \\n",
								strings.Repeat("0123456789", 100))
							c.wantEnded(weEnd)
						})
					}
				}
			}
		}
	}
}

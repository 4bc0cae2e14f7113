// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"fmt"
	"strings"
	"testing"

	"purple-otr/otr"
)

// TestPadding: libotr reads padded messages as the others, ends with us, and compares
// secrets, whatever the limit for the length of messages.
func TestPadding(t *testing.T) {
	t.Parallel()
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		for _, most := range []int{0, 417, 1408} {
			t.Run(fmt.Sprintf("v%d/max=%d", v, most), func(t *testing.T) {
				t.Parallel()
				c := converse(t, options{theirs: only(v, otr.Opportunistic), ourMax: most})
				c.us.Session.SetPadding(true)
				starts["our query"](c)
				c.wantSecured(v)
				c.wantChat("hello", "grüße 🐝 & <b>markup</b>\nnew line\ttab \\n", strings.Repeat("x", 251),
					strings.Repeat("0123456789", 100))
				c.smp(true, "where?", true)
				c.smp(false, "", false)
				c.wantEnded(true)
			})
		}
	}
}

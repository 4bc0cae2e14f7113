// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestSortedAsLanguage sorts the known fingerprints by the names of buddies. In German
// ä is sorted with a, and in Swedish it is a letter after z. A locale without an order
// sorts letters before it looks at their accents.
func TestSortedAsLanguage(t *testing.T) {
	const title = "Known fingerprints"
	for locale, want := range map[string][]string{
		"":            {"ärger", "arno", "azur", "öl", "otto", "Zoe"},
		"de_DE.UTF-8": {"ärger", "arno", "azur", "öl", "otto", "Zoe"},
		"sv_SE.UTF-8": {"arno", "azur", "otto", "Zoe", "ärger", "öl"},
	} {
		t.Run("locale "+locale, func(t *testing.T) {
			d := newDesk(t)
			var lines strings.Builder
			for i, name := range []string{"Zoe", "öl", "azur", "ärger", "otto", "arno"} {
				fmt.Fprintf(&lines, "%s\talice@localhost/desk\tprpl-jabber\t%040x\tverified\n", name, i+1)
			}
			d.Change("alice", "otr.fingerprints", lines.String())
			if locale != "" {
				d.Locale(locale)
			}
			a := d.Pidgin("alice", purpleOTR(t).file)
			a.Talk("bob")
			a.Menu("bob", "Known fingerprints…")
			a.Click(title, "table column header", "Buddy")
			var got []string
			d.Until("the rows are sorted", func() bool {
				w, _ := a.Window(title)
				got = got[:0]
				for i, cell := range w.All("table cell") {
					if i%7 == 0 {
						got = append(got, cell.Name())
					}
				}
				return slices.Equal(got, want)
			})
		})
	}
}

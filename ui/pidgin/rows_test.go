// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"purple-otr/ui"
)

// newRows are rows with one name each and a fingerprint.
func newRows(names ...string) []*row {
	var all []ui.Row
	for i, name := range names {
		all = append(all, ui.Row{ID: fmt.Sprint(i), Cells: []string{name, fingerprintOf(i)}})
	}
	return merge(nil, all, 2)
}

func fingerprintOf(i int) string {
	digits := fmt.Sprintf("%040X", (i+1)*0x9E3779B1)
	return strings.Join([]string{digits[:8], digits[8:16], digits[16:24], digits[24:32], digits[32:]}, " ")
}

func first(rows []*row) (cells []string) {
	for _, r := range rows {
		cells = append(cells, r.Cells[0])
	}
	return cells
}

// TestSortLanguage has letters with accents beside those without, and capitals
// beside small ones.
func TestSortLanguage(t *testing.T) {
	for _, want := range [][]string{
		{"apfel", "Äpfel", "Apfelsaft", "Strand", "Straße", "Strasser", "Zebra", "zebras"},
		{"eau", "École", "ecoles", "Été", "etes", "zèbre"},
		{"Jose", "josé", "José2", "o", "Ö", "p"},
	} {
		shuffled := slices.Clone(want)
		slices.Reverse(shuffled)
		if got := first(sight{column: 0}.of(newRows(shuffled...))); !slices.Equal(got, want) {
			t.Errorf("sorted %q, want %q", got, want)
		}
		slices.Reverse(want)
		if got := first(sight{column: 0, reversed: true}.of(newRows(shuffled...))); !slices.Equal(got, want) {
			t.Errorf("reversed %q, want %q", got, want)
		}
	}
}

// TestSortHostile has names that are no text.
func TestSortHostile(t *testing.T) {
	rows := newRows("b", "\xff\xfe", "a\x00c", "", "\u202eevil", strings.Repeat("é", 5000))
	if got := (sight{column: 0}).of(rows); len(got) != len(rows) || got[0].Cells[0] != "" {
		t.Errorf("sorted %.100q", first(got))
	}
}

// TestSearchFingerprint pastes one in the forms in which it may come.
func TestSearchFingerprint(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprint("buddy", i))
	}
	rows := newRows(names...)
	whole := fingerprintOf(1234)
	plain := strings.ReplaceAll(whole, " ", "")
	grouped := func(n int, between string) string {
		var groups []string
		for g := range slices.Chunk([]byte(plain), n) {
			groups = append(groups, string(g))
		}
		return strings.Join(groups, between)
	}
	for _, search := range []string{
		whole, plain, strings.ToLower(whole), strings.ToLower(plain), " " + plain + "\n",
		grouped(4, " "), grouped(2, ":"), grouped(2, " "), grouped(5, "-"), plain[12:], plain[14:34], "BUDDY1234 " + plain[20:],
	} {
		if got := first(sight{search: search, column: -1}.of(rows)); !slices.Equal(got, []string{"buddy1234"}) {
			t.Errorf("%q finds %.200q", search, got)
		}
	}
	if got := (sight{search: plain + "0", column: -1}).of(rows); len(got) > 0 {
		t.Errorf("a longer fingerprint finds %q", first(got))
	}
}

// TestMerge counts the rows that are made anew.
func TestMerge(t *testing.T) {
	before := newRows("a", "b", "c")
	now := []ui.Row{before[0].Row, {ID: "1", Cells: []string{"B", before[1].Cells[1]}}, before[2].Row}
	merged := merge(before, now, 2)
	if merged[0] != before[0] || merged[2] != before[2] {
		t.Error("a row that has not changed is made anew")
	}
	if changed, same := differences(before, merged); !same || !slices.Equal(changed, []int{1}) {
		t.Errorf("changed %v, the same list: %v", changed, same)
	}
	if _, same := differences(before, merge(before, now[1:], 2)); same {
		t.Error("a list with a row less is the same")
	}
}

// BenchmarkRows is what a window with ten thousand rows costs in Go.
func BenchmarkRows(b *testing.B) {
	var all []ui.Row
	for i := range 10000 {
		all = append(all, ui.Row{ID: fmt.Sprint(i), Cells: []string{
			fmt.Sprintf("Büddy %d (buddy%04d@example.org)", i*7919%10000, i), "alice@example.org (XMPP)", "Not in use", "Yes", fingerprintOf(i), "Unknown", "Unknown",
		}})
	}
	rows := merge(nil, all, 7)
	sight{column: 0}.of(rows)
	for name, f := range map[string]func(){
		"open":       func() { widths(7, merge(nil, all, 7)) },
		"again":      func() { merge(rows, all, 7) },
		"search":     func() { sight{search: "b", column: -1}.of(rows) },
		"sort":       func() { sight{}.sort(rows) },
		"sort first": func() { sight{}.of(merge(nil, all, 7)) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/ui"
)

// newRows returns rows with one name each and a fingerprint.
func newRows(names ...string) []*row {
	var all []ui.Row
	for i, name := range names {
		all = append(all, ui.Row{ID: fmt.Sprint(i), Cells: []string{name, fingerprintOf(i)}})
	}
	return merge(nil, all, 2)
}

// merge returns the rows of now, with this many cells, as a table would that showed before.
func merge(before []*row, now []ui.Row, columns int) []*row {
	old := map[string]*row{}
	for _, r := range before {
		old[r.ID] = r
	}
	f := newFill(ui.Table{Rows: func() []ui.Row { return now }}.Next(), old, columns)
	f.read(time.Now().Add(time.Hour))
	return f.rows
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

// TestSortLanguage sorts letters with and without accents, and capitals and small letters.
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

// TestSortHostile sorts names that are not valid text.
func TestSortHostile(t *testing.T) {
	rows := newRows("b", "\xff\xfe", "a\x00c", "", "\u202eevil", strings.Repeat("é", 5000))
	if got := (sight{column: 0}).of(rows); len(got) != len(rows) || got[0].Cells[0] != "" {
		t.Errorf("sorted %.100q", first(got))
	}
}

// TestSearchFingerprint searches for a fingerprint in the forms in which users may paste
// it.
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

// TestMerge counts the rows that are not reused.
func TestMerge(t *testing.T) {
	before := newRows("a", "b", "c")
	now := []ui.Row{before[0].Row, {ID: "1", Cells: []string{"B", before[1].Cells[1]}}, before[2].Row}
	merged := merge(before, now, 2)
	if merged[0] != before[0] || merged[2] != before[2] {
		t.Error("a row that has not changed is made again")
	}
	if e, ok := compare(before, merged); !ok || len(e.gone)+len(e.come) > 0 || !slices.Equal(e.changed, []int{1}) {
		t.Errorf("the edits are %v, %v", e, ok)
	}
}

// TestCompare applies the edits of compare to one list and checks that the result is the
// other.
func TestCompare(t *testing.T) {
	all := newRows(strings.Split("abcdefghij", "")...)
	list := func(letters string) (rows []*row) {
		for _, l := range letters {
			rows = append(rows, all[l-'a'])
		}
		return rows
	}
	for _, c := range []struct {
		before, now string
		ok          bool
	}{
		{"abc", "abc", true}, {"", "", true}, {"", "abc", true}, {"abc", "", true}, {"abc", "ac", true}, {"ac", "abc", true},
		{"abcdef", "bdfgh", true}, {"adg", "cdefgh", true}, {"abc", "def", true},
		{"abc", "acb", true}, {"ab", "bca", true}, {"aab", "ab", true}, {"ab", "aab", true}, {"abcdefghij", "jihgfedcba", true},
	} {
		before, now := list(c.before), list(c.now)
		e, ok := compare(before, now)
		if ok != c.ok {
			t.Errorf("from %q to %q: %v, want %v", c.before, c.now, ok, c.ok)
		}
		if !ok {
			continue
		}
		got := slices.Clone(before)
		for _, i := range e.gone {
			got = slices.Delete(got, i, i+1)
		}
		for _, i := range e.come {
			got = slices.Insert(got, i, now[i])
		}
		if !slices.Equal(got, now) || len(e.changed) > 0 {
			t.Errorf("from %q to %q: %v makes %q", c.before, c.now, e, first(got))
		}
	}
	many := newRows(make([]string, mostEdits+2)...)
	for _, pair := range [][2][]*row{{many, nil}, {nil, many}, {many[:mostEdits/2+1], many[mostEdits/2+1:]}} {
		if _, ok := compare(pair[0], pair[1]); ok {
			t.Error("more rows come and go one by one than is quick")
		}
	}
}

// TestFill reads rows in steps, and then again after they have changed.
func TestFill(t *testing.T) {
	var now []ui.Row
	for i := range 100 {
		now = append(now, ui.Row{ID: fmt.Sprint(i), Cells: []string{fmt.Sprint("Buddy ", i), fingerprintOf(i)}})
	}
	table := ui.Table{Rows: func() []ui.Row { return now }}
	f := newFill(table.Next(), nil, 3)
	for n := 1; !f.all; n++ {
		f.read(time.Time{})
		if len(f.rows) != min(n, len(now)) {
			t.Fatalf("after %d steps there are %d rows", n, len(f.rows))
		}
	}
	for i, r := range f.rows {
		if len(r.Cells) != 3 || r.keys[0] == "" || r.keys[1] != now[i].Cells[1] || f.byID[now[i].ID] != r {
			t.Fatalf("row %d is %+v", i, r)
		}
	}
	now = slices.Delete(slices.Clone(now), 10, 20)
	now[0] = ui.Row{ID: "0", Cells: []string{"another name"}}
	next := newFill(table.Next(), f.byID, 3)
	next.read(time.Now().Add(time.Hour))
	if len(next.rows) != 90 || next.rows[1] != f.rows[1] || next.rows[10] != f.rows[20] || next.rows[0] == f.rows[0] {
		t.Error("more rows than the changed one were made again")
	}
}

// BenchmarkRows measures what a window with ten thousand rows costs in Go.
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

// TestWidthOfFingerprints: a column of fingerprints is as wide for long ones as for others,
// whichever comes first.
func TestWidthOfFingerprints(t *testing.T) {
	short, long := fingerprintOf(1), strings.Repeat("01234567 ", 13)+"89ABCDEF"
	for name, cells := range map[string][]string{"short": {short}, "long": {long}, "short first": {short, long}, "long first": {long, short}} {
		var all []ui.Row
		for i, cell := range cells {
			all = append(all, ui.Row{ID: fmt.Sprint(i), Cells: []string{cell}})
		}
		if w := widths(1, merge(nil, all, 1)); !w[0].mono || len(w[0].sample) != len(short) {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

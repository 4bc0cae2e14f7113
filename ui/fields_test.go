// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"
)

func TestFormFields(t *testing.T) {
	f := Form{Fields: []Field{
		{Kind: Choice, Options: []string{"a", "b", "c"}, Value: "1"},
		{Kind: Input, Label: "first", Page: 1, Required: true},
		{Kind: Secret, Label: "second", Page: 2, Required: true},
		{Kind: Choice, Options: []string{"x", "y"}, Value: "7"},
		{Kind: Check, Value: "1"},
		{Kind: Check, Needs: 5},
		{Kind: Input, Label: "last", Value: "v", Needs: 6, Required: true},
	}}
	type state struct{ there, changeable, missing string }
	look := func(values []string) state {
		var there, changeable strings.Builder
		for i := range f.Fields {
			there.WriteByte("-+"[b2i(f.There(i, values))])
			changeable.WriteByte("-+"[b2i(f.Changeable(i, values))])
		}
		var missing []string
		for i, field := range f.Fields {
			if f.Lacks(i, values) {
				missing = append(missing, field.Label)
			}
		}
		if f.Complete(values) != (len(missing) == 0) {
			t.Errorf("%q: complete and without %q", values, missing)
		}
		return state{there.String(), changeable.String(), strings.Join(missing, " ")}
	}
	before := f.Values()
	if want := []string{"1", "", "", "1", "1", "", "v"}; !slices.Equal(before, want) {
		t.Fatalf("values %q, want %q", before, want)
	}
	for _, c := range []struct {
		values []string
		want   state
	}{
		{before, state{"+-+++++", "++++++-", "second"}},
		{[]string{"0", "", "", "0", "1", "1", "v"}, state{"++-++++", "+++++++", "first"}},
		{[]string{"0", " \t", "", "0", "", "1", "v"}, state{"++-++++", "+++++--", "first"}},
		{[]string{"2", "", "", "0", "1", "1", ""}, state{"+--++++", "+++++++", "last"}},
		{[]string{"1", "", "x", "0", "1", "1", "y"}, state{"+-+++++", "+++++++", ""}},
	} {
		if got := look(c.values); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.values, got, c.want)
		}
	}
}

// TestFormRound has two fields that need each other.
func TestFormRound(t *testing.T) {
	f := Form{Fields: []Field{{Kind: Check, Value: "1", Needs: 2}, {Kind: Check, Value: "1", Needs: 1}}}
	if f.Changeable(0, f.Values()) {
		t.Error("neither can be the first that is on")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

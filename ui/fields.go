// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"strconv"
	"strings"
)

// What follows from the values of a form's fields is the same however the form
// is drawn.

// Values returns the initial values of the fields.
func (f Form) Values() []string {
	values := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		values[i] = field.Value
		if field.Kind == Choice {
			n, _ := strconv.Atoi(field.Value)
			values[i] = strconv.Itoa(max(0, min(n, len(field.Options)-1)))
		}
	}
	return values
}

// page returns the option of the first Choice, counting from 1, or 0 if there is no Choice.
func (f Form) page(values []string) int {
	for i, field := range f.Fields {
		if field.Kind == Choice {
			n, _ := strconv.Atoi(values[i])
			return n + 1
		}
	}
	return 0
}

// There reports whether field i is present, given its Page.
func (f Form) There(i int, values []string) bool {
	page := f.Fields[i].Page
	return page == 0 || page == f.page(values)
}

// Changeable reports whether the user can change field i.
func (f Form) Changeable(i int, values []string) bool {
	n := f.Fields[i].Needs
	for range f.Fields { // no longer than that, even if they need each other
		if n == 0 {
			return true
		}
		if f.Fields[n-1].Kind != Check || values[n-1] != "1" {
			return false
		}
		n = f.Fields[n-1].Needs
	}
	return n == 0
}

// Lacks reports whether field i is required, present and empty.
func (f Form) Lacks(i int, values []string) bool {
	return f.Fields[i].Required && f.There(i, values) && strings.TrimSpace(values[i]) == ""
}

// Complete reports whether no field is lacking.
func (f Form) Complete(values []string) bool {
	for i := range f.Fields {
		if f.Lacks(i, values) {
			return false
		}
	}
	return true
}

// Checked returns the value of a Check.
func Checked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

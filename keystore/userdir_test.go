// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"path/filepath"
	"testing"
)

func TestUserDir(t *testing.T) {
	all := map[string]string{"HOME": "home", "APPDATA": "data", "PURPLEHOME": "portable"}
	for _, c := range []struct {
		system  string
		missing []string
		want    string
	}{
		{"linux", nil, "home"}, {"darwin", nil, "home"}, {"freebsd", nil, "home"}, {"freebsd", []string{"HOME"}, ""},
		{"windows", nil, "portable"}, {"windows", []string{"PURPLEHOME"}, "data"},
		{"windows", []string{"PURPLEHOME", "APPDATA"}, ""},
	} {
		got, err := userDir(c.system, func(name string) string {
			for _, m := range c.missing {
				if m == name {
					return ""
				}
			}
			return all[name]
		})
		if want := filepath.Join(c.want, ".purple"); (err != nil) != (c.want == "") || err == nil && got != want {
			t.Errorf("%s without %v: %q, %v, want %q", c.system, c.missing, got, err, want)
		}
	}
}

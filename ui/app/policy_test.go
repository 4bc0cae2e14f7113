// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"testing"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

func TestPolicy(t *testing.T) {
	type m = map[string]bool
	for _, tt := range []struct {
		name          string
		global, buddy m
		want          otr.Policy
	}{
		{"nothing stored", nil, nil, otr.Opportunistic},
		{"off", m{"/OTR/enabled": false, "/OTR/onlyprivate": true}, nil, otr.Off},
		{"manual", m{"/OTR/automatic": false}, nil, otr.Manual},
		{"required", m{"/OTR/onlyprivate": true}, nil, otr.Always},
		{"required, not automatic", m{"/OTR/automatic": false, "/OTR/onlyprivate": true}, nil, otr.Manual | otr.RequireEncryption},
		{"buddy without override", nil, m{"OTR/enabled": false}, otr.Opportunistic},
		{"buddy off", nil, m{"OTR/overridedefault": true, "OTR/enabled": false}, otr.Off},
		{"buddy on", m{"/OTR/enabled": false}, m{"OTR/overridedefault": true, "OTR/enabled": true}, otr.Opportunistic},
		{"buddy manual", nil, m{"OTR/overridedefault": true, "OTR/automatic": false}, otr.Manual},
		{"buddy required", nil, m{"OTR/overridedefault": true, "OTR/onlyprivate": true}, otr.Always},
		{"missing with the buddy", m{"/OTR/onlyprivate": true}, m{"OTR/overridedefault": true}, otr.Always},
		{"buddy not required", m{"/OTR/onlyprivate": true}, m{"OTR/overridedefault": true, "OTR/onlyprivate": false}, otr.Opportunistic},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := uitest.NewHost(t)
			h.Prefs, h.BuddyPrefs = tt.global, tt.buddy
			a := New(h, nil, nil, WallClock, nil)
			if got := a.prefs.policy(ui.Chat{}); got != tt.want {
				t.Errorf("policy %b, want %b", got, tt.want)
			}
		})
	}
}

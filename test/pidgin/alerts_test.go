// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/ui/text"
)

// TestAlerts damages a file before Pidgin starts, and puts a folder in the place of
// another before the user has read about the first: both are in one window.
func TestAlerts(t *testing.T) {
	d := newDesk(t)
	d.Change("alice", "otr.private_key", "(damaged")
	a := d.Pidgin("alice", purpleOTR(t).file)
	says := func(part string) bool {
		w, ok := a.Window(text.AppName)
		return ok && strings.Contains(strings.Join(texts(w), "\n"), part)
	}
	d.Until("the first is there", func() bool { return says("otr.private_key") })
	fingerprints := filepath.Join(d.Dir, "alice", "purple", "otr.fingerprints")
	if err := os.RemoveAll(fingerprints); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(fingerprints, 0o700); err != nil {
		t.Fatal(err)
	}
	a.Talk("bob")
	d.Until("both are there", func() bool { return says("otr.private_key") && says("otr.fingerprints") })
	d.Picture("two-alerts")
	n := 0
	for _, title := range a.Windows() {
		if title == text.AppName {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d windows", n)
	}
	a.Click(text.AppName, "push button", "Close")
	d.Until("it is closed", func() bool { _, open := a.Window(text.AppName); return !open })
}

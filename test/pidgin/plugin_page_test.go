// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// TestPluginPage checks the details of the plugin in Pidgin's list of plugins, and opens
// the settings from there.
func TestPluginPage(t *testing.T) {
	d := newDesk(t)
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Menu("Buddy List", "Plugins")
	a.SelectPlugin(pluginName)
	a.Click("Plugins", "toggle button", "Plugin Details")
	out, err := exec.Command(filepath.Join(root, "build", "otr-keys"), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	number := strings.TrimSpace(strings.TrimPrefix(string(out), "otr-keys "))
	d.Until("the page has the version "+number, func() bool {
		_, ok := a.Look("Plugins", "label", func(n desk.Node) bool { return strings.Contains(n.Text(), number) })
		return ok
	})
	d.Picture("plugin-page")
	for range 2 { // the second time must work like the first
		a.Click("Plugins", "push button", "Configure Plugin")
		a.Click("OTR settings", "push button", "Cancel")
		d.Until("the settings are closed", func() bool { _, open := a.Window("OTR settings"); return !open })
	}
	a.SwitchPlugin(pluginName, false)
	if button, ok := a.Look("Plugins", "push button", func(n desk.Node) bool { return strings.HasPrefix(n.Name(), "Configure") }); !ok || button.Usable() {
		t.Error("a plugin that is off can be configured")
	}
	if !a.Running() {
		t.Error("Pidgin has ended")
	}
}

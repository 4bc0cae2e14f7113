// SPDX-License-Identifier: GPL-2.0-or-later

// Package packages tests the packages that make packages builds.
package packages

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/test/pidgin/desk"
)

const pluginName = "Off-the-Record Messaging (purple-otr)"

// TestInstalled uses the package where test/packages/install has installed it: Pidgin
// finds the plugin, two clicks enable it, and a conversation is private. It stays private
// while the package is upgraded or installed once more. Then the package is removed and purged, and
// the keys are as they were.
func TestInstalled(t *testing.T) {
	root := os.Getenv("INSTALLED")
	if root == "" {
		t.Skip("needs a Debian in a folder: run test/packages/install")
	}
	d := desk.New(t, desk.Options{FailureLogs: "../../build/failed/TestInstalled"})
	a, b := d.Pidgin("alice"), d.Pidgin("bob")
	for _, p := range []*desk.Pidgin{a, b} {
		p.Menu("Buddy List", "Plugins")
		p.SwitchPlugin(pluginName, true)
	}
	a.Talk("bob")
	b.Talk("alice")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Unverified")
	b.WaitLevel("alice", "Unverified")
	say := func(text string) {
		t.Helper()
		a.Say("bob", text)
		b.WaitText("alice", text)
		if d.Relay.Contains(text) {
			t.Errorf("the server saw %q", text)
		}
	}
	say("before the package is installed again")

	apt(t, root, "--reinstall", "install", "/root/purple-otr.deb")
	say("after the package is installed again")

	a.Quit()
	b.Quit()
	keys := contents(d, "alice")
	if keys["otr.private_key"] == "" || keys["otr.fingerprints"] == "" {
		t.Fatal("alice has no keys")
	}
	for _, action := range []string{"remove", "purge"} {
		if out := apt(t, root, action, "purple-otr"); !strings.Contains(out, "~/.purple") {
			t.Errorf("apt-get %s does not say where the keys are:\n%s", action, out)
		}
	}
	for name, content := range contents(d, "alice") {
		if keys[name] != content {
			t.Errorf("%s is not as it was", name)
		}
	}
	for _, pattern := range []string{"usr/bin/otr-*", "usr/lib/*/purple-2/purple-otr.so", "usr/share/doc/purple-otr", "usr/share/metainfo/*purple_otr*"} {
		if left, err := filepath.Glob(filepath.Join(root, pattern)); err != nil || len(left) > 0 {
			t.Errorf("what is left: %q, %v", left, err)
		}
	}

	// Pidgin starts without the plugin, too.
	a = d.Pidgin("alice")
	a.Menu("Buddy List", "Plugins")
	d.Until("the list of plugins is there", func() bool {
		_, ok := a.Look("Plugins", "table cell", func(desk.Node) bool { return true })
		return ok
	})
	if _, ok := a.Look("Plugins", "table cell", func(n desk.Node) bool { return strings.HasPrefix(n.Name(), pluginName) }); ok {
		t.Error("Pidgin still shows the plugin")
	}
}

// apt runs apt-get in root and returns what it prints.
func apt(t *testing.T, root string, args ...string) string {
	t.Helper()
	c := exec.Command("chroot", append([]string{root, "apt-get", "-q", "-y"}, args...)...)
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("apt-get %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// contents returns the files with keys in a user's profile.
func contents(d *desk.Desk, user string) map[string]string {
	files := map[string]string{}
	for _, name := range []string{"otr.private_key", "otr.fingerprints", "otr.instance_tags"} {
		files[name] = d.File(user, name)
	}
	return files
}

// SPDX-License-Identifier: GPL-2.0-or-later

// Package pidgin tests the plugin as people use it: in the windows of real Pidgins and
// Finches, on a real XMPP server, with itself and with pidgin-otr as the peer.
package pidgin

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// root is the project's directory.
const root = "../.."

// A plugin is one of the two plugins under test, with the differences in what their users
// click.
type plugin struct {
	file   string
	verify func(p *desk.Pidgin, buddy string) desk.Fingerprints
}

// ours builds the plugin as users do.
var ours = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("make", "-s", "-C", root, "build").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return filepath.Abs(filepath.Join(root, "build", "purple-otr.so"))
})

func purpleOTR(t *testing.T) plugin {
	t.Helper()
	file, err := ours()
	if err != nil {
		t.Fatalf("make build: %v\n%s", err, file)
	}
	return plugin{file: file, verify: func(p *desk.Pidgin, buddy string) desk.Fingerprints {
		return p.Verify(buddy, "verify-"+p.User)
	}}
}

var pidginOTR = plugin{file: desk.PidginOTR, verify: (*desk.Pidgin).VerifyPidginOTR}

// newDesk starts what a test needs. That is slow and needs many programs, so it requires
// REQUIRE_ALL=1, which "make test" sets; then a missing program is a failure.
func newDesk(t *testing.T) *desk.Desk {
	t.Helper()
	return newDeskWith(t, desk.Options{})
}

// newDeskWith is newDesk with options. It sets the folders for results itself; Pictures
// is a folder below them.
func newDeskWith(t *testing.T, o desk.Options) *desk.Desk {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") != "1" {
		t.Skip("starts real Pidgins: set REQUIRE_ALL=1, or run make test")
	}
	if missing := desk.Missing(); len(missing) > 0 {
		t.Fatalf("not installed: %s", strings.Join(missing, ", "))
	}
	pictures := os.Getenv("SCREENSHOTS")
	if pictures == "" {
		pictures = filepath.Join(root, "build", "screenshots")
	}
	pictures, err := filepath.Abs(pictures)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	o.Pictures, o.FailureLogs = filepath.Join(pictures, o.Pictures), filepath.Join(root, "build", "failed", name)
	return desk.New(t, o)
}

// A secret is a text that must never appear on the wire.
func secret() string { return "secret" + strings.ToLower(rand.Text()[:10]) }

// say sends a text and waits until it is read, and checks that the server cannot see it.
func say(t *testing.T, from *desk.Pidgin, to *desk.Pidgin) {
	t.Helper()
	text := secret()
	from.Say(to.User, text)
	to.WaitText(from.User, text)
	unseen(t, from.Desk, text)
}

func unseen(t *testing.T, d *desk.Desk, text string) {
	t.Helper()
	if d.Relay.Contains(text) {
		t.Fatalf("the server saw %q", text)
	}
}

// startPrivate starts a private conversation from the menu and waits until both sides
// show the level. A request does not open a window at the other side.
func startPrivate(from, to *desk.Pidgin, level string) {
	from.Desk.T.Helper()
	from.Talk(to.User)
	to.Talk(from.User)
	from.Menu(to.User, "Start private conversation")
	from.WaitLevel(to.User, level)
	to.WaitLevel(from.User, level)
}

// verifyBoth: each side compares and accepts the other's key.
func verifyBoth(t *testing.T, a *desk.Pidgin, alice plugin, b *desk.Pidgin, bob plugin) {
	t.Helper()
	atAlice := alice.verify(a, "bob")
	atBob := bob.verify(b, "alice")
	if atAlice.Mine != atBob.Theirs || atAlice.Theirs != atBob.Mine || atAlice.Mine == atAlice.Theirs {
		t.Errorf("alice is shown %+v, bob %+v", atAlice, atBob)
	}
}

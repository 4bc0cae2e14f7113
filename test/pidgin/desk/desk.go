// SPDX-License-Identifier: GPL-2.0-or-later

// Package desk provides everything that two people need to talk: an X display, an
// accessibility bus, an XMPP server on a loopback port that records all traffic, and real
// Pidgins and Finches with temporary profiles. It uses them as a person would, through
// the widgets that they expose to screen readers.
//
// Everything is in one temporary directory and in separate process groups, so that
// nothing of the user's is touched and nothing is left behind.
package desk

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A T reports failures and runs clean-up functions. testing.TB is one.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
	Failed() bool
}

// Timeout limits the time of everything that a person would wait for.
const Timeout = 30 * time.Second

// A Desk is one display, one server and the clients that use them.
type Desk struct {
	T       T
	Dir     string // temporary; removed at the end
	Display string
	Owned   bool // the display is our own Xvfb
	Relay   *Relay

	pictures string
	theme    string
	font     string
	screen   string
	irc      bool
	throttle bool
	cloak    string
	ident    string
	keyring  bool
	fresh    bool
	room     string
	language []string // variables, see Speak
}

// Options configure a Desk. All may be empty.
type Options struct {
	Display     string // an X display to use; by default a new Xvfb
	Pictures    string // directory for screenshots; by default none are taken
	Theme       string // how the windows look: "light", "dark", or "" for GTK's default
	Font        string // "Sans 18"; by default the theme's
	Screen      string // size of the Xvfb, "1024x768"
	FailureLogs string // directory that receives the logs if T has failed
	IRC         bool   // use an IRC server, where a user's name is the nick
	Cloak       string // the host that the IRC server shows instead of a user's
	Throttle    bool   // the IRC server reads only a few lines a second from each user
	Ident       string // the IRC users' name in the system, by default their nick
	Keyring     bool   // each user has an unlocked Secret Service
	Fresh       bool   // the users have not chosen yet how to protect their keys
	Room        string // a chat room that every user has joined
}

// New starts a Desk with accounts for alice and bob, who have each other in their buddy
// lists. T's clean-up ends it.
func New(t T, o Options) *Desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "desk")
	if err != nil {
		t.Fatalf("%v", err)
	}
	d := &Desk{T: t, Dir: dir, Display: o.Display, pictures: o.Pictures, theme: o.Theme, font: o.Font, screen: o.Screen, irc: o.IRC, throttle: o.Throttle, cloak: o.Cloak, ident: o.Ident, keyring: o.Keyring, fresh: o.Fresh, room: o.Room}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Cleanup(func() {
		if t.Failed() && o.FailureLogs != "" {
			d.keep(o.FailureLogs)
		}
	})
	if d.Display == "" {
		d.startScreen()
	}
	// One accessibility bus for all clients: otherwise each session bus would start
	// one, and GTK would choose one of them through a property of the display.
	d.start("a11y", d.env(dir, "AT_SPI_BUS_ADDRESS="+d.a11y()),
		"dbus-daemon", "--nofork", "--nopidfile", "--address="+d.a11y(),
		"--config-file=/usr/share/defaults/at-spi2/accessibility.conf")
	if d.irc {
		d.startIRC()
	} else {
		d.startServer("alice", "bob")
	}
	return d
}

// Until waits until f returns true, and fails T if that takes longer than Timeout.
func (d *Desk) Until(what string, f func() bool) {
	d.T.Helper()
	if !d.Within(Timeout, f) {
		if d.Owned {
			d.Picture("failed-" + strings.ReplaceAll(filepath.Base(d.Dir), "desk", ""))
		}
		d.T.Fatalf("timed out waiting for: %s", what)
	}
}

// Within reports whether f returns true within limit.
func (d *Desk) Within(limit time.Duration, f func() bool) bool {
	for end := time.Now().Add(limit); ; time.Sleep(30 * time.Millisecond) {
		if f() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// Quiet is how long a test watches that something does not happen. If a client did it, it
// would have done so by then.
const Quiet = 300 * time.Millisecond

// Stays reports whether f returns true all the time until limit.
func (d *Desk) Stays(limit time.Duration, f func() bool) bool {
	return !d.Within(limit, func() bool { return !f() })
}

// run runs a short-lived X client.
func (d *Desk) run(args ...string) (string, error) {
	c := exec.Command(args[0], args[1:]...)
	c.Env = d.env(d.Dir)
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// a11y returns the address of the accessibility bus.
func (d *Desk) a11y() string { return "unix:path=" + d.Dir + "/a11y" }

// env returns the complete environment of a program at this desk. It inherits nothing
// from the user's environment, so that neither their session nor their settings are
// reached.
func (d *Desk) env(home string, more ...string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"LANG=C.UTF-8",
		"XDG_RUNTIME_DIR=" + home,
		"XDG_CACHE_HOME=" + home + "/.cache",
		"XDG_CONFIG_HOME=" + home + "/.config",
		"DISPLAY=" + d.Display,
	}
	if !d.Owned {
		authority := os.Getenv("XAUTHORITY")
		if authority == "" {
			authority = os.Getenv("HOME") + "/.Xauthority"
		}
		env = append(env, "XAUTHORITY="+authority)
	}
	return append(env, more...)
}

// keep copies the logs and profiles before they are removed.
func (d *Desk) keep(to string) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		d.T.Logf("%v", err)
		return
	}
	os.RemoveAll(to)
	if out, err := exec.Command("cp", "-r", d.Dir, to).CombinedOutput(); err != nil {
		d.T.Logf("some logs were not kept: %v\n%s", err, out)
	}
	if d.Relay != nil {
		if err := os.WriteFile(filepath.Join(to, "relay.log"), d.Relay.record(), 0o644); err != nil {
			d.T.Logf("%v", err)
		}
	}
	d.T.Logf("logs are in %s", to)
}

// freePort returns a TCP port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

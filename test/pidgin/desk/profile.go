// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// PidginOTR is where Debian puts the C plugin.
const PidginOTR = "/usr/lib/pidgin/pidgin-otr.so"

// Carbons is where Debian puts purple-xmpp-carbons, which shows what the user's other
// clients exchange (XEP-0280).
const Carbons = "/usr/lib/purple-2/carbons.so"

const accountsXML = `<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account>
<protocol>%[1]s</protocol><name>%[2]s</name><password>%[3]s</password><alias>%[5]s</alias>
<settings>
<setting name='connect_server' type='string'>127.0.0.1</setting>
<setting name='port' type='int'>%[4]d</setting>
<setting name='connection_security' type='string'>opportunistic_tls</setting>
<setting name='auth_plain_in_clear' type='bool'>1</setting>
<setting name='ratelimit-interval' type='int'>0</setting>
<setting name='username' type='string'>%[6]s</setting>
</settings>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings>
<settings ui='gnt-purple'><setting name='auto-login' type='bool'>1</setting></settings>
</account></account>
`

// Quiet, no tray icon, no pictures instead of smileys, the buddy list shown at the first
// start.
const prefsXML = `<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
%[2]s<pref name='purple'><pref name='away'><pref name='idle_reporting' type='string' value='none'/></pref></pref>
<pref name='pidgin'>
<pref name='smileys'><pref name='theme' type='string' value='none'/></pref>
<pref name='sound'><pref name='mute' type='bool' value='1'/></pref>
<pref name='docklet'><pref name='show' type='string' value='never'/></pref>
<pref name='blist'><pref name='list_visible' type='bool' value='1'/><pref name='x' type='int' value='%[1]d'/><pref name='y' type='int' value='460'/><pref name='width' type='int' value='250'/><pref name='height' type='int' value='300'/></pref>
<pref name='conversations'><pref name='spellcheck' type='bool' value='0'/>
<pref name='im'><pref name='x' type='int' value='%[1]d'/><pref name='y' type='int' value='20'/><pref name='default_width' type='int' value='600'/><pref name='default_height' type='int' value='300'/></pref></pref>
<pref name='plugins'>
<pref name='loaded' type='pathlist'></pref>
</pref></pref>
<pref name='finch'><pref name='plugins'>
<pref name='loaded' type='pathlist'></pref>
</pref></pref>
</pref>
`

// decided keeps our plugin from asking.
const decided = `<pref name='plugins'><pref name='core'><pref name='purple-otr'>
<pref name='protection-decided' type='bool' value='1'/></pref></pref></pref>
`

var loadedPref = regexp.MustCompile(`(?s)<pref name='loaded' type='pathlist'\s*(/>|>.*?</pref>)`)

// profile returns the directory of a user's settings. It is kept when the client quits.
func (d *Desk) profile(user string) string { return filepath.Join(d.Dir, user, "purple") }

// prepare writes the user's profile or, if it exists, only changes which plugins are
// loaded at start. "bob/phone" is another client of bob, with a separate profile.
func (d *Desk) prepare(user string, plugins []string) {
	d.T.Helper()
	dir := d.profile(user)
	who, program, several := strings.Cut(user, "/")
	if !several {
		program = "desk"
	}
	protocol, name, secret := "prpl-jabber", who+"@localhost/"+program, password(who)
	if d.irc {
		protocol, name, secret = "prpl-irc", who+"@127.0.0.1", ""
	}
	d.write(filepath.Join(dir, "accounts.xml"), fmt.Sprintf(accountsXML, protocol, name, secret, d.Relay.Port(), who, d.ident))
	if d.room != "" {
		d.enter(user, name, d.room)
	}
	prefs := filepath.Join(dir, "prefs.xml")
	text, err := os.ReadFile(prefs)
	if err != nil {
		x := 10
		if user != "alice" {
			x = 475
		}
		protection := decided
		if d.fresh {
			protection = ""
		}
		text = fmt.Appendf(nil, prefsXML, x, protection)
	}
	var items strings.Builder
	for _, p := range plugins {
		path, err := filepath.Abs(p)
		if err != nil {
			d.T.Fatalf("%v", err)
		}
		if _, err := os.Stat(path); err != nil {
			d.T.Fatalf("no such plugin: %v", err)
		}
		fmt.Fprintf(&items, "<item value='%s'/>", path)
	}
	loaded := "<pref name='loaded' type='pathlist'>" + items.String() + "</pref>"
	d.write(prefs, loadedPref.ReplaceAllLiteralString(string(text), loaded))
}

// Install puts a plugin into the user's folder, where the program finds it and does not enable
// it.
func (d *Desk) Install(user, plugin string) {
	d.T.Helper()
	path, err := filepath.Abs(plugin)
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	dir := filepath.Join(d.profile(user), "plugins")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		d.T.Fatalf("%v", err)
	}
	if err := os.Symlink(path, filepath.Join(dir, filepath.Base(path))); err != nil && !os.IsExist(err) {
		d.T.Fatalf("%v", err)
	}
}

// File returns the content of a file in the user's profile, "" if there is none.
func (d *Desk) File(user, name string) string {
	text, err := os.ReadFile(filepath.Join(d.profile(user), name))
	if err != nil && !os.IsNotExist(err) {
		d.T.Fatalf("%v", err)
	}
	return string(text)
}

// Change replaces text in a file of the user's profile. The client must not be running.
func (d *Desk) Change(user, name, text string) {
	d.T.Helper()
	d.write(filepath.Join(d.profile(user), name), text)
}

// Lose removes a file of the user's profile, as if the user had started over on another
// computer.
func (d *Desk) Lose(user, name string) {
	if err := os.Remove(filepath.Join(d.profile(user), name)); err != nil {
		d.T.Fatalf("%v", err)
	}
}

// XMPPConsole is where Debian puts Pidgin's plugin that shows the stream, and sends what the
// user types.
func XMPPConsole(t T) string {
	t.Helper()
	files, err := filepath.Glob("/usr/lib/*/pidgin/xmppconsole.so")
	if err != nil || len(files) == 0 {
		t.Fatalf("no XMPP console: %v", err)
	}
	return files[0]
}

// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"purple-otr/test/pidgin/desk"
)

// Each script adds a word to what is sent and to what arrives, and prints what it sees
// of a text that a window shows.
var scripts = map[string]string{
	"words.pl": `use Purple;
%PLUGIN_INFO = (perl_api_version => 2, name => "Words", version => "1", summary => "s", description => "d",
	author => "a", url => "u", load => "plugin_load", unload => "plugin_unload");
sub plugin_init { return %PLUGIN_INFO; }
sub sending { $_[2] = $_[2] . " sent"; }
sub receiving { $_[2] = $_[2] . " arrived"; return 0; }
sub writing { print STDERR "script writes $_[2]\n"; return 0; }
sub received { print STDERR "script received $_[2]\n"; }
sub plugin_load {
	my $plugin = shift;
	my $c = Purple::Conversations::get_handle();
	Purple::Signal::connect($c, "sending-im-msg", $plugin, \&sending, "");
	Purple::Signal::connect($c, "receiving-im-msg", $plugin, \&receiving, "");
	Purple::Signal::connect($c, "writing-im-msg", $plugin, \&writing, "");
	Purple::Signal::connect($c, "received-im-msg", $plugin, \&received, "");
}
sub plugin_unload {}
`,
	"words.tcl": `proc plugin_init {} { list 2 "Words" "1" "s" "d" "a" "u" }
purple::signal connect [purple::conversation handle] sending-im-msg {account who text} {
	upvar #0 $text t
	set t "$t sent"
}
purple::signal connect [purple::conversation handle] receiving-im-msg {account who text conv flags} {
	upvar #0 $text t
	set t "$t arrived"
	return 0
}
purple::signal connect [purple::conversation handle] writing-im-msg {account who text conv flags} {
	upvar #0 $text t
	puts stderr "script writes $t"
	return 0
}
purple::signal connect [purple::conversation handle] received-im-msg {account who text conv flags} {
	puts stderr "script received $text"
}
`,
}

// TestScripts has scripts in Perl and Tcl read and change messages beside the plugin,
// while it hides the texts from the session bus.
func TestScripts(t *testing.T) {
	for name, script := range scripts {
		for _, first := range []bool{true, false} {
			order := "script last"
			if first {
				order = "script first"
			}
			t.Run(name+", "+order, func(t *testing.T) { withScript(t, name, script, first) })
		}
	}
}

func withScript(t *testing.T, name, script string, first bool) {
	d := newDesk(t)
	file := filepath.Join(d.Dir, "alice", "purple", "plugins", name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	plugins := []string{purpleOTR(t).file, file}
	if first {
		slices.Reverse(plugins)
	}
	a, b := d.Pidgin("alice", plugins...), d.Pidgin("bob", desk.PidginOTR)
	meet(a, b)
	ear := a.Listen()
	a.Talk("bob")
	b.Talk("alice")
	plain := secret() // also starts the private conversation
	a.Type("bob", plain)
	b.WaitText("alice", plain+" sent")
	a.WaitLog("script writes " + plain)
	a.WaitLevel("bob", "Unverified")
	b.WaitLevel("alice", "Unverified")
	out, in := secret(), secret()
	changed(a, b, out, in)
	unseen(t, d, out)
	unseen(t, d, in)
	for _, text := range []string{out, in} {
		if ear.Heard(text) {
			t.Errorf("%q was said on the bus", text)
		}
	}
}

// changed has both sides say something, which the script of alice's sees and changes.
func changed(a, b *desk.Pidgin, out, in string) {
	a.Desk.T.Helper()
	a.Type("bob", out)
	b.WaitText("alice", out+" sent")
	b.Say("alice", in)
	a.WaitText("bob", in+" arrived")
	for _, line := range []string{"script writes " + in + " arrived", "script received " + in + " arrived"} {
		a.WaitLog(line)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"
	"testing"
)

func TestParseIRC(t *testing.T) {
	for line, want := range map[string]ircText{
		"PRIVMSG bob :hello there":         {to: []string{"bob"}, text: "hello there", plain: true},
		"privmsg bob hello":                {to: []string{"bob"}, text: "hello", plain: true},
		"Notice bob :x":                    {to: []string{"bob"}, text: "x", notice: true, plain: true},
		"  PRIVMSG   bob   :  x ":          {to: []string{"bob"}, text: "  x ", plain: true},
		":alice PRIVMSG bob :x":            {to: []string{"bob"}, text: "x"},
		"@a=b;+c=d PRIVMSG bob :x":         {to: []string{"bob"}, text: "x"},
		"@+typing=secret TAGMSG bob":       {to: []string{"bob"}, text: "@+typing=secret"},
		"PRIVMSG #room,bob,&x,@#ops :x":    {to: []string{"bob"}, text: "x"},
		"PRIVMSG bob,carol :x":             {to: []string{"bob", "carol"}, text: "x"},
		"PRIVMSG bob!b@example.org :x":     {to: []string{"bob"}, text: "x", plain: true},
		"PRIVMSG bob@server :x":            {to: []string{"bob"}, text: "x", plain: true},
		"PRIVMSG bob%host@server :x":       {to: []string{"bob"}, text: "x", plain: true},
		"PRIVMSG bob x :y":                 {to: []string{"bob"}, text: "x y"},
		"CPRIVMSG bob #room :x":            {to: []string{"bob"}, text: "x"},
		"CNOTICE bob #room :x":             {to: []string{"bob"}, text: "x", notice: true},
		"SQUERY bob :x":                    {to: []string{"bob"}, text: "x"},
		"WHISPER #room bob,carol :x":       {to: []string{"bob", "carol"}, text: "x"},
		"MEMOSERV :SEND bob see you":       {to: []string{"memoserv", "bob"}, text: "SEND bob see you"},
		"MS send bob x":                    {to: []string{"memoserv", "bob"}, text: "send bob x"},
		"PRIVMSG MemoServ@x.org :SEND bob": {to: []string{"MemoServ", "bob"}, text: "SEND bob"},
		"PRIVMSG bob":                      {to: []string{"bob"}},
	} {
		got, ok := parseIRC(line)
		if !ok || !slices.Equal(got.to, want.to) || got.text != want.text || got.notice != want.notice || got.plain != want.plain {
			t.Errorf("%q: %+v, %v, want %+v", line, got, ok, want)
		}
	}
	for _, line := range []string{
		"", " ", ":", "@", ":x", "@x", "PRIVMSG", "PRIVMSG #room :bob", "PRIVMSG @#room :x", "NOTICE &x :x", "PRIVMSG $*.org :x",
		"PING :bob", "JOIN #bob", "WHOIS bob", "AWAY :bob", "PRIVMSG , :x", "PRIVMSG ~@% :x", "TAGMSG", "WHISPER", "WHISPER #room", "?OTR:AAMD.",
	} {
		if m, ok := parseIRC(line); ok {
			t.Errorf("%q is a text to %q", line, m.to)
		}
	}
}

func FuzzParseIRC(f *testing.F) {
	f.Add("@a :b PRIVMSG bob,#x :y")
	f.Fuzz(func(t *testing.T, line string) {
		m, ok := parseIRC(line)
		if ok != (len(m.to) > 0) || slices.Contains(m.to, "") || len(m.text) > len(line) && !strings.Contains(line, "@") {
			t.Errorf("%q: %+v", line, m)
		}
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package markup

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Nasty are texts that programs with other ideas about mark-up damage.
var nasty = []string{
	"if (a<b && b>c)", "#include <stdio.h>", "a<b>c", "vector<i> v", "<b>bold</b>", "</b>", "<br>", "<>", "<", "&",
	"&lt;", "&amp;lt;", "&copy;", "&copy=1", "&#60;", "&#x3c;", "&#0;", "&#xffffffffff;", "&nbsp;", "&", "AT&T", "&&;",
	"http://example.org/?a=1&b=2&lt=3&copy=4", "<http://example.org/>", "<alice@example.org>",
	`say "hi", it's <3`, ":-> >:( <:-)", "a\nb\n\nc\n", "\ta\t\tb", "a  b   c", " leading and trailing ",
	"👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301", "שלום <b> עולם", "\u202eabc\u202c", "\x02bold\x02 \x0304,01red\x0f", "100 %s %n", `\n \\`, "",
	`<img src="a" id=2>`, "<script>x</script>", "<!-- x -->", "<a href='x'>y</a>", "<font color=red", `<b title="<">`,
}

// shown is what a window shows of the HTML that it is given.
func shown(h string) string { return html.UnescapeString(strings.ReplaceAll(h, "<br>", "\n")) }

// encode does what Pidgin does with what is typed.
var encode = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "<br>").Replace

// exactly checks that s arrives, from programs of both kinds and at programs of both.
func exactly(t interface{ Errorf(string, ...any) }, s string) {
	if got := shown(ShowText(s)); got != s {
		t.Errorf("plain text %q is shown as %q", s, got)
	}
	for _, typed := range []string{encode(s), `<font color="#123456">` + encode(s) + "</font>"} {
		h := ShowHTML(typed)
		h = strings.TrimSuffix(strings.TrimPrefix(h, `<font color="#123456">`), "</font>")
		if got := shown(h); got != s {
			t.Errorf("HTML %q is shown as %q", typed, got)
		}
		if got := Plain(typed); got != s {
			t.Errorf("%q goes out as %q", typed, got)
		}
	}
	if got := shown(ShowHTML(Relaxed(encode(s)))); got != s {
		t.Errorf("%q is shown as %q", Relaxed(encode(s)), got)
	}
	if Look(encode(s)).Raw || Look(Relaxed(encode(s))).Raw {
		t.Errorf("%q has raw characters", encode(s))
	}
}

func TestNasty(t *testing.T) {
	for _, s := range nasty {
		exactly(t, s)
	}
}

func TestEveryText(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("<>&;#x3blt/=\"' \n"))))
	rapid.Check(t, func(t *rapid.T) {
		// A window shows no difference between the two ends of a line.
		s := strings.NewReplacer("\r", "", "\x00", "").Replace(text.Draw(t, "text"))
		exactly(t, Valid(s))
	})
}

func TestLook(t *testing.T) {
	for message, want := range map[string]Signs{
		"hello, it's \"me\" -> :>":             {},
		"if (a<b && b>c)":                      {Raw: true},
		"#include <stdio.h>":                   {Raw: true},
		"R&D":                                  {Raw: true},
		"&copy":                                {Raw: true},
		"1 &lt; 2":                             {Codes: true},
		"&#39;&#x2F;":                          {Codes: true},
		"<b>bold</b>":                          {Codes: true},
		"<b>bold":                              {Raw: true},
		"bold</b>":                             {Raw: true},
		"<B><i>both</B></i>":                   {Codes: true},
		"<b>R&D</b>":                           {Codes: true, Raw: true},
		"a<br/>b<BR>":                          {Codes: true},
		"a\nb":                                 {Breaks: true},
		`<a href="http://x/?a=1&b=2">x</a>`:    {Codes: true},
		`<a href='x' target=_blank >x</a >`:    {Codes: true},
		`<body xml:lang="en">x</body>`:         {Codes: true},
		`<font color="#f00"size=2>x</font>`:    {Raw: true},
		`<font color="<">x</font>`:             {Raw: true},
		`<b or b>x</b>`:                        {Raw: true},
		`<script>x</script>`:                   {Raw: true},
		"<style>x</style><title>x</title>":     {Raw: true},
		"<b/>":                                 {Raw: true},
		"&#0;":                                 {Raw: true},
		"&#xd800;":                             {Raw: true},
		"&#1114112;":                           {Raw: true},
		"&#+65;":                               {Raw: true},
		"&verylongnamethatisnone;":             {Raw: true},
		"<p>one<p>two":                         {Codes: true},
		strings.Repeat("<b>", 3) + "x</b></b>": {Codes: true, Raw: true},
	} {
		if got := Look(message); got != want {
			t.Errorf("%q: %+v, want %+v", message, got, want)
		}
	}
}

func TestShowHTML(t *testing.T) {
	for message, want := range map[string]string{
		`<FONT color="#f00">1 &lt; 2</FONT>`: `<FONT color="#f00">1 &lt; 2</FONT>`,
		"<b>if (a<b && b>c)</b>":             "<b>if (a&lt;b &amp;&amp; b&gt;c)</b>",
		"a &nbsp;b &#8364;":                  "a  b €",
		`<b>x</b><img src="a" id=2><IMG`:     `<b>x</b>&lt;img src=&quot;a&quot; id=2&gt;&lt;IMG`,
		"<script>x</script>":                 "&lt;script&gt;x&lt;/script&gt;",
		"a\r\nb":                             "a<br>b",
		"caf\xe9 <b>\xfcber</b>":             "café <b>über</b>",
	} {
		if got := ShowHTML(message); got != want {
			t.Errorf("%q is shown as %q, want %q", message, got, want)
		}
	}
	if got := ShowText("caf\xe9 <b>"); got != "café &lt;b&gt;" {
		t.Errorf("Latin-1 is shown as %q", got)
	}
}

func TestPlain(t *testing.T) {
	for typed, want := range map[string]string{
		"hello":                        "hello",
		"1 &lt; 2 &amp;&amp; 3 &gt; 2": "1 < 2 && 3 > 2",
		"a<br>b<BR/>c":                 "a\nb\nc",
		"<b>bold</b> <FONT COLOR=\"#f00\">red</FONT>":                               "bold red",
		`<a href="http://x.example/?a=1&amp;b=2">http://x.example/?a=1&amp;b=2</a>`: "http://x.example/?a=1&b=2",
		`<a href="http://x.example/?a=1&b=2">http://x.example/?a=1&amp;b=2</a>`:     "http://x.example/?a=1&b=2",
		`see <A HREF="http://x.example/">here</A>!`:                                 "see here (http://x.example/)!",
		`<a href="mailto:bob@example.org">bob@example.org</a>`:                      "bob@example.org",
		`<a title="t" href=x><b>y</b> &amp; z</a>`:                                  "y & z (x)",
		"<div>one</div><div>two</div>":                                              "one\ntwo\n",
		"&lt;b&gt;":                                                                 "<b>",
		"2 < 3":                                                                     "2 < 3",
		"a<b":                                                                       "a<b",
		"&amp;lt;":                                                                  "&lt;",
		"":                                                                          "",
	} {
		if got := Plain(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// TestLinear would take hours if the time grew with the square of the length.
func TestLinear(t *testing.T) {
	for _, piece := range []string{"<", "&", "<b>", "</b>", "<b a='", "<a href=x>", "&#1;", "<br", "&aaaaaaaa", `<b a=" `, "<a b=c "} {
		s := strings.Repeat(piece, 1<<20/len(piece))
		if h := ShowHTML(s); len(h) < len(s)/10 {
			t.Errorf("%q many times is shown as %d bytes", piece, len(h))
		}
		Plain(s + strings.Repeat("</a>", 1<<18))
	}
}

func FuzzMarkup(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
		f.Add(encode(s))
	}
	f.Fuzz(func(t *testing.T, s string) {
		var raw strings.Builder
		for _, token := range scan(s) {
			raw.WriteString(token.raw)
		}
		if raw.String() != s {
			t.Errorf("%q is scanned as %q", s, raw.String())
		}
		// What is shown can be scanned, and has nothing raw.
		if h := ShowHTML(s); Look(h).Raw || ShowHTML(h) != h {
			t.Errorf("%q is shown as %q", s, h)
		}
		if valid := Valid(s); !strings.ContainsAny(valid, "\r\x00") {
			exactly(t, valid)
		}
		Plain(s)
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package markup

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Signs are what a message shows about the program that wrote it.
type Signs struct {
	// Codes: it has entities or tags. A program that writes HTML made them, or somebody
	// typed them into one that writes plain text.
	Codes bool
	// Raw: it has a < or & that begins neither a tag nor an entity. Programs that write
	// HTML never send that.
	Raw bool
	// Breaks: it has a line break that is not a tag.
	Breaks bool
}

// Look returns the signs of a message.
func Look(message string) Signs {
	s := Signs{Breaks: strings.Contains(message, "\n")}
	for _, t := range scan(message) {
		s.Codes = s.Codes || t.kind == code || t.kind == open || t.kind == end
		s.Raw = s.Raw || t.kind == stray
	}
	return s
}

// ShowText returns HTML for a window that shows message character for character.
func ShowText(message string) string { return escape(Valid(message)) }

// ShowHTML returns HTML for a window that shows message, which a program wrote that
// writes HTML. What is no mark-up is shown as it is. So are pictures, which could only
// refer to some that are in memory here.
func ShowHTML(message string) string {
	var b strings.Builder
	for _, t := range scan(Valid(message)) {
		switch {
		case t.kind == code:
			b.WriteString(escape(t.means))
		case t.kind == open && t.name == "img":
			b.WriteString(escape(t.raw))
		case t.kind == open, t.kind == end:
			b.WriteString(t.raw)
		default:
			b.WriteString(escape(t.raw))
		}
	}
	return b.String()
}

// Formatted reports whether typed, which is HTML, has mark-up other than line breaks.
func Formatted(typed string) bool {
	for _, t := range scan(typed) {
		if (t.kind == open || t.kind == end) && t.name != "br" {
			return true
		}
	}
	return false
}

// Picture reports whether typed, which is HTML, refers to a picture.
func Picture(typed string) bool { return picture.MatchString(typed) }

var picture = regexp.MustCompile(`(?i)<\s*img\b`)

// Relaxed returns typed, which is HTML without formatting, without the entities that HTML
// does not need: a quotation mark and > mean the same in both kinds of text.
func Relaxed(typed string) string {
	var b strings.Builder
	for _, t := range scan(typed) {
		if t.kind == code && (t.means == `"` || t.means == ">" || t.means == "'") {
			b.WriteString(t.means)
			continue
		}
		b.WriteString(t.raw)
	}
	return b.String()
}

// Plain returns the text of typed, which is HTML. It loses no character; a link keeps its
// address too.
func Plain(typed string) string {
	var b strings.Builder
	var links []link
	line := func() { // what begins a line in HTML
		if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteByte('\n')
		}
	}
	for _, t := range scan(typed) {
		switch {
		case t.kind == code:
			b.WriteString(t.means)
		case t.kind != open && t.kind != end:
			b.WriteString(t.raw)
		case t.name == "br":
			b.WriteByte('\n')
		case t.name == "a" && t.kind == open:
			links = append(links, link{address: address(t.raw), from: b.Len()})
		case t.name == "a" && len(links) > 0:
			l := links[len(links)-1]
			links = links[:len(links)-1]
			b.WriteString(l.suffix(b.String()[l.from:]))
		case t.name == "img":
			b.WriteString(t.raw)
		case t.name == "p", t.name == "div", t.name == "hr", t.name == "li", t.name == "blockquote":
			line()
		}
	}
	return b.String()
}

// A link is one whose end has not come.
type link struct {
	address string
	from    int // where its label begins
}

// suffix is what is written after the label: the address, unless that is the label.
func (l link) suffix(label string) string {
	if l.address == "" || label == l.address || label == strings.TrimPrefix(l.address, "mailto:") {
		return ""
	}
	return " (" + l.address + ")"
}

// address is where a tag of a link leads.
func address(raw string) string {
	s := raw[len("<a"):]
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		name, value, n, ok := attribute(s)
		if !ok {
			return ""
		}
		if name == "href" {
			return decoded(value)
		}
		s = s[n:]
	}
}

// decoded is an attribute's value without entities.
func decoded(value string) string {
	var b strings.Builder
	for _, t := range scan(value) {
		if t.kind == code {
			b.WriteString(t.means)
		} else {
			b.WriteString(t.raw)
		}
	}
	return b.String()
}

// Valid returns s with every byte that is not part of UTF-8 taken for Latin-1, as
// programs do that know only that. A line ends with "\n" alone.
func Valid(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

var escaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "\n", "<br>")

func escape(s string) string { return escaper.Replace(s) }

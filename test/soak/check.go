// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// A text is what a user has typed.
type text struct {
	mark     string
	from, to *end // to is the person that the window showed
	html     string
	private  bool // nobody else may read it
	parts    int  // messages that carry it
	arrived  int  // of those, the ones that arrived unchanged
	sent     bool // the window shows it as sent
	returned bool
	shown    int // as it was sent first
	again    int // marked as sent again
	gone     bool
}

// String says what has become of t, but not what it says.
func (t *text) String() string {
	return fmt.Sprintf("%s from %s to %s: private %v, %d of %d parts arrived, sent %v, returned %v, shown %d times and %d as sent again",
		t.mark, t.from.name, t.to.name, t.private, t.arrived, t.parts, t.sent, t.returned, t.shown, t.again)
}

var (
	mark     = regexp.MustCompile(`soak\d{7}`)
	forged   = regexp.MustCompile(`^forged\d+$`)
	together = regexp.MustCompile(`([^>])<br>((?:\[resent\] )?soak\d{7})`)
	warning  = regexp.MustCompile(`^<b>\[Not encrypted:[^<]*\]</b><br>`)
	// dataMessage begins one of version 2, 3 or 4.
	dataMessage = regexp.MustCompile(`^\?OTR:AA[IMQ]D`)
	status      = regexp.MustCompile(`Conversation with \S+: ([^.]*)\.`)
	// about are the lines that tell the user that something encrypted was not read.
	about = regexp.MustCompile(`arrived twice|arrived too late|does not belong to a private|could not be read|another device|not supported here|came back to you`)
)

// fail ends everything: a rule has been broken. How to repeat it was said at the start.
func fail(format string, args ...any) {
	fmt.Printf("BROKEN: "+format+"\n", args...)
	os.RemoveAll(folder)
	os.Exit(1)
}

// saw looks at what an end has reported.
func (s *soak) saw(e *end, ev event) {
	note("%s: %q", e.name, ev)
	switch ev[0] {
	case "wire":
		s.sawWire(e, ev[2], ev[3])
	case "line":
		s.sawLine(e, ev[2], ev[3], ev[5])
	case "field":
		e.fields[ev[1]] = append(e.fields[ev[1]], form{look: ev[2]})
	case "button":
		e.fields[ev[1]] = append(e.fields[ev[1]], form{"button", []string{ev[2]}})
	case "option":
		f := e.fields[ev[1]]
		f[len(f)-1].options = append(f[len(f)-1].options, ev[2])
	case "form", "question":
		e.protected = e.protected || strings.Contains(ev[3]+ev[4], "protected by your passphrase")
		e.forms = append(e.forms, ev)
	case "closed":
		e.done(ev[1])
	}
}

// sawWire: nothing that was typed as private leaves in the clear.
func (s *soak) sawWire(e *end, to, body string) {
	s.figures.messages++
	var of *text
	for _, m := range mark.FindAllString(body, -1) {
		if t := s.texts[m]; t.private {
			fail("%s was typed as private and left in the clear for %s: %q", m, to, body)
		} else {
			of = t
		}
	}
	if s.sending != nil && of == nil && strings.HasPrefix(body, "?OTR") && isData(body) {
		of = s.sending
	}
	s.network.send(e, to, body, of)
}

// isData reports whether body is or belongs to a Data Message.
func isData(body string) bool {
	return dataMessage.MatchString(body) || strings.HasPrefix(body, "?OTR|") || strings.HasPrefix(body, "?OTR,")
}

// sawLine looks at a line of a window.
func (s *soak) sawLine(e *end, window, kind, body string) {
	switch kind {
	case "sent":
		for _, m := range mark.FindAllString(body, -1) {
			s.texts[m].sent = true
		}
	case "received":
		// Texts that have waited together for the end of a key exchange are one line.
		for _, t := range strings.Split(together.ReplaceAllString(body, "$1\x00$2"), "\x00") {
			s.sawText(e, window, t)
		}
	case "system":
		person := e.people[window]
		e.reports[person]++
		// A window that opens says how private it is, too, but not whether the keys are locked.
		if m := status.FindStringSubmatch(body); m != nil && e.asking {
			e.level, e.locked = m[1], strings.Contains(body, "Your keys are locked")
		}
		if about.MatchString(body) {
			s.hinted[[2]*end{e, person}] = true
		}
		if !strings.Contains(body, "will be sent") {
			for _, m := range mark.FindAllString(body, -1) {
				s.texts[m].returned = true
				s.figures.returned++
			}
		}
		if strings.Contains(body, "waits until the verification has ended") {
			s.postponed = append(s.postponed, [2]*end{e, person})
		}
		if s.differ && (strings.Contains(body, "The answers match") || strings.Contains(body, "has verified you")) {
			fail("%s reads %q, but the secrets are not the same", e.name, body)
		}
		if strings.Contains(body, "The answers match") {
			s.figures.verified++
			s.proved[[2]*end{e, person}] = true
		}
	}
}

// sawText checks that what a window shows was typed like that, by the person whom the
// window names, for the one who reads it, and that nothing private is shown twice.
func (s *soak) sawText(e *end, window, body string) {
	plain := warning.FindString(body)
	body = strings.TrimPrefix(body, plain)
	again := strings.HasPrefix(body, "[resent] ")
	body = strings.TrimPrefix(body, "[resent] ")
	if e.off { // nothing is done to what arrives, so that a tag shows
		body = strings.TrimRight(body, " \t")
	}
	if forged.MatchString(body) {
		if plain == "" && s.secret {
			fail("%s is shown to %s without a warning in a private conversation", body, e.name)
		}
		return
	}
	t := s.texts[mark.FindString(body)]
	switch {
	case t == nil && e.off && strings.HasPrefix(body, "?OTR"):
		return // OTR is off: nothing is done to what arrives
	case t == nil:
		fail("%s reads from %s what nobody typed: %q", e.name, window, body)
	case t.from != e.people[window]:
		fail("%s reads %s from %s, but %s typed it", e.name, t.mark, window, t.from.name)
	case t.to != e && !t.private:
		return // who has the name now reads what is in the clear
	case t.to != e:
		fail("%s reads %s, which was for %s", e.name, t.mark, t.to.name)
	case t.html != body:
		fail("%s reads %q, but %q was typed", e.name, body, t.html)
	case again:
		t.again++
	default:
		t.shown++
	}
	s.figures.read++
	if t.private && (t.shown > 1 || t.again > 1) {
		fail("%s reads %s %d times, and %d times as sent again", e.name, t.mark, t.shown, t.again)
	}
	s.hinted[[2]*end{e, t.from}] = s.hinted[[2]*end{e, t.from}] && !t.private
}

// judge: what has arrived as it was sent is read, or a user learns that something was not:
// now, or since they last wrote something or read something private of the same person.
// Nobody is told of what comes while OTR is off, and of what comes while the keys are locked
// only when they are unlocked.
func (s *soak) judge(t *text, told bool) {
	if t.arrived < t.parts || !t.private || !t.sent {
		return
	}
	if t.shown+t.again > 0 || told || t.returned || s.hinted[[2]*end{t.to, t.from}] || t.to.off || t.to.locked {
		return
	}
	fail("%s arrived for %s as it was sent; it is not shown, and nobody has been told", t.mark, t.to.name)
}

// patience is longer than a message of version 4 waits for the end of the key exchange that it has
// overtaken.
const patience = 65 * time.Second

// A verdict on a text is put off. reports is how much its reader had been told before it arrived,
// and starts how often their program had been started.
type verdict struct {
	*text
	at      time.Time
	reports int
	starts  int
}

// mayWait reports whether body is, or may be a part of, a message of version 4 in the first ratchet.
func mayWait(body string) bool {
	if strings.HasPrefix(body, "?OTR|") {
		return strings.Count(body[:min(len(body), 32)], "|") == 3
	}
	encoded, ok := strings.CutPrefix(body, "?OTR:")
	if !ok || len(encoded) < 28 {
		return false
	}
	// Version, type, two tags, flags, pn and i.
	b, err := base64.StdEncoding.DecodeString(encoded[:28])
	return err == nil && string(b[:3]) == "\x00\x04\x03" && string(b[16:20]) == "\x00\x00\x00\x00"
}

// judgeLater judges the texts whose time has come.
func (s *soak) judgeLater() {
	for len(s.waiting) > 0 && !s.waiting[0].at.After(time.Now()) {
		v := s.waiting[0]
		s.waiting = s.waiting[1:]
		if v.to.starts == v.starts {
			s.judge(v.text, v.to.reports[v.from] > v.reports)
		}
	}
}

// settled: each text is shown as sent or was given back.
func (s *soak) settled() {
	for _, t := range s.open {
		if !t.sent && !t.returned && !t.gone {
			fail("%s is nowhere: %s has neither sent it nor given it back", t.mark, t.from.name)
		}
	}
	s.open = nil
}

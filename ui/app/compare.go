// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// maxPasted is how many characters a pasted fingerprint may have. A longer text contains
// more than a fingerprint.
const maxPasted = 400

// Compare lets the user compare a fingerprint, whether it is in use now or not.
func (a *App) Compare(c ui.Chat, theirs otr.Fingerprint) {
	a.verifier.askCompare(c, theirs, ui.Form{Heading: text.VerifyHeading(a.name(c)), Text: text.VerifyCompare(a.name(c))}, "")
}

// askCompare shows the dialog. f has its icon, heading and text; pasted fills in the field
// for pasting.
func (vr verifier) askCompare(c ui.Chat, theirs otr.Fingerprint, f ui.Form, pasted string) {
	fields, outcome := vr.compareFields(c, theirs, 0, pasted)
	f.Chat, f.Title, f.Fields = c, text.VerifyTitle(), fields
	f.OK, f.Cancel = text.ButtonVerify(), text.ButtonCancel()
	f.Done = func(ok bool, v []string) {
		if !ok {
			return
		}
		if _, known := vr.store.Trust(ui.BuddyOf(c), theirs); !known {
			return // the user has deleted it meanwhile
		}
		vr.compared(c, theirs, v, outcome)
	}
	vr.host.AskForm(f)
}

// fieldPasted is the index of one of the fields that compareFields returns.
const fieldPasted = 2

// compareFields returns the fields for comparing fingerprints, on one page of a form. The
// last is a Choice, whose second option means outcome. The first option changes nothing, so
// that pressing OK without reading neither gives trust nor removes it. Field fieldPasted is
// for a fingerprint to paste.
func (vr verifier) compareFields(c ui.Chat, theirs otr.Fingerprint, page int, pasted string) (fields []ui.Field, outcome keystore.Trust) {
	fields = []ui.Field{{
		Kind: ui.Fingerprint, Value: strings.Join(theirs.Lines(), "\n"),
		Label: text.VerifyTheirs(vr.name(c), text.Clean(c.Peer, text.MaxName), text.ProtocolName(c.Protocol)),
	}}
	mine := text.VerifyMine(ui.AccountName(ui.AccountOf(c)), text.ProtocolName(c.Protocol))
	paste := ui.Field{Kind: ui.Input, Label: text.VerifyPaste(vr.name(c)), Value: pasted, Max: maxPasted + 1}
	if k := vr.store.OwnKey(ui.AccountOf(c), theirs); k != nil {
		fields = append(fields,
			ui.Field{Kind: ui.Fingerprint, Label: mine, Value: strings.Join(k.Fingerprint().Lines(), "\n")}, paste,
			ui.Field{Kind: ui.QR, Label: text.VerifyCode(), Value: ui.KeyURI(ui.AccountOf(c), k.Fingerprint())})
	} else {
		fields = append(fields, ui.Field{Kind: ui.Show, Label: mine, Value: text.VerifyNone()}, paste)
	}
	options, outcome := []string{text.VerifyNotYet(), text.VerifyMatch()}, keystore.Verified
	if vr.trusted(c, theirs) {
		options, outcome = []string{text.VerifyKeep(), text.VerifyRemove()}, keystore.Unverified
	}
	fields = append(fields, ui.Field{Kind: ui.Choice, Label: text.VerifyQuestion(), Options: options, Pinned: true})
	if page > 0 {
		fields[0].Label = text.VerifyCompare(vr.name(c)) + "\n\n" + fields[0].Label
	}
	for i := range fields {
		fields[i].Page = page
	}
	return fields, outcome
}

// compared applies what the user has chosen in the fields of compareFields, whose values
// are v. If the user has pasted a fingerprint, we compare it ourselves, and what the user
// chose does not count. Removing trust needs no proof.
func (vr verifier) compared(c ui.Chat, theirs otr.Fingerprint, v []string, outcome keystore.Trust) {
	name, pasted, yes := vr.name(c), v[fieldPasted], v[len(v)-1] == "1"
	switch {
	case yes && !outcome.Trusted():
		vr.Record(c, theirs, outcome)
	case filled(pasted):
		vr.pasted(c, theirs, pasted)
	case yes:
		vr.Record(c, theirs, outcome)
	case !outcome.Trusted():
		vr.say(c, text.VerifyKept(name))
	default:
		vr.say(c, text.VerifyNothing(name), ui.Verify)
	}
}

// pasted verifies theirs if it equals what was pasted. Otherwise it says what is wrong and
// asks again.
func (vr verifier) pasted(c ui.Chat, theirs otr.Fingerprint, copied string) {
	name := vr.name(c)
	p := readPasted(copied, theirs)
	f := ui.Form{Icon: ui.WarningIcon, Heading: text.PasteIncompleteHeading(), Text: text.PasteIncomplete(p.digits, p.wanted)}
	switch k := vr.store.OwnKey(ui.AccountOf(c), theirs); {
	case p.same:
		vr.Record(c, theirs, keystore.Verified)
		return
	case k != nil && readPasted(copied, k.Fingerprint()).same:
		f.Text = text.PasteOwn(name)
	case p.foreign:
		f.Text = text.PasteInvalid()
	case p.digits == p.wanted:
		f.Heading, f.Text = text.PasteDiffersHeading(name), text.PasteDiffers(name, p.partly)
	}
	vr.askCompare(c, theirs, f, text.Clean(copied, maxPasted))
}

// say shows the result of a dialog where the user can see it.
func (vr verifier) say(c ui.Chat, line string, offers ...ui.Action) {
	if vr.open(c) {
		vr.notice(c, ui.Info, false, line, offers...)
		return
	}
	vr.host.Alert(text.VerifyTitle(), line, "")
}

// A pastedText is the result of comparing a pasted text with a fingerprint.
type pastedText struct {
	same           bool
	foreign        bool // it contains a character that no fingerprint has
	digits, wanted int  // how many digits it has, and how many the fingerprint has
	partly         bool // the first or last digits are the same, and perhaps the user looked only at those
}

// alike is how many equal digits at the beginning or the end of two fingerprints are no
// coincidence.
const alike = 4

// readPasted compares text with f. Case does not matter, nor do the separators that make
// digits easier to read. It also understands the text of the QR code.
func readPasted(text string, f otr.Fingerprint) (p pastedText) {
	want := digits(f.String())
	p.wanted = len(want)
	if len(text) > maxPasted*utf8.UTFMax || utf8.RuneCountInString(text) > maxPasted {
		p.foreign = true
		return p
	}
	if _, value, ok := strings.Cut(strings.ToLower(text), ui.URIFingerprint); ok {
		text, _, _ = strings.Cut(value, ";")
	}
	if _, value, ok := strings.Cut(strings.ToUpper(text), ui.URIVersion4); ok {
		text = value
	}
	got := digits(text)
	p.digits = len(got)
	p.foreign = strings.Trim(got, "0123456789ABCDEF") != ""
	p.same = got == want
	if !p.same && len(got) == len(want) {
		p.partly = got[:alike] == want[:alike] || got[len(got)-alike:] == want[len(want)-alike:]
	}
	return p
}

// digits returns s in capital letters without the separators between digits.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Pd) || strings.ContainsRune(":.,;", r) {
			return -1
		}
		if r > unicode.MaxASCII {
			return '?' // not a digit, and one byte long
		}
		return unicode.ToUpper(r)
	}, s)
}

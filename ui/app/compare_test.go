// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"crypto/rand"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// theirKey returns the buddy's key in the private conversation.
func (s *side) theirKey() otr.Fingerprint {
	return s.app.conversations[s.Chat].session.Status().Fingerprint
}

// TestPastedFingerprint pastes texts into the dialog and changes nothing else there.
func TestPastedFingerprint(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	theirs := alice.theirKey().String()
	plain := strings.ReplaceAll(theirs, " ", "")
	other := func(from, to int) string { // with other digits there
		return plain[:from] + strings.Map(func(r rune) rune {
			if r == 'F' {
				return '0'
			}
			return 'F'
		}, plain[from:to]) + plain[to:]
	}
	for _, c := range []struct {
		name, pasted string
		want         string // of what is said; empty: verified
	}{
		{"as shown", theirs, ""},
		{"lower case", strings.ToLower(theirs), ""},
		{"without spaces", plain, ""},
		{"many spaces", " \t" + strings.Join(strings.Split(plain, ""), "\u00a0 ") + "\r\n", ""},
		{"colons", strings.ReplaceAll(theirs, " ", ":"), ""},
		{"dashes", strings.ReplaceAll(theirs, " ", "\u2013"), ""},
		{"lines", strings.ReplaceAll(theirs, " ", "\n"), ""},
		{"marks that nobody sees", "\u202a" + theirs + "\u202c\ufeff", ""},
		{"what the code says", ui.KeyURI(ui.AccountOf(bob.Chat), alice.theirKey()), ""},
		{"a digit less", plain[:39], "40 digits and letters, but the text you pasted has 39"},
		{"a digit more", plain + "0", "has 41"},
		{"twice", plain + plain, "has 80"},
		{"half", plain[:20], "has 20"},
		{"nothing but dashes", "--", "has 0"},
		{"the end differs", other(30, 40), "Only part of it is the same"},
		{"the beginning differs", other(0, 30), "Only part of it is the same"},
		{"the last digit differs", other(39, 40), "Only part of it is the same"},
		{"all differs", other(0, 40), "fingerprint of a different key"},
		{"own", alice.Store.Key(ui.AccountOf(alice.Chat)).Fingerprint().String(), "your own fingerprint"},
		{"letters", strings.Replace(plain, plain[:1], "G", 1), "not part of a fingerprint"},
		{"other digits", strings.Repeat("\uff10", 40), "not part of a fingerprint"},
		{"not UTF-8", strings.Repeat("\xff", 40), "not part of a fingerprint"},
		{"something after many spaces", plain + strings.Repeat(" ", maxPasted) + "x", "not part of a fingerprint"},
		{"endless", strings.Repeat(plain, 1<<16), "not part of a fingerprint"},
		{"endless signs", strings.Repeat("\U0001f511", 1<<20), "not part of a fingerprint"},
	} {
		for _, says := range []string{"0", "1"} { // what the user says about it does not count
			t.Run(c.name+"/"+says, func(t *testing.T) {
				alice.app.Do(alice.Chat, ui.Verify, 0)
				f := alice.Host.TakeForm()
				place := len(f.Fields) - 3
				if f.Fields[place].Kind != ui.Input || f.Fields[place].Max == 0 {
					t.Fatalf("field %+v", f.Fields[place])
				}
				f.Done(true, uitest.Answers(f, map[int]string{fieldHow: "2", place: c.pasted, -1: says}))
				if c.want == "" {
					alice.WantLine("You have verified Bob")
					alice.Want(ui.Private)
					alice.app.Do(alice.Chat, ui.Verify, 0)
					alice.Fill(uitest.Compared) // removed again for the next case
					return
				}
				alice.Want(ui.Unverified)
				again := alice.Host.TakeForm()
				if again.Icon != ui.WarningIcon || !strings.Contains(again.Text, c.want) || !strings.Contains(again.Text, "Nothing was verified") {
					t.Errorf("%v, %q, %q", again.Icon, again.Heading, again.Text)
				}
				if kept := again.Fields[fieldPasted].Value; len([]rune(kept)) > maxPasted+1 {
					t.Errorf("%d characters are shown again", len([]rune(kept)))
				}
				again.Done(false, nil)
				alice.Want(ui.Unverified)
			})
		}
	}
}

// TestPastedWhenVerified: a pasted text neither removes trust, nor keeps it when the user
// removes it.
func TestPastedWhenVerified(t *testing.T) {
	alice, bob := newPair(t)
	alice.Start()
	alice.Verify()
	theirs := alice.theirKey()
	paste := func(text, says string) {
		alice.app.Compare(alice.Chat, theirs)
		alice.Fill(map[int]string{fieldPasted: text, -1: says})
	}
	paste(theirs.String(), "0")
	alice.Want(ui.Private)
	paste(bob.Chat.Peer, "0")
	if f := alice.Host.TakeForm(); f.Icon != ui.WarningIcon {
		t.Errorf("%+v", f)
	}
	alice.Want(ui.Private)
	paste(theirs.String(), "1")
	alice.Want(ui.Unverified)
}

// TestNothingVerified: OK without a result tells the user so, with and without a window.
func TestNothingVerified(t *testing.T) {
	alice, _ := newPair(t)
	alice.Start()
	alice.app.Do(alice.Chat, ui.Verify, 0)
	f := alice.Host.TakeForm()
	if last := f.Fields[len(f.Fields)-1]; !last.Pinned || last.Kind != ui.Choice {
		t.Errorf("the choice may be below the edge of the screen: %+v", last)
	}
	f.Done(true, uitest.Answers(f, uitest.NotCompared))
	alice.WantLine("Nothing was verified")
	alice.Want(ui.Unverified)

	theirs := alice.theirKey()
	alice.Close()
	alice.app.Compare(alice.Chat, theirs)
	alice.Fill(nil)
	if len(alice.Host.Alerts) != 1 || !strings.Contains(alice.Host.Alerts[0], "Nothing was verified") {
		t.Errorf("alerts %q", alice.Host.Alerts)
	}
	alice.Open()
	alice.Verify()
	alice.app.Compare(alice.Chat, theirs)
	alice.Fill(nil)
	alice.WantLine("Bob is still verified")
	alice.Want(ui.Private)
}

// TestCompareVersion4: a fingerprint of version 4 is compared as a whole, and beside the
// user's own of the same version.
func TestCompareVersion4(t *testing.T) {
	alice, _ := newPair(t)
	mine, err := otr.GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := otr.GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, f := ui.BuddyOf(alice.Chat), theirs.Fingerprint()
	if _, err := alice.Store.Add(b, f); err != nil {
		t.Fatal(err)
	}
	alice.app.Compare(alice.Chat, f)
	if form := alice.Host.TakeForm(); form.Fields[1].Kind != ui.Show {
		t.Errorf("without a key of that version: %+v", form.Fields[1])
	}
	if err := alice.Store.Identities().Set(ui.AccountOf(alice.Chat), mine); err != nil {
		t.Fatal(err)
	}
	whole := f.String()
	for name, c := range map[string]struct {
		pasted, want string
	}{
		"as shown":           {strings.Join(f.Lines(), "\n"), ""},
		"what the code says": {ui.KeyURI(ui.AccountOf(alice.Chat), f), ""},
		"the code in a mail": {"My key is " + strings.ToLower(ui.KeyURI(ui.AccountOf(alice.Chat), f)), ""},
		"the first line":     {f.Lines()[0], "112 digits and letters, but the text you pasted has 32"},
		"own":                {mine.Fingerprint().String(), "your own fingerprint"},
		"the end differs":    {whole[:117] + strings.Repeat("0", 8), "Only part of it is the same"},
	} {
		alice.app.Compare(alice.Chat, f)
		form := alice.Host.TakeForm()
		if form.Fields[0].Value != strings.Join(f.Lines(), "\n") || form.Fields[1].Value != strings.Join(mine.Fingerprint().Lines(), "\n") ||
			!strings.HasPrefix(form.Fields[3].Value, "OTR4:") {
			t.Errorf("%s: form %+v", name, form.Fields)
		}
		form.Done(true, uitest.Answers(form, map[int]string{fieldPasted: c.pasted, -1: "0"}))
		trust, _ := alice.Store.Trust(b, f)
		if trust.Trusted() != (c.want == "") {
			t.Errorf("%s: trust %q", name, trust)
		}
		if c.want != "" {
			if again := alice.Host.TakeForm(); !strings.Contains(again.Text, c.want) {
				t.Errorf("%s: %q", name, again.Text)
			}
		}
		if err := alice.Store.SetTrust(b, f, keystore.Unverified); err != nil {
			t.Fatal(err)
		}
	}
}

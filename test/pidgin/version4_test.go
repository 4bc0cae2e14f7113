// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/test/pidgin/desk"
)

// TestListsOfVersion4: Pidgin shows keys of version 4 in the lists and their dialogs. Their
// fingerprints are long, but everything is inside the windows.
func TestListsOfVersion4(t *testing.T) {
	mine, theirs := identity(t), identity(t)
	alice := keystore.Account{Protocol: "prpl-jabber", Name: "alice@localhost/desk"}
	bob := keystore.Buddy{Account: alice, Peer: "bob@localhost"}
	three, err := otr.ParseFingerprint(strings.Repeat("00112233", 5))
	var b keystore.Bundle
	err = errors.Join(err, b.AddKey(alice, mine),
		b.AddContact(keystore.Contact{Buddy: bob, Fingerprint: three, Trust: keystore.Verified}),
		b.AddContact(keystore.Contact{Buddy: bob, Fingerprint: theirs.Fingerprint(), Trust: keystore.CarriedOver(three)}))
	files, err2 := b.Files()
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	d := newDesk(t)
	for name, data := range files {
		d.Change("alice", name, string(data))
	}
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	g := gallery{t: t, d: d, a: a}
	look := func(title, picture string, k *otr.IdentityKey, columns int) {
		t.Helper()
		whole := k.Fingerprint().String()
		d.Until(title+" shows the fingerprint", func() bool {
			for row := range slices.Chunk(a.Showing(title, "table cell"), columns) {
				cells := []string{}
				for _, cell := range row {
					cells = append(cells, cell.Name())
				}
				if slices.Contains(cells, "4") && slices.Contains(cells, whole) {
					return true
				}
			}
			return false
		})
		g.window(a, title, picture)
		d.Until("alice chooses the row", func() bool {
			cell, ok := a.Look(title, "table cell", desk.Named(whole))
			if ok {
				cell.Focus()
			}
			return ok && cell.Showing()
		})
		a.Click(title, "push button", "Show…")
	}
	shown := func(title, picture string, k *otr.IdentityKey) {
		t.Helper()
		a.Find(title, "label", strings.Join(k.Fingerprint().Lines(), "\n"))
		g.window(a, title, picture)
		a.Click(title, "push button", "Close")
	}
	a.Menu("bob", "Known fingerprints…")
	look("Known fingerprints", "version4-known", theirs, 8)
	shown("Fingerprint", "version4-fingerprint", theirs)
	a.Menu("bob", "My keys…")
	look("My keys", "version4-keys", mine, 4)
	shown("My key", "version4-key", mine)
}

func identity(t *testing.T) *otr.IdentityKey {
	t.Helper()
	k, err := otr.GenerateIdentityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

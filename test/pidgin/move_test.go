// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"path/filepath"
	"testing"

	"purple-otr/keystore"
	"purple-otr/keystore/foreign"
	"purple-otr/test/pidgin/desk"
)

// TestMove moves pidgin-otr's files to another computer through a backup, and uses them
// there with pidgin-otr.
func TestMove(t *testing.T) {
	d := newDesk(t)
	b := aliceVerified(t, d)
	known, tag := trusted(d, "bob"), lastField(d.File("alice", "otr.instance_tags"))

	profile := filepath.Join(d.Dir, "alice", "purple")
	found := readFiles(t, profile)
	if len(found.Bundle.Keys) != 1 || len(found.Unsure) != 0 || found.Tags != 1 || len(found.Problems) != 0 {
		t.Fatalf("found %d keys, %d tags, unsure %v, problems %v", len(found.Bundle.Keys), found.Tags, found.Unsure, found.Problems)
	}
	if c := found.Bundle.Contacts; len(c) != 1 || c[0].Trust != keystore.Verified || c[0].Peer != "bob@localhost" {
		t.Fatalf("contacts %v", c)
	}
	passphrase := []byte("correct horse battery staple")
	backup, err := keystore.SealExport(found.Bundle, passphrase)
	if err != nil {
		t.Fatal(err)
	}

	for _, name := range []string{"otr.private_key", "otr.fingerprints", "otr.instance_tags"} {
		d.Lose("alice", name)
	}
	bundle, err := keystore.OpenExport(backup, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	s, err := keystore.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(s.Plan(bundle), "2026-03-01"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	b.Menu("alice", "End private conversation")
	a := d.Pidgin("alice", desk.PidginOTR)
	meet(a, b)
	startPrivate(a, b, "Private")
	say(t, a, b)
	say(t, b, a)
	if now := trusted(d, "bob"); now != known {
		t.Errorf("bob knew alice by\n%s and now by\n%s", known, now)
	}
	if now := lastField(d.File("alice", "otr.instance_tags")); now == tag || now == "" {
		t.Errorf("the tag is %q on both computers", now)
	}
}

// readFiles reads another program's files in a folder.
func readFiles(t *testing.T, folder string) *foreign.Found {
	t.Helper()
	found, err := foreign.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

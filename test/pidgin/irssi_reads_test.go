// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os"
	"path/filepath"
	"testing"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/test/pidgin/desk"
)

// TestIrssiReads: irssi reads a key and a verified fingerprint that our key store has
// written. It must use that key, and recognize alice by hers.
func TestIrssiReads(t *testing.T) {
	d := newDeskWith(t, desk.Options{IRC: true})
	hers, his := newKey(t), newKey(t)
	profile, folder := filepath.Join(d.Dir, "alice", "purple"), filepath.Join(d.Dir, "bob", "written")
	keep(t, profile, keystore.Account{Protocol: "prpl-irc", Name: "alice@127.0.0.1"}, hers, "bob", his.Fingerprint())
	// irssi's name of its protocol, and of the network in desk.Irssi.
	keep(t, folder, keystore.Account{Protocol: "IRC", Name: "desk"}, his, "alice", hers.Fingerprint())
	otrFolder := filepath.Join(d.Dir, "bob", "irssi", "otr")
	if err := os.MkdirAll(otrFolder, 0o700); err != nil {
		t.Fatal(err)
	}
	for ours, irssis := range map[string]string{"otr.private_key": "otr.key", "otr.fingerprints": "otr.fp"} {
		if err := os.Rename(filepath.Join(folder, ours), filepath.Join(otrFolder, irssis)); err != nil {
			t.Fatal(err)
		}
	}

	b := d.Irssi("bob")
	b.Command("/query alice")
	a := d.Pidgin("alice", purpleOTR(t).file)
	a.Talk("bob")
	a.Menu("bob", "Start private conversation")
	a.WaitLevel("bob", "Private") // bob has the key that alice has verified
	b.Command("/window 1")        // where it lists fingerprints
	b.Command("/otr contexts")
	b.WaitScreen(hers.Fingerprint().String() + " (Manual)")
	b.Command("/window 2")
	text := secret()
	a.Say("bob", text)
	b.WaitScreen(text)
	unseen(t, d, text)
}

// keep writes a key and the verified fingerprint of a buddy into a folder with our key
// store.
func keep(t *testing.T, folder string, account keystore.Account, key *otr.PrivateKey, buddy string, theirs otr.Fingerprint) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := keystore.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	peer := keystore.Buddy{Account: account, Peer: buddy}
	if err := s.SetKey(account, key); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(peer, theirs); err != nil {
		t.Fatal(err)
	}
	if err := s.SetTrust(peer, theirs, keystore.Verified); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

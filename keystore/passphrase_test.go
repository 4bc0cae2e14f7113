// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"purple-otr/keystore/internal/seal"
)

func TestJudgePassphrase(t *testing.T) {
	for passphrase, want := range map[string]Strength{
		"":                             TooShort,
		"horse":                        TooShort,
		"short 1":                      TooShort,
		"password":                     TooCommon,
		"Password123":                  TooCommon,
		"qwertyuiop":                   TooCommon,
		"0123456789":                   TooCommon,
		"aaaaaaaaaaaaaaaaaaaa":         TooCommon,
		"passwort passwort passwort":   TooCommon,
		"iloveyou!":                    TooCommon,
		"susanne1987":                  TooShort, // a name and a year
		"correct horse battery staple": TooShort, // everybody knows it
		"violet teapots sing":          Weak,
		"violetteapotssing":            Weak,
		"violet teapots sing loudly":   Strong,
		"Grüner Käse fliegt rückwärts": Strong,
		"xK9$vQ2!mZ7p#":                Weak,
		"xK9$vQ2!mZ7p#Lw4%":            Strong,
		"我喜欢在雨中散步":                     Strong,
		"四字熟語":                         TooShort,
	} {
		if got := JudgePassphrase([]byte(passphrase)); got != want || got.Acceptable() != (want >= Weak) {
			t.Errorf("%q: %d, want %d", passphrase, got, want)
		}
	}
}

// A passphrase opens the store and a backup however a keyboard composes its letters, and
// what was sealed without normalization still opens.
func TestPassphraseIsNormalized(t *testing.T) {
	forms := []string{"Gru\u0308ner Ka\u0308se", "Gr\u00fcner K\u00e4se", "Gr\u00fcner\u00a0K\u00e4se", "Gru\u0308ner\u2003K\u00e4se"}
	for _, typed := range forms {
		dir, ring := t.TempDir(), newFakeKeyring()
		s := openSealed(t, dir, ring, realDisk{})
		must(t, s.SetTrust(bob, fingerprint(1), Verified))
		protect(t, s, ByPassphrase, typed)
		backup, err := sealExport(s.Bundle(), []byte(typed), 1)
		must(t, err)
		for _, again := range forms {
			s.Lock()
			must(t, s.Unlock([]byte(again)))
			if b, err := OpenExport(backup, []byte(again)); err != nil || b.Empty() {
				t.Errorf("%q opens no backup of %q: %v", again, typed, err)
			}
		}
		s.Lock()
		if err := s.Unlock([]byte("Gruner Kase")); !errors.Is(err, ErrPassphrase) {
			t.Errorf("other letters: %v", err)
		}
	}

	// As it was sealed before, in the form that was typed.
	for _, typed := range append(forms, "\xff\xfe no text") {
		dir := t.TempDir()
		s := openSealed(t, dir, newFakeKeyring(), realDisk{})
		protect(t, s, ByPassphrase, "whatever")
		wrapped, err := seal.SealPassphrase(s.rand, []byte(typed), cheap, s.vault.key.Bytes(), purposeMaster, s.vault.id)
		must(t, err)
		s.vault.wrapped = wrapped
		must(t, s.SetTrust(bob, fingerprint(1), Verified))
		s.Lock()
		must(t, s.Unlock([]byte(typed)))

		// And a backup, as by "age -p".
		packed := s.Bundle()
		archive, err := packed.pack()
		must(t, err)
		recipient, err := age.NewScryptRecipient(typed)
		must(t, err)
		recipient.SetWorkFactor(1)
		var backup bytes.Buffer
		w, err := age.Encrypt(&backup, recipient)
		must(t, err)
		_, err = w.Write(archive)
		must(t, err)
		must(t, w.Close())
		if b, err := OpenExport(backup.Bytes(), []byte(typed)); err != nil || b.Empty() {
			t.Errorf("a backup with %q as it was typed: %v", typed, err)
		}
	}
	for _, p := range []string{"\xff", "\xfe"} { // two passphrases, and not one
		dir := t.TempDir()
		s := openSealed(t, dir, newFakeKeyring(), realDisk{})
		protect(t, s, ByPassphrase, p)
		if s.Lock(); s.Unlock([]byte("\xfd")) == nil || !bytes.Contains([]byte(read(t, filepath.Join(dir, sealedName))), []byte(storeMagic)) {
			t.Error("another passphrase opens it")
		}
	}
}

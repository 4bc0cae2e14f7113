// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"purple-otr/keystore"
)

// The folders in testdata were made for these tests after the source code of the programs;
// OpenSSL encoded Java's keys and encrypted those of ChatSecure. The key is the first one
// of libotrKeys, and every passphrase is sesame.
var programs = []struct {
	name, folder string
	want         []string // %s is the fingerprint of the key
}{
	{"Profanity", "profanity", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " trusted",
		"carol@example.org of prpl-jabber alice@example.org " + hexB + " ",
	}},
	{"BitlBee", "bitlbee", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " affirmed",
		"9876 of prpl-icq 12345 " + hexB + " ",
		"unsure prpl-icq 12345",
		"tags 1",
	}},
	{"mcabber", "mcabber", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " trust",
		"tags 1",
	}},
	{"Psi", "psi", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
		"bob@example.org of prpl-jabber {11111111-2222-3333-4444-555555555555} " + hexB + " ",
		"unsure prpl-jabber {11111111-2222-3333-4444-555555555555}",
		"tags 1",
	}},
	{"Jitsi", "jitsi", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
		"bob@example.org of prpl-jabber alice@example.org " + hexB + " ",
		"9876 of prpl-icq 12345 %s verified",
		"unsure prpl-icq 12345",
		"problem sip-communicator.properties: " + ErrNoBuddy.Error(), // a.b or a_b
	}},
	{"ChatSecure for Android", "chatsecure", chatSecureWant},
	{"ChatSecure for Android, encrypted", "chatsecure-encrypted", chatSecureWant},
	{"KeySync", "keysync", chatSecureWant},
	{"ChatSecure for iOS", "chatsecure-ios", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
	}},
	{"CoyIM, encrypted", "coyim-encrypted", []string{
		"key prpl-jabber alice@example.org %s",
		"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
		"tags 1",
	}},
}

var chatSecureWant = []string{
	"key prpl-jabber alice@example.org %s",
	"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
	"carol@example.org of prpl-jabber alice@example.org %s ",
	"dave@example.org of prpl-jabber alice@example.org " + hexB + " verified",
}

// parseAny is Parse, or ParseEncrypted if that is necessary.
func parseAny(inputs []Input) (*Found, error) {
	if _, ok := Encrypted(inputs); ok {
		return ParseEncrypted(inputs, []byte("sesame"))
	}
	return Parse(inputs)
}

func loadProgram(t testing.TB, folder string) []Input {
	t.Helper()
	inputs, err := Load(filepath.Join("testdata", folder))
	must(t, err)
	return inputs
}

// Each program's folder is read without being told which program it is from.
func TestPrograms(t *testing.T) {
	f := fmt.Sprintf("%x", libotrKeys(t)[0].Key.Fingerprint().Bytes())
	for _, c := range programs {
		t.Run(c.name, func(t *testing.T) {
			found, err := parseAny(loadProgram(t, c.folder))
			must(t, err)
			var want []string
			for _, line := range c.want {
				want = append(want, strings.Replace(line, "%s", f, 1))
			}
			if got := said(found); !slices.Equal(got, want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// A byte order mark before any of the files changes nothing.
func TestByteOrderMark(t *testing.T) {
	for _, c := range programs {
		plain, marked := loadProgram(t, c.folder), loadProgram(t, c.folder)
		for i := range marked {
			marked[i].Data = append([]byte("\xef\xbb\xbf"), marked[i].Data...)
		}
		want, err := parseAny(plain)
		must(t, err)
		got, err := parseAny(marked)
		must(t, err)
		if !slices.Equal(said(got), said(want)) {
			t.Errorf("%s: found\n%s\nwant\n%s", c.name, strings.Join(said(got), "\n"), strings.Join(said(want), "\n"))
		}
	}
}

// Any file may be cut short or changed anywhere: nothing panics, and what is found is part
// of what was there, but for a name or digits that the damage has changed.
func TestDamagedPrograms(t *testing.T) {
	for _, c := range programs {
		inputs := loadProgram(t, c.folder)
		whole, err := parseAny(loadProgram(t, c.folder))
		must(t, err)
		for i, in := range inputs {
			step := len(in.Data)/40 + 1
			for n := 0; n < len(in.Data); n += step {
				for _, damaged := range [][]byte{in.Data[:n], damagedAt(in.Data, n)} {
					other := slices.Clone(inputs)
					other[i].Data = damaged
					found, err := parseAny(other)
					if err != nil {
						continue
					}
					if len(found.Bundle.Keys) > len(whole.Bundle.Keys) || len(found.Bundle.Contacts) > len(whole.Bundle.Contacts)+1 {
						t.Errorf("%s, %s damaged at %d: %q", c.name, in.Path, n, said(found))
					}
					for _, k := range found.Bundle.Keys {
						if k.Key.Fingerprint() != whole.Bundle.Keys[0].Key.Fingerprint() {
							t.Errorf("%s, %s damaged at %d: another key", c.name, in.Path, n)
						}
					}
				}
			}
		}
	}
}

func damagedAt(data []byte, n int) []byte {
	data = slices.Clone(data)
	data[n] ^= 4
	return data
}

// Encrypted files need their passphrase.
func TestEncrypted(t *testing.T) {
	for _, folder := range []string{"coyim-encrypted", "chatsecure-encrypted", "keysync"} {
		inputs := loadProgram(t, folder)
		if path, ok := Encrypted(inputs); !ok || path != inputs[0].Path {
			t.Errorf("%s: %q, %v", folder, path, ok)
		}
		if _, err := Parse(inputs); !errors.Is(err, ErrEncrypted) {
			t.Errorf("%s: %v", folder, err)
		}
		for passphrase, want := range map[string]error{"": keystore.ErrNoPassphrase, "Sesame": keystore.ErrPassphrase} {
			if _, err := ParseEncrypted(inputs, []byte(passphrase)); !errors.Is(err, want) {
				t.Errorf("%s, %q: %v", folder, passphrase, err)
			}
		}
		before := bytes.Clone(inputs[0].Data)
		_, err := ParseEncrypted(inputs, []byte("sesame"))
		must(t, err)
		if !bytes.Equal(before, inputs[0].Data) {
			t.Errorf("%s: the input has been changed", folder)
		}
	}
	if path, ok := Encrypted(loadProgram(t, "jitsi")); ok {
		t.Errorf("%s is not encrypted", path)
	}
}

// A file cannot make us use much memory or time, whatever parameters it has, and none of
// them panics.
func TestCoyIMParams(t *testing.T) {
	const nonce, salt = "000102030405060708090a0b", "00"
	for _, c := range []struct {
		params string
		want   error
	}{
		{`{"Nonce": "00", "Salt": "00", "N": 2, "R": 1, "P": 1}`, ErrDamaged},
		{`{"Nonce": "` + nonce + `", "Salt": "", "N": 2, "R": 1, "P": 1}`, ErrDamaged},
		{`{"Nonce": "` + nonce + `", "Salt": "0", "N": 2, "R": 1, "P": 1}`, ErrDamaged},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": "2"}`, ErrDamaged},
		{`7`, ErrDamaged},
		{`null`, ErrDamaged},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 3, "R": 1, "P": 1}`, ErrDamaged},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 0, "R": 8, "P": 1}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 2, "R": -1, "P": 1}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 1048576, "R": 8, "P": 1}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 2, "R": 1073741824, "P": 1}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 2, "R": 1, "P": 1073741824}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 262144, "R": 8, "P": 5}`, ErrWork},
		{`{"Nonce": "` + nonce + `", "Salt": "00", "N": 2, "R": 1, "P": 1}`, keystore.ErrPassphrase},
	} {
		data := []byte(`{"Params": ` + c.params + `, "Data": "` + salt + `"}`)
		if _, err := decryptCoyIM(data, []byte("sesame")); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.params, err, c.want)
		}
	}
	if !(coyimParams{N: 262144, R: 8, P: 1}).affordable() {
		t.Error("CoyIM's own parameters are too much")
	}
}

// One account of several that ChatSecure has, and XMPP names without a server: the user is
// asked, and nothing is guessed.
func TestUnsureNames(t *testing.T) {
	data, err := os.ReadFile("testdata/chatsecure/files/otr_keystore")
	must(t, err)
	two := string(data) + strings.ReplaceAll(string(data), "alice@", "alice2@")
	for name, c := range map[string]struct {
		data string
		want keystore.Account
	}{
		"ChatSecure, two accounts": {two, account{Protocol: "prpl-jabber", Name: "ChatSecure"}},
		"ChatSecure, no account":   {"bob@example.org/x.fingerprint=" + hexA, account{Protocol: "prpl-jabber", Name: "ChatSecure"}},
		"Psi":                      {"bob@example.org\t{7}\tprpl-jabber\t" + hexA + "\t\n", account{Protocol: "prpl-jabber", Name: "{7}"}},
		"mcabber":                  {"bob@example.org\talice\tjabber\t" + hexA + "\t\n", account{Protocol: "prpl-jabber", Name: "alice"}},
		"BitlBee":                  {"bob\talice\toscar\t" + hexA + "\t\n", account{Protocol: "prpl-aim", Name: "alice"}},
	} {
		f, err := Parse([]Input{{Path: "x", Data: []byte(c.data)}})
		must(t, err)
		if !slices.Equal(f.Unsure, []account{c.want}) {
			t.Errorf("%s: unsure %v, want %v", name, f.Unsure, c.want)
		}
		if i := slices.IndexFunc(f.Bundle.Contacts, func(k keystore.Contact) bool { return k.Account == c.want }); i < 0 {
			t.Errorf("%s: nothing of it in %q", name, said(f))
		}
	}
	// Jitsi's names of accounts without the account itself.
	jitsi := loadProgram(t, "jitsi")
	for i := range jitsi {
		jitsi[i].Data = bytes.ReplaceAll(jitsi[i].Data, []byte("Jabber\\:"), []byte("Jabber\\:x"))
	}
	jitsi = slices.DeleteFunc(jitsi, func(in Input) bool { return filepath.Base(in.Path) == "contactlist.xml" })
	f, err := Parse(jitsi)
	must(t, err)
	want := account{Protocol: "prpl-jabber", Name: "Jabber_alice_example_org_example_org"}
	if len(f.Bundle.Contacts) > 0 || !slices.Equal(f.Unsure, []account{want}) {
		t.Errorf("%q", said(f))
	}
}

// The folders that a user may choose for the same program.
func TestFolders(t *testing.T) {
	for _, path := range []string{
		"profanity", "profanity/otr", "profanity/otr/alice_at_example.org",
		"psi", "psi/profiles", "psi/profiles/default",
		"mcabber", "mcabber/otr", "chatsecure", "chatsecure/files",
	} {
		f, err := parseAny(loadProgram(t, path))
		if err != nil || len(f.Bundle.Keys) != 1 || f.Bundle.Keys[0].Name != "alice@example.org" {
			t.Errorf("%s: %v, %v", path, f, err)
		}
	}
	// Psi+ has its keys and its accounts in different places.
	files := make(map[string]string)
	for name, dir := range map[string]string{"otr.keys": ".local/share", "otr.fingerprints": ".local/share", "accounts.xml": ".config"} {
		data, err := os.ReadFile("testdata/psi/profiles/default/" + name)
		must(t, err)
		files[dir+"/psi+/profiles/default/"+name] = string(data)
	}
	f, err := Read(filepath.Join(folder(t, files), ".local/share/psi+"))
	must(t, err)
	if f.Bundle.Keys[0].Name != "alice@example.org" {
		t.Errorf("%q", said(f))
	}
	// Files of other programs with the same names are no problem.
	for _, name := range commonNames {
		dir := folder(t, map[string]string{strings.ReplaceAll(name, "*", "server"): "-----BEGIN PRIVATE KEY-----\n"})
		if f, err := Read(dir); !errors.Is(err, ErrNothing) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
}

// Java's properties, with all their escapes.
func TestProperties(t *testing.T) {
	text := "#a=b\\\n!c=d\n  k1 = v1 \r\nk2:v\\u00fc\\ud83d\\ude00\\n\\q\nk\\ 3\\=\\:x=\\\n   joined\\\\\nk4\n\\=\n\n\xfc=\\u12\nlast=x\\"
	want := []string{"k1=v1 ", "k2=vü😀\nq", "k 3=:x=joined\\", "k4=", "==", "ü=u12", "last=x"}
	var got []string
	must(t, properties([]byte(text), func(k, v string) { got = append(got, k+"="+v) }))
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if err := properties(make([]byte, maxProperties+1), nil); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
}

// However often lines are continued, and however long a name is, the work is in proportion
// to the size of the file.
func TestLargeProperties(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	text := "k=" + strings.Repeat(`\\`, 1<<21) + "\\\n" + strings.Repeat("\\\n", 1<<20)
	got := 0
	must(t, properties([]byte(text), func(_, v string) { got += len(v) }))
	if want := 1 << 21; got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	name := jitsiOTR + strings.Repeat("b", 4<<20)
	text = name + "_fingerprints=" + strings.Repeat(hexA+",", 100_000) + "\n"
	_, err := Parse([]Input{{Path: "x", Data: []byte(text)}})
	if !errors.Is(err, ErrNothing) {
		t.Error(err)
	}
}

// Every kind of damage in the new formats has its error, which never quotes the content.
func TestProgramErrors(t *testing.T) {
	own := jitsiOTR + "Jabber_secret_"
	contacts := `<sip-communicator><contact account-id="Jabber:secret@x@x" address="secret@x"/>`
	for _, c := range []struct {
		data string
		want error
	}{
		{own + "privateKey=secret", ErrBadKey},
		{own + "publicKey=secret", ErrBadKey},
		{own + "fingerprints=secret", ErrDamaged},
		{own + "fingerprints=" + hexA, ErrNoBuddy},
		{own + "accounts=secret", ErrNothing},
		{contacts, ErrDamaged},
		{contacts + "</secret>", ErrDamaged},
		{contacts + "&secret;", ErrDamaged},
		{contacts + "</sip-communicator>", ErrNothing},
		{"<sip-communicator>" + strings.Repeat("<a>", 1<<20), ErrDamaged},
		{"<sip-communicator>" + strings.Repeat(" ", maxXML), ErrTooBig},
		{`<accounts xmlns="` + psiNamespace + `"><accounts><a0><secret></a0>`, ErrDamaged},
		{`<accounts xmlns="` + psiNamespace + `">` + strings.Repeat("<accounts>", 1<<18), ErrDamaged},
		{`<accounts xmlns="` + psiNamespace + `">` + strings.Repeat(" ", maxXML), ErrTooBig},
		{`<accounts xmlns="` + psiNamespace + `"/>`, ErrNothing},
		{"secret@x.privateKey=secret", ErrBadKey},
		{"secret@x.publicKey=secret", ErrBadKey},
		{"secret@x.fingerprint=secret", ErrDamaged},
		{"secret\\n@x.fingerprint=" + hexA, keystore.ErrName},
		{"secret@x.secret.publicKey.verified=true", ErrNothing},
		{"Salted__secret", ErrEncrypted},
		{"U2FsdGVkX18secret", ErrEncrypted},
	} {
		_, err := Parse([]Input{{Path: "x", Data: []byte(c.data)}})
		if !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.100q: %v, want %v", c.data, err, c.want)
		}
	}
	for _, data := range []string{"Salted__secret", "Salted__12345678", "Salted__12345678secret", "U2FsdGVkX18!secret", "U2FsdGVkX1"} {
		if _, err := decryptOpenSSL([]byte(data), []byte("sesame")); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

// Parts of Java's keys that do not belong together, or are something else.
func TestJavaKeys(t *testing.T) {
	values := make(map[string]string)
	data, err := os.ReadFile("testdata/chatsecure/files/otr_keystore")
	must(t, err)
	must(t, properties(data, func(k, v string) { values[k] = v }))
	private, public := values["alice@example.org.privateKey"], values["alice@example.org.publicKey"]
	_, err = javaKey(private, public)
	must(t, err)
	for name, c := range map[string][2]string{
		"exchanged":     {public, private},
		"twice private": {private, private},
		"twice public":  {public, public},
		"no public":     {private, ""},
		"no private":    {"", public},
		"no base64":     {"!", public},
		"too long":      {strings.Repeat("A", maxJavaKey+1), public},
		"not DER":       {"AAAA", "AAAA"},
		"other numbers": {private[:len(private)-8] + "AAAAAA==", public},
	} {
		if _, err := javaKey(c[0], c[1]); !errors.Is(err, ErrBadKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

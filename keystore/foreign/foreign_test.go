// SPDX-License-Identifier: GPL-2.0-or-later

//go:build unix

package foreign

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"howett.net/plist"

	"purple-otr/keystore"
	"purple-otr/otr"
)

type account = keystore.Account

const (
	hexA = "00112233445566778899aabbccddeeff00112233"
	hexB = "ff112233445566778899aabbccddeeff00112233"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// libotrKeys are keys that libotr has made.
func libotrKeys(t testing.TB) []keystore.AccountKey {
	t.Helper()
	data, err := os.ReadFile("../testdata/libotr/otr.private_key")
	must(t, err)
	var b keystore.Bundle
	must(t, b.ReadKeys(data))
	return b.Keys
}

// serialized encodes a key as python-potr and CoyIM do.
func serialized(k keystore.LongTermKey) []byte {
	d := k.(*otr.PrivateKey).DSA()
	out := []byte{0, 0}
	for _, n := range [][]byte{d.P.Bytes(), d.Q.Bytes(), d.G.Bytes(), d.Y.Bytes(), d.X.Bytes()} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(n))), n...)
	}
	return out
}

// keysFile returns a file of libotr with keys of accounts with any names.
func keysFile(t testing.TB, keys ...keystore.AccountKey) string {
	t.Helper()
	var b keystore.Bundle
	for _, k := range keys {
		must(t, b.AddKey(k.Account, k.Key))
	}
	files, err := b.Files()
	must(t, err)
	return string(files[keystore.KeysFile])
}

// version4 returns the files of a profile with a key and a fingerprint of version 4.
func version4(t testing.TB) map[string]string {
	t.Helper()
	k, err := otr.GenerateIdentityKey(rand.Reader)
	must(t, err)
	var b keystore.Bundle
	a := account{Protocol: "prpl-jabber", Name: "alice@example.org/Home"}
	must(t, b.AddKey(a, k))
	must(t, b.AddContact(keystore.Contact{Buddy: keystore.Buddy{Account: a, Peer: "bob@example.org"}, Fingerprint: k.Fingerprint(), Trust: keystore.Verified}))
	files, err := b.Files()
	must(t, err)
	out := make(map[string]string)
	for name, data := range files {
		out[name] = string(data)
	}
	return out
}

// The files of another profile of ours are read too, but no other program's file can bring
// in a fingerprint of version 4.
func TestVersion4(t *testing.T) {
	files := version4(t)
	f, err := Read(folder(t, files))
	if err != nil || len(f.Files) != 2 || len(f.Bundle.Keys) != 1 || len(f.Bundle.Contacts) != 1 || len(f.Unsure) > 0 || len(f.Problems) > 0 {
		t.Fatalf("%v, %v", f, err)
	}
	long := fmt.Sprintf("%x", f.Bundle.Keys[0].Key.Fingerprint().Bytes())
	k := libotrKeys(t)[0].Key
	for name, data := range map[string]string{
		"accounts.json":               strings.ReplaceAll(coyim(t, k), hexA, long),
		"otr.fingerprints":            files[keystore.Fingerprints4File],
		"sip-communicator.properties": "net.java.sip.communicator.plugin.otr.bob_example_org_fingerprints=" + long + "\n",
	} {
		if name == "otr.fingerprints" {
			data = strings.Replace(data, long, hexA, 1) + data
		}
		f, err := Read(folder(t, map[string]string{name: data}))
		if err != nil {
			continue
		}
		for _, c := range f.Bundle.Contacts {
			if c.Fingerprint.Version() != otr.V3 {
				t.Errorf("%s: %v", name, c)
			}
		}
	}
	damaged := strings.Replace(files[keystore.IdentitiesFile], "\t", "\t\t", 1)
	files[keystore.IdentitiesFile] = damaged
	if f, err = Read(folder(t, files)); err != nil || len(f.Bundle.Keys) > 0 || len(f.Problems) != 1 {
		t.Errorf("damaged: %q, %v", said(f), err)
	}
}

// folder makes a folder with these files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(data), 0o600))
	}
	return dir
}

// said lists everything in f, one item per line.
func said(f *Found) (lines []string) {
	for _, k := range f.Bundle.Keys {
		lines = append(lines, fmt.Sprintf("key %s %s %x", k.Protocol, k.Name, k.Key.Fingerprint().Bytes()))
	}
	for _, c := range f.Bundle.Contacts {
		lines = append(lines, fmt.Sprintf("%s of %s %s %x %s", c.Peer, c.Protocol, c.Name, c.Fingerprint.Bytes(), c.Trust))
	}
	for _, a := range f.Unsure {
		lines = append(lines, fmt.Sprintf("unsure %s %s", a.Protocol, a.Name))
	}
	if f.Tags > 0 {
		lines = append(lines, fmt.Sprintf("tags %d", f.Tags))
	}
	for _, p := range f.Problems {
		lines = append(lines, fmt.Sprintf("problem %s: %v", filepath.Base(p.File), p.Err))
	}
	return lines
}

func coyim(t testing.TB, k keystore.LongTermKey) string {
	t.Helper()
	other := append([]byte{0, 1}, "of another kind"...)
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf(`{"Accounts": [{
	"Account": "alice@example.org", "Server": "example.org", "Password": "x",
	"PrivateKeys": [%q, %q], "InstanceTag": 777, "HideStatusUpdates": false,
	"Peers": [
		{"UserID": "bob@example.org", "Nickname": "", "Fingerprints": [
			{"FingerprintHex": %q, "Trusted": true, "Tag": ""}, {"FingerprintHex": %q, "Trusted": false}]},
		{"UserID": "carol@example.org", "Fingerprints": [{"FingerprintHex": "", "Trusted": false}]},
		{"UserID": "dave@example.org", "Fingerprints": null}]}, {
	"Account": "early@example.org", "PrivateKey": %[2]q, "Peers": null,
	"KnownFingerprints": [
		{"UserID": "bob@example.org", "FingerprintHex": %[3]q, "Untrusted": false},
		{"UserID": "carol@example.org", "FingerprintHex": %[4]q, "Untrusted": true}]}],
	"Bell": true}`, b64(other), b64(serialized(k)), hexA, hexB)
}

const accountsPlist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Accounts</key>
	<array>
		<dict>
			<key>ObjectID</key><string>1</string>
			<key>Service</key><string>Jabber</string>
			<key>Type</key><string>libpurple-Jabber</string>
			<key>UID</key><string>alice@example.org</string>
		</dict>
		<dict>
			<key>ObjectID</key><string>2</string>
			<key>Type</key><string>libpurple-oscar-AIM</string>
			<key>UID</key><string>alice</string>
		</dict>
	</array>
	<key>TopAccountID</key><integer>3</integer>
</dict>
</plist>`

// Each program's files are parsed, and everything in them gets libpurple's names.
func TestFormats(t *testing.T) {
	k := libotrKeys(t)[0].Key
	f := fmt.Sprintf("%x", k.Fingerprint().Bytes())
	key := func(protocol, name string) string {
		return keysFile(t, keystore.AccountKey{Account: account{Protocol: protocol, Name: name}, Key: k})
	}
	for _, c := range []struct {
		program string
		files   map[string]string
		want    []string
	}{
		{"pidgin-otr", map[string]string{
			"otr.private_key":                key("prpl-jabber", "alice@example.org/Home"),
			"otr.fingerprints":               "bob@example.org\talice@example.org/Home\tprpl-jabber\t" + hexA + "\tverified\nBob\talice\tprpl-irc\t" + hexB + "\t\n",
			"otr.instance_tags":              "alice@example.org/Home\tprpl-jabber\t00000777\n",
			"otr.private_key.2026-01-01.old": key("prpl-jabber", "old@example.org/Home"),
			"accounts.xml":                   "<account/>",
		}, []string{
			"key prpl-jabber alice@example.org/Home " + f,
			"bob@example.org of prpl-jabber alice@example.org/Home " + hexA + " verified",
			"Bob of prpl-irc alice " + hexB + " ",
			"tags 1",
		}},
		{"irssi", map[string]string{
			"config":         "",
			"otr/otr.key":    key("IRC", "libera"),
			"otr/otr.fp":     "Bob\tlibera\tIRC\t" + hexA + "\tmanual\n",
			"otr/otr.instag": "libera\tIRC\t00000777\n",
		}, []string{
			"key prpl-irc libera " + f,
			"bob of prpl-irc libera " + hexA + " manual",
			"unsure prpl-irc libera",
			"tags 1",
		}},
		{"irssi-otr", map[string]string{
			"otr.key": key("IRC", "alice@irc.example.org"),
			"otr.fp":  "bob\talice@irc.example.org\tIRC\t" + hexA + "\tsmp\n",
		}, []string{
			"key prpl-irc alice@irc.example.org " + f,
			"bob of prpl-irc alice@irc.example.org " + hexA + " smp",
		}},
		{"Adium", map[string]string{
			"otr.private_key":  key("libpurple-Jabber", "1"),
			"otr.fingerprints": "Bob@example.org/Phone\t1\tlibpurple-jabber-gtalk\t" + hexA + "\tverified\nbob\t2\tlibpurple-oscar-AIM\t" + hexB + "\t\n",
			"Accounts.plist":   accountsPlist,
		}, []string{
			"key prpl-jabber alice@example.org " + f,
			"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
			"bob of prpl-aim alice " + hexB + " ",
			"unsure prpl-aim alice",
		}},
		{"Adium without names", map[string]string{"otr.private_key": key("libpurple-Jabber", "1")}, []string{
			"key prpl-jabber 1 " + f, "unsure prpl-jabber 1",
		}},
		{"WeeChat", map[string]string{
			"otr/alice@libera.key3": string(serialized(k)),
			"otr/alice@libera.fpr":  "bob@libera\talice@libera\tirc\t" + hexA + "\tsmp\nBob@libera\talice@libera\tirc\t" + hexB + "\t\n",
		}, []string{
			"key prpl-irc alice@libera " + f,
			"bob of prpl-irc alice@libera " + hexA + " smp",
			"bob of prpl-irc alice@libera " + hexB + " ",
			"unsure prpl-irc alice@libera",
		}},
		{"Gajim", map[string]string{
			"home.key3": string(serialized(k)),
			"home.fpr":  "bob@example.org\talice@example.org\txmpp\t" + hexA + "\tverified\n",
		}, []string{
			"key prpl-jabber alice@example.org " + f,
			"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
		}},
		{"python-potr, key only", map[string]string{"home.key3": string(serialized(k))}, []string{
			"key unknown home " + f, "unsure unknown home",
		}},
		{"CoyIM", map[string]string{"accounts.json": coyim(t, k)}, []string{
			"key prpl-jabber alice@example.org " + f,
			"key prpl-jabber early@example.org " + f,
			"bob@example.org of prpl-jabber alice@example.org " + hexA + " verified",
			"bob@example.org of prpl-jabber alice@example.org " + hexB + " ",
			"bob@example.org of prpl-jabber early@example.org " + hexA + " verified",
			"carol@example.org of prpl-jabber early@example.org " + hexB + " ",
			"tags 1",
		}},
	} {
		t.Run(c.program, func(t *testing.T) {
			found, err := Read(folder(t, c.files))
			must(t, err)
			if got := said(found); !slices.Equal(got, c.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Adium's list may also be in binary form.
func TestBinaryPlist(t *testing.T) {
	list := map[string]any{"Accounts": []map[string]string{{"ObjectID": "1", "Type": "libpurple-Jabber", "UID": "alice@example.org"}}, "TopAccountID": 3}
	data, err := plist.Marshal(list, plist.BinaryFormat)
	must(t, err)
	k := keystore.AccountKey{Account: account{Protocol: "libpurple-Jabber", Name: "1"}, Key: libotrKeys(t)[0].Key}
	f, err := Read(folder(t, map[string]string{"otr.private_key": keysFile(t, k), "Accounts.plist": string(data)}))
	must(t, err)
	if f.Bundle.Keys[0].Account != (account{Protocol: "prpl-jabber", Name: "alice@example.org"}) || len(f.Unsure) > 0 {
		t.Errorf("%q", said(f))
	}
}

// The content of a file, not its name, decides its format.
func TestContentDecides(t *testing.T) {
	k := libotrKeys(t)[0].Key
	for _, c := range []struct {
		data string
		want Format
	}{
		{"\n (privkeys)", Keys},
		{"x\n\n#\nbob\talice\tprpl-irc\t" + hexA + "\n", Fingerprints},
		{"# comment\nalice\tprpl-irc\t00000777\n", Tags},
		{string(serialized(k)), PotrKey},
		{version4(t)[keystore.IdentitiesFile], Keys4},
		{version4(t)[keystore.Fingerprints4File], Contacts4},
		{" {}", CoyIM},
		{accountsPlist, AdiumNames},
		{"bplist00", AdiumNames},
		{"<?xml version='1.0'?><html/>", ""},
		{"", ""},
		{"hello\n", ""},
		{"\x7fELF\x00\x00\x00\x00", ""},
	} {
		if got := detect([]byte(c.data)); got != c.want {
			t.Errorf("%.20q is %q, want %q", c.data, got, c.want)
		}
	}
	path := filepath.Join(folder(t, map[string]string{"notes.txt": coyim(t, k)}), "notes.txt")
	if f, err := Read(path); err != nil || f.Files[0].Format != CoyIM || len(f.Bundle.Keys) != 2 {
		t.Errorf("%v, %v", f, err)
	}
}

// Damaged parts are reported, the rest is returned, and no message quotes the content of
// a file.
func TestDamage(t *testing.T) {
	keys := libotrKeys(t)
	good := keysFile(t, keys[0])
	bad := strings.Replace(good, "(y #", "(y #0", 1)
	potr := serialized(keys[0].Key)
	changed := slices.Clone(potr)
	changed[len(changed)-1] ^= 1
	for _, c := range []struct {
		name, data string
		want       error
	}{
		{"otr.key", "(privkeys (acc", nil},
		{"otr.private_key", bad, nil},
		{"a.key3", string(potr[:len(potr)-1]), ErrBadKey},
		{"a.key3", string(potr) + "x", ErrBadKey},
		{"a.key3", string(changed), ErrBadKey},
		{"a.key3", "\x00\x00\x00\x00\xff\xff", ErrBadKey},
		{"accounts.json", "{", ErrDamaged},
		{"accounts.json", "{} {}", ErrDamaged},
		{"accounts.json", `{"Accounts": 7}`, ErrDamaged},
		{"accounts.json", `{"Settings": []}`, ErrUnknown},
		{"accounts.json", `{"Accounts": [{"Account": "secret", "PrivateKeys": ["AAE="]}]}`, ErrBadKey},
		{"accounts.json", `{"Accounts": [{"Account": "secret", "Peers": [{"UserID": "secret", "Fingerprints": [{"FingerprintHex": "secret"}]}]}]}`, ErrDamaged},
		{"accounts.json", `{"Accounts": [{"Account": "a\nsecret", "Peers": [{"UserID": "x", "Fingerprints": [{"FingerprintHex": "` + hexA + `"}]}]}]}`, keystore.ErrName},
		{"accounts.json.enc", `{"Params": {"Nonce": "00", "Salt": "00", "N": 1, "R": 1, "P": 1}, "Data": "00"}`, ErrEncrypted},
		{"Accounts.plist", "bplist00secret", ErrDamaged},
		{"purple-otr.sealed", "POTRSTOR\x01secret", ErrSealed},
		{"otr.fp", "secret", ErrUnknown},
		{"otr.fp", "", ErrUnknown},
	} {
		dir := folder(t, map[string]string{c.name: c.data})
		for _, path := range []string{filepath.Join(dir, c.name), dir} {
			f, err := Read(path)
			if err == nil {
				t.Errorf("%s %.40q: %v", c.name, c.data, said(f))
				continue
			}
			if c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), c.name) {
				t.Errorf("%s %.40q: %v, want %v", c.name, c.data, err, c.want)
			}
		}
		// The rest of the folder is not affected.
		must(t, os.WriteFile(filepath.Join(dir, "privkeys"), []byte(good), 0o600))
		f, err := Read(dir)
		if err != nil || len(f.Bundle.Keys) != 1 || len(f.Problems) != 1 {
			t.Errorf("%s %.40q beside a good file: %v", c.name, c.data, err)
		}
	}
}

func TestTwoKeys(t *testing.T) {
	keys := libotrKeys(t)
	second := keystore.AccountKey{Account: keys[0].Account, Key: keys[1].Key}
	f, err := Read(folder(t, map[string]string{"otr.key": keysFile(t, keys[0]), "otr.private_key": keysFile(t, second)}))
	must(t, err)
	if len(f.Bundle.Keys) != 1 || len(f.Problems) != 1 || !errors.Is(f.Problems[0].Err, keystore.ErrTwoKeys) {
		t.Errorf("%q", said(f))
	}
}

func TestNoFiles(t *testing.T) {
	dir := folder(t, map[string]string{"notes.txt": "x"})
	pipe := filepath.Join(dir, "otr.key")
	must(t, syscall.Mkfifo(pipe, 0o600))
	for path, want := range map[string]error{
		pipe:                       ErrNoFile,
		dir:                        ErrNoFile, // the pipe in it
		filepath.Join(dir, "none"): os.ErrNotExist,
		"/dev/null":                ErrNoFile,
		folder(t, nil):             ErrNothing,
	} {
		if f, err := Read(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, %v, want %v", path, f, err, want)
		}
	}
}

func TestTooBig(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "otr.fp")
	must(t, os.WriteFile(path, nil, 0o600))
	must(t, os.Truncate(path, maxFile+1))
	for _, p := range []string{path, dir} {
		if _, err := Read(p); !errors.Is(err, ErrTooBig) {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := Parse([]Input{{Path: "x", Data: make([]byte, maxFile+1)}}); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
}

// Reading changes nothing, not even permissions.
func TestReadOnly(t *testing.T) {
	dir := folder(t, map[string]string{"otr.key": keysFile(t, libotrKeys(t)[0])})
	path := filepath.Join(dir, "otr.key")
	must(t, os.Chmod(path, 0o644))
	_, err := Read(dir)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	list, err := os.ReadDir(dir)
	must(t, err)
	if info.Mode().Perm() != 0o644 || len(list) != 1 {
		t.Errorf("%v, %v", info.Mode(), list)
	}
}

// For any input, the result can be saved, and is bounded by the size of the input.
func FuzzParse(f *testing.F) {
	keys := libotrKeys(f)
	for _, seed := range []string{
		keysFile(f, keys[0]), string(serialized(keys[0].Key)), coyim(f, keys[0].Key), accountsPlist, "bplist00",
		"bob@x\tme@x\tirc\t" + hexA + "\tsmp\n", "me\tIRC\t00000777\n",
		`{"Params": {}, "Data": "00"}`, "(privkeys)", "\x00\x00\x00\x00\x00\x81",
	} {
		f.Add("home.key3", []byte(seed), []byte("bob\t1\tlibpurple-Jabber\t"+hexA+"\t\n"))
		f.Add("home.fpr", []byte(seed), []byte(accountsPlist))
	}
	for _, c := range programs {
		inputs := loadProgram(f, c.folder)
		f.Add(inputs[0].Path, inputs[0].Data, inputs[len(inputs)-1].Data)
	}
	f.Fuzz(func(t *testing.T, name string, a, b []byte) {
		before := string(a) + string(b)
		inputs := []Input{{name, a, nil}, {"home.fpr", b, nil}}
		found, err := Parse(inputs)
		if cheap(a) && cheap(b) {
			found, err = parseAny(inputs)
		}
		if string(a)+string(b) != before {
			t.Fatal("the input has been changed")
		}
		if err != nil {
			return
		}
		if len(found.Bundle.Contacts) > maxJitsiAccounts*len(before)/(2*20) || len(found.Bundle.Keys) > len(before)/400 {
			t.Fatalf("%d contacts and %d keys of %d bytes", len(found.Bundle.Contacts), len(found.Bundle.Keys), len(before))
		}
		if _, err := found.Bundle.Files(); err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(said(found)); err != nil {
			t.Fatal(err)
		}
	})
}

// cheap reports whether trying a passphrase of data takes little time.
func cheap(data []byte) bool {
	var c coyimConfig
	var p coyimParams
	return json.Unmarshal(withoutMark(data), &c) != nil || json.Unmarshal(c.Params, &p) != nil ||
		p.N < 2000 && p.R < 10 && p.P < 3
}

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	crand "crypto/rand"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/wire"
)

// forgerSeed belongs to nobody.
var forgerSeed = strings.Repeat("5a", ed448.SecretSize)

// titles are the messages in the output of parse.
func titles(parsed string) (list []string) {
	for _, m := range regexp.MustCompile(`(?m)^(\S.*):$`).FindAllStringSubmatch(parsed, -1) {
		list = append(list, m[1])
	}
	return list
}

// TestForgedExchange: the messages are those of an honest exchange, and the keys belong to them.
func TestForgedExchange(t *testing.T) {
	bob, alice, profiles := honest(t)
	bobs, alices := fmt.Sprintf("%x", bob.self.Profile.H.Encoded()), fmt.Sprintf("%x", alice.self.Profile.H.Encoded())
	seeds := map[string]string{"nobody": forgerSeed, "bob": "", "alice": ""}
	for _, name := range []string{"bob", "alice"} {
		seed := seedOf(name)
		seeds[name] = hex.EncodeToString(seed[:])
	}
	for name, seed := range seeds {
		t.Run(name, func(t *testing.T) {
			out := must(t, "", "dake", seed, profiles[0], profiles[1], "bob@example.org", "alice@example.org")
			parsed := must(t, out, "parse")
			if got := titles(parsed); fmt.Sprint(got) != "[Identity Message Auth-R Message Auth-I Message]" {
				t.Fatalf("the messages are %q", got)
			}
			if n := strings.Count(parsed, "Profile valid: yes"); n != 2 {
				t.Errorf("%d valid profiles", n)
			}
			r, i := value(t, out, "Signer of Auth-R"), value(t, out, "Signer of Auth-I")
			if (r == alices) != (name == "alice") || (i == bobs) != (name == "bob") {
				t.Errorf("signed by %s and %s", r, i)
			}
			if name != "alice" && r != value(t, parsed, "Y") || name != "bob" && i != value(t, parsed, "X") {
				t.Error("an ephemeral key should have signed")
			}
			for _, p := range []struct{ name, sender, receiver string }{{"Bob", "0xb0b", "0xa11ce"}, {"Alice", "0xa11ce", "0xb0b"}} {
				key := value(t, out, p.name+"'s chain key, ratchet 0")
				mac := value(t, must(t, "", "mackey", key), "MAC key")
				msg := must(t, "", "remac", mac, p.sender, p.receiver, "0", "0", "0", "0",
					value(t, out, p.name+"'s ECDH key"), value(t, out, p.name+"'s D-H key"), "000000", "")
				forged := must(t, msg, "readforge", key, "hi!")
				if got := value(t, must(t, forged, "readforge", key), "Plaintext"); got != `"hi!"` {
					t.Errorf("%s says %s", p.name, got)
				}
			}
			if value(t, out, "Alice's ECDH key") != lastValue(parsed, "First ECDH key") {
				t.Error("Alice's first key is another one")
			}
			if value(t, out, "Secure session id") == value(t, must(t, "", "dake", seed, profiles[0], profiles[1]), "Secure session id") {
				t.Error("two exchanges have the same keys")
			}
		})
	}
}

// TestForgedNames: the real Bob, if he had drawn the same numbers, would accept the forged Auth-R
// Message, and so would a judge who knows his keys. The names are in it.
func TestForgedNames(t *testing.T) {
	_, _, profiles := honest(t)
	for _, c := range []struct{ bob, alice string }{
		{"bob@example.org", "alice@example.org"}, {"", ""}, {"alice@example.org", "bob@example.org"}, {"bob@example.org", ""},
	} {
		random = rand.NewChaCha8([32]byte{1})
		t.Cleanup(func() { random = crand.Reader })
		out := must(t, "", "dake", forgerSeed, profiles[0], profiles[1], c.bob, c.alice)
		bob := newEnd(t, "bob", 0xb0b)
		bob.self.ID, bob.self.Peer = "bob@example.org", "alice@example.org"
		bob.rand = rand.NewChaCha8([32]byte{1})
		if _, err := bob.handshake.Start(bob.self, at, bob.rand); err != nil {
			t.Fatal(err)
		}
		b, err := wire.Dearmor([]byte(value(t, out, "Alice")))
		if err != nil {
			t.Fatal(err)
		}
		h, m, err := wire.Parse4(b)
		if err != nil {
			t.Fatal(err)
		}
		_, done, err := bob.handshake.Receive(h, m, bob.self, at, bob.rand)
		if accepts := err == nil && done != nil; accepts != (c.bob == bob.self.ID && c.alice == bob.self.Peer) {
			t.Errorf("%v: %v", c, err)
		} else if accepts && fmt.Sprintf("%x", done.SSID) != value(t, out, "Secure session id") {
			t.Error("another session id")
		}
	}
}

// lastValue is value for the last message that has the field.
func lastValue(parsed, name string) string {
	all := regexp.MustCompile(`(?m)^\t`+name+`: (.*)$`).FindAllStringSubmatch(parsed, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}

// TestForgedTranscript: each line becomes a message of the one who is said to have written it, which
// can be read with the chain key of its ratchet.
func TestForgedTranscript(t *testing.T) {
	_, _, profiles := honest(t)
	lines := []string{
		"Alice: are you there?", "Bob: yes", "Bob: \x1b[31mwhere are you?", "", "Alice:", "Alice:  at home ", "Bob: \u00e4\u20ac", "Alice: so: come",
		"Bob: ok", "Alice: ok",
	}
	out := must(t, strings.Join(lines, "\r\n"), "transcript", forgerSeed, profiles[0], profiles[1])
	keys := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)'s chain key, ratchet (\d+): (\w+)$`).FindAllStringSubmatch(out, -1) {
		keys[m[1]+m[2]] = m[3]
	}
	messages := regexp.MustCompile(`(?m)^(\w+): (\?OTR:.*\.)$`).FindAllStringSubmatch(out, -1)
	if len(messages) != 3+len(lines)-1 {
		t.Fatalf("%d messages", len(messages))
	}
	revealed := 0
	messages = messages[3:] // of the exchange
	for _, l := range lines {
		if l == "" {
			continue
		}
		name, text, _ := strings.Cut(l, ":")
		text = strings.TrimPrefix(text, " ")
		m := messages[0]
		messages = messages[1:]
		fields := must(t, m[2], "parse")
		revealed += strings.Count(fields, "\t\tKey ")
		key := keys[name+value(t, fields, "Ratchet")]
		if got := value(t, must(t, m[2], "readforge", key), "Plaintext"); m[1] != name || got != fmt.Sprintf("%q", text) {
			t.Errorf("%s says %s, want %s: %q", m[1], got, name, text)
		}
		if flags := value(t, fields, "Flags"); (flags == "1") != (text == "") {
			t.Errorf("%q has the flags %s", text, flags)
		}
	}
	if revealed < 5 {
		t.Errorf("%d revealed MAC keys", revealed)
	}
	if len(keys) != 7 {
		t.Errorf("%d chain keys: %v", len(keys), keys)
	}
}

// TestExchangeCalls: what the commands of version 4 refuse.
func TestExchangeCalls(t *testing.T) {
	bob, _, profiles := honest(t)
	raw, err := hex.DecodeString(profiles[0])
	if err != nil {
		t.Fatal(err)
	}
	otherTag := dake.NewProfile(bob.self.Key, bob.self.Profile.F, 0xb0b, "4", at)
	sameTag := must(t, bob.armorProfile(otherTag), "parse")
	raw[len(raw)-1] ^= 1
	badSignature := hex.EncodeToString(raw)
	key4, message4 := strings.Repeat("00", 64), must(t, "", append([]string{"remac", strings.Repeat("00", 64)},
		"256", "0x200", "1", "0", "1", "2", strings.Repeat("00", 57), "", "70df05d729", "")...)
	for _, c := range []struct {
		args   []string
		stdin  string
		code   int
		stderr string
	}{
		{[]string{"dake", forgerSeed, profiles[0]}, "", 2, "usage: otr-toolkit dake forger_seed bobs_profile alices_profile\n   or: "},
		{[]string{"dake", forgerSeed, profiles[0], profiles[1], "bob"}, "", 2, "usage"},
		{[]string{"dake", forgerSeed[2:], profiles[0], profiles[1]}, "", 2, "forger_seed must be 114 hexadecimal digits"},
		{[]string{"dake", "", profiles[0], profiles[1]}, "", 2, "forger_seed must be"},
		{[]string{"dake", forgerSeed, "", profiles[1]}, "", 2, "bobs_profile must be"},
		{[]string{"dake", forgerSeed, profiles[0], "xy"}, "", 2, "alices_profile must be"},
		{[]string{"dake", forgerSeed, profiles[0][2:], profiles[1]}, "", 2, "bobs_profile is not a valid client profile: count"},
		{[]string{"dake", forgerSeed, profiles[0], profiles[1] + "00"}, "", 2, "alices_profile is not a valid client profile: end"},
		{[]string{"dake", forgerSeed, badSignature, profiles[1]}, "", 2, "bobs_profile is not a valid client profile: signature"},
		{[]string{"dake", forgerSeed, profiles[0], profiles[0]}, "", 2, "the same instance tag"},
		{[]string{"dake", forgerSeed, profiles[0], value(t, sameTag, "Client profile")}, "", 2, "the same instance tag"},
		{[]string{"transcript", forgerSeed, profiles[0], badSignature}, "Bob: hi", 2, "alices_profile is not a valid"},
		{[]string{"transcript", forgerSeed, profiles[0], profiles[1]}, "", 1, "there is no text in the input"},
		{[]string{"transcript", forgerSeed, profiles[0], profiles[1]}, "Bob: hi\n\nCarol: hi", 1, `line 3 does not begin with "Alice:" or "Bob:"`},
		{[]string{"transcript", forgerSeed, profiles[0], profiles[1]}, "Bob: h\x00i", 1, "line 1 contains a NUL"},
		{[]string{"transcript", forgerSeed, profiles[0], profiles[1]}, strings.Repeat("Bob: hi\n", 10001), 1, "more than 10000 texts"},
		{[]string{"readforge", key4}, aMessage, 1, "there is no Data Message of this key's version"},
		{[]string{"readforge", anAES}, message4, 1, "there is no Data Message of this key's version"},
		{[]string{"readforge", key4[2:]}, message4, 2, "aes_key must be 32 hexadecimal digits, or 128 for version 4"},
		{[]string{"readforge", anAES}, message4 + aMessage, 0, ""},
		{[]string{"modify", key4, "hello", "jello", "0"}, aMessage + message4, 0, ""},
		{[]string{"modify", key4, "hello", "jello", "1"}, message4, 1, "only 5 bytes"},
		{[]string{"modify", aMAC, "h", "j", "0"}, message4, 1, "there is no Data Message"},
		{[]string{"modify", strings.Repeat("01", 64), "h", "j", "0"}, message4, 0, "the MAC does not match"},
		{[]string{"modify", strings.Repeat("01", 63), "h", "j", "0"}, message4, 2, "mac_key must be 40 hexadecimal digits, or 128"},
		{[]string{"remac", key4, "1", "1", "0", "1", "1", "07", "0102030405060708", "00", ""}, "", 2, "with a mac_key of version 4, there are 11 operands"},
		{[]string{"remac", aMAC, "1", "1", "0", "1", "1", "1", forgerSeed, "", "00", ""}, "", 2, "with a mac_key of version 3, there are 10 operands"},
		{[]string{"remac", key4, "1", "1", "0", "1", "1", "1", forgerSeed[2:], "", "00", ""}, "", 2, "ecdh_key must be 114"},
		{[]string{"remac", key4, "1", "1", "0", "1", "1", "4294967296", forgerSeed, "", "00", ""}, "", 2, "message is not a number"},
		{[]string{"remac", key4, "1", "1", "0", "1", "1", "1", forgerSeed, "07", "00", ""}, "", 0, "nobody will accept this message: Data, D-H key"},
		{[]string{"remac", key4, "1", "1", "0", "1", "3", "1", forgerSeed, "", "00", ""}, "", 0, "nobody will accept this message: Data, D-H key"},
		{[]string{"remac", key4, "1", "1", "0", "1", "1", "1", forgerSeed, "", "00", "01"}, "", 0, "nobody will accept this message: Data, revealed MAC keys"},
		{[]string{"mackey", key4}, "", 0, ""},
	} {
		out, errs, code := call(c.stdin, c.args...)
		if code != c.code || !matches(errs, c.stderr) || (code == 0) != (out != "") && c.args[0] != "readforge" {
			t.Errorf("%.60q: exit code %d, want %d\nstdout %q\nstderr %q, want %q", c.args, code, c.code, out, errs, c.stderr)
		}
		wantTame(t, out+errs)
	}
}

// armorProfile returns a message with the client profile p.
func (e *end) armorProfile(p *dake.Profile) string {
	e.t.Helper()
	var other dake.Handshake
	m, err := other.Start(&dake.Self{Key: e.self.Key, Profile: p}, at, e.rand)
	if err != nil {
		e.t.Fatal(err)
	}
	return e.armor(m)
}

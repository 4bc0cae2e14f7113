// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"purple-otr/keystore"
	"purple-otr/otr"
)

func list(f *flag.FlagSet) func(*tool, []string) error {
	asJSON := f.Bool("json", false, "print JSON")
	return func(t *tool, _ []string) error {
		s, err := t.look()
		if err != nil {
			return err
		}
		defer s.Close()
		b := s.Bundle()
		if *asJSON {
			err = t.listJSON(b)
		} else {
			t.list(b)
		}
		if err != nil {
			return err
		}
		return t.problems(s)
	}
}

func (t *tool) list(b keystore.Bundle) {
	if len(b.Keys) > 0 {
		fmt.Fprintln(t.out, "Your keys:")
	}
	for _, k := range b.Keys {
		f := k.Key.Fingerprint()
		fmt.Fprintf(t.out, "  %s%s\n    %s\n", accountName(k.Account), versionName(f), indented(f))
	}
	if len(b.Contacts) > 0 {
		fmt.Fprintln(t.out, "Known fingerprints:")
	}
	for _, c := range b.Contacts {
		fmt.Fprintf(t.out, "  %s%s\n    %s  %s", buddyName(c.Buddy), versionName(c.Fingerprint), indented(c.Fingerprint), trustName(c.Trust))
		if c.Seen.Last != "" {
			fmt.Fprintf(t.out, ", used from %s to %s", c.Seen.First, c.Seen.Last)
		}
		fmt.Fprintln(t.out)
	}
	if b.Empty() {
		fmt.Fprintln(t.out, "No keys and no known fingerprints.")
	}
}

// indented returns f in lines of which all but the first are indented.
func indented(f otr.Fingerprint) string { return strings.Join(f.Lines(), "\n    ") }

// versionName tells the keys of version 4 from the others.
func versionName(f otr.Fingerprint) string {
	if f.Version() == otr.V4 {
		return ", OTR 4"
	}
	return ""
}

// The output of list -json. Fingerprints are in hexadecimal, days as in 2026-02-28.
type (
	jsonList struct {
		Keys         []jsonKey         `json:"keys"`
		Fingerprints []jsonFingerprint `json:"fingerprints"`
	}
	jsonKey struct {
		Protocol    string `json:"protocol"`
		Account     string `json:"account"`
		Fingerprint string `json:"fingerprint"`
		Version     int    `json:"version,omitempty"` // 4, or nothing for the others
	}
	jsonFingerprint struct {
		jsonKey
		Buddy    string `json:"buddy"`
		Verified bool   `json:"verified"`
		Trust    string `json:"trust"` // the word in the file
		First    string `json:"first,omitempty"`
		Last     string `json:"last,omitempty"`
	}
)

func (t *tool) listJSON(b keystore.Bundle) error {
	out := jsonList{[]jsonKey{}, []jsonFingerprint{}}
	key := func(a keystore.Account, f otr.Fingerprint) jsonKey {
		k := jsonKey{Protocol: a.Protocol, Account: a.Name, Fingerprint: hex.EncodeToString(f.Bytes())}
		if f.Version() == otr.V4 {
			k.Version = int(otr.V4)
		}
		return k
	}
	for _, k := range b.Keys {
		out.Keys = append(out.Keys, key(k.Account, k.Key.Fingerprint()))
	}
	for _, c := range b.Contacts {
		out.Fingerprints = append(out.Fingerprints, jsonFingerprint{key(c.Account, c.Fingerprint), c.Peer,
			c.Trust.Trusted(), string(c.Trust), string(c.Seen.First), string(c.Seen.Last)})
	}
	e := json.NewEncoder(t.out)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func accountName(a keystore.Account) string { return shown(a.Protocol + ":" + a.Name) }

func buddyName(b keystore.Buddy) string { return shown(b.Peer) + " (" + accountName(b.Account) + ")" }

func trustName(t keystore.Trust) string {
	by, carried := t.From()
	switch {
	case carried:
		return "verification carried over from " + by.String()
	case !t.Trusted():
		return "not verified"
	case t == keystore.Verified:
		return "verified"
	}
	return "verified (" + shown(string(t)) + ")"
}

// shown formats s for the terminal. It quotes and escapes text that contains anything
// that could control the terminal or be mistaken for something else, or a quotation mark
// or backslash, which could imitate such quoting.
func shown(s string) string {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == '"' || r == '\\' }
	if utf8.ValidString(s) && !strings.ContainsFunc(s, odd) {
		return s
	}
	return strconv.Quote(s)
}

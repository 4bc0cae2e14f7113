// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"strings"
	"testing"

	"purple-otr/otr/internal/wire"
)

var fuzzTexts = []string{
	"", "hello", "?OTR", "?OTR?", "?OTR?v2?", "?OTRv23?", "?OTRv23? greeting", "?OTRv24x?", "<a title=\"?OTRv2?\">x</a>", "<", "<b>?OTRv3?",
	"?OTR Error: x", "?OTR:AAMC.", "?OTR:AAMDJ+MVmSfjFZcAAAAA.", "?OTR,1,1,x,", "?OTR|100|0,1,1,?OTRv2?,", "?OTR|", "?OTR,",
	"hi" + string(tagBase) + string(tagV2) + string(tagV3), string(tagBase), "\x00", "?OTRv" + strings.Repeat("2", 300) + "?",
}

// Every text is of one kind, at a place in it, and what is plain stays as it is.
func FuzzClassify(f *testing.F) {
	for _, s := range fuzzTexts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		k, body := classify(msg)
		if !bytes.Contains(msg, body) {
			t.Fatalf("%q is not in %q", body, msg)
		}
		begins := map[kind]string{fragmentText: "?OTR", encodedText: wire.Prefix, queryText: "?OTR", errorText: ""}
		if prefix, ok := begins[k]; ok && !bytes.HasPrefix(body, []byte(prefix)) {
			t.Fatalf("%q begins with %q", msg, body)
		}
		if k == plainText && !bytes.Equal(body, msg) {
			t.Fatalf("%q is shown as %q", msg, body)
		}
		// A tag is removed, once, and nothing else is.
		before := bytes.Clone(msg)
		rest, offer, tagged := cutTag(msg)
		if !bytes.Equal(before, msg) {
			t.Fatal("the text was modified")
		}
		if !tagged && (!bytes.Equal(rest, msg) || offer != versions{}) {
			t.Fatalf("%q has no tag and became %q", msg, rest)
		}
		if removed := len(msg) - len(rest); tagged && (removed < 16 || removed%8 != 0) {
			t.Fatalf("%d bytes removed", removed)
		}
	})
}

// What the query says is what is made of it, and the other way round.
func FuzzQuery(f *testing.F) {
	for _, s := range fuzzTexts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		offer, ok := parseQuery(b)
		if !ok && offer != (versions{}) {
			t.Fatalf("%q offers %v", b, offer)
		}
		var p Policy
		if offer.v2 {
			p |= AllowV2
		}
		if offer.v3 {
			p |= AllowV3
		}
		if again, ok := parseQuery(p.query("", 0)); !ok || again != offer {
			t.Fatalf("%v became %v", offer, again)
		}
	})
}

// An encrypted session gets three messages from anybody, with whatever the
// genuine ones look like put together anew. It never panics, stays encrypted
// under the same key, shows nothing as authenticated, does not grow, and still
// talks to its peer.
func FuzzReceive(f *testing.F) {
	var genuine [][]byte
	for _, p := range bothVersions {
		pr := private(f, p, limit(300))
		pr.alice.end()
		pr.pump()
		genuine = append(genuine, pr.alice.sent...)
		genuine = append(genuine, pr.bob.sent...)
	}
	for i, msg := range genuine {
		f.Add(msg, genuine[(i+1)%len(genuine)], []byte("?OTRv23?"), uint8(i))
	}
	for i, s := range fuzzTexts {
		f.Add([]byte(s), []byte(fuzzTexts[(i+1)%len(fuzzTexts)]), []byte("x"), uint8(i))
	}
	policies := []Policy{AllowV2, AllowV3, Manual, Opportunistic, Always}
	f.Fuzz(func(t *testing.T, a, b, c []byte, choice uint8) {
		pr := private(t, policies[int(choice)%len(policies)])
		before := pr.alice.Status()
		for _, msg := range [][]byte{a, b, c, armored(pr, a), armored(pr, b)} {
			out, err := pr.alice.get(msg)
			if out.Message != nil && !out.Message.Fingerprint.IsZero() {
				t.Fatalf("%q is shown as authenticated", out.Message.Text)
			}
			for _, e := range out.Events {
				switch e.(type) {
				case Secured, Ended, Heartbeat, Resent, Returned, Held, SMPAsked, SMPStep, SMPDone, SMPAborted, ExtraKeyAsked:
					t.Fatalf("event %T", e)
				}
			}
			if pr.alice.Status() != before {
				t.Fatalf("status %+v, error %v", pr.alice.Status(), err)
			}
			sent, err := pr.alice.Send([]byte("SECRET"))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range append(out.Send, sent.Send...) {
				if bytes.Contains(s, []byte("SECRET")) {
					t.Fatal("sent in the clear")
				}
			}
		}
		if len(pr.alice.instances) > 4 || len(pr.alice.partials) > maxPartial {
			t.Fatalf("%d instances, %d partials", len(pr.alice.instances), len(pr.alice.partials))
		}
		pr.alice.forget()
		pr.wantTalk()
	})
}

// armored is b as the body of an encoded message from Bob, so that the fuzzer
// need not know base-64 and tags.
func armored(pr *pair, b []byte) []byte {
	h := pr.alice.header(&instance{version: pr.alice.Status().Version, tag: pr.alice.tag})
	h.Sender = uint32(pr.bob.tag)
	if h.Version == wire.V2 {
		h.Sender = 0
	}
	typ := byte(wire.TypeData)
	if len(b) > 0 {
		typ, b = b[0], b[1:]
	}
	return wire.Armor(append(wire.AppendHeader(nil, h, typ), b...))
}

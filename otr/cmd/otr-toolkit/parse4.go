// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/kdf4"
	"purple-otr/otr/internal/wire"
)

// version4 shows a message that only version 4 has.
func (t *tool) version4(h wire.Header, m wire.Message) {
	switch m := m.(type) {
	case wire.Identity:
		t.title("Identity Message")
		t.header(h)
		t.profile(m.Profile)
		t.ephemeral("Y", "B", m.Ephemeral)
		t.ephemeral("First ECDH key", "First D-H key", m.First)
	case wire.AuthR:
		t.title("Auth-R Message")
		t.header(h)
		t.profile(m.Profile)
		t.ephemeral("X", "A", m.Ephemeral)
		t.sigma(m.Sigma)
		t.ephemeral("First ECDH key", "First D-H key", m.First)
	case wire.AuthI:
		t.title("Auth-I Message")
		t.header(h)
		t.sigma(m.Sigma)
	case wire.Data4:
		t.title("Data Message")
		t.data4(h, m)
	}
}

func (t *tool) ephemeral(ecdh, dh string, e wire.Ephemeral) {
	t.field(ecdh, "%x", e.ECDH)
	t.field(dh, "%x", e.DH)
}

func (t *tool) sigma(s wire.RingSignature) {
	const size = len(s) / 6
	for i, name := range []string{"c1", "r1", "c2", "r2", "c3", "r3"} {
		t.field("Sigma "+name, "%x", s[i*size:][:size])
	}
}

// maxDate is the last second whose year has four digits.
var maxDate = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()

// profile shows a client profile, and whether it is valid, apart from its expiry.
func (t *tool) profile(p wire.Profile) {
	t.field("Client profile", "%x", p.Raw)
	t.field("Profile fields", "%d", binary.BigEndian.Uint32(p.Raw))
	t.field("Profile instance", "%d", p.Tag)
	t.field("Profile public key", "%x", p.H)
	t.field("Profile forging key", "%x", p.F)
	t.field("Profile versions", "%q", p.Versions)
	if 0 <= p.Expiry && p.Expiry <= maxDate {
		t.field("Profile expires", "%s", time.Unix(p.Expiry, 0).UTC().Format(time.RFC3339))
	} else {
		t.field("Profile expires", "%d", p.Expiry)
	}
	t.field("Profile signature", "%x", p.Signature)
	verified, err := dake.ReadProfile(p.Raw)
	if err != nil {
		t.field("Profile valid", "%s", "no, "+profileReason(err))
		return
	}
	t.field("Profile valid", "%s", "yes")
	t.field("Fingerprint", "%x", verified.Fingerprint())
}

// profileReason says what is wrong with a profile.
func profileReason(err error) string {
	_, field, _ := strings.Cut(reason(err), ", ")
	return strings.TrimPrefix(field, "profile, ")
}

func (t *tool) data4(h wire.Header, m wire.Data4) {
	t.field("Version", "%02x", h.Version)
	t.field("Flags", "%d", m.Flags)
	t.instances(h)
	t.field("Previous ratchet had", "%d", m.Previous)
	t.field("Ratchet", "%d", m.Ratchet)
	t.field("Message", "%d", m.Number)
	t.field("ECDH key", "%x", m.ECDH)
	if len(m.DH) > 0 {
		t.field("D-H key", "%x", m.DH)
	}
	t.field("Encrypted message", "%x", m.Encrypted)
	t.field("MAC", "%x", m.MAC)
	t.revealed(m.OldMACKeys, kdf4.Size)
}

// showKeys4 shows what can be computed from a key of version 4: nothing in it tells a chain key
// from an MKenc.
func showKeys4(t *tool, key kdf4.Key) {
	enc, extra, next := keysOf(key)
	fmt.Fprintf(t.out, "If it is a chain key:\n")
	t.field("MKenc", "%x", enc.enc)
	t.field("MAC key", "%x", enc.mac)
	t.field("Extra symmetric key", "%x", extra)
	t.field("Next chain key", "%x", next)
	fmt.Fprintf(t.out, "If it is an MKenc:\n")
	t.field("MAC key of MKenc", "%x", encKeys(key).mac)
}

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"purple-otr/otr/internal/wire"
)

// parse shows the messages on standard input. Its output equals libotr's
// otr_parse, except for additions.
func parse(t *tool, _ []string) error {
	input, err := t.input()
	if err != nil {
		return err
	}
	found, invalid := 0, 0
	for m := range scan(input) {
		found++
		if m.show(t) != nil {
			invalid++
		}
		fmt.Fprintln(t.out)
	}
	switch {
	case found == 0:
		return errors.New("there is no OTR message in the input")
	case invalid > 0:
		return fmt.Errorf("of %d messages, %d could not be read", found, invalid)
	}
	return nil
}

// title prints the first line of a message, field one of its fields. Text from the input
// must be formatted with %q or %x.
func (t *tool) title(s string) { fmt.Fprintf(t.out, "%s:\n", s) }

func (t *tool) field(name, format string, value any) {
	fmt.Fprintf(t.out, "\t%s: "+format+"\n", name, value)
}

func (t *tool) versions(v []string) {
	if len(v) == 0 {
		v = []string{"none"}
	}
	t.field("Versions", "%s", strings.Join(v, ", "))
}

func (q query) show(t *tool) error {
	t.title("Query Message")
	t.field("Text", "%q", q.text)
	t.versions(q.versions)
	return nil
}

func (e errorMessage) show(t *tool) error {
	t.title("Error Message")
	t.field("Text", "%q", []byte(e))
	return nil
}

func (g tagged) show(t *tool) error {
	t.title("Tagged Plaintext Message")
	t.field("Text", "%q", g.text)
	t.versions(g.versions)
	return nil
}

func (f fragment) show(t *tool) error {
	t.title("Fragment")
	t.header(wire.Header{Version: f.Version, Sender: f.Sender, Receiver: f.Receiver})
	t.field("Number", "%d", f.K)
	t.field("Total", "%d", f.N)
	t.field("Piece", "%q", f.Piece)
	return nil
}

func (f fragment4) show(t *tool) error {
	t.title("Fragment")
	t.header(wire.Header{Version: wire.V4, Sender: f.Sender, Receiver: f.Receiver})
	t.field("Identifier", "%08x", f.ID)
	t.field("Number", "%d", f.K)
	t.field("Total", "%d", f.N)
	t.field("Piece", "%q", f.Piece)
	return nil
}

func (f badFragment) show(t *tool) error {
	t.title("Invalid Fragment")
	t.field("Reason", "%s", reason(f.err))
	t.field("Begins", "%q", f.start)
	return f.err
}

func (e encoded) show(t *tool) error {
	b, err := wire.Dearmor(e)
	if err != nil {
		t.title("Invalid Message")
		t.field("Reason", "%s", reason(err))
		t.field("Text", "%q", []byte(e))
		return err
	}
	h, m, err := parseBinary(b)
	if err != nil {
		t.title("Invalid Message")
		t.field("Reason", "%s", reason(err))
		t.field("Bytes", "%x", b)
		return err
	}
	switch m := m.(type) {
	case wire.DHCommit:
		t.title("D-H Commit Message")
		t.header(h)
		t.field("Encrypted Key", "%x", m.EncryptedGx)
		t.field("Hashed Key", "%x", m.HashedGx)
	case wire.DHKey:
		t.title("D-H Key Message")
		t.header(h)
		t.field("D-H Key", "%x", m.Gy)
	case wire.RevealSig:
		t.title("Reveal Signature Message")
		t.header(h)
		t.field("Key", "%x", m.R)
		t.signature(m.Signature)
	case wire.Signature:
		t.title("Signature Message")
		t.header(h)
		t.signature(m)
	case wire.Data:
		t.title("Data Message")
		t.data(h, m)
	default:
		t.version4(h, m)
	}
	return nil
}

// parseBinary reads a message of any version.
func parseBinary(b []byte) (wire.Header, wire.Message, error) {
	h, m, err := wire.Parse4(b)
	if errors.Is(err, wire.ErrVersion) {
		return wire.Parse(b)
	}
	return h, m, err
}

func (t *tool) header(h wire.Header) {
	t.field("Version", "%02x", h.Version)
	t.instances(h)
}

func (t *tool) instances(h wire.Header) {
	if h.Version != wire.V2 {
		t.field("Sender instance", "%d", h.Sender)
		t.field("Receiver instance", "%d", h.Receiver)
	}
}

func (t *tool) signature(s wire.Signature) {
	t.field("Encrypted Signature", "%x", s.Encrypted)
	t.field("MAC", "%x", s.MAC)
}

func (t *tool) data(h wire.Header, m wire.Data) {
	t.field("Version", "%02x", h.Version)
	t.field("Flags", "%d", m.Flags)
	t.instances(h)
	t.field("Sender keyid", "%d", m.SenderKeyID)
	t.field("Rcpt keyid", "%d", m.RecipientKeyID)
	t.field("DH y", "%x", m.NextKey)
	t.field("Counter", "%016x", m.Counter)
	t.field("Encrypted message", "%x", m.Encrypted)
	t.field("MAC", "%x", m.MAC)
	t.revealed(m.OldMACKeys, macSize)
}

// revealed prints MAC keys of size bytes each.
func (t *tool) revealed(keys []byte, size int) {
	if len(keys) == 0 {
		return
	}
	fmt.Fprintln(t.out, "\tRevealed MAC keys:")
	i := 0
	for key := range slices.Chunk(keys, size) {
		i++
		fmt.Fprintf(t.out, "\t\tKey %d: %x\n", i, key)
	}
}

// reason says what is wrong with a message.
func reason(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Message + ", " + e.Field
	}
	return "unknown protocol version"
}

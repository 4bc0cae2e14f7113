// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"crypto/sha1"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"purple-otr/internal/erase/erasetest"
	"purple-otr/otr/internal/wire"
)

// addChannel adds all keys that the selected channel of s holds.
func addChannel(to erasetest.Secrets, of string, s *Session) {
	add := func(name string, v reflect.Value) {
		to.Add(of+": "+name, v.Len(), func(i int) byte { return byte(v.Index(i).Uint()) })
	}
	v := reflect.ValueOf(s.selected().channel).Elem()
	if s.selected().version == V4 {
		for _, name := range []string{"root", "brace"} {
			add(name, v.FieldByName(name))
		}
		for _, name := range []string{"send", "recv"} {
			if chain := v.FieldByName(name); chain.FieldByName("exists").Bool() {
				add(name, chain.FieldByName("key"))
			}
		}
		if k := v.FieldByName("own").FieldByName("secret").FieldByName("s"); !k.IsZero() {
			add("elliptic curve secret", k)
		}
		if k := v.FieldByName("ownDH").FieldByName("x"); !k.IsZero() {
			add("private exponent", k)
		}
		return
	}
	own, pairs := v.FieldByName("own"), v.FieldByName("pairs")
	for i := range own.Len() {
		add(fmt.Sprintf("private exponent %d", i), own.Index(i).FieldByName("x"))
		for j := range own.Len() {
			p := pairs.Index(i).Index(j)
			if p.IsNil() {
				continue
			}
			name := fmt.Sprintf("pair %d/%d: ", i, j)
			send, recv := p.Elem().FieldByName("send"), p.Elem().FieldByName("recv")
			add(name+"AES key to send with", send.FieldByName("aesKey"))
			add(name+"AES key to receive with", recv.FieldByName("aesKey"))
			add(name+"MAC key to send with", send.FieldByName("macKey"))
			add(name+"MAC key to receive with", recv.FieldByName("macKey"))
			add(name+"extra key", p.Elem().FieldByName("extra"))
		}
	}
}

// removePublished removes the MAC keys that messages have revealed.
func removePublished(from erasetest.Secrets, pr *pair) {
	for _, msg := range slices.Concat(pr.alice.sent, pr.bob.sent) {
		_, m, _ := parsed(msg)
		d, ok := m.(wire.Data)
		if !ok {
			continue // version 4's keys to remove are not among those that addChannel adds
		}
		for key := range slices.Chunk(d.OldMACKeys, sha1.Size) {
			from.Remove(key)
		}
	}
}

// After rotation, and after the end, no key of a channel is in memory.
func TestRemnants(t *testing.T) {
	erasetest.Run(t, 40, func() {
		for _, v := range []Policy{AllowV2, AllowV3, AllowV4} {
			// The keys of the exchange are those of the new channel.
			pr := private(t, v, func(c *Config) { c.Rand = nil })
			first := erasetest.Secrets{}
			addChannel(first, "alice's exchange", pr.alice.Session)
			addChannel(first, "bob's exchange", pr.bob.Session)
			first.MustBeThere()

			for i := range 3 { // with version 4 also a second Diffie-Hellman key of each side
				long := strings.Repeat("long ", 20<<(4*i)) // each way to encrypt
				pr.alice.say("x" + long)
				pr.pump()
				pr.bob.say("y" + long)
				pr.pump()
			}
			removePublished(first, pr)
			first.MustBeGone()

			last := erasetest.Secrets{}
			addChannel(last, "alice's last", pr.alice.Session)
			addChannel(last, "bob's last", pr.bob.Session)
			pr.alice.end()
			pr.pump()
			pr.bob.end()
			pr.alice.forget()
			pr.bob.forget()
			removePublished(last, pr)
			last.MustBeGone()
		}
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"

	"purple-otr/otr"
)

// dataMessage holds what these tests need from a data message: the bytes that the MAC
// covers, the MAC, and the revealed keys.
type dataMessage struct {
	covered  []byte
	mac      []byte
	macEnd   int
	revealed [][]byte
}

// parseData parses a data message that one of the engines has made. It panics, and thus
// fails the test, if that is not one.
func parseData(msg []byte) (d dataMessage) {
	text := bytes.TrimSuffix(bytes.TrimPrefix(msg, []byte("?OTR:")), []byte("."))
	b, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		panic(err)
	}
	at := 3 // version, type
	if b[1] == 3 {
		at += 8 // instance tags
	}
	at += 1 + 4 + 4 // flags, key ids
	skip := func() { at += 4 + int(binary.BigEndian.Uint32(b[at:])) }
	skip()  // next D-H key
	at += 8 // counter
	skip()  // text
	d.covered, d.mac, d.macEnd = b[:at], b[at:at+20], at+20
	for list := b[d.macEnd+4:]; len(list) > 0; list = list[20:] {
		d.revealed = append(d.revealed, list[:20])
	}
	return d
}

func isData(msg []byte) bool {
	return bytes.HasPrefix(msg, []byte("?OTR:AAMD")) || bytes.HasPrefix(msg, []byte("?OTR:AAID"))
}

// TestRevealedMACKeys: each side reveals a key that has verified the other's messages
// once, and only when it accepts no more messages under this key; then anybody could have
// written these messages. We reveal the last keys when we end.
func TestRevealedMACKeys(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.wantChat(numbered("turn", 20)...)
		c.us.end()
		c.run()
		var messages []dataMessage
		for _, m := range c.seen {
			if isData(m) {
				messages = append(messages, parseData(m))
			}
		}
		known := map[string]bool{}
		deniable := map[int]bool{}
		for i, m := range messages {
			for _, key := range m.revealed {
				if known[string(key)] {
					t.Errorf("message %d reveals a key that has been revealed", i)
				}
				known[string(key)] = true
				before := len(deniable)
				for j, other := range messages {
					mac := hmac.New(sha1.New, key)
					mac.Write(other.covered)
					if !hmac.Equal(mac.Sum(nil), other.mac) {
						continue
					}
					deniable[j] = true
					if j > i {
						t.Errorf("message %d reveals the key of message %d", i, j)
					}
				}
				if len(deniable) == before {
					t.Errorf("message %d reveals a key that has verified nothing", i)
				}
			}
		}
		// We sent the first and the last message, in turns: theirs have odd
		// numbers, unless an introduction comes first. libotr does not reveal the keys that have verified our last
		// messages.
		for i := range messages {
			if theirs := (i-introductions(v))%2 == 1; !deniable[i] && (theirs || i < len(messages)-5) {
				t.Errorf("message %d of %d is not deniable", i, len(messages))
			}
		}
	})
}

// TestInstanceTags: version 3 messages name sender and receiver; a message for another
// client of ours, or theirs, is ignored.
func TestInstanceTags(t *testing.T) {
	t.Parallel()
	c := converse(t, options{theirs: only(otr.V3, otr.Opportunistic)})
	c.us.start()
	c.wantSecured(otr.V3)
	c.wantChat("hello")
	theirs := uint32(c.theirTag())
	for _, m := range c.seen {
		if !encoded(m) {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(string(m[len("?OTR:") : len(m)-1]))
		if err != nil {
			t.Fatal(err)
		}
		from, to := binary.BigEndian.Uint32(b[3:]), binary.BigEndian.Uint32(b[7:])
		commit := b[2] == 2
		switch from {
		case 0xa11ce:
			if to != theirs && !commit {
				t.Errorf("our message to %x, want %x", to, theirs)
			}
		case theirs:
			if to != 0xa11ce && !commit {
				t.Errorf("their message to %x", to)
			}
		default:
			t.Errorf("a message from %x", from)
		}
	}

	retag := func(m []byte, at int) []byte {
		b, _ := base64.StdEncoding.DecodeString(string(m[len("?OTR:") : len(m)-1]))
		binary.BigEndian.PutUint32(b[at:], 0xbeef00)
		return []byte("?OTR:" + base64.StdEncoding.EncodeToString(b) + ".")
	}
	c.them.say("for you")
	m := c.them.takeOutbox()[0]
	c.us.receive(retag(m, 7))
	c.want(c.us, "OtherInstance")
	c.us.receive(m)
	c.want(c.us, `show "for you"`)
	c.us.say("for you")
	m = c.us.takeOutbox()[0]
	c.them.receive(retag(m, 7))
	c.want(c.them, "event RCVDMSG_FOR_OTHER_INSTANCE")
	c.them.receive(m)
	c.want(c.them, fmt.Sprintf("show %q", "for you"))
}

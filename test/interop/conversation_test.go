// SPDX-License-Identifier: GPL-2.0-or-later

// Package interop tests the engine with libotr (peer.c) and golang.org/x/crypto/otr as
// peers. It needs libotr with its headers, a C compiler and libotr's toolkit. Without
// them the tests are skipped, or fail if REQUIRE_ALL=1.
//
//	go test ./test/interop                        # talk
//	go test ./test/interop -run TestRecord -update # and record it for otr's tests
//	go test ./test/interop -version4              # talk, and have version 4 switched on
package interop

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/test/interop/transcript"
)

// libotr's policy bits.
const (
	libotrAllowV2            = 0x02
	libotrAllowV3            = 0x04
	libotrRequire            = 0x08
	libotrSendWhitespaceTag  = 0x10
	libotrWhitespaceStartAKE = 0x20
	libotrErrorStartAKE      = 0x40

	libotrAutomatic = libotrSendWhitespaceTag | libotrWhitespaceStartAKE | libotrErrorStartAKE
	libotrV2        = libotrAllowV2 | libotrAutomatic
	libotrV3        = libotrAllowV3 | libotrAutomatic
	libotrBoth      = libotrAllowV2 | libotrAllowV3 | libotrAutomatic
)

// Options describe how a conversation differs from the default: both sides opportunistic,
// any version, no limit to the length of messages.
type options struct {
	ours, theirs       otr.Policy // theirs in our words; zero: opportunistic
	ourMax, theirMax   int
	seed               string // of our random numbers; the test's name if empty
	greeting, theirDir string
}

// A conversation is our engine (a, Alice) and libotr (b, Bob) on one wire.
type conversation struct {
	wire
	us   *session
	them *peer
}

func converse(t *testing.T, o options) *conversation {
	t.Helper()
	if o.ours == 0 {
		o.ours = otr.Opportunistic
	}
	if o.theirs == 0 {
		o.theirs = otr.Opportunistic
	}
	if o.theirDir == "" {
		o.theirDir = t.TempDir()
	}
	if o.seed == "" {
		o.seed = t.Name()
	}
	them := startPeer(t, "bob", "alice", o.theirDir, bobKey)
	them.do("policy", strconv.Itoa(libotrPolicy(o.theirs)))
	them.do("mms", strconv.Itoa(o.theirMax))
	us := newSession(t, transcript.Setup{
		Key: aliceKey, Seed: o.seed, Tag: 0xa11ce, Policy: o.ours,
		MaxMessage: o.ourMax, Greeting: o.greeting,
	})
	return &conversation{wire: wire{t: t, a: us, b: them}, us: us, them: them}
}

// libotrPolicy converts a policy to libotr's bits.
func libotrPolicy(p otr.Policy) (bits int) {
	for ours, theirs := range map[otr.Policy]int{
		otr.AllowV2: libotrAllowV2, otr.AllowV3: libotrAllowV3,
		otr.RequireEncryption:  libotrRequire,
		otr.SendWhitespaceTag:  libotrSendWhitespaceTag,
		otr.WhitespaceStartAKE: libotrWhitespaceStartAKE,
		otr.ErrorStartAKE:      libotrErrorStartAKE,
	} {
		if p&ours != 0 {
			bits |= theirs
		}
	}
	return bits
}

// only restricts a policy to one version.
func only(v otr.Version, p otr.Policy) otr.Policy {
	if v == otr.V2 {
		return p &^ otr.AllowV3
	}
	return p &^ otr.AllowV2
}

// wantSecured checks that the users have been told of a private conversation of version v
// and nothing else, and that both sides have the same one.
func (c *conversation) wantSecured(v otr.Version) {
	c.t.Helper()
	c.run()
	c.want(c.us, fmt.Sprintf("Secured v%d", v))
	c.want(c.them, fmt.Sprintf("secure v%d", v))
	c.wantSame(v)
}

// wantSame checks that both sides have the same session id, version and keys.
func (c *conversation) wantSame(v otr.Version) {
	c.t.Helper()
	st := c.us.status()
	if st.State != otr.Encrypted || st != c.us.secured.Status {
		c.t.Fatalf("we are %+v, were told %+v", st, c.us.secured.Status)
	}
	ourTag, theirTag := "00000000", otr.InstanceTag(0)
	if v == otr.V3 {
		ourTag = fmt.Sprintf("%08x", uint32(c.us.setup.Tag))
		theirTag = c.theirTag()
	}
	half := "0"
	if st.SSID.Half == 0 {
		half = "1" // libotr's user reads the other half
	}
	got := strings.Join(c.them.secured[1:], " ")
	want := strings.Join([]string{strconv.Itoa(int(v)), ourTag,
		fingerprint(aliceKey).String(), fmt.Sprintf("%x", st.SSID.ID), half}, " ")
	if got != want {
		c.t.Errorf("libotr has %q, want %q", got, want)
	}
	if st.Version != v || st.Tag != theirTag || st.Fingerprint != fingerprint(bobKey) {
		c.t.Errorf("we have %+v, want version %d, tag %x, Bob's key", st, v, theirTag)
	}
}

// theirTag returns libotr's own instance tag.
func (c *conversation) theirTag() otr.InstanceTag {
	c.t.Helper()
	n, err := strconv.ParseUint(find(c.them.do("state"), "context")[2], 16, 32)
	if err != nil {
		c.t.Fatal(err)
	}
	return otr.InstanceTag(n)
}

// wantChat checks that text arrives in both directions, and nothing else does.
func (c *conversation) wantChat(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		c.us.say(text)
		c.run()
		c.want(c.us)
		c.want(c.them, fmt.Sprintf("show %q", text))
		c.them.say(text)
		c.run()
		c.want(c.us, fmt.Sprintf("show %q", text))
		c.want(c.them)
	}
}

// starts are the ways to start a private conversation. The users may send unencrypted
// text first, which they see.
var starts = map[string]func(c *conversation){
	"our query":   func(c *conversation) { c.us.start() },
	"their query": func(c *conversation) { c.them.start() },
	"our tag": func(c *conversation) {
		c.us.say("hi")
		c.deliver(c.them)
		c.want(c.them, `show "hi"`)
	},
	"their tag": func(c *conversation) {
		c.them.say("hi")
		for len(c.us.log) == 0 { // libotr fragments text with a tag as well
			c.deliver(c.us)
		}
		c.want(c.us, `clear "hi"`)
	},
}

// wantEnded makes one side end the conversation, and checks that the other user cannot
// send text by mistake until they end it too.
func (c *conversation) wantEnded(weEnd bool) {
	c.t.Helper()
	if weEnd {
		c.us.end()
		c.run()
		c.them.say("too late")
		c.run()
		c.want(c.us)
		c.want(c.them, "event LOG_HEARTBEAT_RCVD", "event CONNECTION_ENDED")
		c.them.end()
	} else {
		c.them.end()
		c.run()
		c.us.say("too late")
		c.run()
		c.want(c.us, "Ended", "error "+otr.ErrFinished.Error())
		c.want(c.them)
		c.us.end()
	}
	c.run()
	if st := c.us.status(); st != (otr.Status{}) {
		c.t.Errorf("after the end: %+v", st)
	}
	for _, r := range c.them.do("state") {
		if r[3] != "0" {
			c.t.Errorf("libotr after the end: %v", r)
		}
	}
}

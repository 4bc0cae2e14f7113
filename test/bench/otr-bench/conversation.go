// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"crypto/rand"
	"sync"
	"time"

	"purple-otr/otr"
)

// keys returns the keys of alice and bob.
var keys = sync.OnceValue(func() [2]*otr.PrivateKey {
	return [2]*otr.PrivateKey{must(otr.GenerateKey(rand.Reader)), must(otr.GenerateKey(rand.Reader))}
})

// identities returns their keys of version 4.
var identities = sync.OnceValue(func() [2]*otr.IdentityKey {
	return [2]*otr.IdentityKey{must(otr.GenerateIdentityKey(rand.Reader)), must(otr.GenerateIdentityKey(rand.Reader))}
})

const (
	alice = 0
	bob   = 1
)

// A conversation has both ends in this process.
type conversation struct {
	later time.Duration // by how much their clock is fast
	end   [2]*otr.Session
	heard [2]int  // bytes of text that each end has received
	same  [2]bool // SMP has succeeded
}

// newConversation returns a conversation that has not started. limit is the maximum
// length of messages in bytes, 0 for no limit.
func newConversation(limit int) *conversation { return newConversationIn(otr.V3, limit) }

// newConversationIn is newConversation in a version.
func newConversationIn(v otr.Version, limit int) *conversation {
	c := new(conversation)
	for i := range c.end {
		config := otr.Config{
			Tag: otr.InstanceTag(0x100 + i), MaxMessage: limit,
			Now: func() time.Time { return time.Now().Add(c.later) },
		}
		if v == otr.V4 {
			config.Identity, config.Policy = identities()[i], otr.AllowV4
		} else {
			config.DSAKey, config.Policy = keys()[i], otr.AllowV3
		}
		c.end[i] = must(otr.NewSession(config))
	}
	return c
}

// private returns a conversation after its key exchange and some messages each way.
func private(limit int) *conversation { return privateIn(otr.V3, limit) }

// privateIn is private in a version.
func privateIn(v otr.Version, limit int) *conversation {
	c := newConversationIn(v, limit)
	c.exchange()
	for range 4 {
		c.roundTrip([]byte("hello"))
	}
	return c
}

// exchange runs a key exchange, started by alice.
func (c *conversation) exchange() {
	c.pass(alice, must(c.end[alice].Start()))
	for _, e := range c.end {
		if e.Status().State != otr.Encrypted {
			panic("the key exchange did not complete")
		}
	}
}

// pass delivers the messages that one end sends, and all that follow.
func (c *conversation) pass(from int, out otr.Output) {
	to := 1 - from
	for _, msg := range out.Send {
		reply := must(c.end[to].Receive(msg))
		c.note(to, reply)
		c.pass(to, reply)
	}
}

func (c *conversation) note(end int, out otr.Output) {
	if out.Message != nil {
		c.heard[end] += len(out.Message.Text)
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case otr.SMPAsked:
			c.pass(end, must(c.end[end].AnswerSMP(secret)))
		case otr.SMPDone:
			c.same[end] = e.Same
		}
	}
}

func (c *conversation) say(from int, text []byte) {
	before := c.heard[1-from]
	c.pass(from, must(c.end[from].Send(text)))
	if c.heard[1-from] != before+len(text) {
		panic("a message did not arrive")
	}
}

func (c *conversation) roundTrip(text []byte) {
	c.say(alice, text)
	c.say(bob, text)
}

var secret = []byte("bread and butter")

func (c *conversation) compareSecrets() {
	c.same = [2]bool{}
	c.pass(alice, must(c.end[alice].StartSMP("", secret)))
	if c.same != [2]bool{true, true} {
		panic("SMP did not succeed")
	}
}

func keyExchange() operation {
	return operation{run: func() { newConversation(0).exchange() }}
}

func pingPong() operation {
	c, text := private(0), letters(100)
	return operation{run: func() { c.roundTrip(text) }}
}

func socialistMillionaires() operation {
	return operation{run: private(0).compareSecrets}
}

// stream sends and receives 1000 messages of n bytes in one direction, after an answer
// from the other end, so that the first of them uses new keys. padded hides the lengths.
func stream(n int, padded bool) operation {
	const messages = 1000
	c, text := private(0), letters(n)
	for _, end := range c.end {
		end.SetPadding(padded)
	}
	return operation{
		before: func() { c.say(bob, []byte("your turn")) },
		run: func() {
			for range messages {
				c.say(alice, text)
			}
		},
		count: messages,
	}
}

// messageOf100 sends 100 bytes, with keys that have been used before.
func messageOf100() operation {
	c, text := private(0), letters(100)
	return operation{run: func() { c.say(alice, text) }}
}

// fragmentSize is the maximum length of messages in the measurements with fragments.
const fragmentSize = 200

// receiveFragments measures receiving a message of n bytes in fragments.
func receiveFragments(n int) operation {
	c, text := private(fragmentSize), letters(n)
	var out otr.Output
	return operation{
		before: func() { out = must(c.end[alice].Send(text)) },
		run: func() {
			had := c.heard[bob]
			for _, msg := range out.Send { // Bob does not answer
				c.note(bob, must(c.end[bob].Receive(msg)))
			}
			if c.heard[bob] != had+n {
				panic("a message in fragments did not arrive")
			}
		},
	}
}

// sendFragments measures sending.
func sendFragments(n int) operation {
	c, text := private(fragmentSize), letters(n)
	return operation{run: func() { must(c.end[alice].Send(text)) }}
}

// memoryPerEnd returns the heap that one end of a conversation uses if there are n
// conversations.
func memoryPerEnd(n int) float64 {
	newConversation(0).exchange() // creates everything that all conversations share
	before := heap()
	all := manyConversations(n)
	after := heap()
	for _, c := range all {
		c.roundTrip(letters(100)) // keeps them all reachable until here
	}
	return float64(after-before) / float64(2*n)
}

// manyConversations returns n conversations after a key exchange and two messages each
// way.
func manyConversations(n int) []*conversation {
	all, text := make([]*conversation, n), letters(100)
	for i := range all {
		all[i] = newConversation(0)
		all[i].exchange()
		all[i].roundTrip(text)
		all[i].roundTrip(text)
	}
	return all
}

func letters(n int) []byte { return bytes.Repeat([]byte("abcdefghijklmnopqrstuvwxyz"), n/26+1)[:n] }

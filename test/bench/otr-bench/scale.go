// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// scale prints how costs grow with the number of conversations, buddies, messages,
// fragments, devices and held texts.
func scale(out *bufio.Writer, brief bool) error {
	conversations, buddies := []int{10, 100, 1000, 10000}, []int{100, 1000, 10000, 100000}
	messages, fragments := []int{1000, 10000, 100000, 1000000}, []int{10, 100, 1000, 10000}
	if brief {
		conversations, buddies, messages, fragments = conversations[:2], buddies[:2], messages[:2], fragments[:2]
	}
	growingConversations(out, conversations)
	if err := growingBuddies(out, buddies); err != nil {
		return err
	}
	growingMessages(out, messages)
	growingFragments(out, fragments)
	growingDevices(out, []int{1, 2, 4, 8, 16})
	growingHeld(out, []int{1, 4, 16, 64})
	return nil
}

// growingConversations measures conversations that are all private in one process.
func growingConversations(out *bufio.Writer, counts []int) {
	newConversation(0).exchange() // creates everything that all conversations share
	fmt.Fprint(out, "| Conversations at once | Heap for each end | Message and answer in one of them, in turn |\n|--:|--:|--:|\n")
	for _, n := range counts {
		before := heap()
		all := manyConversations(n)
		each := (heap() - before) / uint64(2*n)
		turns := max(n, 200)
		start, text := processorTime(), letters(100)
		for i := range turns {
			all[i%n].roundTrip(text)
		}
		took := (processorTime() - start) / time.Duration(turns)
		fmt.Fprintf(out, "| %d | %d B | %d µs |\n", n, each, took.Microseconds())
	}
}

// growingBuddies measures a folder with one fingerprint for each buddy.
func growingBuddies(out *bufio.Writer, counts []int) error {
	fmt.Fprint(out, "\n| Known buddies | Read | Heap | Looked up | One more saved |\n|--:|--:|--:|--:|--:|\n")
	for _, n := range counts {
		dir, err := os.MkdirTemp("", "otr-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		var file []byte
		for i := range n {
			file = fmt.Appendf(file, "buddy%07d@example.org\talice@example.org/Home\tprpl-jabber\t%040x\tverified\n", i, i)
		}
		if err := os.WriteFile(filepath.Join(dir, "otr.fingerprints"), file, 0o600); err != nil {
			return err
		}
		load := loadFingerprints(dir).time(100 * time.Millisecond)
		before := heap()
		s := must(keystore.Open(dir))
		held := heap() - before
		lookup := lookUpFingerprint(dir).time(50 * time.Millisecond)
		i := 0
		save := operation{run: func() { saveAnother(s, i); i++ }}.time(100 * time.Millisecond)
		fmt.Fprintf(out, "| %d | %.1f ms | %d kB | %.0f ns | %.1f ms |\n", n, load/1e6, held>>10, lookup, save/1e6)
		s.Close()
	}
	return nil
}

func saveAnother(s *keystore.Store, i int) {
	b := keystore.Buddy{Account: keystore.Account{Protocol: "prpl-jabber", Name: "alice@example.org/Home"}, Peer: fmt.Sprintf("new%d@example.org", i)}
	f := must(otr.ParseFingerprint(fmt.Sprintf("%040x", binary.BigEndian.AppendUint32(must(randomBytes(16)), uint32(i)))))
	must(s.Add(b, f))
}

func randomBytes(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := rand.Read(b)
	return b, err
}

// growingMessages measures one conversation, in which the direction changes every 100
// messages.
func growingMessages(out *bufio.Writer, counts []int) {
	const turn = 100
	fmt.Fprint(out, "\n| Messages in one conversation | Heap of both ends | Time for each since the line above |\n|--:|--:|--:|\n")
	before := heap()
	c, text, sent := private(0), letters(100), 0
	for _, n := range counts {
		start, first := processorTime(), sent
		for ; sent < n; sent++ {
			c.say(sent/turn%2, text)
		}
		took := (processorTime() - start) / time.Duration(n-first)
		fmt.Fprintf(out, "| %d | %d B | %.1f µs |\n", n, heap()-before, took.Seconds()*1e6)
	}
	c.roundTrip(text) // keeps it reachable until here
}

// growingFragments measures one text whose message comes in more and more fragments.
func growingFragments(out *bufio.Writer, counts []int) {
	const limit = 400
	fmt.Fprint(out, "\n| Fragments of one message | Sent and received | For each fragment |\n|--:|--:|--:|\n")
	for _, n := range counts {
		c := private(limit)
		text := letters(n * (limit - 36) / 4 * 3)
		var sent int
		took := operation{run: func() {
			o := must(c.end[alice].Send(text))
			sent = len(o.Send)
			c.pass(alice, o)
		}}.time(100 * time.Millisecond)
		fmt.Fprintf(out, "| %d | %.2f ms | %.1f µs |\n", sent, took/1e6, took/1e3/float64(sent))
	}
}

// growingDevices measures a message from one of the buddy's devices, when all have a private
// conversation with us at once.
func growingDevices(out *bufio.Writer, counts []int) {
	fmt.Fprint(out, "\n| Devices of one buddy | Message and answer with one of them, in turn |\n|--:|--:|\n")
	for _, n := range counts {
		c := newConversation(0)
		devices := make([]*otr.Session, n)
		for i := range devices {
			devices[i] = must(otr.NewSession(otr.Config{DSAKey: keys()[bob], Tag: otr.InstanceTag(0x200 + i), Policy: otr.AllowV3}))
			c.end[bob] = devices[i]
			c.exchange()
		}
		i := 0
		took := operation{run: func() {
			c.end[bob] = devices[i%n]
			i++
			c.pass(bob, must(c.end[bob].Send(letters(100))))
			c.pass(alice, must(c.end[alice].Send(letters(100))))
		}}.time(200 * time.Millisecond)
		fmt.Fprintf(out, "| %d | %.0f µs |\n", n, took/1e3)
	}
}

// growingHeld measures texts that wait for a private conversation and are sent when it has
// begun.
func growingHeld(out *bufio.Writer, counts []int) {
	fmt.Fprint(out, "\n| Texts held | Key exchange, and all of them sent and received |\n|--:|--:|\n")
	for _, n := range counts {
		took := operation{run: func() {
			c := newConversation(0)
			c.end[alice].SetPolicy(otr.AllowV3 | otr.RequireEncryption)
			for range n {
				c.pass(alice, must(c.end[alice].Send(letters(100))))
			}
			if c.heard[bob] != 100*n {
				panic("texts have been lost")
			}
		}}.time(100 * time.Millisecond)
		fmt.Fprintf(out, "| %d | %.2f ms |\n", n, took/1e6)
	}
}

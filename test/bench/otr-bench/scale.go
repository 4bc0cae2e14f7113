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

// scale prints how costs grow with the number of conversations, buddies and messages.
func scale(out *bufio.Writer, brief bool) error {
	conversations, buddies, messages := []int{10, 100, 1000}, []int{100, 1000, 10000}, []int{1000, 10000, 100000, 1000000}
	if brief {
		conversations, buddies, messages = conversations[:2], buddies[:2], messages[:2]
	}
	growingConversations(out, conversations)
	if err := growingBuddies(out, buddies); err != nil {
		return err
	}
	growingMessages(out, messages)
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

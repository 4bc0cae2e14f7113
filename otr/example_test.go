// SPDX-License-Identifier: GPL-2.0-or-later

package otr_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"purple-otr/otr"
)

// newSession makes a session with a new key.
func newSession(tag otr.InstanceTag, key string) *otr.Session {
	s, err := otr.NewSession(otr.Config{
		DSAKey: otr.KeyForExamples(key), // as otr.GenerateKey makes one, once
		Tag:    tag,                     // as otr.NewInstanceTag draws one, once
		Policy: otr.Manual,
	})
	if err != nil {
		panic(err)
	}
	return s
}

// A user is a session and a screen. Its output reaches the peer at once.
type user struct {
	*otr.Session
	name string
	peer *user
}

// act does what the caller of the engine must do with an Output: transmit messages and
// show events and texts.
func (u *user) act(out otr.Output, err error) {
	if err != nil {
		fmt.Println(u.name, "is told:", err)
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case otr.Secured:
			fmt.Printf("%s talks in private, version %d\n", u.name, e.Version)
		case otr.Ended:
			fmt.Println(u.name, "sees that the private conversation is over")
		case otr.SMPAsked:
			fmt.Printf("%s is asked %q\n", u.name, e.Question)
		case otr.SMPDone:
			fmt.Printf("%s is told that the answers are the same: %v\n", u.name, e.Same)
		}
	}
	if m := out.Message; m != nil {
		fmt.Printf("%s reads %q, private: %v\n", u.name, m.Text, !m.Fingerprint.IsZero())
	}
	for _, msg := range out.Send {
		u.peer.act(u.peer.Receive(msg))
	}
}

// A whole conversation: first unencrypted, then private, then ended.
func Example() {
	alice := &user{Session: newSession(0x100, "alice"), name: "Alice"}
	bob := &user{Session: newSession(0x200, "bob"), name: "Bob", peer: alice}
	alice.peer = bob

	alice.act(alice.Send([]byte("Shall we?")))
	bob.act(bob.Start())
	alice.act(alice.Send([]byte("Nobody else reads this.")))
	bob.act(bob.Send([]byte("Nor this.")))
	alice.act(alice.End())
	bob.act(bob.Send([]byte("Are you still there?")))

	// Output:
	// Bob reads "Shall we?", private: false
	// Bob talks in private, version 3
	// Alice talks in private, version 3
	// Bob reads "Nobody else reads this.", private: true
	// Alice reads "Nor this.", private: true
	// Bob sees that the private conversation is over
	// Bob is told: otr: the private conversation has ended
}

// echo answers one message. It is all that is needed for a bot that repeats what people
// tell it, but only in private.
func echo(s *otr.Session, msg []byte) (send [][]byte) {
	out, err := s.Receive(msg)
	send = out.Send // also if there is an error: it may be the reply to it
	if err != nil || out.Message == nil || out.Message.Fingerprint.IsZero() {
		return send
	}
	// Answer the client that wrote this. There may be other channels, because anybody who
	// can send in a user's name can open one.
	from := *out.Message
	out, err = s.SendTo(from.From, from.Fingerprint, append([]byte("You said: "), from.Text...))
	if err != nil {
		return send
	}
	return append(send, out.Send...)
}

// A bot that repeats what people tell it.
func Example_echo() {
	bot, alice := newSession(0x100, "bot"), newSession(0x200, "alice")
	// deliver passes messages to the bot, and its answers back, until none are left.
	deliver := func(out otr.Output, err error) {
		for queue := out.Send; err == nil && len(queue) > 0; queue = queue[1:] {
			for _, answer := range echo(bot, queue[0]) {
				out, err = alice.Receive(answer)
				queue = append(queue, out.Send...)
				if out.Message != nil {
					fmt.Printf("%s\n", out.Message.Text)
				}
			}
		}
	}
	deliver(alice.Start())
	deliver(alice.Send([]byte("hello")))
	deliver(alice.Send([]byte("Is there anybody else?")))
	// Output:
	// You said: hello
	// You said: Is there anybody else?
}

// Held text waits for a channel, and is sent when there is one.
func ExampleSession_Send_requireEncryption() {
	alice := newSession(0x100, "alice")
	alice.SetPolicy(otr.Always)
	out, err := alice.Send([]byte("not before it is private"))
	fmt.Printf("%s %T %v\n", out.Send[0], out.Events[0], err)
	fmt.Println(slices.ContainsFunc(out.Send, func(msg []byte) bool { return strings.Contains(string(msg), "private") }))
	// Output:
	// ?OTRv23? otr.Held <nil>
	// false
}

// Tick returns when it must be called next. Here a text waits for a channel that never
// opens, and is returned.
func ExampleSession_Tick() {
	start := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	now := start
	alice, err := otr.NewSession(otr.Config{Tag: 0x100, Policy: otr.Always, Now: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	if _, err := alice.Send([]byte("Are you there?")); err != nil {
		panic(err)
	}
	for out, next := alice.Tick(); ; out, next = alice.Tick() {
		for _, e := range out.Events {
			if e, ok := e.(otr.Returned); ok {
				fmt.Printf("after %v: %q has not been sent\n", now.Sub(start), e.Text)
			}
		}
		if next.IsZero() {
			break // nothing to wait for, until another method is called
		}
		now = next // a program has a timer for this
	}
	// Output:
	// after 2m0s: "Are you there?" has not been sent
}

// Alice asks something that only Bob can answer. The answer itself is not sent, and
// neither side can find out the other's: both learn only whether the answers are the same.
func ExampleSession_StartSMP() {
	alice := &user{Session: newSession(0x100, "alice"), name: "Alice"}
	bob := &user{Session: newSession(0x200, "bob"), name: "Bob", peer: alice}
	alice.peer = bob
	alice.act(alice.Start())

	alice.act(alice.StartSMP("Where did we meet?", []byte("at the lake")))
	bob.act(bob.AnswerSMP([]byte("in town")))
	alice.act(alice.StartSMP("And what did you bring?", []byte("a boat")))
	bob.act(bob.AnswerSMP([]byte("a boat")))

	// Output:
	// Alice talks in private, version 3
	// Bob talks in private, version 3
	// Bob is asked "Where did we meet?"
	// Bob is told that the answers are the same: false
	// Alice is told that the answers are the same: false
	// Bob is asked "And what did you bring?"
	// Bob is told that the answers are the same: true
	// Alice is told that the answers are the same: true
}

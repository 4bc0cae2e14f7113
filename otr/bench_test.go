// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"runtime"
	"testing"
)

// benchSides returns two sessions, configured like an application's.
func benchSides(b *testing.B, keys [2]*PrivateKey, maxMessage int) (alice, bob *Session) {
	b.Helper()
	var s [2]*Session
	for i := range s {
		var err error
		s[i], err = NewSession(Config{
			DSAKey: keys[i], Tag: InstanceTag(0x1000 + i), Policy: AllowV3, Rand: rand.Reader, MaxMessage: maxMessage,
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return s[0], s[1]
}

func benchKeys() [2]*PrivateKey { return [2]*PrivateKey{testKey("alice"), testKey("bob")} }

// must returns out, the result of a call that has to succeed.
func must(b *testing.B, out Output, err error) Output {
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// converse delivers what from sends, and all answers, until nothing is left to deliver.
func converse(b *testing.B, from, to *Session, out Output) {
	for len(out.Send) > 0 {
		var answers Output
		for _, msg := range out.Send {
			got, err := to.Receive(msg)
			answers.Send = append(answers.Send, must(b, got, err).Send...)
		}
		out, from, to = answers, to, from
	}
}

func keyExchange(b *testing.B, alice, bob *Session) {
	out, err := alice.Start()
	converse(b, alice, bob, must(b, out, err))
	if alice.Status().State != Encrypted || bob.Status().State != Encrypted {
		b.Fatal("not encrypted")
	}
}

// conversation returns two sides that have exchanged several messages.
func conversation(b *testing.B, maxMessage int) (alice, bob *Session) {
	alice, bob = benchSides(b, benchKeys(), maxMessage)
	keyExchange(b, alice, bob)
	for range 4 {
		say(b, alice, bob, []byte("x"))
		say(b, bob, alice, []byte("x"))
	}
	return alice, bob
}

// say sends text and lets the peer receive it.
func say(b *testing.B, from, to *Session, text []byte) {
	out, err := from.Send(text)
	for i, msg := range must(b, out, err).Send {
		got, err := to.Receive(msg)
		if must(b, got, err); i == len(out.Send)-1 && len(got.Message.Text) != len(text) {
			b.Fatal("something else arrived")
		}
	}
}

func BenchmarkKeyExchange(b *testing.B) {
	keys := benchKeys()
	b.ReportAllocs()
	for b.Loop() {
		alice, bob := benchSides(b, keys, 0)
		keyExchange(b, alice, bob)
	}
}

func BenchmarkPingPong(b *testing.B) {
	alice, bob := conversation(b, 0)
	text := bytes.Repeat([]byte("x"), 100)
	b.ReportAllocs()
	for b.Loop() {
		say(b, alice, bob, text)
		say(b, bob, alice, text)
	}
}

func BenchmarkStream(b *testing.B) {
	for _, n := range []int{100, 1000, 60000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			alice, bob := conversation(b, 0)
			text := bytes.Repeat([]byte("x"), n)
			b.ReportAllocs()
			for b.Loop() {
				say(b, alice, bob, text)
			}
		})
	}
}

// BenchmarkFragments receives messages of several sizes, in fragments of 200 bytes.
func BenchmarkFragments(b *testing.B) {
	for _, n := range []int{64 << 10, 256 << 10} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			alice, bob := conversation(b, 200)
			text := bytes.Repeat([]byte("x"), n)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				out, err := alice.Send(text)
				must(b, out, err)
				b.StartTimer()
				for _, msg := range out.Send {
					got, err := bob.Receive(msg)
					must(b, got, err)
				}
			}
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	alice, _ := conversation(b, 200)
	text := bytes.Repeat([]byte("x"), 64<<10)
	b.ReportAllocs()
	for b.Loop() {
		out, err := alice.Send(text)
		must(b, out, err)
	}
}

func BenchmarkSMP(b *testing.B) {
	alice, bob := conversation(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		out, err := alice.StartSMP("", []byte("secret"))
		converse(b, alice, bob, must(b, out, err))
		out, err = bob.AnswerSMP([]byte("secret"))
		converse(b, bob, alice, must(b, out, err))
	}
}

// BenchmarkMemory reports how much heap one side of an encrypted conversation uses after
// two round trips.
func BenchmarkMemory(b *testing.B) {
	const pairs = 500
	keys := benchKeys()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	conversation(b, 0) // what is made once for all
	for b.Loop() {
		before := heap()
		var sessions []*Session
		for range pairs {
			alice, bob := benchSides(b, keys, 0)
			keyExchange(b, alice, bob)
			for range 2 {
				say(b, alice, bob, []byte("hello"))
				say(b, bob, alice, []byte("hello"))
			}
			sessions = append(sessions, alice, bob)
		}
		b.ReportMetric(float64(heap()-before)/float64(len(sessions)), "B/end")
		runtime.KeepAlive(sessions)
	}
}

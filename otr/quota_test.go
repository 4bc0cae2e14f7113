// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// sharing gives a session the quota q.
func sharing(q *Quota) func(*Config) { return func(c *Config) { c.Quota = q } }

func familiar(c *Config) { c.Familiar = true }

// manySessions makes n sessions that share q.
func manySessions(t *testing.T, n int, q *Quota, now func() time.Time) []*Session {
	key, all := testKey("alice"), make([]*Session, n)
	for i := range all {
		s, err := NewSession(Config{Tag: 0x200, Policy: Manual, DSAKey: key, Quota: q, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		all[i] = s
	}
	return all
}

// counted returns what q says all sessions use, and what they really use.
func counted(q *Quota, all ...*Session) (says, real int) {
	for _, s := range all {
		real += s.unproven()
	}
	return q.strangers.used + q.familiar.used, real
}

// heap returns the memory in use, in bytes.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// What strangers send first, under however many names, costs a bounded amount of memory,
// and two minutes later nothing.
func TestQuotaOfStrangers(t *testing.T) {
	for _, piece := range []int{1, 400, 60_000} {
		q, clock := NewQuota(), newClock()
		text := strings.Repeat("x", piece)
		n := min(10_000, 1_000_000_000/8/piece)
		all := manySessions(t, n, q, clock.now)
		before := heap()
		for _, s := range all {
			for tag := range 8 {
				if _, err := s.Receive(fmt.Appendf(nil, "?OTR|%x|0,1,65535,%s,", 0x1000+tag, text)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if more := heap() - before; more > 8<<20 {
			t.Errorf("pieces of %d bytes from %d strangers: %d kB more", piece, n, more>>10)
		}
		if says, real := counted(q, all...); says != real || says > strangersLimit {
			t.Errorf("%d bytes counted, %d used", says, real)
		}
		clock.pass(partialFor)
		for _, s := range all {
			s.Tick()
		}
		if says, real := counted(q, all...); says != 0 || real != 0 || len(q.strangers.by) != 0 {
			t.Errorf("two minutes later: %d bytes counted, %d used, by %d", says, real, len(q.strangers.by))
		}
	}
}

// Key exchanges that nobody continues count too: those that strangers begin, and those
// that we begin because of their queries.
func TestQuotaOfHalfOpenExchanges(t *testing.T) {
	q, clock := NewQuota(), newClock()
	stranger := newSide(t, "bob", Manual, at(clock))
	all := manySessions(t, 1000, q, clock.now)
	for _, s := range all {
		if _, err := s.Receive([]byte("?OTRv3?")); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		stranger.tag = InstanceTag(0x1000 + i)
		clear(stranger.commits)
		out, _ := stranger.Receive([]byte("?OTRv3?"))
		for _, s := range all[:min(200, len(all))] {
			if _, err := s.Receive(out.Send[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if says, real := counted(q, all...); says != real || says > strangersLimit || says < strangersLimit/2 {
		t.Errorf("%d bytes counted, %d used", says, real)
	}
	for range 2 { // an exchange that was begun again is over after the second minute
		clock.pass(halfOpenFor)
		for _, s := range all {
			s.Tick()
		}
	}
	if says, real := counted(q, all...); says != 0 || real != 0 {
		t.Errorf("two minutes later: %d bytes counted, %d used", says, real)
	}
}

// A buddy's message arrives completely, however many strangers write meanwhile. The buddy
// is known from the list, or because our user has written to them.
func TestQuotaStarvesNoBuddy(t *testing.T) {
	how := map[string]func(*Config){"list": familiar, "written": func(*Config) {}}
	for name, option := range how {
		q := NewQuota()
		pr := private(t, AllowV3, sharing(q), option)
		if name == "written" {
			pr.alice.say("hello")
			pr.pump()
		}
		pr.bob.maxMessage = 400
		text := strings.Repeat("something long ", 2000)
		pr.bob.say(text)
		for i := 0; len(pr.bob.flying) > 0; i++ {
			pr.deliver(pr.bob)
			for _, s := range manySessions(t, 100, q, nil) {
				if _, err := s.Receive(fmt.Appendf(nil, "?OTR|1000|0,1,65535,%s,", strings.Repeat("x", 1000))); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := pr.alice.texts(); len(got) == 0 || got[len(got)-1] != text {
			t.Errorf("%s: the message has not come", name)
		}
	}
}

// If everybody is a stranger, those who send most lose their data first, so that someone
// who sends little can be read.
func TestQuotaMakesRoomWhereMostIs(t *testing.T) {
	q := NewQuota()
	small := newSide(t, "alice", Manual, sharing(q))
	small.get([]byte("?OTR|1000|0,1,2,?OTR Error: wro,"))
	for _, s := range manySessions(t, 10_000, q, nil) {
		s.Receive(fmt.Appendf(nil, "?OTR|1000|0,1,2,%s,", strings.Repeat("x", 600)))
	}
	small.get([]byte("?OTR|1000|0,2,2,ng,"))
	if saw[PeerError](small) != 1 {
		t.Error("what has used little has made room")
	}
}

// The memory that buddies' sessions use is bounded too.
func TestQuotaOfBuddies(t *testing.T) {
	q := NewQuota()
	all := manySessions(t, 20, q, nil)
	for _, s := range all {
		s.familiar = true
		for tag := range maxPartial {
			for k := 1; k <= 4; k++ {
				s.Receive(fmt.Appendf(nil, "?OTR|%x|0,%d,65535,%s,", 0x1000+tag, k, strings.Repeat("x", 200_000)))
			}
		}
	}
	if says, real := counted(q, all...); says != real || says > familiarLimit {
		t.Errorf("%d bytes counted, %d used", says, real)
	}
}

// A session that is no longer used no longer counts. What moves from the strangers' part
// to the buddies' part counts once.
func TestQuotaCountsOnce(t *testing.T) {
	q := NewQuota()
	s := newSide(t, "alice", Manual, sharing(q))
	s.get([]byte("?OTR|1000|0,1,2,hello,"))
	if q.strangers.used == 0 || q.familiar.used != 0 {
		t.Fatalf("%+v", q)
	}
	s.say("who is there?")
	s.get([]byte("?OTR|1001|0,1,2,hello,"))
	if says, real := counted(q, s.Session); q.strangers.used != 0 || says != real || says == 0 {
		t.Errorf("%d counted, %d used, %d as a stranger's", says, real, q.strangers.used)
	}
	s.Discard()
	if says, real := counted(q, s.Session); says != 0 || real != 0 {
		t.Errorf("%d counted, %d used", says, real)
	}
}

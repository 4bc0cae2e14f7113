// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/wire"
)

// exchange4Scene is an exchange of version 4 that Bob has begun, after step messages; from sends the
// next one.
func exchange4Scene(t tb, step int) (pr *pair, from *side) {
	t.Helper()
	pr = newPair(t, AllowV4, AllowV4)
	pr.bob.get([]byte("?OTRv4?"))
	from = pr.bob
	for range step {
		pr.deliver(from)
		from = pr.other(from)
	}
	return pr, from
}

// change returns msg with another byte.
func change(t tb, msg []byte, i int) []byte {
	t.Helper()
	b, err := wire.Dearmor(msg)
	if err != nil {
		t.Fatalf("%v", err)
	}
	b[(i+len(b))%len(b)] ^= 1
	return wire.Armor(b)
}

// A byte of a message is changed, in each part of each message: nothing is shown, nothing claims
// success, nothing is answered but by an error, and the genuine message works afterwards.
func TestTamperingVersion4(t *testing.T) {
	scenes := map[string]func() (*pair, *side){
		"Data": func() (*pair, *side) {
			pr := private4(t, AllowV4)
			pr.wantTalk()
			pr.alice.forget()
			pr.bob.forget()
			pr.alice.say("text")
			return pr, pr.alice
		},
		"the last Data": func() (*pair, *side) {
			pr := private4(t, AllowV4)
			pr.wantTalk()
			pr.alice.forget()
			pr.bob.forget()
			pr.alice.end()
			return pr, pr.alice
		},
	}
	for step, name := range []string{"Identity", "Auth-R", "Auth-I"} {
		scenes[name] = func() (*pair, *side) { return exchange4Scene(t, step) }
	}
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			pr, from := scene()
			to := pr.other(from)
			msg := from.drop()
			b, err := wire.Dearmor(msg)
			if err != nil {
				t.Fatal(err)
			}
			end := len(b)
			if _, m, _ := parsed(msg); m.Type() == wire.TypeData {
				end -= 4 + len(m.(wire.Data4).OldMACKeys) // those are not authenticated
			}
			each := 1
			if testing.Short() {
				each = 7
			}
			for i := 0; i < end; i += each {
				copied := &side{Session: deepCopy(to.Session), t: t, name: "a copy"}
				bad := change(t, msg, i)
				out := unmoved(t, copied, bad, fmt.Sprintf("byte %d", i))
				for _, m := range out.Send {
					// Not all of an Identity Message is signed: what follows tells.
					if !strings.HasPrefix(string(m), errorPrefix) && name != "Identity" {
						t.Fatalf("byte %d: answered with %.40q", i, m)
					}
				}
			}
			for i := 0; i < len(b)-1; i += 2*each - 1 {
				copied := &side{Session: deepCopy(to.Session), t: t, name: "a copy"}
				unmoved(t, copied, wire.Armor(b[:i]), fmt.Sprintf("%d bytes", i))
			}
			if _, err := to.get(msg); err != nil {
				t.Errorf("the genuine message: %v", err)
			}
			if name == "Data" && !slices.Equal(to.texts(), []string{"text"}) {
				t.Errorf("%q", to.texts())
			}
		})
	}
}

// What we have sent comes back to us, whatever it is: nothing comes of it.
func TestReflectedMessagesVersion4(t *testing.T) {
	for _, n := range []int{0, 300} {
		pr := newPair(t, AllowV4, AllowV4, limit(n))
		pump := func() {
			t.Helper()
			for len(pr.alice.flying)+len(pr.bob.flying) > 0 {
				for _, s := range []*side{pr.alice, pr.bob} {
					if len(s.flying) == 0 {
						continue
					}
					before, reflected := s.Status(), saw[Reflected](s)
					out, err := s.get(s.flying[0])
					if err != nil || out.Message != nil || len(out.Send) != 0 || s.Status() != before || saw[Reflected](s) != reflected+1 {
						t.Fatalf("type %#x: %+v, %v", typeOf(s.flying[0]), out, err)
					}
					pr.deliver(s)
				}
			}
		}
		pr.bob.get([]byte("?OTRv4?"))
		pump()
		for range 3 {
			pr.alice.say("text")
			pump()
			pr.bob.say("text")
			pump()
		}
		pr.alice.must(pr.alice.StartSMP("question?", []byte("lake")))
		pump()
		pr.bob.must(pr.bob.AnswerSMP([]byte("lake")))
		pump()
		_, out, err := pr.bob.ExtraKey(1, nil)
		pr.bob.must(out, err)
		pump()
		pr.bob.start()
		pump()
		pr.alice.end()
		pump()
		pr.wantState(Plaintext, Finished)
		if !event[SMPDone](pr.alice).Same || saw[ExtraKeyAsked](pr.alice) != 1 || saw[Secured](pr.bob) != 2 || len(pr.bob.shown) != 3 {
			t.Errorf("bob sees %v", pr.bob.events)
		}
	}
}

// An Identity Message is replayed in each state: it gets the same answer while its exchange is going on,
// and none once that has completed. Whatever it is answered with, nobody can continue, and what was going
// on goes on.
func TestReplayedIdentity(t *testing.T) {
	old, _ := exchange4Scene(t, 0)
	identity := old.bob.flying[0]
	old.pump()
	bob := old.bob.tag
	replay := func(t *testing.T, s *side, again, waits bool) {
		t.Helper()
		before := s.Status()
		first, err := s.Receive(identity)
		if err != nil || len(first.Events) != 0 || (len(first.Send) == 1) != again || s.Status() != before {
			t.Fatalf("%+v, %v", first, err)
		}
		if ex := s.four.exchanges[bob]; (ex != nil && ex.ake.AwaitsAuthI()) != waits {
			t.Errorf("waits for Auth-I: %v", !waits)
		}
		second, err := s.Receive(identity)
		if err != nil || len(second.Send) != len(first.Send) || again && !slices.Equal(second.Send[0], first.Send[0]) {
			t.Errorf("another answer to the same: %v", err)
		}
	}
	scenes := map[string]struct {
		step         int // of another exchange of the two
		again, waits bool
	}{"no exchange": {-1, true, true}, "awaiting Auth-I": {1, true, true}, "encrypted": {3, true, true}}
	for name, c := range scenes {
		t.Run(name, func(t *testing.T) {
			pr := newPair(t, AllowV4, AllowV4, reseeded("another"))
			for step := range c.step + 1 {
				if step == 0 {
					pr.bob.get([]byte("?OTRv4?"))
					continue
				}
				pr.deliver([]*side{pr.bob, pr.alice}[(step-1)%2])
			}
			replay(t, pr.alice, c.again, c.waits)
			if c.step < 0 {
				pr.bob.get([]byte("?OTRv4?"))
			}
			pr.pump()
			pr.wantState(Encrypted, Encrypted)
			pr.wantTalk()
		})
	}
	t.Run("awaiting Auth-R", func(t *testing.T) {
		for i := range 4 { // either may have the higher hash
			pr := newPair(t, AllowV4, AllowV4, reseeded(fmt.Sprint("awaiting", i)))
			pr.alice.get([]byte("?OTRv4?"))
			if out, err := pr.alice.Receive(identity); err != nil || len(out.Send) != 1 || len(out.Events) != 0 {
				t.Fatalf("%+v, %v", out, err)
			}
			pr.pump()
			pr.clock.pass(2 * retryAfter) // alice's may have yielded to it
			pr.alice.tick()
			pr.pump()
			pr.wantState(Encrypted, Encrypted)
			pr.wantTalk()
		}
	})
	t.Run("its exchange has completed", func(t *testing.T) {
		replay(t, old.alice, false, false)
		old.wantTalk()
	})
	t.Run("its exchange is going on", func(t *testing.T) {
		pr, _ := exchange4Scene(t, 1)
		answer := pr.alice.flying[0]
		if out, err := pr.alice.Receive(identity); err != nil || !slices.Equal(only(t, out), answer) {
			t.Errorf("another answer: %v", err)
		}
		pr.pump()
		pr.wantTalk()
	})
	t.Run("the channel has ended", func(t *testing.T) {
		old.bob.end()
		old.pump()
		replay(t, old.alice, false, false)
		old.wantState(Finished, Plaintext)
	})
}

// Strangers send Identity Messages without end: only a few are answered, and what is kept is
// bounded. Then the genuine one is answered.
func TestIdentityFlood(t *testing.T) {
	pr := newPair(t, AllowV4, AllowV4)
	answers := 0
	for i := range 40 {
		m := newSide(t, "mallory", AllowV4, at(pr.clock), tagged(InstanceTag(0x5000+i)), reseeded(fmt.Sprint(i)))
		m.get([]byte("?OTRv4?"))
		out, err := pr.alice.get(m.drop())
		if err != nil {
			t.Fatal(err)
		}
		answers += len(out.Send)
	}
	if answers != maxAnswers || len(pr.alice.four.exchanges) != maxAnswers {
		t.Errorf("%d answers, %d exchanges", answers, len(pr.alice.four.exchanges))
	}
	pr.alice.flying = nil
	pr.clock.pass(answerEvery)
	pr.alice.tick()
	pr.bob.get([]byte("?OTRv4?"))
	pr.pump()
	pr.wantState(Encrypted, Encrypted)
	for range 10 {
		_, next := pr.alice.tick()
		if next.IsZero() {
			break
		}
		pr.clock.until(next)
	}
	if n := len(pr.alice.four.exchanges); n != 0 {
		t.Errorf("%d exchanges are left", n)
	}
}

// Data of an exchange that another one has replaced is read for a minute, and then no more.
func TestOldDataAfterASecondExchange(t *testing.T) {
	pr := private4(t, AllowV4)
	pr.wantTalk()
	pr.bob.forget()
	old := [][]byte{only(t, pr.alice.say("one")), only(t, pr.alice.say("two"))}
	pr.alice.flying = nil
	pr.alice.start()
	pr.pump()
	if !event[Secured](pr.bob).Refreshed {
		t.Fatal("not refreshed")
	}
	pr.bob.get(old[0])
	if got := pr.bob.texts(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("%q", got)
	}
	pr.clock.pass(oldFor)
	pr.bob.tick()
	if _, err := pr.bob.get(old[1]); err == nil || len(pr.bob.shown) != 1 {
		t.Errorf("%v, %q", err, pr.bob.texts())
	}
	pr.bob.flying = nil
	pr.bob.forget()
	pr.alice.forget()
	pr.wantTalk()
}

// data4 returns the parsed Data Message of version 4 and the header.
func data4(t tb, msg []byte) (wire.Header, wire.Data4) {
	t.Helper()
	h, m, err := parsed(msg)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return h, m.(wire.Data4)
}

// Numbers out of range are refused without a lot of work, and the channel goes on.
func TestImpossibleNumbers(t *testing.T) {
	pr := private4(t, AllowV4)
	pr.wantTalk()
	pr.alice.forget()
	pr.bob.forget()
	msg := only(t, pr.alice.say("text"))
	for _, change := range []func(m *wire.Data4){
		func(m *wire.Data4) { m.Number = 1<<32 - 1 },
		func(m *wire.Data4) { m.Number += 1001 },
		func(m *wire.Data4) { m.Previous = 1<<32 - 1 },
		func(m *wire.Data4) { m.Ratchet += 3 },
		func(m *wire.Data4) { m.Ratchet = 1<<32 - 1; m.DH = nil },
	} {
		h, m := data4(t, msg)
		change(&m)
		if m.DH == nil && wire.HasDH(m.Ratchet) {
			m.DH = []byte{4}
		}
		start := time.Now()
		if out, err := pr.bob.get(wire.Armor(wire.Append(nil, h, m))); err == nil || out.Message != nil {
			t.Errorf("%+v is taken", m)
		}
		if time.Since(start) > 10*time.Second {
			t.Error("a lot of work")
		}
	}
	pr.bob.forget()
	pr.pump()
	if got := pr.bob.texts(); !slices.Equal(got, []string{"text"}) {
		t.Errorf("%q", got)
	}
}

// Each kind of message that cannot be used gets its error message, not more than one in a while;
// and the user gets words of ours.
func TestErrorsVersion4(t *testing.T) {
	pr := private4(t, AllowV4)
	pr.wantTalk()
	pr.alice.say("text")
	bad := change(t, pr.alice.drop(), -80)
	stranger := newSide(t, "mallory", AllowV4, at(pr.clock), tagged(0x7777))
	other := &pair{t, pr.clock, stranger, newSide(t, "bob", AllowV4, at(pr.clock))}
	stranger.start()
	other.pump()
	stray := only(t, stranger.say("stray"))
	silent := only(t, stranger.must(stranger.StartSMP("", []byte("x"))))
	wrong := wire.Armor(wire.Append(nil, wire.Header{Version: wire.V4, Sender: 0x10, Receiver: uint32(pr.bob.tag)}, wire.AuthI{}))
	for _, c := range []struct {
		msg  []byte
		want string
		ours string
	}{{bad, unreadable4, unreadableText}, {stray, noChannel4, unreadableText}, {wrong, malformed4, malformedText}, {silent, "", ""}} {
		pr.clock.pass(time.Minute)
		pr.bob.forget()
		pr.alice.forget()
		out, err := pr.bob.get(c.msg)
		if err == nil {
			t.Fatalf("%q: no error", c.want)
		}
		if c.want == "" {
			if len(out.Send)+len(out.Events) != 0 {
				t.Errorf("%+v", out)
			}
			continue
		}
		if got := string(only(t, out)); got != errorPrefix+c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if c.want != malformed4 && saw[Unreadable](pr.bob) != 1 {
			t.Errorf("%v", pr.bob.events)
		}
		pr.deliver(pr.bob)
		if got := event[PeerError](pr.alice); " "+got.Text != c.ours {
			t.Errorf("%+v", got)
		}
		if out, _ := pr.bob.get(change(t, c.msg, -70)); len(out.Send) != 0 {
			t.Error("another error message at once")
		}
	}
}

// Texts that overtake the Auth-I Message are read after it, in order; some of them.
func TestDataBeforeAuthI(t *testing.T) {
	pr, from := exchange4Scene(t, 2)
	authI := from.drop()
	var want []string
	for i := range maxEarly + 2 {
		text := fmt.Sprint("text ", i)
		pr.bob.say(text)
		if i < maxEarly {
			want = append(want, text)
		}
		out, _ := pr.deliver(pr.bob)
		if out.Message != nil || i < maxEarly && len(out.Send)+len(out.Events) != 0 {
			t.Fatalf("text %d: %+v", i, out)
		}
	}
	pr.alice.get(authI)
	if got := pr.alice.texts(); !slices.Equal(got, want) {
		t.Errorf("alice reads %q, want %q", got, want)
	}
	pr.alice.forget()
	pr.bob.forget()
	pr.wantTalk()
}

// Texts wait for a minute, if the Auth-I Message does not come.
func TestDataThatWaitsInVain(t *testing.T) {
	pr, from := exchange4Scene(t, 2)
	from.drop()
	pr.bob.say("text")
	pr.deliver(pr.bob)
	for range 20 {
		_, next := pr.alice.tick()
		pr.alice.flying = nil
		if next.IsZero() {
			break
		}
		pr.clock.until(next)
	}
	if saw[Unreadable](pr.alice) != 1 || len(pr.alice.four.exchanges) != 0 {
		t.Errorf("%v", pr.alice.events)
	}
}

// A profile that has expired says so: one of the clocks is wrong.
func TestExpiredProfile(t *testing.T) {
	pr, _ := exchange4Scene(t, 0)
	pr.clock.pass(profileFor)
	if _, err := pr.deliver(pr.bob); !errors.Is(err, ErrExpired) {
		t.Errorf("%v", err)
	}
}

// The receiver of each message is known from outside, also of a fragment.
func TestReceiverVersion4(t *testing.T) {
	for _, n := range []int{0, 200} {
		pr := private4(t, AllowV4, limit(n))
		pr.wantTalk()
		for i, msg := range slices.Concat(pr.alice.sent, pr.bob.sent) {
			to := pr.bob.tag
			if i >= len(pr.alice.sent) {
				to = pr.alice.tag
			}
			tag, ok := Receiver(msg)
			toAnybody := !ok && tag == 0 && (typeOf(msg) == wire.TypeIdentity || strings.Contains(string(msg), "|00000000,")) ||
				strings.HasPrefix(string(msg), "?OTRv")
			if (!ok || tag != to) && !toAnybody {
				t.Errorf("%.60q is for %x, %v", msg, tag, ok)
			}
		}
	}
}

// Our profile is renewed in time.
func TestProfileIsMadeAnew(t *testing.T) {
	pr := private4(t, AllowV4)
	first := pr.alice.four.us
	pr.clock.pass(profileFor - profileLeft - time.Second)
	if pr.alice.handshakes4().ourselves() != first {
		t.Error("too early")
	}
	pr.clock.pass(time.Second)
	if got := pr.alice.handshakes4().ourselves(); got == first || got.Profile.Expiry.Sub(pr.clock.now()) != profileFor {
		t.Error("not renewed")
	}
}

// A channel ends without a new key of ours, even if the peer goes on writing.
func TestChannelWithoutNewKeysEnds(t *testing.T) {
	for _, after := range []time.Duration{0, time.Hour} {
		pr := private4(t, AllowV4)
		pr.alice.SetIdle(Idle{After: after})
		life := after
		if life == 0 {
			life = ratchetFor
		}
		pr.wantTalk()
		pr.wantTalk()
		pr.alice.say("with a new key")
		for range 3 {
			pr.clock.pass(life / 4)
			pr.alice.say("nobody answers")
			pr.alice.tick()
		}
		if pr.alice.Status().State != Encrypted {
			t.Fatal("too early")
		}
		pr.clock.pass(life / 4)
		pr.alice.tick()
		if pr.alice.Status().State != Finished || saw[Expired](pr.alice) != 1 {
			t.Errorf("%v: %v", after, pr.alice.Status().State)
		}
	}
}

// Both ends agree on the extra key, and one record of a message counts.
func TestExtraKeyVersion4(t *testing.T) {
	pr := private4(t, AllowV4)
	for range 3 {
		key, out, err := pr.alice.ExtraKey(7, []byte("file"))
		pr.alice.must(out, err)
		pr.pump()
		if e := event[ExtraKeyAsked](pr.bob); string(e.Key) != string(key) || len(key) != 64 || e.Use != 7 || string(e.Data) != "file" {
			t.Errorf("%+v, want %x", e, key)
		}
		pr.wantTalk()
	}
	pr.bob.forget()
	tlv := wire.TLV{Type: wire.TLV4ExtraKey, Value: []byte("uses")}
	var out Output
	pr.alice.must(out, pr.alice.seal(pr.alice.selected(), &out, 0, nil, tlv, tlv))
	pr.alice.take(out)
	pr.pump()
	if n := saw[ExtraKeyAsked](pr.bob); n != 1 {
		t.Errorf("%d keys", n)
	}
}

// SMP tells whether both have typed the same, also if both begin at once.
func TestSMPVersion4(t *testing.T) {
	for _, answer := range []string{"lake", "sea"} {
		pr := private4(t, AllowV4)
		pr.alice.must(pr.alice.StartSMP("Where?", []byte("lake")))
		pr.pump()
		if q := event[SMPAsked](pr.bob).Question; q != "Where?" {
			t.Errorf("asked %q", q)
		}
		pr.bob.must(pr.bob.AnswerSMP([]byte(answer)))
		pr.pump()
		for _, s := range []*side{pr.alice, pr.bob} {
			if got := event[SMPDone](s); got.Same != (answer == "lake") || got.Fingerprint != pr.other(s).fingerprint(V4) {
				t.Errorf("%+v", got)
			}
		}
	}
	pr := private4(t, AllowV4)
	pr.alice.must(pr.alice.StartSMP("", []byte("lake")))
	pr.bob.must(pr.bob.StartSMP("", []byte("lake")))
	pr.pump()
	if !event[SMPDone](pr.alice).Same || !event[SMPDone](pr.bob).Same {
		t.Error("the secrets differ")
	}
}

// A conversation in fragments that arrive in any order and twice; and padded.
func TestFragmentsVersion4(t *testing.T) {
	for _, n := range []int{46, 150, 417} {
		for _, padding := range []bool{false, true} {
			pr := private4(t, AllowV4, limit(n), func(c *Config) { c.Padding = padding })
			for i := range 5 {
				pr.alice.say(fmt.Sprint("text ", i, strings.Repeat("x", 100*i)))
			}
			r := seeded(fmt.Sprint(n))
			msgs := append(slices.Clone(pr.alice.flying), pr.alice.flying...)
			pr.alice.flying = nil
			for i := range msgs {
				j := i + int(r.Uint64()%uint64(min(20, len(msgs)-i)))
				msgs[i], msgs[j] = msgs[j], msgs[i]
				if len(msgs[i]) > n {
					t.Fatalf("%d characters", len(msgs[i]))
				}
				pr.bob.get(msgs[i])
			}
			got := pr.bob.texts()
			slices.Sort(got)
			if len(got) != 5 || !strings.HasPrefix(got[4], "text 4") {
				t.Errorf("limit %d: bob reads %q", n, got)
			}
			pr.bob.flying = nil
			pr.bob.forget()
			pr.wantTalk()
		}
	}
}

// No identifier of a message in fragments is used again while the message may be on its way, not even
// if the source of randomness repeats itself.
func TestIdentifiersOfFragments(t *testing.T) {
	pr := private4(t, AllowV4, limit(200))
	pr.wantTalk()
	pr.alice.rand = zeros{}
	seen := map[string]bool{}
	for range len(pr.alice.four.identifiers) {
		for i, msg := range pr.alice.say(strings.Repeat("x", 200)).Send {
			id, _, _ := strings.Cut(strings.TrimPrefix(string(msg), "?OTR|"), "|")
			if seen[id] && i == 0 {
				t.Errorf("identifier %s again", id)
			}
			seen[id] = true
		}
	}
	pr.pump()
	if got := len(pr.bob.texts()); got != len(seen)+1 {
		t.Errorf("bob reads %d texts", got)
	}
}

// zeros is a source of randomness without any.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A request for an older version alone does not take version 4 away, and a peer who in fact has lost
// it gets a request for any version.
func TestOlderRequestDuringVersion4(t *testing.T) {
	pr := private4(t, Manual)
	before := pr.alice.Status().Fingerprint
	pr.alice.get([]byte("?OTRv23?"))
	event[Downgraded](pr.alice)
	pr.pump()
	if got := pr.alice.Status(); got.Version != V4 || got.Fingerprint != before {
		t.Errorf("%+v", got)
	}
	pr.bob.forget()
	pr.alice.forget()
	pr.wantFour()

	again := newSide(t, "bob", Manual, at(pr.clock), tagged(pr.bob.tag), reseeded("again"))
	lost := &pair{t, pr.clock, pr.alice, again}
	again.start()
	asked := pr.clock.t
	for range 2 * maxRetries {
		lost.pump()
		_, next := pr.alice.tick()
		if next.IsZero() || again.Status().State == Encrypted {
			break
		}
		pr.clock.until(next)
	}
	if again.Status().Version != V3 {
		t.Error("no version 3 either")
	}
	if took := pr.clock.t.Sub(asked); took > 10*time.Second {
		t.Errorf("the peer waits for %v", took)
	}
}

// The Auth-I Message is lost: what cannot be read begins the exchange again, and what was said is
// sent again.
func TestLostAuthI(t *testing.T) {
	pr := private4(t, AllowV4)
	pr.wantTalk()
	pr.alice.forget()
	pr.bob.forget()
	pr.bob.start() // Identity of Bob's
	pr.deliver(pr.bob)
	pr.deliver(pr.alice)
	pr.bob.drop()
	pr.bob.say("under the new keys")
	pr.pump()
	for range 5 {
		_, next := pr.alice.tick()
		if next.IsZero() || len(pr.alice.shown) > 0 {
			break
		}
		pr.clock.until(next)
		pr.alice.tick()
		pr.pump()
	}
	if got := pr.alice.texts(); !slices.Equal(got, []string{repeatedMark + "under the new keys"}) {
		t.Errorf("alice reads %q", got)
	}
	pr.alice.forget()
	pr.bob.forget()
	pr.wantTalk()
}

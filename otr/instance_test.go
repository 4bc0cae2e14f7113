// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"purple-otr/otr/internal/wire"
)

// A room is Alice and several clients of the peer's, on a network that hands
// every message to all of them.
type room struct {
	clock  *clock
	alice  *side
	others []*side
}

func newRoom(t *testing.T, p Policy, names ...string) *room {
	r := &room{clock: newClock()}
	r.alice = newSide(t, "alice", p, at(r.clock))
	for _, name := range names {
		bob := newSide(t, name, p, at(r.clock))
		bob.key = testKey("bob")
		bob.SetKey(bob.key)
		r.others = append(r.others, bob)
	}
	return r
}

func (r *room) pump(t *testing.T) {
	t.Helper()
	for range 1000 {
		quiet := true
		for len(r.alice.flying) > 0 {
			quiet = false
			msg := r.alice.drop()
			for _, o := range r.others {
				o.get(msg)
			}
		}
		for _, o := range r.others {
			for len(o.flying) > 0 {
				quiet = false
				r.alice.get(o.drop())
			}
		}
		if quiet {
			return
		}
	}
	t.Fatal("they talk for ever")
}

// A peer is logged in twice, and both clients answer the one commit, or both
// send one.
func TestPeerLoggedInTwice(t *testing.T) {
	ways := map[string]func(r *room){
		"our commit": func(r *room) { r.alice.get([]byte("?OTRv3?")) },
		"our query":  func(r *room) { r.alice.start() },
		"all at once": func(r *room) {
			r.alice.get([]byte("?OTRv3?"))
			for _, o := range r.others {
				o.get([]byte("?OTRv3?"))
			}
		},
	}
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, AllowV3, "home", "work", "phone")
			begin(r)
			r.pump(t)
			list := r.alice.Instances()
			if len(list) != 3 {
				t.Fatalf("%d instances", len(list))
			}
			if list[0] != r.alice.Status() {
				t.Error("the newest is not the selected one")
			}
			for _, o := range r.others {
				if st := o.Status(); st.State != Encrypted || st.Tag != r.alice.tag {
					t.Errorf("%s: %+v", o.name, st)
				}
			}
			for _, o := range r.others {
				if err := r.alice.Select(o.tag, o.key.Fingerprint()); err != nil {
					t.Fatal(err)
				}
				if r.alice.Status().Tag != o.tag {
					t.Errorf("status of %x, selected %x", r.alice.Status().Tag, o.tag)
				}
				r.alice.say("to " + o.name)
				o.say("from " + o.name)
			}
			r.pump(t)
			for i, o := range r.others {
				wantTexts(t, o, "to "+o.name)
				if saw[OtherInstance](o) == 0 {
					t.Errorf("%s was not told of messages for the others", o.name)
				}
				if m := r.alice.shown[i]; string(m.Text) != "from "+o.name || m.From != o.tag {
					t.Errorf("Alice reads %q from %x", m.Text, m.From)
				}
			}
			r.selectAndEnd(t)
		})
	}
}

// selectAndEnd ends one instance, then all.
func (r *room) selectAndEnd(t *testing.T) {
	t.Helper()
	home := r.others[0]
	if err := r.alice.Select(home.tag, home.key.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	r.alice.end()
	r.pump(t)
	if home.Status().State != Finished || len(r.alice.Instances()) != 2 || r.alice.Status().State != Encrypted {
		t.Fatal("not the selected instance, and only that, has ended")
	}
	if err := r.alice.Select(home.tag, home.key.Fingerprint()); !errors.Is(err, ErrNoChannel) {
		t.Errorf("Select of an instance that is gone: %v", err)
	}
	r.alice.end()
	r.pump(t)
	for _, o := range r.others {
		if o.Status().State != Finished {
			t.Errorf("%s is %v", o.name, o.Status().State)
		}
	}
	if r.alice.Status() != (Status{}) {
		t.Errorf("status %+v", r.alice.Status())
	}
}

func TestSelect(t *testing.T) {
	r := newRoom(t, AllowV3, "home", "work")
	if err := r.alice.Select(r.others[0].tag, r.others[0].key.Fingerprint()); !errors.Is(err, ErrNoChannel) {
		t.Errorf("before there is a channel: %v", err)
	}
	r.alice.start()
	r.pump(t)
	newest := r.alice.Status().Tag
	oldest := r.alice.Instances()[1].Tag
	if err := r.alice.Select(oldest, testKey("bob").Fingerprint()); err != nil {
		t.Fatal(err)
	}
	if err := r.alice.Select(0x1234567, testKey("bob").Fingerprint()); !errors.Is(err, ErrNoChannel) || r.alice.Status().Tag != oldest {
		t.Errorf("Select of an unknown instance: %v, now %x", err, r.alice.Status().Tag)
	}
	// The selected one ends: nothing goes to the other instead.
	for _, o := range r.others {
		if o.tag == oldest {
			o.end()
		}
	}
	r.pump(t)
	if st := r.alice.Status(); st.State != Finished || st.Tag != oldest {
		t.Errorf("status %+v", st)
	}
	if _, err := r.alice.Send([]byte("for the one that has gone")); !errors.Is(err, ErrFinished) {
		t.Errorf("error %v", err)
	}
	if r.alice.Unselect(); r.alice.Status().Tag != newest {
		t.Errorf("Unselect: now %x", r.alice.Status().Tag)
	}
	r.alice.say("for the other")
}

// A half-open exchange is no channel.
func TestSelectHalfOpen(t *testing.T) {
	pr := newPair(t, AllowV3, AllowV3)
	pr.bob.get([]byte("?OTRv3?"))
	pr.deliver(pr.bob)
	if err := pr.alice.Select(pr.bob.tag, pr.bob.key.Fingerprint()); !errors.Is(err, ErrNoChannel) {
		t.Errorf("error %v", err)
	}
	if len(pr.alice.Instances()) != 0 {
		t.Error("it is listed")
	}
}

// forged is msg under another sender's tag.
func forged(t *testing.T, msg []byte, sender uint32) []byte {
	t.Helper()
	h, m, err := parsed(msg)
	if err != nil {
		t.Fatal(err)
	}
	h.Sender = sender
	return wire.Armor(wire.Append(nil, h, m))
}

// 300 forged commits from 300 tags grow nothing and disturb nobody.
func TestManyForgedCommits(t *testing.T) {
	pr := private(t, AllowV3)
	m := newSide(t, "mallory", AllowV3)
	commit := only(t, m.must(m.Receive([]byte("?OTRv3?"))))
	before := pr.alice.Status()
	for i := range 300 {
		pr.alice.Receive(forged(t, commit, 0x2000+uint32(i)))
	}
	if n := len(pr.alice.exchanges); n > maxHalfOpen+2 {
		t.Errorf("%d exchanges", n)
	}
	if pr.alice.Status() != before || len(pr.alice.Instances()) != 1 {
		t.Errorf("status %+v", pr.alice.Status())
	}
	pr.wantTalk()
	pr.clock.pass(halfOpenFor)
	pr.alice.tick()
	if n := len(pr.alice.exchanges); n != 0 {
		t.Errorf("%d exchanges after their time", n)
	}
	pr.wantTalk()
}

// A broadcast commit is answered from 300 tags.
func TestManyForgedKeys(t *testing.T) {
	pr := newPair(t, AllowV3, AllowV3)
	pr.bob.start()
	pr.deliver(pr.bob)
	commit := pr.alice.flying[0]
	m := newSide(t, "mallory", AllowV3)
	m.get(commit)
	key := m.drop()
	for i := range 300 {
		pr.alice.Receive(forged(t, key, 0x2000+uint32(i)))
	}
	if n := len(pr.alice.exchanges); n > maxHalfOpen+2 {
		t.Errorf("%d exchanges", n)
	}
	pr.pump()
	pr.wantTalk()
}

// Other messages from tags that are not known leave nothing behind.
func TestStrayMessagesLeaveNothing(t *testing.T) {
	other := newPair(t, AllowV3, AllowV3)
	other.alice.start()
	other.pump()
	s := newSide(t, "alice", AllowV3)
	for _, side := range []*side{other.alice, other.bob} {
		for _, msg := range side.sent {
			h, m, err := parsed(msg)
			if err != nil || m.Type() == wire.TypeDHCommit {
				continue
			}
			h.Receiver = uint32(s.tag)
			s.get(wire.Armor(wire.Append(nil, h, m)))
		}
	}
	if len(s.exchanges) != 0 || len(s.flying) != 0 {
		t.Errorf("%d exchanges, %d messages sent", len(s.exchanges), len(s.flying))
	}
}

// Somebody with a key of his own completes 60 exchanges from 60 tags, one after
// the other or all together: the number of channels is bounded, and the one that
// is selected, or that our user has spoken over, stays.
func TestManyChannels(t *testing.T) {
	for way := range 4 {
		together, selected := way&1 != 0, way&2 != 0
		t.Run(fmt.Sprintf("together: %v, selected: %v", together, selected), func(t *testing.T) {
			pr := private(t, AllowV3)
			if !selected {
				pr.wantTalk()
			} else if err := pr.alice.Select(pr.bob.tag, pr.bob.key.Fingerprint()); err != nil {
				t.Fatal(err)
			}
			var strangers []*side
			for i := range 60 {
				m := newSide(t, fmt.Sprint("mallory ", i), AllowV3, at(pr.clock), tagged(InstanceTag(0x20000+i)))
				m.get([]byte("?OTRv3?"))
				strangers = append(strangers, m)
				pr.alice.get(m.drop())
				if !together || i%20 == 19 {
					for _, m := range strangers {
						(&pair{t, pr.clock, pr.alice, m}).exchange(t)
					}
					strangers = nil
				}
			}
			if n := len(pr.alice.Instances()); n > maxChannels+2 {
				t.Errorf("%d channels", n)
			}
			if selected && pr.alice.Status().Tag != pr.bob.tag {
				t.Fatal("another instance is selected")
			}
			if err := pr.alice.Select(pr.bob.tag, pr.bob.key.Fingerprint()); err != nil {
				t.Fatal(err)
			}
			pr.bob.forget()
			pr.alice.forget()
			pr.wantTalk()
		})
	}
}

// The channels that had to make way do not vanish in silence: the user is told,
// and so is the peer. One that the peer has ended already is no news.
func TestChannelsThatMakeWay(t *testing.T) {
	pr := private(t, AllowV3)
	var others []*side
	for i := range maxChannels + 6 {
		m := newSide(t, fmt.Sprint("client ", i), AllowV3, at(pr.clock), tagged(InstanceTag(0x20000+i)))
		m.get([]byte("?OTRv3?"))
		(&pair{t, pr.clock, pr.alice, m}).exchange(t)
		if i == 0 {
			m.end()
			pr.alice.get(m.drop())
		}
		others = append(others, m)
	}
	left := pr.alice.Instances()
	if got, want := saw[Expired](pr.alice), 1+len(others)-1-len(left); got != want || want < 4 {
		t.Errorf("told of %d, want %d", got, want)
	}
	for _, msg := range pr.alice.flying {
		for _, s := range append(others, pr.bob) {
			s.get(msg)
		}
	}
	up := 0
	for _, s := range append(others, pr.bob) {
		if s.Status().State == Encrypted {
			up++
		}
	}
	if up != len(left) {
		t.Errorf("%d clients think that they have a channel, of %d", up, len(left))
	}
}

// exchange delivers what the two have for each other and leaves in flight what
// Alice has for others.
func (p *pair) exchange(t *testing.T) {
	t.Helper()
	for range 10 {
		var rest [][]byte
		for _, msg := range p.alice.flying {
			if h, _, err := parsed(msg); err == nil && InstanceTag(h.Receiver) == p.bob.tag {
				p.bob.get(msg)
			} else {
				rest = append(rest, msg)
			}
		}
		p.alice.flying = rest
		for len(p.bob.flying) > 0 {
			p.alice.get(p.bob.drop())
		}
	}
	if p.bob.Status().State != Encrypted {
		t.Fatal("the exchange is not complete")
	}
}

// Without Select the key that was there first is the one shown, and a newcomer changes
// nothing but that the caller has to say who is meant.
func TestNewcomerIsNotSelected(t *testing.T) {
	pr := private(t, AllowV3)
	before := pr.alice.Status()
	m := newSide(t, "mallory", AllowV3, at(pr.clock))
	m.get([]byte("?OTRv3?"))
	attack := &pair{t, pr.clock, pr.alice, m}
	attack.pump()
	if e := event[Secured](pr.alice); e.Tag != m.tag || e.Refreshed || e.Fingerprint != m.key.Fingerprint() {
		t.Errorf("event %+v", e)
	}
	if pr.alice.Status() != before {
		t.Errorf("status %+v", pr.alice.Status())
	}
}

func TestNewSessionChecksItsConfig(t *testing.T) {
	for name, c := range map[string]Config{
		"no tag":          {Policy: Manual},
		"tag 0xff":        {Tag: 0xff, Policy: Manual},
		"negative length": {Tag: 0x100, Policy: Manual, MaxMessage: -1},
		"no policy":       {Tag: 0x100},
	} {
		if _, err := NewSession(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s, err := NewSession(Config{Tag: 0x100, Policy: Manual})
	if err != nil || s.Status() != (Status{}) {
		t.Fatalf("error %v", err)
	}
	if out, err := s.Receive([]byte("?OTRv3?")); err != nil || len(out.Send) != 1 {
		t.Errorf("with defaults: %v, %v", out, err)
	}
}

func TestNewInstanceTag(t *testing.T) {
	// what is too small is drawn once more
	tag, err := NewInstanceTag(bytes.NewReader([]byte{0, 0, 0, 0xff, 0, 0, 1, 0}))
	if tag != 0x100 || err != nil {
		t.Errorf("tag %x, error %v", tag, err)
	}
	if _, err := NewInstanceTag(brokenRand{}); err == nil {
		t.Error("a tag without randomness")
	}
}

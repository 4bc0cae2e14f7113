// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// routed is Alice with three clients of the peer's. home and work have Bob's key, and
// stranger has another key under home's tag. Each gets what is for its channel.
type routed struct {
	*room
	home, work, stranger *side
}

func newRouted(t *testing.T) *routed {
	r := &routed{room: newRoom(t, AllowV3, "home", "work")}
	r.home, r.work = r.others[0], r.others[1]
	r.stranger = newSide(t, "mallory", AllowV3, at(r.clock), tagged(r.home.tag))
	r.join(t, r.home)
	r.join(t, r.work)
	return r
}

// join lets one client begin an exchange with Alice, while the others are silent.
func (r *routed) join(t *testing.T, s *side) {
	t.Helper()
	s.get([]byte("?OTRv3?"))
	(&pair{t, r.clock, r.alice, s}).exchange(t)
}

// all returns the three by name.
func (r *routed) all() map[string]*side {
	return map[string]*side{"home": r.home, "work": r.work, "stranger": r.stranger}
}

// write lets the client say something to Alice.
func (r *routed) write(name string) {
	s := r.all()[name]
	s.say("from " + name)
	r.alice.get(s.drop())
}

// readers delivers out to everybody, and returns who can read it.
func (r *routed) readers(out Output) (names []string) {
	for name, s := range r.all() {
		n := len(s.shown)
		for _, msg := range out.Send {
			s.get(msg)
		}
		if len(s.shown) > n {
			names = append(names, name)
		}
		s.flying = nil // error messages of those who cannot read it
	}
	slices.Sort(names)
	return names
}

func TestRouting(t *testing.T) {
	choose := func(name string) func(t *testing.T, r *routed) {
		return func(t *testing.T, r *routed) {
			s := r.all()[name]
			if err := r.alice.Select(s.tag, s.key.Fingerprint()); err != nil {
				t.Fatal(err)
			}
		}
	}
	writes := func(names ...string) func(t *testing.T, r *routed) {
		return func(_ *testing.T, r *routed) {
			for _, name := range names {
				r.write(name)
			}
		}
	}
	ends := func(name string) func(t *testing.T, r *routed) {
		return func(_ *testing.T, r *routed) {
			s := r.all()[name]
			s.end()
			r.alice.get(s.drop())
		}
	}
	stranger := func(t *testing.T, r *routed) { r.join(t, r.stranger) }
	type step = func(t *testing.T, r *routed)
	for name, c := range map[string]struct {
		steps  []step
		reads  string // who reads what Send makes
		err    error
		status string // whom Status is about
	}{
		"the one secured last":             {nil, "work", nil, "work"},
		"the one that wrote last":          {[]step{writes("work", "home")}, "home", nil, "home"},
		"the other":                        {[]step{writes("home", "work")}, "work", nil, "work"},
		"refreshed counts as heard":        {[]step{writes("work"), func(t *testing.T, r *routed) { r.join(t, r.home) }}, "home", nil, "home"},
		"the selected one":                 {[]step{choose("home"), writes("work")}, "home", nil, "home"},
		"selected and refreshed":           {[]step{choose("home"), func(t *testing.T, r *routed) { r.join(t, r.home); r.join(t, r.work) }}, "home", nil, "home"},
		"selected and ended":               {[]step{choose("home"), ends("home")}, "", ErrFinished, "home"},
		"one of a key has ended":           {[]step{writes("home"), ends("home")}, "work", nil, "work"},
		"both have":                        {[]step{ends("work"), ends("home")}, "", ErrFinished, "home"},
		"a stranger":                       {[]step{stranger}, "", ErrSeveralKeys, "work"},
		"a stranger writes":                {[]step{stranger, writes("stranger")}, "", ErrSeveralKeys, "work"},
		"a stranger, then home":            {[]step{stranger, writes("stranger", "home")}, "", ErrSeveralKeys, "home"},
		"a stranger has ended":             {[]step{stranger, ends("stranger")}, "", ErrSeveralKeys, "work"},
		"home beside a stranger":           {[]step{stranger, choose("home"), writes("stranger")}, "home", nil, "home"},
		"the stranger, if that is meant":   {[]step{stranger, choose("stranger"), writes("home")}, "stranger", nil, "stranger"},
		"selected before the stranger":     {[]step{choose("work"), stranger, writes("stranger")}, "work", nil, "work"},
		"the stranger ends only his":       {[]step{stranger, choose("home"), ends("stranger")}, "home", nil, "home"},
		"home ends only its own":           {[]step{stranger, choose("stranger"), ends("home")}, "stranger", nil, "stranger"},
		"the stranger's, ended":            {[]step{stranger, choose("stranger"), ends("stranger")}, "", ErrFinished, "stranger"},
		"unselected beside a stranger":     {[]step{stranger, choose("home"), func(_ *testing.T, r *routed) { r.alice.Unselect() }}, "", ErrSeveralKeys, "work"},
		"the stranger is ended by us":      {[]step{stranger, choose("stranger"), func(_ *testing.T, r *routed) { r.alice.end() }, writes("home")}, "home", nil, "home"},
		"the stranger refreshes, is heard": {[]step{stranger, choose("home"), func(t *testing.T, r *routed) { r.join(t, r.stranger) }}, "home", nil, "home"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRouted(t)
			for _, f := range c.steps {
				f(t, r)
			}
			st, want := r.alice.Status(), r.all()[c.status]
			if st.Tag != want.tag || st.Fingerprint != want.key.Fingerprint() {
				t.Errorf("status of %x, %v", st.Tag, st.Fingerprint)
			}
			out, err := r.alice.Send([]byte("a secret"))
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err != nil && len(out.Send) > 0 {
				t.Fatalf("sent %q", out.Send)
			}
			if got := strings.Join(r.readers(out), " "); got != c.reads {
				t.Errorf("read by %q, want %q", got, c.reads)
			}
			if c.err == ErrSeveralKeys {
				r.wantAmbiguous(t)
			}
		})
	}
}

// wantAmbiguous checks that every call that sends to a single client refuses to guess
// which one.
func (r *routed) wantAmbiguous(t *testing.T) {
	t.Helper()
	for name, f := range map[string]func() (Output, error){
		"StartSMP":  func() (Output, error) { return r.alice.StartSMP("", []byte("x")) },
		"AnswerSMP": func() (Output, error) { return r.alice.AnswerSMP([]byte("x")) },
		"AbortSMP":  r.alice.AbortSMP,
		"ExtraKey":  func() (Output, error) { _, out, err := r.alice.ExtraKey(1, nil); return out, err },
	} {
		if out, err := f(); !errors.Is(err, ErrSeveralKeys) || len(out.Send)+len(out.Events) > 0 {
			t.Errorf("%s: %v, %+v", name, err, out)
		}
	}
}

// SendTo sends to the client and key that it names, at once and encrypted, or it sends
// nothing.
func TestSendTo(t *testing.T) {
	bob, mallory := testKey("bob").Fingerprint(), testKey("mallory").Fingerprint()
	r := newRouted(t)
	r.join(t, r.stranger)
	r.alice.SetPolicy(AllowV3 | RequireEncryption) // under which Send would hold
	for _, c := range []struct {
		tag   InstanceTag
		key   Fingerprint
		reads string
		err   error
	}{
		{r.home.tag, bob, "home", nil},
		{r.work.tag, bob, "work", nil},
		{r.home.tag, mallory, "stranger", nil},
		{0, bob, "work", nil},
		{0, mallory, "stranger", nil},
		{r.work.tag, mallory, "", ErrNoChannel},
		{0x12345, bob, "", ErrNoChannel},
		{0, Fingerprint{}, "", ErrNoChannel},
		{r.home.tag, Fingerprint{}, "", ErrNoChannel},
	} {
		out, err := r.alice.SendTo(c.tag, c.key, []byte("a secret"))
		if !errors.Is(err, c.err) || err != nil && len(out.Send)+len(out.Events) > 0 {
			t.Errorf("%x: %v, %+v", c.tag, err, out)
		}
		if slices.ContainsFunc(out.Send, func(msg []byte) bool { return bytes.Contains(msg, []byte("secret")) }) {
			t.Errorf("%x: in the clear", c.tag)
		}
		if got := strings.Join(r.readers(out), " "); got != c.reads {
			t.Errorf("%x, %v: read by %q, want %q", c.tag, c.key, got, c.reads)
		}
	}
	r.write("home")
	if out, err := r.alice.SendTo(0, bob, []byte("x")); err != nil || fmt.Sprint(r.readers(out)) != "[home]" {
		t.Errorf("not to the one that wrote last: %v", err)
	}
	r.home.end()
	r.alice.get(r.home.drop())
	if _, err := r.alice.SendTo(r.home.tag, bob, []byte("x")); !errors.Is(err, ErrFinished) {
		t.Errorf("an ended one: %v", err)
	}
	if _, err := r.alice.SendTo(r.work.tag, bob, []byte("a\x00b")); !errors.Is(err, ErrMalformed) {
		t.Errorf("a zero byte: %v", err)
	}
	r.alice.SetPolicy(Off)
	if out, err := r.alice.SendTo(r.work.tag, bob, []byte("x")); err == nil || len(out.Send) != 0 {
		t.Errorf("OTR is off: %v, %q", err, out.Send)
	}
}

// A stranger with another key, under the tag of Bob's client or in version 2 without tags,
// has a channel beside Bob's, and can neither replace nor end it.
func TestStrangerUnderTheSameTag(t *testing.T) {
	everyVersion(t, func(t *testing.T, p Policy) {
		pr := private(t, p)
		pr.wantTalk()
		before := pr.alice.Status()
		attack := pr.mallory(t, p)
		for _, begin := range []func(){func() { attack.bob.start() }, func() { attack.bob.get([]byte("?OTRv234?")) }} {
			begin()
			attack.pump()
			if e := event[Secured](pr.alice); e.Fingerprint != attack.bob.fingerprint(spokenVersion(p)) {
				t.Fatalf("%+v", e)
			}
		}
		if list := pr.alice.Instances(); len(list) != 2 || pr.alice.Status() != before {
			t.Fatalf("%+v, status %+v", list, pr.alice.Status())
		}
		if err := pr.alice.Select(before.Tag, before.Fingerprint); err != nil {
			t.Fatal(err)
		}
		pr.bob.say("from Bob himself")
		attack.bob.say("from a stranger")
		pr.deliver(pr.bob)
		attack.deliver(attack.bob)
		for i, s := range []*side{pr.bob, attack.bob} {
			m := pr.alice.shown[len(pr.alice.shown)-2+i]
			if m.Fingerprint != s.fingerprint(spokenVersion(p)) || m.From != before.Tag {
				t.Errorf("%q under %v", m.Text, m.Fingerprint)
			}
		}
		attack.bob.end()
		attack.deliver(attack.bob)
		if e := event[Ended](pr.alice); e != (Ended{attack.bob.fingerprint(spokenVersion(p)), before.Tag}) {
			t.Errorf("%+v", e)
		}
		pr.alice.flying = nil
		pr.wantTalk()
	})
}

// Events about a channel say which one: the tag alone is not enough.
func TestEventsNameTheChannel(t *testing.T) {
	pr := private(t, AllowV3)
	attack := pr.mallory(t, AllowV3)
	attack.bob.start()
	attack.pump()
	tag, who := pr.bob.tag, attack.bob.key.Fingerprint()
	attack.bob.must(attack.bob.StartSMP("Who?", []byte("x")))
	attack.deliver(attack.bob)
	if e := event[SMPAsked](pr.alice); e != (SMPAsked{"Who?", tag, who}) {
		t.Errorf("%+v", e)
	}
	if err := pr.alice.Select(tag, who); err != nil {
		t.Fatal(err)
	}
	pr.alice.must(pr.alice.AnswerSMP([]byte("y")))
	attack.pump()
	if e := event[SMPStep](pr.alice); e != (SMPStep{50, tag, who}) {
		t.Errorf("%+v", e)
	}
	if e := event[SMPDone](pr.alice); e != (SMPDone{false, tag, who}) {
		t.Errorf("%+v", e)
	}
	attack.bob.must(attack.bob.StartSMP("", []byte("x")))
	attack.bob.must(attack.bob.AbortSMP())
	attack.pump()
	if e := event[SMPAborted](pr.alice); e != (SMPAborted{From: tag, Fingerprint: who}) {
		t.Errorf("%+v", e)
	}
	_, out, err := attack.bob.ExtraKey(1, nil)
	attack.bob.must(out, err)
	attack.pump()
	if e := event[ExtraKeyAsked](pr.alice); e.From != tag || e.Fingerprint != who {
		t.Errorf("%+v", e)
	}
	pr.alice.take(pr.alice.Expire())
	for _, f := range []Fingerprint{who, pr.bob.key.Fingerprint()} {
		if !slices.Contains(pr.alice.events, Event(Expired{f, tag})) {
			t.Errorf("%v: not told that it has expired", f)
		}
	}
}

// With the zero policy nothing leaves unencrypted: only Off allows that.
func TestZeroPolicyIsNotPlaintext(t *testing.T) {
	for _, p := range []Policy{0, RequireEncryption, SendWhitespaceTag, Off | RequireEncryption} {
		s := newSide(t, "alice", Manual)
		s.SetPolicy(p)
		if out, err := s.Send([]byte("hello")); !errors.Is(err, ErrPolicy) || len(out.Send) != 0 {
			t.Errorf("%b: %v, sent %q", p, err, out.Send)
		}
	}
	s := newSide(t, "alice", Manual)
	s.SetPolicy(Off | Manual) // off, whatever else is set
	if out, err := s.get([]byte("?OTRv3?")); err != nil || len(out.Send) != 0 {
		t.Errorf("%v, sent %q", err, out.Send)
	}
}

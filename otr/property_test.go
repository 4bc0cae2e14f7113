// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"purple-otr/otr/internal/wire"
)

// mark is in every text of the property tests, so that the test finds it wherever it
// leaves unencrypted.
const mark = "SECRET"

// A model is two users, a network that does anything it likes, and what each of the users
// may expect.
type model struct {
	*pair
	rt      *rapid.T
	honest  bool          // the network loses, repeats and reorders nothing
	late    time.Duration // how long something has been on its way
	texts   int
	typed   map[string]*side // by text: who typed it
	sealed  map[*side][]string
	refused map[string]bool // and the user still has it
	anyones map[string]bool // typed where the user saw no key, or a stranger's
	third   []*side         // an attacker's sessions with other keys, in the name of either side
	secrets map[*side]string
}

// newModel makes a model. four says who may have version 4.
func newModel(rt *rapid.T, four ...string) *model {
	policies := []Policy{AllowV2, AllowV3, Manual, Opportunistic, Always}
	m := &model{
		rt: rt, honest: true,
		typed: map[string]*side{}, sealed: map[*side][]string{}, refused: map[string]bool{}, anyones: map[string]bool{},
	}
	m.pair = newPair(rt, rapid.SampledFrom(policies).Draw(rt, "alice's policy"), rapid.SampledFrom(policies).Draw(rt, "bob's policy"))
	for _, name := range four {
		s := m.named(name)
		s.SetIdentity(testIdentity(name))
		s.SetPolicy(s.policy | AllowV4)
	}
	m.secrets = map[*side]string{
		m.alice: "secret",
		m.bob:   rapid.SampledFrom([]string{"secret", "other"}).Draw(rt, "bob's secret"),
	}
	n := rapid.SampledFrom([]int{0, 0, 100, 500}).Draw(rt, "limit")
	m.alice.maxMessage, m.bob.maxMessage = n, n
	if rapid.Bool().Draw(rt, "private from the beginning") {
		m.alice.start()
		m.pump()
	}
	return m
}

func (m *model) side() *side {
	return m.named(rapid.SampledFrom([]string{"alice", "bob"}).Draw(m.rt, "side"))
}

func (m *model) named(name string) *side {
	if name == "alice" {
		return m.alice
	}
	return m.bob
}

// noneInTheClear checks messages that were made while s was not allowed to send
// unencrypted text.
func (m *model) noneInTheClear(s *side, msgs [][]byte) {
	for _, msg := range msgs {
		if bytes.Contains(msg, []byte(mark)) {
			m.rt.Fatalf("%s has sent %q in the clear", s.name, msg)
		}
	}
}

func guarded(s *side) bool {
	return s.Status().State != Plaintext || s.policy&RequireEncryption != 0
}

func (m *model) say(s *side) {
	m.texts++
	text := fmt.Sprintf("%s %d of %s", mark, m.texts, s.name)
	m.typed[text] = s
	state, before := s.Status().State, guarded(s)
	m.anyones[text] = !m.other(s).has(s.Status().Fingerprint)
	out, err := s.Send([]byte(text))
	s.take(out)
	if before {
		m.noneInTheClear(s, out.Send)
	}
	switch {
	case err != nil:
		if errors.Is(err, ErrSeveralKeys) {
			m.choose(s)
		} else if !errors.Is(err, ErrFinished) && !errors.Is(err, ErrHeldFull) && !errors.Is(err, ErrTooLong) && !errors.Is(err, ErrPolicy) {
			m.rt.Fatalf("%s: %v", s.name, err)
		}
		m.noneInTheClear(s, out.Send)
		m.refused[text] = true
	case slices.Contains(out.Events, Event(Held{})):
	case state == Encrypted:
		m.sealed[s] = append(m.sealed[s], text)
	case before:
		m.rt.Fatalf("%s: %q is neither sent nor held nor refused", s.name, text)
	}
	m.resent(s)
}

// choose is what a user does who is asked which client they mean.
func (m *model) choose(s *side) {
	for _, v := range []Version{V4, V3} {
		if m.chooseKey(s, v) && s.Status().State == Encrypted {
			return
		}
	}
}

// chooseKey selects the other's key of version v, and reports whether there is one.
func (m *model) chooseKey(s *side, v Version) bool {
	if v == V4 && m.other(s).four == nil {
		return false
	}
	err := s.Select(0, m.other(s).fingerprint(v))
	if err != nil && !errors.Is(err, ErrNoChannel) {
		m.rt.Fatalf("%s: %v", s.name, err)
	}
	return err == nil
}

// passRetries lets the time pass in which both begin again the version 4 exchanges that make no
// progress, and then the time for which text may wait for an exchange.
func (m *model) passRetries() {
	if m.alice.four == nil && m.bob.four == nil {
		return
	}
	for range 2 * maxRetries {
		var next time.Time
		for _, s := range []*side{m.alice, m.bob} {
			if s.four == nil {
				continue
			}
			for _, ex := range s.four.exchanges {
				if at := ex.retryAt; !at.IsZero() && (next.IsZero() || at.Before(next)) {
					next = at
				}
			}
		}
		if next.IsZero() {
			break
		}
		m.clock.until(latest(next, m.clock.now()))
		m.alice.tick()
		m.bob.tick()
		m.pump()
	}
	m.clock.pass(pauseFor)
	m.alice.tick()
	m.bob.tick()
	m.pump()
}

// passEarly lets the time pass for which a Data Message of version 4 may wait for an Auth-I Message,
// if one does. Then its reader is told that it cannot be read.
func (m *model) passEarly() {
	for range maxRetries + 1 {
		if m.waiting(m.alice)+m.waiting(m.bob) == 0 {
			return
		}
		m.clock.pass(earlyFor)
		m.alice.tick()
		m.bob.tick()
		m.pump()
	}
}

// has reports whether f is the fingerprint of one of s's keys.
func (s *side) has(f Fingerprint) bool {
	return f == s.fingerprint(V3) || s.four != nil && f == s.fingerprint(V4)
}

// intrude lets an attacker with another key complete an exchange with s in the name of the
// other side.
func (m *model) intrude(s *side) {
	p := spoken(s.policy)
	x := newSide(m.rt, "mallory", p, at(m.clock), tagged(m.other(s).tag), reseeded(fmt.Sprint("third ", len(m.third))))
	query := "?OTRv23?"
	if s.policy.allows(V4) && rapid.Bool().Draw(m.rt, "version 4") {
		x.SetIdentity(testIdentity("mallory"))
		x.SetPolicy(AllowV4)
		query = "?OTRv4?"
	}
	m.third = append(m.third, x)
	x.get([]byte(query))
	for range 4 {
		for _, msg := range take(&x.flying) {
			before := guarded(s)
			out, _ := s.get(msg)
			if before {
				m.noneInTheClear(s, out.Send)
			}
			m.resent(s)
			for _, answer := range out.Send {
				x.get(answer)
			}
		}
	}
}

// forge sends s a message of an exchange in the other side's name. Nobody can continue
// this exchange.
func (m *model) forge(s *side) {
	v := uint16(rapid.SampledFrom([]int{wire.V2, wire.V3}).Draw(m.rt, "version"))
	j := &injector{pair: m.pair, version: v, seed: rapid.IntRange(0, 1<<16).Draw(m.rt, "seed")}
	var msg []byte
	switch rapid.IntRange(0, 5).Draw(m.rt, "forged") {
	case 0:
		msg = j.commit(s, 0xff)
	case 1:
		msg = j.commit(s, 0)
	case 2:
		msg = j.commit(s, -1)
	case 3:
		msg = j.key(s)
	case 4:
		msg = j.reveal(s)
	case 5:
		msg = j.signature(s)
	}
	before := guarded(s)
	if out, _ := s.get(msg); before {
		m.noneInTheClear(s, out.Send)
	}
	m.resent(s)
}

// resent notes which texts were sent later.
func (m *model) resent(s *side) {
	for _, text := range resent(s) {
		if !slices.Contains(m.sealed[s], text) {
			m.sealed[s] = append(m.sealed[s], text)
		}
	}
}

// called takes the result of a call that needs an open channel.
func (m *model) called(s *side, out Output, err error) {
	if errors.Is(err, ErrSeveralKeys) {
		m.choose(s)
	} else if err != nil && !errors.Is(err, ErrNoChannel) && !errors.Is(err, ErrSMPState) {
		m.rt.Fatalf("%s: %v", s.name, err)
	}
	s.take(out)
}

// deliver delivers message n of s.
func (m *model) deliver(s *side, n int, keep bool) {
	msg := s.flying[n]
	if !keep {
		s.flying = slices.Delete(slices.Clone(s.flying), n, n+1)
	}
	o := m.other(s)
	before := guarded(o)
	out, _ := o.get(msg)
	if before {
		m.noneInTheClear(o, out.Send)
	}
	m.resent(o)
}

// invariants checks what must always hold.
func (m *model) invariants() {
	for _, x := range m.third {
		for _, text := range x.texts() {
			if text = strings.TrimPrefix(text, repeatedMark); strings.Contains(text, mark) && !m.anyones[text] {
				m.rt.Fatalf("somebody else reads %q", text)
			}
		}
	}
	for _, s := range []*side{m.alice, m.bob} {
		o := m.other(s)
		count := map[string]int{}
		for _, msg := range s.shown {
			if msg.Fingerprint.IsZero() {
				continue
			}
			text := string(msg.Text)
			count[text]++
			switch {
			case !o.has(msg.Fingerprint):
				m.rt.Fatalf("%s reads %q under a strange key", s.name, text)
			case m.typed[strings.TrimPrefix(text, repeatedMark)] != o:
				m.rt.Fatalf("%s reads %q, which %s has not typed", s.name, text, o.name)
			case count[text] > 1:
				m.rt.Fatalf("%s reads %q twice", s.name, text)
			case m.refused[text]:
				m.rt.Fatalf("%s reads %q, which was refused", s.name, text)
			}
		}
		if len(s.exchanges) > maxHalfOpen+maxChannels || len(s.instances) > maxChannels || len(s.partials) > maxPartial || len(s.held.texts) > maxHeldTexts {
			m.rt.Fatalf("%s: state grows", s.name)
		}
		if s.four != nil {
			for _, ex := range s.four.exchanges {
				if len(ex.early.msgs) > 0 && !ex.ake.AwaitsAuthI() {
					m.rt.Fatalf("%s keeps messages that wait for nothing", s.name)
				}
			}
		}
		status := s.Status()
		if (status.State == Plaintext) != (status == Status{}) || (status.State == Encrypted) != (status.SSID != SSID{}) {
			m.rt.Fatalf("%s: status %+v", s.name, status)
		}
		if same := m.secrets[s] == m.secrets[o]; saw[SMPDone](s) > 0 && event[SMPDone](s).Same != same {
			m.rt.Fatalf("%s is told that the secrets are the same: %v", s.name, !same)
		}
		for _, text := range returned(s) {
			if slices.Contains(m.sealed[s], text) {
				m.rt.Fatalf("%s: %q is given back, and was sent", s.name, text)
			}
		}
	}
}

// accountedFor checks, at the end, that nothing that was typed is lost: the peer has read
// it, or it is held, or it was returned; or it was sent unencrypted, which was allowed
// then. If the network is to blame, it is enough that the text was sent.
func (m *model) accountedFor() {
	m.resent(m.alice)
	m.resent(m.bob)
	for text, s := range m.typed {
		o := m.other(s)
		is := func(h []byte) bool { return string(h) == text }
		held := slices.ContainsFunc(s.held.texts, is) ||
			slices.ContainsFunc(s.instances, func(in *instance) bool { return slices.ContainsFunc(in.pause.texts, is) })
		inTheClear := slices.ContainsFunc(s.sent, func(msg []byte) bool { return strings.Contains(string(msg), text) })
		switch {
		case m.refused[text], held, inTheClear, slices.Contains(returned(s), text):
		case !slices.Contains(m.sealed[s], text):
			m.rt.Fatalf("%q is lost by %s", text, s.name)
		case m.honest && !slices.Contains(o.texts(), text) && len(o.errs) == 0 && saw[Unreadable](o) == 0:
			m.rt.Fatalf("%q was sent, not lost on the way, and not read", text)
		}
	}
}

// actions are what users, time and the network do. A hostile network does more.
func (m *model) actions(hostile bool) map[string]func(*rapid.T) {
	acts := map[string]func(*rapid.T){
		"say":     func(*rapid.T) { m.say(m.side()) },
		"say too": func(*rapid.T) { m.say(m.side()) },
		"start": func(*rapid.T) {
			s := m.side()
			out, err := s.Start()
			if err != nil && !errors.Is(err, ErrPolicy) {
				m.rt.Fatalf("Start: %v", err)
			}
			s.take(out)
		},
		"end": func(*rapid.T) {
			s := m.side()
			s.Unselect() // all of them
			out, err := s.End()
			s.take(out)
			if err != nil || s.Status() != (Status{}) {
				m.rt.Fatalf("End: %v", err)
			}
			m.noneInTheClear(s, out.Send)
		},
		"policy": func(*rapid.T) {
			p := rapid.SampledFrom([]Policy{0, RequireEncryption, AllowV2, AllowV3, Manual, Opportunistic, Always}).Draw(m.rt, "policy")
			s := m.side()
			if s.four != nil && p.enabled() && rapid.IntRange(0, 3).Draw(m.rt, "without version 4") > 0 {
				p |= AllowV4
			}
			s.SetPolicy(p)
			m.honest = m.honest && p.enabled() // a user who has turned OTR off cannot read it
		},
		"prove": func(*rapid.T) {
			s := m.side()
			question := rapid.SampledFrom([]string{"", "question?"}).Draw(m.rt, "question")
			out, err := s.StartSMP(question, []byte(m.secrets[s]))
			m.called(s, out, err)
		},
		"answer": func(*rapid.T) {
			s := m.side()
			out, err := s.AnswerSMP([]byte(m.secrets[s]))
			m.called(s, out, err)
		},
		"abort": func(*rapid.T) {
			s := m.side()
			out, err := s.AbortSMP()
			m.called(s, out, err)
		},
		"extra key": func(*rapid.T) {
			s := m.side()
			_, out, err := s.ExtraKey(1, nil)
			m.called(s, out, err)
		},
		"tick": func(*rapid.T) {
			d := time.Duration(rapid.IntRange(0, 200).Draw(m.rt, "seconds")) * time.Second
			m.clock.pass(d)
			if len(m.alice.flying)+len(m.bob.flying) == 0 {
				m.late = 0
			} else if m.late += d; m.late >= partialFor {
				m.honest = false // what takes so long may be abandoned
			}
			for _, s := range []*side{m.alice, m.bob} {
				out, _ := s.tick()
				m.noneInTheClear(s, out.Send)
			}
		},
		"": func(*rapid.T) { m.invariants() },
	}
	deliver := func(*rapid.T) {
		if s := m.side(); len(s.flying) > 0 {
			m.deliver(s, 0, false)
		}
	}
	for _, name := range []string{"deliver", "deliver too", "deliver more", "deliver on"} {
		acts[name] = deliver
	}
	acts["deliver all"] = func(*rapid.T) {
		for len(m.alice.flying)+len(m.bob.flying) > 0 {
			for _, s := range []*side{m.alice, m.bob} {
				if len(s.flying) > 0 {
					m.deliver(s, 0, false)
				}
			}
		}
	}
	if !hostile {
		return acts
	}
	pick := func(s *side) int { return rapid.IntRange(0, len(s.flying)-1).Draw(m.rt, "message") }
	acts["drop"] = func(*rapid.T) {
		if s := m.side(); len(s.flying) > 0 {
			s.flying = slices.Delete(slices.Clone(s.flying), 0, 1)
		}
	}
	acts["duplicate"] = func(*rapid.T) {
		if s := m.side(); len(s.flying) > 0 {
			m.deliver(s, pick(s), true)
		}
	}
	acts["reorder"] = func(*rapid.T) {
		if s := m.side(); len(s.flying) > 0 {
			m.deliver(s, pick(s), false)
		}
	}
	acts["late"] = func(*rapid.T) { // overtaken by what was sent after it
		if s := m.side(); len(s.flying) > 1 {
			m.deliver(s, len(s.flying)-1, false)
			m.deliver(s, 0, false)
		}
	}
	acts["replay"] = func(*rapid.T) {
		if s := m.side(); len(s.sent) > 0 {
			old := s.sent[rapid.IntRange(0, len(s.sent)-1).Draw(m.rt, "old message")]
			to := m.named(rapid.SampledFrom([]string{"alice", "bob"}).Draw(m.rt, "to"))
			before := guarded(to)
			if out, _ := to.get(old); before {
				m.noneInTheClear(to, out.Send)
			}
			m.resent(to)
		}
	}
	acts["forge"] = func(*rapid.T) { m.forge(m.side()) }
	acts["forge too"] = acts["forge"]
	acts["intrude"] = func(*rapid.T) { m.intrude(m.side()) }
	acts["unselect"] = func(*rapid.T) { m.side().Unselect() }
	acts["inject"] = func(*rapid.T) {
		to := m.side()
		injected := []string{"?OTRv2?", "?OTRv3?", "?OTRv23?", "?OTR Error: x", "?OTR:AAMD.", "?OTR,1,2,x,", "hello"}
		if m.alice.four != nil || m.bob.four != nil {
			injected = append(injected, "?OTRv4?", "?OTRv34?", "?OTR Error: ERROR_2: x", "?OTR:AAQD.", "?OTR|1|100|0,1,2,x,")
		}
		msg := rapid.SampledFrom(injected).Draw(m.rt, "injected")
		before := guarded(to)
		if out, _ := to.get([]byte(msg)); before {
			m.noneInTheClear(to, out.Send)
		}
		m.resent(to)
	}
	return acts
}

// Two users do anything in any order, over a network that keeps the order and loses
// nothing: the three invariants hold.
func TestAnyInterleaving(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { anyInterleaving(rt, newModel(rt)) })
}

func anyInterleaving(rt *rapid.T, m *model) {
	rt.Repeat(m.actions(false))
	m.actions(false)["deliver all"](rt)
	m.passEarly()
	m.invariants()
	m.accountedFor()
}

// The same over a network that drops, repeats, reorders, replays and injects messages,
// including forged ones and whole exchanges.
func TestAnyInterleavingAndAHostileNetwork(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { hostileInterleaving(rt, newModel(rt)) })
}

func hostileInterleaving(rt *rapid.T, m *model) {
	m.honest = false
	rt.Repeat(m.actions(true))
	m.invariants()
	m.accountedFor()
	// The disturbance is over: the two get a common channel again without help.
	for _, s := range []*side{m.alice, m.bob} {
		s.flying = nil
	}
	m.clock.pass(time.Hour)
	m.alice.tick()
	m.bob.tick()
	v := m.alice.policy.best(m.bob.policy.allowed())
	spokeV3 := len(m.alice.v3Keys)+len(m.bob.v3Keys) > 0
	if v == 0 || v == V2 && spokeV3 { // a key that has used version 3 cannot claim to have only version 2
		return
	}
	m.alice.start()
	m.pump()
	m.passRetries()
	for _, s := range []*side{m.alice, m.bob} {
		s.forget()
		m.chooseKey(s, v)
	}
	m.wantTalk()
}

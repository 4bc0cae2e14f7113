// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/internal/uitest"
)

// A village is three users on a network like IRC: names change, anybody can use a free
// name, and the server may lie about this.
type village struct {
	rt    *rapid.T
	sides []*side
	nicks map[*side]string
	air   []packet
	texts int
	// blocks says that the network takes version 4 out of everything.
	blocks bool
	typed  map[string]typing // by text
	// private are the windows that have shown a private conversation which the user
	// has not ended.
	private map[*side]map[ui.Chat]bool
}

// A packet is in flight. Its recipient was decided when it was sent.
type packet struct {
	from string
	to   *side
	text string
}

// A typing is what the window showed when a text was typed.
type typing struct {
	by    *side
	level ui.Level
	key   otr.Fingerprint
}

// newVillage makes a village. Version 4 is on for so many of its users.
func newVillage(t *testing.T, rt *rapid.T, on int) *village {
	v := &village{rt: rt, nicks: map[*side]string{}, typed: map[string]typing{}, private: map[*side]map[ui.Chat]bool{}}
	for i, nick := range []string{"alice", "bob", "carol"} {
		s := newSide(t, nick+"@irc.example.org", "nobody")
		s.Chat.Protocol, s.Host.Nick = "prpl-irc", nick
		if err := s.Store.SetKey(ui.AccountOf(s.Chat), uitest.TestKey(t, i)); err != nil {
			t.Fatal(err)
		}
		if i < on {
			s.switchOn()
		}
		s.Host.OnTransmit = nil
		s.Host.Network = func(c ui.Chat, msg string) { v.send(s, c.Peer, msg) }
		v.private[s] = map[ui.Chat]bool{}
		v.sides, v.nicks[s] = append(v.sides, s), nick
	}
	return v
}

func (v *village) anyone() *side { return v.sides[rapid.IntRange(0, len(v.sides)-1).Draw(v.rt, "who")] }

// send delivers what a program sends to the user who has the name to now. No text may be readable
// that was typed where the window showed a private conversation.
func (v *village) send(from *side, to, text string) {
	for secret, typed := range v.typed {
		if strings.Contains(text, secret) && typed.level != ui.NotPrivate {
			v.rt.Fatalf("%q left in the clear for %s, typed at level %v", secret, to, typed.level)
		}
	}
	if v.blocks {
		text = blocked(text)
	}
	for _, s := range v.sides {
		if s != from && v.nicks[s] == to && text != "" {
			v.air = append(v.air, packet{v.nicks[from], s, text})
		}
	}
}

// window is one of s's windows, or a new one for somebody.
func (v *village) window(s *side) {
	if n := len(s.Host.Windows); n > 0 && rapid.IntRange(0, 3).Draw(v.rt, "window") > 0 {
		s.Chat = s.Host.Windows[rapid.IntRange(0, n-1).Draw(v.rt, "which")]
		return
	}
	s.Chat.Peer = rapid.SampledFrom([]string{"alice", "bob", "carol", "dave"}).Draw(v.rt, "peer")
	if !slices.Contains(s.Host.Windows, s.Chat) {
		s.Open()
	}
}

// look has every user look at every window.
func (v *village) look(*rapid.T) {
	for _, s := range v.sides {
		for _, c := range s.Host.Windows {
			if s.app.View(c).Level != ui.NotPrivate {
				v.private[s][c] = true
			} else if v.private[s][c] {
				v.rt.Fatalf("%s: the window for %s is not private any more, and the user has not ended it", s.Chat.Account, c.Peer)
			}
		}
	}
}

func (v *village) say(*rapid.T) {
	s := v.anyone()
	v.window(s)
	v.texts++
	text := fmt.Sprintf("text-%d.", v.texts)
	typed := typing{by: s, level: s.app.View(s.Chat).Level}
	if t := s.app.conversations[s.Chat]; t != nil && typed.level != ui.NotPrivate {
		typed.key = t.session.Status().Fingerprint
	}
	v.typed[text] = typed
	out, send := s.app.Sending(s.Chat, text)
	if typed.level == ui.Finished && send {
		v.rt.Fatalf("what was typed after the end was sent")
	}
	if send {
		v.send(s, s.Chat.Peer, out)
	}
}

func (v *village) deliver(*rapid.T) {
	if len(v.air) == 0 {
		v.rt.Skip("nothing is on its way")
	}
	p := v.air[0]
	if rapid.IntRange(0, 9).Draw(v.rt, "twice") > 0 {
		v.air = v.air[1:]
	}
	s := p.to
	s.Chat.Peer = p.from
	show, ok := s.app.Receiving(s.Chat, p.from, p.text)
	if !ok {
		return
	}
	if !slices.Contains(s.Host.Windows, s.Chat) {
		s.Open()
	}
	for secret, typed := range v.typed {
		if strings.Contains(show, secret) && typed.level != ui.NotPrivate && !s.has(typed.key) {
			v.rt.Fatalf("%q was typed for %v and is read by %v", secret, typed.key, s.Chat.Account)
		}
	}
}

// has reports whether f is s's own key.
func (s *side) has(f otr.Fingerprint) bool {
	k := s.Store.OwnKey(ui.AccountOf(s.Chat), f)
	return k != nil && k.Fingerprint() == f
}

// verify has somebody verify the key that a window shows.
func (v *village) verify(*rapid.T) {
	s := v.anyone()
	v.window(s)
	if f := s.status().Fingerprint; !f.IsZero() {
		s.app.Record(s.Chat, f, keystore.Verified)
	}
}

// block makes the network take version 4 out of everything, or no more.
func (v *village) block(*rapid.T) { v.blocks = !v.blocks }

// settle delivers all that is on its way.
func (v *village) settle(rt *rapid.T) {
	for n := 0; len(v.air) > 0 && n < 300; n++ {
		v.deliver(rt)
	}
}

// rename gives somebody another name, and every window of theirs with the others.
func (v *village) rename(*rapid.T) {
	s := v.anyone()
	to := rapid.SampledFrom([]string{"alice", "bob", "carol", "dave"}).Draw(v.rt, "nick")
	for _, other := range v.sides {
		if v.nicks[other] == to {
			v.rt.Skip("the name is taken")
		}
	}
	before := v.nicks[s]
	v.nicks[s] = to
	for _, other := range v.sides {
		v.moves(other, before, func(c *ui.Chat) { c.Peer = to }, true)
	}
}

// strand takes what a window's name means away, or its account.
func (v *village) strand(*rapid.T) {
	s := v.anyone()
	v.window(s)
	v.moves(s, s.Chat.Peer, func(c *ui.Chat) { c.Account = "other-" + c.Account }, false)
	// And back: the village's users have one account each.
	for _, c := range slices.Clone(s.Host.Windows) {
		if strings.HasPrefix(c.Account, "other-") {
			s.Chat = c
			c.Account = strings.TrimPrefix(c.Account, "other-")
			v.move(s, c, false)
		}
	}
}

// moves changes the names of s's window for peer, if it has one.
func (v *village) moves(s *side, peer string, change func(*ui.Chat), named bool) {
	for _, c := range slices.Clone(s.Host.Windows) {
		if c.Peer == peer {
			s.Chat = c
			change(&c)
			v.move(s, c, named)
			return
		}
	}
}

func (v *village) move(s *side, to ui.Chat, named bool) {
	from, private := s.Chat, v.private[s]
	s.moved(to, named)
	private[to] = private[to] || private[from]
	if !slices.Contains(s.Host.Windows, from) {
		delete(private, from)
	}
}

func (v *village) act(*rapid.T) {
	s := v.anyone()
	v.window(s)
	act := rapid.SampledFrom([]ui.Action{ui.StartOrRefresh, ui.StartOrRefresh, ui.End}).Draw(v.rt, "action")
	s.app.Do(s.Chat, act, 0)
	if act == ui.End {
		delete(v.private[s], s.Chat)
	}
}

func (v *village) closes(*rapid.T) {
	s := v.anyone()
	v.window(s)
	s.Close()
	delete(v.private[s], s.Chat)
}

func (v *village) waits(*rapid.T) { v.anyone().Wait(20_000_000_000) }

// TestNamesInAnyOrder types, renames, takes over names, moves windows to other
// accounts, copies and delays messages: nothing typed in a private conversation leaves
// in the clear, or is read with another key than the window spoke of.
func TestNamesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := newVillage(t, rt, rapid.IntRange(0, 3).Draw(rt, "version 4"))
		rt.Repeat(map[string]func(*rapid.T){
			"verify": v.verify, "block": v.block,
			"say": v.say, "say more": v.say, "deliver": v.deliver, "settle": v.settle, "settle again": v.settle,
			"rename": v.rename, "strand": v.strand, "act": v.act, "close": v.closes, "wait": v.waits, "": v.look,
		})
	})
}

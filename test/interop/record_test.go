// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"purple-otr/otr"
	"purple-otr/test/interop/transcript"
)

var update = flag.Bool("update", false, "record conversations with libotr for the engine's own tests")

// recordings is the folder with the transcripts.
const recordings = "../../otr/testdata/interop"

// A scenario is a conversation to be replayed without libotr.
type scenario struct {
	name    string
	comment string
	options options
	run     func(c *conversation)
}

// begin starts a private conversation in the usual way.
func begin(c *conversation, v otr.Version, we bool) {
	c.ask(we)
	c.wantSecured(v)
	c.wantChat("hello", "grüße 🐝", strings.Repeat("long ", 60))
}

// scenarios cover everything that can happen, each with one version or both.
func scenarios() []scenario {
	var all []scenario
	for _, v := range []otr.Version{otr.V2, otr.V3} {
		theirs := only(v, otr.Opportunistic)
		add := func(name, comment string, o options, run func(c *conversation)) {
			if o.theirs == 0 {
				o.theirs = theirs
			}
			name = "v" + string('0'+rune(v)) + "-" + name
			o.seed = name
			all = append(all, scenario{name, comment, o, run})
		}
		add("our-query", "we ask, talk, and end", options{}, func(c *conversation) {
			begin(c, v, true)
			c.wantEnded(true)
		})
		add("their-query", "they ask, talk, and end", options{}, func(c *conversation) {
			begin(c, v, false)
			c.wantEnded(false)
		})
		add("our-tag", "an offer in our text, and small messages", options{ourMax: 200, theirMax: 300}, func(c *conversation) {
			starts["our tag"](c)
			c.wantSecured(v)
			c.wantChat("hello")
		})
		add("their-tag", "an offer in their text, and small messages", options{ourMax: 300, theirMax: 200}, func(c *conversation) {
			starts["their tag"](c)
			c.wantSecured(v)
			c.wantChat("hello")
		})
		add("held", "text waits for the private conversation", options{ours: otr.Always}, func(c *conversation) {
			c.us.say("one")
			c.us.say("two")
			c.run()
		})
		add("refresh", "new keys, asked for by either side", options{}, func(c *conversation) {
			begin(c, v, true)
			for _, we := range []bool{true, false} {
				c.ask(we)
				c.run()
				c.us.takeLog()
				c.them.takeLog()
				c.wantChat("with new keys")
			}
		})
		add("heartbeat", "a minute passes", options{}, func(c *conversation) {
			begin(c, v, true)
			c.us.do("sleep", "61")
			c.them.do("clock", "61")
			c.them.say("are you there?")
			c.run()
		})
		add("unreadable", "a damaged message, and what follows", options{}, func(c *conversation) {
			begin(c, v, true)
			c.hook = func(from party, msg []byte) [][]byte {
				if from == party(c.them) && encoded(msg) {
					msg = bytes.Clone(msg)
					msg[len(msg)/2] ^= 1
				}
				return [][]byte{msg}
			}
			c.them.say("damaged")
			c.collect()
			c.hook = nil
			c.run()
		})
		add("smp", "SMP, begun by either side: with and without a question, right, wrong, aborted", options{}, func(c *conversation) {
			c.us.start()
			c.wantSecured(v)
			c.smp(true, "", true)
			c.smp(false, "where?", true)
			c.smp(true, "where?", false)
			c.us.do("smp", "", "secret")
			c.run()
			c.us.do("abort")
			c.run()
			c.askSMP(false, "", "secret")
			c.run()
			c.them.do("smpabort")
			c.run()
		})
	}
	return append(all, scenario{"v3-extra-key", "the extra key, ours and theirs",
		options{seed: "v3-extra-key"}, func(c *conversation) {
			begin(c, otr.V3, true)
			c.us.do("extrakey", "7", "ours")
			c.run()
			c.them.do("symkey", "8", "theirs")
			c.run()
		}})
}

// TestRecord runs the scenarios with libotr, and with -update records the calls and
// outcomes of our side.
func TestRecord(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := converse(t, s.options)
			s.run(c)
			if !*update || t.Failed() {
				return
			}
			var b bytes.Buffer
			if err := transcript.Write(&b, s.comment, c.us.setup, c.us.Steps); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(recordings, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(recordings, s.name+".txt"), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bytes"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"purple-otr/otr"
)

// libotr's toolkit reads, forges and changes messages. It was written without knowledge
// of our engine, so it independently confirms the meaning of our messages; and because it
// can forge them, they are deniable.

// tool runs one program of the toolkit.
func tool(t *testing.T, input []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "libotr's toolkit is not here ("+name+")")
	}
	c := exec.Command(path, args...)
	c.Stdin = bytes.NewReader(input)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// field returns the value of "name: value" in a tool's output.
func field(t *testing.T, output, name string) string {
	t.Helper()
	for _, line := range strings.Split(output, "\n") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+": "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("no %q in\n%s", name, output)
	return ""
}

// TestToolkitReads: otr_parse finds in each of our messages exactly the fields that we
// put there.
func TestToolkitReads(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.wantChat("one", "two")
		c.them.start()
		c.run()
		c.us.takeLog()
		c.them.takeLog()
		c.us.say("")
		c.run()
		c.us.end()
		c.run()

		kinds := map[string]int{}
		for _, call := range c.us.Steps {
			for _, o := range call.Outcomes {
				quoted, isWire := strings.CutPrefix(o, "wire ")
				if !isWire {
					continue
				}
				msg, err := strconv.Unquote(quoted)
				if err != nil {
					t.Fatal(err)
				}
				if !encoded([]byte(msg)) {
					continue
				}
				out := tool(t, []byte(msg), "otr_parse")
				kind, _, _ := strings.Cut(strings.TrimSpace(out), ":")
				kinds[kind]++
				c.checkParsed(v, []byte(msg), kind, out)
			}
		}
		for kind, want := range map[string]int{
			"D-H Commit Message": 1, "D-H Key Message": 1, "Reveal Signature Message": 1,
			"Signature Message": 1, "Data Message": 4 + 2*introductions(v),
		} {
			if kinds[kind] != want {
				t.Errorf("%d of %q, want %d; all: %v", kinds[kind], kind, want, kinds)
			}
		}
	})
}

func (c *conversation) checkParsed(v otr.Version, msg []byte, kind, out string) {
	c.t.Helper()
	want := map[string]string{"Version": fmt.Sprintf("%02d", v)}
	if v == otr.V3 {
		want["Sender instance"] = fmt.Sprint(0xa11ce)
		want["Receiver instance"] = fmt.Sprint(uint32(c.theirTag()))
	}
	switch kind {
	case "D-H Commit Message":
		delete(want, "Receiver instance") // may be 0: for any instance
	case "Data Message":
		d := parseData(msg)
		want["MAC"] = fmt.Sprintf("%x", d.mac)
		for i, key := range d.revealed {
			want[fmt.Sprintf("Key %d", i+1)] = fmt.Sprintf("%x", key)
		}
		if len(d.revealed) != strings.Count(out, "\t\tKey ") {
			c.t.Errorf("%d revealed keys in\n%s", len(d.revealed), out)
		}
	}
	for name, value := range want {
		if got := field(c.t, out, name); got != value {
			c.t.Errorf("%s: %s is %q, want %q", kind, name, got, value)
		}
	}
}

// sessionKeys makes otr_sesskeys derive the keys of the data message m, which libotr
// received, or of the one that libotr sent under the same ids.
func (c *conversation) sessionKeys(senderID, recipientID string) string {
	c.t.Helper()
	for _, r := range c.them.do("keys") {
		if r[1] == recipientID && r[2] == senderID {
			out := tool(c.t, nil, "otr_sesskeys", r[3], r[4])
			if got := field(c.t, out, "Receiving MAC key"); got != r[5] {
				c.t.Errorf("otr_sesskeys derives the MAC key %s, libotr has %s", got, r[5])
			}
			return out
		}
	}
	c.t.Fatalf("libotr has no keys for the ids %s and %s", senderID, recipientID)
	return ""
}

// TestToolkitForges: an attacker with the keys of a conversation, or later with the
// revealed MAC keys, can forge any message of either side.
func TestToolkitForges(t *testing.T) {
	eachVersion(t, options{}, func(t *testing.T, c *conversation, v otr.Version) {
		c.wantChat("one", "two")

		c.us.say("attack at dawn")
		ours := c.us.takeOutbox()[0]
		out := tool(t, ours, "otr_parse")
		keys := c.sessionKeys(field(t, out, "Sender keyid"), field(t, out, "Rcpt keyid"))
		aes := field(t, keys, "Receiving AES key")
		if got := tool(t, ours, "otr_readforge", aes); !strings.Contains(got, "``attack at dawn''") {
			t.Errorf("otr_readforge reads %q", got)
		}
		c.them.receive([]byte(forged(t, tool(t, ours, "otr_readforge", aes, "retreat at noon"))))
		c.want(c.them, `show "retreat at noon"`)

		c.them.say("attack at dawn")
		theirs := c.them.takeOutbox()[0]
		out = tool(t, theirs, "otr_parse")
		keys = c.sessionKeys(field(t, out, "Rcpt keyid"), field(t, out, "Sender keyid"))
		mac := field(t, keys, "Sending   MAC key")
		c.us.receive([]byte(forged(t, tool(t, theirs, "otr_modify", mac, "attack", "defend", "0"))))
		c.want(c.us, `show "defend at dawn"`)
	})
}

// forged returns the message in a tool's output.
func forged(t *testing.T, output string) string {
	t.Helper()
	at := strings.Index(output, "?OTR:")
	if at < 0 {
		t.Fatalf("no message in %q", output)
	}
	return strings.TrimSpace(output[at:])
}

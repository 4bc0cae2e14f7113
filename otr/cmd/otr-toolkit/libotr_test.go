// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"purple-otr/otr"
)

// libotrs runs one of libotr's programs.
func libotrs(t *testing.T, stdin, program string, args ...string) string {
	t.Helper()
	need(t, program)
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v, %s", program, err, stderr.Bytes())
	}
	return string(out)
}

// TestLikeLibotr: our output equals that of libotr's programs, except for quotation marks
// and our additions.
func TestLikeLibotr(t *testing.T) {
	policies(t, func(t *testing.T, p otr.Policy) {
		c := talk(t, p)
		for range 3 {
			c.say(c.alice, "attack at dawn")
			c.say(c.bob, "")
			c.say(c.bob, "what?")
		}
		out, err := c.bob.End()
		c.take(c.bob, out, err)
		c.pump()
		transcript := strings.Join(c.log[1:], "\n") // without the query
		if got, want := must(t, transcript, "parse"), libotrs(t, transcript, "otr_parse"); got != want {
			t.Errorf("parse prints\n%s\nwant\n%s", got, want)
		}
		for _, revealed := range []bool{false, true} {
			t.Run(fmt.Sprint("revealed keys ", revealed), func(t *testing.T) { compareForging(t, p, revealed) })
		}
	})
}

func compareForging(t *testing.T, p otr.Policy, revealed bool) {
	c := talk(t, p)
	msg := c.say(c.alice, "attack at dawn")
	if strings.Contains(must(t, msg, "parse"), "Revealed") {
		t.Fatal("too early for revealed keys")
	}
	if revealed {
		c.say(c.bob, "why?")
		if msg = c.say(c.alice, "attack at dawn"); !strings.Contains(must(t, msg, "parse"), "Revealed") {
			t.Fatal("no revealed keys")
		}
	}
	keys, operands := c.keys(c.alice, msg)
	if want := libotrs(t, "", "otr_sesskeys", operands[0], operands[1]); !strings.HasPrefix(keys, want) {
		t.Errorf("sesskeys prints\n%s\nwant\n%s", keys, want)
	}
	aes, mac := value(t, keys, "Sending   AES key"), value(t, keys, "Sending   MAC key")
	if got, want := must(t, "", "mackey", aes), libotrs(t, "", "otr_mackey", aes); got != want {
		t.Errorf("mackey prints\n%s\nwant\n%s", got, want)
	}
	read := regexp.MustCompile("^Plaintext: ``(.*)''\n").FindStringSubmatch(libotrs(t, msg, "otr_readforge", aes))
	if got := value(t, must(t, msg, "readforge", aes), "Plaintext"); read == nil || got != `"`+read[1]+`"` {
		t.Errorf("readforge reads %s, want %q", got, read)
	}
	for _, args := range [][]string{
		{"readforge", aes, "retreat at noon, and burn the bridges"},
		{"readforge", aes, ""},
		{"modify", mac, "attack", "defend", "0"},
		{"modify", mac, "n", "N", "13"},
	} {
		// libotr's program shows the original message before it prints the forged
		// one.
		_, want, _ := strings.Cut(libotrs(t, msg, "otr_"+args[0], args[1:]...), "?OTR:")
		want = "?OTR:" + want
		if got := must(t, msg, args...); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q prints\n%s\nwant\n%s", args, got, want)
		}
	}
	if p != otr.AllowV3 {
		return // otr_remac makes version 3
	}
	args := remacOperands(t, msg, keys, "1")
	args[len(args)-1] = strings.Repeat("0123456789", 8)
	if got, want := must(t, "", args...), libotrs(t, "", "otr_remac", args[1:]...); strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("remac prints\n%s\nwant\n%s", got, want)
	}
}

// TestSessionKeysLikeLibotr: keys with unusual values.
func TestSessionKeysLikeLibotr(t *testing.T) {
	for _, operands := range [][]string{
		{"01", "07"}, {"03", "07"}, {"03", "08"}, {"0003", "0007"},
		{strings.Repeat("ff", 40), strings.Repeat("ab", 191)},
	} {
		got, want := must(t, "", append([]string{"sesskeys"}, operands...)...), libotrs(t, "", "otr_sesskeys", operands...)
		if !strings.HasPrefix(got, want) {
			t.Errorf("sesskeys %s prints\n%s\nwant\n%s", operands, got, want)
		}
	}
}

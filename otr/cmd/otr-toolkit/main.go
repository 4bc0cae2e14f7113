// SPDX-License-Identifier: GPL-2.0-or-later

// Command otr-toolkit reads and forges the messages of Off-the-Record
// conversations.
//
// It makes OTR deniable in practice: everybody who has a transcript can change what it
// says so that all checks still succeed, and so a transcript proves nothing about
// anybody. Nobody else can forge messages while a conversation lasts, because only the
// two people talking then know the keys that this program asks for.
//
// The commands parse, sesskeys, mackey, readforge, modify and remac do what otr_parse and
// so on of libotr do. dake and transcript forge whole conversations of version 4.
package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"purple-otr/internal/version"
	"purple-otr/otr/internal/kdf4"
)

const name = "otr-toolkit"

// A command is one of the subcommands.
type command struct {
	name     string
	operands string // as the usage line shows them
	or       string // other operands, "" if there are none
	summary  string
	about    string // for -h
	run      func(t *tool, operands []string) error
}

var commands = []command{
	{"parse", "", "", "show every field of the messages on standard input",
		`Finds all OTR messages on standard input and shows their fields. Shows each
fragment, and the assembled message after the last one. Skips other text.`, parse},
	{"sesskeys", "our_privkey their_pubkey", "", "show the keys computed from two Diffie-Hellman keys",
		`Shows our public key, the session ids, and the AES and MAC keys computed from our
private and their public Diffie-Hellman key. Both operands are hexadecimal. Versions
2 and 3.`, sesskeys},
	{"mackey", "aes_key", "chain_key", "show the MAC key computed from another key",
		`Shows the MAC key computed from an AES key. In version 4, shows the keys computed
from a chain key, and the MAC key if it is an MKenc. The operand is hexadecimal.`, mackey},
	{"readforge", "aes_key [new_text]", "chain_key [new_text]", "decrypt a Data Message, or forge its text",
		`Decrypts the first Data Message on standard input with the sender's AES key, in
hexadecimal, and shows its text. With new_text, prints the message with this text
instead and with a valid MAC. To forge a message, any key works. For version 4, use
the message's MKenc, or its chain key or an earlier one of the same ratchet.`, readforge},
	{"modify", "mac_key old_text new_text offset", "", "change a Data Message without decrypting it",
		`Reads the first Data Message on standard input, assumes that it has old_text at
offset (in bytes, from 0), and replaces it with new_text, which must have the same
length. Prints the result with a valid MAC under mac_key, in hexadecimal: 20 bytes,
or 64 for a message of version 4.`, modify},
	{"remac",
		"mac_key sender_instance receiver_instance flags sender_keyid recipient_keyid pubkey counter encrypted revealed_mackeys",
		"mac_key sender_instance receiver_instance flags pn ratchet message ecdh_key dh_key encrypted revealed_mackeys",
		"create a Data Message from its fields",
		`Creates a Data Message from its fields, with a valid MAC under mac_key: of version 3
if mac_key has 20 bytes, of version 4 if it has 64. Instances, flags and the other
numbers are decimal, or hexadecimal after 0x; the other operands are hexadecimal.
encrypted must already be encrypted. dh_key and the last operand may be empty.`, remac},
	{"dake",
		"forger_seed bobs_profile alices_profile",
		"forger_seed bobs_profile alices_profile bobs_name alices_name",
		"forge a key exchange of version 4",
		`Makes the key exchange that Bob and Alice, the owners of two client profiles, might
have had, and shows the keys it leads to. This takes none of their secret keys. The
profiles are hexadecimal, as parse shows them. Bob begins. forger_seed is any 57
bytes: if they are the secret of a key in the profiles, that key makes a signature,
else keys that the command has drawn. Nobody can tell which. The names are those of
the XMPP accounts; other protocols have none.`, forgeExchange},
	{"transcript",
		"forger_seed bobs_profile alices_profile",
		"forger_seed bobs_profile alices_profile bobs_name alices_name",
		"forge a conversation of version 4",
		`Makes a key exchange like dake, and encrypted messages with the texts on standard
input. Each line begins with "Alice:" or "Bob:", and then has what they never said.`, forgeTranscript},
}

// forms returns the operands of each usage line.
func (c command) forms() []string {
	if c.or == "" {
		return []string{c.operands}
	}
	return []string{c.operands, c.or}
}

// accepts reports whether a form of c has n operands.
func (c command) accepts(n int) bool {
	return slices.ContainsFunc(c.forms(), func(form string) bool {
		all := len(strings.Fields(form))
		return all-strings.Count(form, "[") <= n && n <= all
	})
}

// A tool holds the input and output of a command.
type tool struct {
	in     io.Reader
	out    *bufio.Writer
	errors io.Writer
	prefix string // of error messages
}

func (t *tool) complain(err error) { fmt.Fprintf(t.errors, "%s: %v\n", t.prefix, err) }

// maxInput is the largest input that a command reads, in bytes.
const maxInput = 64 << 20

func (t *tool) input() ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(t.in, maxInput+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxInput {
		return nil, fmt.Errorf("the input is larger than %d bytes", maxInput)
	}
	return b, nil
}

// A usageError means that the program was called wrongly.
type usageError string

func (e usageError) Error() string { return string(e) }

// hexOperand reads an operand of min to max bytes.
func hexOperand(name, s string, min, max int) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err == nil && min <= len(b) && len(b) <= max {
		return b, nil
	}
	digits := strconv.Itoa(2 * max)
	if min < max {
		digits = "an even number of at most " + digits
	}
	return nil, usageError(name + " must be " + digits + " hexadecimal digits")
}

// keyOperand reads a key that has size bytes, or 64 in version 4.
func keyOperand(name, s string, size int) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != size && len(b) != kdf4.Size {
		return nil, usageError(fmt.Sprintf("%s must be %d hexadecimal digits, or %d for version 4", name, 2*size, 2*kdf4.Size))
	}
	return b, nil
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs the program and returns the exit code: 0, 1 if the input could not be
// processed, 2 if the arguments were wrong.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	t := &tool{stdin, bufio.NewWriter(stdout), stderr, name}
	err := t.dispatch(args)
	if flushed := t.out.Flush(); err == nil {
		err = flushed
	}
	if err == nil {
		return 0
	}
	t.complain(err)
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(stderr, "Try: %s -h\n", t.prefix)
		return 2
	}
	return 1
}

func (t *tool) dispatch(args []string) error {
	if len(args) > 0 && (args[0] == "--version" || args[0] == "-version") {
		fmt.Fprintln(t.out, name, version.String())
		return nil
	}
	args, help, err := options(args)
	switch {
	case help:
		t.overview()
		return nil
	case err != nil:
		return err
	case len(args) == 0:
		return usageError("no command given")
	}
	for _, c := range commands {
		if c.name == args[0] {
			t.prefix += " " + c.name
			return t.call(c, args[1:])
		}
	}
	return usageError(fmt.Sprintf("unknown command %q", args[0]))
}

func (t *tool) call(c command, args []string) error {
	args, help, err := options(args)
	switch {
	case help:
		fmt.Fprintf(t.out, "%s\n\n%s\n", usage(c), c.about)
		return nil
	case err != nil:
		return err
	case !c.accepts(len(args)):
		return usageError(usage(c))
	}
	return c.run(t, args)
}

// options parses what precedes the operands. The only option is -h.
func options(args []string) (operands []string, help bool, err error) {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, true, nil
	case err != nil:
		return nil, false, usageError("the only options are -h, and --version before a command")
	}
	return f.Args(), false, nil
}

func usage(c command) string {
	var lines []string
	for _, form := range c.forms() {
		lines = append(lines, strings.TrimSpace(name+" "+c.name+" "+form))
	}
	return "usage: " + strings.Join(lines, "\n   or: ")
}

func (t *tool) overview() {
	fmt.Fprintf(t.out, "usage: %s command [operand ...]\n\n", name)
	fmt.Fprint(t.out, "Reads and forges messages of Off-the-Record (OTR) conversations. Commands:\n\n")
	for _, c := range commands {
		fmt.Fprintf(t.out, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(t.out, "\n\"%s command -h\" explains a command; \"%s --version\" prints the version.\n", name, name)
}

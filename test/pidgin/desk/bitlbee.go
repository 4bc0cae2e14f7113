// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// A BitlBee is a BitlBee with its OTR plugin. It is a server for IRC, so that the tests
// speak to it as an IRC program does.
type BitlBee struct {
	Desk *Desk
	User string

	conn net.Conn

	mu       sync.Mutex
	arrived  []string          // each line that it has sent
	messages map[string]string // by sender, what they have said, a line break before and after each line
}

// BitlBee starts a BitlBee for user, and waits until it is connected and has a key.
func (d *Desk) BitlBee(user string) *BitlBee {
	d.T.Helper()
	dir := filepath.Join(d.Dir, user, "bitlbee")
	config := filepath.Join(dir, "bitlbee.conf")
	d.write(config, "[settings]\n[defaults]\n")
	port, err := freePort()
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	d.start(user+"-bitlbee", d.env(filepath.Join(d.Dir, user)), "/usr/sbin/bitlbee", "-D", "-n", "-v", "-i", "127.0.0.1", "-p", strconv.Itoa(port),
		"-c", config, "-d", dir+string(os.PathSeparator), "-P", filepath.Join(dir, "pid"))
	b := &BitlBee{Desk: d, User: user, messages: map[string]string{}}
	d.Until("BitlBee answers", func() bool {
		b.conn, err = net.Dial("tcp", loopback(port))
		return err == nil
	})
	d.T.Cleanup(func() { b.conn.Close() })
	go b.read()
	b.line("NICK " + user)
	b.line("USER " + user + " 0 * :" + user)
	b.WaitLine("Welcome to the BitlBee gateway")
	b.Command("register " + password(user))
	for _, s := range []string{"otr_color_encrypted false", "otr_policy manual", "auto_reconnect false", "paste_buffer false"} {
		b.Command("set " + s)
	}
	b.Command("account add jabber " + user + "@localhost " + password(user))
	for _, s := range []string{"server " + d.usualPort(), "tls false"} {
		b.Command("account jabber set " + s)
	}
	b.Command("account jabber on")
	b.WaitLine("Logged in")
	b.Command("otr keygen jabber")
	b.WaitLine("otr keygen for " + user + "@localhost/jabber complete")
	return b
}

func (b *BitlBee) line(line string) {
	b.Desk.T.Helper()
	if _, err := fmt.Fprintf(b.conn, "%s\r\n", line); err != nil {
		b.Desk.T.Fatalf("%s: %v", b.User, err)
	}
}

// Command gives a command to BitlBee, such as "otr connect alice".
func (b *BitlBee) Command(command string) { b.Say("&bitlbee", command) }

// Say sends text to a buddy. IRC has no line breaks.
func (b *BitlBee) Say(buddy, text string) { b.line("PRIVMSG " + buddy + " :" + text) }

// read takes note of what BitlBee sends.
func (b *BitlBee) read() {
	for r := bufio.NewReader(b.conn); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if rest, is := strings.CutPrefix(line, "PING "); is {
			fmt.Fprintf(b.conn, "PONG %s\r\n", rest)
		}
		b.mu.Lock()
		b.arrived = append(b.arrived, line)
		if head, text, is := strings.Cut(line, " PRIVMSG "+b.User+" :"); is {
			nick, _, _ := strings.Cut(strings.TrimPrefix(head, ":"), "!")
			b.messages[nick] = strings.TrimSuffix(b.messages[nick], "\n") + "\n" + text + "\n"
		}
		b.mu.Unlock()
	}
}

// WaitLine waits until a line from BitlBee has text in it.
func (b *BitlBee) WaitLine(text string) {
	b.Desk.T.Helper()
	if !b.Desk.Within(Timeout, func() bool { return strings.Contains(b.lines(), text) }) {
		b.Desk.T.Fatalf("%s is not told %q but:\n%s", b.User, text, b.lines())
	}
}

func (b *BitlBee) lines() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.arrived, "\n")
}

// Received reports whether a buddy has said exactly this text, which may have several
// lines.
func (b *BitlBee) Received(buddy, text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Contains(b.messages[buddy], "\n"+text+"\n")
}

// usualPort makes the relay reachable at XMPP's usual port, because BitlBee refuses most
// others, and returns the address. Nobody else uses it.
func (d *Desk) usualPort() (address string) {
	d.T.Helper()
	d.Until("an address is free", func() bool {
		address = fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
		l, err := d.Relay.listen(address + ":5222")
		if err != nil {
			return false
		}
		d.T.Cleanup(func() { l.Close() })
		return true
	})
	return address
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// A Client is a running Pidgin or Finch with its own session bus. Over this bus the tests
// call libpurple for everything that does not need a window.
type Client struct {
	Desk *Desk
	User string

	bus     *dbus.Conn
	daemon  *process // the session bus
	address string   // the address of the session bus
	proc    program
	ring    *process // the Secret Service, or nil
	logs    string
	env     []string
}

// A program is the process of a Pidgin or Finch.
type program interface {
	pid() int
	running() bool
	stop()
}

// newClient prepares the profile and the session bus.
func (d *Desk) newClient(user string, plugins []string) *Client {
	d.T.Helper()
	d.prepare(user, plugins)
	d.dress(user)
	home := filepath.Join(d.Dir, user)
	socket := filepath.Join(home, "bus")
	os.Remove(socket) // left by an earlier start
	address := "unix:path=" + socket
	env := d.env(home, "DBUS_SESSION_BUS_ADDRESS="+address, "AT_SPI_BUS_ADDRESS="+d.a11y(), "GTK_MODULES=gail:atk-bridge")
	env = append(env, d.language...)
	c := &Client{Desk: d, User: user, address: address, env: env, logs: filepath.Join(d.Dir, user+".log")}
	c.daemon = d.start(user+"-bus", env, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--address="+address)
	d.Until(user+"'s session bus", func() bool {
		var err error
		c.bus, err = dbus.Connect(address)
		return err == nil
	})
	d.T.Cleanup(func() { c.bus.Close() })
	if d.keyring {
		c.startKeyring()
	}
	return c
}

// Purple calls a method of libpurple's D-Bus interface that returns one value. It returns
// nil if the call fails, as it does while the client is starting.
func (c *Client) Purple(method string, args ...any) any {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	call := c.bus.Object("im.pidgin.purple.PurpleService", "/im/pidgin/purple/PurpleObject").
		CallWithContext(ctx, "im.pidgin.purple.PurpleInterface."+method, 0, args...)
	if call.Err != nil || len(call.Body) != 1 {
		return nil
	}
	return call.Body[0]
}

func (c *Client) id(method string, args ...any) int32 {
	v, _ := c.Purple(method, args...).(int32)
	return v
}

func (c *Client) account() int32 {
	ids, _ := c.Purple("PurpleAccountsGetAllActive").([]int32)
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}

// Online reports whether the account is connected.
func (c *Client) Online() bool {
	a := c.account()
	return a != 0 && c.id("PurpleAccountIsConnected", a) == 1
}

// WaitOnline waits until the account is connected.
func (c *Client) WaitOnline() {
	c.Desk.T.Helper()
	c.Desk.Until(c.User+" is online", c.Online)
}

// Sees waits until the buddy is shown as present.
func (c *Client) Sees(buddy string) {
	c.Desk.T.Helper()
	c.Desk.Until(c.User+" sees "+buddy, func() bool {
		b := c.id("PurpleFindBuddy", c.account(), c.Desk.address(buddy))
		return b != 0 && c.id("PurplePresenceIsOnline", c.id("PurpleBuddyGetPresence", b)) == 1
	})
}

// Connect brings the account online.
func (c *Client) Connect() { c.call("PurpleAccountConnect", c.account()); c.WaitOnline() }

// Disconnect takes the account offline.
func (c *Client) Disconnect() {
	c.call("PurpleAccountDisconnect", c.account())
	c.Desk.Until(c.User+" is offline", func() bool { return !c.Online() })
}

// Remembers counts how often text is in the program's memory, where the program may write. It
// reads that as a debugger does.
func (c *Client) Remembers(text string) (n int) {
	c.Desk.T.Helper()
	dir := fmt.Sprintf("/proc/%d", c.proc.pid())
	maps, err := os.ReadFile(filepath.Join(dir, "maps"))
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	memory, err := os.Open(filepath.Join(dir, "mem"))
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	defer memory.Close()
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		if _, err := fmt.Sscanf(line, "%x-%x rw", &from, &to); err != nil {
			continue
		}
		part := make([]byte, min(to-from, 1<<28)) // what is larger has only been reserved
		read, _ := memory.ReadAt(part, from)
		n += bytes.Count(part[:read], []byte(text))
	}
	return n
}

// Dumps returns the maximum size in bytes of a core dump of the client.
func (c *Client) Dumps() uint64 {
	c.Desk.T.Helper()
	var limit unix.Rlimit
	if err := unix.Prlimit(c.proc.pid(), unix.RLIMIT_CORE, nil, &limit); err != nil {
		c.Desk.T.Fatalf("%s: %v", c.User, err)
	}
	return limit.Cur
}

// Reconnect makes the client notice that the connection is broken, and reconnect at once
// instead of after 8 to 60 seconds.
func (c *Client) Reconnect() {
	c.Desk.T.Helper()
	c.Desk.Until(c.User+" is offline", func() bool { return !c.Online() })
	c.Connect()
}

// call calls a method that returns nothing.
func (c *Client) call(method string, args ...any) {
	c.Desk.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := c.bus.Object("im.pidgin.purple.PurpleService", "/im/pidgin/purple/PurpleObject").
		CallWithContext(ctx, "im.pidgin.purple.PurpleInterface."+method, 0, args...).Err
	if err != nil {
		c.Desk.T.Fatalf("%s: %s: %v", c.User, method, err)
	}
}

// Talk opens the conversation with a buddy, or returns the open one.
func (c *Client) Talk(buddy string) int32 {
	c.Desk.T.Helper()
	conv := c.id("PurpleConversationNew", int32(1), c.account(), c.Desk.address(buddy))
	if conv == 0 {
		c.Desk.T.Fatalf("%s has no conversation with %s", c.User, buddy)
	}
	return conv
}

// Say sends a message as the entry box does.
func (c *Client) Say(buddy, html string) {
	c.Desk.T.Helper()
	c.call("PurpleConvImSend", c.id("PurpleConvIm", c.Talk(buddy)), html)
}

// Hand hands a text to the protocol, past the conversation, as scripts can.
func (c *Client) Hand(buddy, text string) {
	c.Desk.T.Helper()
	c.call("ServSendIm", c.id("PurpleAccountGetConnection", c.account()), c.Desk.address(buddy), text, int32(0))
}

// Quit makes the client quit, and ends its session bus. The profile stays.
func (c *Client) Quit() {
	c.bus.Close()
	c.proc.stop()
	if c.ring != nil {
		c.ring.stop()
	}
	c.daemon.stop()
}

// Running reports whether the program has not ended.
func (c *Client) Running() bool { return c.proc.running() }

// Log returns the client's debug log.
func (c *Client) Log() string {
	text, err := os.ReadFile(c.logs)
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	return string(text)
}

// WaitLog waits until the client has written text to its debug log.
func (c *Client) WaitLog(text string) {
	c.Desk.T.Helper()
	c.Desk.Until(c.User+"'s log has "+text, func() bool { return strings.Contains(c.Log(), text) })
}

// ProcessorTime returns the processor time that the client's running threads have used.
func (c *Client) ProcessorTime() (total time.Duration) {
	c.Desk.T.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.proc.pid()))
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	for _, file := range threads {
		var ns int64
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		if _, err := fmt.Sscan(string(text), &ns); err != nil {
			c.Desk.T.Fatalf("%s: %v", file, err)
		}
		total += time.Duration(ns)
	}
	return total
}

// Memory returns one of the client's memory figures in kB, such as "VmRSS" or "RssAnon".
func (c *Client) Memory(key string) (kB int) {
	c.Desk.T.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.proc.pid()))
	if err != nil {
		c.Desk.T.Fatalf("%v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, key+":"); ok {
			if _, err := fmt.Sscan(rest, &kB); err == nil {
				return kB
			}
		}
	}
	c.Desk.T.Fatalf("%s: no memory figure %s", c.User, key)
	return 0
}

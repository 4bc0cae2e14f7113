// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"bytes"
	"encoding/xml"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// A Relay is between the clients and the server and records every byte that passes, in
// both directions.
type Relay struct {
	listener net.Listener
	server   string

	mu       sync.Mutex
	conns    []net.Conn
	raw      bytes.Buffer
	longest  map[string]int // see Shorten
	old, new []byte         // see Replace
	messages []Message
}

// A Message is a message that a client has sent to the server.
type Message struct {
	To   string // bare name, "bob@localhost"
	Body string // what the stanza's <body> and, if different, its HTML contain
	XML  string // what is inside the stanza
	At   time.Time
}

func newRelay(server string) (*Relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Relay{listener: l, server: server}
	go r.serve(l)
	return r, nil
}

// listen makes the relay reachable at another address of this computer too, until l is
// closed.
func (r *Relay) listen(address string) (l net.Listener, err error) {
	l, err = net.Listen("tcp", address)
	if err == nil {
		go r.serve(l)
	}
	return l, err
}

// Port returns the port for the clients.
func (r *Relay) Port() int { return r.listener.Addr().(*net.TCPAddr).Port }

// Contains reports whether text has passed in either direction, anywhere in the stream.
func (r *Relay) Contains(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Contains(r.raw.Bytes(), []byte(text))
}

// record returns a copy of every byte that has passed.
func (r *Relay) record() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.raw.Bytes())
}

// Messages returns the messages that the clients have sent so far.
func (r *Relay) Messages() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Message(nil), r.messages...)
}

// Cut closes every connection, like a network failure.
func (r *Relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

func (r *Relay) close() {
	r.listener.Close()
	r.Cut()
}

func (r *Relay) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.server)
		if err != nil {
			client.Close()
			continue
		}
		r.mu.Lock()
		r.conns = append(r.conns, client, server)
		r.mu.Unlock()
		// The parser reads a copy, and never delays the traffic: a stream that it
		// cannot parse is still recorded.
		parsed, toParser := io.Pipe()
		go r.parse(parsed)
		go func() {
			io.Copy(io.MultiWriter(&replacer{r: r, to: &cutter{r: r, to: server}}, rawWriter{r}, toParser), client)
			server.Close()
			toParser.Close()
		}()
		go func() {
			io.Copy(io.MultiWriter(client, rawWriter{r}), server)
			client.Close()
		}()
	}
}

// Shorten makes the IRC server cut the messages of the user whose nick this is if their lines
// are longer than so many bytes.
func (r *Relay) Shorten(nick string, bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.longest = map[string]int{nick: bytes}
}

// Replace makes the network change what clients send, from now on.
func (r *Relay) Replace(before, after string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.old, r.new = []byte(before), []byte(after)
}

// A replacer is on the way from one client to the server.
type replacer struct {
	r    *Relay
	to   io.Writer
	rest []byte // may be the beginning of what is replaced
}

func (c *replacer) Write(p []byte) (int, error) {
	c.r.mu.Lock()
	old, new := c.r.old, c.r.new
	c.r.mu.Unlock()
	if len(old) == 0 {
		return c.to.Write(p)
	}
	all := bytes.ReplaceAll(append(c.rest, p...), old, new)
	n := len(old) - 1
	for n > 0 && !bytes.HasSuffix(all, old[:n]) {
		n--
	}
	c.rest = bytes.Clone(all[len(all)-n:])
	if _, err := c.to.Write(all[:len(all)-n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// A cutter is on the way from one client to the server.
type cutter struct {
	r    *Relay
	to   io.Writer
	nick string
	line []byte // without its end, if a message may have to be cut
}

func (c *cutter) Write(p []byte) (int, error) {
	c.r.mu.Lock()
	longest := c.r.longest
	c.r.mu.Unlock()
	if len(longest) == 0 {
		return c.to.Write(p)
	}
	c.line = append(c.line, p...)
	for {
		line, rest, whole := bytes.Cut(c.line, []byte("\r\n"))
		if !whole {
			return len(p), nil
		}
		if nick, is := bytes.CutPrefix(line, []byte("NICK ")); is {
			c.nick = string(nick)
		}
		if limit, is := longest[c.nick]; is && bytes.HasPrefix(line, []byte("PRIVMSG ")) {
			line = line[:min(len(line), limit)]
		}
		if _, err := c.to.Write(append(bytes.Clone(line), "\r\n"...)); err != nil {
			return 0, err
		}
		c.line = rest
	}
}

// rawWriter appends to the record.
type rawWriter struct{ r *Relay }

func (w rawWriter) Write(p []byte) (int, error) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	return w.r.raw.Write(p)
}

// parse collects the messages of one XMPP stream. After the login, a new stream begins
// inside the old one.
func (r *Relay) parse(stream io.Reader) {
	defer io.Copy(io.Discard, stream)
	dec := xml.NewDecoder(stream)
	for {
		token, err := dec.Token()
		if err != nil {
			return
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "message" {
			continue
		}
		var stanza struct {
			To   string `xml:"to,attr"`
			Body string `xml:"body"`
			XML  string `xml:",innerxml"`
			HTML struct {
				Inner string `xml:",innerxml"`
			} `xml:"html"`
		}
		if dec.DecodeElement(&stanza, &start) != nil {
			return
		}
		if stanza.Body == "" && stanza.HTML.Inner == "" {
			continue // typing notifications and other stanzas
		}
		to, _, _ := strings.Cut(stanza.To, "/")
		m := Message{To: to, Body: stanza.Body, XML: stanza.XML, At: time.Now()}
		if !strings.Contains(stanza.HTML.Inner, stanza.Body) {
			m.Body += " " + stanza.HTML.Inner
		}
		r.mu.Lock()
		r.messages = append(r.messages, m)
		r.mu.Unlock()
	}
}

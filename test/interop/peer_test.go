// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"bufio"
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/otr"
)

// A peer is libotr: a running peer.c.
type peer struct {
	t       *testing.T
	process *exec.Cmd
	in      io.WriteCloser
	reports *bufio.Reader
	stderr  bytes.Buffer

	outbox  [][]byte
	log     []string
	secured report // the latest "secure" or "still"
	// introduced is how often we say within a channel, in what looks like a heartbeat, that we have
	// version 4.
	introduced int
	alone      bool // we do not take part
}

// A report is a word and its arguments, as peer.c lists them.
type report []string

// answerTime limits the time of one command; after that the peer counts as hung.
const answerTime = 20 * time.Second

// startPeer starts libotr as NAME talking to BUDDY. It keeps its files in dir, and uses
// key unless dir already contains one.
func startPeer(t *testing.T, name, buddy, dir string, key *dsa.PrivateKey) *peer {
	t.Helper()
	file := filepath.Join(dir, "otr.private_key")
	if _, err := os.Stat(file); err != nil {
		if err := os.WriteFile(file, []byte(keyFile(name, key)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &peer{t: t, process: exec.Command(buildPeer(t), name, buddy, dir)}
	p.process.Stderr = &p.stderr
	in, err := p.process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	p.in, p.reports = in, bufio.NewReader(out)
	t.Cleanup(p.stop)
	return p
}

// stop ends the process, which must exit successfully. A second call does nothing.
func (p *peer) stop() {
	if p.process == nil {
		return
	}
	timer := time.AfterFunc(answerTime, p.kill)
	defer timer.Stop()
	p.in.Close()
	if err := p.process.Wait(); err != nil {
		p.t.Errorf("libotr peer: %v\n%s", err, &p.stderr)
	}
	p.process = nil
}

func (p *peer) kill() { p.process.Process.Kill() }

// do sends one command and returns its reports. Messages for the wire are added to the
// outbox, and what a user would see to the log.
//
// It cannot block for ever: the peer reads a whole line before it writes, and we write a
// whole line before we read. A peer that does neither is killed, which ends both our
// write and our read.
func (p *peer) do(word string, args ...string) []report {
	p.t.Helper()
	line := word
	for _, a := range args {
		line += "\t" + escaper.Replace(a)
	}
	timer := time.AfterFunc(answerTime, p.kill)
	defer timer.Stop()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		p.t.Fatalf("libotr peer, %s: %v\n%s", word, err, &p.stderr)
	}
	var all []report
	for {
		s, err := p.reports.ReadString('\n')
		if err != nil {
			p.t.Fatalf("libotr peer, after %s: %v\n%s", word, err, &p.stderr)
		}
		r := report(strings.Split(strings.TrimSuffix(s, "\n"), "\t"))
		for i := range r[1:] {
			r[i+1] = unescaper.Replace(r[i+1])
		}
		if r[0] == "ok" {
			return all
		}
		p.note(r)
		all = append(all, r)
	}
}

func (p *peer) note(r report) {
	switch r[0] {
	case "wire":
		p.outbox = append(p.outbox, []byte(r[1]))
	case "consumed", "newfpr", "tlv", "context", "keypair":
	case "show":
		p.log = append(p.log, fmt.Sprintf("show %q", r[1]))
	case "secure", "still":
		p.secured = r
		p.log = append(p.log, r[0]+" v"+r[1])
		if v, err := strconv.Atoi(r[1]); err == nil && !p.alone {
			p.introduced += introductions(otr.Version(v))
		}
	default:
		if r[len(r)-1] == "" {
			r = r[:len(r)-1]
		}
		line := strings.Join(r, " ")
		if line == "event LOG_HEARTBEAT_RCVD" && p.introduced > 0 {
			p.introduced--
			return
		}
		p.log = append(p.log, line)
	}
}

func (p *peer) receive(msg []byte) { p.do("recv", string(msg)) }
func (p *peer) say(text string)    { p.do("say", text) }
func (p *peer) start()             { p.do("start") }
func (p *peer) end()               { p.do("end") }

func (p *peer) takeOutbox() (msgs [][]byte) {
	msgs, p.outbox = p.outbox, nil
	return msgs
}

func (p *peer) takeLog() (lines []string) {
	lines, p.log = p.log, nil
	return lines
}

// find returns the first report with this word, nil if there is none.
func find(all []report, word string) report {
	for _, r := range all {
		if r[0] == word {
			return r
		}
	}
	return nil
}

var (
	escaper   = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\r", "\\r", "\t", "\\t")
	unescaper = strings.NewReplacer("\\\\", "\\", "\\n", "\n", "\\r", "\r", "\\t", "\t")
)

// peerBinary builds peer.c once for all tests of a run.
var peerBinary = sync.OnceValues(func() (string, error) {
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "libotr", "libgcrypt").Output()
	if err != nil {
		return "", fmt.Errorf("libotr is not here (pkg-config: %w)", err)
	}
	binary := filepath.Join(scratch, "peer")
	args := append([]string{"-O1", "-Wall", "-Wextra", "-Werror", "-o", binary, "peer.c"},
		strings.Fields(string(flags))...)
	out, err := exec.Command("cc", args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("no C compiler here (cc)")
	}
	if err != nil {
		panic(fmt.Sprintf("peer.c does not compile: %v\n%s", err, out))
	}
	return binary, nil
})

func buildPeer(t *testing.T) string {
	t.Helper()
	binary, err := peerBinary()
	if err != nil {
		missing(t, err.Error())
	}
	return binary
}

// missing skips a test that needs something this machine does not have.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") != "" {
		t.Fatal(what)
	}
	t.Skip(what + "; with REQUIRE_ALL=1 this is a failure")
}

// scratch is the folder for files that are built once and used by all tests.
var scratch string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("conversations with libotr take seconds: skipped")
		os.Exit(0)
	}
	os.Exit(func() int {
		var err error
		if scratch, err = os.MkdirTemp("", "interop"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(scratch)
		return m.Run()
	}())
}

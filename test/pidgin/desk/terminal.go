// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Terminal is a tmux terminal that runs a program, which the tests control with the
// keyboard.
type Terminal struct {
	desk   *Desk
	user   string
	env    []string
	socket string
	pane   *paneProcess
}

// terminal runs a shell command for user.
func (d *Desk) terminal(user string, env []string, command string) *Terminal {
	d.T.Helper()
	t := &Terminal{desk: d, user: user, env: append(env, "TERM=screen"), socket: filepath.Join(d.Dir, user, "tmux")}
	d.start(user+"-tmux", t.env, "tmux", "-f", "/dev/null", "-S", t.socket, "-D")
	d.Until("tmux answers", func() bool {
		_, err := t.tmux("new-session", "-d", "-x", "110", "-y", "36", "exec "+command)
		return err == nil
	})
	out, err := t.tmux("list-panes", "-F", "#{pane_pid}")
	if err != nil {
		d.T.Fatalf("%s: %v", user, err)
	}
	id, err := strconv.Atoi(out)
	if err != nil {
		d.T.Fatalf("tmux answered %q for a process id", out)
	}
	t.pane = &paneProcess{id: id}
	d.T.Cleanup(t.pane.stop)
	return t
}

func (t *Terminal) tmux(args ...string) (string, error) {
	c := exec.Command("tmux", append([]string{"-S", t.socket}, args...)...)
	c.Env = t.env
	out, err := c.CombinedOutput()
	return strings.TrimRight(string(out), "\n"), err
}

// Screen returns the text that the terminal shows.
func (t *Terminal) Screen() string {
	out, err := t.tmux("capture-pane", "-p")
	if err != nil {
		t.desk.T.Fatalf("%s: %v %s", t.user, err, out)
	}
	return out
}

// WaitScreen waits until the terminal shows text.
func (t *Terminal) WaitScreen(text string) {
	t.desk.T.Helper()
	var last string
	if !t.desk.Within(Timeout, func() bool { last = t.Screen(); return strings.Contains(last, text) }) {
		t.desk.T.Fatalf("%s's terminal does not show %q but:\n%s", t.user, text, last)
	}
}

// Keys presses keys, with tmux's names: "Enter", "M-n", "Tab".
func (t *Terminal) Keys(names ...string) {
	t.desk.T.Helper()
	for _, name := range names {
		if name == "Down" {
			t.Type("\x1bOB") // the escape sequence that Finch knows; tmux would send another
			continue
		}
		t.send(name)
	}
}

// Type types text where the cursor is.
func (t *Terminal) Type(text string) {
	t.desk.T.Helper()
	t.send("-l", text)
}

func (t *Terminal) send(args ...string) {
	t.desk.T.Helper()
	if out, err := t.tmux(append([]string{"send-keys"}, args...)...); err != nil {
		t.desk.T.Fatalf("%s: %v %s", t.user, err, out)
	}
	// Finch distinguishes an escape sequence from the Escape key by timing.
	time.Sleep(100 * time.Millisecond)
}

// Command types a line and presses Enter.
func (t *Terminal) Command(line string) {
	t.desk.T.Helper()
	t.Type(line)
	t.Keys("Enter")
}

// Save saves a picture of the terminal.
func (t *Terminal) Save(name string) {
	t.desk.T.Helper()
	t.desk.print(name, t.Screen())
}

// A paneProcess is a child process of tmux.
type paneProcess struct {
	id   int
	once sync.Once
}

func (p *paneProcess) pid() int { return p.id }

func (p *paneProcess) running() bool { return !errors.Is(syscall.Kill(p.id, 0), syscall.ESRCH) }

func (p *paneProcess) stop() {
	p.once.Do(func() {
		syscall.Kill(p.id, syscall.SIGTERM)
		for end := time.Now().Add(5 * time.Second); p.running() && time.Now().Before(end); {
			time.Sleep(30 * time.Millisecond)
		}
		if p.running() {
			syscall.Kill(p.id, syscall.SIGKILL)
		}
	})
}

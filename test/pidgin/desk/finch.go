// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Finch is a Finch in a terminal of tmux's, driven with the keyboard.
type Finch struct {
	*Client
	socket string
}

// Finch starts a Finch for user with these plugins, and waits until it is
// online.
func (d *Desk) Finch(user string, plugins ...string) *Finch {
	d.T.Helper()
	f := &Finch{Client: d.newClient(user, plugins), socket: filepath.Join(d.Dir, user, "tmux")}
	env := append(f.env, "TERM=screen", "GNTRC=/dev/null")
	d.start(user+"-tmux", env, "tmux", "-f", "/dev/null", "-S", f.socket, "-D")
	d.Until("tmux answers", func() bool {
		_, err := f.tmux("new-session", "-d", "-x", "110", "-y", "36",
			"exec finch -c "+d.profile(user)+" 2>>"+f.logs)
		return err == nil
	})
	out, err := f.tmux("list-panes", "-F", "#{pane_pid}")
	if err != nil {
		d.T.Fatalf("%s: %v", user, err)
	}
	id, err := strconv.Atoi(out)
	if err != nil {
		d.T.Fatalf("tmux answered %q for a process id", out)
	}
	p := &paneProcess{id: id}
	f.proc = p
	d.T.Cleanup(p.stop)
	f.WaitOnline()
	return f
}

func (f *Finch) tmux(args ...string) (string, error) {
	c := exec.Command("tmux", append([]string{"-S", f.socket}, args...)...)
	c.Env = f.env
	out, err := c.CombinedOutput()
	return strings.TrimRight(string(out), "\n"), err
}

// Screen is what the terminal shows.
func (f *Finch) Screen() string {
	out, err := f.tmux("capture-pane", "-p")
	if err != nil {
		f.Desk.T.Fatalf("%s: %v %s", f.User, err, out)
	}
	return out
}

// WaitScreen waits until the terminal shows text.
func (f *Finch) WaitScreen(text string) {
	f.Desk.T.Helper()
	var last string
	if !f.Desk.Within(Patience, func() bool { last = f.Screen(); return strings.Contains(last, text) }) {
		f.Desk.T.Fatalf("%s's Finch does not show %q but:\n%s", f.User, text, last)
	}
}

// Keys presses keys by tmux's names for them: "Enter", "M-n", "Tab".
func (f *Finch) Keys(names ...string) {
	f.Desk.T.Helper()
	for _, name := range names {
		if name == "Down" {
			f.Type("\x1bOB") // the form that Finch knows; tmux would send another
			continue
		}
		f.send(name)
	}
}

// Type types text where the cursor is.
func (f *Finch) Type(text string) {
	f.Desk.T.Helper()
	f.send("-l", text)
}

func (f *Finch) send(args ...string) {
	f.Desk.T.Helper()
	if out, err := f.tmux(append([]string{"send-keys"}, args...)...); err != nil {
		f.Desk.T.Fatalf("%s: %v %s", f.User, err, out)
	}
	// Finch tells escape sequences from a lone Escape by their timing.
	time.Sleep(100 * time.Millisecond)
}

// Command types a line and presses Enter.
func (f *Finch) Command(line string) {
	f.Desk.T.Helper()
	f.Type(line)
	f.Keys("Enter")
}

// Save writes what the terminal shows as name.txt beside the pictures.
func (f *Finch) Save(name string) {
	f.Desk.T.Helper()
	if f.Desk.pictures == "" {
		return
	}
	if err := os.MkdirAll(f.Desk.pictures, 0o755); err != nil {
		f.Desk.T.Fatalf("%v", err)
	}
	if err := os.WriteFile(filepath.Join(f.Desk.pictures, name+".txt"), []byte(f.Screen()+"\n"), 0o644); err != nil {
		f.Desk.T.Fatalf("%v", err)
	}
}

// A paneProcess is a child of tmux's.
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

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is a program that runs until it is stopped, with its own process group and a
// log in the desk's directory.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	once sync.Once
}

// start runs a program until the desk is cleaned up.
func (d *Desk) start(name string, env []string, args ...string) *process {
	d.T.Helper()
	return d.startWith(name, env, nil, args...)
}

// startWith is start, and passes extra to the program as file descriptor 3.
func (d *Desk) startWith(name string, env []string, extra *os.File, args ...string) *process {
	d.T.Helper()
	log, err := os.OpenFile(filepath.Join(d.Dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	defer log.Close()
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr, c.Env, c.Dir = log, log, env, d.Dir
	if extra != nil {
		c.ExtraFiles = []*os.File{extra}
	}
	// If we are killed, our child processes are killed too.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := c.Start(); err != nil {
		d.T.Fatalf("%s: %v", name, err)
	}
	p := &process{cmd: c, done: make(chan struct{})}
	go func() { c.Wait(); close(p.done) }()
	d.T.Cleanup(p.stop)
	return p
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// running reports whether the program is still running.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the process group to end, kills it after a while, and also ends what the
// program itself has started. A second call does nothing.
func (p *process) stop() {
	p.once.Do(func() {
		group := -p.pid()
		syscall.Kill(group, syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(5 * time.Second):
		}
		syscall.Kill(group, syscall.SIGKILL)
		<-p.done
	})
}

// startScreen starts an X server on a free display, and a window manager, without which
// no window would get the keyboard focus.
func (d *Desk) startScreen() {
	d.T.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.T.Fatalf("%v", err)
	}
	defer r.Close()
	d.Owned = true
	if d.screen == "" {
		d.screen = "1280x800"
	}
	d.startWith("xvfb", d.env(d.Dir), w,
		"Xvfb", "-displayfd", "3", "-screen", "0", d.screen+"x24", "-nolisten", "tcp", d.backdrop())
	w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.T.Fatalf("Xvfb did not start: %v", err)
	}
	d.Display = ":" + strings.TrimSpace(number)
	d.start("openbox", d.env(d.Dir), "openbox", "--sm-disable")
}

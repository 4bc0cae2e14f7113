// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A child is a running program that measures on request.
type child struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func start(program string, args ...string) (*child, error) {
	c := &child{process: exec.Command(program, args...)}
	c.process.Stderr = os.Stderr
	var err error
	if c.in, err = c.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	return c, c.process.Start()
}

// stop ends the program by closing its input.
func (c *child) stop() {
	c.in.Close()
	c.process.Wait()
}

// measure requests one operation. The answer is its time in ns, or another figure, and
// its allocations.
func (c *child) measure(op string, milliseconds int) (answer [2]float64, err error) {
	if _, err := fmt.Fprintln(c.in, op, milliseconds); err != nil {
		return answer, fmt.Errorf("%s: %w", c.process.Path, err)
	}
	if _, err := fmt.Fscanln(c.out, &answer[0], &answer[1]); err != nil {
		return answer, fmt.Errorf("%s: %s: %w", c.process.Path, op, err)
	}
	return answer, nil
}

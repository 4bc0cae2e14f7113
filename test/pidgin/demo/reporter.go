// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// A reporter is a desk.T outside of tests.
type reporter struct {
	mu       sync.Mutex
	cleanups []func()
	failed   atomic.Bool
	shown    atomic.Bool // every step of the demonstration has worked
}

// stopped is what Fatalf panics with.
type stopped struct{}

// run reports whether f returned without a failure.
func (r *reporter) run(f func()) (ok bool) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case stopped:
		default:
			r.end()
			panic(e)
		}
	}()
	f()
	return true
}

// end runs the clean-up functions, in reverse order. A second call, from the signal
// handler, waits for the first.
func (r *reporter) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.cleanups) > 0 {
		last := len(r.cleanups) - 1
		f := r.cleanups[last]
		r.cleanups = r.cleanups[:last]
		f()
	}
}

func (r *reporter) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

func (r *reporter) Helper() {}

func (r *reporter) Failed() bool { return r.failed.Load() }

func (r *reporter) Logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func (r *reporter) Fatalf(format string, args ...any) {
	r.failed.Store(true)
	r.Logf("FAILED: "+format, args...)
	panic(stopped{})
}

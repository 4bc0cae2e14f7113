// SPDX-License-Identifier: GPL-2.0-or-later

package libpurple

/*
#include "host.h"
*/
import "C"

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/mattn/go-pointer"
)

// held counts the values to which C holds a pointer.
var held atomic.Int64

// hold returns a pointer that C can pass back to us for v. Each pointer must be released
// exactly once.
func hold(v any) unsafe.Pointer {
	held.Add(1)
	return pointer.Save(v)
}

// release frees a pointer from hold.
func release(p unsafe.Pointer) {
	held.Add(-1)
	pointer.Unref(p)
}

// A loop runs functions on the main loop. Functions that have not run when it is closed
// are dropped.
type loop struct {
	self   unsafe.Pointer
	timers map[*timer]struct{}

	mu     sync.Mutex // guards the fields below: post is called from any goroutine
	queue  []func()
	woken  bool // potr_wake has been called since the queue was last emptied
	closed bool
}

type timer struct {
	loop *loop
	self unsafe.Pointer
	id   C.guint
	f    func()
}

func newLoop() *loop {
	l := &loop{timers: map[*timer]struct{}{}}
	l.self = hold(l)
	return l
}

// post may be called from any goroutine.
func (l *loop) post(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.queue = append(l.queue, f)
	if !l.woken {
		l.woken = true
		C.potr_wake(l.self)
	}
}

// take empties the queue and returns what was in it.
func (l *loop) take() []func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.queue
	l.queue, l.woken = nil, false
	return q
}

func (l *loop) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

//export potrWake
func potrWake(p unsafe.Pointer) {
	defer Caught("wake")
	l, ok := pointer.Restore(p).(*loop)
	if !ok {
		return
	}
	for _, f := range l.take() {
		if l.isClosed() { // by the previous function
			return
		}
		func() {
			defer Caught("posted")
			f()
		}()
	}
}

// after runs f once, d from now.
func (l *loop) after(d time.Duration, f func()) (stop func()) {
	if l.isClosed() {
		return func() {}
	}
	t := &timer{loop: l, f: f}
	t.self = hold(t)
	ms := min(max((d+time.Millisecond-1).Milliseconds(), 0), math.MaxInt32) // never early
	t.id = C.potr_timer_start(C.guint(ms), t.self)
	l.timers[t] = struct{}{}
	return t.stop
}

func (t *timer) stop() {
	if t.forget() {
		C.potr_timer_stop(t.id)
	}
}

// forget reports whether t was still pending, and removes it.
func (t *timer) forget() bool {
	if _, ok := t.loop.timers[t]; !ok {
		return false
	}
	delete(t.loop.timers, t)
	release(t.self)
	return true
}

//export potrFired
func potrFired(p unsafe.Pointer) {
	defer Caught("timer")
	if t, ok := pointer.Restore(p).(*timer); ok && t.forget() {
		t.f()
	}
}

// close drops everything that has not run yet.
func (l *loop) close() {
	l.mu.Lock()
	l.closed, l.queue = true, nil
	l.mu.Unlock()
	C.potr_sleep(l.self)
	for t := range l.timers {
		t.stop()
	}
	release(l.self)
}

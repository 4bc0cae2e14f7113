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

// held counts the values that C holds a pointer for.
var held atomic.Int64

// hold returns a pointer with which C can hand v back to us. Each must be given to
// release once.
func hold(v any) unsafe.Pointer {
	held.Add(1)
	return pointer.Save(v)
}

// release frees a pointer from hold. Nothing else does.
func release(p unsafe.Pointer) {
	held.Add(-1)
	pointer.Unref(p)
}

// A loop runs functions on the main loop. What has not run when it is closed is
// dropped.
type loop struct {
	self   unsafe.Pointer
	timers map[*timer]struct{}

	mu     sync.Mutex // guards what follows: post is called from everywhere
	queue  []func()
	woken  bool // potr_wake has been called since the queue was last taken
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

// take empties the queue.
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
		if l.isClosed() { // by the one before
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

// forget reports whether t was still running.
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

// close drops what has not run yet.
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

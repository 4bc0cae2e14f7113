// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"syscall"
	"time"

	"purple-otr/otr/measure"
)

// An operation is something to be measured. It panics if it fails.
type operation struct {
	before func() // prepares each run, not measured; may be nil
	run    func()
	count  int // number of operations in one run, if more than one
}

// operations are prepared on first use, and kept.
func operations(dir string) map[string]func() operation {
	all := map[string]func() operation{
		"key-exchange":   keyExchange,
		"ping-pong":      pingPong,
		"smp":            socialistMillionaires,
		"stream-100":     func() operation { return stream(100, false) },
		"stream-1000":    func() operation { return stream(1000, false) },
		"stream-60000":   func() operation { return stream(60000, false) },
		"padded-100":     func() operation { return stream(100, true) },
		"padded-1000":    func() operation { return stream(1000, true) },
		"message-100":    messageOf100,
		"fragments-64k":  func() operation { return receiveFragments(64 << 10) },
		"fragments-256k": func() operation { return receiveFragments(256 << 10) },
		"split-64k":      func() operation { return sendFragments(64 << 10) },
		"load-sorted":    func() operation { return loadFingerprints(dir + "/sorted") },
		"load-random":    func() operation { return loadFingerprints(dir + "/random") },
		"lookup":         func() operation { return lookUpFingerprint(dir + "/sorted") },
	}
	for name, prepare := range measure.Operations() {
		all[name] = func() operation { return operation{run: prepare()} }
	}
	return all
}

// serve answers requests, one on a line:
//
//	NAME MILLISECONDS     run an operation for that much processor time, at least once
//	memory CONVERSATIONS
//
// with the processor time in ns and the allocations of one operation, or with a number of
// bytes and 0.
func serve(in io.Reader, out io.Writer, dir string) error {
	known := operations(dir)
	prepared := map[string]operation{}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var name string
		var number int
		if _, err := fmt.Sscan(lines.Text(), &name, &number); err != nil {
			return fmt.Errorf("request %q: %w", lines.Text(), err)
		}
		if name == "memory" {
			fmt.Fprintln(out, memoryPerEnd(number), 0)
			continue
		}
		if _, ok := prepared[name]; !ok {
			prepare, ok := known[name]
			if !ok {
				return fmt.Errorf("no operation %q", name)
			}
			prepared[name] = prepare()
			prepared[name].once() // excludes one-time work
		}
		o := prepared[name]
		fmt.Fprintln(out, o.time(time.Duration(number)*time.Millisecond), o.allocations())
	}
	return lines.Err()
}

func (o operation) once() {
	if o.before != nil {
		o.before()
	}
	o.run()
}

// time returns the processor time of one operation in ns.
func (o operation) time(budget time.Duration) float64 {
	var spent time.Duration
	n, batch := 0, 1
	for n == 0 || spent < budget {
		if o.before != nil {
			o.before()
		}
		start := processorTime()
		for range batch {
			o.run()
		}
		spent += processorTime() - start
		n += batch
		if o.before == nil && spent < budget/4 {
			batch *= 2
		}
	}
	return float64(spent) / float64(n*max(o.count, 1))
}

// allocations counts the allocations of one operation.
func (o operation) allocations() uint64 {
	if o.before != nil {
		o.before()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	o.run()
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / uint64(max(o.count, 1))
}

// processorTime returns the processor time of all threads of this process.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heap returns the size of the reachable heap in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the first run only marks some objects as free
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// must panics if an operation failed that cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

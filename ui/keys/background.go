// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import "errors"

// background has work done on a goroutine, where it must touch nothing of App,
// and then calls done on the main loop, unless App has been closed meanwhile.
func background[T any](ks *Keys, work func() (T, error), done func(T, error)) {
	ks.running++
	post := ks.host.Post
	go func() {
		v, err := safely(work)
		post(func() {
			ks.running--
			if !ks.closed {
				done(v, err)
			}
		})
	}()
}

var errPanicked = errors.New("something went wrong inside the plugin")

// safely turns a panic into an error: on a goroutine it would take the whole
// program down.
func safely[T any](work func() (T, error)) (v T, err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return work()
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import "errors"

// background runs work on a goroutine and then calls done on the main loop, unless Keys has
// been closed meanwhile. work must not access Keys or App, except for what is safe on any
// goroutine, such as the store.
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

// safely turns a panic of work into an error. Otherwise a panic on a goroutine would end
// the whole program.
func safely[T any](work func() (T, error)) (v T, err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return work()
}

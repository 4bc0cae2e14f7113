// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"io/fs"
)

// Every error of this package wraps one of these. Their texts, and the file
// names and details around them, may be shown: they never contain a key, nor
// what is in a file.
var (
	// ErrDamaged: the file's content cannot be understood as a whole. Nothing
	// is written over it.
	ErrDamaged = errors.New("this file is damaged; it is left as it is, and nothing is written over it")

	// ErrUnreadable: the file is there but cannot be read. Nothing is written
	// over it.
	ErrUnreadable = errors.New("this file cannot be read; it is left as it is, and nothing is written over it")

	// ErrNotSaved: the change could not be written, and has not been made.
	ErrNotSaved = errors.New("this file could not be written, so the change has not been made")

	// ErrLocked: another process was writing for too long. The change has not
	// been made; it may be tried again.
	ErrLocked = errors.New("another program is using this folder, so the change has not been made; try again in a moment")

	// ErrName: the file's format has no way to write this name.
	ErrName = errors.New("this name is empty, too long, or has a tab or a line break in it, so it cannot be saved")

	// ErrKeyChanged: another process has saved a key for the same account
	// since the file was last read. That key is the account's key now.
	ErrKeyChanged = errors.New("another program has saved a key for this account meanwhile; that one is kept and used")

	// ErrClosed: the Store has been closed.
	ErrClosed = errors.New("the key store is closed, so the change has not been made")

	// ErrBadLine: a line of otr.max_message_size is not used; the others are.
	ErrBadLine = errors.New("some lines of this file cannot be understood and are not used")
)

// fileError says what happened (one of the errors above) to which file, and
// why.
func fileError(file string, what, why error) error {
	var p *fs.PathError
	if errors.As(why, &p) {
		why = p.Err // its text would name the file a second time
	}
	return fmt.Errorf("%s: %w (%w)", file, what, why)
}

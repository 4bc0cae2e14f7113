// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"fmt"
	"io/fs"
)

// Every error of this package wraps one of these. Their texts, and the file names and
// details around them, may be shown: they never contain a key or the content of a file.
var (
	// ErrDamaged: the file as a whole cannot be parsed. We never overwrite it.
	ErrDamaged = errors.New("this file is damaged; it is left as it is, and nothing is written over it")

	// ErrUnreadable: the file exists but cannot be read. We never overwrite it.
	ErrUnreadable = errors.New("this file cannot be read; it is left as it is, and nothing is written over it")

	// ErrNotSaved: the change could not be written, and has not been made.
	ErrNotSaved = errors.New("this file could not be written, so the change has not been made")

	// ErrLocked: another process held the lock for too long. The change has not been
	// made; the caller may try again.
	ErrLocked = errors.New("another program is using this folder, so the change has not been made; try again in a moment")

	// ErrName: the file format cannot represent this name.
	ErrName = errors.New("this name is empty, too long, or has a tab or a line break in it, so it cannot be saved")

	// ErrKeyChanged: another process has saved a key for the same account
	// since the file was last read. That key is the account's key now.
	ErrKeyChanged = errors.New("another program has saved a key for this account meanwhile; that one is kept and used")

	// ErrNoKey: the account has no key.
	ErrNoKey = errors.New("this account has no key")

	// ErrClosed: the Store has been closed.
	ErrClosed = errors.New("the key store is closed, so the change has not been made")

	// ErrReadOnly: the Store has been opened for reading only.
	ErrReadOnly = errors.New("the key store has been opened for reading only, so the change has not been made")

	// ErrSealed: the store is locked. Nothing is known of keys and fingerprints,
	// and nothing can be changed, until it is unlocked.
	ErrSealed = errors.New("the keys are locked; unlock them first")

	// ErrPassphrase: the passphrase is wrong.
	ErrPassphrase = errors.New("this is not the passphrase")

	// ErrNoPassphrase: the passphrase is empty.
	ErrNoPassphrase = errors.New("the passphrase is empty")

	// ErrProtection: the store is protected in another way than the call requires.
	ErrProtection = errors.New("the keys are protected in another way")

	// ErrKeyring: the desktop keyring did not answer, or its answer is useless.
	ErrKeyring = errors.New("the keyring of the desktop did not answer")

	// ErrKeyringLocked: there is a keyring, but it is locked, and the user did not unlock
	// it. It is also an ErrKeyring.
	ErrKeyringLocked = fmt.Errorf("%w: it is locked, or the question for its password was cancelled", ErrKeyring)

	// ErrNotInKeyring: the keyring does not contain the key of this store.
	ErrNotInKeyring = errors.New("the keyring of the desktop does not have the key for this folder")

	// ErrNewer: the file has a format that this version does not know. We never
	// overwrite it.
	ErrNewer = errors.New("this file was written by a newer version of this program; it is left as it is")

	// ErrOlder: the file is an older state than this process has seen. We never
	// overwrite it.
	ErrOlder = errors.New("an older copy of this file has been put in its place; it is left as it is, and nothing is written over it")

	// ErrMissing: there was a sealed store, and its file is not there. Nothing else is
	// used instead before the user has decided: [Store.RestoreBackup],
	// [Store.AdoptPlain] or [Store.SetAside].
	ErrMissing = errors.New("the file with your protected keys is missing; nothing else is used in its place before you have decided")

	// errWaiting: the keyring has not answered yet. See [Store.AwaitKeyring].
	errWaiting = errors.New("the keyring has not answered yet")

	// ErrFound: a plain file contains something that the sealed store does not, and
	// that would be lost. See [Store.Found].
	ErrFound = errors.New("this file has something new, which another program has written there; decide about it first")

	// ErrNotRemoved: a file that should have been removed still exists.
	ErrNotRemoved = errors.New("this file could not be removed")

	// ErrNotWiped: a file has been removed, but could not be overwritten first.
	ErrNotWiped = errors.New("this file has been removed, but could not be written over before")

	// ErrBadLine: some lines of otr.max_message_size are invalid and ignored; the
	// others are used.
	ErrBadLine = errors.New("some lines of this file cannot be understood and are not used")
)

// fileError says what happened (one of the errors above), to which file, and why.
func fileError(file string, what, why error) error {
	var p *fs.PathError
	if errors.As(why, &p) {
		why = p.Err // p's own text would repeat the file name
	}
	return fmt.Errorf("%s: %w (%w)", file, what, why)
}

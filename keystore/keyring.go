// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/godbus/dbus/v5"
	keyring "github.com/zalando/go-keyring"
)

// A Keyring stores secrets, which are readable while the user is logged in, and otherwise
// protected by the user's password. Its methods may wait for the user; they return when
// ctx is done. Names are hexadecimal digits.
type Keyring interface {
	// Get returns [ErrNotInKeyring] if there is no such secret.
	Get(ctx context.Context, name string) ([]byte, error)
	Set(ctx context.Context, name string, secret []byte) error
	Delete(ctx context.Context, name string) error

	// Has reports whether there is such a secret. It answers for a locked keyring, too, if
	// that can tell, and never prompts.
	Has(ctx context.Context, name string) (bool, error)

	// Ready reports whether the keyring is available and unlocked, so that the other
	// methods will not prompt the user. It never prompts itself.
	Ready(ctx context.Context) bool
}

// A DesktopKeyring is the Secret Service of the session, from GNOME, KDE or KeePassXC.
type DesktopKeyring struct{}

// KeyringReady reports whether the keyring can be used without prompting the user. It
// waits for the keyring until ctx is done.
func (s *Store) KeyringReady(ctx context.Context) bool { return s.keyring.Ready(ctx) }

// keyringService is the attribute that all our secrets have, besides their names.
const keyringService = "purple-otr"

func (DesktopKeyring) Get(ctx context.Context, name string) (secret []byte, err error) {
	err = await(ctx, func() error {
		text, err := keyring.Get(keyringService, name)
		if err != nil {
			return err
		}
		secret, err = hex.DecodeString(text)
		return err
	})
	if err != nil {
		return nil, err // do may still be running and write secret
	}
	return secret, nil
}

func (DesktopKeyring) Set(ctx context.Context, name string, secret []byte) error {
	text := hex.EncodeToString(secret)
	return await(ctx, func() error { return keyring.Set(keyringService, name, text) })
}

func (DesktopKeyring) Delete(ctx context.Context, name string) error {
	return await(ctx, func() error { return keyring.Delete(keyringService, name) })
}

// Has asks the Secret Service itself, because the library would have it prompt. The service
// finds what is in a locked collection, too.
func (DesktopKeyring) Has(ctx context.Context, name string) (bool, error) {
	if !haveBus() {
		return false, fmt.Errorf("%w: there is no D-Bus session", ErrKeyring)
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, fmt.Errorf("%w (%w)", ErrKeyring, err)
	}
	defer bus.Close()
	var unlocked, locked []dbus.ObjectPath
	err = bus.Object(secretsName, secretsPath).CallWithContext(ctx, "org.freedesktop.Secret.Service.SearchItems", 0,
		map[string]string{"service": keyringService, "username": name}).Store(&unlocked, &locked)
	if err != nil {
		return false, fmt.Errorf("%w (%w)", ErrKeyring, err)
	}
	return len(unlocked)+len(locked) > 0, nil
}

// await runs do and returns when do has returned or ctx is done. The library cannot be
// interrupted: do continues as long as the keyring shows a prompt.
func await(ctx context.Context, do func() error) error {
	if !haveBus() {
		return fmt.Errorf("%w: there is no D-Bus session", ErrKeyring)
	}
	result := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil { // the library panics on malformed D-Bus replies
				result <- errors.New("its answer cannot be understood")
			}
		}()
		result <- do()
	}()
	select {
	case err := <-result:
		switch {
		case errors.Is(err, keyring.ErrNotFound):
			return ErrNotInKeyring
		case err != nil:
			return keyringError(err)
		}
		return nil
	case <-ctx.Done():
		return keyringError(ctx.Err())
	}
}

// keyringError is ErrKeyringLocked if that is why the keyring did not do what it was
// asked for, or else ErrKeyring.
func keyringError(why error) error {
	ctx, cancel := context.WithTimeout(context.Background(), markTime)
	defer cancel()
	if locked, known := keyringLocked(ctx); known && locked {
		return fmt.Errorf("%w (%w)", ErrKeyringLocked, why)
	}
	return fmt.Errorf("%w (%w)", ErrKeyring, why)
}

// haveBus reports whether there is a session bus: without one, the D-Bus library would
// start one.
func haveBus() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	runtime := os.Getenv("XDG_RUNTIME_DIR")
	_, err := os.Stat(filepath.Join(runtime, "bus"))
	return runtime != "" && err == nil
}

const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = "/org/freedesktop/secrets"
)

// Ready checks whether the collection that the library uses is unlocked.
func (DesktopKeyring) Ready(ctx context.Context) bool {
	locked, known := keyringLocked(ctx)
	return known && !locked
}

// keyringLocked reports whether the collection that the library uses is locked, if there
// is one.
func keyringLocked(ctx context.Context) (locked, known bool) {
	if !haveBus() {
		return false, false
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false, false
	}
	defer bus.Close()
	for _, path := range []dbus.ObjectPath{secretsPath + "/collection/login", secretsPath + "/aliases/default"} {
		var v dbus.Variant
		err := bus.Object(secretsName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			"org.freedesktop.Secret.Collection", "Locked").Store(&v)
		if is, ok := v.Value().(bool); err == nil && ok {
			return is, true
		}
	}
	return false, false
}

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

// A Keyring keeps secrets for as long as the user is logged in, and under his
// password while he is not. Its methods may wait for the user; they return when
// ctx is done. Names are hexadecimal digits.
type Keyring interface {
	// Get returns [ErrNotInKeyring] if there is no such secret.
	Get(ctx context.Context, name string) ([]byte, error)
	Set(ctx context.Context, name string, secret []byte) error
	Delete(ctx context.Context, name string) error

	// Ready reports whether the keyring is there and open, so that the others
	// will not ask the user anything. It asks nothing itself.
	Ready(ctx context.Context) bool
}

// A DesktopKeyring is the Secret Service of the session: that of GNOME, KDE, or
// KeePassXC.
type DesktopKeyring struct{}

// KeyringReady reports whether the keyring is there and can be used without
// asking the user anything. It waits for the keyring until ctx is done.
func (s *Store) KeyringReady(ctx context.Context) bool { return s.keyring.Ready(ctx) }

// keyringService is what our secrets are found by, besides their names.
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
		return nil, err // secret may be written still
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

// await returns when do does, or ctx is done. The library cannot be interrupted:
// while a prompt of the keyring is on the screen, do goes on.
func await(ctx context.Context, do func() error) error {
	if !haveBus() {
		return fmt.Errorf("%w: there is no D-Bus session", ErrKeyring)
	}
	result := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil { // the library trusts what it gets over D-Bus
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
			return fmt.Errorf("%w (%w)", ErrKeyring, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w (%w)", ErrKeyring, ctx.Err())
	}
}

// haveBus reports whether there is a session's bus: without, the D-Bus library
// would start one.
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

// Ready looks whether the collection that the library uses is unlocked.
func (DesktopKeyring) Ready(ctx context.Context) bool {
	if !haveBus() {
		return false
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer bus.Close()
	for _, path := range []dbus.ObjectPath{secretsPath + "/collection/login", secretsPath + "/aliases/default"} {
		var locked dbus.Variant
		err := bus.Object(secretsName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			"org.freedesktop.Secret.Collection", "Locked").Store(&locked)
		if is, ok := locked.Value().(bool); err == nil && ok {
			return !is
		}
	}
	return false
}

// SPDX-License-Identifier: GPL-2.0-or-later

package uitest

import (
	"bytes"
	"context"
	"maps"
	"sync"

	"purple-otr/keystore"
)

// A Keyring is available if ready is set. If Slow is set, the keyring stores nothing, and does
// not say what it has, until Slow is closed.
type Keyring struct {
	mu      sync.Mutex
	ready   bool
	locked  bool // it is there, but locked, unless it is ready
	secrets map[string][]byte
	Slow    chan struct{}
}

func (k *Keyring) Get(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	secret, ok := k.secrets[name]
	switch {
	case !k.ready && k.locked:
		return nil, keystore.ErrKeyringLocked
	case !k.ready:
		return nil, keystore.ErrKeyring
	case !ok:
		return nil, keystore.ErrNotInKeyring
	}
	return bytes.Clone(secret), nil
}

func (k *Keyring) Set(ctx context.Context, name string, secret []byte) error {
	if k.Slow != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-k.Slow:
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ready {
		return keystore.ErrKeyring
	}
	if k.secrets == nil {
		k.secrets = map[string][]byte{}
	}
	k.secrets[name] = bytes.Clone(secret)
	return nil
}

func (k *Keyring) Delete(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.secrets, func(n string, _ []byte) bool { return n == name })
	return nil
}

func (k *Keyring) Has(ctx context.Context, name string) (bool, error) {
	if k.Slow != nil {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-k.Slow:
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ready && !k.locked {
		return false, keystore.ErrKeyring
	}
	_, ok := k.secrets[name]
	return ok, nil
}

func (k *Keyring) Ready(context.Context) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ready
}

func (k *Keyring) SetReady(ready bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ready = ready
}

func (k *Keyring) SetLocked(locked bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.locked = locked
}

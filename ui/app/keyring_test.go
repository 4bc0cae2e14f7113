// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"bytes"
	"context"
	"maps"
	"sync"

	"purple-otr/keystore"
)

// A fakeKeyring is a keyring, if ready is set. With slow, it takes nothing before
// that is closed.
type fakeKeyring struct {
	mu      sync.Mutex
	ready   bool
	secrets map[string][]byte
	slow    chan struct{}
}

func (k *fakeKeyring) Get(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	secret, ok := k.secrets[name]
	switch {
	case !k.ready:
		return nil, keystore.ErrKeyring
	case !ok:
		return nil, keystore.ErrNotInKeyring
	}
	return bytes.Clone(secret), nil
}

func (k *fakeKeyring) Set(ctx context.Context, name string, secret []byte) error {
	if k.slow != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-k.slow:
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

func (k *fakeKeyring) Delete(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.secrets, func(n string, _ []byte) bool { return n == name })
	return nil
}

func (k *fakeKeyring) Ready(context.Context) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ready
}

func (k *fakeKeyring) set(ready bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ready = ready
}

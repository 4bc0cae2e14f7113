// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/argon2"

	"purple-otr/internal/erase"
)

// A Cost is the work to check one passphrase (Argon2id, RFC 9106).
type Cost struct {
	Passes  uint32
	Memory  uint32 // KiB
	Threads uint8
}

// MinCost is the second recommendation of RFC 9106, section 4. We never seal with less.
var MinCost = Cost{Passes: 3, Memory: 64 << 10, Threads: 4}

// The largest cost that a file may have. The file may come from an attacker.
const (
	maxMemory  = 256 << 10 // KiB
	maxThreads = 16
	maxWork    = 8 << 20 // passes times KiB: twenty seconds on a slow machine
)

const (
	saltLen = 16
	costLen = 4 + 4 + 1
	saltAt  = headLen + costLen
	nonceAt = saltAt + saltLen
)

// PassphraseOverhead is how many bytes [SealPassphrase] adds to its plaintext.
const PassphraseOverhead = nonceAt + nonceLen + tagLen

// ErrEmpty: there is no passphrase.
var ErrEmpty = errors.New("the passphrase is empty")

// Calibrate measures, in about a fifth of target, how many passes take about target on this
// machine. It returns at least MinCost.
func Calibrate(target time.Duration) Cost {
	c := MinCost
	start := time.Now()
	clear(c.derive([]byte("passphrase"), make([]byte, saltLen)))
	one := max(time.Since(start)/time.Duration(c.Passes), time.Millisecond)
	most := maxWork / int64(c.Memory)
	c.Passes = uint32(min(max(int64(target/one), int64(MinCost.Passes)), most))
	return c
}

func (c Cost) check() error {
	switch {
	case c.Passes < 1 || c.Threads < 1 || c.Memory < 8*uint32(c.Threads):
		return ErrNotSealed
	case c.Memory > maxMemory || c.Threads > maxThreads || uint64(c.Passes)*uint64(c.Memory) > maxWork:
		return ErrLimits
	}
	return nil
}

func (c Cost) derive(passphrase, salt []byte) []byte {
	return argon2.IDKey(passphrase, salt, c.Passes, c.Memory, c.Threads, KeySize)
}

// SealPassphrase encrypts and authenticates plaintext under a passphrase, as [Key.Seal]
// does. It takes as long as the cost says, and reads 40 bytes from rand.
func SealPassphrase(rand io.Reader, passphrase []byte, c Cost, plaintext []byte, purpose string, details ...string) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, ErrEmpty
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	head := newHead(kindPassphrase, len(plaintext)+PassphraseOverhead)
	head = binary.BigEndian.AppendUint32(head, c.Passes)
	head = binary.BigEndian.AppendUint32(head, c.Memory)
	head = append(head, c.Threads)
	var salt [saltLen]byte
	if _, err := io.ReadFull(rand, salt[:]); err != nil {
		return nil, fmt.Errorf("no random numbers: %w", err)
	}
	head = append(head, salt[:]...)
	var sealed []byte
	var err error
	erase.Do(func() {
		key := c.derive(passphrase, salt[:])
		defer clear(key)
		sealed, err = sealTo(head, rand, key, plaintext, purpose, details)
	})
	return sealed, err
}

// OpenPassphrase is the reverse of SealPassphrase. It takes as long as that did, but
// whatever the file says, no longer than some seconds and no more than 256 MiB.
func OpenPassphrase(sealed, passphrase []byte, purpose string, details ...string) ([]byte, error) {
	c, err := PassphraseCost(sealed)
	if err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrEmpty
	}
	var plaintext []byte
	erase.Do(func() {
		key := c.derive(passphrase, sealed[saltAt:nonceAt])
		defer clear(key)
		plaintext, err = openAt(sealed, nonceAt, key, purpose, details)
	})
	return plaintext, err
}

// PassphraseCost reads the cost of opening an output of SealPassphrase. Whether the rest is
// valid is known only after opening it.
func PassphraseCost(sealed []byte) (c Cost, err error) {
	if err := checkHead(sealed, kindPassphrase); err != nil {
		return c, err
	}
	if len(sealed) < PassphraseOverhead {
		return c, ErrNotSealed
	}
	c = Cost{
		Passes:  binary.BigEndian.Uint32(sealed[headLen:]),
		Memory:  binary.BigEndian.Uint32(sealed[headLen+4:]),
		Threads: sealed[headLen+8],
	}
	return c, c.check()
}

// SPDX-License-Identifier: GPL-2.0-or-later

package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/argon2"
)

// A Cost is how much work it is to try one passphrase (Argon2id, RFC 9106).
type Cost struct {
	Passes  uint32
	Memory  uint32 // KiB
	Threads uint8
}

// MinCost is the second recommendation of RFC 9106, section 4. Nothing is sealed
// with less.
var MinCost = Cost{Passes: 3, Memory: 64 << 10, Threads: 4}

// What a file may ask for. It may come from anywhere.
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

// PassphraseOverhead is by how many bytes [SealPassphrase] makes its plaintext
// longer.
const PassphraseOverhead = nonceAt + nonceLen + tagLen

// ErrEmpty: there is no passphrase.
var ErrEmpty = errors.New("the passphrase is empty")

// Calibrate measures how many passes take about as long as target on this
// machine, for about a fifth of that time. The result is MinCost at least.
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

// SealPassphrase encrypts and authenticates plaintext under a passphrase, as
// [Key.Seal] does. It takes as long as the cost says. 40 bytes are taken from
// rand.
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
	key := c.derive(passphrase, salt[:])
	defer clear(key)
	return sealTo(head, rand, key, plaintext, purpose, details)
}

// OpenPassphrase is the reverse of SealPassphrase. It takes as long, but for no
// file longer than some seconds, or more than 256 MiB.
func OpenPassphrase(sealed, passphrase []byte, purpose string, details ...string) ([]byte, error) {
	c, err := PassphraseCost(sealed)
	if err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrEmpty
	}
	key := c.derive(passphrase, sealed[saltAt:nonceAt])
	defer clear(key)
	return openAt(sealed, nonceAt, key, purpose, details)
}

// PassphraseCost reads from something that SealPassphrase has made, or an error,
// what opening it costs. That it is whole is known only when it opens.
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

// SPDX-License-Identifier: GPL-2.0-or-later

package draw

import (
	"io"
	"strings"
	"testing"
)

type named struct{ io.Reader }

func (named) For(purpose string) io.Reader { return strings.NewReader(purpose) }

func TestFor(t *testing.T) {
	plain := strings.NewReader("plain")
	for want, rand := range map[string]io.Reader{"plain": plain, "purpose": named{plain}} {
		if b, err := io.ReadAll(For(rand, "purpose")); err != nil || string(b) != want {
			t.Errorf("%q, %v, want %q", b, err, want)
		}
	}
}

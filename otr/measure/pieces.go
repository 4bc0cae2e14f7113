// SPDX-License-Identifier: GPL-2.0-or-later

package measure

import (
	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/modular"
)

// A Piece is arithmetic with and without a piece of the engine's own.
type Piece = modular.Piece

// Pieces returns the pieces of the engine's arithmetic that bigmod has not.
func Pieces() []Piece { return must(modular.Pieces(dh.Prime())) }

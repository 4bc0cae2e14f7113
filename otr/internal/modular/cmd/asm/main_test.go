// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"os"
	"testing"
)

// The compiled file must be the output of this program.
func TestGenerated(t *testing.T) {
	b, err := os.ReadFile("../../kernel_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != generate() {
		t.Error("kernel_amd64.s is not what asm writes; run go generate ./otr/internal/modular")
	}
}

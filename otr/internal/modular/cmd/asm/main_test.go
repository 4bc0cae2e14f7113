// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"os"
	"testing"
)

// What is compiled is what this program writes.
func TestGenerated(t *testing.T) {
	b, err := os.ReadFile("../../kernel_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != generate() {
		t.Error("kernel_amd64.s is not what asm writes; run go generate ./otr/internal/modular")
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

//go:build goexperiment.runtimesecret

package erase

import "runtime/secret"

// Erases reports whether Do erases anything.
const Erases = Possible

// Do calls f and erases what it leaves in memory. It does not reach goroutines that f
// starts, global variables, and what f had been given. Objects that f allocates are erased
// when they are collected: the collector runs at least every two minutes.
func Do(f func()) { secret.Do(f) }

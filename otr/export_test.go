// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// KeyForExamples makes a key for the examples at once, where a program would take
// some seconds to make a real one.
func KeyForExamples(name string) *PrivateKey { return testKey(name) }

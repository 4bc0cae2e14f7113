// SPDX-License-Identifier: GPL-2.0-or-later

package otr

// KeyForExamples returns a key for the examples quickly. Generating a real key takes
// seconds.
func KeyForExamples(name string) *PrivateKey { return testKey(name) }

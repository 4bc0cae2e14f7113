// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import "errors"

// NoCoreDumps cannot do anything here: whether there are dumps is a setting of the
// computer.
//
// No test runs on Windows.
func NoCoreDumps() error { return errors.ErrUnsupported }

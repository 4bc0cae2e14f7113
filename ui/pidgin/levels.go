// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "icon.h"
*/
import "C"

import "purple-otr/ui"

// C and package ui define the same levels. If they differ, an index is out of range
// here, and this does not compile.
var (
	_ = [1]int{}[C.POTR_NOT_PRIVATE-ui.NotPrivate]
	_ = [1]int{}[C.POTR_UNVERIFIED-ui.Unverified]
	_ = [1]int{}[C.POTR_PRIVATE-ui.Private]
	_ = [1]int{}[C.POTR_FINISHED-ui.Finished]
	_ = [1]int{}[C.POTR_LEVELS-ui.NumLevels]
)

// SPDX-License-Identifier: GPL-2.0-or-later

#ifndef PURPLE_OTR_ICON_H
#define PURPLE_OTR_ICON_H

#include <gdk-pixbuf/gdk-pixbuf.h>

/* The same numbers as ui.Level; levels.go checks that. */
enum { POTR_NOT_PRIVATE, POTR_UNVERIFIED, POTR_PRIVATE, POTR_FINISHED, POTR_LEVELS };

/* Returns the icon of a level, size pixels wide and high, in the colour 0xRRGGBB. The
 * four icons differ in shape, not only in colour. The caller unrefs it. NULL if there
 * is no memory. */
GdkPixbuf *potr_icon(int level, int size, guint colour);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* The button and the menu in Pidgin's conversation windows, and the entry box: what
 * libpurple has no functions for.
 *
 * Every symbol of GTK and Pidgin is weak here (see weak.h), because Finch loads
 * the same file and has none of them. Call nothing below unless potr_in_pidgin
 * returns 1.
 *
 * Main loop only. Strings are UTF-8; a function copies those it is given. The
  * widgets ask Go each time what to show, and keep no state. */
#ifndef PURPLE_OTR_WIDGETS_H
#define PURPLE_OTR_WIDGETS_H

#include <stdlib.h>
#include "../libpurple/chat.h"

/* ==== C calls Go. ==== */

/* Returns the colour, 0xRRGGBB, for a level on a background of this colour. */
guint potrLevelColour(int level, guint background);

/* ==== Go calls C. ==== */

/* Returns 1 in Pidgin, 0 elsewhere. */
int potr_in_pidgin(void);

/* Add the widgets to every conversation window, open now or later; remove them again. */
void potr_widgets_add(const char *menu_title);
void potr_widgets_remove(void);

/* Redraw one conversation, or all of them. */
void potr_widgets_refresh(PotrChat c);
void potr_widgets_refresh_all(void);

/* In Pidgin, makes the button "Configure Plugin" call open. Elsewhere it does nothing,
 * and unlike the other functions it may be called there. Pidgin shows the button only
 * for plugins that require Pidgin, so in Pidgin, and only there, info says that this
 * plugin does. */
void potr_configure(PurplePluginInfo *info, void (*open)(void));

/* Puts html before the text in the conversation's entry box. Returns 0 if there is no
 * such box, or if it now belongs to another conversation. */
int potr_give_back(PotrChat c, const char *html);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* The button and the menu in Pidgin's conversation windows, and the entry box: what
 * libpurple has no functions for.
 *
 * Every symbol of GTK and Pidgin is weak here (see weak.h), because Finch loads
 * the same file and has none of them. Call nothing below unless potr_in_pidgin
 * returns 1.
 *
 * Main loop only. Strings are UTF-8; a function copies those it is given. The
 * widgets ask Go each time what to show, and keep nothing of it. */
#ifndef PURPLE_OTR_WIDGETS_H
#define PURPLE_OTR_WIDGETS_H

#include <stdlib.h>
#include "../libpurple/chat.h"

/* ==== C calls Go. ==== */

/* The colour, 0xRRGGBB, for a level on a background of that colour. */
guint potrLevelColour(int level, guint background);

/* ==== Go calls C. ==== */

/* 1 in Pidgin, 0 elsewhere. */
int potr_in_pidgin(void);

/* Puts the widgets into every conversation window, there now or later, until
 * they are removed again. */
void potr_widgets_add(const char *menu_title);
void potr_widgets_remove(void);

/* Draws one conversation again, or all of them. */
void potr_widgets_refresh(PotrChat c);
void potr_widgets_refresh_all(void);

/* In Pidgin: has the button "Configure Plugin" call open. Anywhere else it does nothing,
 * and unlike the rest may be called there. Pidgin knows of the button only in plugins
 * that require Pidgin, so in Pidgin, and only there, info says that this one does. */
void potr_configure(PurplePluginInfo *info, void (*open)(void));

/* Puts html before the text in the conversation's entry box. Returns 0 if there is no
 * such box, or if it now belongs to another conversation. */
int potr_give_back(PotrChat c, const char *html);

#endif

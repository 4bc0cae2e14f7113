// SPDX-License-Identifier: GPL-2.0-or-later

/* The widgets that libpurple has no word for, in Pidgin's conversation windows.
 *
 * Every symbol of GTK and Pidgin is weak here (see weak.h), because Finch loads
 * the same file and has none of them. Nothing below may be called unless
 * potr_in_pidgin says 1.
 *
 * Main loop only. Strings are UTF-8 and are copied by whoever is called. What
 * the widgets show is asked of Go each time; nothing of it is kept. */
#ifndef PURPLE_OTR_WIDGETS_H
#define PURPLE_OTR_WIDGETS_H

#include <stdlib.h>
#include "../libpurple/chat.h"

#define POTR_ITEMS 40

/* A line of the menu; ui.MenuItem in Go. */
typedef struct {
	char *label; /* with a mnemonic; empty: a separator */
	int action;  /* ui.Action */
	guint arg;
	int enabled, radio, on;
	int key; /* with Ctrl and Shift; 0 is none */
} PotrItem;

/* What the widgets of one conversation show. Filled by Go in potrLook, with the
 * two functions below, and freed by C. */
typedef struct {
	int hidden, no_button;
	int level; /* ui.Level */
	char *word, *tooltip;
	int items;
	PotrItem item[POTR_ITEMS];
} PotrLook;

void potr_look_set(PotrLook *look, int hidden, int no_button, int level, const char *word, const char *tooltip);
void potr_look_add(PotrLook *look, const char *label, PotrItem item); /* with this label */

/* ==== C calls Go. ==== */

/* Describes a conversation. look is hidden before. */
void potrLook(PotrChat c, PotrLook *look);

/* The user has chosen an item. */
void potrChosen(PotrChat c, int action, guint arg);

/* The colour, 0xRRGGBB, for a level on a background of that colour. */
guint potrInk(int level, guint background);

/* ==== Go calls C. ==== */

/* 1 in Pidgin, 0 elsewhere. */
int potr_in_pidgin(void);

/* Puts the widgets into every conversation window, there now or later, until
 * they are removed again. */
void potr_widgets_add(const char *menu_title);
void potr_widgets_remove(void);

/* Draws again what the conversation shows; what all show. */
void potr_widgets_refresh(PotrChat c);
void potr_widgets_refresh_all(void);

/* Puts html before what is in the conversation's entry box. Returns 0 if there
 * is no such box, or if what is in it would go to somebody else. */
int potr_give_back(PotrChat c, const char *html);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* What a conversation shows: its level, the word for that, and the items of its
 * menu. Go describes it, look.c holds it, menu.c and widgets.c draw it. */
#ifndef PURPLE_OTR_LOOK_H
#define PURPLE_OTR_LOOK_H

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

/* Filled by Go in potrDescribe, with the two functions below. */
typedef struct {
	int hidden, no_button;
	int level; /* ui.Level */
	char *word, *tooltip;
	int items;
	PotrItem item[POTR_ITEMS];
} PotrLook;

/* ==== C calls Go. ==== */

/* Fills in look for a conversation. look is initially hidden. */
void potrDescribe(PotrChat c, PotrLook *look);

/* ==== Go calls C. ==== */

void potr_look_set(PotrLook *look, int hidden, int no_button, int level, const char *word, const char *tooltip);
void potr_look_add(PotrLook *look, const char *label, PotrItem item); /* with this label */

/* ==== Within C. ==== */

/* Fetches what a conversation shows; for NULL or a chat, nothing. The caller frees the
 * contents of look with potr_look_clear. */
void potr_look_fetch(PurpleConversation *conv, PotrLook *look);
void potr_look_clear(PotrLook *look);

#endif

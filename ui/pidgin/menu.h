// SPDX-License-Identifier: GPL-2.0-or-later

#ifndef PURPLE_OTR_MENU_H
#define PURPLE_OTR_MENU_H

#include <gtk/gtk.h>

#include "widgets.h"

/* What our widgets are found by: the button at a tab's toolbar, the head of the
 * menu at a window, and a menu at both. */
#define KEY_BUTTON "purple-otr-button"
#define KEY_HEAD "purple-otr-head"
#define KEY_MENU "purple-otr-menu"

/* What a conversation shows; NULL or a chat shows nothing. */
void potr_look_at(PurpleConversation *conv, PotrLook *look);
void potr_look_away(PotrLook *look);

/* An empty menu below the button or head. */
GtkWidget *potr_menu_new(GtkWidget *from);

/* Makes the items be those of look. The menu may be open. */
void potr_menu_fill(GtkWidget *menu, const PotrLook *look);

/* The conversation that the menu is about now, or NULL. */
PurpleConversation *potr_menu_about(GtkWidget *menu);

#endif

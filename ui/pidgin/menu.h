// SPDX-License-Identifier: GPL-2.0-or-later

/* The OTR menu: a GtkMenu with the items of a PotrLook. It is used in the menu bar and
 * at the button. */
#ifndef PURPLE_OTR_MENU_H
#define PURPLE_OTR_MENU_H

#include <gtk/gtk.h>

#include "look.h"

/* ==== C calls Go. ==== */

/* The user has chosen an item. Go redraws the conversation afterwards, because GTK has
 * already changed a radio item, and only Go knows whether that is right. */
void potrChosen(PotrChat c, int action, guint arg);

/* ==== Within C. ==== */

/* Returns the conversation that the widget is about now, or NULL. */
typedef PurpleConversation *(*PotrAbout)(GtkWidget *widget);

/* Returns an empty menu for widget. When an item is chosen, the menu calls about to
 * find the conversation, because the window or tab may show another one since the menu
 * was filled. */
GtkWidget *potr_menu_new(GtkWidget *widget, PotrAbout about);

/* Changes the items to those of look. The menu may be open. */
void potr_menu_fill(GtkWidget *menu, const PotrLook *look);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* The OTR menu: a GtkMenu whose items are those of a PotrLook. It does not know
 * where it hangs. */
#ifndef PURPLE_OTR_MENU_H
#define PURPLE_OTR_MENU_H

#include <gtk/gtk.h>

#include "look.h"

/* ==== C calls Go. ==== */

/* The user has chosen an item. Go draws the conversation again afterwards, because GTK
 * has already switched a radio item over, and only Go knows whether that is right. */
void potrChosen(PotrChat c, int action, guint arg);

/* ==== Within C. ==== */

/* Returns the conversation that the widget is about now, or NULL. */
typedef PurpleConversation *(*PotrAbout)(GtkWidget *widget);

/* An empty menu of widget. When an item is chosen, about is asked which
 * conversation that is for: the window or tab may have changed since the menu was
 * filled. */
GtkWidget *potr_menu_new(GtkWidget *widget, PotrAbout about);

/* Makes the items be those of look. The menu may be open. */
void potr_menu_fill(GtkWidget *menu, const PotrLook *look);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* The OTR menu, below the button and in the menu bar. What each function
 * promises is written in menu.h and widgets.h. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkconvwin.h>

#include "menu.h"
#include "weak.h"

#define KEY_FROM "purple-otr-from"
#define KEY_ITEM "purple-otr-item"
#define KEY_KEY "purple-otr-key"

/* ---- What to show ---- */

void potr_look_set(PotrLook *look, int hidden, int no_button, int level, const char *word, const char *tooltip)
{
	look->hidden = hidden;
	look->no_button = no_button;
	look->level = level;
	look->word = g_strdup(word);
	look->tooltip = g_strdup(tooltip);
}

void potr_look_add(PotrLook *look, const char *label, PotrItem item)
{
	if (look->items == POTR_ITEMS)
		return;
	item.label = g_strdup(label);
	look->item[look->items++] = item;
}

static PotrChat chat_of(PurpleConversation *conv)
{
	return potr_chat_of(conv);
}

void potr_look_at(PurpleConversation *conv, PotrLook *look)
{
	PotrChat c;

	*look = (PotrLook){ .hidden = 1 };
	if (conv == NULL || purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = chat_of(conv);
	potrLook(c, look);
	potr_chat_clear(&c);
}

void potr_look_away(PotrLook *look)
{
	int i;

	g_free(look->word);
	g_free(look->tooltip);
	for (i = 0; i < look->items; i++)
		g_free(look->item[i].label);
}

/* ---- The conversation ---- */

/* It is looked up when an item is chosen: the window's or the tab's active one
 * may have changed since the menu was filled. */
PurpleConversation *potr_menu_about(GtkWidget *menu)
{
	GtkWidget *from = g_object_get_data(G_OBJECT(menu), KEY_FROM);
	GList *w, *l;

	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next) {
		PidginWindow *win = w->data;

		if (g_object_get_data(G_OBJECT(win->window), KEY_HEAD) == from)
			return pidgin_conv_window_get_active_conversation(win);
		for (l = pidgin_conv_window_get_gtkconvs(win); l != NULL; l = l->next) {
			PidginConversation *gtkconv = l->data;

			if (g_object_get_data(G_OBJECT(gtkconv->toolbar), KEY_BUTTON) == from)
				return gtkconv->active_conv;
		}
	}
	return NULL;
}

/* ---- Items ---- */

typedef enum { PLAIN, RADIO, SEPARATOR } Kind;

static Kind kind_wanted(const PotrItem *item)
{
	if (*item->label == '\0')
		return SEPARATOR;
	return item->radio ? RADIO : PLAIN;
}

static Kind kind_of(GtkWidget *item)
{
	if (GTK_IS_SEPARATOR_MENU_ITEM(item))
		return SEPARATOR;
	return GTK_IS_CHECK_MENU_ITEM(item) ? RADIO : PLAIN;
}

static void on_item(GtkWidget *item, gpointer menu)
{
	PurpleConversation *conv = potr_menu_about(menu);
	const PotrItem *what = g_object_get_data(G_OBJECT(item), KEY_ITEM);
	PotrChat c;

	if (conv == NULL || what == NULL || purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = chat_of(conv);
	potrChosen(c, what->action, what->arg);
	/* GTK has switched a radio item over by itself. Only Go knows if that is so. */
	potr_widgets_refresh(c);
	potr_chat_clear(&c);
}

/* A radio item is not GtkRadioMenuItem, which switches others of its group, and
 * then "activate" is about more than what the user has chosen. */
static GtkWidget *new_item(GtkWidget *menu, Kind kind)
{
	GtkWidget *item;

	if (kind == SEPARATOR)
		return gtk_separator_menu_item_new();
	if (kind == PLAIN) {
		item = gtk_menu_item_new_with_mnemonic("");
	} else {
		item = gtk_check_menu_item_new_with_mnemonic("");
		gtk_check_menu_item_set_draw_as_radio(GTK_CHECK_MENU_ITEM(item), TRUE);
		atk_object_set_role(gtk_widget_get_accessible(item), ATK_ROLE_RADIO_MENU_ITEM);
	}
	g_signal_connect(item, "activate", G_CALLBACK(on_item), menu);
	return item;
}

static gboolean destroy_later(gpointer item)
{
	gtk_widget_destroy(item);
	g_object_unref(item);
	return FALSE;
}

/* An item goes only when what it has set off is over: it may be the one that
 * was chosen. */
static void take_away(GtkWidget *menu, GtkWidget *item)
{
	g_object_ref(item);
	g_signal_handlers_disconnect_by_func(item, (gpointer)(guintptr)on_item, menu);
	gtk_container_remove(GTK_CONTAINER(menu), item);
	g_idle_add(destroy_later, item);
}

/* Only in the menu bar: the keys are the window's. They go with the item. */
static void set_key(GtkWidget *item, GtkWidget *menu, int key)
{
	const GdkModifierType held = GDK_CONTROL_MASK | GDK_SHIFT_MASK;
	GtkAccelGroup *group = gtk_menu_get_accel_group(GTK_MENU(menu));
	int old = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(item), KEY_KEY));

	if (group == NULL || key == old)
		return;
	if (old != 0)
		gtk_widget_remove_accelerator(item, group, old, held);
	if (key != 0)
		gtk_widget_add_accelerator(item, "activate", group, key, held, GTK_ACCEL_VISIBLE);
	g_object_set_data(G_OBJECT(item), KEY_KEY, GINT_TO_POINTER(key));
}

static void set_item(GtkWidget *item, GtkWidget *menu, const PotrItem *what)
{
	PotrItem *mine;

	if (kind_wanted(what) != SEPARATOR) {
		if (!purple_strequal(gtk_menu_item_get_label(GTK_MENU_ITEM(item)), what->label))
			gtk_menu_item_set_label(GTK_MENU_ITEM(item), what->label);
		gtk_widget_set_sensitive(item, what->enabled);
		set_key(item, menu, what->key);
	}
	if (kind_wanted(what) == RADIO) {
		/* This emits "activate". */
		g_signal_handlers_block_by_func(item, (gpointer)(guintptr)on_item, menu);
		gtk_check_menu_item_set_active(GTK_CHECK_MENU_ITEM(item), what->on);
		g_signal_handlers_unblock_by_func(item, (gpointer)(guintptr)on_item, menu);
	}
	mine = g_new(PotrItem, 1);
	*mine = *what;
	mine->label = NULL; /* look's */
	g_object_set_data_full(G_OBJECT(item), KEY_ITEM, mine, g_free);
	gtk_widget_show(item);
}

/* An item stays as long as it is of the right kind, because the menu may be open
 * and the pointer upon it. */
void potr_menu_fill(GtkWidget *menu, const PotrLook *look)
{
	GList *items = gtk_container_get_children(GTK_CONTAINER(menu)), *l = items;
	int i;

	for (i = 0; i < look->items; i++) {
		Kind kind = kind_wanted(&look->item[i]);
		GtkWidget *item = l != NULL ? l->data : NULL;

		if (l != NULL)
			l = l->next;
		if (item != NULL && kind_of(item) != kind) {
			take_away(menu, item);
			item = NULL;
		}
		if (item == NULL) {
			item = new_item(menu, kind);
			gtk_menu_shell_insert(GTK_MENU_SHELL(menu), item, i);
		}
		set_item(item, menu, &look->item[i]);
	}
	for (; l != NULL; l = l->next)
		take_away(menu, l->data);
	g_list_free(items);
}

GtkWidget *potr_menu_new(GtkWidget *from)
{
	GtkWidget *menu = gtk_menu_new();

	g_object_set_data(G_OBJECT(menu), KEY_FROM, from);
	g_object_set_data(G_OBJECT(from), KEY_MENU, menu);
	return menu;
}

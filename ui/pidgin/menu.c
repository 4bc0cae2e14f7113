// SPDX-License-Identifier: GPL-2.0-or-later

/* menu.h documents each function. */
#include <gtk/gtk.h>

#include "menu.h"
#include "weak.h"

#define KEY_WIDGET "purple-otr-widget"
#define KEY_ABOUT "purple-otr-about"
#define KEY_ITEM "purple-otr-item"
#define KEY_KEY "purple-otr-key"

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
	PotrAbout about = (PotrAbout)(guintptr)g_object_get_data(G_OBJECT(menu), KEY_ABOUT);
	PurpleConversation *conv = about(g_object_get_data(G_OBJECT(menu), KEY_WIDGET));
	const PotrItem *what = g_object_get_data(G_OBJECT(item), KEY_ITEM);
	PotrChat c;

	if (conv == NULL || what == NULL || purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = potr_chat_of(conv);
	potrChosen(c, what->action, what->arg);
	potr_chat_clear(&c);
}

/* A radio item is not a GtkRadioMenuItem, because that would deselect the other items
 * of its group and emit "activate" for them, although the user has chosen only one. */
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

/* The item may be the one that was just chosen, so it is destroyed only after its
 * signal handler has returned. */
static void remove_item(GtkWidget *menu, GtkWidget *item)
{
	g_object_ref(item);
	g_signal_handlers_disconnect_by_func(item, (gpointer)(guintptr)on_item, menu);
	gtk_container_remove(GTK_CONTAINER(menu), item);
	g_idle_add(destroy_later, item);
}

/* Shortcuts are only in the menu bar, because they belong to the window. GTK removes
 * them together with the item. */
static void set_key(GtkWidget *item, GtkWidget *menu, int key)
{
	const GdkModifierType modifiers = GDK_CONTROL_MASK | GDK_SHIFT_MASK;
	GtkAccelGroup *group = gtk_menu_get_accel_group(GTK_MENU(menu));
	int old = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(item), KEY_KEY));

	if (group == NULL || key == old)
		return;
	if (old != 0)
		gtk_widget_remove_accelerator(item, group, old, modifiers);
	if (key != 0)
		gtk_widget_add_accelerator(item, "activate", group, key, modifiers, GTK_ACCEL_VISIBLE);
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

/* An existing item of the right kind is changed and not replaced, because the menu may
 * be open with the pointer on it. */
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
			remove_item(menu, item);
			item = NULL;
		}
		if (item == NULL) {
			item = new_item(menu, kind);
			gtk_menu_shell_insert(GTK_MENU_SHELL(menu), item, i);
		}
		set_item(item, menu, &look->item[i]);
	}
	for (; l != NULL; l = l->next)
		remove_item(menu, l->data);
	g_list_free(items);
}

GtkWidget *potr_menu_new(GtkWidget *widget, PotrAbout about)
{
	GtkWidget *menu = gtk_menu_new();

	g_object_set_data(G_OBJECT(menu), KEY_WIDGET, widget);
	g_object_set_data(G_OBJECT(menu), KEY_ABOUT, (gpointer)(guintptr)about);
	return menu;
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* The button in each conversation's toolbar and the menu in each window's menu
 * bar. widgets.h documents each function.
 *
 * The widgets are found again through the window they are in, so we keep no separate
 * list that could get out of sync. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkconvwin.h>
#include <gtkplugin.h>

#include "icon.h"
#include "menu.h"
#include "weak.h"
#include "widgets.h"

/* Where we store our widgets: the button at a tab's toolbar, the menu bar item at a
 * window; and a menu, an icon, a label and a level at the button or item. */
#define KEY_BUTTON "purple-otr-button"
#define KEY_HEAD "purple-otr-head"
#define KEY_MENU "purple-otr-menu"
#define KEY_ICON "purple-otr-icon"
#define KEY_LABEL "purple-otr-label"
#define KEY_LEVEL "purple-otr-level"

static int signals; /* the handle of our signals */
static char *title; /* of the menu, between potr_widgets_add and _remove */

/* ---- Drawing ---- */

static guint rgb(const GdkColor *c)
{
	return (guint)(c->red >> 8) << 16 | (guint)(c->green >> 8) << 8 | (guint)(c->blue >> 8);
}

/* The icon is as high as the text beside it. */
static int icon_size(GtkWidget *widget)
{
	PangoLayout *layout = gtk_widget_create_pango_layout(widget, "X");
	int height = 0;

	pango_layout_get_pixel_size(layout, NULL, &height);
	g_object_unref(layout);
	return CLAMP(height, 16, 64);
}

/* Draws the icon, and the word if there is one, in a colour that is readable on the
 * background. */
static void paint(GtkWidget *widget)
{
	int level = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(widget), KEY_LEVEL));
	GtkWidget *image = g_object_get_data(G_OBJECT(widget), KEY_ICON);
	GtkWidget *label = g_object_get_data(G_OBJECT(widget), KEY_LABEL);
	guint colour = potrLevelColour(level, rgb(&gtk_widget_get_style(widget)->bg[gtk_widget_get_state(widget)]));
	GdkPixbuf *icon = potr_icon(level, icon_size(widget), colour);

	gtk_image_set_from_pixbuf(GTK_IMAGE(image), icon);
	if (icon != NULL)
		g_object_unref(icon);
	if (label != NULL) {
		PangoAttrList *attributes = pango_attr_list_new();

		pango_attr_list_insert(attributes, pango_attr_foreground_new(
			(guint16)((colour >> 16 & 0xff) * 0x101), (guint16)((colour >> 8 & 0xff) * 0x101),
			(guint16)((colour & 0xff) * 0x101)));
		pango_attr_list_insert(attributes, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
		gtk_label_set_attributes(GTK_LABEL(label), attributes);
		pango_attr_list_unref(attributes);
	}
}

static void on_style(GtkWidget *widget, GtkStyle *before, gpointer unused)
{
	(void)before, (void)unused;
	paint(widget);
}

/* The background has another colour while the pointer is on the widget. */
static void on_state(GtkWidget *widget, GtkStateType before, gpointer unused)
{
	(void)before, (void)unused;
	paint(widget);
}

/* Sets the button's accessible name and description, for screen readers. */
static void describe(GtkWidget *button, const PotrLook *look)
{
	GtkWidget *label = g_object_get_data(G_OBJECT(button), KEY_LABEL);
	AtkObject *accessible = gtk_widget_get_accessible(button);

	if (!purple_strequal(gtk_label_get_text(GTK_LABEL(label)), look->word))
		gtk_label_set_text(GTK_LABEL(label), look->word);
	if (!purple_strequal(atk_object_get_name(accessible), look->word))
		atk_object_set_name(accessible, look->word);
	if (!purple_strequal(atk_object_get_description(accessible), look->tooltip))
		atk_object_set_description(accessible, look->tooltip);
}

/* Shows look on the button or the menu bar item, and in its menu. This is called
 * before each message is sent, and rarely changes anything. So it does not touch a
 * widget that already shows the right thing: GTK would lay out the window again, and
 * tell assistive programs about a change although there is none. */
static void show(GtkWidget *widget, const PotrLook *look)
{
	GtkWidget *image = g_object_get_data(G_OBJECT(widget), KEY_ICON);
	gpointer level = GINT_TO_POINTER(look->level);
	char *tooltip;

	if (look->hidden) {
		gtk_widget_hide(widget);
		return;
	}
	tooltip = gtk_widget_get_tooltip_text(widget);
	if (!purple_strequal(tooltip, look->tooltip))
		gtk_widget_set_tooltip_text(widget, look->tooltip);
	g_free(tooltip);
	if (g_object_get_data(G_OBJECT(widget), KEY_LABEL) != NULL)
		describe(widget, look);
	if (g_object_get_data(G_OBJECT(widget), KEY_LEVEL) != level ||
	    gtk_image_get_storage_type(GTK_IMAGE(image)) == GTK_IMAGE_EMPTY) {
		g_object_set_data(G_OBJECT(widget), KEY_LEVEL, level);
		paint(widget);
	}
	potr_menu_fill(g_object_get_data(G_OBJECT(widget), KEY_MENU), look);
	gtk_widget_show(widget);
}

/* Returns the conversation that a button or menu bar item is about now, or NULL. */
static PurpleConversation *about(GtkWidget *widget)
{
	GList *w, *l;

	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next) {
		PidginWindow *win = w->data;

		if (g_object_get_data(G_OBJECT(win->window), KEY_HEAD) == widget)
			return pidgin_conv_window_get_active_conversation(win);
		for (l = pidgin_conv_window_get_gtkconvs(win); l != NULL; l = l->next) {
			PidginConversation *gtkconv = l->data;

			if (g_object_get_data(G_OBJECT(gtkconv->toolbar), KEY_BUTTON) == widget)
				return gtkconv->active_conv;
		}
	}
	return NULL;
}

static GtkWidget *add_menu(GtkWidget *widget)
{
	GtkWidget *menu = potr_menu_new(widget, about);

	g_object_set_data(G_OBJECT(widget), KEY_MENU, menu);
	return menu;
}

/* ---- The button ---- */

/* Places the menu below the button, or above if there is no room. */
static void below(GtkMenu *menu, gint *x, gint *y, gboolean *push_in, gpointer button)
{
	GtkWidget *widget = button;
	GtkAllocation at;
	GtkRequisition wants;
	GdkScreen *screen = gtk_widget_get_screen(widget);

	gtk_widget_get_allocation(widget, &at);
	gtk_widget_size_request(GTK_WIDGET(menu), &wants);
	gdk_window_get_origin(gtk_widget_get_window(widget), x, y);
	*x += at.x;
	*y += at.y + at.height;
	if (*y + wants.height > gdk_screen_get_height(screen))
		*y -= at.height + wants.height;
	*push_in = TRUE;
}

/* Called for a click, for Space or Return, and by assistive programs. */
static void on_clicked(GtkWidget *button, gpointer menu)
{
	PotrLook look;

	potr_look_fetch(about(button), &look);
	show(button, &look);
	if (!look.hidden) {
		gtk_menu_popup(GTK_MENU(menu), NULL, NULL, below, button, 0, gtk_get_current_event_time());
		gtk_menu_shell_select_first(GTK_MENU_SHELL(menu), TRUE);
	}
	potr_look_clear(&look);
}

static GtkWidget *add_button(PidginConversation *gtkconv)
{
	GtkWidget *button = gtk_button_new(), *box = gtk_hbox_new(FALSE, 4);
	GtkWidget *image = gtk_image_new(), *label = gtk_label_new(NULL);
	GtkWidget *menu = add_menu(button);

	gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
	gtk_box_pack_start(GTK_BOX(box), image, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
	gtk_container_add(GTK_CONTAINER(button), box);
	gtk_widget_show_all(box);
	g_object_set_data(G_OBJECT(button), KEY_ICON, image);
	g_object_set_data(G_OBJECT(button), KEY_LABEL, label);
	gtk_menu_attach_to_widget(GTK_MENU(menu), button, NULL); /* is destroyed with the button */
	g_signal_connect(button, "clicked", G_CALLBACK(on_clicked), menu);
	gtk_box_pack_end(GTK_BOX(gtkconv->toolbar), button, FALSE, FALSE, 0);
	g_object_set_data(G_OBJECT(gtkconv->toolbar), KEY_BUTTON, button);
	g_signal_connect(button, "style-set", G_CALLBACK(on_style), NULL);
	g_signal_connect(button, "state-changed", G_CALLBACK(on_state), NULL);
	return button;
}

static void sync_tab(PidginConversation *gtkconv)
{
	GtkWidget *button = g_object_get_data(G_OBJECT(gtkconv->toolbar), KEY_BUTTON);
	PotrLook look;

	potr_look_fetch(gtkconv->active_conv, &look);
	look.hidden |= look.no_button;
	if (button == NULL && !look.hidden)
		button = add_button(gtkconv);
	if (button != NULL)
		show(button, &look);
	potr_look_clear(&look);
}

/* ---- The menu ---- */

/* The menu bar item has the icon too, because the user can hide the toolbar. */
static GtkWidget *add_head(PidginWindow *win)
{
	GtkWidget *head = gtk_menu_item_new(), *box = gtk_hbox_new(FALSE, 4);
	GtkWidget *image = gtk_image_new(), *label = gtk_label_new_with_mnemonic(title), *menu;
	GSList *groups; /* the window's */
	GList *heads = gtk_container_get_children(GTK_CONTAINER(win->menu.menubar));
	int place = g_list_index(heads, win->menu.tray); /* at the right end; -1 means the end */

	g_list_free(heads);
	gtk_box_pack_start(GTK_BOX(box), image, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), label, FALSE, FALSE, 0);
	gtk_container_add(GTK_CONTAINER(head), box);
	gtk_widget_show_all(box);
	gtk_label_set_mnemonic_widget(GTK_LABEL(label), head);
	g_object_set_data(G_OBJECT(head), KEY_ICON, image);
	menu = add_menu(head);
	groups = gtk_accel_groups_from_object(G_OBJECT(win->window));
	if (groups != NULL)
		gtk_menu_set_accel_group(GTK_MENU(menu), groups->data);
	gtk_menu_item_set_submenu(GTK_MENU_ITEM(head), menu);
	/* Set the name after adding the submenu, because that replaces the accessible
	 * object. */
	atk_object_set_name(gtk_widget_get_accessible(head), gtk_label_get_text(GTK_LABEL(label)));
	gtk_menu_shell_insert(GTK_MENU_SHELL(win->menu.menubar), head, place);
	g_object_set_data(G_OBJECT(win->window), KEY_HEAD, head);
	g_signal_connect(head, "style-set", G_CALLBACK(on_style), NULL);
	g_signal_connect(head, "state-changed", G_CALLBACK(on_state), NULL);
	return head;
}

static void sync_window(PidginWindow *win)
{
	GtkWidget *head = g_object_get_data(G_OBJECT(win->window), KEY_HEAD);
	PotrLook look;

	potr_look_fetch(win->gtkconvs != NULL ? pidgin_conv_window_get_active_conversation(win) : NULL, &look);
	if (head == NULL && !look.hidden)
		head = add_head(win);
	if (head != NULL)
		show(head, &look);
	potr_look_clear(&look);
}

/* ---- All windows ---- */

void potr_widgets_refresh(PotrChat c)
{
	PurpleConversation *conv = potr_conversation(c);
	PidginConversation *gtkconv;

	if (conv == NULL || !PIDGIN_IS_PIDGIN_CONVERSATION(conv))
		return;
	gtkconv = PIDGIN_CONVERSATION(conv);
	if (gtkconv == NULL || gtkconv->active_conv != conv)
		return;
	sync_tab(gtkconv);
	if (gtkconv->win != NULL && pidgin_conv_window_get_active_gtkconv(gtkconv->win) == gtkconv)
		sync_window(gtkconv->win);
}

void potr_widgets_refresh_all(void)
{
	GList *w;

	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next) {
		PidginWindow *win = w->data;

		g_list_foreach(pidgin_conv_window_get_gtkconvs(win), (GFunc)(void *)sync_tab, NULL);
		sync_window(win);
	}
}

static void on_switched(PurpleConversation *conv, void *unused)
{
	PidginConversation *gtkconv = PIDGIN_CONVERSATION(conv);

	(void)unused;
	sync_tab(gtkconv);
	if (gtkconv->win != NULL)
		sync_window(gtkconv->win);
}

static void on_displayed(PidginConversation *gtkconv, void *unused)
{
	(void)unused;
	sync_tab(gtkconv);
	if (gtkconv->win != NULL)
		sync_window(gtkconv->win);
}

void potr_widgets_add(const char *menu_title)
{
	void *conversations = pidgin_conversations_get_handle();

	potr_widgets_remove();
	title = g_strdup(menu_title);
	purple_signal_connect(conversations, "conversation-switched", &signals,
		PURPLE_CALLBACK(on_switched), NULL);
	purple_signal_connect(conversations, "conversation-displayed", &signals,
		PURPLE_CALLBACK(on_displayed), NULL);
	potr_widgets_refresh_all();
}

/* Destroys the widget stored under key, if there is one. */
static void destroy(gpointer object, const char *key)
{
	GtkWidget *widget = g_object_get_data(G_OBJECT(object), key);

	g_object_set_data(G_OBJECT(object), key, NULL);
	if (widget != NULL)
		gtk_widget_destroy(widget);
}

void potr_widgets_remove(void)
{
	GList *w, *l;

	purple_signals_disconnect_by_handle(&signals);
	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next) {
		PidginWindow *win = w->data;

		destroy(win->window, KEY_HEAD);
		for (l = pidgin_conv_window_get_gtkconvs(win); l != NULL; l = l->next)
			destroy(((PidginConversation *)l->data)->toolbar, KEY_BUTTON);
	}
	g_free(title);
	title = NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* offer.h documents each function. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkconvwin.h>

#include "offer.h"
#include "weak.h"

/* Data of a tag: the number of the conversation, the action, and the label. */
#define KEY_NUMBER "purple-otr-number"
#define KEY_ACTION "purple-otr-action"
#define KEY_LABEL "purple-otr-label"

static PurpleConversation *numbered(guint number)
{
	GList *l;

	for (l = purple_get_ims(); l != NULL; l = l->next)
		if (potr_number(l->data) == number)
			return l->data;
	return NULL;
}

static gboolean accept(gpointer tag)
{
	PurpleConversation *conv = numbered(GPOINTER_TO_UINT(g_object_get_data(tag, KEY_NUMBER)));
	char *label;
	PotrChat c;

	if (conv == NULL)
		return FALSE;
	c = potr_chat_of(conv);
	label = g_strdup(g_object_get_data(tag, KEY_LABEL));
	potrAccepted(c, GPOINTER_TO_INT(g_object_get_data(tag, KEY_ACTION)), label);
	g_free(label);
	potr_chat_clear(&c);
	return FALSE;
}

/* As with Pidgin's own links, the end of a selection is not a click. GTK is processing
 * the event, so the action is performed later. */
static gboolean on_event(GtkTextTag *tag, GObject *view, GdkEvent *event, GtkTextIter *at, gpointer unused)
{
	(void)view, (void)unused;
	if (event->type == GDK_BUTTON_RELEASE && event->button.button == 1 &&
	    !gtk_text_buffer_get_has_selection(gtk_text_iter_get_buffer(at)))
		g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, accept, g_object_ref(tag), g_object_unref);
	return FALSE;
}

static guint rgb(const GdkColor *c)
{
	return (guint)(c->red >> 8) << 16 | (guint)(c->green >> 8) << 8 | (guint)(c->blue >> 8);
}

/* Uses the colour of links in the user's theme. */
static void set_colour(GtkTextTag *tag, GtkWidget *view)
{
	GdkColor *link = NULL;
	guint colour = 0x0000ff;
	char *name;

	gtk_widget_style_get(view, "hyperlink-color", &link, NULL);
	if (link != NULL) {
		colour = rgb(link);
		gdk_color_free(link);
	}
	colour = potrReadableColour(colour, rgb(&gtk_widget_get_style(view)->base[GTK_STATE_NORMAL]));
	name = g_strdup_printf("#%06x", colour);
	g_object_set(tag, "foreground", name, "underline", PANGO_UNDERLINE_SINGLE, NULL);
	g_free(name);
}

/* The same offer in a conversation always has the same tag. Pidgin requires every tag
 * to have a name. */
static GtkTextTag *tag_for(GtkWidget *view, guint number, int action, const char *label)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
	char *name = g_strdup_printf("purple-otr %u %d %s", number, action, label);
	GtkTextTag *tag = gtk_text_tag_table_lookup(gtk_text_buffer_get_tag_table(buffer), name);

	if (tag == NULL) {
		tag = gtk_text_buffer_create_tag(buffer, name, NULL);
		g_object_set_data(G_OBJECT(tag), KEY_NUMBER, GUINT_TO_POINTER(number));
		g_object_set_data(G_OBJECT(tag), KEY_ACTION, GINT_TO_POINTER(action));
		g_object_set_data_full(G_OBJECT(tag), KEY_LABEL, g_strdup(label), g_free);
		/* Pidgin shows a hand pointer over tags with this data, as over the names in a
		 * chat. */
		g_object_set_data(G_OBJECT(tag), "cursor", (char *)"");
		set_colour(tag, view);
		g_signal_connect(tag, "event", G_CALLBACK(on_event), NULL);
	}
	g_free(name);
	return tag;
}

void potr_offer(PotrChat c, int action, const char *label)
{
	PurpleConversation *conv = potr_conversation(c);
	PidginConversation *gtkconv;
	GtkTextBuffer *buffer;
	GtkTextIter end;

	if (conv == NULL || !PIDGIN_IS_PIDGIN_CONVERSATION(conv))
		return;
	gtkconv = PIDGIN_CONVERSATION(conv);
	if (gtkconv == NULL)
		return;
	buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(gtkconv->imhtml));
	gtk_text_buffer_get_end_iter(buffer, &end);
	gtk_text_buffer_insert(buffer, &end, " ", -1);
	gtk_text_buffer_insert_with_tags(buffer, &end, label, -1,
		tag_for(gtkconv->imhtml, potr_number(conv), action, label), NULL);
}

static void collect(GtkTextTag *tag, gpointer all)
{
	if (g_object_get_data(G_OBJECT(tag), KEY_LABEL) != NULL)
		*(GSList **)all = g_slist_prepend(*(GSList **)all, tag);
}

static void remove_from(PidginConversation *gtkconv, gpointer unused)
{
	GtkTextTagTable *table = gtk_text_buffer_get_tag_table(gtk_text_view_get_buffer(GTK_TEXT_VIEW(gtkconv->imhtml)));
	GSList *all = NULL, *l;

	(void)unused;
	gtk_text_tag_table_foreach(table, collect, &all);
	for (l = all; l != NULL; l = l->next)
		gtk_text_tag_table_remove(table, l->data);
	g_slist_free(all);
}

void potr_offers_remove(void)
{
	GList *w;

	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next)
		g_list_foreach(pidgin_conv_window_get_gtkconvs(w->data), (GFunc)(void *)remove_from, NULL);
}

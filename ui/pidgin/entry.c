// SPDX-License-Identifier: GPL-2.0-or-later

/* The entry box, and Pidgin's dialogs. What each function promises is written in
 * widgets.h. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkimhtml.h>
#include <gtkplugin.h>

#include "weak.h"
#include "widgets.h"

int potr_in_pidgin(void)
{
	/* Without the program's name this would be true in one that merely has the
	 * same symbols, without the symbols in one that merely has the same name. */
	return purple_strequal(purple_core_get_ui(), PIDGIN_UI) &&
	       pidgin_conversations_get_handle != NULL;
}

int potr_give_back(PotrChat c, const char *html)
{
	PurpleConversation *conv = potr_conversation(c);
	PidginConversation *gtkconv;
	GtkTextBuffer *buffer;
	GtkTextIter start;
	GtkIMHtml *entry;
	gboolean typed;

	if (conv == NULL || !PIDGIN_IS_PIDGIN_CONVERSATION(conv))
		return 0;
	gtkconv = PIDGIN_CONVERSATION(conv);
	if (gtkconv == NULL || gtkconv->active_conv != conv)
		return 0;
	entry = GTK_IMHTML(gtkconv->entry);
	buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(entry));
	typed = gtk_text_buffer_get_char_count(buffer) > 0;
	gtk_text_buffer_get_start_iter(buffer, &start);
	gtk_imhtml_insert_html_at_iter(entry, html, 0, &start);
	if (typed)
		gtk_imhtml_insert_html_at_iter(entry, "<br>", 0, &start);
	return 1;
}

void potr_describe(void *widget, const char *name, int chars)
{
	if (widget == NULL)
		return;
	if (GTK_IS_ENTRY(widget) && !gtk_editable_get_editable(GTK_EDITABLE(widget)))
		gtk_entry_set_width_chars(GTK_ENTRY(widget), CLAMP(chars + 1, 20, 80));
	atk_object_set_name(gtk_widget_get_accessible(GTK_WIDGET(widget)), name);
}

GList *potr_windows(void)
{
	return gtk_window_list_toplevels();
}

void potr_watch_dialog(GList *before, void *gone, void *data)
{
	GList *now = gtk_window_list_toplevels(), *l;

	for (l = now; l != NULL; l = l->next)
		if (GTK_IS_DIALOG(l->data) && g_list_find(before, l->data) == NULL)
			g_signal_connect_swapped(l->data, "destroy", (GCallback)gone, data);
	g_list_free(now);
	g_list_free(before);
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* The entry box. widgets.h documents each function. */
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
	return pidgin_conversations_get_handle != NULL &&
	       purple_strequal(purple_core_get_ui(), PIDGIN_UI);
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

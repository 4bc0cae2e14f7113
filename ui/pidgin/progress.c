// SPDX-License-Identifier: GPL-2.0-or-later

/* A progress dialog. dialog.h documents the function. */
#include <gtk/gtk.h>

#include "frame.h"
#include "weak.h"

void potr_progress_set(GtkWidget *window, const char *heading, const char *text,
                       int percent, const char *again, const char *marked)
{
	PotrFrame *frame = potr_frame(window);
	char *number = g_strdup_printf("%d\u00a0%%", percent);

	if (frame->bar == NULL) {
		frame->bar = gtk_progress_bar_new();
		gtk_box_pack_start(GTK_BOX(frame->body), frame->bar, FALSE, FALSE, 0);
		gtk_widget_show(frame->bar);
		potr_dialog_add_button(window, again);
		potr_dialog_add_button(window, marked);
	}
	gtk_label_set_text(GTK_LABEL(frame->heading), heading);
	gtk_widget_set_visible(frame->heading, *heading != '\0');
	gtk_label_set_text(GTK_LABEL(frame->text), text);
	gtk_widget_set_visible(frame->text, *text != '\0');
	gtk_widget_set_visible(frame->bar, percent < 100); /* at the end, the text says the result */
	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(frame->bar), percent / 100.0);
	gtk_progress_bar_set_text(GTK_PROGRESS_BAR(frame->bar), number);
	atk_object_set_name(gtk_widget_get_accessible(frame->bar), heading);
	gtk_widget_set_visible(g_ptr_array_index(frame->buttons, 0), *again != '\0');
	gtk_button_set_label(GTK_BUTTON(g_ptr_array_index(frame->buttons, 0)), again);
	gtk_button_set_label(GTK_BUTTON(g_ptr_array_index(frame->buttons, 1)), marked);
	potr_frame_fit(window);
	g_free(number);
}

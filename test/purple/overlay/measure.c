// SPDX-License-Identifier: GPL-2.0-or-later

//go:build dialogtest

/* Compiled only for tests. Asks GTK whether widgets have the room that they want. A window
 * has its size as soon as it is shown, before the window manager knows it. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkconvwin.h>
#include <purple.h>

#include "measure.h"

#define KEY_OTHERS "measure-others"

enum { WIDEST = 1024 }; /* pixels */

static void fault(GString *faults, GtkWidget *widget, const char *format, ...)
{
	const char *text = GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget)) : "";
	char *line = g_strdup(text);
	va_list args;

	g_strdelimit(line, "\n", ' ');
	g_string_append_printf(faults, "%s \"%s\" ", G_OBJECT_TYPE_NAME(widget), line);
	va_start(args, format);
	g_string_append_vprintf(faults, format, args);
	va_end(args);
	g_string_append_c(faults, '\n');
	g_free(line);
}

enum { SLACK = 6 }; /* pixels that a letter may keep free beside itself */

static gboolean at_edge(GtkWidget *label, PangoLayout *layout)
{
	PangoRectangle line;
	GtkAllocation has;
	int x, y, left, right;

	gtk_widget_get_allocation(label, &has);
	gtk_label_get_layout_offsets(GTK_LABEL(label), &x, &y);
	pango_layout_get_pixel_extents(layout, NULL, &line);
	left = x + line.x - has.x;
	right = has.width - left - line.width;
	return (gtk_widget_get_direction(label) == GTK_TEXT_DIR_RTL ? right : left) <= SLACK;
}

static void examine_label(GtkWidget *label, GString *faults)
{
	PangoLayout *layout = gtk_label_get_layout(GTK_LABEL(label));
	int width, padding;
	GtkAllocation has;

	/* What the label wants says nothing if somebody has requested less for it. */
	gtk_widget_get_allocation(label, &has);
	gtk_misc_get_padding(GTK_MISC(label), &padding, NULL);
	pango_layout_get_pixel_size(layout, &width, NULL);
	if (width + 2 * padding > has.width)
		fault(faults, label, "is %d wide and has %d", width, has.width);
	if (gtk_label_get_line_wrap(GTK_LABEL(label)) && !at_edge(label, layout))
		fault(faults, label, "is not beside the edge where its lines begin");
	if (pango_layout_get_unknown_glyphs_count(layout) > 0)
		fault(faults, label, "shows boxes for letters");
}

static void examine(GtkWidget *widget, gpointer faults)
{
	GtkRequisition wants;
	GtkAllocation has;
	GtkWidget *window = gtk_widget_get_toplevel(widget);
	int x, y;

	if (!gtk_widget_get_visible(widget) || !gtk_widget_get_child_visible(widget) || GTK_IS_TEXT_VIEW(widget))
		return; /* a text view, which Pidgin has for long texts, wraps and scrolls */
	gtk_widget_get_child_requisition(widget, &wants);
	gtk_widget_get_allocation(widget, &has);
	if (wants.width > has.width || wants.height > has.height)
		fault(faults, widget, "wants %dx%d and has %dx%d", wants.width, wants.height, has.width, has.height);
	if (gtk_widget_translate_coordinates(widget, window, 0, 0, &x, &y) &&
	    (x < 0 || x + has.width > window->allocation.width))
		fault(faults, widget, "is at %d to %d in a window of %d", x, x + has.width, window->allocation.width);
	if (gtk_widget_get_direction(widget) != gtk_widget_get_default_direction())
		fault(faults, widget, "is not mirrored");
	if (GTK_IS_LABEL(widget))
		examine_label(widget, faults);
	if (GTK_IS_CONTAINER(widget))
		gtk_container_forall(GTK_CONTAINER(widget), examine, faults);
}

static void examine_window(GtkWidget *window, GString *faults)
{
	GtkRequisition wants;

	gtk_widget_size_request(window, &wants);
	if (MAX(wants.width, window->allocation.width) > WIDEST)
		fault(faults, window, "is %d wide", MAX(wants.width, window->allocation.width));
	gtk_container_forall(GTK_CONTAINER(window), examine, faults);
}

static gboolean is_ours(gpointer window)
{
	return g_object_get_data(G_OBJECT(window), KEY_OTHERS) == NULL && gtk_widget_get_visible(window) &&
	       GTK_WINDOW(window)->type == GTK_WINDOW_TOPLEVEL;
}

void measure_begin(void)
{
	GList *all = gtk_window_list_toplevels(), *l;

	for (l = all; l != NULL; l = l->next)
		g_object_set_data(l->data, KEY_OTHERS, l->data);
	g_list_free(all);
}

Measured measure_windows(void)
{
	GList *all = gtk_window_list_toplevels(), *l;
	GString *faults = g_string_new(NULL);
	Measured m = { 0, gtk_widget_get_default_direction() == GTK_TEXT_DIR_RTL, NULL };

	for (l = all; l != NULL; l = l->next) {
		if (!is_ours(l->data))
			continue;
		examine_window(l->data, faults);
		m.windows++;
	}
	g_list_free(all);
	m.faults = g_string_free(faults, FALSE);
	return m;
}

static void examine_menu(GtkWidget *menu, GString *faults)
{
	GtkRequisition wants;

	if (menu == NULL)
		return;
	gtk_widget_size_request(menu, &wants);
	if (wants.width > WIDEST)
		fault(faults, menu, "is %d wide", wants.width);
}

Measured measure_menus(void)
{
	GString *faults = g_string_new(NULL);
	Measured m = { 0, gtk_widget_get_default_direction() == GTK_TEXT_DIR_RTL, NULL };
	GList *w;

	for (w = pidgin_conv_windows_get_list(); w != NULL; w = w->next) {
		PidginWindow *win = w->data;
		GObject *head = g_object_get_data(G_OBJECT(win->window), "purple-otr-head");
		PidginConversation *gtkconv = pidgin_conv_window_get_active_gtkconv(win);
		GObject *button = g_object_get_data(G_OBJECT(gtkconv->toolbar), "purple-otr-button");
		GtkRequisition wants;

		m.windows++;
		if (head != NULL)
			examine_menu(g_object_get_data(head, "purple-otr-menu"), faults);
		if (button == NULL)
			continue;
		examine_menu(g_object_get_data(button, "purple-otr-menu"), faults);
		gtk_widget_size_request(win->window, &wants);
		if (wants.width > WIDEST)
			fault(faults, win->window, "is %d wide", wants.width);
	}
	m.faults = g_string_free(faults, FALSE);
	return m;
}

void measure_close(void)
{
	GList *all, *l;

	purple_notify_close_with_handle(purple_get_core()); /* long alerts */
	all = gtk_window_list_toplevels();
	for (l = all; l != NULL; l = l->next)
		if (GTK_IS_DIALOG(l->data) && is_ours(l->data))
			gtk_dialog_response(GTK_DIALOG(l->data), GTK_RESPONSE_CLOSE);
	g_list_free(all);
}

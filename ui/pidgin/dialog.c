// SPDX-License-Identifier: GPL-2.0-or-later

/* Code for all dialogs. dialog.h and frame.h document each function. */
#include <gtk/gtk.h>
#include <gtkconv.h>
#include <gtkconvwin.h>

#include "frame.h"
#include "weak.h"

#define KEY_FRAME "purple-otr-frame"

enum { WIDTH = 76 }; /* of a text, in characters */

PotrFrame *potr_frame(GtkWidget *window)
{
	return g_object_get_data(G_OBJECT(window), KEY_FRAME);
}

static void free_frame(gpointer data)
{
	PotrFrame *frame = data;

	if (frame->timer != 0)
		g_source_remove(frame->timer);
	g_ptr_array_free(frame->buttons, TRUE);
	g_ptr_array_free(frame->fields, TRUE);
	g_free(frame);
}

/* ---- Texts ---- */

static void measure(GtkWidget *window, PotrFrame *frame)
{
	PangoLayout *layout;
	PangoContext *context;
	PangoFontMetrics *metrics;

	gtk_widget_ensure_style(window);
	layout = gtk_widget_create_pango_layout(window, "X");
	context = pango_layout_get_context(layout);
	metrics = pango_context_get_metrics(context, gtk_widget_get_style(window)->font_desc, NULL);
	frame->width = MIN(WIDTH * pango_font_metrics_get_approximate_char_width(metrics) / PANGO_SCALE, frame->room);
	pango_layout_get_pixel_size(layout, NULL, &frame->letter);
	pango_font_metrics_unref(metrics);
	g_object_unref(layout);
}

/* GTK wraps lines only if it knows the maximum width. */
GtkWidget *potr_text_new(const PotrFrame *frame, const char *text, int less)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_misc_set_alignment(GTK_MISC(label), 0, 0);
	gtk_widget_set_size_request(label, frame->width - less, -1);
	/* Written from right to left, GTK puts only a label with a number of characters at its right
	 * edge. The requested size still decides how wide it is. */
	gtk_label_set_width_chars(GTK_LABEL(label), 1);
	return label;
}

void potr_text_marked(GtkWidget *label, const char *marked, GtkWidget *widget)
{
	gtk_label_set_text_with_mnemonic(GTK_LABEL(label), marked);
	gtk_label_set_mnemonic_widget(GTK_LABEL(label), widget);
	atk_object_set_name(gtk_widget_get_accessible(widget), gtk_label_get_text(GTK_LABEL(label)));
}

static void add_text(PotrFrame *frame, GtkWidget **slot, const char *text)
{
	*slot = potr_text_new(frame, text, 0);
	gtk_box_pack_start(GTK_BOX(frame->body), *slot, FALSE, FALSE, 0);
	gtk_widget_set_visible(*slot, *text != '\0');
}

static void add_heading(PotrFrame *frame, const char *heading)
{
	GtkWidget *row = gtk_hbox_new(FALSE, 12);

	frame->icon = gtk_image_new();
	gtk_widget_set_no_show_all(frame->icon, TRUE);
	frame->heading = potr_text_new(frame, heading, 0);
	gtk_misc_set_alignment(GTK_MISC(frame->heading), 0, 0.5);
	gtk_box_pack_start(GTK_BOX(row), frame->icon, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(row), frame->heading, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(frame->body), row, FALSE, FALSE, 0);
	gtk_widget_show(row);
	gtk_widget_set_visible(frame->heading, *heading != '\0');
}

void potr_dialog_set_icon(GtkWidget *window, int icon, const char *name)
{
	static const char *const stock[] = { NULL, GTK_STOCK_DIALOG_WARNING, GTK_STOCK_APPLY };
	PotrFrame *frame = potr_frame(window);
	GtkRequisition wants = { 0, 0 };

	gtk_widget_set_visible(frame->icon, icon != POTR_NO_ICON);
	if (icon != POTR_NO_ICON) {
		gtk_image_set_from_stock(GTK_IMAGE(frame->icon), stock[icon], GTK_ICON_SIZE_DIALOG);
		atk_object_set_name(gtk_widget_get_accessible(frame->icon), name);
		gtk_widget_size_request(frame->icon, &wants);
		wants.width += 12;
	}
	gtk_widget_set_size_request(frame->heading, frame->width - wants.width, -1);
	/* A screen reader reads an alert aloud even if it does not have the keyboard
	 * focus. */
	atk_object_set_role(gtk_widget_get_accessible(window), icon != POTR_NO_ICON ? ATK_ROLE_ALERT : ATK_ROLE_DIALOG);
}

static void make_large(GtkWidget *label)
{
	PangoAttrList *attributes = pango_attr_list_new();

	pango_attr_list_insert(attributes, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
	pango_attr_list_insert(attributes, pango_attr_scale_new(PANGO_SCALE_LARGE));
	gtk_label_set_attributes(GTK_LABEL(label), attributes);
	pango_attr_list_unref(attributes);
}

/* ---- Place ---- */

static void screen_of(GtkWidget *window, GdkRectangle *area)
{
	GtkWindow *parent = gtk_window_get_transient_for(GTK_WINDOW(window));
	GtkWidget *near = parent != NULL ? GTK_WIDGET(parent) : window;
	GdkScreen *screen = gtk_widget_get_screen(near);
	GdkWindow *on = gtk_widget_get_window(near);

	gdk_screen_get_monitor_geometry(screen,
		on != NULL ? gdk_screen_get_monitor_at_window(screen, on) : 0, area);
}

void potr_frame_fit(GtkWidget *window)
{
	PotrFrame *frame = potr_frame(window);
	GdkRectangle area;
	GtkRequisition wants;
	gboolean high;
	int room;

	screen_of(window, &area);
	gtk_widget_size_request(gtk_dialog_get_action_area(GTK_DIALOG(window)), &wants);
	room = area.height - wants.height - 3 * frame->letter; /* minus the title bar, panels and so on */
	gtk_widget_size_request(frame->foot, &wants);
	room -= wants.height;
	gtk_widget_size_request(frame->body, &wants);
	high = wants.height > room;
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(frame->scroll), GTK_POLICY_NEVER,
		high ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
	gtk_widget_set_size_request(frame->scroll, -1, high ? room : -1);
	gtk_widget_queue_resize(frame->scroll); /* GTK does not notice that the contents of a viewport have changed */
}

/* A window that has grown must not extend beyond the screen. */
static void on_size(GtkWidget *window, GtkAllocation *now, gpointer unused)
{
	GdkRectangle area, outside;
	int beyond;

	(void)now, (void)unused;
	if (!GTK_WIDGET_MAPPED(window)) /* gtk_widget_get_mapped is newer than GTK 2.18 */
		return;
	screen_of(window, &area);
	gdk_window_get_frame_extents(gtk_widget_get_window(window), &outside);
	beyond = outside.y + now->height + 2 * potr_frame(window)->letter - (area.y + area.height);
	if (beyond > 0)
		gtk_window_move(GTK_WINDOW(window), outside.x, MAX(area.y, outside.y - beyond));
}

static void put_over(GtkWidget *window, PotrChat about)
{
	PurpleConversation *conv = potr_conversation(about);
	PidginConversation *gtkconv = NULL;

	if (conv != NULL && PIDGIN_IS_PIDGIN_CONVERSATION(conv))
		gtkconv = PIDGIN_CONVERSATION(conv);
	if (gtkconv == NULL || gtkconv->win == NULL || !GTK_WIDGET_MAPPED(gtkconv->win->window)) {
		gtk_window_set_position(GTK_WINDOW(window), GTK_WIN_POS_CENTER);
		return;
	}
	gtk_window_set_transient_for(GTK_WINDOW(window), GTK_WINDOW(gtkconv->win->window));
	gtk_window_set_position(GTK_WINDOW(window), GTK_WIN_POS_CENTER_ON_PARENT);
}

/* ---- Focus ---- */

enum { MOMENT = 250 }; /* milliseconds; the window manager has decided about the focus by then */

static gboolean accept_focus(gpointer window)
{
	potr_frame(window)->timer = 0;
	gtk_window_set_accept_focus(GTK_WINDOW(window), TRUE);
	return FALSE;
}

static gboolean on_map(GtkWidget *window, GdkEvent *event, gpointer unused)
{
	PotrFrame *frame = potr_frame(window);

	(void)event, (void)unused;
	if (frame->timer == 0)
		frame->timer = g_timeout_add(MOMENT, accept_focus, window);
	return FALSE;
}

/* The window manager keeps a window above the one that it is transient for. */
static void keep_above(GtkWidget *alarm, GtkWidget *window)
{
	gtk_window_set_transient_for(GTK_WINDOW(alarm), GTK_WINDOW(window));
	if (GTK_WIDGET_MAPPED(alarm))
		gdk_window_raise(gtk_widget_get_window(alarm));
}

/* Alarms must not be hidden by a dialog that has come to the front. */
static void keep_alarms_above(GtkWidget *window)
{
	GList *all, *i;

	if (potr_frame(window)->alarm)
		return;
	all = gtk_window_list_toplevels();
	for (i = all; i != NULL; i = i->next)
		if (potr_frame(i->data) != NULL && potr_frame(i->data)->alarm)
			keep_above(i->data, window);
	g_list_free(all);
}

/* Leaves the alarms that are above a dialog that closes above what it belongs to. */
static void leave_alarms(GtkWidget *window)
{
	GtkWindow *parent = gtk_window_get_transient_for(GTK_WINDOW(window));
	GList *all = gtk_window_list_toplevels(), *i;

	for (i = all; i != NULL; i = i->next)
		if (potr_frame(i->data) != NULL && gtk_window_get_transient_for(i->data) == GTK_WINDOW(window))
			gtk_window_set_transient_for(i->data, parent);
	g_list_free(all);
}

static gboolean on_focus(GtkWidget *window, GdkEvent *event, gpointer unused)
{
	(void)event, (void)unused;
	gtk_window_set_urgency_hint(GTK_WINDOW(window), FALSE);
	keep_alarms_above(window);
	return FALSE;
}

/* ---- Beginning and end ---- */

static void on_response(GtkWidget *window, int response, gpointer unused)
{
	(void)unused;
	potrDialogAnswered(potr_frame(window)->id, response >= 0 ? response : -1);
}

static void on_destroy(GtkWidget *window, gpointer unused)
{
	(void)unused;
	leave_alarms(window);
	potrDialogGone(potr_frame(window)->id);
}

/* Otherwise GTK would close the window itself. Go decides whether to close it. */
static gboolean on_delete(GtkWidget *window, GdkEvent *event, gpointer unused)
{
	(void)window, (void)event, (void)unused;
	return TRUE;
}

GtkWidget *potr_dialog_new(guint dialog, PotrChat about, const char *role, const char *title,
                           const char *heading, const char *text)
{
	GtkWidget *window = gtk_dialog_new(), *content = gtk_dialog_get_content_area(GTK_DIALOG(window));
	PotrFrame *frame = g_new0(PotrFrame, 1);
	GdkRectangle area;

	frame->id = dialog;
	frame->buttons = g_ptr_array_new();
	frame->fields = g_ptr_array_new();
	g_object_set_data_full(G_OBJECT(window), KEY_FRAME, frame, free_frame);
	gtk_window_set_title(GTK_WINDOW(window), title);
	gtk_window_set_role(GTK_WINDOW(window), role);
	gtk_window_set_resizable(GTK_WINDOW(window), FALSE); /* so that GTK always gives it the size it needs */
	gtk_dialog_set_has_separator(GTK_DIALOG(window), FALSE);
	gtk_container_set_border_width(GTK_CONTAINER(window), 6);
	put_over(window, about);
	screen_of(window, &area);
	frame->room = area.width * 9 / 10;
	measure(window, frame);
	frame->low = area.height < 50 * frame->letter;

	frame->body = gtk_vbox_new(FALSE, 12);
	gtk_container_set_border_width(GTK_CONTAINER(frame->body), 6);
	frame->scroll = gtk_scrolled_window_new(NULL, NULL);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(frame->scroll), GTK_POLICY_NEVER, GTK_POLICY_NEVER);
	gtk_scrolled_window_add_with_viewport(GTK_SCROLLED_WINDOW(frame->scroll), frame->body);
	gtk_viewport_set_shadow_type(GTK_VIEWPORT(gtk_bin_get_child(GTK_BIN(frame->scroll))), GTK_SHADOW_NONE);
	gtk_container_set_focus_vadjustment(GTK_CONTAINER(frame->body),
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(frame->scroll)));
	gtk_box_pack_start(GTK_BOX(content), frame->scroll, TRUE, TRUE, 0);
	frame->foot = gtk_vbox_new(FALSE, 12);
	gtk_container_set_border_width(GTK_CONTAINER(frame->foot), 6);
	gtk_box_pack_start(GTK_BOX(content), frame->foot, FALSE, FALSE, 0);
	gtk_widget_show_all(content);
	gtk_widget_hide(frame->foot);
	add_heading(frame, heading);
	make_large(frame->heading);
	add_text(frame, &frame->text, text);

	g_signal_connect(window, "response", G_CALLBACK(on_response), NULL);
	g_signal_connect(window, "destroy", G_CALLBACK(on_destroy), NULL);
	g_signal_connect(window, "delete-event", G_CALLBACK(on_delete), NULL);
	g_signal_connect(window, "focus-in-event", G_CALLBACK(on_focus), NULL);
	g_signal_connect(window, "size-allocate", G_CALLBACK(on_size), NULL);
	g_signal_connect(window, "map-event", G_CALLBACK(on_map), NULL);
	return window;
}

void potr_dialog_add_button(GtkWidget *window, const char *marked)
{
	PotrFrame *frame = potr_frame(window);
	GtkWidget *button = gtk_button_new_with_mnemonic(marked);

	gtk_widget_set_can_default(button, TRUE);
	gtk_widget_show(button);
	gtk_dialog_add_action_widget(GTK_DIALOG(window), button, (int)frame->buttons->len);
	gtk_dialog_set_default_response(GTK_DIALOG(window), (int)frame->buttons->len);
	g_ptr_array_add(frame->buttons, button);
}

void potr_dialog_enable(GtkWidget *window, int button, int on)
{
	gtk_widget_set_sensitive(g_ptr_array_index(potr_frame(window)->buttons, button), on);
}

/* A table is as wide as its rows, but no wider than the screen. */
static void set_size(GtkWidget *window)
{
	GtkWidget *list = potr_frame(window)->list;
	GtkRequisition wants;
	GdkRectangle area;

	if (list == NULL)
		return;
	screen_of(window, &area);
	gtk_widget_size_request(list, &wants);
	gtk_window_set_default_size(GTK_WINDOW(window),
		MIN(wants.width + 5 * potr_frame(window)->letter, area.width * 19 / 20),
		MIN(30 * potr_frame(window)->letter, area.height * 9 / 10));
}

int potr_frame_row(const PotrFrame *frame)
{
	return MIN(frame->room, frame->width * 5 / 3);
}

/* Buttons that do not fit side by side are stacked. */
static void stack_buttons(GtkWidget *window)
{
	PotrFrame *frame = potr_frame(window);
	GtkWidget *row = gtk_dialog_get_action_area(GTK_DIALOG(window)), *column;
	GtkRequisition wants;
	guint i;

	gtk_widget_size_request(row, &wants);
	if (wants.width <= potr_frame_row(frame))
		return;
	column = gtk_vbox_new(TRUE, 6);
	for (i = 0; i < frame->buttons->len; i++) {
		gtk_widget_reparent(g_ptr_array_index(frame->buttons, i), column);
		gtk_box_set_child_packing(GTK_BOX(column), g_ptr_array_index(frame->buttons, i), FALSE, FALSE, 0, GTK_PACK_START);
	}
	gtk_box_pack_start(GTK_BOX(row), column, TRUE, TRUE, 0);
	gtk_widget_show(column);
}

/* Not every window manager respects what a new window requests about the focus, but
 * none gives it to a window that does not accept it. */
static void show_quietly(GtkWidget *window)
{
	gtk_window_set_focus_on_map(GTK_WINDOW(window), FALSE);
	gtk_window_set_accept_focus(GTK_WINDOW(window), FALSE);
	gtk_widget_show(window);
}

/* Puts an alarm beside a dialog if there is room, so that the user still sees what they are
 * typing. */
static void put_beside(GtkWidget *alarm, GtkWidget *dialog)
{
	GdkRectangle area, taken;
	GtkRequisition wants;
	int right, bottom, x, y;

	screen_of(dialog, &area);
	gdk_window_get_frame_extents(gtk_widget_get_window(dialog), &taken);
	gtk_widget_size_request(alarm, &wants);
	wants.height += 2 * potr_frame(alarm)->letter; /* for the title bar */
	right = area.x + area.width - wants.width;
	bottom = area.y + area.height - wants.height;
	x = MIN(taken.x, right);
	y = MIN(taken.y, bottom);
	if (taken.x + taken.width <= right)
		x = taken.x + taken.width;
	else if (taken.x - wants.width >= area.x)
		x = taken.x - wants.width;
	else if (taken.y + taken.height <= bottom)
		y = taken.y + taken.height;
	else if (taken.y - wants.height >= area.y)
		y = taken.y - wants.height;
	else
		return;
	gtk_window_set_position(GTK_WINDOW(alarm), GTK_WIN_POS_NONE);
	gtk_window_move(GTK_WINDOW(alarm), MAX(x, area.x), MAX(y, area.y));
}

/* Puts an alarm above the dialog in which the user is typing, which may be Pidgin's. */
static void above_active(GtkWidget *alarm)
{
	GList *all = gtk_window_list_toplevels(), *i;

	for (i = all; i != NULL; i = i->next) {
		if (!GTK_IS_DIALOG(i->data) || !gtk_window_is_active(i->data))
			continue;
		keep_above(alarm, i->data);
		put_beside(alarm, i->data);
	}
	g_list_free(all);
}

void potr_dialog_show(GtkWidget *window, int how)
{
	PotrFrame *frame = potr_frame(window);
	GtkWidget *focus = frame->focus;

	if (focus == NULL && frame->buttons->len > 0)
		focus = g_ptr_array_index(frame->buttons, frame->buttons->len - 1);
	if (focus != NULL)
		gtk_widget_grab_focus(focus);
	stack_buttons(window);
	potr_frame_fit(window);
	set_size(window);
	frame->alarm = how == POTR_ALARM;
	gtk_window_set_urgency_hint(GTK_WINDOW(window), how == POTR_NOTICE || how == POTR_ALARM);
	if (frame->alarm)
		above_active(window);
	if (how == POTR_ASKED)
		gtk_window_present(GTK_WINDOW(window));
	else
		show_quietly(window);
	keep_alarms_above(window);
}

int potr_dialog_hide(GtkWidget *window)
{
	if (gtk_window_is_active(GTK_WINDOW(window)))
		return 0;
	gtk_widget_hide(window);
	return 1;
}

void potr_dialog_present(GtkWidget *window)
{
	gtk_window_present(GTK_WINDOW(window));
}

void potr_dialog_close(GtkWidget *window)
{
	gtk_widget_destroy(window);
}

void potr_copy(const char *text)
{
	GtkClipboard *clipboard = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);

	gtk_clipboard_set_text(clipboard, text, -1);
	gtk_clipboard_set_can_store(clipboard, NULL, 0); /* the text remains after Pidgin has quit */
}

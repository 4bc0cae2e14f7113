// SPDX-License-Identifier: GPL-2.0-or-later

/* Tables. dialog.h documents each function. Go decides which rows are visible, in
 * which order, and what they contain. */
#include <gdk/gdkkeysyms.h>
#include <gtk/gtk.h>
#include <stdlib.h>

#include "frame.h"
#include "weak.h"

#define KEY_TABLE "purple-otr-table"
#define KEY_NUMBER "purple-otr-number"

typedef struct {
	GtkTreeView *view;
	GtkWidget *nothing; /* shown if there are no rows */
	GtkWidget *around;  /* contains the rows */
	GtkWidget *actions; /* a box of boxes of buttons */
	GPtrArray *buttons;
	gboolean filling; /* we change the selection, not the user */
	guint later; /* calls potrTableStep, or 0 */
} Table;

static Table *table_of(GtkWidget *window)
{
	return g_object_get_data(G_OBJECT(window), KEY_TABLE);
}

static void free_table(gpointer data)
{
	Table *table = data;

	if (table->later != 0)
		g_source_remove(table->later);
	g_ptr_array_free(table->buttons, TRUE);
	g_free(table);
}

static guint id_of(gpointer window)
{
	return potr_frame(window)->id;
}

static int number_of(gpointer object)
{
	return GPOINTER_TO_INT(g_object_get_data(G_OBJECT(object), KEY_NUMBER));
}

static void set_number(gpointer object, int number)
{
	g_object_set_data(G_OBJECT(object), KEY_NUMBER, GINT_TO_POINTER(number));
}

/* ---- What the user does ---- */

static void on_search(GtkWidget *entry, gpointer window)
{
	char *text = g_strdup(gtk_entry_get_text(GTK_ENTRY(entry)));

	potrTableSearched(id_of(window), text);
	g_free(text);
}

/* Return in the search field moves the focus to the results. */
static void on_searched(GtkWidget *entry, gpointer window)
{
	Table *table = table_of(window);
	GtkTreePath *first;

	(void)entry;
	if (gtk_tree_model_iter_n_children(gtk_tree_view_get_model(table->view), NULL) == 0)
		return;
	gtk_widget_grab_focus(GTK_WIDGET(table->view));
	if (gtk_tree_selection_count_selected_rows(gtk_tree_view_get_selection(table->view)) > 0)
		return;
	first = gtk_tree_path_new_first();
	gtk_tree_view_set_cursor(table->view, first, NULL, FALSE);
	gtk_tree_path_free(first);
}

static void on_title(GtkTreeViewColumn *column, gpointer window)
{
	Table *table = table_of(window);
	GdkEvent *event = gtk_get_current_event();

	potrTableSorted(id_of(window), number_of(column));
	if (event == NULL)
		return;
	/* After a click the arrow keys move in the rows, not in the titles. */
	if (event->type == GDK_BUTTON_RELEASE && gtk_tree_selection_count_selected_rows(gtk_tree_view_get_selection(table->view)) > 0)
		gtk_widget_grab_focus(GTK_WIDGET(table->view));
	gdk_event_free(event);
}

static void on_chosen(GtkTreeSelection *selection, gpointer window)
{
	GtkTreeModel *model;
	GtkTreeIter row;
	int number = -1;

	if (table_of(window)->filling)
		return;
	if (gtk_tree_selection_get_selected(selection, &model, &row))
		gtk_tree_model_get(model, &row, 0, &number, -1);
	potrTableChosen(id_of(window), number);
}

static void on_activated(GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column, gpointer window)
{
	(void)view, (void)path, (void)column;
	potrTableActivated(id_of(window));
}

/* Keyboard navigation continues from the selected row. After all rows have been
 * replaced, GTK has forgotten the cursor. We set it only now, because setting it
 * scrolls. */
static void find_cursor(GtkTreeView *view)
{
	GtkTreePath *cursor;
	GtkTreeModel *model;
	GtkTreeIter row;

	gtk_tree_view_get_cursor(view, &cursor, NULL);
	if (cursor == NULL && gtk_tree_selection_get_selected(gtk_tree_view_get_selection(view), &model, &row)) {
		cursor = gtk_tree_model_get_path(model, &row);
		gtk_tree_view_set_cursor(view, cursor, NULL, FALSE);
	}
	gtk_tree_path_free(cursor);
}

static gboolean on_key(GtkWidget *view, GdkEventKey *key, gpointer window)
{
	find_cursor(GTK_TREE_VIEW(view));
	if ((key->state & gtk_accelerator_get_default_mod_mask()) != GDK_CONTROL_MASK ||
	    gdk_keyval_to_lower(key->keyval) != GDK_KEY_c)
		return FALSE;
	potrTableCopied(id_of(window));
	return TRUE;
}

static void on_action(GtkWidget *button, gpointer window)
{
	potrTablePressed(id_of(window), number_of(button));
}

/* ---- The table ---- */

static GtkWidget *new_search(GtkWidget *window, const char *label)
{
	GtkWidget *box = gtk_hbox_new(FALSE, 6), *text = gtk_label_new(NULL), *entry = gtk_entry_new();

	gtk_box_pack_start(GTK_BOX(box), text, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), entry, TRUE, TRUE, 0);
	potr_text_marked(text, label, entry);
	g_signal_connect(entry, "changed", G_CALLBACK(on_search), window);
	g_signal_connect(entry, "activate", G_CALLBACK(on_searched), window);
	potr_frame(window)->focus = entry;
	return box;
}

static void fill(GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *model, GtkTreeIter *at, gpointer window)
{
	int row = -1;
	char *text;

	gtk_tree_model_get(model, at, 0, &row, -1);
	text = potrTableCell(id_of(window), row, number_of(column));
	g_object_set(cell, "text", text, NULL);
	free(text);
}

static void add_column(GtkWidget *window, GtkTreeView *view, int number, const char *title)
{
	GtkCellRenderer *cell = gtk_cell_renderer_text_new();
	GtkTreeViewColumn *column = gtk_tree_view_column_new_with_attributes(title, cell, NULL);

	set_number(column, number);
	g_object_set(cell, "single-paragraph-mode", TRUE, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
	gtk_tree_view_column_set_cell_data_func(column, cell, fill, window, NULL);
	gtk_tree_view_column_set_sizing(column, GTK_TREE_VIEW_COLUMN_FIXED);
	gtk_tree_view_column_set_resizable(column, TRUE);
	gtk_tree_view_column_set_clickable(column, TRUE);
	g_signal_connect(column, "clicked", G_CALLBACK(on_title), window);
	gtk_tree_view_append_column(view, column);
}

static GtkWidget *new_view(GtkWidget *window, Table *table, int columns, char **titles)
{
	int i;

	table->view = GTK_TREE_VIEW(gtk_tree_view_new());
	for (i = 0; i < columns; i++)
		add_column(window, table->view, i, titles[i]);
	gtk_tree_view_set_fixed_height_mode(table->view, TRUE); /* so that GTK does not measure each row */
	gtk_tree_view_set_enable_search(table->view, FALSE); /* we have a search field */
	gtk_tree_view_set_rules_hint(table->view, TRUE);
	g_signal_connect(gtk_tree_view_get_selection(table->view), "changed", G_CALLBACK(on_chosen), window);
	g_signal_connect(table->view, "row-activated", G_CALLBACK(on_activated), window);
	g_signal_connect(table->view, "key-press-event", G_CALLBACK(on_key), window);
	return GTK_WIDGET(table->view);
}

void potr_table_init(GtkWidget *window, const char *search, int columns, char **titles)
{
	PotrFrame *frame = potr_frame(window);
	Table *table = g_new0(Table, 1);
	GtkWidget *view = new_view(window, table, columns, titles);

	frame->list = view;
	gtk_label_set_attributes(GTK_LABEL(frame->heading), NULL); /* a table's heading is an ordinary sentence, not bold */
	table->buttons = g_ptr_array_new();
	g_object_set_data_full(G_OBJECT(window), KEY_TABLE, table, free_table);
	atk_object_set_name(gtk_widget_get_accessible(view), gtk_label_get_text(GTK_LABEL(frame->heading)));
	table->around = gtk_scrolled_window_new(NULL, NULL);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(table->around), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(table->around), GTK_SHADOW_IN);
	gtk_container_add(GTK_CONTAINER(table->around), view);
	table->nothing = potr_text_new(frame, "", 0);
	gtk_misc_set_alignment(GTK_MISC(table->nothing), 0, 0);
	table->actions = gtk_vbox_new(FALSE, 6);
	gtk_box_pack_start(GTK_BOX(frame->body), new_search(window, search), FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(frame->body), table->around, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(frame->body), table->nothing, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(frame->body), table->actions, FALSE, FALSE, 0);
	gtk_widget_show_all(frame->body);
	gtk_widget_set_visible(frame->text, FALSE);

	gtk_window_set_type_hint(GTK_WINDOW(window), GDK_WINDOW_TYPE_HINT_NORMAL);
	gtk_window_set_resizable(GTK_WINDOW(window), TRUE);
}

void potr_table_add_action(GtkWidget *window, const char *marked)
{
	Table *table = table_of(window);
	GtkWidget *button = gtk_button_new_with_mnemonic(marked), *row = NULL;
	GList *rows = gtk_container_get_children(GTK_CONTAINER(table->actions));
	GtkRequisition wants = { 0, 0 }, more;

	if (rows != NULL) {
		row = g_list_last(rows)->data;
		gtk_widget_size_request(row, &wants);
	}
	g_list_free(rows);
	gtk_widget_show_all(button);
	gtk_widget_size_request(button, &more);
	if (row == NULL || wants.width + more.width > potr_frame_row(potr_frame(window))) {
		row = gtk_hbox_new(FALSE, 6);
		gtk_box_pack_start(GTK_BOX(table->actions), row, FALSE, FALSE, 0);
	}
	gtk_box_pack_start(GTK_BOX(row), button, FALSE, FALSE, 0);
	gtk_widget_show_all(row);
	set_number(button, (int)table->buttons->len);
	g_ptr_array_add(table->buttons, button);
	g_signal_connect(button, "clicked", G_CALLBACK(on_action), window);
}

void potr_table_enable(GtkWidget *window, int action, int on)
{
	gtk_widget_set_sensitive(g_ptr_array_index(table_of(window)->buttons, action), on);
}

static gboolean is_mono(GtkTreeViewColumn *column)
{
	GList *cells = gtk_cell_layout_get_cells(GTK_CELL_LAYOUT(column));
	gboolean mono;

	g_object_get(cells->data, "family-set", &mono, NULL);
	g_list_free(cells);
	return mono;
}

void potr_table_set_width(GtkWidget *window, int column, const char *sample, int mono)
{
	GtkTreeView *view = table_of(window)->view;
	GtkTreeViewColumn *it = gtk_tree_view_get_column(view, column);
	GtkCellRenderer *title = gtk_cell_renderer_text_new(), *cell;
	GList *cells = gtk_cell_layout_get_cells(GTK_CELL_LAYOUT(it));
	int of_title, of_sample, letter = potr_frame(window)->letter;

	g_object_ref_sink(title);
	g_object_set(title, "text", gtk_tree_view_column_get_title(it), NULL);
	gtk_cell_renderer_get_size(title, GTK_WIDGET(view), NULL, NULL, NULL, &of_title, NULL);
	g_object_unref(title);
	cell = cells->data;
	g_object_set(cell, "family", "monospace", "family-set", mono, "ellipsize", PANGO_ELLIPSIZE_NONE, "text", sample, NULL);
	gtk_cell_renderer_get_size(cell, GTK_WIDGET(view), NULL, NULL, NULL, &of_sample, NULL);
	g_object_set(cell, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
	gtk_tree_view_column_set_fixed_width(it, MAX(of_title + letter * 3 / 2, of_sample + letter / 2));
	gtk_tree_view_column_set_min_width(it, of_title + letter * 3 / 2);
	g_list_free(cells);
}

/* Returns the widest column that is wider than least and than its title. */
static GtkTreeViewColumn *widest(GtkTreeView *view, int least, gboolean mono)
{
	GtkTreeViewColumn *it, *found = NULL;
	int i, width;

	for (i = 0; (it = gtk_tree_view_get_column(view, i)) != NULL; i++) {
		width = gtk_tree_view_column_get_fixed_width(it);
		if (width > MAX(least, gtk_tree_view_column_get_min_width(it)) && is_mono(it) == mono)
			least = width, found = it;
	}
	return found;
}

void potr_table_fit(GtkWidget *window)
{
	GtkTreeView *view = table_of(window)->view;
	GtkTreeViewColumn *it;
	int letter = potr_frame(window)->letter, i, over = 2 * letter - potr_frame(window)->room; /* minus the scroll bar */

	for (i = 0; (it = gtk_tree_view_get_column(view, i)) != NULL; i++)
		over += gtk_tree_view_column_get_fixed_width(it);
	for (; over > 0; over--) {
		it = widest(view, 6 * letter, FALSE);
		if (it == NULL)
			it = widest(view, 12 * letter, TRUE);
		if (it == NULL)
			it = widest(view, 6 * letter, TRUE); /* the rows' text is cut off, but no title */
		if (it == NULL)
			break;
		gtk_tree_view_column_set_fixed_width(it, gtk_tree_view_column_get_fixed_width(it) - 1);
	}
}

void potr_table_row_changed(GtkWidget *window, int row)
{
	GtkTreeModel *model = gtk_tree_view_get_model(table_of(window)->view);
	GtkTreePath *path;
	GtkTreeIter at;

	if (!gtk_tree_model_iter_nth_child(model, &at, NULL, row))
		return;
	path = gtk_tree_model_get_path(model, &at);
	gtk_tree_model_row_changed(model, path, &at);
	gtk_tree_path_free(path);
}

void potr_table_row_gone(GtkWidget *window, int row)
{
	Table *table = table_of(window);

	table->filling = TRUE;
	potr_rows_delete(gtk_tree_view_get_model(table->view), row);
	table->filling = FALSE;
}

void potr_table_row_come(GtkWidget *window, int row)
{
	potr_rows_insert(gtk_tree_view_get_model(table_of(window)->view), row);
}

void potr_table_set_rows(GtkWidget *window, int rows)
{
	Table *table = table_of(window);
	GtkTreeModel *model = potr_rows_new(rows);

	table->filling = TRUE;
	gtk_tree_view_set_model(table->view, model);
	table->filling = FALSE;
	g_object_unref(model); /* the view holds a reference */
}

int potr_table_top(GtkWidget *window)
{
	GtkTreePath *first = NULL;
	int row = -1;

	if (gtk_tree_view_get_visible_range(table_of(window)->view, &first, NULL))
		row = gtk_tree_path_get_indices(first)[0];
	if (first != NULL)
		gtk_tree_path_free(first);
	return row;
}

void potr_table_set_top(GtkWidget *window, int row)
{
	GtkTreeView *view = table_of(window)->view;
	GtkTreePath *path = gtk_tree_path_new_from_indices(row, -1);
	GtkTreeIter at;

	if (gtk_tree_model_get_iter(gtk_tree_view_get_model(view), &at, path))
		gtk_tree_view_scroll_to_cell(view, path, NULL, TRUE, 0, 0);
	gtk_tree_path_free(path);
}

static gboolean on_idle(gpointer window)
{
	table_of(window)->later = 0;
	potrTableStep(id_of(window));
	return FALSE;
}

void potr_table_later(GtkWidget *window)
{
	Table *table = table_of(window);

	if (table->later == 0)
		table->later = g_idle_add(on_idle, window);
}

void potr_table_end(GtkWidget *window, int chosen, const char *nothing)
{
	Table *table = table_of(window);
	GtkTreeModel *model = gtk_tree_view_get_model(table->view);
	GtkTreeSelection *selection = gtk_tree_view_get_selection(table->view);
	GtkTreeIter at;
	gboolean any = gtk_tree_model_get_iter_first(model, &at);

	table->filling = TRUE;
	if (gtk_tree_model_iter_nth_child(model, &at, NULL, chosen))
		gtk_tree_selection_select_iter(selection, &at);
	else
		gtk_tree_selection_unselect_all(selection);
	table->filling = FALSE;
	gtk_label_set_text(GTK_LABEL(table->nothing), nothing);
	gtk_widget_set_visible(table->nothing, !any);
	gtk_widget_set_visible(table->around, any);
}

void potr_table_set_sorted(GtkWidget *window, int column, int reversed)
{
	GList *columns = gtk_tree_view_get_columns(table_of(window)->view), *l;
	int i = 0;

	for (l = columns; l != NULL; l = l->next, i++) {
		gtk_tree_view_column_set_sort_indicator(l->data, i == column);
		gtk_tree_view_column_set_sort_order(l->data, reversed ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
	}
	g_list_free(columns);
}

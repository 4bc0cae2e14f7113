// SPDX-License-Identifier: GPL-2.0-or-later

/* The rows of a table for GTK: a list of numbers. Go knows the contents of each row
 * and is asked for them when GTK draws the row, so that ten thousand rows cost no more
 * than the visible ones. */
#include <gtk/gtk.h>

#include "frame.h"
#include "weak.h"

typedef struct {
	GObject parent;
	int rows;
} PotrRows;

typedef GObjectClass PotrRowsClass;

static void implement(GtkTreeModelIface *iface);

static GType potr_rows_get_type(void);
G_DEFINE_TYPE_WITH_CODE(PotrRows, potr_rows, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE(GTK_TYPE_TREE_MODEL, implement))

static void potr_rows_init(PotrRows *model)
{
	model->rows = 0;
}

static void potr_rows_class_init(PotrRowsClass *class)
{
	(void)class;
}

static int rows_of(GtkTreeModel *model)
{
	return ((PotrRows *)model)->rows;
}

static int row_of(GtkTreeIter *at)
{
	return GPOINTER_TO_INT(at->user_data);
}

static gboolean go_to(GtkTreeModel *model, GtkTreeIter *at, int row)
{
	at->stamp = 1;
	at->user_data = GINT_TO_POINTER(row);
	return row >= 0 && row < rows_of(model);
}

static GtkTreeModelFlags get_flags(GtkTreeModel *model)
{
	(void)model;
	return GTK_TREE_MODEL_LIST_ONLY;
}

static int get_n_columns(GtkTreeModel *model)
{
	(void)model;
	return 1;
}

static GType get_column_type(GtkTreeModel *model, int column)
{
	(void)model, (void)column;
	return G_TYPE_INT;
}

static gboolean get_iter(GtkTreeModel *model, GtkTreeIter *at, GtkTreePath *path)
{
	return gtk_tree_path_get_depth(path) == 1 && go_to(model, at, gtk_tree_path_get_indices(path)[0]);
}

static GtkTreePath *get_path(GtkTreeModel *model, GtkTreeIter *at)
{
	(void)model;
	return gtk_tree_path_new_from_indices(row_of(at), -1);
}

static void get_value(GtkTreeModel *model, GtkTreeIter *at, int column, GValue *value)
{
	(void)model, (void)column;
	g_value_init(value, G_TYPE_INT);
	g_value_set_int(value, row_of(at));
}

static gboolean iter_next(GtkTreeModel *model, GtkTreeIter *at)
{
	return go_to(model, at, row_of(at) + 1);
}

static gboolean iter_nth_child(GtkTreeModel *model, GtkTreeIter *at, GtkTreeIter *parent, int n)
{
	return parent == NULL && go_to(model, at, n);
}

static gboolean iter_children(GtkTreeModel *model, GtkTreeIter *at, GtkTreeIter *parent)
{
	return iter_nth_child(model, at, parent, 0);
}

static gboolean iter_has_child(GtkTreeModel *model, GtkTreeIter *at)
{
	(void)model, (void)at;
	return FALSE;
}

static int iter_n_children(GtkTreeModel *model, GtkTreeIter *at)
{
	return at == NULL ? rows_of(model) : 0;
}

static gboolean iter_parent(GtkTreeModel *model, GtkTreeIter *at, GtkTreeIter *child)
{
	(void)model, (void)at, (void)child;
	return FALSE;
}

static void implement(GtkTreeModelIface *iface)
{
	iface->get_flags = get_flags;
	iface->get_n_columns = get_n_columns;
	iface->get_column_type = get_column_type;
	iface->get_iter = get_iter;
	iface->get_path = get_path;
	iface->get_value = get_value;
	iface->iter_next = iter_next;
	iface->iter_children = iter_children;
	iface->iter_has_child = iter_has_child;
	iface->iter_n_children = iter_n_children;
	iface->iter_nth_child = iter_nth_child;
	iface->iter_parent = iter_parent;
}

GtkTreeModel *potr_rows_new(int rows)
{
	PotrRows *model = g_object_new(potr_rows_get_type(), NULL);

	model->rows = rows;
	return GTK_TREE_MODEL(model);
}

void potr_rows_insert(GtkTreeModel *model, int row)
{
	GtkTreePath *path = gtk_tree_path_new_from_indices(row, -1);
	GtkTreeIter at;

	((PotrRows *)model)->rows++;
	go_to(model, &at, row);
	gtk_tree_model_row_inserted(model, path, &at);
	gtk_tree_path_free(path);
}

void potr_rows_delete(GtkTreeModel *model, int row)
{
	GtkTreePath *path = gtk_tree_path_new_from_indices(row, -1);

	((PotrRows *)model)->rows--;
	gtk_tree_model_row_deleted(model, path);
	gtk_tree_path_free(path);
}

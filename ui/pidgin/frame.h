// SPDX-License-Identifier: GPL-2.0-or-later

#ifndef PURPLE_OTR_FRAME_H
#define PURPLE_OTR_FRAME_H

#include <gtk/gtk.h>

#include "dialog.h"

/* What is common to all dialogs. */
typedef struct {
	guint id;
	GtkWidget *heading, *text;
	GtkWidget *icon;   /* beside the heading */
	GtkWidget *body;   /* a vertical box with these and the rest */
	GtkWidget *scroll; /* around it */
	GtkWidget *foot;   /* like body, but below the scrolled area */
	GtkWidget *focus;  /* the widget that gets the keyboard focus first, or NULL: the default button */
	GPtrArray *buttons;
	GPtrArray *fields; /* of a form: a box for each */
	GtkWidget *bar;    /* of a progress dialog */
	GtkWidget *list;   /* of a table: its rows */
	int width;         /* of a text in pixels */
	int letter;        /* the height of one */
	int room;          /* the largest width of any widget */
	gboolean low;      /* the screen has room for few lines */
	guint timer;       /* after which it may take the keyboard focus, or 0 */
	gboolean alarm;    /* stays above other dialogs */
} PotrFrame;

PotrFrame *potr_frame(GtkWidget *window);

/* Returns a text as wide as the dialog's texts, minus less pixels. */
GtkWidget *potr_text_new(const PotrFrame *frame, const char *text, int less);

/* Sets the label's text, whose mnemonic activates the widget, and makes the label the
 * widget's accessible name. */
void potr_text_marked(GtkWidget *label, const char *marked, GtkWidget *widget);

/* Returns how wide a row of buttons can be: on a large screen, not much wider than the text. */
int potr_frame_row(const PotrFrame *frame);

/* Makes the window as large as its contents, but no larger than the screen. */
void potr_frame_fit(GtkWidget *window);

/* Returns the model of a table with this many rows. Its only column is the row's
 * number. The caller owns it. */
GtkTreeModel *potr_rows_new(int rows);

/* Insert a row before this one; delete this row. */
void potr_rows_insert(GtkTreeModel *model, int row);
void potr_rows_delete(GtkTreeModel *model, int row);

#endif

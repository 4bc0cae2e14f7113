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
	GtkWidget *body;   /* a vertical box, with these and what follows */
	GtkWidget *scroll; /* around it */
	GtkWidget *foot;   /* as body, but below what is scrolled */
	GtkWidget *focus;  /* what gets the keyboard first, or NULL: the default button */
	GPtrArray *buttons;
	GPtrArray *fields; /* of a form: a box for each */
	GtkWidget *bar;    /* of one that shows progress */
	GtkWidget *list;   /* of a table: its rows */
	int width;         /* of a text in pixels */
	int letter;        /* the height of one */
	int room;          /* how wide anything may be */
	gboolean low;      /* the screen has room for few lines */
	guint timer;       /* until it takes the keyboard, or 0 */
} PotrFrame;

PotrFrame *potr_frame(GtkWidget *window);

/* A text that is as wide as the dialog's texts, less so many pixels. */
GtkWidget *potr_text_new(const PotrFrame *frame, const char *text, int less);

/* Gives the text a letter, which is the one after the underscore, that leads to the
 * widget; and the widget the text for a name. */
void potr_text_marked(GtkWidget *label, const char *marked, GtkWidget *widget);

/* Makes the window as large as what is in it, but no larger than the screen. */
void potr_frame_fit(GtkWidget *window);

/* The model of a table with so many rows; its one column is their number. The
 * caller owns it. */
GtkTreeModel *potr_rows_new(int rows);

/* A row more before the one with that number, or that one less. */
void potr_rows_insert(GtkTreeModel *model, int row);
void potr_rows_delete(GtkTreeModel *model, int row);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* Dialogs in Pidgin. C draws what it is told and reports what the user does; what
 * follows from that is decided in Go. See widgets.h for what holds here too.
 *
 * C knows a dialog by its number. Go ignores the number of a dialog that has ended, and
 * never uses it again. Go knows a dialog by its window, which lasts from potr_..._new
 * until potr_dialog_close or potrDialogGone. All texts are plain. */
#ifndef PURPLE_OTR_DIALOG_H
#define PURPLE_OTR_DIALOG_H

#include <stdlib.h>
#include "../libpurple/chat.h"

typedef struct _GtkWidget GtkWidget;

/* ==== C calls Go. ==== */

/* The user has pressed a button, counted from 0, or with -1 closed the dialog,
 * which Go then must do. */
void potrDialogAnswered(guint dialog, int button);

/* The window is being destroyed, whatever the reason. */
void potrDialogGone(guint dialog);

/* A field of a form has another value, as in ui.Field. */
void potrFieldChanged(guint dialog, int field, char *value);

/* In a table the user has typed what to search, clicked the title of a column,
 * chosen a row (-1: none), or asked for something about the chosen one: a button
 * of the table's own, what one does first, or to copy it. */
void potrTableSearched(guint dialog, char *text);
void potrTableSorted(guint dialog, int column);
void potrTableChosen(guint dialog, int row);
void potrTablePressed(guint dialog, int action);
void potrTableActivated(guint dialog);
void potrTableCopied(guint dialog);

/* The program has nothing else to do; see potr_table_later. */
void potrTableStep(guint dialog);

/* The text of a cell, which the caller frees. */
char *potrTableCell(guint dialog, int row, int column);

/* ==== Go calls C: all dialogs. ====
 *
 * Text that is called marked has an underscore before the letter that, pressed
 * with Alt, does what the text is on, and two for one. */

/* A window, not yet shown, that belongs to the conversation's, if there is one.
 * role is for the window manager. */
GtkWidget *potr_dialog_new(guint dialog, PotrChat about, const char *role, const char *title,
                           const char *heading, const char *text);

/* Puts a picture beside the heading, with what it is called; or none. */
enum { POTR_NO_ICON, POTR_WARNING, POTR_SUCCESS }; /* ui.Icon */
void potr_dialog_set_icon(GtkWidget *window, int icon, const char *name);

/* Adds a button. The last one is the default. */
void potr_dialog_add_button(GtkWidget *window, const char *marked);

/* Whether a button can be pressed. */
void potr_dialog_enable(GtkWidget *window, int button, int on);

/* Shows it for the first time; quietly: without taking the keyboard, whatever the
 * window manager thinks of new windows. If urgent is set as well, the window asks
 * for attention. */
void potr_dialog_show(GtkWidget *window, int quietly, int urgent);

/* Brings it to the front. */
void potr_dialog_present(GtkWidget *window);

/* potrDialogGone is called before this returns. */
void potr_dialog_close(GtkWidget *window);

/* Puts text on the clipboard. */
void potr_copy(const char *text);

/* ==== Go calls C: forms. ==== */

enum { POTR_SHOW, POTR_FINGERPRINT, POTR_QR, POTR_INPUT, POTR_SECRET, POTR_CHOICE, POTR_CHECK }; /* ui.FieldKind */

typedef struct {
	int kind;
	const char *label;       /* marked, if the user can change the field */
	const char *value;
	const char *button;      /* beside a fingerprint or below a secret; marked */
	const char *button_name; /* the same for those who do not see where it is */
	int indent;              /* set apart as part of what is above */
	int pinned;              /* below what is scrolled */
	int brief;               /* a choice whose options fit on one line, if the letters are not too large */
	int max;                 /* how many characters can be typed; 0: any number */
	int modules;             /* of a code: how many squares it has on a side */
	const char *dark;        /* '1' for each that is dark, row by row */
} PotrField;

/* Adds a field, the first one being number 0; and an option to the last. */
void potr_field_add(GtkWidget *window, PotrField field);
void potr_field_add_option(GtkWidget *window, const char *marked, int on);

/* Whether a field is there, and can be changed. */
void potr_field_set(GtkWidget *window, int field, int there, int changeable);

/* ==== Go calls C: how far something has come. ==== */

/* again is the first of two buttons, or empty. */
void potr_progress_set(GtkWidget *window, const char *heading, const char *text,
                       int percent, const char *again, const char *marked);

/* ==== Go calls C: tables. ==== */

/* Makes the window one with a table, and its columns. search is marked. */
void potr_table_init(GtkWidget *window, const char *search, int columns, char **titles);

/* Adds a button for what can be done with a row. */
void potr_table_add_action(GtkWidget *window, const char *marked);
void potr_table_enable(GtkWidget *window, int action, int on);

/* A column is wide enough for its title and for sample. The rest of what is wider
 * is cut off. mono: in letters of one width. */
void potr_table_set_width(GtkWidget *window, int column, const char *sample, int mono);

/* Makes the widest columns narrower if all together are too wide for the screen;
 * those in letters of one width only when that is not enough. */
void potr_table_fit(GtkWidget *window);

/* What is in a row is not what it was; a row has gone; there is a new one. */
void potr_table_row_changed(GtkWidget *window, int row);
void potr_table_row_gone(GtkWidget *window, int row);
void potr_table_row_come(GtkWidget *window, int row);

/* There are so many rows, all of them new. */
void potr_table_set_rows(GtkWidget *window, int rows);

/* Which row is the first on the screen; -1: none. */
int potr_table_top(GtkWidget *window);
void potr_table_set_top(GtkWidget *window, int row);

/* Calls potrTableStep once, when nothing is to be drawn and no key or click waits. */
void potr_table_later(GtkWidget *window);

/* Chooses a row (-1: none). If there are none, nothing says so. */
void potr_table_end(GtkWidget *window, int chosen, const char *nothing);

/* What to compare, byte by byte, to sort texts as the language of the locale does.
 * Capitals do not count. The caller frees it. */
char *potr_sort_key(const char *text);

/* Marks the column that the rows are sorted by (-1: none). */
void potr_table_set_sorted(GtkWidget *window, int column, int reversed);

#endif

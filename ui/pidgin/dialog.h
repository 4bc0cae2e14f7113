// SPDX-License-Identifier: GPL-2.0-or-later

/* Dialogs in Pidgin. C draws what it is told and reports what the user does; Go
 * decides what to do about it. The rules in widgets.h apply here too.
 *
 * C identifies a dialog by its number. Go ignores the number of a dialog that has
 * ended, and never uses it again. Go identifies a dialog by its window, which is valid
 * from potr_..._new until potr_dialog_close or potrDialogGone. All texts are plain
 * text. */
#ifndef PURPLE_OTR_DIALOG_H
#define PURPLE_OTR_DIALOG_H

#include <stdlib.h>
#include "../libpurple/chat.h"

typedef struct _GtkWidget GtkWidget;

/* ==== C calls Go. ==== */

/* The user has pressed a button, counted from 0, or closed the dialog (-1); then Go
 * must call potr_dialog_close. */
void potrDialogAnswered(guint dialog, int button);

/* The window is being destroyed, for any reason. */
void potrDialogGone(guint dialog);

/* A field of a form has a new value, in the format of ui.Field. */
void potrFieldChanged(guint dialog, int field, char *value);

/* In a table the user has typed a search text, clicked the title of a column, or
 * selected a row (-1: none), or wants to perform something with the selected row: one
 * of the table's buttons, the default action, or copying it. */
void potrTableSearched(guint dialog, char *text);
void potrTableSorted(guint dialog, int column);
void potrTableChosen(guint dialog, int row);
void potrTablePressed(guint dialog, int action);
void potrTableActivated(guint dialog);
void potrTableCopied(guint dialog);

/* The program is idle; see potr_table_later. */
void potrTableStep(guint dialog);

/* Returns the text of a cell, which the caller frees. */
char *potrTableCell(guint dialog, int row, int column);

/* ==== Go calls C: all dialogs. ====
 *
 * In a "marked" text an underscore precedes the letter that, pressed with Alt,
 * activates the widget. Two underscores stand for one. */

/* Returns a window, not yet shown, that belongs to the conversation's window, if there
 * is one. role is for the window manager. */
GtkWidget *potr_dialog_new(guint dialog, PotrChat about, const char *role, const char *title,
                           const char *heading, const char *text);

/* Puts a picture beside the heading, with what it is called; or none. */
enum { POTR_NO_ICON, POTR_WARNING, POTR_SUCCESS }; /* ui.Icon */
void potr_dialog_set_icon(GtkWidget *window, int icon, const char *name);

/* Adds a button. The last one is the default. */
void potr_dialog_add_button(GtkWidget *window, const char *marked);

/* Sets whether a button can be pressed. */
void potr_dialog_enable(GtkWidget *window, int button, int on);

/* How a dialog appears. Only one that the user asked for takes the keyboard focus, even
 * if the window manager would give it to any new window. A notice asks for attention.
 * An alarm does too, and stays above the dialogs in which the user is typing. */
enum { POTR_ASKED, POTR_QUIET, POTR_NOTICE, POTR_ALARM };

/* Shows the dialog for the first time, or again after potr_dialog_hide. */
void potr_dialog_show(GtkWidget *window, int how);

/* Takes the dialog from the screen with all that it contains, and returns 1. Does
 * nothing and returns 0 if it has the keyboard focus. */
int potr_dialog_hide(GtkWidget *window);

/* Brings the dialog to the front. */
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
	const char *button_name; /* the same for users who cannot see where it is */
	int indent;              /* indented, as part of the field above */
	int pinned;              /* below the scrolled area */
	int brief;               /* a choice whose options fit on one line, if the letters are not too large */
	int max;                 /* how many characters can be typed; 0: any number */
	int modules;             /* of a code: how many squares it has on a side */
	const char *dark;        /* '1' for each that is dark, row by row */
} PotrField;

/* Add a field, numbered from 0, and an option to the last field. */
void potr_field_add(GtkWidget *window, PotrField field);
void potr_field_add_option(GtkWidget *window, const char *marked, int on);

/* Sets whether a field is visible and can be changed. */
void potr_field_set(GtkWidget *window, int field, int there, int changeable);

/* ==== Go calls C: progress. ==== */

/* again is the label of the first of two buttons, or empty. */
void potr_progress_set(GtkWidget *window, const char *heading, const char *text,
                       int percent, const char *again, const char *marked);

/* ==== Go calls C: tables. ==== */

/* Makes the window a table and adds its columns. search is marked. */
void potr_table_init(GtkWidget *window, const char *search, int columns, char **titles);

/* Adds a button that acts on a row. */
void potr_table_add_action(GtkWidget *window, const char *marked);
void potr_table_enable(GtkWidget *window, int action, int on);

/* Makes a column wide enough for its title and for sample; wider cells are cut off.
 * mono: in a monospaced font. */
void potr_table_set_width(GtkWidget *window, int column, const char *sample, int mono);

/* Makes the widest columns narrower if all together are too wide for the screen;
 * monospaced ones only if that is not enough. */
void potr_table_fit(GtkWidget *window);

/* A row has changed; a row has been deleted; a row has been inserted. */
void potr_table_row_changed(GtkWidget *window, int row);
void potr_table_row_gone(GtkWidget *window, int row);
void potr_table_row_come(GtkWidget *window, int row);

/* Replaces all rows by this many new ones. */
void potr_table_set_rows(GtkWidget *window, int rows);

/* Returns the first row on the screen; -1: none. */
int potr_table_top(GtkWidget *window);
void potr_table_set_top(GtkWidget *window, int row);

/* Calls potrTableStep once, when nothing has to be drawn and no key or click is
 * waiting. */
void potr_table_later(GtkWidget *window);

/* Ends a change of the rows: selects a row (-1: none), and shows nothing if there are
 * no rows. */
void potr_table_end(GtkWidget *window, int chosen, const char *nothing);

/* Returns what to compare, byte by byte, to sort texts in the order of the locale's
 * language, without regard to case. The caller frees it. */
char *potr_sort_key(const char *text);

/* Marks the column that the rows are sorted by (-1: none). */
void potr_table_set_sorted(GtkWidget *window, int column, int reversed);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later

/* What Go asks of libpurple, and how libpurple answers. purple_bridge.h has the
 * rules that hold here too; in addition:
 *
 * Thread. All of this runs on the main loop, except potr_wake.
 *
 * Strings. Those from potr_form_text, potr_alias, potr_normalize and potr_ui are
 * borrowed.
 *
 * A function that does not find its conversation does nothing, or returns what its
 * comment says.
 *
 * Go values that C holds for a while come as void *. C never reads through these
 * pointers and hands them back to Go unchanged; Go makes and releases them. */
#ifndef PURPLE_OTR_HOST_H
#define PURPLE_OTR_HOST_H

#include <stdlib.h>
#include "chat.h"

/* ==== C calls Go. =========================================================
 * Each of these catches a panic and then has done nothing. */

/* A source made by potr_wake or potr_timer_start fires, with its pointer. */
void potrWake(void *loop);
void potrFired(void *timer);

/* A dialog ends, with its pointer. button is the place in the row. potrGone
 * means that the dialog has gone, whether or not one of the others came first. */
void potrFormDone(void *dialog, int ok);
void potrQuestionDone(void *dialog, int button);
void potrGone(void *dialog);

/* A choice of a file ends; path is NULL if there is none. */
void potrPathDone(void *dialog, char *path);

/* ==== Go calls C: the program. =========================================== */

/* "gtk-gaim" in Pidgin, "gnt-purple" in Finch; borrowed, always valid. */
const char *potr_ui(void);

/* Writes a line to the debug log. */
void potr_debug(const char *line);

/* ==== Go calls C: conversations. ========================================= */

/* Puts the names of the open instant-message conversation number i, from 0, into
 * *c, which the caller clears with potr_chat_clear. Returns 0 if there are fewer. */
int potr_nth_conversation(int i, PotrChat *c);

/* Puts the names of the user's account number i, from 0, into *c, whose peer is
 * empty. As above. */
int potr_nth_account(int i, PotrChat *c);

/* Gives msg to the protocol past all signals, for the address to, or if that is
 * empty for the conversation's own. Returns 1, or 0 if the account is not connected
 * or the protocol refuses. */
int potr_transmit(PotrChat c, const char *to, const char *msg);

/* Writes html into the conversation, if there is one, as a line of ours or as
 * one the user sent. If open is set, a window is opened where there is none, as
 * far as the account is connected. If log is not set, it is not logged. Returns
 * 1 if it was written. */
int potr_write(PotrChat c, const char *html, int sent, int open, int log);

int potr_connected(PotrChat c);
int potr_html(PotrChat c); /* whether messages have HTML there; 1 if that is not known */
int potr_logging(PotrChat c); /* 0 if there is no conversation */
void potr_set_logging(PotrChat c, int on);

/* The name the user knows the buddy by, or peer; borrowed until the next call. */
const char *potr_alias(PotrChat c);

/* The name who as a peer; borrowed until the next call. */
const char *potr_normalize(PotrChat c, const char *who);

/* A boolean preference, and one kept with the buddy: 0, 1, or def if there is
 * no such value. */
int potr_pref(const char *name, int def);
int potr_buddy_pref(PotrChat c, const char *key, int def);

int potr_pref_int(const char *name, int def); /* a number */

/* Sets them. A preference is made with what it is below, if it is not there. */
void potr_set_pref(const char *name, int value);
void potr_set_pref_int(const char *name, int value);
void potr_set_buddy_pref(PotrChat c, const char *key, int value);

/* Whether the buddy is in the list, so that there is a place for such values. */
int potr_on_list(PotrChat c);

/* Stops libpurple from announcing the text of messages on the session bus, or lets it
 * again. Returns 0 if this libpurple cannot be stopped. */
int potr_hide_messages(int on);

/* ==== Go calls C: the main loop. ========================================= */

/* From any thread: makes the main loop call potrWake(loop) once, soon. */
void potr_wake(void *loop);

/* The main loop will not call potrWake(loop) any more. */
void potr_sleep(void *loop);

/* Calls potrFired(timer) once, ms milliseconds from now, unless potr_timer_stop
 * is called before. Returns an id. */
guint potr_timer_start(guint ms, void *timer);
void potr_timer_stop(guint id);

/* ==== Go calls C: dialogs, except in Pidgin, for which see ../pidgin/dialog.h. */

/* Shows a message with an OK button, which outlives the plugin. The second is
 * for more than Pidgin can show with the first. */
void potr_alert(const char *title, const char *heading, const char *text);
void potr_alert_html(const char *title, const char *heading, const char *html);

/* A form under construction. It is used up by potr_form_show, or returned to
 * libpurple by potr_form_free. Its fields are numbered from 0 in the order in
 * which they are added. */
typedef PurpleRequestFields PotrForm;

PotrForm *potr_form_new(void);
void potr_form_free(PotrForm *f);
void potr_form_add_text(PotrForm *f, const char *label, const char *value, int masked);
void potr_form_add_check(PotrForm *f, const char *label, int on);
void potr_form_add_choice(PotrForm *f, const char *label);
void potr_form_add_option(PotrForm *f, const char *option, int on); /* to the last field */

/* Shows the form, and returns what potr_request_close takes, or NULL if the
 * program has no such dialogs. account's connection may be down. Then, unless
 * potr_request_close comes first, potrFormDone(dialog, ...) is called. */
void *potr_form_show(PotrForm *f, const char *title, const char *heading, const char *text,
                     const char *ok, const char *cancel, PotrChat c, void *dialog);

/* What is in field i. Valid from potr_form_show until the dialog ends, which is
 * when potrFormDone returns; the text is borrowed for that time. */
const char *potr_form_text(PotrForm *f, int i);
int potr_form_checked(PotrForm *f, int i);
int potr_form_choice(PotrForm *f, int i);

/* Shows a row of n buttons, 1 to POTR_BUTTONS of them; the last is the default.
 * As above; then potrQuestionDone is called, but not if the dialog is closed
 * without a choice. In Finch potrGone is called as well when it ends. */
#define POTR_BUTTONS 4
void *potr_question_show(const char *title, const char *heading, const char *text,
                         int n, char **buttons, PotrChat c, void *dialog);

/* What a dialog is to libpurple. */
enum { POTR_ASK_QUESTION, POTR_ASK_FORM, POTR_ASK_FILE, POTR_ASK_FOLDER };

/* Has the user choose a path, which need not be UTF-8. kind is POTR_ASK_FILE or
 * POTR_ASK_FOLDER; with a name, a file of that name is to be written, in folder
 * unless Pidgin remembers another one. As potr_form_show; then potrPathDone is
 * called. Not for Finch, which tells only the last part of a path. */
void *potr_path_show(const char *title, int kind, const char *name, const char *folder, void *dialog);

/* Closes a dialog. Its functions may still be called before this returns, and
 * are not called afterwards. */
void potr_request_close(void *shown, int kind);

#endif

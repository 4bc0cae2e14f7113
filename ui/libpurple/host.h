// SPDX-License-Identifier: GPL-2.0-or-later

/* The functions of libpurple that Go calls, and the callbacks. The rules in
 * purple_bridge.h apply here too; in addition:
 *
 * Thread. All of this runs on the main loop, except potr_wake.
 *
 * Strings. The results of potr_form_text, potr_alias, potr_normalize and potr_ui are
 * borrowed.
 *
 * A function that cannot find its conversation does nothing, or returns what its
 * comment says.
 *
 * C keeps some Go values as void *. C never dereferences these pointers and passes
 * them back to Go unchanged; Go creates and releases them. */
#ifndef PURPLE_OTR_HOST_H
#define PURPLE_OTR_HOST_H

#include <stdlib.h>
#include "chat.h"

/* ==== C calls Go. =========================================================
 * Each of these recovers from a panic and then has had no effect. */

/* Called with its pointer when a source made by potr_wake or potr_timer_start fires. */
void potrWake(void *loop);
void potrFired(void *timer);

/* Called with its pointer when a dialog ends. button is the index in the row. potrGone
 * means that the dialog has been destroyed, whether or not one of the others was
 * called first. */
void potrFormDone(void *dialog, int ok);
void potrQuestionDone(void *dialog, int button);
void potrGone(void *dialog);

/* Called when the window of a message has gone. */
void potrAlertClosed(guint number);

/* Called when a file chooser ends; path is NULL if the user has cancelled it. */
void potrPathDone(void *dialog, char *path);

/* ==== Go calls C: the program. =========================================== */

/* "gtk-gaim" in Pidgin, "gnt-purple" in Finch; borrowed, always valid. */
const char *potr_ui(void);

/* Writes a line to the debug log. */
void potr_debug(const char *line);

/* ==== Go calls C: conversations. ========================================= */

/* Sets *c to the names of the open instant-message conversation number i, from 0. The
 * caller clears *c with potr_chat_clear. Returns 0 if there are fewer. */
int potr_nth_conversation(int i, PotrChat *c);

/* Sets *c to the names of the user's account number i, from 0; peer is empty.
 * Otherwise like potr_nth_conversation. */
int potr_nth_account(int i, PotrChat *c);

/* Passes msg to the protocol without emitting signals, for the address to, or for the
 * conversation's own name if to is empty. Returns 1, or 0 if the account is not
 * connected or the protocol refuses. */
int potr_transmit(PotrChat c, const char *to, const char *msg);

/* Writes html into the conversation, as our own notice or (sent) as a message of the
 * user. If open is set and there is no window, opens one if the account is connected.
 * If log is 0, the line is not logged. Returns 1 if it was written. */
int potr_write(PotrChat c, const char *html, int sent, int open, int log);

int potr_connected(PotrChat c);

/* Whether level is not the one that this was last called with for the open conversation. */
int potr_level_is_new(PotrChat c, int level);
int potr_html(PotrChat c); /* whether messages have HTML there; 1 if that is not known */
int potr_logging(PotrChat c); /* 0 if there is no conversation */
void potr_set_logging(PotrChat c, int on);

/* Returns the name by which the user knows the buddy, or peer; borrowed until the next
 * call. */
const char *potr_alias(PotrChat c);

/* Returns the normalized form of the name who; borrowed until the next call. */
const char *potr_normalize(PotrChat c, const char *who);

/* Return a boolean preference, or a boolean setting of the buddy: 0, 1, or def if
 * there is no such value. */
int potr_pref(const char *name, int def);
int potr_buddy_pref(PotrChat c, const char *key, int def);

int potr_pref_int(const char *name, int def); /* a number */

/* Set these values. A preference and its parents are created if they do not exist. */
void potr_set_pref(const char *name, int value);
void potr_set_pref_int(const char *name, int value);
void potr_set_buddy_pref(PotrChat c, const char *key, int value);

/* Returns whether the buddy is in the list, which is where a buddy's settings are
 * stored. */
int potr_on_list(PotrChat c);

/* Stops libpurple from sending the text of messages over the session bus, or allows it
 * again. Returns 0 if this is impossible with this libpurple. */
int potr_hide_messages(int on);

/* ==== Go calls C: the main loop. ========================================= */

/* From any thread: makes the main loop call potrWake(loop) once, soon. */
void potr_wake(void *loop);

/* Stops the main loop from calling potrWake(loop). */
void potr_sleep(void *loop);

/* Calls potrFired(timer) once, ms milliseconds from now, unless potr_timer_stop is
 * called first. Returns an id. */
guint potr_timer_start(guint ms, void *timer);
void potr_timer_stop(guint id);

/* ==== Go calls C: dialogs, except in Pidgin, for which see ../pidgin/dialog.h. */

/* Show a message with an OK button; it stays open when the plugin is unloaded.
 * potr_alert_html is for messages that are too long for potr_alert in Pidgin. Both return
 * what potr_alert_close takes, or NULL. potrAlertClosed(number) is called when the window
 * has gone, for whatever reason. */
void *potr_alert(const char *title, const char *heading, const char *text, guint number);
void *potr_alert_html(const char *title, const char *heading, const char *html, guint number);
void potr_alert_close(void *shown, int is_html);

/* A form under construction. potr_form_show takes ownership of it; otherwise
 * potr_form_free frees it. Its fields are numbered from 0 in the order in which they
 * are added. */
typedef PurpleRequestFields PotrForm;

PotrForm *potr_form_new(void);
void potr_form_free(PotrForm *f);
void potr_form_add_text(PotrForm *f, const char *label, const char *value, int masked);
void potr_form_add_check(PotrForm *f, const char *label, int on);
void potr_form_add_choice(PotrForm *f, const char *label);
void potr_form_add_option(PotrForm *f, const char *option, int on); /* to the last field */

/* Shows the form, and returns the handle for potr_request_close, or NULL if the client
 * has no such dialogs. The account may be offline. potrFormDone(dialog, ...) is called
 * when the dialog ends, unless potr_request_close is called first. */
void *potr_form_show(PotrForm *f, const char *title, const char *heading, const char *text,
                     const char *ok, const char *cancel, PotrChat c, void *dialog);

/* Return the value of field i. Valid from potr_form_show until the dialog ends, which
 * is when potrFormDone returns; the text is borrowed until then. */
const char *potr_form_text(PotrForm *f, int i);
int potr_form_checked(PotrForm *f, int i);
int potr_form_choice(PotrForm *f, int i);

/* Shows a row of n buttons, 1 to POTR_BUTTONS of them; the last is the default. Like
 * potr_form_show, but it calls potrQuestionDone, and does not call it if the dialog is
 * closed without a choice. In Finch, potrGone is called as well when the dialog ends. */
#define POTR_BUTTONS 4
void *potr_question_show(const char *title, const char *heading, const char *text,
                         int n, char **buttons, PotrChat c, void *dialog);

/* The kind of a dialog, for libpurple. */
enum { POTR_ASK_QUESTION, POTR_ASK_FORM, POTR_ASK_FILE, POTR_ASK_FOLDER };

/* Has the user choose a path, which need not be UTF-8. kind is POTR_ASK_FILE or
 * POTR_ASK_FOLDER; with a name, a file of that name is to be written, in folder
 * unless Pidgin remembers another one. As potr_form_show; then potrPathDone is
 * called. Not for Finch, which tells only the last part of a path. */
void *potr_path_show(const char *title, int kind, const char *name, const char *folder, void *dialog);

/* Closes a dialog. Its callbacks may still be called before this returns, but not
 * afterwards. */
void potr_request_close(void *shown, int kind);

#endif

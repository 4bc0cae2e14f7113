// SPDX-License-Identifier: GPL-2.0-or-later

/* What libpurple asks of us besides its signals about conversations: whether a
 * message may leave, and what is in its menus. The rules are those of host.h. */
#ifndef PURPLE_OTR_WATCH_H
#define PURPLE_OTR_WATCH_H

#include <stdlib.h>
#include "chat.h"

/* ==== C calls Go. ========================================================= */

/* The protocol is about to get text, from whomever; automatic says that it is a
 * reply that libpurple gives by itself. Returns 1 if text may leave; then *out and
 * *to, which are NULL before, are what leaves instead and the address that it is
 * for, if Go has put something there with potr_put. Otherwise 0. C starts from 0. */
int potrLeaving(PotrChat c, char *text, int automatic, char **out, char **to);

/* The user types "/name args", a command by which the protocol would send
 * something. In a chat c's peer is the chat's name. Returns 1 if the protocol may
 * have it; otherwise 0, and then Go puts HTML that says why into *problem, which is
 * NULL before, with potr_put. C starts from 0. */
int potrCommandPasses(PotrChat c, int in_chat, char *name, char *args, char **problem);

/* The user sends a file or is asked whether he wants one, or has asked for
 * attention. */
enum { POTR_FILE, POTR_ATTENTION }; /* ui.Bypass */
void potrBypassed(PotrChat c, int what);

/* The i-th item, from 0, of the plugin's part of the Tools menu, of a
 * conversation's menu outside of Pidgin, or of a buddy's in the list. Go puts its
 * label into *label, which is NULL before, with potr_put, or leaves it, if there
 * are fewer. Returns what potrChosenItem takes. */
int potrToolItem(int i, char **label);
int potrChatItem(PotrChat c, int i, char **label, guint *arg);
int potrBuddyItem(int i, char **label);

/* How many actions there are, which count from 0: ui.NumActions. */
enum { POTR_ACTIONS = 16 };

/* The user has chosen one. From the Tools menu, c is empty. */
void potrChosenItem(PotrChat c, int action, guint arg);

/* ==== Go calls C. ========================================================= */

/* Has every message pass potrLeaving before a protocol gets it, or no longer. */
void potr_close_gates(void);
void potr_open_gates(void);

/* The same for a protocol that has just been loaded, if the others have it. */
void potr_gate_plugin(PurplePlugin *plugin);

/* Has "/name" of that protocol pass potrCommandPasses, and tells potrBypassed what
 * it wants to know. potr_leave_bypasses ends both. */
void potr_guard_command(const char *protocol, const char *name, const char *help);
void potr_watch_bypasses(void);
void potr_leave_bypasses(void);

/* Makes gc send what its protocol has queued, before the connection is closed. */
void potr_flush_sends(PurpleConnection *gc);

/* Adds our items to the menus of buddies and conversations. */
void potr_add_menus(void);
void potr_remove_menus(void);

/* The Tools menu's, for PurplePluginInfo. */
GList *potr_tools(PurplePlugin *plugin, gpointer context);

/* Puts a copy of text where *slot is, in the place of what was there. */
void potr_put(char **slot, const char *text);

#endif

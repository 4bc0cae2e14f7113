// SPDX-License-Identifier: GPL-2.0-or-later

/* What we hook into libpurple besides its signals about conversations: every message
 * that leaves, commands that send, files and attention, and menus. The rules are those
 * of host.h. */
#ifndef PURPLE_OTR_HOOKS_H
#define PURPLE_OTR_HOOKS_H

#include <stdlib.h>
#include "chat.h"

/* ==== C calls Go. ========================================================= */

/* The protocol is about to get text, whatever has sent it; automatic: libpurple, as an
 * automatic reply. Returns 1 if text may leave, otherwise 0. *out and *to are NULL
 * before. If Go puts something there, with potr_put, that is what leaves instead and
 * the address that it goes to. After a panic the result is 0. */
int potrLeaving(PotrChat c, char *text, int automatic, char **out, char **to);

/* The user types "/name args", a command with which the protocol would send
 * something. In a chat c's peer is the chat's name. Returns 1 if the protocol may run
 * it. Otherwise 0, and Go puts HTML that says why into *problem, which is NULL before,
 * with potr_put. After a panic the result is 0. */
int potrCommandPasses(PotrChat c, int in_chat, char *name, char *args, char **problem);

/* The user sends a file, is offered one, or has asked for attention. */
enum { POTR_FILE, POTR_ATTENTION }; /* ui.Bypass */
void potrBypassed(PotrChat c, int what);

/* Item number i, from 0, of our part of the Tools menu, of a conversation's menu
 * outside of Pidgin, or of a buddy's menu in the list. Go puts its label into *label,
 * which is NULL before, with potr_put; if there are fewer items, *label stays NULL.
 * Returns the action for potrChosenItem. */
int potrToolItem(int i, char **label);
int potrChatItem(PotrChat c, int i, char **label, guint *arg);
int potrBuddyItem(int i, char **label);

/* How many actions there are, which count from 0: ui.NumActions. */
enum { POTR_ACTIONS = 17 };

/* The user has chosen one. From the Tools menu, c is empty. */
void potrChosenItem(PotrChat c, int action, guint arg);

/* ==== Go calls C. ========================================================= */

/* Makes every message pass potrLeaving before a protocol gets it, and ends that. */
void potr_hook_sends(void);
void potr_unhook_sends(void);

/* The same for a protocol that has just been loaded, if the others are hooked. */
void potr_hook_plugin(PurplePlugin *plugin);

/* Makes "/name" of that protocol pass potrCommandPasses, and calls potrBypassed for
 * files and attention. potr_unhook_bypasses ends both. */
void potr_guard_command(const char *protocol, const char *name, const char *help);
void potr_hook_bypasses(void);
void potr_unhook_bypasses(void);

/* Makes gc send what its protocol has queued, before the connection is closed. */
void potr_flush_sends(PurpleConnection *gc);

/* Adds our items to the menus of buddies and conversations. */
void potr_add_menus(void);
void potr_remove_menus(void);

/* The Tools menu's, for PurplePluginInfo. */
GList *potr_tools(PurplePlugin *plugin, gpointer context);

/* Replaces *slot by a copy of text. */
void potr_put(char **slot, const char *text);

#endif

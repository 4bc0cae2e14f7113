// SPDX-License-Identifier: GPL-2.0-or-later

/* The hooks into libpurple that are not signals about conversations: every outgoing
 * message, commands that send, files and attention, and menus. The rules of host.h
 * apply. */
#ifndef PURPLE_OTR_HOOKS_H
#define PURPLE_OTR_HOOKS_H

#include <stdlib.h>
#include "chat.h"

/* ==== C calls Go. ========================================================= */

/* Called when the protocol is about to send text, no matter who sends it. automatic is 1 if
 * libpurple sends it as an automatic reply. Returns 1 if the text may be sent,
 * otherwise 0. *out and *to are NULL. Go may set them with potr_put: *out is then sent
 * instead, and to the address *to. After a panic the result is 0. */
int potrLeaving(PotrChat c, char *text, int automatic, char **out, char **to);

/* Called when an account on IRC is about to write text to the network. Returns 1 if it may
 * be written, otherwise 0. After a panic the result is 0. */
int potrLineLeaves(char *protocol, char *account, char *text);

/* Called when an account on IRC has received a line. */
void potrLineArrived(char *protocol, char *account, char *line);

/* Called when XMPP is about to write a message with this text to c's peer, which is empty
 * if the message cannot be parsed. checked is 1 if the text has passed potrLeaving. Returns
 * 1 if the message may be written, otherwise 0, and sets *kind. After a panic the result
 * is 0. */
enum { POTR_ORDINARY, POTR_UNENCRYPTED, POTR_ENCRYPTED }; /* ui.StanzaKind */
int potrStanzaLeaves(PotrChat c, char *text, int checked, int *kind);

/* Called when the server has sent a copy of a message that another client of the account
 * has exchanged with c's peer. Returns 1 if it may be shown, otherwise 0. After a panic
 * the result is 0. */
int potrCopyShown(PotrChat c, char *text);

/* Called when the user has typed "/name args", a command that makes the protocol send
 * something. In a chat, c's peer is the name of the chat. Returns 1 if the protocol
 * may run the command. Otherwise it returns 0, and Go sets *problem, which is NULL,
 * with potr_put to HTML that says why. After a panic the result is 0. */
int potrCommandPasses(PotrChat c, int in_chat, char *name, char *args, char **problem);

/* Called when the user sends a file, is offered one, or has asked for attention. */
enum { POTR_FILE, POTR_ATTENTION }; /* ui.Bypass */
void potrBypassed(PotrChat c, int what);

/* Returns item number i, from 0, of our part of the Tools menu, of a conversation's
 * menu outside of Pidgin, or of a buddy's menu in the list. Go sets *label, which is
 * NULL, with potr_put; it stays NULL if there are fewer items. The result is the
 * action for potrChosenItem. */
int potrToolItem(int i, char **label);
int potrChatItem(PotrChat c, int i, char **label, guint *arg);
int potrBuddyItem(int i, char **label);

/* The number of actions, which are counted from 0: ui.NumActions. */
enum { POTR_ACTIONS = 17 };

/* Called when the user has chosen an item. From the Tools menu, c is empty. */
void potrChosenItem(PotrChat c, int action, guint arg);

/* ==== Go calls C. ========================================================= */

/* Make every message pass potrLeaving before the protocol gets it; and undo that. */
void potr_hook_sends(void);
void potr_unhook_sends(void);

/* Does the same for a protocol that has just been loaded, if the others are hooked. */
void potr_hook_plugin(PurplePlugin *plugin);

/* Returns whether gc's protocol is sending a text that has passed potrLeaving. */
int potr_passing(PurpleConnection *gc);

/* Make what plugin writes to the network pass potrLineLeaves or potrStanzaLeaves, and
 * copies that it receives pass potrCopyShown, if it is IRC or XMPP; and undo that.
 * potr_hook_sends and potr_hook_plugin do this. */
void potr_hook_lines(PurplePlugin *plugin);
void potr_unhook_lines(void);

/* Returns whether gc is processing such a copy. */
int potr_copying(PurpleConnection *gc);

/* Makes the command "/name" of that protocol pass potrCommandPasses;
 * potr_hook_bypasses calls potrBypassed for files and attention. potr_unhook_bypasses
 * undoes both. */
void potr_guard_command(const char *protocol, const char *name, const char *help);
void potr_hook_bypasses(void);
void potr_unhook_bypasses(void);

/* Sends the messages that gc's protocol has queued, before the connection is closed. */
void potr_flush_sends(PurpleConnection *gc);

/* Add our items to the menus of buddies and conversations, and remove them. */
void potr_add_menus(void);
void potr_remove_menus(void);

/* Returns the items of the Tools menu, for PurplePluginInfo. */
GList *potr_tools(PurplePlugin *plugin, gpointer context);

/* Frees *slot and sets it to a copy of text. */
void potr_put(char **slot, const char *text);

#endif

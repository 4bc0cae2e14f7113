// SPDX-License-Identifier: GPL-2.0-or-later

/* What passes between the plugin's C and its Go: libpurple's signals, commands
 * and the life of the plugin. What Go asks of libpurple is in ui/libpurple/host.h,
 * what it draws in Pidgin in ui/pidgin/widgets.h; the rules are the same.
 *
 * C knows libpurple and decides nothing: it has no state that Go also has, no
 * protocol and no policy. Go knows nothing of libpurple but these functions.
 *
 * Thread. All of this runs on the main loop.
 *
 * Strings are UTF-8 and end in NUL. A function may read the strings it is given until
 * it returns, and copies what it wants to keep. The side that allocates a string frees
 * it, with two exceptions: strings behind a char ** belong to libpurple, and the result
 * of potr_user_dir is borrowed.
 *
 * Conversations cross by their names and number (PotrChat) and are looked up again
 * on each call. */
#ifndef PURPLE_OTR_BRIDGE_H
#define PURPLE_OTR_BRIDGE_H

#include <stdlib.h>
#include "ui/libpurple/chat.h"

/* ==== C calls Go. =========================================================
 * Each of these catches a panic and then has done nothing, which is always the
 * safe outcome, because C has arranged for that before the call. */

/* The plugin has been found. Go puts the texts for the list of plugins into all three,
 * which are NULL before, with potr_put. */
void potrAbout(char **version, char **summary, char **description);

/* The user has pressed "Configure Plugin" in that list. The plugin is enabled. */
void potrConfigure(void);

/* The plugin is enabled; it returns 0 if it cannot run. The plugin is disabled;
 * also after potrQuitting. The program ends, connections are still up. */
int potrLoad(void);
void potrUnload(void);
void potrQuitting(void);

/* Another plugin has been loaded or unloaded. */
void potrOtherPlugin(char *id);

/* The user sends text. *out is an empty string, which libpurple does not send;
 * Go puts there, with potr_put, what may leave instead of it. */
void potrSending(PotrChat c, char *text, char **out);

/* text has arrived from the address from, which on XMPP names one of the buddy's
 * clients. *out is NULL, with which the message ends here; Go puts there, with
 * potr_put, what is to be shown. */
void potrReceiving(PotrChat c, char *from, char *text, char **out);

/* A conversation window has appeared, may have another name or account now, or is
 * about to go. */
void potrOpened(PotrChat c);
void potrChanged(PotrChat c);
void potrClosed(PotrChat c);

/* The user is not in a chat any more, which is called room. */
void potrChatLeft(char *protocol, char *account, char *room);

/* An account's connection is about to be closed, and why. Returns 1 if what Go has
 * sent now must reach the server before that. */
typedef struct {
	int connected;    /* it was up */
	int wants_to_die; /* the protocol gives up */
	int failed;       /* the account has an error */
	int network;      /* there is a network */
} PotrClosing;
int potrSigningOff(char *protocol, char *account, PotrClosing why);

/* An account is online, is offline for whatever reason, has been removed. */
void potrSignedOn(char *protocol, char *account);
void potrSignedOff(char *protocol, char *account);
void potrAccountRemoved(char *protocol, char *account);

/* The user typed "/otr args". If that could not be done, Go puts HTML that says
 * why into *problem, which is NULL before, with potr_put. */
void potrCommand(PotrChat c, char *args, char **problem);

/* The user typed "/me". Returns 1 if it must go through potrSending, 0 if the
 * protocol may have it. C starts from 1. */
int potrGuards(PotrChat c);

/* ==== Go calls C: the plugin. ============================================ */

/* Whether the plugin with that id is loaded. */
int potr_plugin_loaded(const char *id);

/* Begins and ends the work: signals about messages, conversations and accounts,
 * and the commands. Unbalanced calls are harmless. The texts are the commands'
 * help. Signals about plugins and the program's end come from load to unload. */
void potr_connect(const char *otr_help, const char *me_help);
void potr_disconnect(void);

/* The folder of the user's files; borrowed, valid until the next call into libpurple. */
const char *potr_user_dir(void);

#endif

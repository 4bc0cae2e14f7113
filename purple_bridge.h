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
 * Each of these recovers from a panic and then has had no effect. That is always
 * safe, because C has set the safe result before the call. */

/* Called when libpurple has found the plugin. All three strings are NULL; Go sets them
 * with potr_put to the texts for the list of plugins. */
void potrAbout(char **version, char **summary, char **description);

/* Called when the user has pressed "Configure Plugin" in that list. The plugin is
 * enabled. */
void potrConfigure(void);

/* potrLoad: the plugin is enabled; returns 0 if it cannot run. potrUnload: the plugin is
 * disabled, also after potrQuitting. potrQuitting: the client quits; connections are
 * still up. */
int potrLoad(void);
void potrUnload(void);
void potrQuitting(void);

/* Called when another plugin has been loaded or unloaded. */
void potrOtherPlugin(char *id);

/* Called when the user sends text. *out is an empty string, which libpurple does not
 * send. If a message may be sent, Go sets *out to it with potr_put. */
void potrSending(PotrChat c, char *text, char **out);

/* Called when text has arrived from the address from, which on XMPP names one of the
 * buddy's clients. *out is NULL, which means that nothing is shown. If something must
 * be shown, Go sets *out to it with potr_put. source says whether the buddy has sent it
 * to this client, or to another one of the account, or whether the user has sent it. */
enum { POTR_BUDDY, POTR_COPY, POTR_OWN };
void potrReceiving(PotrChat c, char *from, char *text, int source, char **out);

/* Called when a message that the user has sent is about to be written into the window.
 * *out is NULL, which means that nothing is written. Go sets *out with potr_put. */
void potrWriting(PotrChat c, char *text, char **out);

/* Called when a conversation window has opened, may have another name or account now,
 * or is about to be closed. */
void potrOpened(PotrChat c);
void potrChanged(PotrChat c);
void potrClosed(PotrChat c);

/* Called when the user is no longer in a chat; room is the name of the chat. */
void potrChatLeft(char *protocol, char *account, char *room);

/* Called when an account's connection is about to be closed; why holds the reasons.
 * Returns 1 if messages that Go has just sent must reach the server first. */
typedef struct {
	int connected;    /* it was established */
	int wants_to_die; /* the protocol asks not to reconnect */
	int failed;       /* the account has an error */
	int network;      /* the network is available */
} PotrClosing;
int potrSigningOff(char *protocol, char *account, PotrClosing why);

/* Called when an account is online, is offline for any reason, or has been removed. */
void potrSignedOn(char *protocol, char *account);
void potrSignedOff(char *protocol, char *account);
void potrAccountRemoved(char *protocol, char *account);

/* Called when the user has typed "/otr args". *problem is NULL. If the command fails,
 * Go sets it with potr_put to HTML that says why. */
void potrCommand(PotrChat c, char *args, char **problem);

/* Called when the user has typed "/me". Returns 1 if the text must be passed to
 * potrSending, 0 if the protocol may send it. The result is 1 after a panic. */
int potrGuards(PotrChat c);

/* ==== Go calls C: the plugin. ============================================ */

/* Returns whether the plugin with this id is loaded. */
int potr_plugin_loaded(const char *id);

/* Connect and disconnect the signals about messages, conversations and accounts, and
 * register and unregister the commands. Unbalanced calls are harmless. The texts are
 * the commands' help. Signals about plugins, and about quitting, stay connected from
 * load to unload. */
void potr_connect(const char *otr_help, const char *me_help);
void potr_disconnect(void);

/* Returns the folder of the user's files; borrowed, valid until the next call into
 * libpurple. */
const char *potr_user_dir(void);

#endif

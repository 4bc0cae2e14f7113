// SPDX-License-Identifier: GPL-2.0-or-later

/* A libpurple program without windows. It reads commands from one file descriptor, and
 * on another reports everything that a user and the network would see. Lines consist
 * of fields separated by tabs and escaped as by g_strescape; host.go is the other end.
 *
 * It is built as a separate program that loads the plugin's file, and also into the
 * plugin's own test binary, where the race detector sees all of it. */
#ifndef PURPLE_OTR_HOST_H
#define PURPLE_OTR_HOST_H

#include <purple.h>

#define HOST_UI "purple-otr-test"
#define LOOP_PROTOCOL "prpl-loop"
#define COPY_PROTOCOL "prpl-copy"

/* Runs until it is told to quit. dir is the user's folder. plugin is a file to load,
 * or NULL if purple_init_plugin is linked into this program. Returns 0. */
int host_main(int in, int out, const char *dir, const char *plugin);

/* Reports one event; the last field is followed by NULL. */
void report(const char *event, ...) G_GNUC_NULL_TERMINATED;

/* screen.c: shows conversations and dialogs, and lets the user answer dialogs. */
void screen_init(void);
gboolean screen_fill(const char *dialog, int field, const char *value);
gboolean screen_press(const char *dialog, int button); /* -1 cancels, -2 only closes */

/* network.c: a protocol whose accounts reach each other through the main loop, and
 * other plugins. */
void network_init(void);
void network_copy(gboolean wrap);
void network_meddle(void);
void network_meddle_last(const char *how);
void network_nick(PurpleAccount *account, const char *nick);
void network_repeat(const char *how); /* libpurple, protocol or server: writes into the window what was sent */
void network_rename(PurpleAccount *account, const char *before, const char *nick);
void network_room(gboolean in);
PurplePlugin *network_rival(void);

#endif

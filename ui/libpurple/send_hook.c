// SPDX-License-Identifier: GPL-2.0-or-later

/* Not everything that is sent causes the signal for sending: automatic replies, other
 * plugins and scripts call serv_send_im. Below that is only the protocol's own
 * function, so we replace it with ours. hooks.h documents each function.
 *
 * A protocol can be made from a copy of another one's functions, including ours. So
 * each function that we replace gets its own function of ours, which finds the original
 * no matter which protocol calls it. */
#include "hooks.h"

#include <errno.h>

typedef int (*SendIM)(PurpleConnection *, const char *, const char *, PurpleMessageFlags);
typedef void (*SendFile)(PurpleConnection *, const char *, const char *);

static gboolean hooked; /* if FALSE, every message passes unchecked */

/* The message that we are passing to the network after it was checked, and its
 * connection: a protocol can send through another one's function, and the message must
 * not be checked again. */
typedef struct {
	const PurpleConnection *gc;
	const char *who, *msg;
} Passed;
static Passed passed;

static gboolean has_passed(const PurpleConnection *gc, const char *who, const char *msg)
{
	return gc == passed.gc && purple_strequal(passed.who, who) && purple_strequal(passed.msg, msg);
}

static int send_im(SendIM send, PurpleConnection *gc, const char *who, const char *msg,
                   PurpleMessageFlags flags)
{
	char *out = NULL, *to = NULL, *text;
	int leaves, result = 0;
	PotrChat c;

	if (!hooked || who == NULL || msg == NULL || has_passed(gc, who, msg))
		return send(gc, who, msg, flags);
	c = potr_chat(purple_connection_get_account(gc), who);
	text = g_strdup(msg);
	leaves = potrLeaving(c, text, (flags & PURPLE_MESSAGE_AUTO_RESP) != 0, &out, &to);
	potr_chat_clear(&c);
	if (leaves) {
		Passed outer = passed;

		passed.gc = gc;
		passed.who = to != NULL ? to : who;
		passed.msg = out != NULL ? out : msg;
		result = send(gc, passed.who, passed.msg, flags);
		passed = outer;
	}
	g_free(text);
	g_free(out);
	g_free(to);
	return result;
}

/* Called when the user wants to send a file. */
static void send_file(SendFile send, PurpleConnection *gc, const char *who, const char *file)
{
	if (hooked && who != NULL) {
		PotrChat c = potr_chat(purple_connection_get_account(gc), who);

		potrBypassed(c, POTR_FILE);
		potr_chat_clear(&c);
	}
	send(gc, who, file);
}

typedef void (*Function)(void); /* a SendIM or a SendFile */

/* 64 is three times the number of functions in libpurple and all known other
 * protocols. */
enum { HOOKS = 64 };

/* Our functions of one kind, and the originals that they call. */
typedef struct {
	Function hooks[HOOKS];
	Function originals[HOOKS];
	Function full; /* used instead when all are taken, so that nothing is sent unchecked */
} Hooks;

static int send_no_im(PurpleConnection *gc, const char *who, const char *msg, PurpleMessageFlags flags)
{
	(void)gc, (void)who, (void)msg, (void)flags;
	return -ENOSYS;
}

static void send_no_file(PurpleConnection *gc, const char *who, const char *file)
{
	(void)gc, (void)who, (void)file;
}

static Hooks im, file;

/* n is an octal number of two digits. */
#define HOOK(n) \
	static int send_im_##n(PurpleConnection *gc, const char *who, const char *msg, PurpleMessageFlags flags) \
	{ \
		return send_im((SendIM)im.originals[0##n], gc, who, msg, flags); \
	} \
	static void send_file_##n(PurpleConnection *gc, const char *who, const char *name) \
	{ \
		send_file((SendFile)file.originals[0##n], gc, who, name); \
	}
#define IM_HOOK(n) (Function)send_im_##n,
#define FILE_HOOK(n) (Function)send_file_##n,
#define EIGHT(DO, n) DO(n##0) DO(n##1) DO(n##2) DO(n##3) DO(n##4) DO(n##5) DO(n##6) DO(n##7)
#define ALL(DO) EIGHT(DO, 0) EIGHT(DO, 1) EIGHT(DO, 2) EIGHT(DO, 3) EIGHT(DO, 4) EIGHT(DO, 5) EIGHT(DO, 6) EIGHT(DO, 7)

ALL(HOOK)
static Hooks im = { { ALL(IM_HOOK) }, { NULL }, (Function)send_no_im };
static Hooks file = { { ALL(FILE_HOOK) }, { NULL }, (Function)send_no_file };

/* Returns the function that replaces f, which may already be ours, or NULL. */
static Function replacement(Hooks *h, Function f)
{
	int i;

	for (i = 0; f != NULL && i < HOOKS; i++)
		if (f == h->hooks[i])
			return f;
	for (i = 0; f != NULL && i < HOOKS; i++) {
		if (h->originals[i] == NULL)
			h->originals[i] = f;
		if (h->originals[i] == f)
			return h->hooks[i];
	}
	return f != NULL ? h->full : NULL;
}

/* Returns the original of f if f is ours, otherwise f. */
static Function original(const Hooks *h, Function f)
{
	int i;

	for (i = 0; i < HOOKS; i++)
		if (f == h->hooks[i])
			return h->originals[i];
	return f;
}

static void hook(PurplePlugin *plugin)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);

	if (prpl == NULL)
		return;
	prpl->send_im = (SendIM)replacement(&im, (Function)prpl->send_im);
	prpl->send_file = (SendFile)replacement(&file, (Function)prpl->send_file);
}

int potr_passing(PurpleConnection *gc)
{
	return passed.gc != NULL && gc == passed.gc;
}

void potr_hook_plugin(PurplePlugin *plugin)
{
	if (hooked && plugin->info != NULL && plugin->info->type == PURPLE_PLUGIN_PROTOCOL) {
		hook(plugin);
		potr_hook_lines(plugin);
	}
}

static void hook_protocol(gpointer plugin, gpointer unused)
{
	(void)unused;
	potr_hook_plugin(plugin);
}

void potr_hook_sends(void)
{
	hooked = TRUE;
	g_list_foreach(purple_plugins_get_protocols(), hook_protocol, NULL);
}

static void unhook(gpointer plugin, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO((PurplePlugin *)plugin);

	(void)unused;
	if (prpl == NULL)
		return;
	prpl->send_im = (SendIM)original(&im, (Function)prpl->send_im);
	prpl->send_file = (SendFile)original(&file, (Function)prpl->send_file);
}

void potr_unhook_sends(void)
{
	hooked = FALSE;
	potr_unhook_lines();
	g_list_foreach(purple_plugins_get_protocols(), unhook, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* The signal for sending does not see all that is sent: automatic replies, other
 * plugins and scripts call serv_send_im. Below that there is only the protocol's own
 * function, so we replace it with ours. What each function promises is written in
 * hooks.h. */
#include "hooks.h"

typedef int (*SendIM)(PurpleConnection *, const char *, const char *, PurpleMessageFlags);
typedef void (*SendFile)(PurpleConnection *, const char *, const char *);

/* The functions that ours have replaced; send_file may be NULL. */
typedef struct {
	SendIM send_im;
	SendFile send_file;
} Originals;

/* By the protocol's PurplePluginProtocolInfo. An entry stays if somebody else has
 * replaced one of our functions in turn, and so will call it. */
static GHashTable *originals;
static gboolean hooked; /* otherwise everything passes */

static const Originals *originals_of(PurpleConnection *gc)
{
	return g_hash_table_lookup(originals, PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(gc)));
}

static int send_im_hook(PurpleConnection *gc, const char *who, const char *msg, PurpleMessageFlags flags)
{
	SendIM send = originals_of(gc)->send_im;
	char *out = NULL, *to = NULL, *text;
	int leaves, result = 0;
	PotrChat c;

	if (!hooked || who == NULL || msg == NULL)
		return send(gc, who, msg, flags);
	c = potr_chat(purple_connection_get_account(gc), who);
	text = g_strdup(msg);
	leaves = potrLeaving(c, text, (flags & PURPLE_MESSAGE_AUTO_RESP) != 0, &out, &to);
	potr_chat_clear(&c);
	if (leaves)
		result = send(gc, to != NULL ? to : who, out != NULL ? out : msg, flags);
	g_free(text);
	g_free(out);
	g_free(to);
	return result;
}

/* The user wants to send a file. */
static void send_file_hook(PurpleConnection *gc, const char *who, const char *file)
{
	SendFile send = originals_of(gc)->send_file;

	if (hooked && who != NULL) {
		PotrChat c = potr_chat(purple_connection_get_account(gc), who);

		potrBypassed(c, POTR_FILE);
		potr_chat_clear(&c);
	}
	send(gc, who, file);
}

static void hook(gpointer plugin, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO((PurplePlugin *)plugin);
	Originals *own;

	(void)unused;
	if (prpl == NULL || prpl->send_im == NULL || g_hash_table_lookup(originals, prpl) != NULL)
		return;
	own = g_new(Originals, 1);
	own->send_im = prpl->send_im;
	own->send_file = prpl->send_file;
	g_hash_table_insert(originals, prpl, own);
	prpl->send_im = send_im_hook;
	if (prpl->send_file != NULL)
		prpl->send_file = send_file_hook;
}

void potr_hook_plugin(PurplePlugin *plugin)
{
	if (hooked && plugin->info != NULL && plugin->info->type == PURPLE_PLUGIN_PROTOCOL)
		hook(plugin, NULL);
}

void potr_hook_sends(void)
{
	if (originals == NULL)
		originals = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	hooked = TRUE;
	g_list_foreach(purple_plugins_get_protocols(), hook, NULL);
}

static gboolean unhook(gpointer key, gpointer value, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = key;
	const Originals *own = value;

	(void)unused;
	if (prpl->send_im != send_im_hook || (own->send_file != NULL && prpl->send_file != send_file_hook))
		return FALSE;
	prpl->send_im = own->send_im;
	prpl->send_file = own->send_file;
	return TRUE;
}

void potr_unhook_sends(void)
{
	hooked = FALSE;
	if (originals != NULL)
		g_hash_table_foreach_remove(originals, unhook, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* What passes the signal for sending is not all that is sent: automatic replies,
 * other plugins and scripts hand their messages to serv_send_im. Below that there
 * is only the protocol's own function, so we put ours in its place. What each
 * function promises is written in watch.h. */
#include "watch.h"

typedef int (*SendIM)(PurpleConnection *, const char *, const char *, PurpleMessageFlags);

/* From a protocol's PurplePluginProtocolInfo to its function. An entry stays if
 * somebody else has put a function in the place of ours, and so will call it. */
static GHashTable *gates;
static gboolean gates_open = TRUE; /* we let everything through */

static int at_gate(PurpleConnection *gc, const char *who, const char *msg, PurpleMessageFlags flags)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(gc));
	SendIM send = (SendIM)(void *)g_hash_table_lookup(gates, prpl);
	char *out = NULL, *text;
	int leaves, result = 0;
	PotrChat c;

	if (gates_open || who == NULL || msg == NULL)
		return send(gc, who, msg, flags);
	c = potr_chat(purple_connection_get_account(gc), who);
	text = g_strdup(msg);
	leaves = potrLeaving(c, text, (flags & PURPLE_MESSAGE_AUTO_RESP) != 0, &out);
	potr_chat_clear(&c);
	if (leaves)
		result = send(gc, who, out != NULL ? out : msg, flags);
	g_free(text);
	g_free(out);
	return result;
}

static void add_gate(gpointer plugin, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO((PurplePlugin *)plugin);

	(void)unused;
	if (prpl == NULL || prpl->send_im == NULL || prpl->send_im == at_gate ||
	    g_hash_table_lookup(gates, prpl) != NULL)
		return;
	g_hash_table_insert(gates, prpl, (gpointer)(void *)prpl->send_im);
	prpl->send_im = at_gate;
}

void potr_gate_plugin(PurplePlugin *plugin)
{
	if (!gates_open && plugin->info != NULL && plugin->info->type == PURPLE_PLUGIN_PROTOCOL)
		add_gate(plugin, NULL);
}

void potr_close_gates(void)
{
	if (gates == NULL)
		gates = g_hash_table_new(NULL, NULL);
	gates_open = FALSE;
	g_list_foreach(purple_plugins_get_protocols(), add_gate, NULL);
}

static gboolean remove_gate(gpointer key, gpointer send, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = key;

	(void)unused;
	if (prpl->send_im != at_gate)
		return FALSE;
	prpl->send_im = (SendIM)(void *)send;
	return TRUE;
}

void potr_open_gates(void)
{
	gates_open = TRUE;
	if (gates != NULL)
		g_hash_table_foreach_remove(gates, remove_gate, NULL);
}

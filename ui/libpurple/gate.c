// SPDX-License-Identifier: GPL-2.0-or-later

/* What passes the signal for sending is not all that is sent: automatic replies,
 * other plugins and scripts hand their messages to serv_send_im. Below that there
 * is only the protocol's own function, so we put ours in its place. What each
 * function promises is written in watch.h. */
#include "watch.h"

typedef int (*SendIM)(PurpleConnection *, const char *, const char *, PurpleMessageFlags);
typedef void (*SendFile)(PurpleConnection *, const char *, const char *);

/* What was in the places that ours have taken; send_file may be NULL. */
typedef struct {
	SendIM send_im;
	SendFile send_file;
} Gate;

/* From a protocol's PurplePluginProtocolInfo. An entry stays if somebody else has
 * put a function in the place of one of ours, and so will call it. */
static GHashTable *gates;
static gboolean gates_open = TRUE; /* we let everything through */

static const Gate *gate_of(PurpleConnection *gc)
{
	return g_hash_table_lookup(gates, PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(gc)));
}

static int at_gate(PurpleConnection *gc, const char *who, const char *msg, PurpleMessageFlags flags)
{
	SendIM send = gate_of(gc)->send_im;
	char *out = NULL, *to = NULL, *text;
	int leaves, result = 0;
	PotrChat c;

	if (gates_open || who == NULL || msg == NULL)
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

/* The user has said that he wants to send a file. */
static void at_file_gate(PurpleConnection *gc, const char *who, const char *file)
{
	SendFile send = gate_of(gc)->send_file;

	if (!gates_open && who != NULL) {
		PotrChat c = potr_chat(purple_connection_get_account(gc), who);

		potrBypassed(c, POTR_FILE);
		potr_chat_clear(&c);
	}
	send(gc, who, file);
}

static void add_gate(gpointer plugin, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO((PurplePlugin *)plugin);
	Gate *gate;

	(void)unused;
	if (prpl == NULL || prpl->send_im == NULL || g_hash_table_lookup(gates, prpl) != NULL)
		return;
	gate = g_new(Gate, 1);
	gate->send_im = prpl->send_im;
	gate->send_file = prpl->send_file;
	g_hash_table_insert(gates, prpl, gate);
	prpl->send_im = at_gate;
	if (prpl->send_file != NULL)
		prpl->send_file = at_file_gate;
}

void potr_gate_plugin(PurplePlugin *plugin)
{
	if (!gates_open && plugin->info != NULL && plugin->info->type == PURPLE_PLUGIN_PROTOCOL)
		add_gate(plugin, NULL);
}

void potr_close_gates(void)
{
	if (gates == NULL)
		gates = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	gates_open = FALSE;
	g_list_foreach(purple_plugins_get_protocols(), add_gate, NULL);
}

static gboolean remove_gate(gpointer key, gpointer value, gpointer unused)
{
	PurplePluginProtocolInfo *prpl = key;
	const Gate *gate = value;

	(void)unused;
	if (prpl->send_im != at_gate || (gate->send_file != NULL && prpl->send_file != at_file_gate))
		return FALSE;
	prpl->send_im = gate->send_im;
	prpl->send_file = gate->send_file;
	return TRUE;
}

void potr_open_gates(void)
{
	gates_open = TRUE;
	if (gates != NULL)
		g_hash_table_foreach_remove(gates, remove_gate, NULL);
}

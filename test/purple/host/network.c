// SPDX-License-Identifier: GPL-2.0-or-later

#include <string.h>

#include "host.h"

/* ---- The protocol ---- */

typedef struct {
	char *from, *to, *text;
} Packet;

static gboolean deliver(gpointer data)
{
	Packet *p = data;
	PurpleAccount *to = purple_accounts_find(p->to, LOOP_PROTOCOL);
	PurpleConnection *gc = to != NULL ? purple_account_get_connection(to) : NULL;

	if (gc != NULL)
		serv_got_im(gc, p->from, p->text, PURPLE_MESSAGE_RECV, time(NULL));
	g_free(p->from);
	g_free(p->to);
	g_free(p->text);
	g_free(p);
	return FALSE;
}

static int send_im(PurpleConnection *gc, const char *who, const char *text, PurpleMessageFlags flags)
{
	Packet *p = g_new0(Packet, 1);

	(void)flags;
	p->from = g_strdup(purple_account_get_username(purple_connection_get_account(gc)));
	p->to = g_strdup(who);
	p->text = g_strdup(text);
	report("wire", p->from, p->to, p->text, NULL);
	g_idle_add(deliver, p);
	return 1;
}

/* As IRC does it: past sending-im-msg. */
static PurpleCmdRet me(PurpleConversation *conv, const char *name, char **args, char **error, void *unused)
{
	char *text = g_strconcat("ACTION ", args[0], NULL);

	(void)name, (void)error, (void)unused;
	send_im(purple_conversation_get_gc(conv), purple_conversation_get_name(conv), text, 0);
	g_free(text);
	return PURPLE_CMD_RET_OK;
}

static const char *icon(PurpleAccount *account, PurpleBuddy *buddy)
{
	(void)account, (void)buddy;
	return "loop";
}

static GList *status_types(PurpleAccount *account)
{
	PurpleStatusPrimitive all[] = { PURPLE_STATUS_AVAILABLE, PURPLE_STATUS_OFFLINE };
	GList *types = NULL;
	gsize i;

	(void)account;
	for (i = 0; i < G_N_ELEMENTS(all); i++)
		types = g_list_append(types, purple_status_type_new_full(all[i], NULL, NULL, TRUE, TRUE, FALSE));
	return types;
}

static void login(PurpleAccount *account)
{
	purple_connection_set_state(purple_account_get_connection(account), PURPLE_CONNECTED);
}

static void logout(PurpleConnection *gc)
{
	(void)gc;
}

/* Files do not arrive. */
static void send_file(PurpleConnection *gc, const char *who, const char *file)
{
	(void)gc, (void)who, (void)file;
}

static PurplePluginProtocolInfo protocol = {
	.options = OPT_PROTO_NO_PASSWORD,
	.list_icon = icon,
	.status_types = status_types,
	.login = login,
	.close = logout,
	.send_im = send_im,
	.send_file = send_file,
	.struct_size = sizeof protocol,
};

static PurplePluginInfo protocol_plugin = {
	.magic = PURPLE_PLUGIN_MAGIC, .major_version = PURPLE_MAJOR_VERSION, .type = PURPLE_PLUGIN_PROTOCOL,
	.id = LOOP_PROTOCOL, .name = "Loop", .version = "1", .summary = "", .description = "", .author = "",
	.extra_info = &protocol,
};

static PurplePlugin *plugin(PurplePluginInfo *info)
{
	PurplePlugin *p = purple_plugin_new(TRUE, NULL);

	p->info = info;
	purple_plugin_register(p);
	return p;
}

void network_init(void)
{
	plugin(&protocol_plugin);
	purple_plugins_probe("\001none"); /* makes libpurple look at what was registered */
	purple_cmd_register("me", "S", PURPLE_CMD_P_PRPL, PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY,
		LOOP_PROTOCOL, me, "me", NULL);
}

/* ---- Other plugins ---- */

PurplePlugin *network_rival(void)
{
	static PurplePluginInfo info = {
		.magic = PURPLE_PLUGIN_MAGIC, .major_version = PURPLE_MAJOR_VERSION, .type = PURPLE_PLUGIN_STANDARD,
		.id = "otr", .name = "Off-the-Record Messaging", .version = "1", .summary = "",
		.description = "", .author = "",
	};
	PurplePlugin *p = purple_plugins_find_with_id("otr");

	return p != NULL ? p : plugin(&info);
}

static void replace(char **text, char *by)
{
	g_free(*text);
	*text = by;
}

static void meddle_sending(PurpleAccount *account, const char *who, char **text)
{
	(void)account, (void)who;
	if (text != NULL && *text != NULL)
		replace(text, g_strconcat(*text, " (changed before it was sent)", NULL));
}

static gboolean meddle_receiving(PurpleAccount *account, char **who, char **text)
{
	(void)account, (void)who;
	if (text != NULL && *text != NULL)
		replace(text, g_strconcat(*text, " (changed after it arrived)", NULL));
	return FALSE;
}

void network_meddle(void)
{
	static int handle;
	void *conversations = purple_conversations_get_handle();

	purple_signal_connect(conversations, "sending-im-msg", &handle, PURPLE_CALLBACK(meddle_sending), NULL);
	purple_signal_connect(conversations, "receiving-im-msg", &handle, PURPLE_CALLBACK(meddle_receiving), NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later

#include <string.h>

#include "host.h"

/* ---- The protocol ---- */

typedef struct {
	char *from, *to, *text;
} Packet;

#define NICK "nick"

/* Whether our users are in the room in which buddies are called room/nick. */
static gboolean in_room = TRUE;

static const char *nick_of(PurpleAccount *account)
{
	return purple_account_get_string(account, NICK, purple_account_get_username(account));
}

static PurpleAccount *who_is(const char *nick)
{
	GList *l;

	for (l = purple_accounts_get_all(); l != NULL; l = l->next)
		if (strcmp(nick_of(l->data), nick) == 0)
			return l->data;
	return NULL;
}

static gboolean deliver(gpointer data)
{
	Packet *p = data;
	PurpleAccount *to = who_is(p->to);
	PurpleConnection *gc = to != NULL ? purple_account_get_connection(to) : NULL;

	if (gc != NULL)
		serv_got_im(gc, p->from, p->text, PURPLE_MESSAGE_RECV, time(NULL));
	g_free(p->from);
	g_free(p->to);
	g_free(p->text);
	g_free(p);
	return FALSE;
}

/* How a message that was sent gets into the window: libpurple, the protocol or the server
 * writes it. */
static enum { BY_LIBPURPLE, BY_PROTOCOL, BY_SERVER } repeated;

static gboolean repeat(gpointer data)
{
	Packet *p = data;
	PurpleAccount *from = who_is(p->from);
	PurpleConnection *gc = from != NULL ? purple_account_get_connection(from) : NULL;

	if (gc != NULL)
		serv_got_im(gc, p->to, p->text, PURPLE_MESSAGE_SEND, time(NULL));
	g_free(p->from);
	g_free(p->to);
	g_free(p->text);
	g_free(p);
	return FALSE;
}

void network_repeat(const char *how)
{
	repeated = strcmp(how, "protocol") == 0 ? BY_PROTOCOL : strcmp(how, "server") == 0 ? BY_SERVER : BY_LIBPURPLE;
}

static int send_im(PurpleConnection *gc, const char *who, const char *text, PurpleMessageFlags flags)
{
	Packet *p = g_new0(Packet, 1);
	const char *nick = nick_of(purple_connection_get_account(gc)), *slash = strchr(who, '/');

	(void)flags;
	report("wire", nick, who, text, NULL);
	p->from = slash == NULL ? g_strdup(nick) : g_strdup_printf("%.*s/%s", (int)(slash - who), who, nick);
	p->to = g_strdup(slash == NULL ? who : slash + 1);
	p->text = g_strdup(text);
	g_idle_add(deliver, p);
	if (repeated == BY_PROTOCOL) {
		PurpleConversation *conv = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who,
			purple_connection_get_account(gc));

		if (conv != NULL)
			purple_conv_im_write(PURPLE_CONV_IM(conv), NULL, text, PURPLE_MESSAGE_SEND, time(NULL));
	} else if (repeated == BY_SERVER) {
		Packet *copy = g_new0(Packet, 1);

		*copy = (Packet){ g_strdup(nick), g_strdup(who), g_strdup(text) };
		g_idle_add(repeat, copy);
	}
	return repeated == BY_LIBPURPLE;
}

/* Like IRC: sends without the signal sending-im-msg. */
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

/* Files are not delivered. */
static void send_file(PurpleConnection *gc, const char *who, const char *file)
{
	(void)gc, (void)who, (void)file;
}

/* Like XMPP: the part after the slash matters while we are in the room. */
static const char *normalize(const PurpleAccount *account, const char *who)
{
	static char name[100];
	char *slash;

	(void)account;
	g_strlcpy(name, who, sizeof name);
	slash = strchr(name, '/');
	if (slash != NULL && !in_room)
		*slash = '\0';
	return name;
}

void network_rename(PurpleAccount *account, const char *before, const char *nick)
{
	PurpleConversation *conv = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, before, account);

	if (conv != NULL)
		purple_conversation_set_name(conv, nick);
}

void network_nick(PurpleAccount *account, const char *nick)
{
	GList *l;
	char *before = g_strdup(nick_of(account));

	purple_account_set_string(account, NICK, nick);
	for (l = purple_accounts_get_all(); l != NULL; l = l->next)
		network_rename(l->data, before, nick);
	g_free(before);
}

void network_room(gboolean in)
{
	in_room = in;
}

static PurplePluginProtocolInfo protocol = {
	.options = OPT_PROTO_NO_PASSWORD,
	.list_icon = icon,
	.status_types = status_types,
	.login = login,
	.close = logout,
	.send_im = send_im,
	.send_file = send_file,
	.normalize = normalize,
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
	purple_plugins_probe("\001none"); /* makes libpurple initialize the registered plugins */
	purple_cmd_register("me", "S", PURPLE_CMD_P_PRPL, PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY,
		LOOP_PROTOCOL, me, "me", NULL);
}

/* ---- Other plugins ---- */

/* Sends like the protocol that this one was copied from, whose function it looked up
 * first. */
static int (*copied_send_im)(PurpleConnection *, const char *, const char *, PurpleMessageFlags);

static int send_by_copied(PurpleConnection *gc, const char *who, const char *text, PurpleMessageFlags flags)
{
	if (g_str_has_prefix(text, "for both"))
		copied_send_im(gc, "alice", text, flags); /* the same to somebody else */
	return copied_send_im(gc, who, text, flags);
}

void network_copy(gboolean wrap)
{
	static PurplePluginProtocolInfo copy;
	static PurplePluginInfo info;

	copy = protocol;
	copied_send_im = protocol.send_im;
	if (wrap)
		copy.send_im = send_by_copied;
	info = protocol_plugin;
	info.id = COPY_PROTOCOL;
	info.extra_info = &copy;
	if (purple_plugins_find_with_id(COPY_PROTOCOL) == NULL)
		plugin(&info);
	purple_plugins_probe("\001none");
}

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

/* After all other plugins, however late they were loaded. */
static void meddle_last(PurpleAccount *account, const char *who, char **text, void *stop)
{
	(void)account, (void)who;
	replace(text, stop != NULL ? g_strdup("") : g_strconcat(*text, " (changed last)", NULL));
}

void network_meddle_last(const char *how)
{
	static int handle;
	void *conversations = purple_conversations_get_handle();

	purple_signals_disconnect_by_handle(&handle);
	if (strcmp(how, "not") != 0)
		purple_signal_connect_priority(conversations, "sending-im-msg", &handle, PURPLE_CALLBACK(meddle_last),
			strcmp(how, "stop") == 0 ? &handle : NULL, G_MAXINT);
}

void network_meddle(void)
{
	static int handle;
	void *conversations = purple_conversations_get_handle();

	purple_signal_connect(conversations, "sending-im-msg", &handle, PURPLE_CALLBACK(meddle_sending), NULL);
	purple_signal_connect(conversations, "receiving-im-msg", &handle, PURPLE_CALLBACK(meddle_receiving), NULL);
}

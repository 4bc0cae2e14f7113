// SPDX-License-Identifier: GPL-2.0-or-later

/* The plugin as libpurple sees it. purple_bridge.h documents each function. */
#include "purple_bridge.h"
#include "ui/libpurple/hooks.h"
#include "ui/pidgin/widgets.h"

static PurplePlugin *self;
static PurpleCmdId otr_command, me_command, action_command;

/* ---- Signals ---- */

/* Signals that are connected only while we handle messages have their own handle, so
 * that potr_disconnect does not disconnect the signals about plugins. */
static int working;

static void on_sending(PurpleAccount *account, const char *who, char **msg, void *unused)
{
	PotrChat c;
	char *typed;

	(void)unused;
	if (msg == NULL || *msg == NULL || **msg == '\0')
		return; /* another plugin has cancelled the message */
	typed = *msg;
	*msg = g_strdup("");
	if (account != NULL && who != NULL) {
		c = potr_chat(account, who);
		potrSending(c, typed, msg);
		potr_chat_clear(&c);
	}
	g_free(typed);
}

static gboolean on_receiving(PurpleAccount *account, char **who, char **msg,
                             PurpleConversation *conv, PurpleMessageFlags *flags, void *unused)
{
	PotrChat c;
	char *arrived;

	(void)conv, (void)unused;
	if (msg == NULL || *msg == NULL)
		return FALSE;
	arrived = *msg;
	*msg = NULL;
	if (account != NULL && who != NULL && *who != NULL) {
		char *from = g_strdup(*who);
		int source = POTR_BUDDY;

		if (flags != NULL && (*flags & PURPLE_MESSAGE_SEND))
			source = POTR_OWN; /* the protocol repeats what the user has sent */
		else if (potr_copying(purple_account_get_connection(account)))
			source = POTR_COPY;
		c = potr_chat(account, from);
		potrReceiving(c, from, arrived, source, msg);
		potr_chat_clear(&c);
		g_free(from);
	}
	g_free(arrived);
	return *msg == NULL;
}

static gboolean on_writing(PurpleAccount *account, const char *who, char **msg,
                           PurpleConversation *conv, PurpleMessageFlags flags, void *unused)
{
	char *written;
	PotrChat c;

	(void)account, (void)who, (void)unused;
	if (!(flags & PURPLE_MESSAGE_SEND) || msg == NULL || *msg == NULL || conv == NULL ||
	    purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return FALSE;
	written = *msg;
	*msg = NULL;
	c = potr_chat_of(conv);
	potrWriting(c, written, msg);
	potr_chat_clear(&c);
	g_free(written);
	return *msg == NULL;
}

static void with_chat(PurpleConversation *conv, void (*call)(PotrChat))
{
	PotrChat c;

	if (purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = potr_chat_of(conv);
	call(c);
	potr_chat_clear(&c);
}

static void on_created(PurpleConversation *conv, void *unused)
{
	(void)unused;
	with_chat(conv, potrOpened);
}

/* libpurple has no signal for a changed name, but the title changes with the name, and
 * there is a signal for that. */
static void on_updated(PurpleConversation *conv, PurpleConvUpdateType type, void *unused)
{
	(void)unused;
	if (type == PURPLE_CONV_UPDATE_TITLE || type == PURPLE_CONV_UPDATE_ACCOUNT)
		with_chat(conv, potrChanged);
}

static void on_chat_left(PurpleConversation *conv, void *unused)
{
	PurpleAccount *account = purple_conversation_get_account(conv);
	char *protocol = g_strdup(purple_account_get_protocol_id(account));
	char *name = g_strdup(purple_account_get_username(account));
	char *room = g_strdup(purple_conversation_get_name(conv));

	(void)unused;
	potrChatLeft(protocol, name, room);
	g_free(protocol);
	g_free(name);
	g_free(room);
}

static void on_deleting(PurpleConversation *conv, void *unused)
{
	(void)unused;
	with_chat(conv, potrClosed);
}

static void with_account(PurpleAccount *account, void (*call)(char *, char *))
{
	char *protocol = g_strdup(purple_account_get_protocol_id(account));
	char *name = g_strdup(purple_account_get_username(account));

	call(protocol, name);
	g_free(protocol);
	g_free(name);
}

static void on_signing_off(PurpleConnection *gc, void *unused)
{
	PurpleAccount *account = purple_connection_get_account(gc);
	char *protocol = g_strdup(purple_account_get_protocol_id(account));
	char *name = g_strdup(purple_account_get_username(account));
	PotrClosing why = {
		.connected = purple_account_is_connected(account),
		.wants_to_die = gc->wants_to_die,
		.failed = purple_account_get_current_error(account) != NULL,
		.network = purple_network_is_available(),
	};

	(void)unused;
	if (potrSigningOff(protocol, name, why))
		potr_flush_sends(gc);
	g_free(protocol);
	g_free(name);
}

static void on_signed_on(PurpleConnection *gc, void *unused)
{
	(void)unused;
	/* A protocol that another plugin registers emits no other signal. */
	potr_hook_plugin(purple_connection_get_prpl(gc));
	with_account(purple_connection_get_account(gc), potrSignedOn);
}

static void on_signed_off(PurpleConnection *gc, void *unused)
{
	(void)unused;
	with_account(purple_connection_get_account(gc), potrSignedOff);
}

static void on_account_removed(PurpleAccount *account, void *unused)
{
	(void)unused;
	with_account(account, potrAccountRemoved);
}

static void on_other_plugin(PurplePlugin *other, void *unused)
{
	char *id;

	(void)unused;
	if (other == self || other->info == NULL || other->info->id == NULL)
		return;
	potr_hook_plugin(other);
	id = g_strdup(other->info->id);
	potrOtherPlugin(id);
	g_free(id);
}

static void on_quitting(void *unused)
{
	GList *l;

	(void)unused;
	potrQuitting();
	for (l = purple_connections_get_all(); l != NULL; l = l->next)
		potr_flush_sends(l->data);
}

/* ---- Commands ---- */

static PurpleCmdRet on_otr(PurpleConversation *conv, const char *name, char **args,
                           char **error, void *unused)
{
	char *given = g_strdup(args != NULL && args[0] != NULL ? args[0] : "");
	PotrChat c = potr_chat_of(conv);
	char *problem = NULL;

	(void)name, (void)unused;
	potrCommand(c, given, &problem);
	potr_chat_clear(&c);
	g_free(given);
	if (problem == NULL)
		return PURPLE_CMD_RET_OK;
	*error = problem;
	return PURPLE_CMD_RET_FAILED;
}

/* Some protocols, such as IRC, run /me and /action themselves. Then there is no sending-im-msg
 * signal, and the text would be sent unencrypted. */
static PurpleCmdRet on_me(PurpleConversation *conv, const char *name, char **args,
                          char **error, void *unused)
{
	PotrChat c = potr_chat_of(conv);
	int guarded = potrGuards(c);
	char *text;

	(void)name, (void)error, (void)unused;
	potr_chat_clear(&c);
	if (!guarded)
		return PURPLE_CMD_RET_CONTINUE;
	text = g_strconcat("/me ", args != NULL && args[0] != NULL ? args[0] : "", NULL);
	purple_conv_im_send(PURPLE_CONV_IM(conv), text);
	g_free(text);
	return PURPLE_CMD_RET_OK;
}

/* ---- The plugin ---- */

int potr_plugin_loaded(const char *id)
{
	PurplePlugin *p = purple_plugins_find_with_id(id);

	return p != NULL && purple_plugin_is_loaded(p);
}

void potr_connect(const char *otr_help, const char *me_help)
{
	void *conversations = purple_conversations_get_handle();
	void *connections = purple_connections_get_handle();

	potr_disconnect();
	/* libpurple runs handlers from lowest to highest priority. Other plugins must
	 * change an outgoing text before it is encrypted, and can change an incoming
	 * one only after it is decrypted. */
	purple_signal_connect_priority(conversations, "sending-im-msg", &working,
		PURPLE_CALLBACK(on_sending), NULL, PURPLE_SIGNAL_PRIORITY_HIGHEST);
	purple_signal_connect_priority(conversations, "receiving-im-msg", &working,
		PURPLE_CALLBACK(on_receiving), NULL, PURPLE_SIGNAL_PRIORITY_LOWEST);
	purple_signal_connect_priority(conversations, "writing-im-msg", &working,
		PURPLE_CALLBACK(on_writing), NULL, PURPLE_SIGNAL_PRIORITY_LOWEST);
	purple_signal_connect(conversations, "conversation-created", &working,
		PURPLE_CALLBACK(on_created), NULL);
	purple_signal_connect(conversations, "conversation-updated", &working,
		PURPLE_CALLBACK(on_updated), NULL);
	purple_signal_connect(conversations, "chat-left", &working,
		PURPLE_CALLBACK(on_chat_left), NULL);
	purple_signal_connect(conversations, "deleting-conversation", &working,
		PURPLE_CALLBACK(on_deleting), NULL);
	purple_signal_connect(connections, "signed-on", &working,
		PURPLE_CALLBACK(on_signed_on), NULL);
	purple_signal_connect(connections, "signing-off", &working,
		PURPLE_CALLBACK(on_signing_off), NULL);
	purple_signal_connect(connections, "signed-off", &working,
		PURPLE_CALLBACK(on_signed_off), NULL);
	purple_signal_connect(purple_accounts_get_handle(), "account-removed", &working,
		PURPLE_CALLBACK(on_account_removed), NULL);
	otr_command = purple_cmd_register("otr", "s", PURPLE_CMD_P_PLUGIN,
		PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS, NULL, on_otr, otr_help, NULL);
	me_command = purple_cmd_register("me", "S", PURPLE_CMD_P_HIGH,
		PURPLE_CMD_FLAG_IM, NULL, on_me, me_help, NULL);
	action_command = purple_cmd_register("action", "S", PURPLE_CMD_P_HIGH,
		PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY, "prpl-irc", on_me, me_help, NULL);
}

void potr_disconnect(void)
{
	purple_signals_disconnect_by_handle(&working);
	purple_cmd_unregister(otr_command); /* 0 is not a valid id, and is ignored */
	purple_cmd_unregister(me_command);
	purple_cmd_unregister(action_command);
	otr_command = me_command = action_command = 0;
}

const char *potr_user_dir(void)
{
	return purple_user_dir();
}

static gboolean load(PurplePlugin *plugin)
{
	void *plugins = purple_plugins_get_handle();

	if (!potrLoad())
		return FALSE;
	purple_signal_connect(plugins, "plugin-load", plugin, PURPLE_CALLBACK(on_other_plugin), NULL);
	purple_signal_connect(plugins, "plugin-unload", plugin, PURPLE_CALLBACK(on_other_plugin), NULL);
	purple_signal_connect(purple_get_core(), "quitting", plugin, PURPLE_CALLBACK(on_quitting), NULL);
	return TRUE;
}

static gboolean unload(PurplePlugin *plugin)
{
	purple_signals_disconnect_by_handle(plugin);
	potrUnload();
	potr_disconnect(); /* in case Go could not do it */
	return TRUE;
}

/* The name is the same in every language. */
static PurplePluginInfo info = {
	.magic = PURPLE_PLUGIN_MAGIC,
	.major_version = PURPLE_MAJOR_VERSION,
	.minor_version = 10, /* an older libpurple than this one refuses the plugin */
	.type = PURPLE_PLUGIN_STANDARD,
	.priority = PURPLE_PRIORITY_DEFAULT,
	.id = POTR_ID,
	.name = "Off-the-Record Messaging (purple-otr)",
	.author = "The purple-otr authors",
	.load = load,
	.unload = unload,
	.actions = potr_tools,
};

/* libpurple calls this for every plugin it finds, enabled or not. */
static void init(PurplePlugin *plugin)
{
	static char *version, *summary, *description; /* must live as long as info */

	self = plugin;
	potrAbout(&version, &summary, &description);
	info.version = version;
	info.summary = summary;
	info.description = description;
	potr_configure(&info, potrConfigure);
}

PURPLE_INIT_PLUGIN(purple_otr, init, info)

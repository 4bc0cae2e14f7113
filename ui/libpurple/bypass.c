// SPDX-License-Identifier: GPL-2.0-or-later

/* Ways in which a user can send something without the signal for sending: a file, a
 * request for attention, and a command of a protocol that has no signal for lines. hooks.h documents each
 * function. */
#include "hooks.h"

static GArray *guarded; /* of PurpleCmdId */
static int hooked; /* the handle of our signals */

static PurpleCmdRet on_command(PurpleConversation *conv, const char *name, char **args,
                               char **error, void *unused)
{
	PotrChat c = potr_chat_of(conv);
	char *given = g_strdup(args != NULL && args[0] != NULL ? args[0] : "");
	char *command = g_strdup(name), *problem = NULL;
	int passes;

	(void)unused;
	passes = potrCommandPasses(c, purple_conversation_get_type(conv) == PURPLE_CONV_TYPE_CHAT,
		command, given, &problem);
	potr_chat_clear(&c);
	g_free(command);
	g_free(given);
	if (passes)
		return PURPLE_CMD_RET_CONTINUE;
	*error = problem;
	return PURPLE_CMD_RET_FAILED;
}

void potr_guard_command(const char *protocol, const char *name, const char *help)
{
	PurpleCmdId id = purple_cmd_register(name, "s", PURPLE_CMD_P_VERY_HIGH,
		PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY |
			PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
		protocol, on_command, help, NULL);

	if (guarded == NULL)
		guarded = g_array_new(FALSE, FALSE, sizeof(PurpleCmdId));
	g_array_append_val(guarded, id);
}

static void announce(PurpleAccount *account, const char *who, int what)
{
	PotrChat c;

	if (account == NULL || who == NULL)
		return;
	c = potr_chat(account, who);
	potrBypassed(c, what);
	potr_chat_clear(&c);
}

static void on_file(PurpleXfer *xfer, void *unused)
{
	(void)unused;
	announce(purple_xfer_get_account(xfer), purple_xfer_get_remote_user(xfer), POTR_FILE);
}

static void on_attention(PurpleAccount *account, const char *who, PurpleConversation *conv,
                         guint type, void *unused)
{
	(void)conv, (void)type, (void)unused;
	announce(account, who, POTR_ATTENTION);
}

void potr_hook_bypasses(void)
{
	void *conversations = purple_conversations_get_handle(), *files = purple_xfers_get_handle();

	/* This signal is for a file that is offered to the user. The one for files
	 * that the user sends is emitted too late: see send_hook.c. */
	purple_signal_connect(files, "file-recv-request", &hooked, PURPLE_CALLBACK(on_file), NULL);
	purple_signal_connect(conversations, "sent-attention", &hooked, PURPLE_CALLBACK(on_attention), NULL);
}

void potr_unhook_bypasses(void)
{
	guint i;

	purple_signals_disconnect_by_handle(&hooked);
	for (i = 0; guarded != NULL && i < guarded->len; i++)
		purple_cmd_unregister(g_array_index(guarded, PurpleCmdId, i));
	if (guarded != NULL)
		g_array_free(guarded, TRUE);
	guarded = NULL;
}

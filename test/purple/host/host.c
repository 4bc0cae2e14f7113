// SPDX-License-Identifier: GPL-2.0-or-later

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

static GMainLoop *loop;
static int out_fd;

/* ---- Lines ---- */

void report(const char *event, ...)
{
	GString *line = g_string_new(event);
	static char utf8[128]; /* the bytes that g_strescape must not escape */
	const char *text;
	va_list args;
	int i;

	for (i = 0; i < 127; i++)
		utf8[i] = (char)(0x80 + i);
	va_start(args, event);
	while ((text = va_arg(args, const char *)) != NULL) {
		char *escaped = g_strescape(text, utf8);

		g_string_append_printf(line, "\t%s", escaped);
		g_free(escaped);
	}
	va_end(args);
	g_string_append_c(line, '\n');
	if (write(out_fd, line->str, line->len) != (ssize_t)line->len)
		_exit(2); /* nobody reads any more */
	g_string_free(line, TRUE);
}

/* ---- Commands ---- */

static PurpleAccount *account(const char *name)
{
	PurpleAccount *a = purple_accounts_find(name, LOOP_PROTOCOL);

	return a != NULL ? a : purple_accounts_find(name, COPY_PROTOCOL);
}

static PurpleConversation *conversation(char **arg)
{
	PurpleAccount *a = account(arg[0]);
	PurpleConversation *conv = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, arg[1], a);
	GList *l;

	/* Finds a conversation by the name that the window shows. */
	for (l = purple_get_ims(); conv == NULL && l != NULL; l = l->next)
		if (purple_conversation_get_account(l->data) == a &&
		    strcmp(purple_conversation_get_name(l->data), arg[1]) == 0)
			conv = l->data;
	return conv != NULL ? conv : purple_conversation_new(PURPLE_CONV_TYPE_IM, a, arg[1]);
}

static gboolean online(const char *name, const char *protocol)
{
	PurpleAccount *a = account(name);

	if (a == NULL) {
		a = purple_account_new(name, protocol);
		purple_accounts_add(a);
		purple_savedstatus_activate_for_account(purple_savedstatus_get_current(), a);
	}
	purple_account_set_enabled(a, HOST_UI, TRUE);
	if (!purple_account_is_connected(a))
		purple_account_connect(a);
	return purple_account_is_connected(a);
}

static gboolean do_online(char **arg)
{
	return online(arg[0], LOOP_PROTOCOL);
}

static gboolean do_copy(char **arg)
{
	network_copy(arg[1][0] == '1');
	return online(arg[0], COPY_PROTOCOL);
}

static gboolean do_offline(char **arg)
{
	purple_account_set_enabled(account(arg[0]), HOST_UI, FALSE);
	return TRUE;
}

static gboolean do_remove(char **arg)
{
	purple_accounts_delete(account(arg[0]));
	return TRUE;
}

static gboolean do_buddy(char **arg)
{
	PurpleBuddy *b = purple_buddy_new(account(arg[0]), arg[1], arg[2]);

	purple_blist_add_buddy(b, NULL, NULL, NULL);
	return TRUE;
}

static gboolean do_open(char **arg)
{
	return conversation(arg) != NULL;
}

static gboolean do_close(char **arg)
{
	purple_conversation_destroy(conversation(arg));
	return TRUE;
}

static gboolean do_send(char **arg)
{
	purple_conv_im_send(PURPLE_CONV_IM(conversation(arg)), arg[2]);
	return TRUE;
}

static gboolean do_serv_send(char **arg)
{
	PurpleMessageFlags flags = atoi(arg[2]) ? PURPLE_MESSAGE_AUTO_RESP : 0;

	return serv_send_im(purple_account_get_connection(account(arg[0])), arg[1], arg[3], flags) > 0;
}

static gboolean do_bypass(char **arg)
{
	PurpleConversation *conv = conversation(arg);

	serv_send_file(purple_account_get_connection(account(arg[0])), arg[1], "file");
	purple_signal_emit(purple_conversations_get_handle(), "sent-attention", account(arg[0]), arg[1], conv, 0u);
	return TRUE;
}

static gboolean do_inject(char **arg)
{
	serv_got_im(purple_account_get_connection(account(arg[0])), arg[1], arg[2], PURPLE_MESSAGE_RECV, time(NULL));
	return TRUE;
}

static gboolean do_command(char **arg)
{
	char *error = NULL;
	PurpleCmdStatus status = purple_cmd_do_command(conversation(arg), arg[2], arg[2], &error);

	if (error != NULL)
		report("command-error", arg[0], error, NULL);
	g_free(error);
	return status == PURPLE_CMD_STATUS_OK;
}

static gboolean do_load(char **arg)
{
	PurplePlugin *p = purple_plugins_find_with_id(arg[0]);

	return p != NULL && purple_plugin_load(p);
}

static gboolean do_unload(char **arg)
{
	PurplePlugin *p = purple_plugins_find_with_id(arg[0]);

	return p != NULL && purple_plugin_unload(p);
}

static gboolean do_nick(char **arg)
{
	network_nick(account(arg[0]), arg[1]);
	return TRUE;
}

static gboolean do_peer_nick(char **arg)
{
	network_rename(account(arg[0]), arg[1], arg[2]);
	return TRUE;
}

static gboolean do_cut(char **arg)
{
	purple_connection_error_reason(purple_account_get_connection(account(arg[0])),
		PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "cut");
	return TRUE;
}

static gboolean do_room(char **arg)
{
	network_room(atoi(arg[0]));
	return TRUE;
}

static gboolean do_repeat(char **arg)
{
	network_repeat(arg[0]);
	return TRUE;
}

static gboolean do_username(char **arg)
{
	purple_account_set_username(account(arg[0]), arg[1]);
	return TRUE;
}

static gboolean do_move(char **arg)
{
	purple_conversation_set_account(conversation(arg), account(arg[2]));
	return TRUE;
}

static gboolean do_rival(char **arg)
{
	(void)arg;
	return network_rival() != NULL;
}

static gboolean do_meddle(char **arg)
{
	(void)arg;
	network_meddle();
	return TRUE;
}

static gboolean do_meddle_last(char **arg)
{
	network_meddle_last(arg[0]);
	return TRUE;
}

static gboolean do_fill(char **arg)
{
	return screen_fill(arg[0], atoi(arg[1]), arg[2]);
}

static gboolean do_press(char **arg)
{
	return screen_press(arg[0], atoi(arg[1]));
}

static gboolean do_pref(char **arg)
{
	if (!purple_prefs_exists("/OTR"))
		purple_prefs_add_none("/OTR");
	if (!purple_prefs_exists(arg[0]))
		purple_prefs_add_bool(arg[0], FALSE);
	purple_prefs_set_bool(arg[0], atoi(arg[1]));
	return TRUE;
}

static gboolean do_buddy_pref(char **arg)
{
	PurpleBuddy *b = purple_find_buddy(account(arg[0]), arg[1]);

	purple_blist_node_set_bool(PURPLE_BLIST_NODE(b), arg[2], atoi(arg[3]));
	return TRUE;
}

static gboolean do_log(char **arg)
{
	purple_conversation_set_logging(conversation(arg), atoi(arg[2]));
	return TRUE;
}

static gboolean do_is_logging(char **arg)
{
	return purple_conversation_is_logging(conversation(arg));
}

static gboolean do_quit(char **arg)
{
	(void)arg;
	g_main_loop_quit(loop);
	return TRUE;
}

static const struct {
	const char *name;
	guint args;
	gboolean (*run)(char **arg);
} commands[] = {
	{ "online", 1, do_online },       /* account, created if it does not exist */
	{ "offline", 1, do_offline },     /* account */
	{ "remove", 1, do_remove },       /* account */
	{ "buddy", 3, do_buddy },         /* account, name, alias */
	{ "open", 2, do_open },           /* account, peer */
	{ "close", 2, do_close },         /* account, peer */
	{ "send", 3, do_send },           /* account, peer, text: the user presses Return */
	{ "serv-send", 4, do_serv_send }, /* account, peer, 0 or 1, text: sent by another plugin, or (1) as an automatic reply */
	{ "bypass", 2, do_bypass },       /* account, peer: the user sends a file, and then asks for attention */
	{ "inject", 3, do_inject },       /* account, peer, text: text arrives from the network */
	{ "command", 3, do_command },     /* account, peer, line without the slash */
	{ "load", 1, do_load },           /* plugin */
	{ "unload", 1, do_unload },       /* plugin */
	{ "nick", 2, do_nick },           /* account, name: others now see the account under this name */
	{ "peer-nick", 3, do_peer_nick }, /* account, name, name: a buddy who is not in this program now has the other name */
	{ "cut", 1, do_cut },             /* account: the network breaks its connection */
	{ "room", 1, do_room },           /* 0 or 1: whether names of the form room/nick are valid */
	{ "repeat", 1, do_repeat },       /* libpurple, protocol or server: writes what was sent into the window */
	{ "username", 2, do_username },   /* account, name: the user renames the online account */
	{ "move", 3, do_move },           /* account, peer, account: the conversation now belongs to the other account */
	{ "rival", 0, do_rival },         /* registers a plugin with the id "otr" */
	{ "meddle", 0, do_meddle },       /* another plugin now changes messages too */
	{ "meddle-last", 1, do_meddle_last }, /* stop, change or not: done to messages after our plugin has handled them */
	{ "copy", 2, do_copy },           /* account, 0 or 1: creates it, online, for a copied protocol; 1 wraps the copied function */
	{ "fill", 3, do_fill },           /* dialog, field, value */
	{ "press", 2, do_press },         /* dialog, button */
	{ "pref", 2, do_pref },           /* name, 0 or 1 */
	{ "buddy-pref", 4, do_buddy_pref }, /* account, peer, name, 0 or 1 */
	{ "log", 3, do_log },             /* account, peer, 0 or 1 */
	{ "is-logging", 2, do_is_logging }, /* account, peer */
	{ "quit", 0, do_quit },
};

static gboolean run(char **field)
{
	gsize i;

	for (i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, field[0]) == 0 && g_strv_length(field) == commands[i].args + 1)
			return commands[i].run(field + 1);
	return FALSE;
}

static gboolean on_line(GIOChannel *channel, GIOCondition condition, gpointer unused)
{
	char *line = NULL, **field;
	gsize end = 0;
	int i;

	(void)condition, (void)unused;
	if (g_io_channel_read_line(channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
		g_main_loop_quit(loop);
		return FALSE;
	}
	line[end] = '\0';
	field = g_strsplit(line, "\t", -1);
	g_free(line);
	for (i = 0; field[i] != NULL; i++) {
		char *plain = g_strcompress(field[i]);

		g_free(field[i]);
		field[i] = plain;
	}
	report(run(field) ? "ok" : "failed", NULL);
	g_strfreev(field);
	return TRUE;
}

/* ---- The program ---- */

/* libpurple needs an event loop from the program; this one uses GLib's. A timer
 * becomes a GLib timeout, a file descriptor a source from g_unix_fd_add_full. */
typedef struct {
	PurpleInputFunction call;
	gpointer data;
} Watch;

static gboolean on_descriptor(gint fd, GIOCondition got, gpointer data)
{
	const Watch *w = data;
	PurpleInputCondition ready = 0;

	if (got & (G_IO_IN | G_IO_HUP | G_IO_ERR))
		ready |= PURPLE_INPUT_READ;
	if (got & (G_IO_OUT | G_IO_HUP | G_IO_ERR))
		ready |= PURPLE_INPUT_WRITE;
	w->call(w->data, fd, ready);
	return G_SOURCE_CONTINUE;
}

static guint watch(int fd, PurpleInputCondition wanted, PurpleInputFunction call, gpointer data)
{
	GIOCondition condition = G_IO_HUP | G_IO_ERR;
	Watch *w = g_new(Watch, 1);

	w->call = call;
	w->data = data;
	if (wanted & PURPLE_INPUT_READ)
		condition |= G_IO_IN;
	if (wanted & PURPLE_INPUT_WRITE)
		condition |= G_IO_OUT;
	return g_unix_fd_add_full(G_PRIORITY_DEFAULT, fd, condition, on_descriptor, w, g_free);
}

static PurpleEventLoopUiOps loop_ops = {
	.timeout_add = g_timeout_add,
	.timeout_remove = g_source_remove,
	.timeout_add_seconds = g_timeout_add_seconds,
	.input_add = watch,
	.input_remove = g_source_remove,
};

static PurpleCoreUiOps core_ops = { .ui_init = screen_init };

gboolean purple_init_plugin(PurplePlugin *plugin);

static PurplePlugin *find_plugin(const char *file)
{
	PurplePlugin *p;

	if (file != NULL)
		return purple_plugin_probe(file);
#ifdef HOST_HAS_PLUGIN
	p = purple_plugin_new(TRUE, NULL);
	purple_init_plugin(p);
#else
	p = NULL;
#endif
	return p;
}

int host_main(int in, int out, const char *dir, const char *plugin)
{
	GIOChannel *channel = g_io_channel_unix_new(in);

	signal(SIGPIPE, SIG_IGN);
	out_fd = out;
	loop = g_main_loop_new(NULL, FALSE);
	purple_util_set_user_dir(dir);
	purple_core_set_ui_ops(&core_ops);
	purple_eventloop_set_ui_ops(&loop_ops);
	if (!purple_core_init(HOST_UI))
		return 1;
	purple_set_blist(purple_blist_new());
	purple_prefs_load();
	network_init();
	purple_savedstatus_activate(purple_savedstatus_new(NULL, PURPLE_STATUS_AVAILABLE));
	report(find_plugin(plugin) != NULL ? "ready" : "failed", NULL);
	g_io_channel_set_encoding(channel, NULL, NULL);
	g_io_add_watch(channel, G_IO_IN | G_IO_HUP, on_line, NULL);
	g_main_loop_run(loop);
	purple_core_quit();
	g_io_channel_unref(channel);
	g_main_loop_unref(loop);
	report("bye", NULL);
	return 0;
}

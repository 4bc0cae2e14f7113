// SPDX-License-Identifier: GPL-2.0-or-later

/* Conversations, preferences and the main loop, for Go. host.h documents each
 * function. */
#include "host.h"

/* ---- The program ---- */

const char *potr_ui(void)
{
	const char *ui = purple_core_get_ui();

	return ui != NULL ? ui : "";
}

void potr_debug(const char *line)
{
	purple_debug_info(POTR_ID, "%s\n", line);
}

/* ---- Conversations ---- */

int potr_nth_conversation(int i, PotrChat *c)
{
	PurpleConversation *conv = g_list_nth_data(purple_get_ims(), (guint)i);

	if (conv == NULL)
		return 0;
	*c = potr_chat_of(conv);
	return 1;
}

int potr_nth_account(int i, PotrChat *c)
{
	PurpleAccount *account = g_list_nth_data(purple_accounts_get_all(), (guint)i);

	if (account == NULL)
		return 0;
	*c = potr_chat_with(account, "", NULL);
	return 1;
}

const char *potr_normalize(PotrChat c, const char *who)
{
	return purple_normalize(potr_account(c), who);
}

static PurpleConnection *connection(PotrChat c)
{
	PurpleAccount *account = potr_account(c);

	if (account == NULL || !purple_account_is_connected(account))
		return NULL;
	return purple_account_get_connection(account);
}

int potr_transmit(PotrChat c, const char *to, const char *msg)
{
	PurpleConnection *gc = connection(c);
	PurpleConversation *conv = potr_conversation(c);
	char *who;
	int result;

	if (gc == NULL)
		return 0;
	/* The conversation's own name may include a resource, while peer does not. */
	if (*to == '\0')
		to = conv != NULL ? purple_conversation_get_name(conv) : c.peer;
	who = g_strdup(to);
	result = serv_send_im(gc, who, msg, PURPLE_MESSAGE_SEND);
	g_free(who);
	return result >= 0;
}

int potr_write(PotrChat c, const char *html, int sent, int open, int log)
{
	PurpleConversation *conv = potr_conversation(c);
	/* Text from a buddy must not become a link in our own lines. */
	PurpleMessageFlags flags = sent ? PURPLE_MESSAGE_SEND : PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY;

	if (conv == NULL && open && connection(c) != NULL)
		conv = purple_conversation_new(PURPLE_CONV_TYPE_IM, potr_account(c), c.peer);
	if (conv == NULL)
		return 0;
	if (!log)
		flags |= PURPLE_MESSAGE_NO_LOG;
	purple_conversation_write(conv, NULL, html, flags, time(NULL));
	return 1;
}

#define KEY_LEVEL "purple-otr-level" /* what was said last, plus 1; none is 0 */

int potr_level_is_new(PotrChat c, int level)
{
	PurpleConversation *conv = potr_conversation(c);

	if (conv == NULL || GPOINTER_TO_INT(purple_conversation_get_data(conv, KEY_LEVEL)) == level + 1)
		return 0;
	purple_conversation_set_data(conv, KEY_LEVEL, GINT_TO_POINTER(level + 1));
	return 1;
}

int potr_connected(PotrChat c)
{
	return connection(c) != NULL;
}

int potr_html(PotrChat c)
{
	PurpleConnection *gc = connection(c);

	return gc == NULL || (gc->flags & PURPLE_CONNECTION_HTML) != 0;
}

int potr_logging(PotrChat c)
{
	PurpleConversation *conv = potr_conversation(c);

	return conv != NULL && purple_conversation_is_logging(conv);
}

void potr_set_logging(PotrChat c, int on)
{
	PurpleConversation *conv = potr_conversation(c);

	if (conv != NULL)
		purple_conversation_set_logging(conv, on != 0);
}

static PurpleBuddy *buddy(PotrChat c)
{
	PurpleAccount *account = potr_account(c);

	return account != NULL ? purple_find_buddy(account, c.peer) : NULL;
}

const char *potr_alias(PotrChat c)
{
	PurpleBuddy *b = buddy(c);
	const char *alias = b != NULL ? purple_buddy_get_contact_alias(b) : NULL;

	return alias != NULL && *alias != '\0' ? alias : c.peer;
}

/* ---- Preferences ---- */

int potr_pref(const char *name, int def)
{
	if (!purple_prefs_exists(name) || purple_prefs_get_type(name) != PURPLE_PREF_BOOLEAN)
		return def;
	return purple_prefs_get_bool(name) != FALSE;
}

int potr_buddy_pref(PotrChat c, const char *key, int def)
{
	PurpleBuddy *b = buddy(c);
	PurpleValue *value;

	if (b == NULL)
		return def;
	/* purple_blist_node_get_bool cannot distinguish "no" from "never set". */
	value = g_hash_table_lookup(PURPLE_BLIST_NODE(b)->settings, key);
	if (value == NULL || purple_value_get_type(value) != PURPLE_TYPE_BOOLEAN)
		return def;
	return purple_value_get_boolean(value) != FALSE;
}

int potr_pref_int(const char *name, int def)
{
	if (!purple_prefs_exists(name) || purple_prefs_get_type(name) != PURPLE_PREF_INT)
		return def;
	return purple_prefs_get_int(name);
}

/* Creates the parents of a preference. */
static void add_above(const char *name)
{
	const char *slash;

	for (slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		char *above = g_strndup(name, (gsize)(slash - name));

		if (!purple_prefs_exists(above))
			purple_prefs_add_none(above);
		g_free(above);
	}
}

void potr_set_pref(const char *name, int value)
{
	if (!purple_prefs_exists(name)) {
		add_above(name);
		purple_prefs_add_bool(name, FALSE);
	}
	purple_prefs_set_bool(name, value != 0);
}

void potr_set_pref_int(const char *name, int value)
{
	if (!purple_prefs_exists(name)) {
		add_above(name);
		purple_prefs_add_int(name, 0);
	}
	purple_prefs_set_int(name, value);
}

void potr_set_buddy_pref(PotrChat c, const char *key, int value)
{
	PurpleBuddy *b = buddy(c);

	if (b != NULL)
		purple_blist_node_set_bool(PURPLE_BLIST_NODE(b), key, value != 0);
}

int potr_on_list(PotrChat c)
{
	return buddy(c) != NULL;
}

/* ---- The main loop ---- */

static gboolean on_idle(gpointer loop)
{
	potrWake(loop);
	return FALSE;
}

void potr_wake(void *loop)
{
	g_idle_add(on_idle, loop);
}

void potr_sleep(void *loop)
{
	while (g_idle_remove_by_data(loop))
		;
}

static gboolean on_timeout(gpointer timer)
{
	potrFired(timer);
	return FALSE;
}

guint potr_timer_start(guint ms, void *timer)
{
	return purple_timeout_add(ms, on_timeout, timer);
}

void potr_timer_stop(guint id)
{
	purple_timeout_remove(id);
}

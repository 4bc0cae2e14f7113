// SPDX-License-Identifier: GPL-2.0-or-later

/* How the C files of the plugin name a conversation, and find it again. Like all of
 * libpurple, for the main loop only. */
#ifndef PURPLE_OTR_CHAT_H
#define PURPLE_OTR_CHAT_H

#include <purple.h>

#define POTR_ID "purple-otr"

/* A conversation. Go identifies it by its names (ui.Chat). Neither side keeps a
 * pointer into libpurple, because the account or window could be freed before the
 * pointer is used. But names can change: buddies, accounts and rooms are renamed. So C
 * also passes the number of the open conversation, and Go notices when that
 * conversation has other names than before. When Go calls C, only the names are set. */
typedef struct {
	const char *protocol; /* "prpl-jabber" */
	const char *account;  /* the user's own name there */
	const char *peer;     /* the buddy's name, normalized by purple_normalize */
	guint number;         /* of the open conversation, 0 if there is none */
	const char *name;     /* its name in libpurple, NULL if there is none */
} PotrChat;

#define POTR_NUMBER "purple-otr-number"

/* The number of an open conversation. No number is used twice while the client runs. */
static inline guint potr_number(PurpleConversation *conv)
{
	void *all = purple_conversations_get_handle();
	guint number = GPOINTER_TO_UINT(purple_conversation_get_data(conv, POTR_NUMBER));

	if (number == 0) {
		number = GPOINTER_TO_UINT(g_dataset_get_data(all, POTR_NUMBER)) + 1;
		g_dataset_set_data(all, POTR_NUMBER, GUINT_TO_POINTER(number));
		purple_conversation_set_data(conv, POTR_NUMBER, GUINT_TO_POINTER(number));
	}
	return number;
}

/* The open instant-message conversation of account with who, or NULL. A conversation
 * with exactly this name is preferred, because libpurple may normalize a name
 * differently now than when it opened the conversation. */
static inline PurpleConversation *potr_find(PurpleAccount *account, const char *who)
{
	PurpleConversation *found = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who, account);
	char *peer;
	GList *l;

	if (found != NULL && purple_strequal(purple_conversation_get_name(found), who))
		return found;
	for (l = purple_get_ims(); l != NULL; l = l->next)
		if (purple_conversation_get_account(l->data) == account &&
		    purple_strequal(purple_conversation_get_name(l->data), who))
			return l->data;
	if (found != NULL)
		return found;
	peer = g_strdup(purple_normalize(account, who));
	for (l = purple_get_ims(); found == NULL && l != NULL; l = l->next)
		if (purple_conversation_get_account(l->data) == account &&
		    purple_strequal(purple_normalize(account, purple_conversation_get_name(l->data)), peer))
			found = l->data;
	g_free(peer);
	return found;
}

/* The names of who from account's point of view, and of the conversation conv, which
 * may be NULL. A conversation with several people gets no number. The caller frees
 * peer with potr_chat_clear; libpurple owns the other strings. */
static inline PotrChat potr_chat_with(PurpleAccount *account, const char *who, PurpleConversation *conv)
{
	if (conv != NULL && purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		conv = NULL;
	return (PotrChat){
		.protocol = purple_account_get_protocol_id(account),
		.account = purple_account_get_username(account),
		/* purple_normalize returns a buffer that the next call overwrites. */
		.peer = g_strdup(purple_normalize(account, who)),
		.number = conv != NULL ? potr_number(conv) : 0,
		.name = conv != NULL ? purple_conversation_get_name(conv) : NULL,
	};
}

/* The same, with libpurple's own name of the conversation if it is open. */
static inline PotrChat potr_chat(PurpleAccount *account, const char *who)
{
	PurpleConversation *conv = potr_find(account, who);

	return potr_chat_with(account, conv != NULL ? purple_conversation_get_name(conv) : who, conv);
}

static inline PotrChat potr_chat_of(PurpleConversation *conv)
{
	return potr_chat_with(purple_conversation_get_account(conv), purple_conversation_get_name(conv), conv);
}

static inline void potr_chat_clear(PotrChat *c)
{
	g_free((char *)c->peer);
	c->peer = NULL;
}

/* Returns the account, or NULL if it does not exist any more. */
static inline PurpleAccount *potr_account(PotrChat c)
{
	return purple_accounts_find(c.account, c.protocol);
}

/* Returns the open instant-message conversation, or NULL if there is none. */
static inline PurpleConversation *potr_conversation(PotrChat c)
{
	PurpleAccount *account = potr_account(c);

	return account != NULL ? potr_find(account, c.peer) : NULL;
}

#endif

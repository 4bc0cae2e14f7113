// SPDX-License-Identifier: GPL-2.0-or-later

/* How the C files of the plugin name a conversation, and find it again.
 * Main loop only, like everything in libpurple. */
#ifndef PURPLE_OTR_CHAT_H
#define PURPLE_OTR_CHAT_H

#include <purple.h>

#define POTR_ID "purple-otr"

/* A conversation by its names; ui.Chat in Go. No pointer into libpurple is ever
 * kept, because an account or a window may be gone when it would be used. */
typedef struct {
	const char *protocol; /* "prpl-jabber" */
	const char *account;  /* the user's own name there */
	const char *peer;     /* the buddy's, through purple_normalize */
} PotrChat;

/* The names of who as account sees him. The caller frees peer with
 * potr_chat_clear; the others belong to account. */
static inline PotrChat potr_chat(PurpleAccount *account, const char *who)
{
	return (PotrChat){
		.protocol = purple_account_get_protocol_id(account),
		.account = purple_account_get_username(account),
		/* purple_normalize returns a buffer that the next call overwrites. */
		.peer = g_strdup(purple_normalize(account, who)),
	};
}

static inline void potr_chat_clear(PotrChat *c)
{
	g_free((char *)c->peer);
	c->peer = NULL;
}

/* The account, or NULL if it is gone. */
static inline PurpleAccount *potr_account(PotrChat c)
{
	return purple_accounts_find(c.account, c.protocol);
}

/* The open instant-message conversation, or NULL if there is none. */
static inline PurpleConversation *potr_conversation(PotrChat c)
{
	PurpleAccount *account = potr_account(c);

	if (account == NULL)
		return NULL;
	return purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, c.peer, account);
}

#endif

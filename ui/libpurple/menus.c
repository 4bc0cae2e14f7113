// SPDX-License-Identifier: GPL-2.0-or-later

/* Our items in libpurple's menus. hooks.h documents each function. */
#include "hooks.h"

static int menus; /* the handle of our signals */

static const PotrChat nobody = { .protocol = "", .account = "", .peer = (char *)"" };

static void on_tool(PurplePluginAction *action)
{
	potrChosenItem(nobody, GPOINTER_TO_INT(action->user_data), 0);
}

GList *potr_tools(PurplePlugin *plugin, gpointer context)
{
	GList *items = NULL;
	int i;

	(void)plugin, (void)context;
	for (i = 0;; i++) {
		char *label = NULL;
		int chosen = potrToolItem(i, &label);
		PurplePluginAction *action;

		if (label == NULL)
			return items;
		action = purple_plugin_action_new(label, on_tool);
		action->user_data = GINT_TO_POINTER(chosen);
		items = g_list_append(items, action);
		g_free(label);
	}
}

static void on_buddy_item(PurpleBlistNode *node, gpointer action)
{
	PurpleBuddy *buddy = (PurpleBuddy *)node;
	PotrChat c = potr_chat(purple_buddy_get_account(buddy), purple_buddy_get_name(buddy));

	potrChosenItem(c, GPOINTER_TO_INT(action), 0);
	potr_chat_clear(&c);
}

static void on_buddy_menu(PurpleBlistNode *node, GList **menu, void *unused)
{
	int i;

	(void)unused;
	if (!PURPLE_BLIST_NODE_IS_BUDDY(node))
		return;
	for (i = 0;; i++) {
		char *label = NULL;
		int action = potrBuddyItem(i, &label);

		if (label == NULL)
			break;
		*menu = g_list_append(*menu, purple_menu_action_new(label,
			PURPLE_CALLBACK(on_buddy_item), GINT_TO_POINTER(action), NULL));
		g_free(label);
	}
}

/* libpurple stores one value with each menu item, but an item of a conversation's menu
 * needs two: an action and its argument. So each action has its own function. */
static void chosen(PurpleConversation *conv, int action, gpointer arg)
{
	PotrChat c = potr_chat_of(conv);

	potrChosenItem(c, action, GPOINTER_TO_UINT(arg));
	potr_chat_clear(&c);
}

#define ITEM(n) static void on_item##n(PurpleConversation *conv, gpointer arg) { chosen(conv, n, arg); }
ITEM(0) ITEM(1) ITEM(2) ITEM(3) ITEM(4) ITEM(5) ITEM(6) ITEM(7) ITEM(8) ITEM(9) ITEM(10) ITEM(11)
ITEM(12) ITEM(13) ITEM(14) ITEM(15) ITEM(16)
static void (*const on_item[])(PurpleConversation *, gpointer) = {
	on_item0, on_item1, on_item2, on_item3, on_item4, on_item5,
	on_item6, on_item7, on_item8, on_item9, on_item10, on_item11,
	on_item12, on_item13, on_item14, on_item15, on_item16,
};

/* Without this, an item with a new action would be missing from the menu. */
_Static_assert(G_N_ELEMENTS(on_item) == POTR_ACTIONS, "each action has a function");

static void on_conversation_menu(PurpleConversation *conv, GList **menu, void *unused)
{
	PotrChat c;
	int i;

	(void)unused;
	if (purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = potr_chat_of(conv);
	for (i = 0;; i++) {
		char *label = NULL;
		guint arg = 0;
		int action = potrChatItem(c, i, &label, &arg);

		if (label == NULL)
			break;
		if (action >= 0 && action < (int)G_N_ELEMENTS(on_item))
			*menu = g_list_append(*menu, purple_menu_action_new(label,
				PURPLE_CALLBACK(on_item[action]), GUINT_TO_POINTER(arg), NULL));
		g_free(label);
	}
	potr_chat_clear(&c);
}

void potr_add_menus(void)
{
	purple_signal_connect(purple_blist_get_handle(), "blist-node-extended-menu", &menus,
		PURPLE_CALLBACK(on_buddy_menu), NULL);
	/* Pidgin has its own OTR menu. */
	if (!purple_strequal(purple_core_get_ui(), "gtk-gaim"))
		purple_signal_connect(purple_conversations_get_handle(), "conversation-extended-menu", &menus,
			PURPLE_CALLBACK(on_conversation_menu), NULL);
}

void potr_remove_menus(void)
{
	purple_signals_disconnect_by_handle(&menus);
}

void potr_put(char **slot, const char *text)
{
	char *copy = g_strdup(text);

	g_free(*slot);
	*slot = copy;
}

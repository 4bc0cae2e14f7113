// SPDX-License-Identifier: GPL-2.0-or-later

/* look.h documents each function. */
#include "look.h"

void potr_look_set(PotrLook *look, int hidden, int no_button, int level, const char *word, const char *tooltip)
{
	look->hidden = hidden;
	look->no_button = no_button;
	look->level = level;
	look->word = g_strdup(word);
	look->tooltip = g_strdup(tooltip);
}

void potr_look_add(PotrLook *look, const char *label, PotrItem item)
{
	if (look->items == POTR_ITEMS)
		return;
	item.label = g_strdup(label);
	look->item[look->items++] = item;
}

void potr_look_fetch(PurpleConversation *conv, PotrLook *look)
{
	PotrChat c;

	*look = (PotrLook){ .hidden = 1 };
	if (conv == NULL || purple_conversation_get_type(conv) != PURPLE_CONV_TYPE_IM)
		return;
	c = potr_chat_of(conv);
	potrDescribe(c, look);
	potr_chat_clear(&c);
}

void potr_look_clear(PotrLook *look)
{
	int i;

	g_free(look->word);
	g_free(look->tooltip);
	for (i = 0; i < look->items; i++)
		g_free(look->item[i].label);
}

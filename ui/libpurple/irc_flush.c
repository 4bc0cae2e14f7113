// SPDX-License-Identifier: GPL-2.0-or-later

/* hooks.h documents each function. */
#include "hooks.h"

#define INTERVAL "ratelimit-interval"

/* libpurple's IRC protocol queues messages. A timer sends a few of them at a time, and
 * when the connection is closed the rest is lost. This function makes the timer fire
 * at once, without the limit. The timer is the first source whose user data is the
 * protocol's data. The priority guarantees that only this source is dispatched. */
void potr_flush_sends(PurpleConnection *gc)
{
	PurpleAccount *account = purple_connection_get_account(gc);
	gboolean limited = purple_account_get_int(account, INTERVAL, -1) != -1;
	int interval = purple_account_get_int(account, INTERVAL, 0), priority;
	GSource *timer;

	if (gc->proto_data == NULL || !purple_strequal(purple_account_get_protocol_id(account), "prpl-irc"))
		return;
	timer = g_main_context_find_source_by_user_data(NULL, gc->proto_data);
	if (timer == NULL)
		return;
	g_source_ref(timer);
	priority = g_source_get_priority(timer);
	purple_account_set_int(account, INTERVAL, 0);
	g_source_set_priority(timer, G_MININT);
	g_source_set_ready_time(timer, 0);
	g_main_context_iteration(NULL, FALSE);
	if (!g_source_is_destroyed(timer))
		g_source_set_priority(timer, priority);
	g_source_unref(timer);
	if (limited)
		purple_account_set_int(account, INTERVAL, interval);
	else
		purple_account_remove_setting(account, INTERVAL);
}

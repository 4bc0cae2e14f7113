// SPDX-License-Identifier: GPL-2.0-or-later

/* libpurple announces every signal on the session bus, with the text of each
 * message, and lets every program there read what a window shows. This file removes
 * the texts, and refuses the one method that returns them.
 *
 * libpurple announces the arguments of a signal by the types that were registered for
 * them. It announces a text that is registered as a pointer as a number. Functions
 * connected to the signal get the same arguments as before. */
#include "host.h"

#include <string.h>

/* Not in a libpurple that was built without D-Bus, and none of ours to link. */
typedef struct DBusConnection DBusConnection;
typedef struct DBusMessage DBusMessage;

extern void *purple_dbus_get_handle(void);
extern const char *purple_dbus_get_init_error(void);
extern const char *dbus_message_get_member(DBusMessage *);
extern DBusMessage *dbus_message_new_error(DBusMessage *, const char *, const char *);
extern unsigned int dbus_connection_send(DBusConnection *, DBusMessage *, unsigned int *);
extern void dbus_message_unref(DBusMessage *);
extern void *pidgin_conversations_get_handle(void);

#pragma weak purple_dbus_get_handle
#pragma weak purple_dbus_get_init_error
#pragma weak dbus_message_get_member
#pragma weak dbus_message_new_error
#pragma weak dbus_connection_send
#pragma weak dbus_message_unref
#pragma weak pidgin_conversations_get_handle

/* The place of the text among the arguments of all these signals. */
#define TEXT 2

static const char *const core_signals[] = {
	"received-im-msg", "writing-im-msg", "wrote-im-msg", "sending-im-msg", "sent-im-msg", NULL
};
static const char *const pidgin_signals[] = { "displaying-im-msg", "displayed-im-msg", NULL };

static int hidden; /* the handle of our signal */

static void set_type(void *instance, const char *const *names, PurpleType from, PurpleType to)
{
	for (; *names != NULL; names++) {
		PurpleValue *result, **values = NULL;
		int n = 0;

		purple_signal_get_values(instance, *names, &result, &n, &values);
		if (n > TEXT && purple_value_get_type(values[TEXT]) == from)
			values[TEXT]->type = to;
	}
}

static gboolean on_method(DBusConnection *bus, DBusMessage *call, void *unused)
{
	const char *method = dbus_message_get_member(call);
	DBusMessage *reply;

	(void)unused;
	if (!purple_strequal(method, "PurpleConversationMessageGetMessage"))
		return FALSE;
	reply = dbus_message_new_error(call, "im.pidgin.purple.Private", "Messages are private.");
	if (reply != NULL) {
		dbus_connection_send(bus, reply, NULL);
		dbus_message_unref(reply);
	}
	return TRUE;
}

void potr_hide_messages(int on)
{
	PurpleType from = on ? PURPLE_TYPE_STRING : PURPLE_TYPE_POINTER;
	PurpleType to = on ? PURPLE_TYPE_POINTER : PURPLE_TYPE_STRING;

	if (purple_dbus_get_handle == NULL || purple_dbus_get_init_error == NULL ||
	    purple_dbus_get_init_error() != NULL)
		return; /* there is no bus to keep them from */
	set_type(purple_conversations_get_handle(), core_signals, from, to);
	if (pidgin_conversations_get_handle != NULL)
		set_type(pidgin_conversations_get_handle(), pidgin_signals, from, to);
	purple_signals_disconnect_by_handle(&hidden);
	if (on && dbus_message_get_member != NULL && dbus_message_new_error != NULL &&
	    dbus_connection_send != NULL && dbus_message_unref != NULL)
		purple_signal_connect(purple_dbus_get_handle(), "dbus-method-called", &hidden,
			PURPLE_CALLBACK(on_method), NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* libpurple emits every signal on the session bus as well, including the text of each
 * message, and lets every program on the bus read the contents of a window. This file
 * removes the texts from these announcements, and refuses the one method that returns
 * them.
 *
 * libpurple sends announcements with libdbus's dbus_connection_send. We replace this
 * function in libpurple's import table. We do not change the signals themselves,
 * because plugins in Perl and Tcl depend on the types of a signal's arguments. */
#include "host.h"
#include "import.h"

#include <string.h>

/* These types are missing in a libpurple built without D-Bus, and we do not link
 * libdbus. */
typedef struct DBusConnection DBusConnection;
typedef struct DBusMessage DBusMessage;
typedef unsigned int (*Send)(DBusConnection *, DBusMessage *, unsigned int *);

extern void *purple_dbus_get_handle(void);
extern const char *purple_dbus_get_init_error(void);
extern unsigned int dbus_message_append_args(DBusMessage *, int, ...);
extern unsigned int dbus_message_get_args(DBusMessage *, void *, int, ...);
extern const char *dbus_message_get_interface(DBusMessage *);
extern const char *dbus_message_get_member(DBusMessage *);
extern const char *dbus_message_get_path(DBusMessage *);
extern const char *dbus_message_get_signature(DBusMessage *);
extern int dbus_message_get_type(DBusMessage *);
extern DBusMessage *dbus_message_new_error(DBusMessage *, const char *, const char *);
extern DBusMessage *dbus_message_new_signal(const char *, const char *, const char *);
extern unsigned int dbus_connection_send(DBusConnection *, DBusMessage *, unsigned int *);
extern void dbus_message_unref(DBusMessage *);

#pragma weak purple_dbus_get_handle
#pragma weak purple_dbus_get_init_error
#pragma weak dbus_message_append_args
#pragma weak dbus_message_get_args
#pragma weak dbus_message_get_interface
#pragma weak dbus_message_get_member
#pragma weak dbus_message_get_path
#pragma weak dbus_message_get_signature
#pragma weak dbus_message_get_type
#pragma weak dbus_message_new_error
#pragma weak dbus_message_new_signal
#pragma weak dbus_connection_send
#pragma weak dbus_message_unref

enum { SIGNAL = 4 }; /* DBUS_MESSAGE_TYPE_SIGNAL */

/* The signals whose arguments are an account, a name, a text, and then at most a
 * conversation and flags, as they are called on the bus. */
static const char *const with_text[] = {
	"ReceivedImMsg", "WritingImMsg", "WroteImMsg", "SendingImMsg", "SentImMsg",
	"DisplayingImMsg", "DisplayedImMsg"
};

static int hidden; /* the handle of our signal */

/* libpurple's import of dbus_connection_send, while we have replaced it. */
static PotrImport import;
static Send original;

static gboolean has_text(DBusMessage *m)
{
	const char *member;
	gsize i;

	if (dbus_message_get_type(m) != SIGNAL ||
	    !purple_strequal(dbus_message_get_interface(m), "im.pidgin.purple.PurpleInterface"))
		return FALSE;
	member = dbus_message_get_member(m);
	for (i = 0; i < G_N_ELEMENTS(with_text); i++)
		if (purple_strequal(member, with_text[i]))
			return TRUE;
	return FALSE;
}

/* Returns a copy of an announcement with an empty text; NULL if its arguments are not
 * the ones that we know, or if there is no memory. */
static DBusMessage *without_text(DBusMessage *m)
{
	const char *types = dbus_message_get_signature(m), *who, *text, *empty = "";
	int account, conversation = 0;
	unsigned int flags = 0;
	DBusMessage *copy;

	if ((!g_str_has_prefix("issiu", types) && !g_str_has_prefix("issii", types)) ||
	    strlen(types) < strlen("iss") ||
	    !dbus_message_get_args(m, NULL, 'i', &account, 's', &who, 's', &text,
		types[3], &conversation, types[3] != 0 ? types[4] : 0, &flags, 0))
		return NULL;
	copy = dbus_message_new_signal(dbus_message_get_path(m), dbus_message_get_interface(m),
		dbus_message_get_member(m));
	if (copy != NULL && !dbus_message_append_args(copy, 'i', &account, 's', &who, 's', &empty,
		types[3], &conversation, types[3] != 0 ? types[4] : 0, &flags, 0)) {
		dbus_message_unref(copy);
		return NULL;
	}
	return copy;
}

static unsigned int send_without_text(DBusConnection *bus, DBusMessage *m, unsigned int *serial)
{
	unsigned int sent;

	if (!has_text(m))
		return original(bus, m, serial);
	m = without_text(m);
	if (m == NULL)
		return FALSE; /* no announcement is better than one with the text */
	sent = original(bus, m, serial);
	dbus_message_unref(m);
	return sent;
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

static gboolean has_libdbus(void)
{
	return dbus_message_append_args != NULL && dbus_message_get_args != NULL &&
		dbus_message_get_interface != NULL && dbus_message_get_member != NULL &&
		dbus_message_get_path != NULL && dbus_message_get_signature != NULL &&
		dbus_message_get_type != NULL && dbus_message_new_error != NULL &&
		dbus_message_new_signal != NULL && dbus_connection_send != NULL &&
		dbus_message_unref != NULL;
}

int potr_hide_messages(int on)
{
	if (purple_dbus_get_handle == NULL || purple_dbus_get_init_error == NULL ||
	    purple_dbus_get_init_error() != NULL)
		return TRUE; /* without D-Bus there is nothing to hide */
	purple_signals_disconnect_by_handle(&hidden);
	if (import.slot != NULL && *import.slot == (void *)send_without_text)
		potr_set_import(&import, (void *)original);
	if (!on)
		return TRUE;
	if (!has_libdbus() ||
	    !potr_find_import((const void *)purple_dbus_get_handle, "dbus_connection_send", &import))
		return FALSE;
	original = (Send)*import.slot;
	if (!potr_set_import(&import, (void *)send_without_text))
		return FALSE;
	purple_signal_connect(purple_dbus_get_handle(), "dbus-method-called", &hidden,
		PURPLE_CALLBACK(on_method), NULL);
	return TRUE;
}

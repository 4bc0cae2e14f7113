// SPDX-License-Identifier: GPL-2.0-or-later

#include <string.h>

#include "host.h"

/* ---- Conversations ---- */

static const char *kind(PurpleMessageFlags flags)
{
	if (flags & PURPLE_MESSAGE_ERROR)
		return "error";
	if (flags & PURPLE_MESSAGE_SYSTEM)
		return "system";
	return flags & PURPLE_MESSAGE_SEND ? "sent" : "received";
}

static void write_line(PurpleConversation *conv, const char *who, const char *alias,
                       const char *message, PurpleMessageFlags flags, time_t when)
{
	(void)who, (void)alias, (void)when;
	report("line", purple_account_get_username(purple_conversation_get_account(conv)),
		purple_conversation_get_name(conv), kind(flags),
		flags & PURPLE_MESSAGE_NO_LOG ? "unlogged" : "logged", message, NULL);
}

static PurpleConversationUiOps conversation_ops = { .write_conv = write_line };

/* ---- Dialogs ---- */

typedef struct {
	char id[16];
	PurpleRequestType type;
	void *data;
	PurpleRequestFields *fields;
	GCallback ok, cancel;   /* for a form */
	GCallback button[8];    /* for a question */
} Dialog;

static GList *dialogs;

static Dialog *new_dialog(PurpleRequestType type, void *data)
{
	static int last;
	Dialog *d = g_new0(Dialog, 1);

	g_snprintf(d->id, sizeof d->id, "%d", ++last);
	d->type = type;
	d->data = data;
	dialogs = g_list_append(dialogs, d);
	return d;
}

static Dialog *find(const char *id)
{
	GList *l;

	for (l = dialogs; l != NULL; l = l->next)
		if (strcmp(((Dialog *)l->data)->id, id) == 0)
			return l->data;
	return NULL;
}

static PurpleRequestField *field(const Dialog *d, int i)
{
	GList *g;

	for (g = purple_request_fields_get_groups(d->fields); g != NULL; g = g->next) {
		GList *fields = purple_request_field_group_get_fields(g->data);
		int n = (int)g_list_length(fields);

		if (i < n)
			return g_list_nth_data(fields, (guint)i);
		i -= n;
	}
	return NULL;
}

static void report_field(const Dialog *d, PurpleRequestField *f)
{
	const char *label = purple_request_field_group_get_title(purple_request_field_get_group(f));
	const char *value = "", *look = "choice";
	GList *l;

	if (purple_request_field_get_type(f) == PURPLE_REQUEST_FIELD_STRING) {
		value = purple_request_field_string_get_default_value(f);
		look = !purple_request_field_string_is_editable(f) ? "show" :
			purple_request_field_string_is_masked(f) ? "secret" : "input";
	} else if (purple_request_field_get_type(f) == PURPLE_REQUEST_FIELD_BOOLEAN) {
		label = purple_request_field_get_label(f);
		value = purple_request_field_bool_get_default_value(f) ? "1" : "";
		look = "check";
	}
	report("field", d->id, look, label, value != NULL ? value : "", NULL);
	if (purple_request_field_get_type(f) == PURPLE_REQUEST_FIELD_CHOICE)
		for (l = purple_request_field_choice_get_labels(f); l != NULL; l = l->next)
			report("option", d->id, l->data, NULL);
}

static void *show_form(const char *title, const char *primary, const char *secondary,
                       PurpleRequestFields *fields, const char *ok_text, GCallback ok,
                       const char *cancel_text, GCallback cancel, PurpleAccount *account,
                       const char *who, PurpleConversation *conv, void *data)
{
	Dialog *d = new_dialog(PURPLE_REQUEST_FIELDS, data);
	PurpleRequestField *f;
	int i;

	(void)ok_text, (void)cancel_text, (void)account, (void)who, (void)conv;
	d->fields = fields;
	d->ok = ok;
	d->cancel = cancel;
	for (i = 0; (f = field(d, i)) != NULL; i++)
		report_field(d, f);
	report("form", d->id, title, primary != NULL ? primary : "", secondary != NULL ? secondary : "", NULL);
	return d;
}

static void *show_question(const char *title, const char *primary, const char *secondary,
                           int preset, PurpleAccount *account, const char *who,
                           PurpleConversation *conv, void *data, size_t count, va_list actions)
{
	Dialog *d = new_dialog(PURPLE_REQUEST_ACTION, data);
	size_t i;

	(void)account, (void)who, (void)conv;
	for (i = 0; i < count; i++) {
		const char *text = va_arg(actions, const char *);

		d->button[i] = va_arg(actions, GCallback);
		report("button", d->id, text, (int)i == preset ? "default" : "", NULL);
	}
	report("question", d->id, title, primary != NULL ? primary : "", secondary != NULL ? secondary : "", NULL);
	return d;
}

/* libpurple calls this at the end of purple_request_close. */
static void close_dialog(PurpleRequestType type, void *handle)
{
	Dialog *d = handle;

	(void)type;
	report("closed", d->id, NULL);
	dialogs = g_list_remove(dialogs, d);
	if (d->fields != NULL)
		purple_request_fields_destroy(d->fields);
	g_free(d);
}

static PurpleRequestUiOps request_ops = {
	.request_fields = show_form, .request_action = show_question, .close_request = close_dialog,
};

gboolean screen_fill(const char *id, int i, const char *value)
{
	Dialog *d = find(id);
	PurpleRequestField *f = d != NULL && d->fields != NULL ? field(d, i) : NULL;

	if (f == NULL)
		return FALSE;
	if (purple_request_field_get_type(f) == PURPLE_REQUEST_FIELD_CHOICE)
		purple_request_field_choice_set_value(f, atoi(value));
	else if (purple_request_field_get_type(f) == PURPLE_REQUEST_FIELD_BOOLEAN)
		purple_request_field_bool_set_value(f, *value != '\0');
	else
		purple_request_field_string_set_value(f, value);
	return TRUE;
}

/* Calls the callbacks with arguments as inconsistent as those of Pidgin and Finch:
 * buttons are counted from the wrong end, and the callback of a cancelled form gets
 * something other than its fields. */
gboolean screen_press(const char *id, int button)
{
	Dialog *d = find(id);

	if (d == NULL)
		return FALSE;
	if (d->fields != NULL && button >= 0)
		((PurpleRequestFieldsCb)d->ok)(d->data, d->fields);
	else if (d->fields != NULL && button == -1)
		((void (*)(void *, void *))d->cancel)(d->data, d);
	else if (d->fields == NULL && button >= 0 && d->button[button] != NULL)
		((PurpleRequestActionCb)d->button[button])(d->data, 7 - button);
	if (find(id) != NULL)
		purple_request_close(d->type, d);
	return TRUE;
}

/* ---- Messages of the program ---- */

static void *show_message(PurpleNotifyMsgType type, const char *title, const char *primary, const char *secondary)
{
	(void)type;
	report("alert", title, primary, secondary != NULL ? secondary : "", NULL);
	return NULL;
}

static void *show_formatted(const char *title, const char *primary, const char *secondary, const char *text)
{
	(void)secondary;
	return show_message(PURPLE_NOTIFY_MSG_INFO, title, primary, text);
}

static PurpleNotifyUiOps notify_ops = { .notify_message = show_message, .notify_formatted = show_formatted };

static void print_debug(PurpleDebugLevel level, const char *category, const char *text)
{
	(void)level;
	if (category != NULL && strcmp(category, "purple-otr") == 0)
		report("debug", text, NULL);
}

static PurpleDebugUiOps debug_ops = { .print = print_debug };

void screen_init(void)
{
	purple_conversations_set_ui_ops(&conversation_ops);
	purple_request_set_ui_ops(&request_ops);
	purple_notify_set_ui_ops(&notify_ops);
	purple_debug_set_ui_ops(&debug_ops);
}

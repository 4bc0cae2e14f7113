// SPDX-License-Identifier: GPL-2.0-or-later

/* Dialogs, for Go. host.h documents each function.
 *
 * Pidgin and Finch pass different arguments to almost every callback, so we ignore the
 * arguments: the number of a button (Pidgin counts from the other end), the value of a
 * choice (Finch counts from 1), and the fields passed when a form is cancelled (Finch
 * passes a window instead). */
#include "host.h"

#include <glib-object.h>

static gboolean in_finch(void)
{
	return purple_strequal(potr_ui(), "gnt-purple");
}

/* libpurple closes all dialogs with this handle when we are unloaded. Go has closed
 * them by then. */
static void *handle(void)
{
	return purple_plugins_find_with_id(POTR_ID);
}

/* ---- Alerts ---- */

/* This uses the core's handle, not ours: an alert shown when we cannot be loaded, or
 * while we are unloaded, must stay on the screen. */

static void alert_closed(gpointer number)
{
	potrAlertClosed(GPOINTER_TO_UINT(number));
}

void *potr_alert(const char *title, const char *heading, const char *text, guint number)
{
	return purple_notify_message(purple_get_core(), PURPLE_NOTIFY_MSG_WARNING, title, heading, text,
		alert_closed, GUINT_TO_POINTER(number));
}

void *potr_alert_html(const char *title, const char *heading, const char *html, guint number)
{
	return purple_notify_formatted(purple_get_core(), title, heading, NULL, html,
		alert_closed, GUINT_TO_POINTER(number));
}

void potr_alert_close(void *shown, int is_html)
{
	purple_notify_close(is_html ? PURPLE_NOTIFY_FORMATTED : PURPLE_NOTIFY_MESSAGE, shown);
}

/* ---- Forms ---- */

/* Each field has its own group, and the field's label is the title of the group: the
 * title is above the field, where there is room for a sentence. */
static PurpleRequestField *only(gpointer group)
{
	return purple_request_field_group_get_fields(group)->data;
}

static PurpleRequestField *field(PotrForm *f, int i)
{
	return only(g_list_nth_data(purple_request_fields_get_groups(f), (guint)i));
}

static PurpleRequestField *last(PotrForm *f)
{
	return only(g_list_last(purple_request_fields_get_groups(f))->data);
}

static void add(PotrForm *f, const char *label, PurpleRequestField *added)
{
	PurpleRequestFieldGroup *group = purple_request_field_group_new(label);

	/* The label must be NULL: with "", Pidgin reads the byte before the string. */
	purple_request_field_set_label(added, NULL);
	purple_request_field_group_add_field(group, added);
	purple_request_fields_add_group(f, group);
}

/* Every field must have a unique id. */
static char *next_id(PotrForm *f)
{
	return g_strdup_printf("%u", g_list_length(purple_request_fields_get_groups(f)));
}

PotrForm *potr_form_new(void)
{
	return purple_request_fields_new();
}

void potr_form_free(PotrForm *f)
{
	purple_request_fields_destroy(f);
}

void potr_form_add_text(PotrForm *f, const char *label, const char *value, int masked)
{
	char *id = next_id(f);
	PurpleRequestField *text = purple_request_field_string_new(id, label, value, FALSE);

	g_free(id);
	purple_request_field_string_set_masked(text, masked != 0);
	add(f, label, text);
}

void potr_form_add_check(PotrForm *f, const char *label, int on)
{
	PurpleRequestFieldGroup *group = purple_request_field_group_new(NULL);
	char *id = next_id(f);

	/* A check box shows its own label. */
	purple_request_field_group_add_field(group, purple_request_field_bool_new(id, label, on != 0));
	purple_request_fields_add_group(f, group);
	g_free(id);
}

/* In Finch a choice is a list in which one item can be selected, because a list
 * reports which item was selected instead of a number. */
void potr_form_add_choice(PotrForm *f, const char *label)
{
	char *id = next_id(f);

	add(f, label, in_finch() ? purple_request_field_list_new(id, label)
	                         : purple_request_field_choice_new(id, label, 0));
	g_free(id);
}

void potr_form_add_option(PotrForm *f, const char *option, int on)
{
	PurpleRequestField *choice = last(f);
	gboolean numbered = purple_request_field_get_type(choice) == PURPLE_REQUEST_FIELD_CHOICE;
	int n = (int)g_list_length(numbered ? purple_request_field_choice_get_labels(choice)
	                                    : purple_request_field_list_get_items(choice));

	if (numbered) {
		purple_request_field_choice_add(choice, option);
		if (on) {
			purple_request_field_choice_set_default_value(choice, n);
			purple_request_field_choice_set_value(choice, n);
		}
		return;
	}
	purple_request_field_list_add_icon(choice, option, NULL, GINT_TO_POINTER(n + 1));
	if (on)
		purple_request_field_list_add_selected(choice, option);
}

const char *potr_form_text(PotrForm *f, int i)
{
	const char *text = purple_request_field_string_get_value(field(f, i));

	return text != NULL ? text : "";
}

int potr_form_checked(PotrForm *f, int i)
{
	return purple_request_field_bool_get_value(field(f, i)) != FALSE;
}

int potr_form_choice(PotrForm *f, int i)
{
	PurpleRequestField *choice = field(f, i);
	GList *selected;

	if (purple_request_field_get_type(choice) == PURPLE_REQUEST_FIELD_CHOICE)
		return purple_request_field_choice_get_value(choice);
	selected = purple_request_field_list_get_selected(choice);
	if (selected == NULL)
		return 0;
	return (int)GPOINTER_TO_UINT(purple_request_field_list_get_data(choice, selected->data)) - 1;
}

static void form_ok(void *dialog, void *unused)
{
	(void)unused;
	potrFormDone(dialog, 1);
}

static void form_cancel(void *dialog, void *unused)
{
	(void)unused;
	potrFormDone(dialog, 0);
}

void *potr_form_show(PotrForm *f, const char *title, const char *heading, const char *text,
                     const char *ok, const char *cancel, PotrChat c, void *dialog)
{
	void *shown = purple_request_fields(handle(), title, heading, text, f,
		ok, G_CALLBACK(form_ok), cancel, G_CALLBACK(form_cancel),
		potr_account(c), NULL, NULL, dialog);

	if (shown == NULL)
		potr_form_free(f);
	return shown;
}

/* ---- Questions ---- */

static void button0(void *dialog, int unused) { (void)unused; potrQuestionDone(dialog, 0); }
static void button1(void *dialog, int unused) { (void)unused; potrQuestionDone(dialog, 1); }
static void button2(void *dialog, int unused) { (void)unused; potrQuestionDone(dialog, 2); }
static void button3(void *dialog, int unused) { (void)unused; potrQuestionDone(dialog, 3); }

void *potr_question_show(const char *title, const char *heading, const char *text,
                         int n, char **buttons, PotrChat c, void *dialog)
{
	const char *b[POTR_BUTTONS] = { NULL };
	void *shown;
	int i;

	for (i = 0; i < n && i < POTR_BUTTONS; i++)
		b[i] = buttons[i];
	/* libpurple reads only the first i pairs. */
	shown = purple_request_action(handle(), title, heading, text, i - 1,
		potr_account(c), NULL, NULL, dialog, i,
		b[0], button0, b[1], button1, b[2], button2, b[3], button3);
	if (shown != NULL && in_finch())
		g_signal_connect_swapped(shown, "destroy", G_CALLBACK(potrGone), dialog);
	return shown;
}

/* ---- Files ---- */

static void path_ok(void *dialog, const char *path) { potrPathDone(dialog, (char *)path); }
static void path_cancel(void *dialog, const char *unused) { (void)unused; potrPathDone(dialog, NULL); }

/* Where Pidgin's dialog begins. With none it begins among recent files, and its
 * button to save does nothing. */
static void propose_folder(const char *folder)
{
	static const char pref[] = "/pidgin/filelocations/last_save_folder";
	const char *now;

	if (*folder == '\0' || !purple_prefs_exists(pref))
		return;
	now = purple_prefs_get_path(pref);
	if (now == NULL || !g_file_test(now, G_FILE_TEST_IS_DIR))
		purple_prefs_set_path(pref, folder);
}

void *potr_path_show(const char *title, int kind, const char *name, const char *folder, void *dialog)
{
	void *shown;

	if (*name != '\0')
		propose_folder(folder);
	if (kind == POTR_ASK_FOLDER)
		shown = purple_request_folder(handle(), title, NULL,
			G_CALLBACK(path_ok), G_CALLBACK(path_cancel), NULL, NULL, NULL, dialog);
	else
		shown = purple_request_file(handle(), title, *name != '\0' ? name : NULL, *name != '\0',
			G_CALLBACK(path_ok), G_CALLBACK(path_cancel), NULL, NULL, NULL, dialog);
	return shown;
}

void potr_request_close(void *shown, int kind)
{
	static const PurpleRequestType types[] = {
		[POTR_ASK_QUESTION] = PURPLE_REQUEST_ACTION, [POTR_ASK_FORM] = PURPLE_REQUEST_FIELDS,
		[POTR_ASK_FILE] = PURPLE_REQUEST_FILE, [POTR_ASK_FOLDER] = PURPLE_REQUEST_FOLDER,
	};

	purple_request_close(types[kind], shown);
}

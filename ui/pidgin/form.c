// SPDX-License-Identifier: GPL-2.0-or-later

/* Forms. dialog.h documents each function. */
#include <gtk/gtk.h>

#include "frame.h"
#include "weak.h"

#define KEY_FIELD "purple-otr-field"   /* of what the user changes: the number */
#define KEY_OPTION "purple-otr-option" /* of a radio button: the number */
#define KEY_OPTIONS "purple-otr-options" /* of a choice's box: the last radio button */
#define KEY_LINE "purple-otr-line" /* of a choice's box: where brief options stand side by side */
#define KEY_LABEL "purple-otr-label"
#define KEY_CHECKS "purple-otr-checks" /* of a box of fields: the box of the check boxes that come last */

enum { INDENT = 24, QUIET = 4 /* modules of white around a code */ };

/* ---- What the user changes ---- */

static void report(GtkWidget *widget, GtkWidget *window, const char *value)
{
	char *copy = g_strdup(value);

	potrFieldChanged(potr_frame(window)->id,
		GPOINTER_TO_INT(g_object_get_data(G_OBJECT(widget), KEY_FIELD)), copy);
	g_free(copy);
}

static void on_typed(GtkWidget *entry, gpointer window)
{
	report(entry, window, gtk_entry_get_text(GTK_ENTRY(entry)));
}

static void on_checked(GtkWidget *check, gpointer window)
{
	report(check, window, gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(check)) ? "1" : "");
}

static void on_option(GtkWidget *radio, gpointer window)
{
	char *value;

	if (!gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(radio)))
		return;
	value = g_strdup_printf("%d", GPOINTER_TO_INT(g_object_get_data(G_OBJECT(radio), KEY_OPTION)));
	report(radio, window, value);
	g_free(value);
}

static void on_show_typed(GtkToggleButton *check, gpointer entry)
{
	gtk_entry_set_visibility(GTK_ENTRY(entry), gtk_toggle_button_get_active(check));
}

static void on_copy(GtkWidget *button, gpointer label)
{
	(void)button;
	potr_copy(gtk_label_get_text(GTK_LABEL(label)));
}

/* ---- Fields ---- */

static void add(GtkWidget *row, GtkWidget *child)
{
	gtk_box_pack_start(GTK_BOX(row), child, FALSE, FALSE, 0);
}

static void relate(GtkWidget *widget, GtkWidget *label)
{
	AtkObject *its = gtk_widget_get_accessible(widget), *labels = gtk_widget_get_accessible(label);

	atk_object_add_relationship(its, ATK_RELATION_LABELLED_BY, labels);
	atk_object_add_relationship(labels, ATK_RELATION_LABEL_FOR, its);
}

static GtkWidget *to_read(GtkWidget *label)
{
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	gtk_misc_set_alignment(GTK_MISC(label), 0, 0.5);
	return label;
}

static GtkWidget *fingerprint_new(const PotrField *field)
{
	GtkWidget *box = gtk_hbox_new(FALSE, 12), *label = to_read(gtk_label_new(field->value));
	GtkWidget *button = gtk_button_new_with_mnemonic(field->button);
	GtkWidget *top = gtk_alignment_new(0, 0, 0, 0); /* the digits may need several lines */
	PangoAttrList *attributes = pango_attr_list_new();

	pango_attr_list_insert(attributes, pango_attr_family_new("monospace"));
	pango_attr_list_insert(attributes, pango_attr_scale_new(PANGO_SCALE_LARGE));
	gtk_label_set_attributes(GTK_LABEL(label), attributes);
	pango_attr_list_unref(attributes);
	atk_object_set_name(gtk_widget_get_accessible(button), field->button_name);
	g_signal_connect(button, "clicked", G_CALLBACK(on_copy), label);
	gtk_container_add(GTK_CONTAINER(top), button);
	add(box, label);
	add(box, top);
	g_object_set_data(G_OBJECT(box), KEY_LABEL, label);
	return box;
}

/* Black on white whatever the theme, because many phones can read only that. */
static GtkWidget *code_new(const PotrFrame *frame, const PotrField *field)
{
	int scale = frame->low ? 3 : MAX(4, frame->letter / 4), side = field->modules + 2 * QUIET;
	GdkPixbuf *pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, side * scale, side * scale), *module;
	GtkWidget *image, *left = gtk_alignment_new(0, 0, 0, 0);
	int x, y;

	if (pixbuf == NULL)
		return left;
	gdk_pixbuf_fill(pixbuf, 0xffffffff);
	for (y = 0; y < field->modules; y++) {
		for (x = 0; x < field->modules; x++) {
			if (field->dark[y * field->modules + x] != '1')
				continue;
			module = gdk_pixbuf_new_subpixbuf(pixbuf, (x + QUIET) * scale, (y + QUIET) * scale, scale, scale);
			gdk_pixbuf_fill(module, 0x000000ff);
			g_object_unref(module);
		}
	}
	image = gtk_image_new_from_pixbuf(pixbuf);
	g_object_unref(pixbuf);
	atk_object_set_name(gtk_widget_get_accessible(image), field->label);
	atk_object_set_description(gtk_widget_get_accessible(image), field->button_name);
	gtk_container_add(GTK_CONTAINER(left), image);
	return left;
}

static GtkWidget *entry_new(GtkWidget *window, GtkWidget *row, const PotrField *field, GtkWidget *label)
{
	GtkWidget *entry = gtk_entry_new(), *check;

	potr_text_marked(label, field->label, entry);
	gtk_entry_set_max_length(GTK_ENTRY(entry), field->max);
	gtk_entry_set_text(GTK_ENTRY(entry), field->value);
	gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
	g_signal_connect(entry, "changed", G_CALLBACK(on_typed), window);
	add(row, entry);
	if (field->kind == POTR_SECRET) {
		check = gtk_check_button_new_with_mnemonic(field->button);
		atk_object_set_description(gtk_widget_get_accessible(check), gtk_label_get_text(GTK_LABEL(label)));
		gtk_entry_set_visibility(GTK_ENTRY(entry), FALSE);
		g_signal_connect(check, "toggled", G_CALLBACK(on_show_typed), entry);
		add(row, check);
	}
	return entry;
}

/* Gives the button a sentence as label, which may need several lines. */
static GtkWidget *with_sentence(GtkWidget *button, const PotrFrame *frame, const char *marked)
{
	GtkWidget *text = potr_text_new(frame, "", 2 * INDENT);

	gtk_container_add(GTK_CONTAINER(button), text);
	potr_text_marked(text, marked, button);
	return button;
}

static GtkWidget *check_new(GtkWidget *window, const PotrField *field)
{
	GtkWidget *check = with_sentence(gtk_check_button_new(), potr_frame(window), field->label);

	gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(check), *field->value != '\0');
	g_signal_connect(check, "toggled", G_CALLBACK(on_checked), window);
	return check;
}

/* Puts the field into its row. Returns the widget that the user changes, or NULL. */
static GtkWidget *fill(GtkWidget *window, GtkWidget *row, const PotrField *field, GtkWidget *label)
{
	PotrFrame *frame = potr_frame(window);
	GtkWidget *widget = NULL;

	switch (field->kind) {
	case POTR_SHOW:
		widget = to_read(potr_text_new(frame, field->value, 0));
		relate(widget, label);
		add(row, widget);
		return NULL;
	case POTR_FINGERPRINT:
		widget = fingerprint_new(field);
		relate(g_object_get_data(G_OBJECT(widget), KEY_LABEL), label);
		add(row, widget);
		return NULL;
	case POTR_QR: /* beside the label: one above the other would be too high for some screens */
		widget = code_new(frame, field);
		add(row, widget);
		gtk_box_reorder_child(GTK_BOX(row), widget, 0);
		return NULL;
	case POTR_CHOICE:
		g_object_set_data(G_OBJECT(row), KEY_LABEL, label);
		if (field->brief) {
			widget = gtk_hbox_new(FALSE, 12);
			g_object_set_data(G_OBJECT(row), KEY_LINE, widget);
			add(row, widget);
		}
		return NULL; /* its options are added later */
	case POTR_CHECK:
		widget = check_new(window, field);
		add(row, widget);
		break;
	default:
		widget = entry_new(window, row, field, label);
	}
	return widget;
}

static void want_focus(PotrFrame *frame, GtkWidget *widget)
{
	if (frame->focus == NULL)
		frame->focus = widget;
}

/* Returns the box for a field. Check boxes that follow each other are closer together than other
 * fields. */
static GtkWidget *box_for(GtkWidget *fields, int kind)
{
	GtkWidget *checks = g_object_get_data(G_OBJECT(fields), KEY_CHECKS);

	if (kind != POTR_CHECK) {
		g_object_set_data(G_OBJECT(fields), KEY_CHECKS, NULL);
		return fields;
	}
	if (checks == NULL) {
		checks = gtk_vbox_new(FALSE, 6);
		gtk_box_pack_start(GTK_BOX(fields), checks, FALSE, FALSE, 0);
		gtk_widget_show(checks);
		g_object_set_data(G_OBJECT(fields), KEY_CHECKS, checks);
	}
	return checks;
}

void potr_field_add(GtkWidget *window, PotrField field)
{
	PotrFrame *frame = potr_frame(window);
	gboolean beside = field.kind == POTR_QR;
	GtkWidget *row = beside ? gtk_hbox_new(FALSE, 12) : gtk_vbox_new(FALSE, 4);
	GtkWidget *label = NULL, *widget, *place = gtk_alignment_new(0, 0, 1, 1);

	if (field.kind != POTR_CHECK && *field.label != '\0') {
		label = potr_text_new(frame, field.label, beside ? frame->width / 2 : field.indent ? INDENT : 0);
		add(row, label);
	} else {
		label = frame->heading;
	}
	widget = fill(window, row, &field, label);
	if (widget != NULL) {
		g_object_set_data(G_OBJECT(widget), KEY_FIELD, GINT_TO_POINTER((int)frame->fields->len));
		want_focus(frame, widget);
	}
	gtk_alignment_set_padding(GTK_ALIGNMENT(place), 0, 0, field.indent ? INDENT : 0, 0);
	gtk_container_add(GTK_CONTAINER(place), row);
	gtk_widget_show_all(place);
	add(box_for(field.pinned ? frame->foot : frame->body, field.kind), place);
	if (field.pinned)
		gtk_widget_show(frame->foot);
	g_ptr_array_add(frame->fields, row);
}

/* Options that do not fit on one line stand one below the other. */
static void add_brief(GtkWidget *line, GtkWidget *radio, const PotrFrame *frame, const char *marked)
{
	GtkWidget *text = gtk_label_new("");
	GtkRequisition wants;

	gtk_container_add(GTK_CONTAINER(radio), text);
	potr_text_marked(text, marked, radio);
	add(line, radio);
	gtk_widget_show_all(radio);
	gtk_widget_size_request(line, &wants);
	if (wants.width > frame->width) {
		gtk_orientable_set_orientation(GTK_ORIENTABLE(line), GTK_ORIENTATION_VERTICAL);
		gtk_box_set_spacing(GTK_BOX(line), 4);
	}
}

void potr_field_add_option(GtkWidget *window, const char *marked, int on)
{
	PotrFrame *frame = potr_frame(window);
	int field = (int)frame->fields->len - 1;
	GtkWidget *row = g_ptr_array_index(frame->fields, field);
	GtkWidget *last = g_object_get_data(G_OBJECT(row), KEY_OPTIONS);
	GtkWidget *radio = gtk_radio_button_new_from_widget(last != NULL ? GTK_RADIO_BUTTON(last) : NULL);
	int number = last != NULL ? 1 + GPOINTER_TO_INT(g_object_get_data(G_OBJECT(last), KEY_OPTION)) : 0;
	GtkWidget *label = g_object_get_data(G_OBJECT(row), KEY_LABEL), *line = g_object_get_data(G_OBJECT(row), KEY_LINE);

	if (line != NULL) {
		add_brief(line, radio, frame, marked);
	} else {
		add(row, with_sentence(radio, frame, marked));
		gtk_widget_show_all(radio);
	}
	relate(radio, label);
	g_object_set_data(G_OBJECT(radio), KEY_FIELD, GINT_TO_POINTER(field));
	g_object_set_data(G_OBJECT(radio), KEY_OPTION, GINT_TO_POINTER(number));
	g_object_set_data(G_OBJECT(row), KEY_OPTIONS, radio);
	if (on) {
		gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(radio), TRUE);
		want_focus(frame, radio);
	}
	g_signal_connect(radio, "toggled", G_CALLBACK(on_option), window);
}

void potr_field_set(GtkWidget *window, int field, int there, int changeable)
{
	GtkWidget *row = g_ptr_array_index(potr_frame(window)->fields, field);

	gtk_widget_set_visible(gtk_widget_get_parent(row), there);
	gtk_widget_set_sensitive(row, changeable);
	potr_frame_fit(window);
}

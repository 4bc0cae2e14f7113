// SPDX-License-Identifier: GPL-2.0-or-later

/* The sort keys of texts. dialog.h documents the function. */
#include <glib.h>
#include <locale.h>
#include <string.h>

#include "dialog.h"

/* Removes accents. */
static char *plain(const char *text)
{
	char *parts = g_utf8_normalize(text, -1, G_NORMALIZE_ALL), *p;
	GString *letters = g_string_new(NULL);

	for (p = parts; p != NULL && *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_type(g_utf8_get_char(p)) != G_UNICODE_NON_SPACING_MARK)
			g_string_append_unichar(letters, g_utf8_get_char(p));
	g_free(parts);
	return g_string_free(letters, FALSE);
}

char *potr_sort_key(const char *text)
{
	const char *locale = setlocale(LC_COLLATE, NULL);
	char *folded = g_utf8_casefold(text, -1), *letters, *key;

	if (locale != NULL && strcmp(locale, "POSIX") != 0 && strcmp(locale, "C") != 0 && strncmp(locale, "C.", 2) != 0) {
		key = g_utf8_collate_key(folded, -1);
	} else { /* the locale has no order: compare the letters first, and then their accents */
		letters = plain(folded);
		key = g_strconcat(letters, "\001", folded, NULL);
		g_free(letters);
	}
	g_free(folded);
	return key;
}

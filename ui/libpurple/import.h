// SPDX-License-Identifier: GPL-2.0-or-later

/* The functions that a loaded library imports from another one, and how to put ours in
 * the place of one of them. Only calls from that library are affected. */
#ifndef PURPLE_OTR_IMPORT_H
#define PURPLE_OTR_IMPORT_H

#include <glib.h>

/* The place where a library keeps the address of a function that it imports. */
typedef struct {
	void **slot;
	gboolean read_only; /* the loader has write-protected it (RELRO) */
} PotrImport;

/* Finds the import called name of the library that contains the address inside.
 * Returns FALSE if it has no such import. */
gboolean potr_find_import(const void *inside, const char *name, PotrImport *found);

/* Makes the library call function from now on. Returns FALSE, and changes nothing, if
 * the system does not allow it. */
gboolean potr_set_import(const PotrImport *i, void *function);

#endif

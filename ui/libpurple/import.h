// SPDX-License-Identifier: GPL-2.0-or-later

/* The functions that a loaded library imports from another one, and how to replace one
 * of them by ours. Only calls from that library are affected. */
#ifndef PURPLE_OTR_IMPORT_H
#define PURPLE_OTR_IMPORT_H

#include <glib.h>

/* The place where a library stores the address of a function that it imports. */
typedef struct {
	void **slot;
	gboolean read_only; /* the loader has write-protected it (RELRO) */
} PotrImport;

/* Finds the import with this name, of the library that contains the address inside.
 * Returns FALSE if the library has no such import. */
gboolean potr_find_import(const void *inside, const char *name, PotrImport *found);

/* Makes the library call function from now on. Returns FALSE, and changes nothing, if
 * the system does not allow that. */
gboolean potr_set_import(const PotrImport *i, void *function);

#endif

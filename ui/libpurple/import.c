// SPDX-License-Identifier: GPL-2.0-or-later

/* The table in which a loaded library stores the addresses of the functions that it
 * imports. import.h documents each function. */
#define _GNU_SOURCE
#include "import.h"

#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A relocation names the place of an address and a symbol. Both kinds begin in the
 * same way. */
#if __SIZEOF_POINTER__ == 8
#define SYMBOL(info) ELF64_R_SYM(info)
#else
#define SYMBOL(info) ELF32_R_SYM(info)
#endif

typedef struct {
	ElfW(Addr) inside; /* an address in the library */
	const char *name;
	PotrImport *found;
} Search;

typedef struct {
	const ElfW(Sym) *symbols;
	const char *strings;
	ElfW(Addr) base;
} Object;

static void look_in_table(const Object *o, ElfW(Addr) table, size_t size, size_t each, Search *s)
{
	size_t at;

	for (at = 0; table != 0 && each != 0 && at + each <= size; at += each) {
		const ElfW(Rel) *r = (const void *)(table + at);
		const ElfW(Sym) *symbol = &o->symbols[SYMBOL(r->r_info)];

		if (SYMBOL(r->r_info) != 0 && strcmp(o->strings + symbol->st_name, s->name) == 0)
			s->found->slot = (void *)(o->base + r->r_offset);
	}
}

static gboolean contains(const struct dl_phdr_info *library, int type, ElfW(Addr) address)
{
	int i;

	for (i = 0; i < library->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &library->dlpi_phdr[i];
		ElfW(Addr) begin = library->dlpi_addr + part->p_vaddr;

		if (part->p_type == (ElfW(Word))type && address >= begin && address - begin < part->p_memsz)
			return TRUE;
	}
	return FALSE;
}

/* Some C libraries leave addresses in this section as they are in the file. */
static ElfW(Addr) absolute(const Object *o, ElfW(Addr) pointer)
{
	return pointer < o->base ? o->base + pointer : pointer;
}

static int look(struct dl_phdr_info *library, size_t size, void *data)
{
	Search *s = data;
	const ElfW(Dyn) *d = NULL;
	Object o = { .base = library->dlpi_addr };
	ElfW(Addr) calls = 0, others = 0;
	size_t calls_size = 0, others_size = 0, calls_each = sizeof(ElfW(Rel)), others_each = 0;
	int i;

	(void)size;
	if (!contains(library, PT_LOAD, s->inside))
		return 0;
	for (i = 0; i < library->dlpi_phnum; i++)
		if (library->dlpi_phdr[i].p_type == PT_DYNAMIC)
			d = (const void *)(o.base + library->dlpi_phdr[i].p_vaddr);
	for (; d != NULL && d->d_tag != DT_NULL; d++) {
		switch (d->d_tag) {
		case DT_SYMTAB: o.symbols = (const void *)absolute(&o, d->d_un.d_ptr); break;
		case DT_STRTAB: o.strings = (const void *)absolute(&o, d->d_un.d_ptr); break;
		case DT_JMPREL: calls = absolute(&o, d->d_un.d_ptr); break;
		case DT_PLTRELSZ: calls_size = d->d_un.d_val; break;
		case DT_PLTREL: calls_each = d->d_un.d_val == DT_RELA ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel)); break;
		case DT_REL: case DT_RELA: others = absolute(&o, d->d_un.d_ptr); break;
		case DT_RELSZ: case DT_RELASZ: others_size = d->d_un.d_val; break;
		case DT_RELENT: case DT_RELAENT: others_each = d->d_un.d_val; break;
		}
	}
	if (o.symbols == NULL || o.strings == NULL)
		return 1;
	look_in_table(&o, calls, calls_size, calls_each, s);
	if (s->found->slot == NULL)
		look_in_table(&o, others, others_size, others_each, s);
	s->found->read_only = contains(library, PT_GNU_RELRO, (ElfW(Addr))s->found->slot);
	return 1;
}

gboolean potr_find_import(const void *inside, const char *name, PotrImport *found)
{
	Search s = { (ElfW(Addr))inside, name, found };

	memset(found, 0, sizeof *found);
	dl_iterate_phdr(look, &s);
	return found->slot != NULL;
}

gboolean potr_set_import(const PotrImport *i, void *function)
{
	size_t size = sysconf(_SC_PAGESIZE);
	void *page = (void *)((ElfW(Addr))i->slot & ~(ElfW(Addr))(size - 1));

	if (i->read_only && mprotect(page, size, PROT_READ | PROT_WRITE) != 0)
		return FALSE;
	*i->slot = function;
	if (i->read_only)
		mprotect(page, size, PROT_READ);
	return TRUE;
}

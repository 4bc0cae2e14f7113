// SPDX-License-Identifier: GPL-2.0-or-later

// For tests: reads and writes the three files of a folder with the real libotr.
//
//   libotr_files DIR dump
//       prints every record: the file's letter and the fields in hexadecimal
//   libotr_files DIR key ACCOUNT PROTOCOL
//   libotr_files DIR tag ACCOUNT PROTOCOL
//       reads the files, makes a key or tag, and writes the file
//   libotr_files DIR trust PEER ACCOUNT PROTOCOL FINGERPRINT WORD
//       reads the files, sets the trust in a fingerprint, and writes the file
//   libotr_files DIR time
//       prints how many nanoseconds it takes to read the fingerprints

#include <libotr/context.h>
#include <libotr/instag.h>
#include <libotr/privkey.h>
#include <libotr/proto.h>
#include <libotr/userstate.h>

#include <gcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const KEYS = "otr.private_key";
static const char *const FINGERPRINTS = "otr.fingerprints";
static const char *const TAGS = "otr.instance_tags";

// Ends the program if an operation on a file has failed.
static void check(gcry_error_t err, const char *what)
{
	if (err) {
		fprintf(stderr, "%s: %s\n", what, gcry_strerror(err));
		exit(1);
	}
}

static void field(const void *data, size_t len)
{
	const unsigned char *p = data;

	putchar('\t');
	while (len--)
		printf("%02x", *p++);
}

static void text(const char *s)
{
	field(s ? s : "", s ? strlen(s) : 0);
}

static void dump(OtrlUserState us)
{
	for (OtrlPrivKey *k = us->privkey_root; k; k = k->next) {
		unsigned char hash[20];

		if (!otrl_privkey_fingerprint_raw(us, hash, k->accountname, k->protocol))
			exit(1);
		putchar('k');
		text(k->accountname);
		text(k->protocol);
		field(hash, sizeof hash);
		putchar('\n');
	}
	for (ConnContext *c = us->context_root; c; c = c->next)
		for (Fingerprint *f = c->fingerprint_root.next; f; f = f->next) {
			putchar('f');
			text(c->username);
			text(c->accountname);
			text(c->protocol);
			field(f->fingerprint, 20);
			text(f->trust);
			putchar('\n');
		}
	for (OtrlInsTag *t = us->instag_root; t; t = t->next) {
		char tag[9];

		snprintf(tag, sizeof tag, "%08x", t->instag);
		putchar('t');
		text(t->accountname);
		text(t->protocol);
		text(tag);
		putchar('\n');
	}
}

static void set_trust(OtrlUserState us, char **arg)
{
	unsigned char hash[20];

	for (int i = 0; i < 20; i++) {
		unsigned int byte;

		if (sscanf(arg[3] + 2 * i, "%2x", &byte) != 1)
			exit(2);
		hash[i] = (unsigned char)byte;
	}
	ConnContext *c = otrl_context_find(us, arg[0], arg[1], arg[2], OTRL_INSTAG_MASTER, 1, NULL, NULL, NULL);
	Fingerprint *f = otrl_context_find_fingerprint(c, hash, 1, NULL);

	otrl_context_set_trust(f, arg[4]);
	check(otrl_privkey_write_fingerprints(us, FINGERPRINTS), FINGERPRINTS);
}

int main(int argc, char **argv)
{
	if (argc < 3 || chdir(argv[1]))
		return 2;
	OTRL_INIT;
	gcry_control(GCRYCTL_ENABLE_QUICK_RANDOM, 0);
	OtrlUserState us = otrl_userstate_create();

	if (!access(KEYS, F_OK))
		check(otrl_privkey_read(us, KEYS), KEYS);
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (!access(FINGERPRINTS, F_OK))
		check(otrl_privkey_read_fingerprints(us, FINGERPRINTS, NULL, NULL), FINGERPRINTS);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (!access(TAGS, F_OK))
		check(otrl_instag_read(us, TAGS), TAGS);

	if (!strcmp(argv[2], "dump") && argc == 3)
		dump(us);
	else if (!strcmp(argv[2], "time") && argc == 3)
		printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
	else if (!strcmp(argv[2], "key") && argc == 5)
		check(otrl_privkey_generate(us, KEYS, argv[3], argv[4]), KEYS);
	else if (!strcmp(argv[2], "tag") && argc == 5)
		check(otrl_instag_generate(us, TAGS, argv[3], argv[4]), TAGS);
	else if (!strcmp(argv[2], "trust") && argc == 8)
		set_trust(us, argv + 3);
	else
		return 2;
	otrl_userstate_free(us);
	return 0;
}

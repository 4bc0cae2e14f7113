// SPDX-License-Identifier: GPL-2.0-or-later
//go:build ignore

/*
 * peer: one libotr endpoint, driven by lines on standard input.
 *
 *     cc -o peer peer.c $(pkg-config --cflags --libs libotr libgcrypt)
 *     peer NAME BUDDY DIR
 *
 * NAME talks to BUDDY. DIR holds otr.private_key, otr.fingerprints and
 * otr.instance_tags in libotr's formats; missing entries are created. The tests in
 * this folder build and control it (see peer_test.go). It can also be used by hand, to
 * see how libotr reacts to a message. It uses libgcrypt's quick random numbers: never
 * use this program to talk to anybody.
 *
 * A line is a word and its arguments, separated by tabs. In an argument \\, \n,
 * \r and \t stand for a backslash, a newline, a carriage return and a tab; every
 * other byte except NUL stands for itself. The answer to every command is any number
 * of reports and then "ok", so a driver that writes one command and reads up to "ok"
 * cannot block.
 *
 * Commands
 *     recv MSG             MSG has arrived from the wire
 *     say TEXT             the user sends TEXT
 *     start                the user asks for a private conversation (a query)
 *     end                  the user ends it
 *     policy BITS          libotr's policy, a number; initially 0x76, opportunistic
 *     mms BYTES            maximum length of messages; 0, the initial value: no limit
 *     online N             BUDDY's presence for libotr: 1 (initially), 0, or -1
 *                          for unknown
 *     clock SECONDS        advances the clock; libotr has no other clock
 *     poll                 libotr's timer has fired
 *     smp SECRET           start SMP
 *     smpq QUESTION SECRET start SMP with a question
 *     answer SECRET        answer SMP
 *     smpabort             abort SMP
 *     symkey USE DATA      use the extra symmetric key
 *     state                report every context
 *     keys                 report the session keys
 *
 * Reports
 *     wire MSG             put MSG on the wire
 *     show TEXT            display TEXT to the user
 *     consumed             the message of "recv" was not for the user
 *     event NAME TEXT      an OtrlMessageEvent; TEXT may be empty
 *     newfpr FPR           a new fingerprint of BUDDY
 *     secure VERSION TAG FPR SSID HALF
 *                          a private conversation: with BUDDY's instance TAG (8
 *                          digits) and fingerprint, the 8 bytes of the session
 *                          id, and which half of it (0 or 1) this side's user
 *                          reads out first
 *     still VERSION TAG FPR SSID HALF
 *                          the same, after a refresh
 *     smp NAME PERCENT QUESTION
 *     symkey USE DATA KEY  a side has used the extra key (DATA and KEY in hex)
 *     tlv TYPE LENGTH      a record that came with the message of "recv"
 *     context THEIRS OURS MSGSTATE AUTHSTATE VERSION
 *     keypair OURID THEIRID PRIVATE PUBLIC RECEIVEMAC
 *                          two key ids and the values for them, in hex: our
 *                          private and their public D-H number, and the MAC
 *                          key of their messages under these ids
 *     error TEXT           the command failed
 *     ok                   end of the answer
 */
#include <gcrypt.h>
#include <libotr/context.h>
#include <libotr/context_priv.h>
#include <libotr/instag.h>
#include <libotr/proto.h> /* message.h needs it */
#include <libotr/message.h>
#include <libotr/privkey.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Most callbacks and commands do not need all of their parameters. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define PROTOCOL "prpl-test"
#define MAX_ARGS 2

static const char *me, *buddy;
static char key_file[512], fingerprint_file[512], tag_file[512];
static OtrlUserState userstate;
static OtrlPolicy policy_bits = OTRL_POLICY_OPPORTUNISTIC;
static int max_message_size, presence = 1;
static time_t now = 1700000000;

/* libotr is linked against this program's time(), so tests need not wait. */
time_t time(time_t *t)
{
	if (t)
		*t = now;
	return now;
}

/* ---- reports ---- */

static void put_escaped(const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '\\': fputs("\\\\", stdout); break;
		case '\n': fputs("\\n", stdout); break;
		case '\r': fputs("\\r", stdout); break;
		case '\t': fputs("\\t", stdout); break;
		default: putchar(*s);
		}
	}
}

/* If word is empty, arg is added to the report that was begun before. */
static void report(const char *word, const char *arg)
{
	fputs(word, stdout);
	if (arg) {
		putchar('\t');
		put_escaped(arg);
	}
	putchar('\n');
}

static void put_hex(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
}

static void put_mpi(gcry_mpi_t m)
{
	unsigned char *bytes;
	size_t n;

	if (m && !gcry_mpi_aprint(GCRYMPI_FMT_USG, &bytes, &n, m)) {
		put_hex(bytes, n);
		gcry_free(bytes);
	}
}

static void report_symkey(unsigned use, const unsigned char *data, size_t len,
		const unsigned char *key)
{
	printf("symkey\t%u\t", use);
	put_hex(data, len);
	putchar('\t');
	put_hex(key, OTRL_EXTRAKEY_BYTES);
	putchar('\n');
}

/* ---- what libotr asks of its application ---- */

static OtrlPolicy on_policy(void *data, ConnContext *c)
{
	return policy_bits;
}

static void on_create_privkey(void *data, const char *account, const char *protocol)
{
	otrl_privkey_generate(userstate, key_file, account, protocol);
}

static int on_is_logged_in(void *data, const char *account, const char *protocol,
		const char *recipient)
{
	return presence;
}

static void on_inject_message(void *data, const char *account, const char *protocol,
		const char *recipient, const char *message)
{
	if (*message) /* it is empty if the text must not be sent */
		report("wire", message);
}

static void on_new_fingerprint(void *data, OtrlUserState us, const char *account,
		const char *protocol, const char *username, unsigned char fingerprint[20])
{
	char human[OTRL_PRIVKEY_FPRINT_HUMAN_LEN];

	otrl_privkey_hash_to_human(human, fingerprint);
	report("newfpr", human);
}

static void on_write_fingerprints(void *data)
{
	otrl_privkey_write_fingerprints(userstate, fingerprint_file);
}

static void report_session(const char *word, ConnContext *c)
{
	char human[OTRL_PRIVKEY_FPRINT_HUMAN_LEN] = "";

	if (c->active_fingerprint)
		otrl_privkey_hash_to_human(human, c->active_fingerprint->fingerprint);
	printf("%s\t%u\t%08x\t%s\t", word, c->protocol_version, c->their_instance, human);
	put_hex(c->sessionid, c->sessionid_len);
	printf("\t%d\n", c->sessionid_half == OTRL_SESSIONID_SECOND_HALF_BOLD);
}

static void on_gone_secure(void *data, ConnContext *c)
{
	report_session("secure", c);
}

static void on_still_secure(void *data, ConnContext *c, int is_reply)
{
	report_session("still", c);
}

static int on_max_message_size(void *data, ConnContext *c)
{
	return max_message_size;
}

static void on_received_symkey(void *data, ConnContext *c, unsigned use,
		const unsigned char *usedata, size_t len, const unsigned char *key)
{
	report_symkey(use, usedata, len, key);
}

/* The texts are constants, so there is no callback to free them. */
static const char *on_error_message(void *data, ConnContext *c, OtrlErrorCode code)
{
	static const char *const text[] = {"none", "encryption failed",
		"not in private", "unreadable", "malformed"};

	return text[code];
}

static void on_smp_event(void *data, OtrlSMPEvent event, ConnContext *c,
		unsigned short percent, char *question);

static void on_msg_event(void *data, OtrlMessageEvent event, ConnContext *c,
		const char *message, gcry_error_t err)
{
	static const char *const name[] = {"NONE", "ENCRYPTION_REQUIRED",
		"ENCRYPTION_ERROR", "CONNECTION_ENDED", "SETUP_ERROR",
		"MSG_REFLECTED", "MSG_RESENT", "RCVDMSG_NOT_IN_PRIVATE",
		"RCVDMSG_UNREADABLE", "RCVDMSG_MALFORMED", "LOG_HEARTBEAT_RCVD",
		"LOG_HEARTBEAT_SENT", "RCVDMSG_GENERAL_ERR",
		"RCVDMSG_UNENCRYPTED", "RCVDMSG_UNRECOGNIZED",
		"RCVDMSG_FOR_OTHER_INSTANCE"};

	printf("event\t%s", name[event]);
	report("", message ? message : err ? gcry_strerror(err) : "");
}

static void on_create_instag(void *data, const char *account, const char *protocol)
{
	otrl_instag_generate(userstate, tag_file, account, protocol);
}

static const OtrlMessageAppOps ops = {
	.policy = on_policy,
	.create_privkey = on_create_privkey,
	.is_logged_in = on_is_logged_in,
	.inject_message = on_inject_message,
	.new_fingerprint = on_new_fingerprint,
	.write_fingerprints = on_write_fingerprints,
	.gone_secure = on_gone_secure,
	.still_secure = on_still_secure,
	.max_message_size = on_max_message_size,
	.received_symkey = on_received_symkey,
	.otr_error_message = on_error_message,
	.handle_smp_event = on_smp_event,
	.handle_msg_event = on_msg_event,
	.create_instag = on_create_instag,
};

/* Like pidgin-otr, and as libotr requires: any error aborts the run. */
static void on_smp_event(void *data, OtrlSMPEvent event, ConnContext *c,
		unsigned short percent, char *question)
{
	static const char *const name[] = {"NONE", "ERROR", "ABORT", "CHEATED",
		"ASK_FOR_ANSWER", "ASK_FOR_SECRET", "IN_PROGRESS", "SUCCESS",
		"FAILURE"};

	printf("smp\t%s\t%u", name[event], percent);
	report("", question ? question : "");
	if (event == OTRL_SMPEVENT_CHEATED || event == OTRL_SMPEVENT_ERROR)
		otrl_message_abort_smp(userstate, &ops, data, c);
}

/* ---- commands ---- */

static ConnContext *best_context(void)
{
	return otrl_context_find(userstate, buddy, me, PROTOCOL, OTRL_INSTAG_BEST, 1,
			NULL, NULL, NULL);
}

static void do_recv(char **arg)
{
	char *text = NULL;
	OtrlTLV *tlvs = NULL;
	int internal = otrl_message_receiving(userstate, &ops, NULL, me, PROTOCOL, buddy,
			arg[0], &text, &tlvs, NULL, NULL, NULL);

	for (OtrlTLV *t = tlvs; t; t = t->next)
		printf("tlv\t%d\t%d\n", t->type, t->len);
	if (internal)
		report("consumed", NULL);
	else
		report("show", text ? text : arg[0]);
	otrl_tlv_free(tlvs);
	otrl_message_free(text);
}

static void do_say(char **arg)
{
	char *text = NULL;
	gcry_error_t err = otrl_message_sending(userstate, &ops, NULL, me, PROTOCOL, buddy,
			OTRL_INSTAG_BEST, arg[0], NULL, &text, OTRL_FRAGMENT_SEND_ALL,
			NULL, NULL, NULL);

	if (err)
		report("error", gcry_strerror(err));
	else if (!text) /* libotr does not change it: send it as it is */
		report("wire", arg[0]);
	otrl_message_free(text);
}

static void do_start(char **arg)
{
	char *query = otrl_proto_default_query_msg(me, policy_bits);

	report("wire", query);
	free(query);
}

static void do_end(char **arg)
{
	otrl_message_disconnect(userstate, &ops, NULL, me, PROTOCOL, buddy, OTRL_INSTAG_BEST);
}

static void do_policy(char **arg) { policy_bits = strtoul(arg[0], NULL, 0); }
static void do_mms(char **arg) { max_message_size = atoi(arg[0]); }
static void do_online(char **arg) { presence = atoi(arg[0]); }
static void do_clock(char **arg) { now += atol(arg[0]); }

static void do_poll(char **arg)
{
	otrl_message_poll(userstate, &ops, NULL);
}

static void do_smp(char **arg)
{
	otrl_message_initiate_smp(userstate, &ops, NULL, best_context(),
			(unsigned char *)arg[0], strlen(arg[0]));
}

static void do_smpq(char **arg)
{
	otrl_message_initiate_smp_q(userstate, &ops, NULL, best_context(), arg[0],
			(unsigned char *)arg[1], strlen(arg[1]));
}

static void do_answer(char **arg)
{
	otrl_message_respond_smp(userstate, &ops, NULL, best_context(),
			(unsigned char *)arg[0], strlen(arg[0]));
}

static void do_smpabort(char **arg)
{
	otrl_message_abort_smp(userstate, &ops, NULL, best_context());
}

static void do_symkey(char **arg)
{
	unsigned use = strtoul(arg[0], NULL, 0);
	const unsigned char *data = (unsigned char *)arg[1];
	unsigned char key[OTRL_EXTRAKEY_BYTES];
	gcry_error_t err = otrl_message_symkey(userstate, &ops, NULL, best_context(), use,
			data, strlen(arg[1]), key);

	if (err)
		report("error", gcry_strerror(err));
	else
		report_symkey(use, data, strlen(arg[1]), key);
}

static void do_state(char **arg)
{
	for (ConnContext *c = userstate->context_root; c; c = c->next) {
		printf("context\t%08x\t%08x\t%d\t%d\t%u\n", c->their_instance,
				c->our_instance, (int)c->msgstate,
				(int)c->auth.authstate, c->protocol_version);
	}
}

/* Ids and keys as in the rows of context_priv.h: index 1 is the older key. */
static void do_keys(char **arg)
{
	ConnContextPriv *p = best_context()->context_priv;

	for (unsigned i = 0; i < 2; i++) {
		for (unsigned j = 0; j < 2; j++) {
			gcry_mpi_t priv = i ? p->our_old_dh_key.priv : p->our_dh_key.priv;
			gcry_mpi_t pub = j ? p->their_old_y : p->their_y;

			if (!priv || !pub)
				continue;
			printf("keypair\t%u\t%u\t", p->our_keyid - i, p->their_keyid - j);
			put_mpi(priv);
			putchar('\t');
			put_mpi(pub);
			putchar('\t');
			put_hex(p->sesskeys[i][j].rcvmackey, 20);
			putchar('\n');
		}
	}
}

static const struct command {
	const char *word;
	int args;
	void (*run)(char **arg);
} commands[] = {
	{"recv", 1, do_recv}, {"say", 1, do_say}, {"start", 0, do_start}, {"end", 0, do_end},
	{"policy", 1, do_policy}, {"mms", 1, do_mms}, {"online", 1, do_online},
	{"clock", 1, do_clock}, {"poll", 0, do_poll}, {"smp", 1, do_smp},
	{"smpq", 2, do_smpq}, {"answer", 1, do_answer}, {"smpabort", 0, do_smpabort},
	{"symkey", 2, do_symkey}, {"state", 0, do_state},
	{"keys", 0, do_keys},
};

/* ---- lines ---- */

static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			*to++ = *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s == 't' ? '\t' : *s;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

static void run(char *line)
{
	char *arg[MAX_ARGS];
	int args = 0;

	for (char *tab = strchr(line, '\t'); tab; tab = strchr(tab, '\t')) {
		*tab++ = 0;
		if (args == MAX_ARGS) {
			report("error", "too many arguments");
			return;
		}
		arg[args++] = tab;
	}
	for (int i = 0; i < args; i++)
		unescape(arg[i]);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(line, commands[i].word))
			continue;
		if (args == commands[i].args)
			commands[i].run(arg);
		else
			report("error", "wrong number of arguments");
		return;
	}
	report("error", "unknown command");
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (argc != 4) {
		fputs("usage: peer NAME BUDDY DIR\n", stderr);
		return 2;
	}
	me = argv[1];
	buddy = argv[2];
	snprintf(key_file, sizeof key_file, "%s/otr.private_key", argv[3]);
	snprintf(fingerprint_file, sizeof fingerprint_file, "%s/otr.fingerprints", argv[3]);
	snprintf(tag_file, sizeof tag_file, "%s/otr.instance_tags", argv[3]);

	gcry_control(GCRYCTL_ENABLE_QUICK_RANDOM, 0);
	OTRL_INIT;
	userstate = otrl_userstate_create();
	otrl_privkey_read(userstate, key_file); /* a missing file is not an error */
	otrl_privkey_read_fingerprints(userstate, fingerprint_file, NULL, NULL);
	otrl_instag_read(userstate, tag_file);

	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		run(line);
		report("ok", NULL);
		fflush(stdout);
	}
	free(line);
	otrl_userstate_free(userstate);
	return 0;
}

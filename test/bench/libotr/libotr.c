// SPDX-License-Identifier: GPL-2.0-or-later
//
// libotr: run libotr's operations on request and say how long they take, in the
// form of otr-bench serve:
//
//	libotr DIR
//
// reads lines "NAME MILLISECONDS" and answers each with processor time in ns of
// one operation, or "memory CONVERSATIONS" with bytes.

#define _GNU_SOURCE
#include <gcrypt.h>
#include <libotr/dh.h>
#include <libotr/proto.h> // before message.h, which needs it
#include <libotr/message.h>
#include <libotr/privkey.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define PROTOCOL "prpl-bench"
#define SECRET "bread and butter"
#define FRAGMENT_SIZE 200
#define STREAM 1000 // messages
#define BUDDIES 10000

static const char *directory;

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "libotr: %s\n", what);
	exit(1);
}

static double processor_time(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return 1e9 * (u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e3 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

// Conversations. Each user has one OtrlUserState; what one sends waits in a queue
// until pump delivers it.

typedef struct user {
	OtrlUserState state;
	const char *name;
	struct user *peer;
	// With many conversations, the name under which this user is known to the
	// peer, and which stands for the peer's conversation.
	char alias[32];
	bool secure, asked;
	int same; // SMP has succeeded (1) or not (-1)
	size_t heard;
} user;

typedef struct message {
	struct message *next;
	user *to;
	char *text;
} message;

static message *queue, **queue_end = &queue;

static OtrlPolicy policy(void *data, ConnContext *context)
{
	(void)data, (void)context;
	return OTRL_POLICY_ALLOW_V3;
}

static int logged_in(void *data, const char *account, const char *protocol, const char *recipient)
{
	(void)data, (void)account, (void)protocol, (void)recipient;
	return 1;
}

static void inject(void *data, const char *account, const char *protocol, const char *recipient, const char *text)
{
	(void)account, (void)protocol, (void)recipient;
	message *m = malloc(sizeof *m);
	*m = (message){.to = ((user *)data)->peer, .text = strdup(text)};
	*queue_end = m;
	queue_end = &m->next;
}

static void nothing(void *data) { (void)data; }

static void new_fingerprint(void *data, OtrlUserState state, const char *account, const char *protocol,
                            const char *name, unsigned char fingerprint[20])
{
	(void)data, (void)state, (void)account, (void)protocol, (void)name, (void)fingerprint;
}

static void gone_secure(void *data, ConnContext *context)
{
	(void)context;
	((user *)data)->secure = true;
}

static void gone_insecure(void *data, ConnContext *context) { (void)data, (void)context; }

static void still_secure(void *data, ConnContext *context, int is_reply)
{
	(void)is_reply;
	gone_secure(data, context);
}

static void smp_event(void *data, OtrlSMPEvent event, ConnContext *context, unsigned short percent, char *question)
{
	(void)context, (void)percent, (void)question;
	user *u = data;
	switch (event) {
	case OTRL_SMPEVENT_ASK_FOR_SECRET: u->asked = true; break;
	case OTRL_SMPEVENT_SUCCESS: u->same = 1; break;
	case OTRL_SMPEVENT_IN_PROGRESS: break;
	default: u->same = -1;
	}
}

static void message_event(void *data, OtrlMessageEvent event, ConnContext *context, const char *text, gcry_error_t err)
{
	(void)data, (void)context, (void)text, (void)err;
	check(event == OTRL_MSGEVENT_LOG_HEARTBEAT_RCVD || event == OTRL_MSGEVENT_LOG_HEARTBEAT_SENT, "unexpected event");
}

static void create_instag(void *data, const char *account, const char *protocol)
{
	otrl_instag_generate(((user *)data)->state, "/dev/null", account, protocol);
}

static OtrlMessageAppOps ops = {
	.policy = policy,
	.is_logged_in = logged_in,
	.inject_message = inject,
	.update_context_list = nothing,
	.new_fingerprint = new_fingerprint,
	.write_fingerprints = nothing,
	.gone_secure = gone_secure,
	.gone_insecure = gone_insecure,
	.still_secure = still_secure,
	.handle_smp_event = smp_event,
	.handle_msg_event = message_event,
	.create_instag = create_instag,
};

static ConnContext *context_of(user *u)
{
	return otrl_context_find(u->state, u->peer->alias, u->name, PROTOCOL, OTRL_INSTAG_BEST, 0, NULL, NULL, NULL);
}

static void receive(user *u, const char *text)
{
	char *shown = NULL;
	OtrlTLV *tlvs = NULL;
	ConnContext *context = NULL;
	int internal = otrl_message_receiving(u->state, &ops, u, u->name, PROTOCOL, u->peer->alias, text, &shown, &tlvs,
	                                      &context, NULL, NULL);
	otrl_tlv_free(tlvs);
	if (!internal && shown)
		u->heard += strlen(shown);
	otrl_message_free(shown);
	if (u->asked) {
		u->asked = false;
		otrl_message_respond_smp(u->state, &ops, u, context, (const unsigned char *)SECRET, strlen(SECRET));
	}
}

static void pump(void)
{
	while (queue) {
		message *m = queue;
		queue = m->next;
		if (!queue)
			queue_end = &queue;
		receive(m->to, m->text);
		free(m->text);
		free(m);
	}
}

// send_text returns what libotr makes of a text; it is freed with
// otrl_message_free.
static char *send_text(user *u, const char *text)
{
	char *out = NULL;
	gcry_error_t err = otrl_message_sending(u->state, &ops, u, u->name, PROTOCOL, u->peer->alias, OTRL_INSTAG_BEST,
	                                        text, NULL, &out, OTRL_FRAGMENT_SEND_SKIP, NULL, NULL, NULL);
	check(!err && out, "a message cannot be sent");
	return out;
}

static void say(user *from, const char *text)
{
	size_t had = from->peer->heard;
	char *out = send_text(from, text);
	receive(from->peer, out);
	otrl_message_free(out);
	check(from->peer->heard == had + strlen(text), "a message did not arrive");
}

static void round_trip(user *alice, const char *text)
{
	say(alice, text);
	say(alice->peer, text);
}

static void exchange(user *alice)
{
	alice->secure = alice->peer->secure = false;
	receive(alice->peer, "?OTRv3?");
	pump();
	check(alice->secure && alice->peer->secure, "the key exchange did not complete");
}

static void generate_key(OtrlUserState state, const char *name)
{
	void *key;
	check(!otrl_privkey_generate_start(state, name, PROTOCOL, &key), "a key cannot be made");
	otrl_privkey_generate_calculate(key);
	FILE *file = tmpfile(); // libotr takes the key over by reading it from there
	check(file && !otrl_privkey_generate_finish_FILEp(state, key, file), "a key cannot be saved");
	fclose(file);
}

static user *new_user(const char *name)
{
	user *u = calloc(1, sizeof *u);
	u->state = otrl_userstate_create();
	u->name = name;
	snprintf(u->alias, sizeof u->alias, "%s", name);
	generate_key(u->state, name);
	return u;
}

// new_conversation returns one of its users, alice.
static user *new_conversation(void)
{
	user *alice = new_user("alice"), *bob = new_user("bob");
	alice->peer = bob;
	bob->peer = alice;
	return alice;
}

static user *private_conversation(void)
{
	user *alice = new_conversation();
	exchange(alice);
	for (int i = 0; i < 4; i++)
		round_trip(alice, "hello");
	return alice;
}

static char *letters(size_t n)
{
	char *s = malloc(n + 1);
	for (size_t i = 0; i < n; i++)
		s[i] = 'a' + i % 26;
	s[n] = 0;
	return s;
}

// Operations. prepare is called once; before, which is not measured, and run each
// time. They share their values through one struct, zero at first.

typedef struct {
	DH_keypair own, peer;
	gcry_mpi_t shared, prime;
	OtrlPrivKey *key;
	gcry_sexp_t public;
	unsigned char digest[32], *signature;
	size_t signature_size;
	user *alice;
	char *text, *sent, **fragments;
	int fragment_count;
	OtrlUserState known;
} state;

static void prepare_dh(state *s)
{
	otrl_dh_keypair_init(&s->own);
	otrl_dh_keypair_init(&s->peer);
	otrl_dh_gen_keypair(DH1536_GROUP_ID, &s->own);
	otrl_dh_gen_keypair(DH1536_GROUP_ID, &s->peer);
	s->shared = gcry_mpi_new(1536);
	gcry_mpi_scan(&s->prime, GCRYMPI_FMT_HEX,
	              "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
	              "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
	              "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
	              "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
	              "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
	              "9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
	              0, NULL);
}

static void run_dh_shared(state *s) { gcry_mpi_powm(s->shared, s->peer.pub, s->own.priv, s->prime); }

static void run_dh_key(state *s)
{
	otrl_dh_keypair_free(&s->own);
	otrl_dh_gen_keypair(DH1536_GROUP_ID, &s->own);
}

static void sign(state *s)
{
	free(s->signature);
	check(!otrl_privkey_sign(&s->signature, &s->signature_size, s->key, s->digest, sizeof s->digest), "cannot sign");
}

static gcry_mpi_t number(gcry_sexp_t key, const char *name)
{
	gcry_sexp_t pair = gcry_sexp_find_token(key, name, 0);
	gcry_mpi_t n = gcry_sexp_nth_mpi(pair, 1, GCRYMPI_FMT_USG);
	gcry_sexp_release(pair);
	return n;
}

static void prepare_dsa(state *s)
{
	user *alice = new_user("alice");
	s->key = otrl_privkey_find(alice->state, "alice", PROTOCOL);
	gcry_sexp_t dsa = gcry_sexp_find_token(s->key->privkey, "dsa", 0);
	gcry_sexp_build(&s->public, NULL, "(public-key (dsa (p %m)(q %m)(g %m)(y %m)))", number(dsa, "p"),
	                number(dsa, "q"), number(dsa, "g"), number(dsa, "y"));
	s->digest[31] = 0x5a;
	sign(s);
}

static void run_verify(state *s)
{
	check(!otrl_privkey_verify(s->signature, s->signature_size, OTRL_PUBKEY_TYPE_DSA, s->public, s->digest,
	                           sizeof s->digest),
	      "a good signature is refused");
}

static void run_generate(state *s)
{
	(void)s;
	OtrlUserState u = otrl_userstate_create();
	generate_key(u, "alice");
	otrl_userstate_free(u);
}

static void prepare_exchange(state *s) { s->alice = new_conversation(); }

static void plaintext(user *u)
{
	for (ConnContext *c = u->state->context_root; c; c = c->next)
		otrl_context_force_plaintext(c);
}

static void run_exchange(state *s)
{
	plaintext(s->alice);
	plaintext(s->alice->peer);
	exchange(s->alice);
}

static void prepare_private(state *s) { s->alice = private_conversation(); }

static void run_smp(state *s)
{
	user *alice = s->alice;
	alice->same = alice->peer->same = 0;
	otrl_message_initiate_smp(alice->state, &ops, alice, context_of(alice), (const unsigned char *)SECRET, strlen(SECRET));
	pump();
	check(alice->same == 1 && alice->peer->same == 1, "SMP did not succeed");
}

static void prepare_text(state *s, size_t n)
{
	prepare_private(s);
	s->text = letters(n);
}

static void prepare_100(state *s) { prepare_text(s, 100); }
static void prepare_1000(state *s) { prepare_text(s, 1000); }
static void prepare_60000(state *s) { prepare_text(s, 60000); }
static void prepare_64k(state *s) { prepare_text(s, 64 << 10); }
static void prepare_256k(state *s) { prepare_text(s, 256 << 10); }
static void run_ping_pong(state *s) { round_trip(s->alice, s->text); }
static void run_message(state *s) { say(s->alice, s->text); }
static void turn(state *s) { say(s->alice->peer, "your turn"); }

static void run_stream(state *s)
{
	for (int i = 0; i < STREAM; i++)
		say(s->alice, s->text);
}

static void free_fragments(state *s)
{
	for (int i = 0; i < s->fragment_count; i++)
		free(s->fragments[i]);
	free(s->fragments);
	if (s->sent)
		otrl_message_free(s->sent);
}

// run_split sends in fragments, as otrl_message_sending does if there is a
// max_message_size.
static void run_split(state *s)
{
	const int header = 37; // "?OTR|%08x|%08x,%05hu,%05hu,", and the last comma
	free_fragments(s);
	s->sent = send_text(s->alice, s->text);
	s->fragment_count = (strlen(s->sent) - 1) / (FRAGMENT_SIZE - header) + 1;
	check(!otrl_proto_fragment_create(FRAGMENT_SIZE, s->fragment_count, &s->fragments, context_of(s->alice), s->sent),
	      "cannot make fragments");
}

static void run_reassemble(state *s)
{
	user *bob = s->alice->peer;
	size_t had = bob->heard;
	for (int i = 0; i < s->fragment_count; i++)
		receive(bob, s->fragments[i]);
	check(bob->heard == had + strlen(s->text), "a message in fragments did not arrive");
}

static OtrlUserState load(const char *order)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s/otr.fingerprints", directory, order);
	OtrlUserState u = otrl_userstate_create();
	check(!otrl_privkey_read_fingerprints(u, path, NULL, NULL), "cannot read the fingerprints");
	return u;
}

static void forget(state *s)
{
	if (s->known)
		otrl_userstate_free(s->known);
	s->known = NULL;
}

static void run_load_sorted(state *s) { s->known = load("sorted"); }
static void run_load_random(state *s) { s->known = load("random"); }

static void run_lookup(state *s)
{
	unsigned char fingerprint[20] = {0};
	unsigned n = rand() % BUDDIES;
	char name[64];
	snprintf(name, sizeof name, "buddy%05u@example.org", n);
	for (int i = 0; i < 4; i++)
		fingerprint[16 + i] = n >> (24 - 8 * i);
	ConnContext *c =
		otrl_context_find(s->known, name, "alice@example.org/Home", "prpl-jabber", OTRL_INSTAG_MASTER, 0, NULL, NULL, NULL);
	check(c && otrl_context_find_fingerprint(c, fingerprint, 0, NULL), "a fingerprint is not known");
}

typedef struct {
	const char *name;
	void (*prepare)(state *);
	void (*before)(state *);
	void (*run)(state *);
	int count; // operations in one run, if it is more than one
	state *state;
} operation;

static operation operations[] = {
	{.name = "dh-shared", .prepare = prepare_dh, .run = run_dh_shared},
	{.name = "dh-key", .prepare = prepare_dh, .run = run_dh_key},
	{.name = "dsa-sign", .prepare = prepare_dsa, .run = sign},
	{.name = "dsa-verify", .prepare = prepare_dsa, .run = run_verify},
	{.name = "dsa-generate", .run = run_generate},
	{.name = "key-exchange", .prepare = prepare_exchange, .run = run_exchange},
	{.name = "ping-pong", .prepare = prepare_100, .run = run_ping_pong},
	{.name = "smp", .prepare = prepare_private, .run = run_smp},
	{.name = "stream-100", .prepare = prepare_100, .before = turn, .run = run_stream, .count = STREAM},
	{.name = "stream-1000", .prepare = prepare_1000, .before = turn, .run = run_stream, .count = STREAM},
	{.name = "stream-60000", .prepare = prepare_60000, .before = turn, .run = run_stream, .count = STREAM},
	{.name = "padded-100", .prepare = prepare_100, .before = turn, .run = run_stream, .count = STREAM},
	{.name = "padded-1000", .prepare = prepare_1000, .before = turn, .run = run_stream, .count = STREAM},
	{.name = "message-100", .prepare = prepare_100, .run = run_message},
	{.name = "fragments-64k", .prepare = prepare_64k, .before = run_split, .run = run_reassemble},
	{.name = "fragments-256k", .prepare = prepare_256k, .before = run_split, .run = run_reassemble},
	{.name = "split-64k", .prepare = prepare_64k, .run = run_split},
	{.name = "load-sorted", .before = forget, .run = run_load_sorted},
	{.name = "load-random", .before = forget, .run = run_load_random},
	{.name = "lookup", .prepare = run_load_sorted, .run = run_lookup},
};

static void once(operation *o)
{
	if (o->before)
		o->before(o->state);
	o->run(o->state);
}

// time_of returns the processor time of one operation in ns.
static double time_of(operation *o, double budget)
{
	double spent = 0;
	for (long n = 0, batch = 1;;) {
		if (o->before)
			o->before(o->state);
		double start = processor_time();
		for (long i = 0; i < batch; i++)
			o->run(o->state);
		spent += processor_time() - start;
		n += batch;
		if (spent >= budget)
			return spent / n / (o->count ? o->count : 1);
		if (!o->before && spent < budget / 4)
			batch *= 2;
	}
}

static double measure(const char *name, double budget)
{
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		operation *o = &operations[i];
		if (strcmp(o->name, name))
			continue;
		if (!o->state) {
			o->state = calloc(1, sizeof *o->state);
			if (o->prepare)
				o->prepare(o->state);
			once(o); // what happens only the first time
		}
		return time_of(o, budget);
	}
	check(false, "no such operation");
	return 0;
}

// memory_per_end is what one end of a conversation has allocated, if there are n
// conversations. Alice has all of them with users called bob..., and the other
// way round.
static double memory_per_end(int n)
{
	user *alice = new_conversation(), *bob = alice->peer;
	char *text = letters(100);
	struct mallinfo2 before = mallinfo2();
	for (int i = 0; i < n; i++) {
		snprintf(alice->alias, sizeof alice->alias, "alice%d", i);
		snprintf(bob->alias, sizeof bob->alias, "bob%d", i);
		exchange(alice);
		round_trip(alice, text);
		round_trip(alice, text);
	}
	struct mallinfo2 after = mallinfo2();
	return (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / (2.0 * n);
}

int main(int argc, char **argv)
{
	check(argc == 2, "usage: libotr DIR");
	directory = argv[1];
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_ENABLE_QUICK_RANDOM, 0); // as pidgin-otr does
	OTRL_INIT;
	setvbuf(stdout, NULL, _IOLBF, 0);
	char name[64];
	double number;
	while (scanf("%63s %lf", name, &number) == 2)
		printf("%.3f 0\n", strcmp(name, "memory") ? measure(name, 1e6 * number) : memory_per_end(number));
	return 0;
}

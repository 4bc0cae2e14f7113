// SPDX-License-Identifier: GPL-2.0-or-later

/* What IRC and XMPP write to the network, and what XMPP reads from it. Both protocols
 * have signals for that. hooks.h documents each function. */
#include "hooks.h"

#include <string.h>

#define HINTS "urn:xmpp:hints"
#define CARBONS "urn:xmpp:carbons:2"

static int irc, xmpp; /* the handles of our signals */

/* The connection that is processing a copy of a message, or NULL. */
static const PurpleConnection *copying;

/* ---- IRC ---- */

/* libpurple sends the rest of a text that is shorter than before, and sends a text that
 * is NULL for ever. So we overwrite a text that must not be sent: servers ignore a line
 * without a command, and each counts as one. */
static void on_line(PurpleConnection *gc, char **text, void *unused)
{
	PurpleAccount *account = purple_connection_get_account(gc);
	char *protocol, *name, *at;

	(void)unused;
	if (text == NULL || *text == NULL)
		return;
	protocol = g_strdup(purple_account_get_protocol_id(account));
	name = g_strdup(purple_account_get_username(account));
	if (!potrLineLeaves(protocol, name, *text))
		for (at = *text; *at != '\0'; at++)
			if (*at != '\r' && *at != '\n')
				*at = ' ';
	g_free(protocol);
	g_free(name);
}

static void on_line_arrived(PurpleConnection *gc, char **text, void *unused)
{
	PurpleAccount *account = purple_connection_get_account(gc);
	char *protocol, *name, *line;

	(void)unused;
	if (text == NULL || *text == NULL)
		return;
	protocol = g_strdup(purple_account_get_protocol_id(account));
	name = g_strdup(purple_account_get_username(account));
	line = g_strdup(*text);
	potrLineArrived(protocol, name, line);
	g_free(protocol);
	g_free(name);
	g_free(line);
}

/* ---- XMPP ---- */

static void strip(xmlnode *node)
{
	while (node->child != NULL)
		xmlnode_free(node->child);
}

static gboolean has(xmlnode *node, const char *name, const char *namespace)
{
	return xmlnode_get_child_with_namespace(node, name, namespace) != NULL;
}

static void add(xmlnode *node, const char *name, const char *namespace)
{
	if (!has(node, name, namespace))
		xmlnode_set_namespace(xmlnode_new_child(node, name), namespace);
}

/* Adds what XEP-0364 recommends for a message of OTR: hints (XEP-0334), no copies
 * (XEP-0280), and how it is encrypted (XEP-0380). */
static void mark(xmlnode *message, int encrypted)
{
	xmlnode *e, *html;

	add(message, "no-copy", HINTS);
	add(message, "no-permanent-store", HINTS);
	add(message, "private", CARBONS);
	if (!encrypted || has(message, "encryption", "urn:xmpp:eme:0"))
		return;
	e = xmlnode_new_child(message, "encryption");
	xmlnode_set_namespace(e, "urn:xmpp:eme:0");
	xmlnode_set_attrib(e, "namespace", "urn:xmpp:otr:0");
	xmlnode_set_attrib(e, "name", "OTR");
	/* libpurple takes letters of the body for smileys, for which it adds HTML. */
	while ((html = xmlnode_get_child(message, "html")) != NULL)
		xmlnode_free(html);
}

/* Returns the text of a message to one person, NULL if there is none. */
static char *text_of(xmlnode *message)
{
	xmlnode *body = xmlnode_get_child(message, "body");

	if (!purple_strequal(message->name, "message") || xmlnode_get_attrib(message, "to") == NULL ||
	    purple_strequal(xmlnode_get_attrib(message, "type"), "groupchat"))
		return NULL;
	if (body != NULL)
		return xmlnode_get_data(body);
	if (xmlnode_get_child(message, "subject") != NULL || xmlnode_get_child(message, "html") != NULL)
		return xmlnode_to_str(message, NULL);
	return NULL;
}

/* Returns whether a message may be sent, and sets *kind. */
static gboolean leaves(PurpleConnection *gc, xmlnode *message, int *kind)
{
	char *text = text_of(message);
	gboolean ok;
	PotrChat c;

	*kind = POTR_ORDINARY;
	if (text == NULL)
		return TRUE;
	c = potr_chat(purple_connection_get_account(gc), xmlnode_get_attrib(message, "to"));
	ok = potrStanzaLeaves(c, text, potr_passing(gc), kind);
	potr_chat_clear(&c);
	g_free(text);
	return ok;
}

/* An empty message is sent instead of one that must not be sent, because libpurple has
 * counted it already (XEP-0198). */
static void on_stanza(PurpleConnection *gc, xmlnode **packet, void *unused)
{
	int kind;

	(void)unused;
	if (packet == NULL || *packet == NULL || !purple_strequal((*packet)->name, "message"))
		return;
	if (xmlnode_get_child_with_namespace(*packet, "attention", "urn:xmpp:attention:0") != NULL &&
	    xmlnode_get_attrib(*packet, "to") != NULL) {
		PotrChat c = potr_chat(purple_connection_get_account(gc), xmlnode_get_attrib(*packet, "to"));

		potrBypassed(c, POTR_ATTENTION);
		potr_chat_clear(&c);
	}
	if (!leaves(gc, *packet, &kind))
		strip(*packet);
	else if (kind != POTR_ORDINARY)
		mark(*packet, kind == POTR_ENCRYPTED);
}

/* Other plugins can write text to the stream without the signal for stanzas. Whatever
 * comes from on_stanza passes, because it gives the same answer once more. */
static void on_raw(PurpleConnection *gc, const char **data, void *unused)
{
	char *wrapped;
	xmlnode *all, *node;
	gboolean ok = TRUE;
	int kind;

	(void)unused;
	if (data == NULL || *data == NULL || strstr(*data, "<message") == NULL || potr_passing(gc))
		return;
	wrapped = g_strconcat("<x>", *data, "</x>", NULL);
	all = xmlnode_from_str(wrapped, -1);
	g_free(wrapped);
	if (all == NULL) {
		PotrChat c = potr_chat_with(purple_connection_get_account(gc), "", NULL);
		char *text = g_strdup(*data);

		ok = potrStanzaLeaves(c, text, FALSE, &kind);
		potr_chat_clear(&c);
		g_free(text);
	}
	for (node = all != NULL ? all->child : NULL; node != NULL; node = node->next)
		if (node->type == XMLNODE_TYPE_TAG && !leaves(gc, node, &kind))
			ok = FALSE;
	if (all != NULL)
		xmlnode_free(all);
	if (!ok)
		*data = NULL; /* the caller frees it, and sends nothing */
}

/* Returns the message inside a copy that the server sends of what another client of
 * this account has sent or received, or from the archive; NULL if packet is none. */
static xmlnode *original(PurpleAccount *account, xmlnode *packet)
{
	const char *from = xmlnode_get_attrib(packet, "from");
	xmlnode *child, *inner = NULL;
	char *own;

	if (!purple_strequal(packet->name, "message"))
		return NULL;
	/* Anybody could pretend that something was a copy. */
	own = g_strdup(purple_normalize(account, purple_account_get_username(account)));
	if (from != NULL && !purple_strequal(own, purple_normalize(account, from)))
		packet = NULL;
	g_free(own);
	for (child = packet != NULL ? packet->child : NULL; child != NULL && inner == NULL; child = child->next) {
		const char *namespace = child->type == XMLNODE_TYPE_TAG ? xmlnode_get_namespace(child) : NULL;
		xmlnode *forwarded;

		if (namespace == NULL || (!g_str_has_prefix(namespace, "urn:xmpp:carbons:") &&
		                          !g_str_has_prefix(namespace, "urn:xmpp:mam:")))
			continue;
		forwarded = xmlnode_get_child_with_namespace(child, "forwarded", "urn:xmpp:forward:0");
		inner = forwarded != NULL ? xmlnode_get_child(forwarded, "message") : NULL;
	}
	return inner;
}

static void on_arrived(PurpleConnection *gc, xmlnode **packet, void *unused)
{
	PurpleAccount *account = purple_connection_get_account(gc);
	const char *from, *to;
	xmlnode *message, *body;
	char *text, *own;
	PotrChat c;

	(void)unused;
	copying = NULL;
	if (packet == NULL || *packet == NULL || (message = original(account, *packet)) == NULL)
		return;
	copying = gc;
	from = xmlnode_get_attrib(message, "from");
	to = xmlnode_get_attrib(message, "to");
	body = xmlnode_get_child(message, "body");
	if (from == NULL || to == NULL || body == NULL || (text = xmlnode_get_data(body)) == NULL)
		return;
	own = g_strdup(purple_normalize(account, purple_account_get_username(account)));
	c = potr_chat(account, purple_strequal(own, purple_normalize(account, from)) ? to : from);
	if (!potrCopyShown(c, text))
		strip(*packet);
	potr_chat_clear(&c);
	g_free(own);
	g_free(text);
}

int potr_copying(PurpleConnection *gc)
{
	return gc != NULL && gc == copying;
}

/* ---- Both ---- */

void potr_hook_lines(PurplePlugin *plugin)
{
	const char *id = purple_plugin_get_id(plugin);

	if (!purple_plugin_is_loaded(plugin))
		return;
	if (purple_strequal(id, "prpl-irc")) {
		purple_signals_disconnect_by_handle(&irc);
		purple_signal_connect_priority(plugin, "irc-sending-text", &irc,
			PURPLE_CALLBACK(on_line), NULL, PURPLE_SIGNAL_PRIORITY_HIGHEST);
		purple_signal_connect(plugin, "irc-receiving-text", &irc, PURPLE_CALLBACK(on_line_arrived), NULL);
	} else if (purple_strequal(id, "prpl-jabber")) {
		purple_signals_disconnect_by_handle(&xmpp);
		/* The protocol itself has the highest priority, and writes the stanza. Plugins
		 * that unpack copies have to find one that we have looked at. */
		purple_signal_connect_priority(plugin, "jabber-sending-xmlnode", &xmpp,
			PURPLE_CALLBACK(on_stanza), NULL, PURPLE_SIGNAL_PRIORITY_HIGHEST - 1);
		purple_signal_connect_priority(plugin, "jabber-sending-text", &xmpp,
			PURPLE_CALLBACK(on_raw), NULL, PURPLE_SIGNAL_PRIORITY_HIGHEST);
		purple_signal_connect_priority(plugin, "jabber-receiving-xmlnode", &xmpp,
			PURPLE_CALLBACK(on_arrived), NULL, PURPLE_SIGNAL_PRIORITY_LOWEST);
	}
}

void potr_unhook_lines(void)
{
	purple_signals_disconnect_by_handle(&irc);
	purple_signals_disconnect_by_handle(&xmpp);
	copying = NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later

/* What the user can click in a conversation's transcript: the menu items that a line
 * of ours mentions, shown behind the line. The rules in widgets.h apply here too.
 *
 * An offer is a text tag that only potr_offer creates. It is not a link: no HTML can
 * produce one, so a buddy cannot send one. When the user copies or saves it, only its
 * words remain. */
#ifndef PURPLE_OTR_OFFER_H
#define PURPLE_OTR_OFFER_H

#include <stdlib.h>
#include "../libpurple/chat.h"

/* ==== C calls Go. ==== */

/* The user has clicked an offer. c is the conversation in which it was made, under its
 * current name. */
void potrAccepted(PotrChat c, int action, char *label);

/* Returns the colour, 0xRRGGBB, that is closest to the wanted one and readable on this
 * background. */
guint potrReadableColour(guint wanted, guint background);

/* ==== Go calls C. ==== */

/* Adds an offer to the end of the conversation's window. action is ui.Action. */
void potr_offer(PotrChat c, int action, const char *label);

/* Turns the offers in all windows into plain text. */
void potr_offers_remove(void);

#endif

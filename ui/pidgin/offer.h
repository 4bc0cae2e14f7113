// SPDX-License-Identifier: GPL-2.0-or-later

/* What can be clicked in a conversation's transcript: behind a line of ours, the items
 * of the menu that the line speaks of. The rules of widgets.h hold here too.
 *
 * An offer is a text tag that only potr_offer makes. It is not a link: no HTML leads
 * to one, so that a buddy cannot write one, and what the user copies or saves has only
 * its words. */
#ifndef PURPLE_OTR_OFFER_H
#define PURPLE_OTR_OFFER_H

#include <stdlib.h>
#include "../libpurple/chat.h"

/* ==== C calls Go. ==== */

/* The user has clicked an offer. c is the conversation that it was made in, whatever
 * that is called now. */
void potrAccepted(PotrChat c, int action, char *label);

/* The colour, 0xRRGGBB, that is most like the wanted one and can be read on a
 * background of that colour. */
guint potrReadableColour(guint wanted, guint background);

/* ==== Go calls C. ==== */

/* Puts an offer at the end of what the conversation's window shows. action is
 * ui.Action. */
void potr_offer(PotrChat c, int action, const char *label);

/* Makes those in all windows plain text. */
void potr_offers_remove(void);

#endif

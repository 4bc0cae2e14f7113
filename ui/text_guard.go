// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// What goes past the entry box.

func stoppedReply(name string) string {
	return tr("Your automatic reply to %s was not sent, because it would not have been encrypted.", name)
}

func sendPicture() string {
	return tr("Your message was not sent, because there is a picture in it, and pictures cannot be encrypted. Take it out, or end the private conversation first.")
}

func stoppedOther(name string) string {
	return tr("A message to %s from another plugin or program was not sent, because it would not have been encrypted.", name)
}

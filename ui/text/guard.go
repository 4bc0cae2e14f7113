// SPDX-License-Identifier: GPL-2.0-or-later

package text

// What goes past the entry box.

func StoppedReply(name string) string {
	return tr("Your automatic reply to %s was not sent, because it would not have been encrypted.", name)
}

func SendPicture() string {
	return tr("Your message was not sent, because there is a picture in it, and pictures cannot be encrypted. Take it out, or end the private conversation first.")
}

func StoppedOther(name string) string {
	return tr("A message to %s from another plugin or program was not sent, because it would not have been encrypted.", name)
}

func StoppedByPlugin(name string) string {
	return tr("Your message to %s was not sent, because another plugin has stopped it.", name)
}

func ChangedByPlugin(name string) string {
	return tr("Your message to %s was not sent, because another plugin has changed it after it was encrypted.", name)
}

func AttentionNotEncrypted(name string) string {
	return tr("Asking %s for attention is not encrypted: the server sees it.", name)
}

func FileNotEncrypted(name string) string {
	return tr("The file that you exchange with %s is not encrypted: the server, and whoever is in between, may see it.", name)
}

func CommandStopped(command, name string) string {
	return tr("/%s was not carried out, because what it sends to %s would not be encrypted. Write into the conversation with %s instead.", command, name, name)
}

func CommandStoppedHere(command, name string) string {
	return tr("/%s was not carried out, because it would not be encrypted, and this conversation with %s is. Use another window for it.", command, name)
}

// CommandHelpGuarded is HTML.
func CommandHelpGuarded(command string) string {
	return tr("%s …: is not carried out where messages have to be encrypted, because it would send unencrypted", command)
}

func CommandHelpBuzz() string { return tr("buzz: asks for attention, which is not encrypted") }

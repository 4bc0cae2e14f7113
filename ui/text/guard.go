// SPDX-License-Identifier: GPL-2.0-or-later

package text

// What is sent without being typed in a conversation, and is not encrypted.

func ReplyNotSent(name string) string {
	return tr("Your automatic reply to %s was not sent because it would not have been encrypted.", name)
}

func SendPicture() string {
	return tr("Your message was not sent because it contains a picture, and pictures cannot be encrypted. Remove the picture, or end the private conversation first.")
}

func OtherNotSent(name string) string {
	return tr("A message to %s from another plugin or program was not sent because it would not have been encrypted.", name)
}

func LineNotSent(name string) string {
	// Translators: %s is the name of a buddy.
	return tr("A message to %s was not sent because a command or another program would have sent it unencrypted. Write it here instead.", name)
}

func StoppedByPlugin(name string) string {
	return tr("Your message to %s was not sent because another plugin stopped it.", name)
}

func ChangedByPlugin(name string) string {
	return tr("Your message to %s was not sent because another plugin changed it after it was encrypted.", name)
}

func AttentionNotEncrypted(name string) string {
	return tr("“Get Attention” is not encrypted: the server can see that you asked %s for attention.", name)
}

func FileNotEncrypted(name string) string {
	return tr("The file transfer with %s is not encrypted: the server and anyone along the way may be able to see the file.", name)
}

func CommandNotRun(command, name string) string {
	// Translators: the first %s is a command such as “me”, the others are the name of a buddy.
	return tr("/%s was not run because its message to %s would not be encrypted. Type the message in the conversation with %s instead.", command, name, name)
}

func CommandNotRunHere(command, name string) string {
	// Translators: the first %s is a command such as “me”, the second the name of a buddy.
	return tr("/%s was not run because it would not be encrypted, and this conversation with %s is. Run it in another window.", command, name)
}

// CommandHelpGuarded is HTML.
func CommandHelpGuarded(command string) string {
	// Translators: the help of a command; %s is its name.
	return tr("%s …: not available where messages must be encrypted, because it sends them unencrypted", command)
}

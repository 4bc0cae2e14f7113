// SPDX-License-Identifier: GPL-2.0-or-later

package text

// A buddy has a new name, or their old name belongs to someone else.

func RenamedNotice(before, now string) string {
	return tr("%s is now called %s. The private conversation continues with the same key.", before, now)
}

func RenamedHeading(before, now string) string {
	return tr("%s is now called %s", before, now)
}

func RenamedText(before, now string) string {
	return tr("You verified this key for %s. Should it count as verified for %s too? The person who uses this key is the same, whatever name they use.", before, now)
}

func RenamedKeep() string { return trc("button", "Keep as verified") }

// NameTaken is shown when the name of a conversation now belongs to someone else.
func NameTaken(name string) string {
	return tr("The name %s now belongs to someone else. The private conversation under this name has ended, and your messages will not be sent until you start a new one or end this one too.", name)
}

// AddressLost is shown when we no longer know who the address of a conversation leads
// to.
func AddressLost(name string) string {
	return tr("The private conversation with %s has ended, because this address may now lead to someone else. This happens when you leave a chat room, or when your account changes. Your messages will not be sent until you start a new private conversation or end this one too.", name)
}

// SPDX-License-Identifier: GPL-2.0-or-later

package text

// A buddy who is signed in with several programs, and what the levels mean.

func MenuBest() string   { return tr("Send to the most se_cure session") }
func MenuRecent() string { return tr("Send to the session that wrote _last") }

func MenuSession(n int, level string, current bool) string {
	if current {
		return tr("Send to session _%d (%s, in use)", n, level)
	}
	return tr("Send to session _%d (%s)", n, level)
}

func SeveralSessions(name string) string {
	return tr("%s is signed in with several programs. What you write goes to one of them, the most secure; you can choose another one from the OTR menu.", name)
}

// StartedBeside is about a session that does not get what the user types.
func StartedBeside(name string, n int, level string, now int) string {
	return tr("Another program under the name of %s has started session %d (%s). What you write goes to session %d as before.", name, n, level, now)
}

func SessionChosen(name string, n int, level string) string {
	return tr("What you write to %s now goes to session %d (%s).", name, n, level)
}

func OneSession(name string) string {
	return tr("There are not several sessions of %s to choose from.", name)
}

func SessionHelp() string {
	return tr("To choose, type /otr session best, /otr session last, or /otr session and a number.")
}

func SessionGone(name string) string {
	return tr("%s has left that session.", name)
}

func SessionEnded(name string, ended, now int) string {
	return tr("%s has ended session %d. What you write now goes to session %d.", name, ended, now)
}

func SpokeElsewhere(name string, from, to int) string {
	return tr("%s has written from session %d, but what you write goes to session %d, and may not be seen at once. You can choose another one from the OTR menu.", name, from, to)
}

func SessionFollowed(name string, n int, level string) string {
	return tr("%s now writes from session %d (%s), so your messages go there too.", name, n, level)
}

func ExplainTitle() string   { return tr("What does this mean?") }
func ExplainHeading() string { return tr("How private a conversation is") }
func MenuExplain() string    { return tr("_What does this mean?") }

func ExplainText() string {
	return tr("Not private: anybody on the way can read what you write, as on a postcard.\n\nUnverified: what you write is encrypted, but nobody has checked who reads it. Somebody could stand in between and pretend to be your buddy.\n\nPrivate: what you write is encrypted, and you have made sure that it is your buddy who reads it. Afterwards nobody can prove what either of you wrote.\n\nFinished: the private conversation is over, because your buddy has ended it, or you went off line, or nobody wrote for long. Nothing that you write is sent until you start a new one or end this one as well.")
}

func ToolKnown() string    { return tr("Known fingerprints…") }
func ToolKeys() string     { return tr("My keys…") }
func ToolSettings() string { return tr("Privacy settings…") }
func ToolExplain() string  { return tr("What does “private” mean?") }
func ToolBuddy() string    { return tr("OTR settings…") }

func ChosenItem(label string) string {
	return trc("a menu item that is chosen now", "%s (chosen)", label)
}

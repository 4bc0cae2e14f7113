// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/internal/version"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// commands performs what the user asks for.
type commands struct{ *App }

// Do performs what the user chose from the menu.
func (a *App) Do(c ui.Chat, act ui.Action, arg uint32) {
	if problem := a.commands.do(c, act, arg); problem != "" {
		a.notice(c, ui.Warning, true, problem)
	}
}

// Accept performs what a line of ours offered under label. If the conversation's menu no
// longer has the same item, it shows the status instead.
func (a *App) Accept(c ui.Chat, act ui.Action, label string) {
	if item, ok := a.View(c).Item(act); ok && item.Plain() == label {
		a.Do(c, act, item.Arg)
		return
	}
	level := a.level(c)
	a.notice(c, ui.Info, false, status(a.name(c), level, a.host.Logging(c)), statusOffers(level)...)
}

// Command performs what follows "/otr". The problem, if there is one, is HTML, ready to be
// shown.
func (a *App) Command(c ui.Chat, args string) (problem string) {
	args = strings.ToLower(strings.TrimSpace(args))
	if word, which, _ := strings.Cut(args, " "); word == "session" {
		return text.Escape(a.router.sessionCommand(c, strings.TrimSpace(which)))
	}
	switch args {
	case "start", "refresh":
		return text.Escape(a.commands.do(c, ui.StartOrRefresh, 0))
	case "end", "stop":
		return text.Escape(a.commands.do(c, ui.End, 0))
	case "verify", "auth":
		return text.Escape(a.commands.do(c, ui.Verify, 0))
	case "settings":
		return text.Escape(a.commands.do(c, ui.BuddySettings, 0))
	case "fingerprints":
		return text.Escape(a.commands.do(c, ui.KnownFingerprints, 0))
	case "keys":
		return text.Escape(a.commands.do(c, ui.MyKeys, 0))
	case "unlock":
		return text.Escape(a.commands.do(c, ui.UnlockKeys, 0))
	case "lock":
		return text.Escape(a.commands.do(c, ui.LockKeys, 0))
	case "protect":
		return text.Escape(a.commands.do(c, ui.ProtectKeys, 0))
	case "import":
		return text.Escape(a.commands.do(c, ui.ImportKeys, 0))
	case "backup":
		return text.Escape(a.commands.do(c, ui.BackUpKeys, 0))
	case "restore":
		return text.Escape(a.commands.do(c, ui.RestoreKeys, 0))
	case "status":
		a.notice(c, ui.Info, true, a.commands.statusText(c))
		return ""
	case "version":
		a.notice(c, ui.Info, true, text.AppName+" "+version.String())
		return ""
	case "help", "":
		a.notice(c, ui.Info, true, text.CommandHelp())
		return ""
	}
	return text.Escape(text.CommandUnknown())
}

func (cm commands) do(c ui.Chat, act ui.Action, arg uint32) (problem string) {
	if cm.closed {
		return text.TurningOff()
	}
	switch act {
	case ui.StartOrRefresh:
		return cm.start(c)
	case ui.End:
		return cm.endByUser(c)
	case ui.Verify:
		return cm.verifier.verify(c)
	case ui.SendToBest, ui.SendToRecent, ui.SendToSession:
		return cm.router.sendTo(c, act, int(arg))
	case ui.BuddySettings:
		return cm.prefs.editBuddySettings(c)
	case ui.Explain:
		cm.router.explain(c)
	case ui.Settings:
		cm.prefs.editGlobalSettings()
	default:
		return cm.keys.Do(act)
	}
	return ""
}

func (cm commands) start(c ui.Chat) (problem string) {
	name := cm.name(c)
	if cm.prefs.policy(c) == otr.Off {
		return text.TurnedOff(name)
	}
	if !cm.host.Connected(c) {
		return text.NotConnected()
	}
	if !cm.keys.Ready(func() { cm.Do(c, ui.StartOrRefresh, 0) }) {
		if cm.keys.Waiting() {
			return "" // it starts in a moment
		}
		return text.KeysLocked()
	}
	t, err := cm.enter(c)
	if err != nil {
		return text.NoSession()
	}
	if cm.prefs.policy(c)&otr.AllowV4 != 0 {
		cm.keys.PrepareIdentity(ui.AccountOf(c), true)
	}
	cm.applySettings(t)
	t.noticed, t.known = nil, true
	refresh := t.session.Status().State == otr.Encrypted
	cm.notice(c, ui.Info, true, text.Asking(name, refresh))
	out, err := t.session.Start()
	if err == nil {
		t.noAnswerAt, t.answered = cm.now().Add(answerDelay), false
		err = cm.perform(t, out)
	}
	// The exchange will need the key, so make it before the answer comes. If an earlier
	// attempt failed, try again, because the user asked for this.
	if err == nil {
		cm.keys.Prepare(c)
	}
	cm.update(t)
	if err != nil {
		t.awaitNothing()
		return text.NotStarted(name)
	}
	return ""
}

func (cm commands) endByUser(c ui.Chat) (problem string) {
	t := cm.conversations[c]
	if cm.left[c] && (t == nil || !t.active()) {
		delete(cm.left, c)
		cm.notice(c, ui.Info, false, text.EndedByUs(cm.name(c), false))
		cm.host.Refresh(c)
		return ""
	}
	if t == nil || !t.active() {
		return text.NoPrivate(cm.name(c))
	}
	cm.end(t, text.EndedByUs)
	return ""
}

// end ends the private conversation and held text, if there is any, and says so with line.
func (cm commands) end(t *conversation, line func(name string, told bool) string) {
	private := t.session.Status().State == otr.Encrypted
	t.session.Unselect() // with all of the buddy's clients
	out, err := t.session.End()
	if sendErr := cm.perform(t, out); err == nil {
		err = sendErr
	}
	t.awaitNothing()
	cm.notice(t.chat, ui.Info, false, line(cm.name(t.chat), !private || err == nil))
	cm.update(t)
}

func (cm commands) statusText(c ui.Chat) string {
	level := cm.level(c)
	lines := []string{status(cm.name(c), level, cm.host.Logging(c))}
	if line := cm.versionLine(c); line != "" {
		lines = append(lines, line)
	}
	if cm.prefs.policy(c) == otr.Off {
		lines = append(lines, text.TurnedOff(cm.name(c)))
	}
	if cm.keys.Locked() {
		lines = append(lines, text.KeysLocked())
	}
	var theirs otr.Fingerprint
	if t := cm.conversations[c]; t != nil && level != ui.NotPrivate {
		theirs = t.session.Status().Fingerprint
	}
	if !theirs.IsZero() {
		lines = append(lines, labelled(text.VerifyTheirs(cm.name(c), text.Clean(c.Peer, text.MaxName), text.ProtocolName(c.Protocol)), theirs))
	}
	if k := cm.store.OwnKey(ui.AccountOf(c), theirs); k != nil {
		lines = append(lines, labelled(text.VerifyMine(ui.AccountName(ui.AccountOf(c)), text.ProtocolName(c.Protocol)), k.Fingerprint()))
	}
	return strings.Join(lines, "\n")
}

// labelled returns a fingerprint after its label, or below it if it has several lines.
func labelled(label string, f otr.Fingerprint) string {
	lines := f.Lines()
	if len(lines) == 1 {
		return label + " " + lines[0]
	}
	return label + "\n" + strings.Join(lines, "\n")
}

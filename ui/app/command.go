// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"strings"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Do carries out what the user chose from the menu.
func (a *App) Do(c ui.Chat, act ui.Action, arg uint32) {
	if problem := a.do(c, act, arg); problem != "" {
		a.notice(c, ui.Warning, true, problem)
	}
}

// Command carries out what follows "/otr". The problem, if there is one, is
// HTML, ready to be shown.
func (a *App) Command(c ui.Chat, args string) (problem string) {
	args = strings.ToLower(strings.TrimSpace(args))
	if word, which, _ := strings.Cut(args, " "); word == "session" {
		return text.Escape(a.sessionCommand(c, strings.TrimSpace(which)))
	}
	switch args {
	case "start", "refresh":
		return text.Escape(a.do(c, ui.StartOrRefresh, 0))
	case "end", "stop":
		return text.Escape(a.do(c, ui.End, 0))
	case "verify", "auth":
		return text.Escape(a.do(c, ui.Verify, 0))
	case "settings":
		return text.Escape(a.do(c, ui.BuddySettings, 0))
	case "fingerprints":
		return text.Escape(a.do(c, ui.KnownFingerprints, 0))
	case "keys":
		return text.Escape(a.do(c, ui.MyKeys, 0))
	case "unlock":
		return text.Escape(a.do(c, ui.UnlockKeys, 0))
	case "protect":
		return text.Escape(a.do(c, ui.ProtectKeys, 0))
	case "import":
		return text.Escape(a.do(c, ui.ImportKeys, 0))
	case "backup":
		return text.Escape(a.do(c, ui.BackUpKeys, 0))
	case "restore":
		return text.Escape(a.do(c, ui.RestoreKeys, 0))
	case "status":
		a.notice(c, ui.Info, true, a.statusText(c))
		return ""
	case "help", "":
		a.notice(c, ui.Info, true, text.CommandHelp())
		return ""
	}
	return text.Escape(text.CommandUnknown())
}

func (a *App) do(c ui.Chat, act ui.Action, arg uint32) (problem string) {
	if a.closed {
		return text.ClosedDown()
	}
	switch act {
	case ui.StartOrRefresh:
		return a.start(c)
	case ui.End:
		return a.endByUser(c)
	case ui.Verify:
		return a.verify(c)
	case ui.SendToBest, ui.SendToRecent, ui.SendToSession:
		return a.sendTo(c, act, int(arg))
	case ui.BuddySettings:
		return a.buddySettings(c)
	case ui.Explain:
		a.explain(c)
	case ui.Settings:
		a.globalSettings()
	default:
		return a.keys.Do(act)
	}
	return ""
}

func (a *App) start(c ui.Chat) (problem string) {
	name := a.name(c)
	if a.policy(c) == otr.Off {
		return text.SwitchedOff(name)
	}
	if !a.host.Connected(c) {
		return text.NotConnected()
	}
	if !a.keys.Ready(func() { a.Do(c, ui.StartOrRefresh, 0) }) {
		return text.KeysLocked()
	}
	t, err := a.enter(c)
	if err != nil {
		return text.NoSession()
	}
	a.obey(t)
	t.hints = nil
	refresh := t.session.Status().State == otr.Encrypted
	a.notice(c, ui.Info, true, text.Attempting(name, refresh))
	out, err := t.session.Start()
	if err == nil {
		t.patience = a.now().Add(answerTime)
		err = a.carry(t, out)
	}
	// The exchange will need the key: have it ready when the answer comes. The
	// user asked for this, so a key that could not be made is tried again.
	if err == nil {
		a.keys.Prepare(c)
	}
	a.settle(t)
	if err != nil {
		t.patience = noTime
		return text.NotStarted(name)
	}
	return ""
}

func (a *App) endByUser(c ui.Chat) (problem string) {
	t := a.talks[c]
	if a.left[c] && (t == nil || !t.active()) {
		delete(a.left, c)
		a.notice(c, ui.Info, false, text.EndedByUs(a.name(c), false))
		a.host.Refresh(c)
		return ""
	}
	if t == nil || !t.active() {
		return text.NoPrivate(a.name(c))
	}
	a.end(t, text.EndedByUs)
	return ""
}

// end ends whatever there is of a private conversation and says so with line.
func (a *App) end(t *talk, line func(name string, told bool) string) {
	private := t.session.Status().State == otr.Encrypted
	t.session.Unselect() // all of the buddy's programs
	out, err := t.session.End()
	if sendErr := a.carry(t, out); err == nil {
		err = sendErr
	}
	t.patience = noTime
	a.notice(t.chat, ui.Info, false, line(a.name(t.chat), !private || err == nil))
	a.settle(t)
}

func (a *App) statusText(c ui.Chat) string {
	level := a.level(c)
	lines := []string{status(a.name(c), level, a.host.Logging(c))}
	if a.policy(c) == otr.Off {
		lines = append(lines, text.SwitchedOff(a.name(c)))
	}
	if a.keys.Locked() {
		lines = append(lines, text.KeysLocked())
	}
	if t := a.talks[c]; t != nil && level != ui.NotPrivate {
		if f := t.session.Status().Fingerprint; !f.IsZero() {
			lines = append(lines, text.VerifyTheirs(a.name(c), text.Clean(c.Peer, text.MaxName), text.ProtocolName(c.Protocol))+" "+f.String())
		}
	}
	if k := a.store.Key(ui.AccountOf(c)); k != nil {
		lines = append(lines, text.VerifyMine(ui.AccountName(ui.AccountOf(c)), text.ProtocolName(c.Protocol))+" "+k.Fingerprint().String())
	}
	return strings.Join(lines, "\n")
}

// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"strings"

	"purple-otr/otr"
	"purple-otr/ui/text"
)

// Do carries out what the user chose from the menu.
func (a *App) Do(c Chat, act Action, arg uint32) {
	if problem := a.do(c, act, arg); problem != "" {
		a.notice(c, Warning, true, problem)
	}
}

// Command carries out what follows "/otr". The problem, if there is one, is
// HTML, ready to be shown.
func (a *App) Command(c Chat, args string) (problem string) {
	args = strings.ToLower(strings.TrimSpace(args))
	if word, which, _ := strings.Cut(args, " "); word == "session" {
		return text.Escape(a.sessionCommand(c, strings.TrimSpace(which)))
	}
	switch args {
	case "start", "refresh":
		return text.Escape(a.do(c, StartOrRefresh, 0))
	case "end", "stop":
		return text.Escape(a.do(c, End, 0))
	case "verify", "auth":
		return text.Escape(a.do(c, Verify, 0))
	case "settings":
		return text.Escape(a.do(c, BuddySettings, 0))
	case "fingerprints":
		return text.Escape(a.do(c, KnownFingerprints, 0))
	case "keys":
		return text.Escape(a.do(c, MyKeys, 0))
	case "unlock":
		return text.Escape(a.do(c, UnlockKeys, 0))
	case "protect":
		return text.Escape(a.do(c, ProtectKeys, 0))
	case "import":
		return text.Escape(a.do(c, ImportKeys, 0))
	case "backup":
		return text.Escape(a.do(c, BackUpKeys, 0))
	case "restore":
		return text.Escape(a.do(c, RestoreKeys, 0))
	case "status":
		a.notice(c, Info, true, a.statusText(c))
		return ""
	case "help", "":
		a.notice(c, Info, true, text.CommandHelp())
		return ""
	}
	return text.Escape(text.CommandUnknown())
}

func (a *App) do(c Chat, act Action, arg uint32) (problem string) {
	if a.closed {
		return text.ClosedDown()
	}
	switch act {
	case StartOrRefresh:
		return a.start(c)
	case End:
		return a.endByUser(c)
	case Verify:
		return a.verify(c)
	case SendToBest, SendToRecent, SendToSession:
		return a.sendTo(c, act, int(arg))
	case BuddySettings:
		return a.buddySettings(c)
	case Explain:
		a.explain(c)
	case KnownFingerprints:
		a.knownFingerprints()
	case MyKeys:
		a.myKeys()
	case Settings:
		a.globalSettings()
	case UnlockKeys:
		if !a.store.Locked() {
			return text.NotLocked()
		}
		a.unlock(false, nil)
	case ProtectKeys:
		a.askProtection("")
	case ImportKeys:
		a.askImport()
	case BackUpKeys:
		a.askBackup("")
	case RestoreKeys:
		a.askRestore()
	}
	return ""
}

func (a *App) start(c Chat) (problem string) {
	name := a.name(c)
	if a.policy(c) == otr.Off {
		return text.SwitchedOff(name)
	}
	if !a.host.Connected(c) {
		return text.NotConnected()
	}
	a.reload()
	if a.store.Locked() {
		a.unlock(false, func() { a.Do(c, StartOrRefresh, 0) })
		return text.KeysLocked()
	}
	t, err := a.talk(c)
	if err != nil {
		return text.NoSession()
	}
	a.obey(t)
	t.hints = nil
	refresh := t.session.Status().State == otr.Encrypted
	a.notice(c, Info, true, text.Attempting(name, refresh))
	out, err := t.session.Start()
	if err == nil {
		t.patience = a.now().Add(answerTime)
		err = a.carry(t, out)
	}
	// The exchange will need the key: have it ready when the answer comes. The
	// user asked for this, so a key that could not be made is tried again.
	if err == nil && a.store.Key(account(c)) == nil {
		a.retryKey(account(c))
		a.needKey(t, true)
	}
	a.settle(t)
	if err != nil {
		t.patience = noTime
		return text.NotStarted(name)
	}
	return ""
}

func (a *App) endByUser(c Chat) (problem string) {
	t := a.talks[c]
	if a.left[c] && (t == nil || !t.active()) {
		delete(a.left, c)
		a.notice(c, Info, false, text.EndedByUs(a.name(c), false))
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
	a.notice(t.chat, Info, false, line(a.name(t.chat), !private || err == nil))
	a.settle(t)
}

func (a *App) statusText(c Chat) string {
	level := a.level(c)
	lines := []string{status(a.name(c), level, a.host.Logging(c))}
	if a.policy(c) == otr.Off {
		lines = append(lines, text.SwitchedOff(a.name(c)))
	}
	if a.store.Locked() {
		lines = append(lines, text.KeysLocked())
	}
	if t := a.talks[c]; t != nil && level != NotPrivate {
		if f := t.session.Status().Fingerprint; !f.IsZero() {
			lines = append(lines, text.VerifyTheirs(a.name(c), text.Clean(c.Peer, text.MaxName), text.ProtocolName(c.Protocol))+" "+f.String())
		}
	}
	if k := a.store.Key(account(c)); k != nil {
		lines = append(lines, text.VerifyMine(accountName(account(c)), text.ProtocolName(c.Protocol))+" "+k.Fingerprint().String())
	}
	return strings.Join(lines, "\n")
}

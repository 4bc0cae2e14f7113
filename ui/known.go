// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// A knownKey is what a row of the table is about.
type knownKey struct {
	chat        Chat
	fingerprint otr.Fingerprint
}

// id is the row's; the names in a Chat have no zero bytes.
func (k knownKey) id() string {
	return k.chat.Protocol + "\x00" + k.chat.Account + "\x00" + k.chat.Peer + "\x00" + k.fingerprint.String()
}

// knownKeys lists all there are.
func (a *App) knownKeys() (all []knownKey) {
	for _, b := range a.store.Buddies() {
		for _, k := range a.store.Known(b) {
			key := knownKey{Chat{b.Protocol, b.Name, b.Peer}, k.Fingerprint}
			if !slices.ContainsFunc(all, func(o knownKey) bool { return o.id() == key.id() }) {
				all = append(all, key)
			}
		}
	}
	return all
}

// known finds what a row is about; it may have gone since it was shown.
func (a *App) known(id string) (knownKey, bool) {
	for _, k := range a.knownKeys() {
		if k.id() == id {
			return k, true
		}
	}
	return knownKey{}, false
}

// inUse is the level of the conversation in which k is the buddy's key now, or
// NotPrivate. Any of the buddy's programs counts.
func (a *App) inUse(k knownKey) Level {
	t := a.talks[k.chat]
	if t == nil {
		return NotPrivate
	}
	best := NotPrivate
	for _, st := range t.session.Instances() {
		if st.Fingerprint != k.fingerprint {
			continue
		}
		if level := a.security(k.chat, st); level > best {
			best = level
		}
		if st.State == otr.Finished && best == NotPrivate {
			best = Finished
		}
	}
	return best
}

func (a *App) knownFingerprints() {
	a.reload()
	if a.store.Locked() {
		a.unlock(false, a.knownFingerprints)
		return
	}
	a.host.ShowTable(Table{
		Title: knownTitle(), Heading: knownHeading(), Empty: knownEmpty(),
		Search: tableSearch(), Close: buttonClose(),
		Columns: []string{
			columnBuddy(), columnAccount(), columnStatus(), columnVerified(),
			columnFingerprint(), columnFirst(), columnLast(),
		},
		Rows: a.knownRows,
		Actions: []TableAction{
			a.onKnown(actionVerify(), always, func(k knownKey) { a.compare(k.chat, k.fingerprint) }),
			a.onKnown(actionWithdraw(), func(k knownKey) bool { return a.trusted(k.chat, k.fingerprint) }, a.withdraw),
			a.onKnown(actionShow(), always, a.showKnown),
			a.onKnown(actionStart(), a.canStart, func(k knownKey) { a.Do(k.chat, StartOrRefresh, 0) }),
			a.onKnown(actionEnd(), func(k knownKey) bool { return a.inUse(k) != NotPrivate }, func(k knownKey) { a.Do(k.chat, End, 0) }),
			a.onKnown(actionForget(), func(k knownKey) bool { return !a.encryptedWith(k) }, a.forget),
		},
	})
}

func always(knownKey) bool { return true }

// encryptedWith reports whether what somebody writes now is encrypted for k.
func (a *App) encryptedWith(k knownKey) bool {
	level := a.inUse(k)
	return level == Unverified || level == Private
}

func (a *App) canStart(k knownKey) bool {
	return !a.encryptedWith(k) && a.policy(k.chat) != otr.Off && a.host.Connected(k.chat)
}

// onKnown is a button. What it is about, and whether it may be pressed, is
// looked up when it is: the row may be out of date.
func (a *App) onKnown(label string, may func(knownKey) bool, do func(knownKey)) TableAction {
	return TableAction{
		Label: label,
		Enabled: func(id string) bool {
			k, ok := a.known(id)
			return ok && !a.closed && may(k)
		},
		Do: func(id string) {
			if k, ok := a.known(id); ok && !a.closed && may(k) {
				do(k)
			}
		},
	}
}

func (a *App) knownRows() []Row {
	var rows []Row
	for _, k := range a.knownKeys() {
		trust, _ := a.store.Trust(buddy(k.chat), k.fingerprint)
		seen := a.store.Seen(buddy(k.chat), k.fingerprint)
		rows = append(rows, Row{ID: k.id(), Cells: []string{
			a.fullName(k.chat),
			accountCell(accountName(account(k.chat)), protocolName(k.chat.Protocol)),
			a.useText(k),
			trustText(trust),
			k.fingerprint.String(),
			dayText(seen.First),
			dayText(seen.Last),
		}})
	}
	return rows
}

// fullName tells two buddies of the same alias apart.
func (a *App) fullName(c Chat) string {
	name, peer := a.name(c), clean(c.Peer, maxName)
	if name == peer {
		return peer
	}
	return accountCell(name, peer)
}

func (a *App) useText(k knownKey) string {
	if level := a.inUse(k); level != NotPrivate {
		return levelWord(level)
	}
	return statusUnused()
}

// trustText keeps apart how a key was verified. Other programs have words of
// their own for it, which mean the same as ours.
func trustText(t keystore.Trust) string {
	switch {
	case !t.Trusted():
		return verifiedNo()
	case t == keystore.VerifiedSMP:
		return verifiedQuestion()
	}
	return verifiedCompared()
}

func dayText(d keystore.Day) string {
	if d == "" {
		return dayUnknown()
	}
	return string(d)
}

func (a *App) showKnown(k knownKey) {
	name := a.name(k.chat)
	a.host.AskForm(Form{
		Title: showTitle(), Heading: a.fullName(k.chat),
		Fields: []Field{
			{Kind: Fingerprint, Label: showLabel(), Value: k.fingerprint.String()},
			{Kind: QR, Label: knownCode(name), Value: keyURI(keystore.Account{Protocol: k.chat.Protocol, Name: k.chat.Peer}, k.fingerprint)},
		},
		Cancel: buttonClose(), Done: func(bool, []string) {},
	})
}

func (a *App) withdraw(k knownKey) {
	name := a.name(k.chat)
	a.host.AskQuestion(Question{
		Title: withdrawTitle(), Heading: withdrawHeading(name), Text: withdrawText(name),
		Buttons: []string{buttonWithdraw(), buttonCancel()},
		Done: func(button int) {
			if _, ok := a.known(k.id()); ok && button == 0 && !a.closed {
				a.record(k.chat, k.fingerprint, keystore.Unverified)
			}
		},
	})
}

func (a *App) forget(k knownKey) {
	name := a.name(k.chat)
	a.host.AskQuestion(Question{
		Title: forgetTitle(), Heading: forgetHeading(name),
		Text:    forgetText(name, a.trusted(k.chat, k.fingerprint)),
		Buttons: []string{buttonForget(), buttonCancel()},
		Done: func(button int) {
			if button != 0 || a.closed || a.encryptedWith(k) {
				return
			}
			if err := a.store.Forget(buddy(k.chat), k.fingerprint); err != nil {
				a.alertSave(knownSaveHeading(), err)
			}
			a.host.RefreshTables()
		},
	})
}

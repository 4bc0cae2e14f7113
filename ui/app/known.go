// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A knownKey is what a row of the table is about. One key of a buddy is one row,
// whatever the XMPP resource of the user's account was when it was recorded.
type knownKey struct {
	// chat is where the key is in use, or would be if a conversation began now.
	chat        ui.Chat
	fingerprint otr.Fingerprint
}

// id is the row's; the names in a Chat have no zero bytes.
func (k knownKey) id() string {
	b := buddy(k.chat).Bare()
	return b.Protocol + "\x00" + b.Name + "\x00" + b.Peer + "\x00" + k.fingerprint.String()
}

// A place says where the user talks to somebody now: which of the accounts there
// are has the bare name, and in which conversations.
type place struct {
	accounts map[keystore.Account][]keystore.Account
	talks    map[keystore.Buddy][]*talk
}

func (a *App) place() place {
	p := place{map[keystore.Account][]keystore.Account{}, map[keystore.Buddy][]*talk{}}
	for _, acc := range a.host.Accounts() {
		p.accounts[acc.Bare()] = append(p.accounts[acc.Bare()], acc)
	}
	for _, t := range a.all() {
		b := buddy(t.chat).Bare()
		p.talks[b] = append(p.talks[b], t)
	}
	return p
}

// key is a buddy's with f, where it is in use or could be.
func (a *App) key(p place, b keystore.Buddy, f otr.Fingerprint) knownKey {
	k := knownKey{ui.Chat{Protocol: b.Protocol, Account: b.Name, Peer: b.Peer}, f}
	at := func(acc keystore.Account) ui.Chat { return ui.Chat{Protocol: acc.Protocol, Account: acc.Name, Peer: b.Peer} }
	accounts := p.accounts[b.Account.Bare()]
	if len(accounts) > 0 && !slices.Contains(accounts, b.Account) {
		k.chat = at(accounts[0])
	}
	if len(accounts) > 1 {
		for _, acc := range accounts {
			if a.host.Connected(at(acc)) {
				k.chat = at(acc)
				break
			}
		}
	}
	best := ui.NotPrivate
	for _, t := range p.talks[b.Bare()] {
		if level := a.uses(t, f); better(level, best) {
			best, k.chat = level, t.chat
		}
	}
	return k
}

// knownKeys lists all there are.
func (a *App) knownKeys(p place) (all []knownKey) {
	seen := map[keystore.Buddy]bool{}
	for _, b := range a.store.Buddies() {
		if seen[b.Bare()] {
			continue
		}
		seen[b.Bare()] = true
		for _, k := range a.store.Known(b) {
			all = append(all, a.key(p, b, k.Fingerprint))
		}
	}
	return all
}

// known finds what a row is about; it may have gone since it was shown.
func (a *App) known(id string) (knownKey, bool) {
	part := strings.Split(id, "\x00")
	if len(part) != 4 {
		return knownKey{}, false
	}
	b := keystore.Buddy{Account: keystore.Account{Protocol: part[0], Name: part[1]}, Peer: part[2]}
	for _, k := range a.store.Known(b) {
		if k.Fingerprint.String() == part[3] {
			return a.key(a.place(), b, k.Fingerprint), true
		}
	}
	return knownKey{}, false
}

// better reports whether level is more private than best. Finished is only more
// than nothing.
func better(level, best ui.Level) bool {
	order := [...]int{ui.NotPrivate: 0, ui.Finished: 1, ui.Unverified: 2, ui.Private: 3}
	return order[level] > order[best]
}

// uses is the level of a conversation in which f is the buddy's key now, or
// NotPrivate. Any of the buddy's programs counts.
func (a *App) uses(t *talk, f otr.Fingerprint) ui.Level {
	best := ui.NotPrivate
	for _, st := range t.session.Instances() {
		if st.Fingerprint != f {
			continue
		}
		level := a.security(t.chat, st)
		if st.State == otr.Finished {
			level = ui.Finished
		}
		if better(level, best) {
			best = level
		}
	}
	return best
}

// talksWith lists the conversations in which k is the buddy's key now.
func (a *App) talksWith(p place, k knownKey) (all []*talk) {
	for _, t := range p.talks[buddy(k.chat).Bare()] {
		if a.uses(t, k.fingerprint) != ui.NotPrivate {
			all = append(all, t)
		}
	}
	return all
}

// inUse is the best level of the conversations in which k is the buddy's key.
func (a *App) inUse(p place, k knownKey) ui.Level {
	best := ui.NotPrivate
	for _, t := range a.talksWith(p, k) {
		if level := a.uses(t, k.fingerprint); better(level, best) {
			best = level
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
	a.host.ShowTable(ui.Table{
		Title: text.KnownTitle(), Heading: text.KnownHeading(), Empty: text.KnownEmpty(),
		Search: text.TableSearch(), Close: text.ButtonClose(),
		Columns: []string{
			text.ColumnBuddy(), text.ColumnAccount(), text.ColumnStatus(), text.ColumnVerified(),
			text.ColumnFingerprint(), text.ColumnFirst(), text.ColumnLast(),
		},
		Rows: a.knownRows,
		Actions: []ui.TableAction{
			a.onKnown(text.ActionVerify(), always, func(k knownKey) { a.compare(k.chat, k.fingerprint) }),
			a.onKnown(text.ActionWithdraw(), func(k knownKey) bool { return a.trusted(k.chat, k.fingerprint) }, a.withdraw),
			a.onKnown(text.ActionShow(), always, a.showKnown),
			a.onKnown(text.ActionStart(), a.canStart, func(k knownKey) { a.Do(k.chat, ui.StartOrRefresh, 0) }),
			a.onKnown(text.ActionEnd(), func(k knownKey) bool { return a.inUse(a.place(), k) != ui.NotPrivate }, a.endWith),
			a.onForget(),
		},
	})
}

func always(knownKey) bool { return true }

// encryptedWith reports whether what somebody writes now is encrypted for k.
func (a *App) encryptedWith(k knownKey) bool {
	level := a.inUse(a.place(), k)
	return level == ui.Unverified || level == ui.Private
}

// endWith ends all conversations in which k is the buddy's key.
func (a *App) endWith(k knownKey) {
	for _, t := range a.talksWith(a.place(), k) {
		a.Do(t.chat, ui.End, 0)
	}
}

// onForget is the button that is off while the key is in use. A host that lets it
// be pressed all the same has the user be told why nothing is forgotten.
func (a *App) onForget() ui.TableAction {
	free := a.onKnown(text.ActionForget(), func(k knownKey) bool { return !a.encryptedWith(k) }, a.forget)
	free.Do = a.onKnown(text.ActionForget(), always, a.forget).Do
	return free
}

// keeps says that k is not forgotten, if that is so because it is in use.
func (a *App) keeps(k knownKey) bool {
	if !a.encryptedWith(k) {
		return false
	}
	name := a.name(k.chat)
	a.host.Alert(text.ForgetTitle(), text.ForgetInUse(name), text.ForgetEndFirst(name))
	return true
}

func (a *App) canStart(k knownKey) bool {
	return !a.encryptedWith(k) && a.policy(k.chat) != otr.Off && a.host.Connected(k.chat)
}

// onKnown is a button. What it is about, and whether it may be pressed, is
// looked up when it is: the row may be out of date.
func (a *App) onKnown(label string, may func(knownKey) bool, do func(knownKey)) ui.TableAction {
	return ui.TableAction{
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

func (a *App) knownRows() []ui.Row {
	var rows []ui.Row
	p := a.place()
	for _, k := range a.knownKeys(p) {
		trust, _ := a.store.Trust(buddy(k.chat), k.fingerprint)
		seen := a.store.Seen(buddy(k.chat), k.fingerprint)
		rows = append(rows, ui.Row{ID: k.id(), Cells: []string{
			a.fullName(k.chat),
			text.AccountCell(accountName(account(k.chat)), text.ProtocolName(k.chat.Protocol)),
			a.useText(p, k),
			trustText(trust),
			k.fingerprint.String(),
			dayText(seen.First),
			dayText(seen.Last),
		}})
	}
	return rows
}

// fullName tells two buddies of the same alias apart.
func (a *App) fullName(c ui.Chat) string {
	name, peer := a.name(c), text.Clean(c.Peer, text.MaxName)
	if name == peer {
		return peer
	}
	return text.AccountCell(name, peer)
}

func (a *App) useText(p place, k knownKey) string {
	if level := a.inUse(p, k); level != ui.NotPrivate {
		return levelWord(level)
	}
	return text.StatusUnused()
}

// trustText keeps apart how a key was verified. Other programs have words of
// their own for it, which mean the same as ours.
func trustText(t keystore.Trust) string {
	switch {
	case !t.Trusted():
		return text.VerifiedNo()
	case t == keystore.VerifiedSMP:
		return text.VerifiedQuestion()
	}
	return text.VerifiedCompared()
}

func dayText(d keystore.Day) string {
	if d == "" {
		return text.DayUnknown()
	}
	return string(d)
}

func (a *App) showKnown(k knownKey) {
	name := a.name(k.chat)
	a.host.AskForm(ui.Form{
		Title: text.ShowTitle(), Heading: a.fullName(k.chat),
		Fields: []ui.Field{
			{Kind: ui.Fingerprint, Label: text.ShowLabel(), Value: k.fingerprint.String()},
			{Kind: ui.QR, Label: text.KnownCode(name), Value: keyURI(keystore.Account{Protocol: k.chat.Protocol, Name: k.chat.Peer}, k.fingerprint)},
		},
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

func (a *App) withdraw(k knownKey) {
	name := a.name(k.chat)
	a.host.AskQuestion(ui.Question{
		Title: text.WithdrawTitle(), Heading: text.WithdrawHeading(name), Text: text.WithdrawText(name),
		Buttons: []string{text.ButtonWithdraw(), text.ButtonCancel()},
		Done: func(button int) {
			if _, ok := a.known(k.id()); ok && button == 0 && !a.closed {
				a.record(k.chat, k.fingerprint, keystore.Unverified)
			}
		},
	})
}

func (a *App) forget(k knownKey) {
	if a.keeps(k) {
		return
	}
	name := a.name(k.chat)
	a.host.AskQuestion(ui.Question{
		Title: text.ForgetTitle(), Heading: text.ForgetHeading(name),
		Text:    text.ForgetText(name, a.trusted(k.chat, k.fingerprint)),
		Buttons: []string{text.ButtonForget(), text.ButtonCancel()},
		Done: func(button int) {
			if button != 0 || a.closed || a.keeps(k) {
				return
			}
			if err := a.store.Forget(buddy(k.chat), k.fingerprint); err != nil {
				a.alertSave(text.KnownSaveHeading(), err)
			}
			a.host.RefreshTables()
		},
	})
}

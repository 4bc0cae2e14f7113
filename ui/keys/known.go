// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"slices"
	"strconv"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// known is the list of known fingerprints.
type known struct {
	*Keys
	contacts Contacts
}

// A knownKey is what a row of the table is about. A buddy's key has one row, whatever the
// XMPP resource of the user's account was when it was recorded.
type knownKey struct {
	// chat is where the key is in use, or where a conversation would begin now.
	chat        ui.Chat
	fingerprint otr.Fingerprint
}

// id returns the row's ID. The names in a Chat contain no zero bytes.
func (k knownKey) id() string {
	b := ui.BuddyOf(k.chat).Bare()
	return b.Protocol + "\x00" + b.Name + "\x00" + b.Peer + "\x00" + k.fingerprint.String()
}

// A place says where the user can write to buddies now: which accounts have the bare name,
// and which conversations use which keys.
type place struct {
	accounts map[keystore.Account][]keystore.Account
	uses     map[keystore.Buddy][]ui.KeyUse
}

func (kn *known) place() place {
	p := place{map[keystore.Account][]keystore.Account{}, map[keystore.Buddy][]ui.KeyUse{}}
	for _, acc := range kn.host.Accounts() {
		p.accounts[acc.Bare()] = append(p.accounts[acc.Bare()], acc)
	}
	for _, u := range kn.contacts.InUse() {
		b := ui.BuddyOf(u.Chat).Bare()
		p.uses[b] = append(p.uses[b], u)
	}
	return p
}

// usesOf lists the conversations in which f is a buddy's key now.
func (p place) usesOf(b keystore.Buddy, f otr.Fingerprint) (all []ui.KeyUse) {
	for _, u := range p.uses[b.Bare()] {
		if u.Fingerprint == f {
			all = append(all, u)
		}
	}
	return all
}

// inUse returns the best level of the conversations in which k is the buddy's key.
func (p place) inUse(k knownKey) ui.Level {
	best := ui.NotPrivate
	for _, u := range p.usesOf(ui.BuddyOf(k.chat), k.fingerprint) {
		if u.Level.Better(best) {
			best = u.Level
		}
	}
	return best
}

// key returns a buddy's key with the chat where it is in use or could be.
func (kn *known) key(p place, b keystore.Buddy, f otr.Fingerprint) knownKey {
	k := knownKey{ui.Chat{Protocol: b.Protocol, Account: b.Name, Peer: b.Peer}, f}
	at := func(acc keystore.Account) ui.Chat {
		return ui.Chat{Protocol: acc.Protocol, Account: acc.Name, Peer: b.Peer}
	}
	accounts := p.accounts[b.Account.Bare()]
	if len(accounts) > 0 && !slices.Contains(accounts, b.Account) {
		k.chat = at(accounts[0])
	}
	if len(accounts) > 1 {
		for _, acc := range accounts {
			if kn.host.Connected(at(acc)) {
				k.chat = at(acc)
				break
			}
		}
	}
	best := ui.NotPrivate
	for _, u := range p.usesOf(b, f) {
		if u.Level.Better(best) {
			best, k.chat = u.Level, u.Chat
		}
	}
	return k
}

// each iterates over the known keys.
func (kn *known) each(p place) (next func() (k knownKey, ok bool)) {
	var keys []keystore.Known // of b
	var b keystore.Buddy
	buddies, seen := kn.store.Buddies(), map[keystore.Buddy]bool{}
	return func() (k knownKey, ok bool) {
		for len(keys) == 0 {
			if len(buddies) == 0 {
				return knownKey{}, false
			}
			b, buddies = buddies[0], buddies[1:]
			if !seen[b.Bare()] {
				seen[b.Bare()] = true
				keys = kn.store.Known(b)
			}
		}
		k, keys = kn.key(p, b, keys[0].Fingerprint), keys[1:]
		return k, true
	}
}

// all lists the known keys.
func (kn *known) all(p place) (keys []knownKey) {
	next := kn.each(p)
	for k, ok := next(); ok; k, ok = next() {
		keys = append(keys, k)
	}
	return keys
}

// find returns what a row is about, which may have been deleted since it was shown.
func (kn *known) find(id string) (knownKey, bool) {
	part := strings.Split(id, "\x00")
	if len(part) != 4 {
		return knownKey{}, false
	}
	b := keystore.Buddy{Account: keystore.Account{Protocol: part[0], Name: part[1]}, Peer: part[2]}
	for _, k := range kn.store.Known(b) {
		if k.Fingerprint.String() == part[3] {
			return kn.key(kn.place(), b, k.Fingerprint), true
		}
	}
	return knownKey{}, false
}

// show shows the list.
func (kn *known) show() {
	if !kn.Ready(kn.show) {
		return
	}
	versions := kn.store.Identities().Any()
	columns := []string{
		text.ColumnBuddy(), text.ColumnAccount(), text.ColumnStatus(), text.ColumnVerified(),
		text.ColumnFingerprint(), text.ColumnFirst(), text.ColumnLast(),
	}
	if versions {
		columns = slices.Insert(columns, versionColumn, text.ColumnVersion())
	}
	each := func() func() (ui.Row, bool) { return kn.eachRow(versions) }
	kn.host.ShowTable(ui.Table{
		Title: text.KnownTitle(), Heading: text.KnownHeading(), Empty: text.KnownEmpty(),
		Search: text.TableSearch(), Close: text.ButtonClose(), Columns: columns,
		Rows: func() []ui.Row { return allRows(each()) }, Each: each,
		Actions: []ui.TableAction{
			kn.onKnown(text.ActionVerify(), always, func(k knownKey) { kn.contacts.Compare(k.chat, k.fingerprint) }),
			kn.onKnown(text.ActionUnverify(), func(k knownKey) bool { return kn.trusted(k.chat, k.fingerprint) }, kn.unverify),
			kn.onKnown(text.ActionShow(), always, kn.showKey),
			kn.onKnown(text.ActionStart(), kn.canStart, func(k knownKey) { kn.contacts.Do(k.chat, ui.StartOrRefresh, 0) }),
			kn.onKnown(text.ActionEnd(), func(k knownKey) bool { return kn.place().inUse(k) != ui.NotPrivate }, kn.endWith),
			kn.onForget(),
		},
	})
}

func always(knownKey) bool { return true }

// encryptedWith reports whether what the user types now is encrypted for k.
func (kn *known) encryptedWith(k knownKey) bool {
	level := kn.place().inUse(k)
	return level == ui.Unverified || level == ui.Private
}

// endWith ends all conversations in which k is the buddy's key.
func (kn *known) endWith(k knownKey) {
	for _, u := range kn.place().usesOf(ui.BuddyOf(k.chat), k.fingerprint) {
		kn.contacts.Do(u.Chat, ui.End, 0)
	}
}

func (kn *known) canStart(k knownKey) bool {
	return !kn.encryptedWith(k) && kn.contacts.Allowed(k.chat) && kn.host.Connected(k.chat)
}

// onForget returns the button that is disabled while the key is in use. Some hosts do not
// disable buttons; then pressing it tells the user why nothing is deleted.
func (kn *known) onForget() ui.TableAction {
	free := kn.onKnown(text.ActionForget(), func(k knownKey) bool { return !kn.encryptedWith(k) }, kn.forget)
	free.Do = kn.onKnown(text.ActionForget(), always, kn.forget).Do
	return free
}

// refuseInUse reports whether k is in use. Then it tells the user that k is therefore not
// deleted.
func (kn *known) refuseInUse(k knownKey) bool {
	if !kn.encryptedWith(k) {
		return false
	}
	name := ui.Name(kn.host, k.chat)
	kn.host.Alert(text.ForgetTitle(), text.ForgetInUse(name), text.ForgetEndFirst(name))
	return true
}

// onKnown returns a button. It looks up the key when it is pressed, because the row may be
// out of date.
func (kn *known) onKnown(label string, may func(knownKey) bool, do func(knownKey)) ui.TableAction {
	return ui.TableAction{
		Label: label,
		Enabled: func(id string) bool {
			k, ok := kn.find(id)
			return ok && !kn.closed && may(k)
		},
		Do: func(id string) {
			if k, ok := kn.find(id); ok && !kn.closed && may(k) {
				do(k)
			}
		},
	}
}

// versionColumn is where the version of keys is in the table, if it is.
const versionColumn = 4

func allRows(next func() (ui.Row, bool)) (rows []ui.Row) {
	for r, ok := next(); ok; r, ok = next() {
		rows = append(rows, r)
	}
	return rows
}

// eachRow iterates over the rows. versions says whether they have the versionColumn.
func (kn *known) eachRow(versions bool) (next func() (r ui.Row, ok bool)) {
	p := kn.place()
	key := kn.each(p)
	return func() (r ui.Row, ok bool) {
		k, ok := key()
		if !ok {
			return ui.Row{}, false
		}
		r = kn.row(p, k)
		if versions {
			r.Cells = slices.Insert(r.Cells, versionColumn, strconv.Itoa(int(k.fingerprint.Version())))
		}
		return r, true
	}
}

func (kn *known) row(p place, k knownKey) ui.Row {
	trust, _ := kn.store.Trust(ui.BuddyOf(k.chat), k.fingerprint)
	seen := kn.store.Seen(ui.BuddyOf(k.chat), k.fingerprint)
	return ui.Row{ID: k.id(), Cells: []string{
		kn.fullName(k.chat),
		text.AccountCell(ui.AccountName(ui.AccountOf(k.chat)), text.ProtocolName(k.chat.Protocol)),
		kn.useText(p, k),
		trustText(trust),
		k.fingerprint.String(),
		dayText(seen.First),
		dayText(seen.Last),
	}}
}

// fullName distinguishes two buddies with the same alias.
func (kn *known) fullName(c ui.Chat) string {
	name, peer := ui.Name(kn.host, c), text.Clean(c.Peer, text.MaxName)
	if name == peer {
		return peer
	}
	return text.AccountCell(name, peer)
}

func (kn *known) useText(p place, k knownKey) string {
	if level := p.inUse(k); level != ui.NotPrivate {
		return level.Word()
	}
	return text.StatusUnused()
}

// trustText says how a key was verified. Other programs have other words for it, which mean
// the same as ours.
func trustText(t keystore.Trust) string {
	if _, carried := t.From(); carried {
		return text.VerifiedCarried()
	}
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

func (kn *known) showKey(k knownKey) {
	name := ui.Name(kn.host, k.chat)
	kn.host.AskForm(ui.Form{
		Title: text.ShowTitle(), Heading: kn.fullName(k.chat),
		Fields: []ui.Field{
			{Kind: ui.Fingerprint, Label: text.ShowLabel(), Value: strings.Join(k.fingerprint.Lines(), "\n")},
			{Kind: ui.QR, Label: text.KnownCode(name), Value: ui.KeyURI(keystore.Account{Protocol: k.chat.Protocol, Name: k.chat.Peer}, k.fingerprint)},
		},
		Cancel: text.ButtonClose(), Done: func(bool, []string) {},
	})
}

func (kn *known) unverify(k knownKey) {
	name := ui.Name(kn.host, k.chat)
	kn.host.AskQuestion(ui.Question{
		Title: text.UnverifyTitle(), Heading: text.UnverifyHeading(name), Text: text.UnverifyText(name),
		Buttons: []string{text.ButtonUnverify(), text.ButtonCancel()},
		Done: func(button int) {
			if _, ok := kn.find(k.id()); ok && button == 0 && !kn.closed {
				kn.contacts.Record(k.chat, k.fingerprint, keystore.Unverified)
			}
		},
	})
}

func (kn *known) forget(k knownKey) {
	if kn.refuseInUse(k) {
		return
	}
	name := ui.Name(kn.host, k.chat)
	kn.host.AskQuestion(ui.Question{
		Title: text.ForgetTitle(), Heading: text.ForgetHeading(name),
		Text:    text.ForgetText(name, kn.trusted(k.chat, k.fingerprint)),
		Buttons: []string{text.ButtonForget(), text.ButtonCancel()},
		Done: func(button int) {
			if button != 0 || kn.closed || kn.refuseInUse(k) {
				return
			}
			if err := kn.store.Forget(ui.BuddyOf(k.chat), k.fingerprint); err != nil {
				kn.alertSaveError(text.KnownSaveHeading(), err)
			}
			kn.host.RefreshTables()
		},
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"
	"slices"
	"time"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// An account's key of version 4 has its own row in the list of the user's keys, after the
// row of the key for the other versions. Making one takes no time, so there are no jobs.

// identities is the part of Keys about keys of version 4.
type identities struct{ *Keys }

// PrepareIdentity makes an account's key of version 4, if it has none. A key that cannot be saved
// is not used. After a failure there is no new attempt before retryTime, unless the user asks for
// one (byUser).
func (ks *Keys) PrepareIdentity(acc keystore.Account, byUser bool) {
	id := accountID(acc)
	before, failed := ks.unsaved[id]
	switch {
	case ks.closed || ks.Locked() || ks.restoring || ks.store.Identities().Key(acc) != nil:
		return
	case failed && !byUser && ks.now().Sub(before) < retryTime:
		return
	}
	first := ks.protector.adopted() == "" // nothing here is another program's
	if err := ks.identities.make(acc); err != nil {
		if ks.unsaved == nil {
			ks.unsaved = map[string]time.Time{}
		}
		ks.unsaved[id] = ks.now()
		ks.host.Debug("a key of version 4: " + err.Error())
		if !failed || byUser {
			ks.showUnasked(text.KeyFailedHeading(nameOf4(acc)), text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
		}
		return
	}
	delete(ks.unsaved, id)
	ks.madeKey = ks.madeKey || first
	ks.keyChanged(acc)
	ks.protector.protectFirst() // there is something to protect now
}

// make makes and saves a key. If another program has saved one meanwhile, that remains.
func (id identities) make(acc keystore.Account) error {
	k, err := otr.GenerateIdentityKey(id.rand)
	if err == nil {
		err = id.store.Identities().Set(acc, k)
	}
	if errors.Is(err, keystore.ErrKeyChanged) {
		return nil
	}
	return err
}

// identityID returns the ID of the row.
func identityID(acc keystore.Account) string { return accountID(acc) + "\x004" }

// onKey returns a button for both kinds of rows: may and do are about the key for the other
// versions, and identity is about the key of version 4.
func (id identities) onKey(label string, may func(keystore.Account) bool, do, identity func(keystore.Account)) ui.TableAction {
	find := func(row string) (keystore.Account, bool) {
		for _, acc := range id.accounts() {
			if identityID(acc) == row {
				return acc, !id.closed && id.store.Identities().Key(acc) != nil
			}
		}
		return keystore.Account{}, false
	}
	action := id.onAccount(label, may, do)
	enabled, done := action.Enabled, action.Do
	action.Enabled = func(row string) bool {
		_, ok := find(row)
		return ok || enabled(row)
	}
	action.Do = func(row string) {
		if acc, ok := find(row); ok {
			identity(acc)
			return
		}
		done(row)
	}
	return action
}

func (id identities) show(acc keystore.Account) {
	showOwn(id.host, acc, id.store.Identities().Key(acc).Fingerprint())
}

func (id identities) replace(acc keystore.Account) {
	id.ask(acc, text.ReplaceTitle(), text.ReplaceHeading(nameOf4(acc)), text.ReplaceText(), text.ButtonReplace(), text.NewKeyHeading(nameOf4(acc)),
		func() (string, error) {
			k, err := otr.GenerateIdentityKey(id.rand)
			if err != nil {
				return "", err
			}
			return id.store.Identities().Replace(acc, k, keystore.DayOf(id.now()))
		})
}

func (id identities) delete(acc keystore.Account) {
	id.ask(acc, text.DeleteTitle(), text.DeleteHeading(nameOf4(acc)), text.DeleteText(), text.ButtonDelete(), text.KeyDeletedHeading(nameOf4(acc)),
		func() (string, error) { return id.store.Identities().Delete(acc, keystore.DayOf(id.now())) })
}

// ask asks before change does something to the account's key, and says done and
// where the old key is.
func (id identities) ask(acc keystore.Account, title, heading, body, button, done string, change func() (old string, err error)) {
	id.host.AskQuestion(ui.Question{
		Title: title, Heading: heading, Text: body,
		Buttons: []string{button, text.ButtonCancel()},
		Done: func(chosen int) {
			if chosen != 0 || id.closed || id.store.Identities().Key(acc) == nil {
				return
			}
			id.app.EndAll(acc)
			old, err := change()
			id.keyChanged(acc)
			if err != nil {
				id.alertSaveError(text.KeySaveHeading(), err)
				return
			}
			id.host.Alert(text.AppName, done, kept(old))
		},
	})
}

// isOwn reports whether acc is one of the user's accounts now, and no former one.
func (id identities) isOwn(acc keystore.Account) bool {
	return slices.ContainsFunc(id.host.Accounts(), func(o keystore.Account) bool { return accountID(o) == accountID(acc) })
}

// nameOf4 names an account's key of version 4 in a heading.
func nameOf4(acc keystore.Account) string { return text.OTR4(ui.AccountName(acc)) }

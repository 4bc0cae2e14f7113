// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"context"
	"errors"
	"strconv"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// prefProtection says that the protection of the keys has been decided: by us at the first
// start, or by the user, who is asked at most once.
const prefProtection = "/plugins/core/purple-otr/protection-decided"

// PrefPidginOTR says that the user has or had pidgin-otr: its files were there at the first
// start or have appeared since, or it was loaded together with this plugin.
const PrefPidginOTR = "/plugins/core/purple-otr/pidgin-otr-seen"

// How long the keyring may take to say whether it is there, and to store a key without
// asking the user anything.
const (
	readyTime = 5 * time.Second
	storeTime = 30 * time.Second
)

// The order of the choices, and of the fields.
var protections = []keystore.Protection{keystore.ByKeyring, keystore.ByPassphrase, keystore.Plain}

const (
	protectHow = iota
	protectPassphrase
	protectAgain
)

// A protector changes how the keys are protected.
type protector struct{ *Keys }

// askProtection shows the dialog in which the user decides. note says why it does so again.
func (pr protector) askProtection(note string) {
	pr.unlock(false, func() {
		now := pr.store.Protection()
		how := 0
		options := make([]string, len(protections))
		for i, p := range protections {
			options[i] = pr.choice(p)
			if p == now {
				how = i
				options[i] = text.ChosenNow(options[i])
			}
		}
		pr.host.AskForm(ui.Form{
			Title: text.ProtectTitle(), Heading: text.ProtectHeading(), Text: text.Paragraphs(note, text.ProtectText(pr.hadPidginOTR())),
			Fields: append([]ui.Field{
				protectHow: {Kind: ui.Choice, Label: text.ProtectLabel(), Options: options, Value: strconv.Itoa(how)},
			}, passphraseFields(2)...),
			OK: text.ButtonApply(), Cancel: text.ButtonCancel(),
			Done: func(ok bool, v []string) {
				if !ok || pr.closed {
					return
				}
				i, err := strconv.Atoi(v[protectHow])
				if err != nil || i < 0 || i >= len(protections) {
					return
				}
				pr.host.SetPref(prefProtection, true)
				if protections[i] != keystore.ByPassphrase && protections[i] == pr.store.Protection() {
					return // nothing to change
				}
				if protections[i] == keystore.ByPassphrase {
					if problem := newPassphrase(v[protectPassphrase], v[protectAgain]); problem != "" {
						pr.askProtection(problem)
						return
					}
				}
				pr.protect(protections[i], v[protectPassphrase])
			},
		})
	})
}

// passphraseFields returns two fields in which the user types the same passphrase.
func passphraseFields(page int) []ui.Field {
	return []ui.Field{
		{Kind: ui.Secret, Label: text.PassphraseLabel(), Page: page, Required: true},
		{Kind: ui.Secret, Label: text.PassphraseAgain(), Page: page, Required: true},
	}
}

// newPassphrase says why a passphrase that was typed twice cannot be used, if it cannot.
func newPassphrase(first, second string) (problem string) {
	if first != second {
		return text.PassphrasesDiffer()
	}
	secret := []byte(first)
	defer clear(secret)
	switch keystore.JudgePassphrase(secret) {
	case keystore.TooShort:
		return text.PassphraseTooShort()
	case keystore.TooCommon:
		return text.PassphraseTooCommon()
	}
	return ""
}

// weakPassphrase advises a longer one, if it can be used but is not good.
func weakPassphrase(passphrase string) string {
	secret := []byte(passphrase)
	defer clear(secret)
	if passphrase != "" && keystore.JudgePassphrase(secret) < keystore.Strong {
		return text.PassphraseWeak()
	}
	return ""
}

// protect changes the protection in the background and shows the progress.
func (pr protector) protect(how keystore.Protection, passphrase string) {
	ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
	shown := true
	show := func(p ui.Progress) {
		p.Title = text.ProtectTitle()
		p.Done = func() { shown = false; cancel() }
		pr.host.ShowProgress(p)
	}
	show(ui.Progress{Heading: text.Protecting(), Text: protectingText(how), Button: text.ButtonCancel()})
	background(pr.Keys, func() ([]keystore.Problem, error) {
		secret := []byte(passphrase)
		defer clear(secret)
		return pr.store.Protect(ctx, how, secret)
	}, func(left []keystore.Problem, err error) {
		cancel()
		pr.applyStore()
		if err == nil {
			pr.backUpAgain()
		}
		end := ui.Progress{Percent: 100, Button: text.ButtonClose()}
		end.Heading, end.Text = pr.protected(how, left)
		if err != nil {
			pr.host.Debug("protecting: " + err.Error())
			end.Heading, end.Text = text.ProtectionUnchanged(), notProtected(err)
		} else if how != keystore.Plain {
			end.Text = text.Paragraphs(weakPassphrase(passphrase), end.Text, text.BackupAdvice())
			end.Again, end.Retry = text.ButtonBackUp(), func() { pr.transfer.askBackup("") }
		}
		if shown {
			show(end)
		} else {
			pr.host.Alert(text.AppName, end.Heading, end.Text)
		}
		if errors.Is(err, keystore.ErrFound) {
			pr.checkFound(true)
		}
	})
}

// protectFirst protects the keys with the keyring, if that is possible without asking the
// user anything. Otherwise it offers a passphrase as soon as there is a key. It does this
// once, whatever the result. Keys of pidgin-otr are not changed before the user has been asked.
func (pr protector) protectFirst() {
	if pr.deciding || pr.host.Pref(prefProtection, false) || len(pr.store.Problems()) > 0 {
		return
	}
	if pr.store.Protection() != keystore.Plain {
		pr.host.SetPref(prefProtection, true)
		return
	}
	pr.deciding = true
	adopted := pr.adopted()
	if adopted != "" { // only pidgin-otr, or a program like it, can have written that
		pr.host.SetPref(PrefPidginOTR, true)
	}
	type outcome struct {
		ready bool
		left  []keystore.Problem
	}
	ask := pr.hadPidginOTR()
	background(pr.Keys, func() (o outcome, err error) {
		ctx, cancel := context.WithTimeout(context.Background(), readyTime)
		defer cancel()
		if o.ready = pr.store.KeyringReady(ctx); !o.ready || ask {
			return o, nil
		}
		ctx, cancel = context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		o.left, err = pr.store.Protect(ctx, keystore.ByKeyring, nil)
		return o, err
	}, func(o outcome, err error) {
		pr.deciding = false
		if err != nil {
			pr.host.Debug("protecting by default: " + err.Error())
		}
		if o.ready && ask {
			pr.offerKeyring(adopted)
		} else if o.ready && err == nil {
			pr.host.SetPref(prefProtection, true)
			pr.applyStore()
			pr.backUpAgain()
			pr.tellProtected(adopted, o.left)
		} else if len(pr.store.Accounts()) > 0 && pr.store.Protection() == keystore.Plain {
			pr.host.SetPref(prefProtection, true)
			pr.offerPassphrase(adopted)
		}
	})
}

// adopted says which keys and fingerprints there were before our first start, if there were
// any.
func (pr protector) adopted() string {
	verified := 0
	keys, known := len(pr.store.Bundle().Keys), pr.known.all(pr.known.place())
	for _, k := range known {
		if pr.trusted(k.chat, k.fingerprint) {
			verified++
		}
	}
	if pr.madeKey || keys+len(known) == 0 {
		return ""
	}
	return text.AdoptedText(keys, len(known), verified)
}

// hadPidginOTR reports whether the user has or had pidgin-otr. Dialogs do not mention it to
// other users.
func (pr protector) hadPidginOTR() bool { return pr.host.Pref(PrefPidginOTR, false) }

// tellProtected says what has been done without asking, and how to undo it.
func (pr protector) tellProtected(adopted string, left []keystore.Problem) {
	had := pr.hadPidginOTR()
	undo := text.ButtonOther()
	if had {
		undo = text.ButtonPidginOTR()
	}
	pr.host.AskQuestion(ui.Question{
		Title: text.ProtectTitle(), Heading: text.ProtectedHeading(), Text: text.Paragraphs(adopted, text.ProtectedText(had), text.BackupAdvice(), text.LeftText(problems(left))),
		Buttons: []string{undo, text.ButtonBackUp(), text.ButtonKeep()}, Unasked: true,
		Done: func(button int) {
			switch {
			case pr.closed:
			case button == 1:
				pr.transfer.askBackup("")
			case button != 0:
			case had:
				pr.protect(keystore.Plain, "")
			default:
				pr.askProtection("")
			}
		},
	})
}

// offerKeyring is for where there are keys of pidgin-otr.
func (pr protector) offerKeyring(note string) {
	if pr.store.Protection() != keystore.Plain {
		return
	}
	pr.host.SetPref(prefProtection, true)
	pr.host.AskQuestion(ui.Question{
		Title: text.ProtectTitle(), Heading: text.OfferKeyringHeading(), Text: text.Paragraphs(note, text.OfferKeyringText()),
		Buttons: []string{text.ButtonProtect(), text.ButtonLeave()}, Unasked: true,
		Done: func(button int) {
			if button == 0 && !pr.closed {
				pr.protect(keystore.ByKeyring, "")
			}
		},
	})
}

// offerPassphrase offers a passphrase where there is no keyring.
func (pr protector) offerPassphrase(note string) {
	pr.host.AskForm(ui.Form{
		Title: text.ProtectTitle(), Heading: text.OfferHeading(), Text: text.Paragraphs(note, text.OfferText(pr.hadPidginOTR())),
		Fields: passphraseFields(0),
		OK:     text.ButtonProtect(), Cancel: text.ButtonLeave(), Unasked: true,
		Done: func(ok bool, v []string) {
			if !ok || pr.closed {
				return
			}
			if problem := newPassphrase(v[0], v[1]); problem != "" {
				pr.askProtection(problem)
				return
			}
			pr.protect(keystore.ByPassphrase, v[0])
		},
	})
}

// choice returns p as an option.
func (pr protector) choice(p keystore.Protection) string {
	switch p {
	case keystore.ByKeyring:
		return text.ChoiceKeyring()
	case keystore.ByPassphrase:
		return text.ChoicePassphrase()
	}
	return text.ChoicePlain(pr.hadPidginOTR())
}

func protectingText(how keystore.Protection) string {
	if how == keystore.ByKeyring {
		return text.KeyringMayAsk()
	}
	return text.MakingText()
}

// protected says what has been done, and what cannot be promised.
func (pr protector) protected(how keystore.Protection, left []keystore.Problem) (heading, body string) {
	rest := text.Paragraphs(text.TracesLeft(), text.LeftText(problems(left)))
	switch how {
	case keystore.Plain:
		return text.UnprotectedHeading(), text.UnprotectedText(pr.hadPidginOTR())
	case keystore.ByKeyring:
		return text.ProtectedByKeyring(), rest
	}
	return text.ProtectedByPassphrase(), text.Paragraphs(text.PassphraseNeeded(), rest)
}

// notProtected says why nothing has changed.
func notProtected(err error) string {
	switch {
	case errors.Is(err, keystore.ErrKeyringLocked):
		return text.KeyringLocked()
	case errors.Is(err, keystore.ErrKeyring):
		return text.KeyringUnavailable()
	case errors.Is(err, keystore.ErrFound):
		return text.DecideFoundFirst()
	}
	return text.SaveProblem(text.Clean(err.Error(), text.MaxReason))
}

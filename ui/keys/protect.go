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

// prefProtection says that how the keys are protected has been decided: by us at
// the first start, or by the user, who has been asked at most once.
const prefProtection = "/plugins/core/purple-otr/protection-decided"

// How long the keyring may take to say whether it is there, and to take a key
// without asking the user anything.
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

// askProtection is the dialog in which the user decides.
func (ks *Keys) askProtection(note string) {
	ks.unlock(false, func() {
		now := ks.store.Protection()
		how := 0
		options := make([]string, len(protections))
		for i, p := range protections {
			options[i] = protectionChoice(p)
			if p == now {
				how = i
				options[i] = text.ChosenNow(options[i])
			}
		}
		ks.host.AskForm(ui.Form{
			Title: text.ProtectTitle(), Heading: text.ProtectHeading(), Text: text.Paragraphs(note, text.ProtectText()),
			Fields: append([]ui.Field{
				protectHow: {Kind: ui.Choice, Label: text.ProtectLabel(), Options: options, Value: strconv.Itoa(how)},
			}, passphraseFields(2)...),
			OK: text.ButtonProtect(), Cancel: text.ButtonCancel(),
			Done: func(ok bool, v []string) {
				if !ok || ks.closed {
					return
				}
				i, err := strconv.Atoi(v[protectHow])
				if err != nil || i < 0 || i >= len(protections) {
					return
				}
				ks.host.SetPref(prefProtection, true)
				if protections[i] != keystore.ByPassphrase && protections[i] == ks.store.Protection() {
					return // it is so already
				}
				if protections[i] == keystore.ByPassphrase && v[protectPassphrase] != v[protectAgain] {
					ks.askProtection(text.PassphrasesDiffer())
					return
				}
				ks.protect(protections[i], v[protectPassphrase])
			},
		})
	})
}

// passphraseFields are two in which the same is to be typed.
func passphraseFields(page int) []ui.Field {
	return []ui.Field{
		{Kind: ui.Secret, Label: text.PassphraseLabel(), Page: page, Required: true},
		{Kind: ui.Secret, Label: text.PassphraseAgain(), Page: page, Required: true},
	}
}

// protect changes the protection in the background, and shows that.
func (ks *Keys) protect(how keystore.Protection, passphrase string) {
	ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
	shown := true
	show := func(percent int, heading, body, button string) {
		ks.host.ShowProgress(ui.Progress{
			Title: text.ProtectTitle(), Heading: heading, Text: body, Percent: percent, Button: button,
			Done: func() { shown = false; cancel() },
		})
	}
	show(0, text.Protecting(), protectingText(how), text.ButtonCancel())
	background(ks, func() ([]keystore.Problem, error) {
		secret := []byte(passphrase)
		defer clear(secret)
		return ks.store.Protect(ctx, how, secret)
	}, func(left []keystore.Problem, err error) {
		cancel()
		ks.reread()
		body := protected(how, left)
		if err != nil {
			ks.host.Debug("protecting: " + err.Error())
			body = notProtected(err)
		}
		if shown {
			show(100, text.ProtectTitle(), body, text.ButtonClose())
		} else {
			ks.host.Alert(text.AppName, text.ProtectTitle(), body)
		}
		if errors.Is(err, keystore.ErrFound) {
			ks.lookBeside(true)
		}
	})
}

// protectFirst has the keyring protect the keys, if it can do so without asking
// the user anything; otherwise it offers a passphrase as soon as there is a key.
// Whatever comes of it, this is not done again.
func (ks *Keys) protectFirst() {
	if ks.deciding || ks.host.Pref(prefProtection, false) || len(ks.store.Problems()) > 0 {
		return
	}
	if ks.store.Protection() != keystore.Plain {
		ks.host.SetPref(prefProtection, true)
		return
	}
	ks.deciding = true
	adopted := ks.adopted()
	type outcome struct {
		ready bool
		left  []keystore.Problem
	}
	background(ks, func() (o outcome, err error) {
		ctx, cancel := context.WithTimeout(context.Background(), readyTime)
		defer cancel()
		if o.ready = ks.store.KeyringReady(ctx); !o.ready {
			return o, nil
		}
		ctx, cancel = context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		o.left, err = ks.store.Protect(ctx, keystore.ByKeyring, nil)
		return o, err
	}, func(o outcome, err error) {
		ks.deciding = false
		if err != nil {
			ks.host.Debug("protecting by default: " + err.Error())
		}
		if o.ready && err == nil {
			ks.host.SetPref(prefProtection, true)
			ks.reread()
			ks.tellProtected(adopted, o.left)
		} else if len(ks.store.Accounts()) > 0 && ks.store.Protection() == keystore.Plain {
			ks.host.SetPref(prefProtection, true)
			ks.offerPassphrase(adopted)
		}
	})
}

// adopted says what there was before our first start, if there was anything.
func (ks *Keys) adopted() string {
	verified := 0
	keys, known := len(ks.store.Accounts()), ks.known.all(ks.known.place())
	for _, k := range known {
		if ks.trusted(k.chat, k.fingerprint) {
			verified++
		}
	}
	if ks.madeKey || keys+len(known) == 0 {
		return ""
	}
	return text.AdoptedText(keys, len(known), verified)
}

// tellProtected says what has been done without asking, and how to undo it.
func (ks *Keys) tellProtected(adopted string, left []keystore.Problem) {
	ks.host.AskQuestion(ui.Question{
		Title: text.ProtectTitle(), Heading: text.ProtectedHeading(), Text: text.Paragraphs(adopted, text.ProtectedText(), text.LeftText(problems(left))),
		Buttons: []string{text.ButtonPidginOTR(), text.ButtonKeep()}, Unasked: true,
		Done: func(button int) {
			if button == 0 && !ks.closed {
				ks.protect(keystore.Plain, "")
			}
		},
	})
}

// offerPassphrase is for where there is no keyring.
func (ks *Keys) offerPassphrase(note string) {
	ks.host.AskForm(ui.Form{
		Title: text.ProtectTitle(), Heading: text.OfferHeading(), Text: text.Paragraphs(note, text.OfferText()),
		Fields: passphraseFields(0),
		OK:     text.ButtonProtect(), Cancel: text.ButtonLeave(), Unasked: true,
		Done: func(ok bool, v []string) {
			switch {
			case !ok || ks.closed:
			case v[0] != v[1]:
				ks.askProtection(text.PassphrasesDiffer())
			default:
				ks.protect(keystore.ByPassphrase, v[0])
			}
		},
	})
}

// protectionChoice is p as an option.
func protectionChoice(p keystore.Protection) string {
	switch p {
	case keystore.ByKeyring:
		return text.ChoiceKeyring()
	case keystore.ByPassphrase:
		return text.ChoicePassphrase()
	}
	return text.ChoicePlain()
}

func protectingText(how keystore.Protection) string {
	if how == keystore.ByKeyring {
		return text.KeyringMayAsk()
	}
	return text.MakingText()
}

// protected says what has been done, and what cannot be promised.
func protected(how keystore.Protection, left []keystore.Problem) string {
	done := text.ProtectedByPassphrase()
	switch how {
	case keystore.Plain:
		return text.ProtectedNot()
	case keystore.ByKeyring:
		done = text.ProtectedByKeyring()
	}
	return text.Paragraphs(done, text.TracesLeft(), text.LeftText(problems(left)))
}

// notProtected says why nothing has changed.
func notProtected(err error) string {
	reason := text.SaveProblem(text.Clean(err.Error(), text.MaxReason))
	switch {
	case errors.Is(err, keystore.ErrKeyring):
		reason = text.KeyringSilent()
	case errors.Is(err, keystore.ErrFound):
		reason = text.DecideFoundFirst()
	}
	return text.ProtectionUnchanged() + " " + reason
}

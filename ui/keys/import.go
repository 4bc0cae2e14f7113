// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"purple-otr/keystore"
	"purple-otr/keystore/foreign"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// maxUnsure is how many accounts of other programs one form asks about.
const maxUnsure = 6

// askImport asks for a file of another program, or a folder with such files.
func (tf transfer) askImport() {
	tf.unlock(false, func() {
		tf.host.AskQuestion(ui.Question{
			Title: text.ImportTitle(), Heading: text.ImportHeading(), Text: text.ImportText(tf.protector.hadPidginOTR()),
			Buttons: []string{text.ButtonFile(), text.ButtonFolder(), text.ButtonCancel()},
			Done: func(button int) {
				if tf.closed || button != 0 && button != 1 {
					return
				}
				kind := ui.OpenFile
				if button == 1 {
					kind = ui.OpenFolder
				}
				tf.host.AskPath(ui.PathQuestion{Title: text.ImportTitle(), Kind: kind, Done: func(path string) { tf.importFrom(path, false) }})
			},
		})
	})
}

// askRestore asks for a backup.
func (tf transfer) askRestore() {
	tf.restoring = false
	tf.unlock(false, func() {
		tf.host.AskPath(ui.PathQuestion{Title: text.RestoreTitle(), Kind: ui.OpenFile, Done: func(path string) { tf.importFrom(path, true) }})
	})
}

// importFrom reads the file or folder at path, of any known kind. backup says that the user
// has chosen it as a backup.
func (tf transfer) importFrom(path string, backup bool) {
	if path == "" || tf.closed {
		return
	}
	type outcome struct {
		backup    []byte
		encrypted []foreign.Input
		file      string // the first encrypted one
		found     *foreign.Found
	}
	background(tf.Keys, func() (o outcome, err error) {
		inputs, err := foreign.Load(path)
		if err != nil {
			return o, err
		}
		if len(inputs) == 1 && inputs[0].Err == nil && keystore.IsExport(inputs[0].Data) {
			o.backup = inputs[0].Data
			return o, nil
		}
		if file, ok := foreign.Encrypted(inputs); ok {
			o.encrypted, o.file = inputs, file
			return o, nil
		}
		o.found, err = foreign.Parse(inputs)
		return o, err
	}, func(o outcome, err error) {
		switch {
		case err != nil:
			tf.alertImport(path, backup, err)
		case o.backup != nil:
			tf.askBackupPassphrase(o.backup, "")
		case o.encrypted != nil:
			tf.askFilePassphrase(o.file, o.encrypted, "")
		default:
			tf.nameAccounts(o.found)
		}
	})
}

// alertImport says that nothing was imported or restored from path.
func (tf transfer) alertImport(path string, backup bool, err error) {
	tf.host.Alert(text.AppName, text.ImportFailed(backup), text.Paragraphs(text.Clean(path, text.MaxReason), text.SaveProblem(text.Clean(err.Error(), text.MaxReason))))
}

// askFilePassphrase asks for the passphrase of another program's encrypted file, and parses
// it together with the rest of inputs. note says why it asks again.
func (tf transfer) askFilePassphrase(file string, inputs []foreign.Input, note string) {
	tf.host.AskForm(ui.Form{
		Title: text.ImportTitle(), Heading: text.EncryptedHeading(), Text: text.Paragraphs(text.EncryptedText(text.Clean(file, text.MaxReason)), note),
		Fields: []ui.Field{{Kind: ui.Secret, Label: text.UnlockLabel(), Required: true}},
		OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || tf.closed {
				return
			}
			background(tf.Keys, func() (*foreign.Found, error) {
				passphrase := []byte(v[0])
				defer clear(passphrase)
				return foreign.ParseEncrypted(inputs, passphrase)
			}, func(found *foreign.Found, err error) {
				switch {
				case errors.Is(err, keystore.ErrPassphrase), errors.Is(err, keystore.ErrNoPassphrase):
					tf.askFilePassphrase(file, inputs, text.WrongPassphrase())
				case err != nil:
					tf.alertImport(file, false, err)
				default:
					tf.nameAccounts(found)
				}
			})
		},
	})
}

// askBackupPassphrase asks for the passphrase of a backup and opens it. note says why it
// asks again.
func (tf transfer) askBackupPassphrase(data []byte, note string) {
	tf.host.AskForm(ui.Form{
		Title: text.RestoreTitle(), Heading: text.RestoreHeading(), Text: note,
		Fields: []ui.Field{{Kind: ui.Secret, Label: text.UnlockLabel(), Required: true}},
		OK:     text.ButtonContinue(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || tf.closed {
				return
			}
			background(tf.Keys, func() (keystore.Bundle, error) {
				passphrase := []byte(v[0])
				defer clear(passphrase)
				return keystore.OpenExport(data, passphrase)
			}, func(b keystore.Bundle, err error) {
				switch {
				case errors.Is(err, keystore.ErrPassphrase), errors.Is(err, keystore.ErrNoPassphrase):
					tf.askBackupPassphrase(data, text.WrongPassphrase())
				case err != nil:
					tf.host.Alert(text.AppName, text.ImportFailed(true), text.SaveProblem(text.Clean(err.Error(), text.MaxReason)))
				default:
					if tf.restoring && (tf.Locked() || tf.store.Missing()) && !tf.recovery.doWithout(tf.store.SetAside) {
						return
					}
					tf.restoring = false
					tf.preview(importing{bundle: b, backup: true})
				}
			})
		},
	})
}

// importing is what is to be imported.
type importing struct {
	bundle   keystore.Bundle
	backup   bool // authenticated: nobody who does not know the passphrase can have changed it
	files    []foreign.File
	problems []keystore.Problem
}

// nameAccounts gives the accounts in found the names that they have here. If that is not
// certain, it asks the user.
func (tf transfer) nameAccounts(found *foreign.Found) {
	users := tf.host.Accounts()
	rename := keystore.MatchAccounts(users)
	all := importing{bundle: found.Bundle, files: found.Files, problems: found.Problems}
	unsure := slices.DeleteFunc(slices.Clone(found.Unsure), func(acc keystore.Account) bool { return slices.Contains(users, rename(acc)) })
	chosen := make(map[keystore.Account]keystore.Account)
	tf.askNames(users, unsure, chosen, func() {
		tf.rename(&all, func(acc keystore.Account) keystore.Account {
			if a, ok := chosen[acc]; ok {
				return a
			}
			return rename(acc)
		})
		tf.preview(all)
	})
}

// askNames asks which of users the accounts in unsure are, a few at a time, adds the
// answers to chosen, and then calls done. The zero Account means: do not import.
func (tf transfer) askNames(users, unsure []keystore.Account, chosen map[keystore.Account]keystore.Account, done func()) {
	if len(unsure) == 0 {
		done()
		return
	}
	now := unsure[:min(len(unsure), maxUnsure)]
	var fields []ui.Field
	choices := make([][]keystore.Account, len(now))
	for i, acc := range now {
		var options []string
		for _, u := range users {
			// What the other program does not tell can be any protocol.
			if u.Protocol == acc.Protocol || !strings.HasPrefix(acc.Protocol, "prpl-") {
				choices[i] = append(choices[i], u)
				options = append(options, ui.AccountName(u))
			}
		}
		choices[i] = append(choices[i], acc, keystore.Account{})
		options = append(options, text.KeepName(ui.AccountName(acc)), text.LeaveOut())
		fields = append(fields, ui.Field{
			Kind: ui.Choice, Label: text.WhoseKeys(text.AccountCell(ui.AccountName(acc), text.ProtocolName(acc.Protocol))), Options: options, Value: "0",
		})
	}
	tf.host.AskForm(ui.Form{
		Title: text.ImportTitle(), Heading: text.UnsureHeading(), Text: text.UnsureText(), Fields: fields,
		OK: text.ButtonContinue(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || tf.closed {
				return
			}
			for i, acc := range now {
				n, err := strconv.Atoi(v[i])
				if err != nil || n < 0 || n >= len(choices[i]) {
					n = len(choices[i]) - 1
				}
				chosen[acc] = choices[i][n]
			}
			tf.askNames(users, unsure[len(now):], chosen, done)
		},
	})
}

func (tf transfer) rename(all *importing, name func(keystore.Account) keystore.Account) {
	if err := all.bundle.Rename(name); err != nil {
		all.problems = append(all.problems, keystore.Problem{Err: err})
	}
}

// preview shows what would be imported and what clashes, and imports it if the user agrees.
func (tf transfer) preview(all importing) {
	plan := tf.store.Plan(all.bundle)
	clashes := plan.Clashes()
	title := text.ImportTitle()
	if all.backup {
		title = text.RestoreTitle()
	}
	if plan.Imports()+clashes == 0 {
		tf.showInfo(title, text.NothingNew(), text.PreviewText(previewOf(all, plan)))
		return
	}
	var fields []ui.Field
	trust, replace := -1, -1
	if !all.backup && slices.ContainsFunc(plan.Contacts, func(s keystore.ContactStep) bool { return s.Trust.Trusted() }) {
		trust = len(fields)
		fields = append(fields, ui.Field{Kind: ui.Check, Label: text.ImportTrust(), Value: ui.Checked(true)})
	}
	if clashes > 0 {
		replace = len(fields)
		fields = append(fields, ui.Field{Kind: ui.Check, Label: text.ImportReplace(clashes)})
	}
	tf.host.AskForm(ui.Form{
		Title: title, Heading: text.PreviewHeading(all.backup), Text: text.PreviewText(previewOf(all, plan)), Fields: append(fields, clashFields(plan)...),
		OK: text.ButtonPreview(all.backup), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || tf.closed {
				return
			}
			if trust >= 0 && v[trust] != ui.Checked(true) {
				for i := range all.bundle.Contacts {
					all.bundle.Contacts[i].Trust = keystore.Unverified
				}
			}
			plan := tf.store.Plan(all.bundle) // the store may have changed meanwhile
			if replace >= 0 && v[replace] == ui.Checked(true) {
				plan.ReplaceAll()
			}
			tf.applyPlan(plan, title, all.backup)
		},
	})
}

// maxClashes is how many clashes are listed.
const maxClashes = 8

// clashFields lists the clashes.
func clashFields(p keystore.Plan) (fields []ui.Field) {
	add := func(label, value string) {
		if len(fields) < maxClashes {
			fields = append(fields, ui.Field{Kind: ui.Show, Label: label, Value: value})
		}
	}
	for _, k := range p.Keys {
		if k.Relation == keystore.Clash {
			add(text.ClashKey(ui.AccountName(k.Account)), text.ClashKeys(k.Ours.String(), k.Key.Fingerprint().String()))
		}
	}
	for _, c := range p.Contacts {
		if c.Relation == keystore.Clash {
			add(text.ClashBuddy(text.Clean(c.Peer, text.MaxName), c.Ours.Trusted()), c.Fingerprint.String())
		}
	}
	return fields
}

// applyPlan applies p, from a backup or not, in the background. It first ends conversations
// that use a key that is replaced.
func (tf transfer) applyPlan(p keystore.Plan, title string, backup bool) {
	for _, k := range p.Keys {
		if k.Import && k.Relation == keystore.Clash {
			tf.app.EndAll(k.Account)
		}
	}
	today := keystore.DayOf(tf.now())
	background(tf.Keys, func() ([]string, error) { return tf.store.Apply(p, today) }, func(old []string, err error) {
		tf.applyStore()
		if err != nil {
			tf.alertSaveError(text.ImportFailed(backup), err)
			return
		}
		body := importedText(p)
		for _, file := range old {
			body = text.Paragraphs(body, text.OldKeyKept(text.Clean(file, text.MaxReason)))
		}
		tf.showInfo(title, text.ImportDone(backup), body)
	})
}

// previewOf counts what is in all.
func previewOf(all importing, p keystore.Plan) text.Preview {
	preview := text.Preview{Problems: problems(all.problems)}
	for _, f := range all.files {
		preview.Files = append(preview.Files, f.Path)
	}
	count := func(c *text.Counts, r keystore.Relation) {
		switch r {
		case keystore.New:
			c.New++
		case keystore.Same:
			c.Same++
		case keystore.Clash:
			c.Different++
		}
	}
	for _, k := range p.Keys {
		count(&preview.Keys, k.Relation)
	}
	for _, c := range p.Contacts {
		count(&preview.Contacts, c.Relation)
		if c.Trust.Trusted() {
			preview.Verified++
		}
	}
	return preview
}

// importedText says how much p imports.
func importedText(p keystore.Plan) string {
	keys, contacts := 0, 0
	for _, k := range p.Keys {
		if k.Import {
			keys++
		}
	}
	for _, c := range p.Contacts {
		if c.Import {
			contacts++
		}
	}
	return text.ImportedText(keys, contacts)
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keys

import (
	"context"
	"hash/fnv"
	"strconv"
	"time"

	"purple-otr/keystore"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// dayInterval is how often we check whether a new day has begun. A timer for midnight would
// be late if the computer slept.
const dayInterval = time.Hour

// prefFoundTold is a checksum of the files that the user has been told about.
const prefFoundTold = "/plugins/core/purple-otr/found-told"

// prefNoLocksTold says that the user has been told about a file system without locks.
const prefNoLocksTold = "/plugins/core/purple-otr/no-locks-told"

// Begin starts what takes time when the program starts, or asks the user something: it
// unlocks the keys, protects them if nothing has been decided yet, looks for files that
// other programs have written, and makes the daily backup.
func (ks *Keys) Begin() {
	switch {
	case !ks.Locked():
		ks.store.AwaitKeyring()
		background(ks, func() (struct{}, error) {
			ctx, cancel := context.WithTimeout(context.Background(), readyTime)
			defer cancel()
			ks.store.AskKeyring(ctx)
			return struct{}{}, nil
		}, func(struct{}, error) {
			if ks.Locked() {
				ks.applyStore()
				ks.unlock(true, nil)
				return
			}
			ks.unlocked()
		})
	case ks.store.Protection() != keystore.Unknown || ks.recovery.loss() != noLoss: // New has already reported the rest
		ks.unlock(true, nil)
	}
	ks.host.After(dayInterval, ks.checkDay)
}

// storeOpen is the part of Begin that needs the keys.
func (ks *Keys) storeOpen() {
	ks.backUpDaily()
	ks.checkFound(false)
	ks.protector.protectFirst()
}

func (ks *Keys) checkDay() {
	if ks.closed {
		return
	}
	if !ks.Locked() {
		ks.backUpDaily()
	}
	ks.host.After(dayInterval, ks.checkDay)
}

// backUpDaily makes today's backup, if there is none.
func (ks *Keys) backUpDaily() {
	today := keystore.DayOf(ks.now())
	if ks.backedUp == today {
		return
	}
	ks.backedUp = today
	background(ks, func() (struct{}, error) { return struct{}{}, ks.store.BackUp(today) }, func(_ struct{}, err error) {
		if err != nil {
			ks.host.Debug("daily backup: " + err.Error())
			ks.backedUp = "" // try again later
		}
		ks.tellNoLocks()
	})
}

// backUpAgain makes the backup of the day in the protection that the store has now.
func (ks *Keys) backUpAgain() {
	ks.backedUp = ""
	ks.backUpDaily()
}

// tellNoLocks tells the user once that two programs could overwrite each other's changes.
// Whether the file system has locks is known only after something has been written.
func (ks *Keys) tellNoLocks() {
	if ks.noLocks() && !ks.host.Pref(prefNoLocksTold, false) {
		ks.host.SetPref(prefNoLocksTold, true)
		ks.showUnasked(text.NoLocksHeading(), text.NoLocksText())
	}
}

// checkFound asks about plain files next to a sealed store: pidgin-otr was used meanwhile.
// Unless the user asked (asked), it does so once per set of files.
func (ks *Keys) checkFound(asked bool) {
	background(ks, ks.store.Found, func(found keystore.Found, err error) {
		if err != nil {
			ks.host.Debug("looking beside the store: " + err.Error())
		}
		if err != nil || len(found.Files) == 0 || ks.askingFound {
			return
		}
		sum := foundSum(found)
		if !asked && ks.host.PrefInt(prefFoundTold, 0) == sum {
			return
		}
		ks.host.SetPrefInt(prefFoundTold, sum)
		ks.askFound(found, asked)
	})
}

func (ks *Keys) askFound(found keystore.Found, asked bool) {
	ks.askingFound = true
	ks.host.AskQuestion(ui.Question{
		Title: text.ProtectTitle(), Heading: text.FoundHeading(), Text: foundText(found, ks.protector.hadPidginOTR()),
		Buttons: []string{text.ButtonImportFound(), text.ButtonRemove(), text.ButtonLater()}, Unasked: !asked,
		Done: func(button int) {
			ks.askingFound = false
			if ks.closed || button != 0 && button != 1 {
				return
			}
			end := ks.store.ImportFound
			if button == 1 {
				end = ks.store.RemoveFound
			}
			today := keystore.DayOf(ks.now())
			background(ks, func() ([]keystore.Problem, error) { return end(today) }, func(left []keystore.Problem, err error) {
				if err != nil {
					ks.alertSaveError(text.FoundFailed(), err)
				} else if len(left) > 0 {
					ks.host.Alert(text.AppName, text.FoundLeft(), text.LeftText(problems(left)))
				}
				ks.applyStore()
			})
		},
	})
	ks.host.SetPref(PrefPidginOTR, true) // only pidgin-otr, or a program like it, writes such files
}

// foundText says what has been found.
func foundText(found keystore.Found, pidginOTR bool) string {
	var lines []string
	for _, k := range found.Keys {
		key := text.AccountCell(ui.AccountName(k.Account), k.Fingerprint.String())
		if k.Clash {
			lines = append(lines, text.FoundOtherKey(key))
		} else {
			lines = append(lines, text.FoundNewKey(key))
		}
	}
	for _, k := range found.Known {
		lines = append(lines, text.FoundFingerprint(text.AccountCell(text.Clean(k.Peer, text.MaxName), k.Fingerprint.String())))
	}
	return text.FoundText(pidginOTR, lines, found.Files)
}

// foundSum returns a checksum of found. It is no secret, and only a number fits in a
// preference.
func foundSum(found keystore.Found) int {
	h := fnv.New32a()
	add := func(s string) { _, _ = h.Write([]byte(strconv.Quote(s))) }
	for _, f := range found.Files {
		add(f)
	}
	for _, k := range found.Keys {
		add(k.Name + k.Fingerprint.String())
	}
	for _, k := range found.Known {
		add(k.Peer + k.Fingerprint.String() + string(k.Trust))
	}
	return int(h.Sum32() >> 1)
}

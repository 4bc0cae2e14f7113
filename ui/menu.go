// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"regexp"
	"slices"
	"strings"

	"purple-otr/ui/text"
)

// Tools returns the plugin's items in the program's own menu. They have no mnemonics.
func Tools() []MenuItem {
	return []MenuItem{
		{Label: text.ToolKnown(), Action: KnownFingerprints},
		{Label: text.ToolKeys(), Action: MyKeys},
		{Label: text.ToolSettings(), Action: Settings},
		{Label: text.ToolProtect(), Action: ProtectKeys},
		{Label: text.ToolLock(), Action: LockKeys},
		{Label: text.ToolImport(), Action: ImportKeys},
		{Label: text.ToolBackup(), Action: BackUpKeys},
		{Label: text.ToolRestore(), Action: RestoreKeys},
		{Label: text.ToolExplain(), Action: Explain},
	}
}

// BuddyMenu returns the plugin's items in the menu of a buddy in the list. They have no
// mnemonics.
func BuddyMenu() []MenuItem {
	return []MenuItem{{Label: text.ToolBuddy(), Action: BuddySettings}}
}

// PlainMenu returns v's menu for a program that can show only labels. It leaves out
// disabled items.
func PlainMenu(v View) (items []MenuItem) {
	if v.Hidden {
		return nil
	}
	for _, item := range v.Menu {
		if item.Label == "" || !item.Enabled {
			continue
		}
		item.Label = item.Plain()
		if item.On {
			item.Label = text.ChosenItem(item.Label)
		}
		items = append(items, item)
	}
	return items
}

// behind is a mnemonic behind the words, as in Chinese, Japanese and Korean.
var behind = regexp.MustCompile(`\(_[A-Z]\)`)

// Plain returns the item's label without a mnemonic.
func (item MenuItem) Plain() string {
	return strings.ReplaceAll(behind.ReplaceAllString(item.Label, ""), "_", "")
}

// Item returns the item of v's menu for an action. ok reports whether there is one.
func (v View) Item(act Action) (item MenuItem, ok bool) {
	i := slices.IndexFunc(v.Menu, func(item MenuItem) bool { return item.Label != "" && item.Action == act })
	if i < 0 {
		return MenuItem{}, false
	}
	return v.Menu[i], true
}

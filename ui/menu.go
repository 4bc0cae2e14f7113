// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"strings"

	"purple-otr/ui/text"
)

// Tools are the plugin's items in the program's own menu, and BuddyMenu those of
// a buddy in the list. They have no mnemonics.
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

// BuddyMenu is described at Tools.
func BuddyMenu() []MenuItem {
	return []MenuItem{{Label: text.ToolBuddy(), Action: BuddySettings}}
}

// PlainMenu is v's menu for a program that can show nothing but labels: what
// cannot be chosen now is left out.
func PlainMenu(v View) (items []MenuItem) {
	if v.Hidden {
		return nil
	}
	for _, item := range v.Menu {
		if item.Label == "" || !item.Enabled {
			continue
		}
		item.Label = strings.ReplaceAll(item.Label, "_", "")
		if item.On {
			item.Label = text.ChosenItem(item.Label)
		}
		items = append(items, item)
	}
	return items
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"path/filepath"
)

// themes are a light and a dark theme. They use a widget style that is common on
// desktops. GTK's default style is not, and cannot draw insensitive widgets on a dark
// background.
var themes = map[string]string{
	"light": `# SPDX-License-Identifier: GPL-2.0-or-later
style "everything" { engine "clearlooks" { style = CLASSIC } }
class "*" style "everything"
`,
	"dark": `# SPDX-License-Identifier: GPL-2.0-or-later
gtk-color-scheme = "bg:#2e3436\nfg:#eeeeec\nbase:#1c1f20\ntext:#eeeeec\nselected:#3465a4\nselected_fg:#ffffff"
style "everything" {
	bg[NORMAL] = "#2e3436"  bg[PRELIGHT] = "#454d50"  bg[ACTIVE] = "#24292b"  bg[INSENSITIVE] = "#2e3436"  bg[SELECTED] = "#3465a4"
	fg[NORMAL] = "#eeeeec"  fg[PRELIGHT] = "#ffffff"  fg[ACTIVE] = "#eeeeec"  fg[INSENSITIVE] = "#888a85"  fg[SELECTED] = "#ffffff"
	base[NORMAL] = "#1c1f20"  base[PRELIGHT] = "#1c1f20"  base[ACTIVE] = "#3a4f6b"  base[INSENSITIVE] = "#2e3436"  base[SELECTED] = "#3465a4"
	text[NORMAL] = "#eeeeec"  text[PRELIGHT] = "#eeeeec"  text[ACTIVE] = "#ffffff"  text[INSENSITIVE] = "#888a85"  text[SELECTED] = "#ffffff"
	engine "clearlooks" { style = CLASSIC }
}
class "*" style "everything"
`,
}

// dress sets the theme of a user's programs.
func (d *Desk) dress(user string) {
	d.T.Helper()
	style := themes[d.theme]
	if d.font != "" {
		style += fmt.Sprintf("gtk-font-name = %q\n", d.font)
	}
	if style != "" {
		d.write(filepath.Join(d.Dir, user, ".gtkrc-2.0"), style)
	}
}

// backdrop returns the option of Xvfb for the colour of the screen.
func (d *Desk) backdrop() string {
	if d.theme == "dark" {
		return "-br"
	}
	return "-wr"
}

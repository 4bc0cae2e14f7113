// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"purple-otr/test/pidgin/desk"
)

// showing builds the plugin with a command that shows one dialog of each kind, and writes
// its result into the conversation: see show.go in test/purple/overlay.
var showing = sync.OnceValues(func() (string, error) {
	file, err := filepath.Abs(filepath.Join(root, "build", "purple-otr-dialogs.so"))
	if err != nil {
		return "", err
	}
	overlay, err := exec.Command(filepath.Join(root, "test/purple/make-overlay")).Output()
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-C", root, "-buildmode=c-shared", "-overlay", strings.TrimSpace(string(overlay)), "-tags", "dialogtest", "-o", file, ".").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return file, nil
})

// A stage is a Pidgin with a conversation in which the command is used.
type stage struct {
	*desk.Pidgin
	t    *testing.T
	said int // how much of the transcript has been read
}

func newStage(t *testing.T) *stage {
	t.Helper()
	d := newDesk(t)
	file, err := showing()
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	s := &stage{Pidgin: d.Pidgin("alice", file), t: t}
	s.Talk("bob")
	return s
}

// show types the command.
func (s *stage) show(what string) {
	s.t.Helper()
	s.Type("bob", "/otr show "+what)
}

// open is show, and waits until the window is open and has the keyboard focus.
func (s *stage) open(what, window string) {
	s.t.Helper()
	s.show(what)
	s.until(window+" has the keyboard", func() bool {
		w, ok := s.Window(window)
		return ok && w.Active()
	})
}

func (s *stage) until(what string, f func() bool) {
	s.t.Helper()
	s.Desk.Until(what, f)
}

// hears waits until a line has been written and the window is closed, and fails if the
// line is written twice or there is another one.
func (s *stage) hears(line, window string) {
	s.t.Helper()
	s.until("the window closes: "+window, func() bool { _, open := s.Window(window); return !open })
	s.until("the end is told: "+line, func() bool { return strings.Contains(s.Transcript("bob")[s.said:], line) })
	kind, _, _ := strings.Cut(line, ":")
	once := func() bool { return strings.Count(s.Transcript("bob")[s.said:], kind+":") == 1 }
	if !s.Desk.Stays(100*time.Millisecond, once) { // fails if there is a second one
		s.t.Errorf("not told once: %q", s.Transcript("bob")[s.said:])
	}
	s.said = len(s.Transcript("bob"))
}

// button finds a button and reports whether it is sensitive.
func (s *stage) usable(window, button string) bool {
	s.t.Helper()
	return s.Find(window, "push button", button).Usable()
}

// wants waits until buttons are sensitive or insensitive as given.
func (s *stage) wants(window string, buttons map[string]bool) {
	s.t.Helper()
	for name, want := range buttons {
		s.until(fmt.Sprintf("%q can be pressed: %v", name, want), func() bool { return s.usable(window, name) == want })
	}
}

// over fails unless the window is on the screen and above the conversation.
func (s *stage) over(window string) {
	s.t.Helper()
	w, _ := s.Window(window)
	conversation, _ := s.Window("bob")
	b, c := w.Box(), conversation.Box()
	if x, y := b.X+b.W/2, b.Y+b.H/2; b.X < 0 || b.Y < 0 || x < c.X || x > c.X+c.W || y < c.Y-200 || y > c.Y+c.H+200 {
		s.t.Errorf("%s is at %+v, the conversation at %+v", window, b, c)
	}
	if b.H > 1000 || b.W > 1000 {
		s.t.Errorf("%s is %d×%d large", window, b.W, b.H)
	}
}

func (s *stage) entries(window string) []desk.Node {
	w, ok := s.Window(window)
	if !ok {
		return nil
	}
	return w.Entries()
}

func TestDialogForm(t *testing.T) {
	const window = "A form"
	s := newStage(t)
	s.open("form", window)
	s.over(window)
	s.Portrait(window, "dialog-form-1")
	first := s.Find(window, "radio button", "With a question")
	if !first.Checked() || !first.Focused() {
		t.Error("the first choice is not where one begins")
	}
	s.wants(window, map[string]bool{"_Do it": false, "Cancel": true})
	fields := s.entries(window)
	if len(fields) != 2 || fields[0].Name() != "Your question:" || fields[1].Name() != "The answer:" || fields[1].Role() != "password text" {
		t.Fatalf("there are %d entries", len(fields))
	}

	// A check box makes the hidden text visible.
	fields[1].Set("sesame")
	s.Click(window, "check box", "Show the text")
	s.until("the answer is seen", func() bool { return s.entries(window)[1].Role() == "text" })

	// One check box depends on another.
	second := s.Find(window, "check box", "The second, which needs the first")
	if second.Usable() || !second.Checked() {
		t.Error("the second box should be ticked and grey")
	}
	s.Click(window, "check box", "The first of two")
	s.until("the second box can be ticked", second.Usable)

	// Selects other pages and goes back.
	s.until("the second page", func() bool {
		return s.Find(window, "radio button", second2).Click() && len(s.entries(window)) == 0
	})
	s.wants(window, map[string]bool{"_Do it": true})
	code := s.Find(window, "icon", "For a camera:")
	if b := code.Box(); b.W != b.H || b.W < 3*(29+8) { // three pixels per module, because the screen is low
		t.Errorf("the code is %d×%d large", b.W, b.H)
	}
	s.over(window)
	s.Portrait(window, "dialog-form-2")
	s.Click(window, "push button", "Copy: Your own fingerprint (alice@localhost, XMPP)")
	s.Click(window, "radio button", "Not at all")
	s.Find(window, "label", "a line\nand another")
	s.Portrait(window, "dialog-form-3")
	s.Click(window, "radio button", "With a question")
	s.until("the first page", func() bool { return len(s.entries(window)) == 2 })
	question := s.entries(window)[0]
	question.Paste()
	s.until("what was copied is there", func() bool { return question.Text() == "F1234567 89ABCDEF 01234567 89ABCDEF 01234567" })
	s.wants(window, map[string]bool{"_Do it": true})
	question.Focus()
	s.until("the entry has the keyboard", question.Focused)
	s.Press(desk.KeyReturn)
	s.hears(`form: true ["0" "F1234567 89ABCDEF 01234567 89ABCDEF 01234567" "sesame"`, window)

	// Enter must not choose the dangerous button.
	s.open("form", window)
	s.entries(window)[0].Focus()
	s.until("the entry has the keyboard", s.entries(window)[0].Focused)
	s.Press(desk.KeyReturn)
	if !s.Desk.Stays(desk.Quiet, func() bool { _, open := s.Window(window); return open }) {
		t.Error("Enter has closed a form that is not complete")
	}
	s.Press(desk.KeyEscape)
	s.hears("form: false", window)

	for end, f := range map[string]func(){
		"Cancel":        func() { s.Click(window, "push button", "Cancel") },
		"window closed": func() { s.Shortcut("alt+F4") },
		"by the app":    func() { s.show("close") },
		"OK": func() {
			s.Click(window, "radio button", "Not at all")
			s.Click(window, "push button", "_Do it")
		},
	} {
		t.Log(end)
		s.open("form", window)
		f()
		s.hears(map[bool]string{true: `form: true ["2"`, false: "form: false"}[end == "OK"], window)
	}
}

const second2 = "With fingerprints, which is a sentence that is long enough not to fit a single line of this dialog"

// TestDialogUnasked: a form appears while the user is typing.
func TestDialogUnasked(t *testing.T) {
	const window = "A form"
	s := newStage(t)
	s.show("unasked")
	s.until("the form is there", func() bool { w, ok := s.Window(window); return ok && w.Showing() })
	s.Desk.Picture("dialog-unasked")
	if !s.Desk.Stays(desk.Quiet, func() bool {
		w, _ := s.Window(window)
		conversation, _ := s.Window("bob")
		return !w.Active() && conversation.Active()
	}) {
		t.Fatal("the form has taken the keyboard")
	}
	s.Click(window, "push button", "Cancel")
	s.hears("form: false", window)
}

// only waits until these are all dialogs on the screen.
func (s *stage) only(want ...string) {
	s.t.Helper()
	s.until(strings.Join(want, " and ")+" alone", func() bool {
		for _, title := range []string{"A form", "A question", "A notice", "A warning"} {
			if w, ok := s.Window(title); (ok && w.Showing()) != slices.Contains(want, title) {
				return false
			}
		}
		return true
	})
}

// TestDialogOneAtATime: windows that the user has not asked for appear one after another,
// and a warning comes first. A form comes back with what has been typed.
func TestDialogOneAtATime(t *testing.T) {
	const form, notice, warning = "A form", "A notice", "A warning"
	s := newStage(t)
	only := s.only
	s.show("unasked-question notice")
	only(notice)
	s.show("unasked")
	s.show("unasked-question warning")
	only(warning)
	s.Desk.Picture("dialog-one-at-a-time")
	s.Click(warning, "push button", "Close")
	s.hears("warning: 0", warning)
	only(notice)
	s.Click(notice, "push button", "Close")
	s.hears("notice: 0", notice)
	only(form)
	s.entries(form)[0].Set("Half a question")
	s.show("unasked-question notice")
	s.show("unasked-question warning")
	only(warning)
	s.Click(warning, "push button", "Close")
	s.hears("warning: 0", warning)
	only(form)
	if got := s.entries(form)[0].Text(); got != "Half a question" {
		t.Errorf("the form contains %q", got)
	}
	s.Click(form, "push button", "Cancel")
	s.hears("form: false", form)
	only(notice)
	s.show("unasked")
	s.show("close") // also what waits
	s.hears("form: false", form)
	only()
}

// TestDialogAlarm: while a dialog is open in which the user types, a warning appears above
// it, and does not get what the user types. A notice waits.
func TestDialogAlarm(t *testing.T) {
	const form, question, notice, warning = "A form", "A question", "A notice", "A warning"
	s := newStage(t)
	above := func(under string) {
		t.Helper()
		s.until(warning+" is above "+under, func() bool { return s.Above(warning, under) })
	}
	s.open("form", form)
	s.show("unasked-question notice")
	s.show("later unasked-question warning")
	s.Raise(form)
	s.only(form, warning)
	entry := s.entries(form)[0]
	entry.Focus()
	s.until("the entry has the keyboard", entry.Focused)
	for _, key := range []string{"a", "b", "c"} {
		s.Shortcut(key)
	}
	s.until("all keys arrive in the form", func() bool { return entry.Text() == "abc" })
	above(form)
	s.Desk.Picture("dialog-alarm")
	if w, _ := s.Window(warning); w.Box().Overlaps(entry.Box()) {
		t.Error("the warning hides what the user types")
	}
	s.Raise(form)
	above(form)
	s.open("question", question)
	s.only(form, warning, question)
	above(question)
	s.Click(question, "push button", "Nothing")
	s.hears("question: 2", question)
	s.Click(form, "push button", "Cancel")
	s.hears("form: false", form)
	s.only(warning)
	s.Raise("bob")
	above("bob")
	s.Click(warning, "push button", "Close")
	s.hears("warning: 0", warning)
	s.only(notice)
}

func TestDialogQuestion(t *testing.T) {
	const window = "A question"
	s := newStage(t)
	s.open("question", window)
	s.over(window)
	s.Portrait(window, "dialog-question")
	s.Find(window, "label", "There is an _underscore_ & <b>no markup</b>.")
	if !s.Find(window, "push button", "Nothing").Focused() {
		t.Error("the last button does not have the keyboard")
	}
	s.Press(desk.KeyReturn)
	s.hears("question: 2", window)
	s.open("question", window)
	s.Click(window, "push button", "Risk _it")
	s.hears("question: 0", window)
	s.open("question", window)
	s.Press(desk.KeyEscape)
	s.hears("question: -1", window)
	s.open("question", window)
	s.show("close")
	s.hears("question: -1", window)
}

func TestDialogProgress(t *testing.T) {
	const window = "Some progress"
	s := newStage(t)
	s.show("progress 33")
	s.until("it is there", func() bool { return len(s.Showing(window, "progress bar")) == 1 })
	s.Find(window, "label", "Waiting for bob…")
	if w, _ := s.Window(window); w.Active() {
		t.Error("the form has taken the keyboard focus")
	}
	s.Portrait(window, "dialog-progress")
	s.show("progress 66")
	s.show("progress 100")
	s.Find(window, "push button", "Close")
	if n := len(slices.DeleteFunc(s.Windows(), func(title string) bool { return title != window })); n != 1 {
		t.Errorf("there are %d of them", n)
	}
	s.Portrait(window, "dialog-progress-end")
	s.Click(window, "push button", "Close")
	s.hears("progress: 100", window)
	s.show("progress 5")
	s.Click(window, "push button", "Cancel")
	s.hears("progress: 5", window)
	s.show("progress 6")
	s.until("it is there", func() bool { _, open := s.Window(window); return open })
	s.show("close")
	s.hears("progress: 6", window)
}

// column returns the cells of the first column of a table, from top to bottom.
func (s *stage) column(window string) (names []string) {
	w, _ := s.Window(window)
	for i, cell := range w.All("table cell") {
		if i%4 == 0 {
			names = append(names, cell.Name())
		}
	}
	return names
}

const keyUp = 0xff52

// TestDialogTable sorts and searches a table, and adds and removes rows.
func TestDialogTable(t *testing.T) {
	const window = "A table"
	s := newStage(t)
	s.open("table", window)
	begins := func(names ...string) {
		t.Helper()
		s.until(fmt.Sprintf("the table begins with %q", names), func() bool {
			got := s.column(window)
			return len(got) >= len(names) && slices.Equal(got[:len(names)], names)
		})
	}
	choose := func(name string) {
		t.Helper()
		s.until("chooses "+name, func() bool {
			cell, ok := s.Look(window, "table cell", desk.Named(name))
			cell.Focus()
			return ok && s.usable(window, "Forget")
		})
	}
	begins("Carla", "anna", "Bert <b>", "more 00")
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": false, "Make new": true, "Close": true})
	choose("Carla")
	s.Portrait(window, "dialog-table")
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": true})

	title := s.Find(window, "table column header", "Name").Box()
	arrow := desk.Box{X: title.X + title.W - 20, Y: title.Y + 2, W: 16, H: title.H - 4}
	unsorted := s.Desk.Pixels(arrow)
	s.ClickAt(title.X+title.W/2, title.Y+title.H/2)
	begins("anna", "Bert <b>", "Carla", "more 00")
	s.PointAt(0, 0) // the mouse changes how a title looks
	s.until("an arrow shows by what is sorted", func() bool { return s.Desk.Pixels(arrow) != unsorted })
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": true}) // still Carla
	s.Press(desk.KeyDown)                                                    // on from her
	s.wants(window, map[string]bool{"Not for Carla": true})
	s.Press(keyUp)
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": true})
	s.Click(window, "table column header", "Name")
	begins("more 29", "more 28")
	s.Click(window, "table column header", "Fingerprint")
	begins("Bert <b>", "anna", "Carla")

	s.Click(window, "push button", "Make new")
	begins("Aaron", "Bert <b>", "anna", "Carla")
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": true})
	s.Shortcut("ctrl+c")

	s.Find(window, "text", "Search:").Set("EXAMPLE ann")
	begins("anna")
	if got := s.column(window); len(got) != 1 {
		t.Errorf("searching leaves %q", got)
	}
	s.wants(window, map[string]bool{"Not for Carla": false, "Forget": false})
	search := s.Find(window, "text", "Search:")
	search.Focus()
	s.until("one can type what to search", search.Focused)
	s.Press(desk.KeyReturn)
	s.wants(window, map[string]bool{"Not for Carla": true})
	s.Press(desk.KeyReturn)
	s.WaitText("bob", "table: not Carla but a")
	search.Set("none of these")
	s.Find(window, "label", "Nothing found.")
	s.Portrait(window, "dialog-table-nothing")
	search.Set("")
	begins("Aaron", "Bert <b>", "anna", "Carla")

	choose("anna")
	s.Click(window, "push button", "Forget")
	begins("Aaron", "Bert <b>", "Carla")
	s.wants(window, map[string]bool{"Forget": false})
	s.show("table") // brings it to the front
	s.until("the window has the keyboard again", func() bool { w, _ := s.Window(window); return w.Active() })
	s.Click(window, "push button", "Forget all")
	s.Find(window, "label", "You know nobody yet.")
	s.Portrait(window, "dialog-table-empty")
	s.Press(desk.KeyEscape)
	s.until("it closes", func() bool { _, open := s.Window(window); return !open })
}

// TestDialogsUnload disables the plugin while dialogs of all kinds are open.
func TestDialogsUnload(t *testing.T) {
	s := newStage(t)
	s.Menu("Buddy List", "Plugins")
	windows := []string{"A form", "A question", "Some progress", "A table"}
	for range 3 {
		for _, what := range []string{"form", "question", "progress 3", "table"} {
			s.show(what)
		}
		for _, w := range windows {
			s.until(w+" is there", func() bool { _, open := s.Window(w); return open })
		}
		s.SwitchPlugin(pluginName, false)
		for _, w := range windows {
			s.until(w+" has gone", func() bool { _, open := s.Window(w); return !open })
		}
		text := s.Transcript("bob")[s.said:]
		for _, line := range []string{"form: false", "question: -1", "progress: 3"} {
			if n := strings.Count(text, line); n != 1 {
				t.Errorf("%q %d times in %q", line, n, text)
			}
		}
		s.said = len(s.Transcript("bob"))
		s.SwitchPlugin(pluginName, true)
		s.WaitLevel("bob", "Not private")
	}
}

// TestMenuItems adds, removes and changes menu items while the user is choosing one of
// them.
func TestMenuItems(t *testing.T) {
	s := newStage(t)
	s.show("menu")
	on := func(name string) bool {
		n, ok := s.Look("bob", "radio menu item", desk.Named(name))
		return ok && n.Checked()
	}
	s.until("the first radio item is on", func() bool { return on("Radio one") && !on("Radio two") })
	s.Desk.Until("the menu opens", func() bool {
		button, ok := s.Look("bob", "push button", desk.Named("Not private"))
		return ok && button.Click()
	})
	s.until("the menu is open", func() bool {
		n, ok := s.Look("bob", "radio menu item", func(n desk.Node) bool { return n.Showing() })
		return ok && n.Usable()
	})
	s.Desk.Picture("menu-items")
	s.Press(desk.KeyEscape)
	for _, which := range []string{"Radio two", "Radio one", "Radio one", "Plain"} {
		kind := "radio menu item"
		if which == "Plain" {
			kind = "menu item"
		}
		s.Click("bob", kind, which)
		line := map[string]string{"Radio two": "chose 2 2", "Radio one": "chose 2 1", "Plain": "chose 1 7"}[which]
		s.until(line, func() bool { return strings.Contains(s.Transcript("bob")[s.said:], line) })
		s.said = len(s.Transcript("bob"))
		s.until("one radio item is on", func() bool {
			return on("Radio one") == (which == "Radio one") && on("Radio two") == (which == "Radio two")
		})
	}
	if !s.Running() {
		t.Error("Pidgin has ended")
	}
}

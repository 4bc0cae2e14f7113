// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Pictures are for the documents, where a few kB each must do: windows have few
// colours. They do not say when they were taken, so that they change only with
// what they show.
var few = []string{"+dither", "-colors", "40", "-depth", "8", "-strip",
	"-define", "png:exclude-chunks=date,time", "-define", "png:compression-level=9"}

// Picture saves the whole screen as name.png. It does nothing on a display
// that is not ours: that may show what is nobody's business.
func (d *Desk) Picture(name string) {
	d.T.Helper()
	if d.Owned {
		d.capture(name, "-window", "root")
	}
}

// Portrait saves a picture of one window alone.
func (p *Pidgin) Portrait(window, name string) {
	p.Desk.T.Helper()
	if p.Desk.pictures == "" {
		return
	}
	var id string
	if !p.Desk.Within(3*time.Second, func() (ok bool) { id, ok = p.windowID(window); return ok }) {
		p.Desk.T.Logf("no picture %s: no window %q", name, window)
		return
	}
	p.Desk.run("xdotool", "windowactivate", "--sync", id)
	p.Desk.capture(name, "-frame", "-window", id)
}

// Detail saves a picture of the part of the screen in which all of the boxes are,
// and margin pixels around them. It does nothing on a display that is not ours.
func (d *Desk) Detail(name string, margin int32, boxes ...Box) {
	d.T.Helper()
	if !d.Owned || len(boxes) == 0 {
		return
	}
	left, top, right, bottom := boxes[0].X, boxes[0].Y, int32(0), int32(0)
	for _, b := range boxes {
		left, top, right, bottom = min(left, b.X), min(top, b.Y), max(right, b.X+b.W), max(bottom, b.Y+b.H)
	}
	left, top = max(0, left-margin), max(0, top-margin)
	d.capture(name, "-window", "root", "-crop",
		fmt.Sprintf("%dx%d+%d+%d", right+margin-left, bottom+margin-top, left, top), "+repage")
}

// capture saves what import is told to.
func (d *Desk) capture(name string, what ...string) {
	d.T.Helper()
	if d.pictures == "" {
		return
	}
	// Pidgin scrolls to a new line gently, and its accessible objects do not say when
	// that has ended.
	time.Sleep(500 * time.Millisecond)
	d.draw(name, append([]string{"import"}, what...))
}

// Stack saves pictures that there are as a new one, one below the other, and
// removes them.
func (d *Desk) Stack(name string, parts ...string) {
	d.T.Helper()
	if d.pictures == "" {
		return
	}
	args := []string{"convert"}
	for i, part := range parts {
		parts[i] = filepath.Join(d.pictures, part+".png")
	}
	d.draw(name, append(append(args, parts...), "-append"))
	for _, part := range parts {
		os.Remove(part)
	}
}

// print draws what a terminal shows, line by line. None of them is empty, which
// ImageMagick refuses.
func (d *Desk) print(name, screen string) {
	d.T.Helper()
	escape := strings.NewReplacer(`\`, `\\`, "%", "%%")
	args := []string{"convert", "-background", "#1c1f20", "-fill", "#eeeeec", "-font", "DejaVu-Sans-Mono", "-pointsize", "12"}
	for line := range strings.Lines(strings.TrimSpace(screen)) {
		args = append(args, "label:\u00a0"+escape.Replace(strings.TrimRight(line, "\n")))
	}
	d.draw(name, append(args, "-append", "-bordercolor", "#1c1f20", "-border", "8"))
}

// draw runs a program of ImageMagick's that makes name.png.
func (d *Desk) draw(name string, args []string) {
	d.T.Helper()
	if d.pictures == "" {
		return
	}
	if err := os.MkdirAll(d.pictures, 0o755); err != nil {
		d.T.Fatalf("%v", err)
	}
	args = append(append(args, few...), "PNG8:"+filepath.Join(d.pictures, name+".png"))
	if out, err := d.run(args...); err != nil {
		d.T.Logf("no picture %s: %v %s", name, err, out)
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options of ImageMagick for the pictures in the documents. Windows have few colours, so
// each picture needs only a few kB. Pictures have no time stamps, so that a file changes
// only when the picture does.
var few = []string{"+dither", "-colors", "40", "-depth", "8", "-strip",
	"-define", "png:exclude-chunks=date,time", "-define", "png:compression-level=9"}

// Picture saves the whole screen as name.png. It does nothing on a display that is not
// ours, which could show private things.
func (d *Desk) Picture(name string) {
	d.T.Helper()
	if d.Owned {
		d.capture(name, "-window", "root")
	}
}

// Portrait saves a picture of a single window.
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

// Detail saves a picture of the part of the screen that contains all of the boxes, and a
// margin of that many pixels. It does nothing on a display that is not ours.
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

// Pixels returns the pixels of a part of the screen, to be compared.
func (d *Desk) Pixels(b Box) string {
	d.T.Helper()
	out, err := d.run("import", "-window", "root", "-crop", fmt.Sprintf("%dx%d+%d+%d", b.W, b.H, b.X, b.Y), "+repage", "-depth", "8", "rgb:-")
	if err != nil {
		d.T.Fatalf("%v %s", err, out)
	}
	return out
}

// capture runs ImageMagick's import and saves the picture.
func (d *Desk) capture(name string, what ...string) {
	d.T.Helper()
	if d.pictures == "" {
		return
	}
	// Pidgin scrolls smoothly to a new line, and its accessible objects do not report
	// the end of that.
	time.Sleep(500 * time.Millisecond)
	d.draw(name, append([]string{"import"}, what...))
}

// Stack joins existing pictures, one below another, into a new one, and removes them.
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

// print draws the lines of a terminal. No line is empty, because ImageMagick refuses
// empty ones.
func (d *Desk) print(name, screen string) {
	d.T.Helper()
	escape := strings.NewReplacer(`\`, `\\`, "%", "%%")
	args := []string{"convert", "-background", "#1c1f20", "-fill", "#eeeeec", "-font", "DejaVu-Sans-Mono", "-pointsize", "12"}
	for line := range strings.Lines(strings.TrimSpace(screen)) {
		args = append(args, "label:\u00a0"+escape.Replace(strings.TrimRight(line, "\n")))
	}
	d.draw(name, append(args, "-append", "-bordercolor", "#1c1f20", "-border", "8"))
}

// draw runs a program of ImageMagick that makes name.png.
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

// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"purple-otr/ui"
)

// buildIcon returns a program that draws icons: see testdata/icon.c.
func buildIcon(t *testing.T) string {
	t.Helper()
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "pidgin", "gtk+-2.0").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "icon")
	// The linker would omit a library of which only weak symbols are used.
	args := append([]string{"-Wl,--no-as-needed", "-o", file, "testdata/icon.c", "icon.c"}, strings.Fields(string(flags))...)
	if out, err := exec.Command("gcc", append(args, "-lm")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// An icon is its pixels: red, green, blue and opacity of each, row by row.
type icon struct {
	size   int
	pixels []byte
}

func drawIcon(t *testing.T, program string, l ui.Level, size int, c string) icon {
	t.Helper()
	out, err := exec.Command(program, strconv.Itoa(int(l)), strconv.Itoa(size), c).Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 4*size*size {
		t.Fatalf("%d bytes for an icon of %d pixels", len(out), size)
	}
	return icon{size, out}
}

// drawn reports whether something is drawn at a point of the square of 16 units in which
// the icons are designed.
func (i icon) drawn(x, y float64) bool {
	unit := float64(i.size) / 16
	return i.pixels[4*(int(y*unit)*i.size+int(x*unit))+3] >= 128
}

// TestIcons checks that each level has the right padlock.
func TestIcons(t *testing.T) {
	program := buildIcon(t)
	type point struct {
		x, y float64
		what string
	}
	var (
		leftLeg  = point{5, 6, "left leg of the shackle in the body"}
		rightLeg = point{11, 6, "right leg of the shackle in the body"}
		openLeg  = point{14, 5, "free leg of the shackle"}
		body     = point{3.3, 13.5, "corner of the body"}
		middle   = point{7, 11.7, "middle of the body"}
		tick     = point{10.5, 9.9, "end of the tick"}
		dot      = point{8, 14.2, "dot of the question mark"}
		strike   = point{14, 2, "end of the stroke"}
		besides  = point{9.1, 9.1, "gap beside the stroke"}
	)
	for l, want := range map[ui.Level]struct{ drawn, clear []point }{
		ui.NotPrivate: {[]point{openLeg, {11, 11, "right edge of the body"}}, []point{leftLeg, middle, strike}},
		ui.Unverified: {[]point{leftLeg, rightLeg, body, tick}, []point{openLeg, dot, strike}},
		ui.Private:    {[]point{leftLeg, rightLeg, body, dot, besides}, []point{openLeg, tick, strike}},
		ui.Finished:   {[]point{leftLeg, body, strike}, []point{openLeg, besides}},
	} {
		for _, size := range []int{32, 48, 64} {
			i := drawIcon(t, program, l, size, "12ab9f")
			for _, p := range want.drawn {
				if !i.drawn(p.x, p.y) {
					t.Errorf("level %d at %d pixels: nothing at %v, %v: %s", l, size, p.x, p.y, p.what)
				}
			}
			for _, p := range want.clear {
				if i.drawn(p.x, p.y) {
					t.Errorf("level %d at %d pixels: something at %v, %v: %s", l, size, p.x, p.y, p.what)
				}
			}
			if got := [3]byte(i.pixels[:3]); got != [3]byte{0x12, 0xab, 0x9f} {
				t.Errorf("level %d at %d pixels: the colour is %x", l, size, got)
			}
		}
	}
}

// TestSmallIconsDiffer compares the icons at the height of ordinary text. It compares only
// opacity, because not everyone can see colours.
func TestSmallIconsDiffer(t *testing.T) {
	program := buildIcon(t)
	var all []icon
	for l := range ui.NumLevels {
		all = append(all, drawIcon(t, program, l, 16, "000000"))
	}
	for a := range all {
		for b := range a {
			differ := 0
			for i := 3; i < len(all[a].pixels); i += 4 {
				if d := int(all[a].pixels[i]) - int(all[b].pixels[i]); d > 100 || d < -100 {
					differ++
				}
			}
			if differ < 12 {
				t.Errorf("the icons of levels %d and %d differ in only %d of 256 pixels", a, b, differ)
			}
		}
	}
}

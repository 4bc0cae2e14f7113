// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"math"

	"purple-otr/ui"
)

// A colour is 0xRRGGBB.
type colour uint32

const black, white colour = 0x000000, 0xffffff

// baseColour returns the colour of a level, before it is adapted to the background. Users
// who cannot see colours recognise the level by its word and by the shape of the padlock.
func baseColour(l ui.Level) colour {
	switch l {
	case ui.Private:
		return 0x2e9e36
	case ui.Unverified:
		return 0xd98200
	case ui.Finished:
		return 0x808080
	}
	return 0xd62f2f
}

// minContrast is the contrast that the Web Content Accessibility Guidelines require for
// text. Against any background, black or white has at least this contrast.
const minContrast = 4.5

// levelColour returns the level's colour, readable on the background.
func levelColour(l ui.Level, background colour) colour { return readable(baseColour(l), background) }

// readable makes a colour darker or lighter until it can be read on the background, which
// depends on the user's theme.
func readable(wanted, background colour) colour {
	towards := black
	if contrast(white, background) > contrast(black, background) {
		towards = white
	}
	const steps = 20
	for i := range steps {
		if c := mix(wanted, towards, float64(i)/steps); contrast(c, background) >= minContrast {
			return c
		}
	}
	return towards
}

func (c colour) channels() [3]float64 {
	return [3]float64{float64(c >> 16 & 0xff), float64(c >> 8 & 0xff), float64(c & 0xff)}
}

// mix returns the colour that is the given part of the way from a to b.
func mix(a, b colour, part float64) (m colour) {
	x, y := a.channels(), b.channels()
	for i := range x {
		m = m<<8 | colour(math.Round(x[i]+(y[i]-x[i])*part))
	}
	return m
}

// contrast and luminance are as in WCAG 2.1.
func contrast(a, b colour) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c colour) float64 {
	var sum float64
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		v := c.channels()[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

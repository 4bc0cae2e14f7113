// SPDX-License-Identifier: GPL-2.0-or-later

package locale

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// A Catalogue holds one language's translations. Its methods return the English text if
// there is no other, also if the catalogue is nil.
//
// Packed, it is a DEFLATE stream of these:
//
//	200 bytes: which plural form belongs to 0, 1, ... 199
//	4 bytes: the number of texts
//	4 bytes for each text, sorted: the hash of its English
//	for each text: its forms with \x00 between them, \x01
//
// The hash takes the place of the English text, which every catalogue would repeat.
type Catalogue struct {
	forms [pluralPeriod + 100]byte
	texts map[uint32]string

	language string
}

// RightToLeft reports whether the language is written from right to left. A nil catalogue
// is English.
func (c *Catalogue) RightToLeft() bool { return c != nil && RightToLeft(c.language) }

// Marks returns the punctuation of the language.
func (c *Catalogue) Marks() Marks {
	if c != nil {
		if m, ok := marks[base(c.language)]; ok {
			return m
		}
	}
	return marks["en"]
}

// pluralPeriod: in all languages, n and n+100 have the same form from this number on.
const pluralPeriod = 100

const (
	endOfForm = "\x00"
	endOfText = "\x01"
)

// maxUnpacked is more than the largest catalogue needs, in bytes.
const maxUnpacked = 1 << 20

// A Translation is what Pack packs.
type Translation struct {
	Context, English string
	Forms            []string // one if there is no plural
}

func key(context, english string) uint32 {
	h := fnv.New32a()
	if context != "" {
		io.WriteString(h, context+"\x04") // as in gettext's compiled catalogues
	}
	io.WriteString(h, english)
	return h.Sum32()
}

// Get returns the translation of a text.
func (c *Catalogue) Get(english string) string { return c.GetC(english, "") }

// GetC is Get for a text that has several meanings. context tells which one is meant.
func (c *Catalogue) GetC(english, context string) string {
	if c == nil {
		return english
	}
	if text, ok := c.texts[key(context, english)]; ok {
		text, _, _ = strings.Cut(text, endOfForm)
		return text
	}
	return english
}

// GetN is Get for a text that depends on the number n.
func (c *Catalogue) GetN(one, many string, n int) string {
	if c != nil {
		if text, ok := c.texts[key("", one)]; ok {
			for range c.Form(n) {
				_, text, _ = strings.Cut(text, endOfForm)
			}
			text, _, _ = strings.Cut(text, endOfForm)
			return text
		}
	}
	if n == 1 {
		return one
	}
	return many
}

// Form returns which of the forms belongs to the number n.
func (c *Catalogue) Form(n int) int {
	if n < 0 {
		n = -n
	}
	if n >= len(c.forms) {
		n = pluralPeriod + n%100
	}
	return int(c.forms[n])
}

// Pack packs translations. form returns which form belongs to a number.
func Pack(all []Translation, form func(n int) int) ([]byte, error) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Translation) int { return cmp.Compare(key(a.Context, a.English), key(b.Context, b.English)) })
	var c Catalogue
	for n := range c.forms {
		c.forms[n] = byte(form(n))
	}
	for n := range 5000 {
		if c.Form(n) != form(n) {
			return nil, errors.New("the plural forms do not repeat themselves after 100")
		}
	}
	keys := binary.BigEndian.AppendUint32(c.forms[:], uint32(len(all)))
	var texts []byte
	for i, t := range all {
		if k := key(t.Context, t.English); i > 0 && k == key(all[i-1].Context, all[i-1].English) {
			return nil, errors.New("two texts have the same hash: " + t.English)
		}
		keys = binary.BigEndian.AppendUint32(keys, key(t.Context, t.English))
		text := strings.Join(t.Forms, endOfForm)
		if strings.Contains(text, endOfText) || strings.Count(text, endOfForm) >= len(t.Forms) {
			return nil, errors.New("a translation has a character that ends texts: " + t.English)
		}
		texts = append(append(texts, text...), endOfText...)
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(append(keys, texts...))
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

var errDamaged = errors.New("a catalogue is damaged")

// Unpack reads a packed catalogue.
func Unpack(data []byte) (*Catalogue, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxUnpacked))
	if err != nil {
		return nil, err
	}
	c := new(Catalogue)
	n := copy(c.forms[:], plain)
	if plain = plain[n:]; len(plain) < 4 {
		return nil, errDamaged
	}
	count := int64(binary.BigEndian.Uint32(plain))
	if plain = plain[4:]; int64(len(plain)) < 4*count {
		return nil, errDamaged
	}
	keys, texts := plain[:4*count], string(plain[4*count:])
	c.texts = make(map[uint32]string, count)
	for ; len(keys) > 0; keys = keys[4:] {
		text, rest, ok := strings.Cut(texts, endOfText)
		if !ok {
			return nil, errDamaged
		}
		c.texts[binary.BigEndian.Uint32(keys)], texts = text, rest
	}
	return c, nil
}

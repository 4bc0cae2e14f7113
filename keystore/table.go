// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"hash/maphash"
	"io"

	"purple-otr/keystore/internal/seal"
)

// A page holds the parsed entries of one file, in file order.
type page[K comparable, V any] struct {
	entries []entry[K, V]
	index   map[K]int // into entries
	changed bool      // has been changed since it was read
	first   []part    // parts to be written together with it, and before it

	source  digest       // of the file's content; zero if texts cannot find the entries in it
	editing bool         // edits are recorded
	edits   []edit[K, V] // since the last edit began
}

// An edit is what an entry was before it was changed. It was gone if it has been added.
type edit[K comparable, V any] struct {
	i   int // into entries
	was entry[K, V]
}

// An entry is one entry of a file. Entries that are unknown or unchanged are written back
// verbatim.
type entry[K comparable, V any] struct {
	text  []byte
	key   K
	value V
	kind  entryKind
	size  uint32 // of the text, while the table does not hold it
}

type entryKind uint8

const (
	record entryKind = iota // has a key and a value
	other                   // has only a text
	gone                    // has been removed
)

// newPage makes an empty page with room for n entries.
func newPage[K comparable, V any](n int) *page[K, V] {
	return &page[K, V]{entries: make([]entry[K, V], 0, n), index: make(map[K]int, n)}
}

func (p *page[K, V]) get(k K) (v V, ok bool) {
	if i, ok := p.index[k]; ok {
		return p.entries[i].value, true
	}
	return v, false
}

// add appends a record. It removes an earlier one with the same key, as libotr does.
func (p *page[K, V]) add(text []byte, k K, v V) {
	p.drop(k)
	p.record(len(p.entries), entry[K, V]{kind: gone})
	p.changed = true
	p.index[k] = len(p.entries)
	p.entries = append(p.entries, entry[K, V]{text: text, key: k, value: v})
}

// keep appends a text that is not a record.
func (p *page[K, V]) keep(text []byte) {
	p.record(len(p.entries), entry[K, V]{kind: gone})
	p.entries = append(p.entries, entry[K, V]{text: text, kind: other})
}

// set changes an existing record, or appends one.
func (p *page[K, V]) set(text []byte, k K, v V) {
	if i, ok := p.index[k]; ok {
		p.record(i, p.entries[i])
		p.entries[i].text, p.entries[i].value = text, v
		p.changed = true
	} else {
		p.add(text, k, v)
	}
}

func (p *page[K, V]) drop(k K) {
	if i, ok := p.index[k]; ok {
		p.record(i, p.entries[i])
		p.entries[i] = entry[K, V]{kind: gone}
		delete(p.index, k)
		p.changed = true
	}
}

func (p *page[K, V]) record(i int, was entry[K, V]) {
	if p.editing {
		p.edits = append(p.edits, edit[K, V]{i, was})
	}
}

// beginEdit starts to record edits.
func (p *page[K, V]) beginEdit() { p.changed, p.editing, p.edits = false, true, nil }

// undo takes all edits back, the last one first.
func (p *page[K, V]) undo() {
	for len(p.edits) > 0 {
		e := p.edits[len(p.edits)-1]
		p.edits = p.edits[:len(p.edits)-1]
		if now := p.entries[e.i]; now.kind == record {
			delete(p.index, now.key)
		}
		if p.entries[e.i] = e.was; e.was.kind == record {
			p.index[e.was.key] = e.i
		}
	}
	for n := len(p.entries); n > 0 && p.entries[n-1].kind == gone; n-- {
		p.entries = p.entries[:n-1] // had been added
	}
	p.changed = false
}

// keys yields the keys in file order.
func (p *page[K, V]) keys(yield func(K) bool) {
	for i := range p.entries { // without copying each
		if e := &p.entries[i]; e.kind == record && !yield(e.key) {
			return
		}
	}
}

// texts yields the texts of all entries.
func (p *page[K, V]) texts(yield func([]byte) bool) {
	for i := range p.entries {
		if e := &p.entries[i]; e.kind != gone && !yield(e.text) {
			return
		}
	}
}

// A format describes how one kind of file is written.
type format[K comparable, V any] struct {
	name  string
	limit int64 // maximum size in bytes

	// parse parses a whole file. If the file is damaged, parse returns an error and
	// whatever it could read. The page's texts are slices of data.
	parse func(data []byte) (*page[K, V], error)

	// text formats a record, or returns an error if the format cannot represent it.
	text func(K, V) ([]byte, error)

	// check refuses keys that the format could represent, but that put must not add. Nil
	// refuses none.
	check func(K) error

	// header is the first line of a new file, or empty.
	header string

	// join is the reverse of parse.
	join func(*page[K, V]) []byte

	// lines reports whether the file consists of the texts, with a line break after
	// each.
	lines bool
}

// A table is one file and its cached content. The file is authoritative, and the table is
// never newer than it: every change is applied to the current content of the file, and
// reaches the table only after the file has been written.
type table[K comparable, V any] struct {
	format[K, V]
	plain   format[K, V] // in a plain store; while the store is sealed, format may differ
	sealed  sealedFormat[K, V]
	page    *page[K, V] // without texts
	problem error       // why we must not write the file, or nil
	stamp   stamp       // of the file when it was last read
}

// A sealedFormat returns the format in a store that is sealed with master. It is nil for a
// table without private keys, whose format is the same there.
type sealedFormat[K comparable, V any] func(master *seal.Key, rand io.Reader) format[K, V]

func newTable[K comparable, V any](f format[K, V]) *table[K, V] {
	return &table[K, V]{format: f, plain: f, page: newPage[K, V](0)}
}

func newKeyTable[K comparable, V any](f format[K, V], sealed sealedFormat[K, V]) *table[K, V] {
	t := newTable(f)
	t.sealed = sealed
	return t
}

func (t *table[K, V]) hasKeys() bool { return t.sealed != nil }

// in returns the format in a store that is sealed with master, or in a plain one.
func (t *table[K, V]) in(master *seal.Key, rand io.Reader) format[K, V] {
	if master == nil || t.sealed == nil {
		return t.plain
	}
	return t.sealed(master, rand)
}

// useKey sets the format to that of a store that is sealed with master, or of a plain one.
func (t *table[K, V]) useKey(master *seal.Key, rand io.Reader) { t.format = t.in(master, rand) }

// convert converts a file from a store that is sealed with the key from to one that is
// sealed with the key to. Nil is for a plain store.
func (t *table[K, V]) convert(data []byte, from, to *seal.Key, rand io.Reader) ([]byte, error) {
	p, err := t.in(from, rand).parse(data)
	if err != nil {
		return nil, err
	}
	f := t.in(to, rand)
	for i, e := range p.entries {
		if e.kind != record {
			continue
		}
		if p.entries[i].text, err = f.text(e.key, e.value); err != nil {
			return nil, err
		}
	}
	return f.join(p), nil
}

// sameIn reports whether c, a plain store, has the same records, neither less nor more.
func (t *table[K, V]) sameIn(c contents) bool {
	p, err := newTable(t.plain).read(c)
	if err != nil || len(p.index) != len(t.page.index) {
		return false
	}
	for k := range t.page.keys {
		v, _ := t.page.get(k)
		if now, ok := p.get(k); !ok || any(now) != any(v) && !t.plain.same(k, v, now) {
			return false
		}
	}
	return true
}

// read reads the file. The page is never nil.
func (t *table[K, V]) read(c contents) (*page[K, V], error) {
	data, err := c.read(t.name, t.limit)
	if err != nil || len(data) == 0 {
		return newPage[K, V](0), err
	}
	return t.parsed(c, data)
}

func (t *table[K, V]) parsed(c contents, data []byte) (*page[K, V], error) {
	p, err := t.parse(data)
	if err != nil {
		err = fileError(c.path(t.name), ErrDamaged, err)
	}
	p.changed = false
	if t.lines && err == nil {
		p.source = digestOf(data)
	}
	return p, err
}

// load loads the table from the file. If the file is damaged, the table keeps the content
// of an earlier, undamaged state.
func (t *table[K, V]) load(c contents) {
	t.stamp = c.stamp(t.name)
	p, err := t.read(c)
	t.problem = err
	if err == nil || len(t.page.index) == 0 {
		t.setPage(p)
	}
}

func (t *table[K, V]) state() (name string, problem error) { return t.name, t.problem }

// check returns an error if any part of the file cannot be read.
func (t *table[K, V]) check(c contents) error {
	_, err := t.read(c)
	return err
}

// changed reports whether the file has been written since it was read.
func (t *table[K, V]) changed(c contents) bool { return c.stamp(t.name) != t.stamp }

// forget empties t.
func (t *table[K, V]) forget() {
	t.page, t.problem = newPage[K, V](0), nil
}

// setPage makes p the table's page. It drops the raw texts, to avoid keeping everything in
// memory twice.
func (t *table[K, V]) setPage(p *page[K, V]) {
	total := 0
	for i := range p.entries {
		e := &p.entries[i]
		if e.kind != gone {
			e.size = uint32(len(e.text))
			total += len(e.text) + 1
		}
		e.text = nil
	}
	for i := range p.edits {
		p.edits[i].was.text = nil
	}
	if total != p.source.size && total != p.source.size+1 { // the last line may have no break
		p.source = digest{} // the file has lines that later ones replace
	}
	p.first, p.editing = nil, false
	t.page = p
}

// A digest recognizes a file's content. It is worth something in this process only.
type digest struct {
	size int
	sum  uint64
}

var digestSeed = maphash.MakeSeed()

func digestOf(data []byte) digest { return digest{len(data), maphash.Bytes(digestSeed, data)} }

// current returns the page of data, the present content of the file. This is the table's
// own page if it was made from the same content: parsing ten thousand lines again would
// take as long as the user can notice. It has the texts, and records edits.
func (t *table[K, V]) current(c contents, data []byte) (p *page[K, V], err error) {
	switch {
	case len(data) == 0:
		p = newPage[K, V](0)
	case t.problem != nil || t.page.source != digestOf(data):
		p, err = t.parsed(c, data)
	default:
		p = t.page
		for i, at := 0, 0; i < len(p.entries); i++ {
			if e := &p.entries[i]; e.kind != gone {
				e.text = data[at : at+int(e.size)]
				at += int(e.size) + 1
			}
		}
	}
	p.beginEdit()
	return p, err
}

// update is the only way to change a table. It passes the current content of the file to
// change, writes the result, and then updates t. On error neither the file nor t has
// changed.
func update[K comparable, V any](s *Store, t *table[K, V], change func(*page[K, V]) error) error {
	return updateWith(s, t, func(_ contents, p *page[K, V]) error { return change(p) })
}

// updateWith also passes all files to change, which must not write them.
func updateWith[K comparable, V any](s *Store, t *table[K, V], change func(contents, *page[K, V]) error) error {
	c, unlock, err := s.reader().begin()
	if err != nil {
		return err
	}
	defer unlock()

	data, err := c.read(t.name, t.limit)
	if err != nil {
		t.problem = err
		return err
	}
	p, err := t.current(c, data)
	t.problem = err
	if err != nil {
		return err
	}
	stored := false
	defer func() {
		if !stored && p == t.page {
			p.undo()
			t.setPage(p)
		}
	}()
	if err := change(c, p); err != nil {
		return err
	}
	if p.changed {
		data := t.join(p)
		if int64(len(data)) > t.limit {
			return fileError(c.path(t.name), ErrNotSaved, errTooBig) // we could not read it again
		}
		if err := c.write(append(p.first, part{t.name, data})...); err != nil {
			return err
		}
		if p.source = (digest{}); t.lines {
			p.source = digestOf(data)
		}
	}
	stored = true
	t.stamp = c.stamp(t.name)
	t.setPage(p)
	return nil
}

// put sets the value of k to v.
func (f format[K, V]) put(p *page[K, V], k K, v V) error {
	if f.check != nil {
		if err := f.check(k); err != nil {
			return err
		}
	}
	text, err := f.text(k, v)
	if err != nil {
		return err
	}
	if len(p.entries) == 0 && f.header != "" {
		p.keep([]byte(f.header))
	}
	p.set(text, k, v)
	return nil
}

// joinChanged returns the file with the records of p, nil if p has not been changed.
func (t *table[K, V]) joinChanged(p *page[K, V]) []byte {
	if !p.changed {
		return nil
	}
	return t.join(p)
}

// found reports whether data, one of libotr's files, contains nothing but known entries,
// so that nothing is lost if it is removed. stored is as for covers.
func (t *table[K, V]) found(data, stored []byte) (covered bool, err error) {
	p, err := t.plain.parse(data)
	return err == nil && t.covers(p, stored), err
}

// covers reports whether all entries of p, which is in libotr's format, are known. stored
// is the content of this table in the store.
func (t *table[K, V]) covers(p *page[K, V], stored []byte) bool {
	for _, e := range p.entries {
		switch e.kind {
		case record:
			v, ok := t.page.get(e.key)
			if !ok || !t.plain.same(e.key, v, e.value) {
				return false
			}
		case other:
			if !bytes.Contains(stored, e.text) {
				return false
			}
		}
	}
	return true
}

// same reports whether the file format writes both values in the same way.
func (f format[K, V]) same(k K, v, w V) bool {
	a, err1 := f.text(k, v)
	b, err2 := f.text(k, w)
	return err1 == nil && err2 == nil && bytes.Equal(a, b)
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

// contents is what the files of a folder said at one moment, under their names,
// whether these are files or sections of a sealed one.
type contents interface {
	// path is where name is, for messages.
	path(name string) string

	// read returns nothing if there is nothing of that name.
	read(name string, limit int64) ([]byte, error)

	// write replaces parts, all or none of them if the store is sealed, one
	// after another if not. The lock must be held.
	write(parts ...part) error

	stamp(name string) stamp
}

// A part is what is to stand under a name.
type part struct {
	name string
	data []byte
}

// plainFiles are libotr's own.
type plainFiles struct{ folder *folder }

func (c plainFiles) path(name string) string { return c.folder.file(name) }
func (c plainFiles) stamp(name string) stamp { return stampOf(c.path(name)) }

func (c plainFiles) read(name string, limit int64) ([]byte, error) {
	return readFile(c.path(name), limit)
}

func (c plainFiles) write(parts ...part) error {
	for _, p := range parts {
		if err := c.folder.replaceFile(c.path(p.name), p.data); err != nil {
			return err
		}
	}
	return nil
}

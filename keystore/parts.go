// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

// The parts of a Store. Each embeds the Store, which has all the state.
type (
	reader   struct{ *Store } // reads the files, and says what they contain
	marker   struct{ *Store } // remembers in the keyring what the files are
	archives struct{ *Store } // keeps backups and old files
)

func (s *Store) reader() reader     { return reader{s} }
func (s *Store) marker() marker     { return marker{s} }
func (s *Store) archives() archives { return archives{s} }

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"

	"purple-otr/otr"
)

// tagsFormat is otr.instance_tags: a comment, then lines with account, protocol and tag,
// which has eight hexadecimal digits.
func tagsFormat() format[Account, otr.InstanceTag] {
	return format[Account, otr.InstanceTag]{
		name:  "otr.instance_tags",
		limit: maxLinesFile,
		parse: func(data []byte) (*page[Account, otr.InstanceTag], error) { return parseLines(data, parseTag) },
		text: func(a Account, t otr.InstanceTag) ([]byte, error) {
			return makeLine(a.Name, a.Protocol, fmt.Sprintf("%08x", uint32(t)))
		},
		join:   joinLines[Account, otr.InstanceTag],
		header: tagsHeader,
		lines:  true,
	}
}

const tagsHeader = "# WARNING! You shouldn't copy this file to another computer. It is unnecessary and can cause problems."

// minTag is the lowest valid tag.
const minTag = 0x100

func parseTag(line []byte) (a Account, t otr.InstanceTag, ok bool) {
	f := splitLine(line, 3)
	if len(f) != 3 || len(f[2]) != 8 {
		return a, 0, false
	}
	var b [4]byte
	if _, err := hex.Decode(b[:], f[2]); err != nil {
		return a, 0, false
	}
	t = otr.InstanceTag(binary.BigEndian.Uint32(b[:]))
	return Account{Name: string(f[0]), Protocol: string(f[1])}, t, t >= minTag
}

// Tag returns the account's instance tag; if it has none, Tag makes and saves one.
//
// Unlike a key, a tag is never shared by two XMPP resources of one account: both may be
// online at once, and then each would accept the other's messages. Losing a tag is
// harmless.
func (s *Store) Tag(a Account, rand io.Reader) (otr.InstanceTag, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tags.page.get(a); ok {
		return t, nil
	}
	var tag otr.InstanceTag
	err := update(s, s.tags, func(p *page[Account, otr.InstanceTag]) (err error) {
		var ok bool
		if tag, ok = p.get(a); ok {
			return nil // another process has saved one meanwhile
		}
		if tag, err = otr.NewInstanceTag(rand); err != nil {
			return err
		}
		return s.tags.put(p, a, tag)
	})
	if err != nil {
		return 0, err
	}
	return tag, nil
}

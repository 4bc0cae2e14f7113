// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"encoding/hex"
	"time"

	"purple-otr/otr"
)

// A Seen says on which days a fingerprint was first and last used. It is deliberately not
// more exact: nobody needs it to be, and the file tells a thief whom the user talks to.
type Seen struct{ First, Last Day }

// A Day is a date such as "2026-02-28", or empty if it is not known.
type Day string

// DayOf returns the date of t in t's time zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// seenFormat is purple-otr.seen, which only we use: libotr's file of fingerprints has no
// place for it. Its lines are like those of otr.fingerprints, with two days instead of
// the trust.
func seenFormat() format[contact, Seen] {
	return format[contact, Seen]{
		name:  "purple-otr.seen",
		limit: maxLinesFile,
		parse: parseSeen,
		text: func(c contact, s Seen) ([]byte, error) {
			return makeLine(c.Peer, c.Name, c.Protocol, hex.EncodeToString(c.fingerprint.Bytes()), string(s.First), string(s.Last))
		},
		join:  joinLines[contact, Seen],
		lines: true,
	}
}

func parseSeen(data []byte) (*page[contact, Seen], error) {
	names := make(interner)
	return parseLines(data, func(line []byte) (c contact, s Seen, ok bool) {
		f := splitLine(line, 6)
		if len(f) != 6 || len(f[3]) != fingerprintDigits && len(f[3]) != fingerprint4Digits {
			return c, s, false
		}
		fp, err := otr.ParseFingerprint(string(f[3]))
		s = Seen{Day(names.string(f[4])), Day(names.string(f[5]))}
		if err != nil || !s.First.valid() || !s.Last.valid() || s.First > s.Last {
			return c, s, false
		}
		account := Account{Protocol: names.string(f[2]), Name: names.string(f[1])}
		return contact{Buddy{account, string(f[0])}, fp}, s, true
	})
}

func (d Day) valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Seen returns the days, which are empty if nothing is known. It ignores the account's
// XMPP resource.
func (s *Store) Seen(b Buddy, f otr.Fingerprint) Seen {
	s.mu.RLock()
	defer s.mu.RUnlock()
	days, _ := s.seen.page.get(contact{b.Bare(), f})
	return days
}

// Saw records that a fingerprint was in use on that day. It writes at most once a day for
// each fingerprint.
func (s *Store) Saw(b Buddy, f otr.Fingerprint, today Day) error {
	c := contact{b.Bare(), f}
	s.mu.Lock()
	defer s.mu.Unlock()
	if days, ok := s.seen.page.get(c); ok && days.Last >= today {
		return nil
	}
	return update(s, s.seen, func(p *page[contact, Seen]) error {
		days, ok := p.get(c)
		if !ok {
			days.First = today
		}
		if days.Last >= today {
			return nil // another process has saved it, or the clock was set back
		}
		days.Last = today
		return s.seen.put(p, c, days)
	})
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	limitsName    = "otr.max_message_size"
	maxLimitsFile = 64 << 10
	maxLimit      = 1_000_000
)

// readLimits reads otr.max_message_size, which the user may have made. Lines that
// cannot be used are reported, by number, and skipped.
func (d *folder) readLimits() (map[string]int, error) {
	path := d.file(limitsName)
	data, err := d.read(path, maxLimitsFile)
	if err != nil {
		return nil, err
	}
	limits, bad := parseLimits(data)
	if len(bad) > 0 {
		err = fileError(path, ErrBadLine, fmt.Errorf("line %s", strings.Join(bad[:min(len(bad), 5)], ", ")))
	}
	return limits, err
}

// parseLimits parses lines with a protocol and a number of bytes. It skips empty lines
// and lines that begin with "#". It returns the numbers of other lines that it cannot
// use: with a limit that is 0, huge, or not a number, messages would get lost on the way.
func parseLimits(data []byte) (limits map[string]int, bad []string) {
	limits = make(map[string]int)
	n := 0
	for line := range bytes.Lines(data) {
		n++
		text := strings.TrimRight(string(line), "\r\n")
		if strings.TrimSpace(text) == "" || text[0] == '#' {
			continue
		}
		protocol, number, _ := strings.Cut(text, "\t")
		limit, err := strconv.ParseUint(number, 10, 32)
		if err != nil || limit < 1 || limit > maxLimit || protocol == "" {
			bad = append(bad, strconv.Itoa(n))
			continue
		}
		limits[protocol] = int(limit)
	}
	return limits, bad
}

// limitLines is the reverse of parseLimits.
func limitLines(limits map[string]int) []byte {
	var out bytes.Buffer
	for _, protocol := range slices.Sorted(maps.Keys(limits)) {
		fmt.Fprintf(&out, "%s\t%d\n", protocol, limits[protocol])
	}
	return out.Bytes()
}

// MaxMessage returns the user's limit for the length of a protocol's messages, in bytes;
// ok is false if there is none.
func (s *Store) MaxMessage(protocol string) (limit int, ok bool) {
	limit, ok = s.limits[protocol]
	return limit, ok
}

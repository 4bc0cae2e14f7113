// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Jitsi and ChatSecure for Android write Java's format of properties: lines such as
// key=value, in Latin-1, with escapes. See the documentation of java.util.Properties.load.

// maxProperties is more than Jitsi needs for all its settings, in bytes.
const maxProperties = 16 << 20

// properties calls yield for each property in data, in order.
func properties(data []byte, yield func(key, value string)) error {
	if len(data) > maxProperties {
		return ErrTooBig
	}
	for len(data) > 0 {
		var line []byte
		line, data = logicalLine(data)
		if len(line) == 0 || line[0] == '#' || line[0] == '!' {
			continue
		}
		end := keyEnd(line)
		value := bytes.TrimLeft(line[end:], propertySpace)
		if len(value) > 0 && (value[0] == '=' || value[0] == ':') {
			value = bytes.TrimLeft(value[1:], propertySpace)
		}
		yield(unescape(line[:end]), unescape(value))
	}
	return nil
}

const propertySpace = " \t\f"

// logicalLine cuts the first line from data, without the white space before it. A
// backslash at the end continues the line, unless the line is a comment.
func logicalLine(data []byte) (line, rest []byte) {
	line, rest = naturalLine(data)
	if len(line) > 0 && (line[0] == '#' || line[0] == '!') || !continues(line) {
		return line, rest
	}
	var joined []byte
	for continues(line) {
		joined = append(joined, line[:len(line)-1]...)
		line, rest = naturalLine(rest)
	}
	return append(joined, line...), rest
}

func naturalLine(data []byte) (line, rest []byte) {
	line, rest = data, nil
	if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
		line, rest = data[:i], data[i+1:]
	}
	return bytes.TrimLeft(line, propertySpace), rest
}

// continues reports whether line ends with an odd number of backslashes.
func continues(line []byte) bool {
	return (len(line)-len(bytes.TrimRight(line, `\`)))%2 == 1
}

// keyEnd returns the length of the key at the start of line.
func keyEnd(line []byte) int {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '=', ':', ' ', '\t', '\f':
			return i
		}
	}
	return len(line)
}

// unescape decodes Latin-1 and the escapes.
func unescape(text []byte) string {
	out := make([]byte, 0, len(text))
	var units []uint16 // a character may consist of two escapes
	flush := func() {
		if len(units) == 0 {
			return
		}
		out = append(out, string(utf16.Decode(units))...)
		units = units[:0]
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' && i+1 < len(text) {
			i++
			c = text[i]
			if c == 'u' && i+4 < len(text) {
				if n, err := strconv.ParseUint(string(text[i+1:i+5]), 16, 16); err == nil {
					units = append(units, uint16(n))
					i += 4
					continue
				}
			}
			if j := bytes.IndexByte([]byte("tnrf"), c); j >= 0 {
				c = "\t\n\r\f"[j]
			}
		}
		flush()
		out = utf8.AppendRune(out, rune(c))
	}
	flush()
	return string(out)
}

// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"errors"
	"strings"
	"testing"
)

func TestMaxMessage(t *testing.T) {
	text := "# comment\n\nprpl-irc\t400\nprpl-msn\t0\r\nprpl-aim\t1409\r\nprpl-gg\t1000001\nprpl-x\t-1\n" +
		"prpl-y\t10\t\nprpl-z 10\n\t10\nprpl-a\t0x10\nprpl-b\t+7\nprpl-c\t1000000\nprpl-d\t99999999999999999999\nprpl-e\t1"
	s := open(t, with(t, limitsName, text))
	for protocol, want := range map[string]int{"prpl-irc": 400, "prpl-aim": 1409, "prpl-c": 1000000, "prpl-e": 1} {
		if got, ok := s.MaxMessage(protocol); got != want || !ok {
			t.Errorf("%s: %d %v", protocol, got, ok)
		}
	}
	for _, protocol := range []string{"prpl-msn", "prpl-gg", "prpl-x", "prpl-y", "prpl-z 10", "prpl-z", "", "prpl-a", "prpl-b", "prpl-d", "#"} {
		if got, ok := s.MaxMessage(protocol); got != 0 || ok {
			t.Errorf("%s: %d %v", protocol, got, ok)
		}
	}
	p := s.Problems()
	if len(p) != 1 || !errors.Is(p[0].Err, ErrBadLine) || !strings.HasSuffix(p[0].Err.Error(), "(line 4, 6, 7, 8, 9)") {
		t.Error(p)
	}
}

func TestNoMaxMessage(t *testing.T) {
	s := openGood(t, t.TempDir())
	if _, ok := s.MaxMessage("prpl-irc"); ok {
		t.Error("there is a limit although there is no file")
	}
	s = open(t, with(t, limitsName, strings.Repeat("\n", maxLimitsFile+1)))
	if p := s.Problems(); len(p) != 1 || !errors.Is(p[0].Err, ErrDamaged) {
		t.Error(p)
	}
}

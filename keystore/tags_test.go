// SPDX-License-Identifier: GPL-2.0-or-later

package keystore

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"purple-otr/otr"
)

func TestTagIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	s := openGood(t, dir)
	tag, err := s.Tag(alice, rand.Reader)
	if err != nil || tag < 0x100 {
		t.Fatal(tag, err)
	}
	none := iotest.ErrReader(errors.New("no tag is to be made"))
	for _, s := range []*Store{s, openGood(t, dir)} {
		if again, err := s.Tag(alice, none); again != tag || err != nil {
			t.Error(again, err)
		}
	}
	if _, err := s.Tag(aliceIRC, none); err == nil {
		t.Error("a tag was made without randomness")
	}
	other, err := s.Tag(aliceIRC, rand.Reader)
	if err != nil || other == tag {
		t.Error(other, err)
	}
	text := read(t, filepath.Join(dir, tagsName))
	if !strings.HasPrefix(text, tagsHeader+"\nalice@example.org/Home\tprpl-jabber\t") || strings.Count(text, "\n") != 3 {
		t.Error(text)
	}
}

func TestTagIsNotSharedBetweenResources(t *testing.T) {
	s := openGood(t, t.TempDir())
	home, err1 := s.Tag(Account{"prpl-jabber", "alice@example.org/Home"}, rand.Reader)
	work, err2 := s.Tag(Account{"prpl-jabber", "alice@example.org/Work"}, rand.Reader)
	if err1 != nil || err2 != nil || home == work {
		t.Error(home, work, err1, err2)
	}
}

func TestTagOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	a, b := openGood(t, dir), openGood(t, dir)
	ta, err1 := a.Tag(alice, rand.Reader)
	tb, err2 := b.Tag(alice, rand.Reader)
	if err1 != nil || err2 != nil || ta != tb {
		t.Error(ta, tb, err1, err2)
	}
}

func TestTagLines(t *testing.T) {
	for line, want := range map[string]otr.InstanceTag{
		"alice\tprpl-irc\t00000100\n":                               0x100,
		"alice\tprpl-irc\tFFffFFff\r\n":                             0xffffffff,
		"alice\tprpl-irc\t12345678":                                 0x12345678,
		"alice\tprpl-irc\t11111111\nalice\tprpl-irc\t22222222\n":    0x22222222,
		"alice\tprpl-irc\t11111111\nalice\tprpl-irc\t22222222\tx\n": 0x11111111,
		"alice\tprpl-irc\t000000ff\n":                               0,
		"alice\tprpl-irc\t1234567\n":                                0,
		"alice\tprpl-irc\t123456789\n":                              0,
		"alice\tprpl-irc\t0x123456\n":                               0,
		"alice\tprpl-irc\n":                                         0,
	} {
		dir := with(t, tagsName, line)
		s := openGood(t, dir)
		if got, _ := s.tags.page.get(aliceIRC); got != want {
			t.Errorf("%q: %08x", line, got)
		}
		if _, err := s.Tag(odd, rand.Reader); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if got, _ := openGood(t, dir).tags.page.get(aliceIRC); got != want {
			t.Errorf("%q after writing: %08x", line, got)
		}
	}
}

func TestTagNamesThatCannotBeSaved(t *testing.T) {
	s := openGood(t, t.TempDir())
	for _, name := range badNames {
		if tag, err := s.Tag(Account{"prpl-irc", name}, rand.Reader); tag != 0 || !errors.Is(err, ErrName) {
			t.Errorf("%.20q: %v %v", name, tag, err)
		}
	}
}

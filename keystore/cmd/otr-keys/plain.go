// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"context"
	"flag"
	"fmt"
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
)

func plain(*flag.FlagSet) func(*tool, []string) error {
	return func(t *tool, _ []string) error {
		s, err := t.open()
		if err != nil {
			return err
		}
		defer s.Close()
		if s.Protection() == keystore.Plain {
			fmt.Fprintln(t.out, "These files are not protected. pidgin-otr can read them.")
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), keyringTime)
		defer cancel()
		left, err := s.Protect(ctx, keystore.Plain, nil)
		if err != nil {
			return err
		}
		if err := s.Remember(ctx); err != nil {
			t.complain(err)
		}
		t.tellNoLocks(s)
		fmt.Fprintln(t.out, "Your keys are now in libotr's files. pidgin-otr can read them.")
		if b := s.Bundle(); slices.ContainsFunc(b.Keys, func(k keystore.AccountKey) bool { return k.Key.Fingerprint().Version() == otr.V4 }) {
			fmt.Fprintf(t.out, "Those for OTR 4 are in %s and %s. Only purple-otr reads these.\n", keystore.IdentitiesFile, keystore.Fingerprints4File)
		}
		fmt.Fprintln(t.out, "When you next enable purple-otr, it misses the protected keys; then choose “Use the unencrypted files”.")
		for _, p := range left {
			t.complain(fmt.Errorf("not removed: %w", p.Err))
			err = errNotAll
		}
		return err
	}
}

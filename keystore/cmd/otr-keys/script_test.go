// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"purple-otr/keystore"
	"purple-otr/otr"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){name: main})
}

// TestScripts runs testdata/script. Each script has the folder libotr, with files that
// libotr has written, and alice.key3, with a key in python-potr's format.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if _, err := exec.LookPath("age"); err != nil && os.Getenv("REQUIRE_ALL") != "" {
		t.Fatal("age is missing")
	}
	samples, err := filepath.Abs("../../testdata/libotr")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			if err := os.CopyFS(filepath.Join(e.WorkDir, "libotr"), os.DirFS(samples)); err != nil {
				return err
			}
			if err := os.Mkdir(filepath.Join(e.WorkDir, "empty"), 0o700); err != nil {
				return err
			}
			return potrKey(filepath.Join(samples, keystore.KeysFile), filepath.Join(e.WorkDir, "alice.key3"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"damage":  damage,
			"mode":    mode,
			"protect": protect,
			"unchanged": func(ts *testscript.TestScript, _ bool, args []string) {
				unchanged(ts, samples, ts.MkAbs(args[0]))
			},
		},
	})
}

// exits CODE COMMAND...: the command exits with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = e.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// damage FILE: changes a byte in the middle.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}

// mode FILE: checks that only the user may read it.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if info.Mode() != 0o600 {
		ts.Fatalf("mode %v", info.Mode())
	}
}

// unchanged FOLDER: it has the samples, as they were copied, and nothing else.
func unchanged(ts *testscript.TestScript, samples, dir string) {
	want, err := os.ReadDir(samples)
	ts.Check(err)
	got, err := os.ReadDir(dir)
	ts.Check(err)
	if len(got) != len(want) {
		ts.Fatalf("%d files, want %d", len(got), len(want))
	}
	for _, f := range want {
		was, err := f.Info()
		ts.Check(err)
		is, err := os.Stat(filepath.Join(dir, f.Name()))
		ts.Check(err)
		if is.Mode() != was.Mode() || is.Size() != was.Size() {
			ts.Fatalf("%s: %v, %d bytes; was %v, %d", f.Name(), is.Mode(), is.Size(), was.Mode(), was.Size())
		}
	}
}

// protect FOLDER PASSPHRASE: protects the profile.
func protect(ts *testscript.TestScript, _ bool, args []string) {
	s, err := keystore.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	left, err := s.Protect(context.Background(), keystore.ByPassphrase, []byte(args[1]))
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("left: %v", left)
	}
	ts.Check(s.Close())
}

// potrKey converts the first key in a file of libotr to python-potr's format.
func potrKey(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var b keystore.Bundle
	if err := b.ReadKeys(data); err != nil {
		return err
	}
	d := b.Keys[0].Key.(*otr.PrivateKey).DSA()
	out := []byte{0, 0}
	for _, n := range [][]byte{d.P.Bytes(), d.Q.Bytes(), d.G.Bytes(), d.Y.Bytes(), d.X.Bytes()} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(n))), n...)
	}
	return os.WriteFile(to, out, 0o600)
}

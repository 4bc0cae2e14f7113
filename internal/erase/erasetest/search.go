// SPDX-License-Identifier: GPL-2.0-or-later

// Package erasetest looks for remnants of secrets from outside: a test binary runs itself
// once more, and reads the memory of that process as a debugger does. The process says what
// to look for, inverted, so that the search finds no list of what it searches for.
package erasetest

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"purple-otr/internal/erase"
)

// searched is set in the environment of the process that is searched.
const searched = "PURPLE_OTR_REMNANTS"

// look ends a list of secrets.
const look = "look"

// Secrets are what is looked for, by name, inverted.
type Secrets map[string][]byte

// Add adds a secret of n bytes, unless it is all zeros. It makes no copy.
func (s Secrets) Add(name string, n int, at func(i int) byte) {
	inverted, zero := make([]byte, n), true
	for i := range inverted {
		inverted[i] = ^at(i)
		zero = zero && inverted[i] == 0xff
	}
	if !zero {
		s[name] = inverted
	}
}

// AddFields adds all bytes in the fields with these names of a struct, and of structs and
// slices inside it. It follows no pointers but v itself.
func (s Secrets) AddFields(of string, v reflect.Value, names ...string) {
	s.addFields(of, reflect.Indirect(v), false, names)
}

func (s Secrets) addFields(of string, v reflect.Value, named bool, names []string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			s.addFields(of+" "+f.Name, v.Field(i), named || slices.Contains(names, f.Name), names)
		}
	case reflect.Array, reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if named {
				s.Add(of, v.Len(), func(i int) byte { return byte(v.Index(i).Uint()) })
			}
			return
		}
		for i := range v.Len() {
			s.addFields(fmt.Sprint(of, " ", i), v.Index(i), named, names)
		}
	}
}

// Remove takes out what is public.
func (s Secrets) Remove(public []byte) {
	for name, inverted := range s {
		same := len(public) == len(inverted)
		for i := 0; same && i < len(public); i++ {
			same = public[i] == ^inverted[i]
		}
		if same {
			delete(s, name)
		}
	}
}

// MustBeGone and MustBeThere have the memory of this process searched now. The second one
// shows that the search finds something.
func (s Secrets) MustBeGone()  { s.search("gone") }
func (s Secrets) MustBeThere() { s.search("there") }

func (s Secrets) search(verdict string) {
	for range 3 {
		runtime.GC() // which erases what nothing refers to
	}
	for name, inverted := range s {
		fmt.Printf("%s\t%s\t%x\n", verdict, name, inverted)
	}
	fmt.Println(look)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}

// Run runs process in another process, and searches the memory of that when it asks for it.
// The test that calls Run must do nothing else. In all, there must be at least so many
// secrets to search for.
func Run(t *testing.T, least int, process func()) {
	if os.Getenv(searched) != "" {
		process()
		return
	}
	cmd := exec.Command(program(t), "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), searched+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var list [][3]string
	secrets := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if f := strings.Split(lines.Text(), "\t"); len(f) == 3 {
			list = append(list, [3]string(f))
			continue
		}
		if lines.Text() != look {
			continue // of the testing package
		}
		secrets += len(list)
		searchMemory(t, cmd.Process.Pid, list)
		list = nil
		fmt.Fprintln(in)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if secrets < least {
		t.Errorf("searched for %d secrets", secrets)
	}
}

// program returns this test program as it is built with the experiment that erases, and
// skips the test where there is no such experiment.
func program(t *testing.T) string {
	if erase.Erases {
		return os.Args[0]
	}
	if !erase.Possible {
		t.Skip("nothing is erased on this system or processor")
	}
	with := func(args ...string) ([]byte, error) {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "GOEXPERIMENT=runtimesecret")
		return cmd.CombinedOutput()
	}
	if out, err := with("env", "GOVERSION"); err != nil {
		t.Skipf("this Go cannot erase: %v: %s", err, out)
	}
	if testing.Short() {
		t.Skip("built without GOEXPERIMENT=runtimesecret, and to build it with that takes long")
	}
	file := filepath.Join(t.TempDir(), "erases.test")
	if out, err := with("test", "-buildvcs=false", "-c", "-o", file, "."); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return file
}

// searchMemory looks for the secrets in the list in all memory that a process can write to.
func searchMemory(t *testing.T, pid int, list [][3]string) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	found := make([]int, len(list))
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var rights string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &rights); err != nil || !strings.HasPrefix(rights, "rw") {
			continue
		}
		region := make([]byte, to-from)
		if _, err := mem.ReadAt(region, from); err != nil {
			continue // such as the kernel's own
		}
		for i, e := range list {
			secret, _ := hex.DecodeString(e[2])
			for j := range secret {
				secret[j] = ^secret[j]
			}
			found[i] += bytes.Count(region, secret)
		}
	}
	for i, e := range list {
		if e[0] == "gone" && found[i] > 0 {
			t.Errorf("%s: %d copies are left", e[1], found[i])
		}
		if e[0] == "there" && found[i] == 0 {
			t.Errorf("%s: not found while it is in use: the search is wrong", e[1])
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Limits on what is read.
const (
	maxFile  = 80 << 20 // bytes
	maxTotal = 80 << 20 // bytes, of a folder
	maxFiles = 1000     // of a folder
)

// names are the only files that we read in a folder: others, such as old copies, would
// contradict these.
var names = []string{
	"otr.private_key", "otr.fingerprints", "otr.instance_tags", // pidgin-otr, Adium
	"otr.key", "otr.fp", "otr.instag", // irssi, XChat
	"privkeys", "fingerprints", "instags", // Kopete
	"*.key3", "*.fpr", // WeeChat, Gajim
	"accounts.json", "accounts.json.enc", // CoyIM
	"Accounts.plist",    // Adium
	"purple-otr.sealed", // our own
}

// subfolder is where irssi and WeeChat keep their files, in the folder that the user
// knows.
const subfolder = "otr"

// Load is the first half of Read: it loads a file, or the files in a folder that have one
// of the names.
func Load(path string) ([]Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if !info.IsDir() {
		data, err := readFile(path, maxFile)
		if err != nil {
			return nil, fileError(path, err)
		}
		return []Input{{path, data, nil}}, nil
	}
	var inputs []Input
	left := maxTotal
	for _, dir := range []string{path, filepath.Join(path, subfolder)} {
		list, err := os.ReadDir(dir)
		if err != nil && dir == path {
			return nil, fileError(path, err)
		}
		for _, e := range list {
			if !matches(e.Name()) || len(inputs) == maxFiles {
				continue
			}
			in := Input{Path: filepath.Join(dir, e.Name())}
			in.Data, in.Err = readFile(in.Path, min(left, maxFile))
			left -= len(in.Data)
			inputs = append(inputs, in)
		}
	}
	return inputs, nil
}

func matches(name string) bool {
	return slices.ContainsFunc(names, func(pattern string) bool {
		ok, _ := filepath.Match(pattern, name)
		return ok
	})
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int) ([]byte, error) {
	// Without blocking, in case path is a pipe.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNoFile
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(data) > limit {
		return nil, ErrTooBig
	}
	return data, err
}

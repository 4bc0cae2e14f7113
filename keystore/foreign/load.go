// SPDX-License-Identifier: GPL-2.0-or-later

package foreign

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"purple-otr/keystore"
)

// Limits on what is read.
const (
	maxFile  = 80 << 20 // bytes
	maxTotal = 80 << 20 // bytes, of a folder
	maxFiles = 1000     // of a folder

	maxFolders = 100
)

// names are the only files that we read in a folder: others, such as old copies, would
// contradict these.
var names = []string{
	"otr.private_key", "otr.fingerprints", "otr.instance_tags", // pidgin-otr, Adium, ChatSecure for iOS
	"otr.key", "otr.fp", "otr.instag", // irssi, XChat
	"privkeys", "fingerprints", "instags", // Kopete
	"*.key3", "*.fpr", // WeeChat, Gajim; the latter also mcabber
	"*.otr_keys", "*.otr_fprints", "*.otr_instags", // BitlBee
	"otr.keys", "otr.instags", // Psi
	"accounts.json", "accounts.json.enc", // CoyIM
	"Accounts.plist",                                          // Adium
	"sip-communicator.properties",                             // Jitsi
	"otr_keystore", "otr_keystore.ofc", "otr_keystore.ofcaes", // ChatSecure for Android
	"purple-otr.sealed", keystore.IdentitiesFile, keystore.Fingerprints4File, // our own
}

// commonNames are names that other programs use, too: a file that has one of them is
// ignored unless its content has a known format.
var commonNames = []string{
	"keys.txt", "fingerprints.txt", "instags.txt", // Profanity
	"*.key", "*.tag", // mcabber
	"accounts.xml",    // Psi
	"contactlist.xml", // Jitsi
}

// subfolders are where some programs keep their files, in the folder that the user knows:
// irssi, WeeChat and mcabber in otr, ChatSecure in files, and Profanity and Psi in one
// folder for each account or profile.
var subfolders = []string{".", "otr", "files", "otr/*", "profiles/*"}

// folders returns the folders to read for path.
func folders(path string) (all []string) {
	patterns := subfolders
	if base := filepath.Base(path); base == "otr" || base == "profiles" {
		patterns = append(slices.Clone(patterns), "*")
	}
	for _, p := range patterns {
		parent, wild := strings.CutSuffix(filepath.FromSlash(p), "*")
		parent = filepath.Join(path, parent)
		if !wild {
			all = append(all, parent)
			continue
		}
		list, _ := os.ReadDir(parent)
		for _, e := range list {
			if dir := filepath.Join(parent, e.Name()); e.IsDir() && len(all) < maxFolders && !slices.Contains(all, dir) {
				all = append(all, dir)
			}
		}
	}
	// Psi's names of accounts are in another place than its keys.
	for _, dir := range slices.Clone(all) {
		if psi := strings.Replace(dir, psiData, psiConfig, 1); psi != dir {
			all = append(all, psi)
		}
	}
	return all
}

var (
	psiData   = filepath.FromSlash("/.local/share/psi")
	psiConfig = filepath.FromSlash("/.config/psi")
)

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
	for i, dir := range folders(path) {
		list, err := os.ReadDir(dir)
		if err != nil && i == 0 {
			return nil, fileError(path, err)
		}
		for _, e := range list {
			known := matches(names, e.Name())
			if !known && !matches(commonNames, e.Name()) || len(inputs) == maxFiles {
				continue
			}
			in := Input{Path: filepath.Join(dir, e.Name())}
			in.Data, in.Err = readFile(in.Path, min(left, maxFile))
			if !known && (in.Err != nil || detect(withoutMark(in.Data)) == "") {
				continue
			}
			left -= len(in.Data)
			inputs = append(inputs, in)
		}
	}
	return inputs, nil
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
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

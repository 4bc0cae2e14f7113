// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"purple-otr/internal/version"
	"purple-otr/ui/locale"
)

func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
	os.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	os.Exit(m.Run())
}

// TestCopyright checks that debian/copyright has every module that go.mod brings in, with
// its licence of today.
func TestCopyright(t *testing.T) {
	if testing.Short() {
		t.Skip("copies all modules")
	}
	var want bytes.Buffer
	if err := writeCopyright(&want); err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("debian/copyright")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want.Bytes()) {
		t.Error("debian/copyright is out of date: go run ./packaging/describe copyright >debian/copyright.new && mv debian/copyright.new debian/copyright")
	}
	// Every licence that is named has its text, and the other way round.
	named, texts := map[string]bool{}, map[string]bool{}
	for paragraph := range strings.SplitSeq(want.String(), "\n\n") {
		name := regexp.MustCompile(`(?m)^License: (.*)$`).FindStringSubmatch(paragraph)
		if name == nil {
			continue
		}
		if strings.HasPrefix(paragraph, "License:") || strings.Contains(paragraph, name[0]+"\n ") {
			texts[name[1]] = true
		}
		if strings.HasPrefix(paragraph, "Files:") {
			named[name[1]] = true
		}
	}
	for name := range named {
		if !texts[name] {
			t.Errorf("the text of %s is missing", name)
		}
	}
	for name := range texts {
		if !named[name] && !strings.Contains(want.String(), "under the licence "+name+" below") {
			t.Errorf("nothing is under the licence %s", name)
		}
	}
	if len(named) < 5 {
		t.Errorf("only %d licences are named", len(named))
	}
}

func TestParseLicence(t *testing.T) {
	if l, err := parseLicence("Copyright (c) 2024 Somebody\n\nYou may use this on Sundays, if the weather is fine."); err == nil {
		t.Errorf("an unknown licence is taken for %q", l.id)
	}
	if l, err := parseLicence(""); err == nil {
		t.Errorf("no text is taken for %q", l.id)
	}
	for text, want := range map[string][]string{
		"Copyright (c) 2009 The Go Authors. All rights reserved.": {"2009 The Go Authors"},
		"// Copyright 2019 Gregory Petrosyan <g@example.org>":     {"2019 Gregory Petrosyan <g@example.org>"},
		"Copyright 2019 A\nCopyright 2020 B\nCopyright 2019 A":    {"2019 A", "2020 B"},
		"Redistributions must retain the above copyright notice":  nil,
		"THE COPYRIGHT HOLDERS AND CONTRIBUTORS":                  nil,
	} {
		if got := holdersIn(text); !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func TestNameLicences(t *testing.T) {
	a, b := licence{id: "MIT", text: "one"}, licence{id: "MIT", text: "two"}
	names := nameLicences([]module{{Path: "x.org/a/dbus/v5", licence: a}, {Path: "x.org/b", licence: a}, {Path: "y.org/dbus", licence: b}})
	if names["one"] != "MIT-dbus" || names["two"] != "MIT-y.org-dbus" {
		t.Errorf("%v", names)
	}
}

// TestComponents builds one program, and takes it for all of them.
func TestComponents(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program, and copies all modules")
	}
	folder := t.TempDir()
	first := filepath.Join(folder, programs[0])
	c := exec.Command("go", "build", "-buildvcs=false", "-o", first, "./keystore/cmd/otr-keys")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range programs[1:] {
		if err := os.Link(first, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	var out, again bytes.Buffer
	if err := writeComponents(&out, folder); err != nil {
		t.Fatal(err)
	}
	if err := writeComponents(&again, folder); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("the same programs have two lists: %v", err)
	}
	var d spdxDocument
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Packages) != len(info.Deps)+2 || len(info.Deps) < 5 { // and we, and Go
		t.Errorf("there are %d packages for %d modules", len(d.Packages), len(info.Deps))
	}
	for _, m := range info.Deps {
		if !slices.ContainsFunc(d.Packages, func(p spdxPackage) bool {
			return p.Name == m.Path && p.Version == m.Version && p.Declared != "" && p.References[0].Locator == "pkg:golang/"+m.Path+"@"+m.Version
		}) {
			t.Errorf("%s %s is missing", m.Path, m.Version)
		}
	}
	ids := map[string]bool{d.ID: true}
	for _, p := range d.Packages {
		ids[p.ID] = true
	}
	for _, f := range d.Files {
		ids[f.ID] = true
	}
	for id := range ids {
		if !regexp.MustCompile(`^SPDXRef-[A-Za-z0-9.-]+$`).MatchString(id) {
			t.Errorf("%q is no identifier of SPDX", id)
		}
	}
	if len(ids) != 1+len(d.Packages)+len(d.Files) {
		t.Error("an identifier is used twice")
	}
	for _, r := range d.Relationships {
		if !ids[r.From] || !ids[r.To] {
			t.Errorf("%v names something that is not there", r)
		}
	}
	if d.Creation.Created != "2023-11-14T22:13:20Z" {
		t.Errorf("it was made at %s", d.Creation.Created)
	}
}

func TestMetainfo(t *testing.T) {
	var out bytes.Buffer
	if err := writeMetainfo(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<extends>pidgin.desktop</extends>", "<name>Off-the-Record", `<release version="` + version.Number() + `" date="2023-11-14">`,
		`<name xml:lang="de">`, `<name xml:lang="fr">`, `<summary xml:lang="de">`, `<p xml:lang="fr">`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if n := strings.Count(out.String(), "<p xml:lang="); n > len(locale.Languages()) {
		t.Errorf("there are %d translations into %d languages", n, len(locale.Languages()))
	}
	if strings.Contains(out.String(), "<screenshot") || strings.Contains(out.String(), "<url") {
		t.Error("it has addresses although there is none")
	}
	if err := xml.Unmarshal(out.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}

	t.Setenv("PROJECT_URL", "https://forge.example/purple-otr/")
	out.Reset()
	if err := writeMetainfo(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), `<image type="source">https://forge.example/purple-otr/raw/v`); n != len(pictures) {
		t.Errorf("%d pictures have an address", n)
	}
	for _, name := range pictures {
		if _, err := os.Stat(filepath.Join("doc/screenshots", name)); err != nil {
			t.Error(err)
		}
	}
	if program, err := exec.LookPath("appstreamcli"); err == nil {
		file := filepath.Join(t.TempDir(), componentID+".metainfo.xml")
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(program, "validate", "--no-net", file).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	} else if os.Getenv("REQUIRE_ALL") == "1" {
		t.Error("appstreamcli is not installed")
	}
}

// TestVersion checks that Debian's change log is about the version in the source.
func TestVersion(t *testing.T) {
	log, err := os.ReadFile("debian/changelog")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(log), "purple-otr ("+version.Number()+"-") {
		t.Errorf("debian/changelog does not begin with version %s", version.Number())
	}
	for a, b := range map[string]string{"2.34": "2.4", "2.2.5": "2.2", "10.0": "9.9"} {
		if compareVersions(a, b) <= 0 || compareVersions(b, a) >= 0 || compareVersions(a, a) != 0 {
			t.Errorf("%s is not newer than %s", a, b)
		}
	}
}

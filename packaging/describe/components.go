// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"purple-otr/internal/version"
)

// The parts of SPDX 2.3 that we write: https://spdx.github.io/spdx-spec/v2.3/.
type (
	spdxDocument struct {
		Version       string             `json:"spdxVersion"`
		DataLicence   string             `json:"dataLicense"`
		ID            string             `json:"SPDXID"`
		Name          string             `json:"name"`
		Namespace     string             `json:"documentNamespace"`
		Creation      spdxCreation       `json:"creationInfo"`
		Packages      []spdxPackage      `json:"packages"`
		Files         []spdxFile         `json:"files"`
		Relationships []spdxRelationship `json:"relationships"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxPackage struct {
		ID            string     `json:"SPDXID"`
		Name          string     `json:"name"`
		Version       string     `json:"versionInfo"`
		Download      string     `json:"downloadLocation"`
		FilesAnalyzed bool       `json:"filesAnalyzed"`
		Concluded     string     `json:"licenseConcluded"`
		Declared      string     `json:"licenseDeclared"`
		Copyright     string     `json:"copyrightText"`
		References    []spdxPURL `json:"externalRefs,omitempty"`
	}
	spdxPURL struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxFile struct {
		Name      string         `json:"fileName"`
		ID        string         `json:"SPDXID"`
		Checksums []spdxChecksum `json:"checksums"`
		Concluded string         `json:"licenseConcluded"`
		Copyright string         `json:"copyrightText"`
	}
	spdxChecksum struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"checksumValue"`
	}
	spdxRelationship struct {
		From string `json:"spdxElementId"`
		Type string `json:"relationshipType"`
		To   string `json:"relatedSpdxElement"`
	}
)

const (
	spdxUs      = "SPDXRef-purple-otr"
	spdxUnknown = "NOASSERTION"
	ourLicence  = "GPL-2.0-or-later"
	ourHolder   = "The purple-otr authors"
)

// writeComponents lists, as SPDX in JSON, what the programs in folder contain: us, Go's
// library, and each module with its version and licence. The files' checksums tie the list
// to the programs.
func writeComponents(w io.Writer, folder string) error {
	date, err := sourceDate()
	if err != nil {
		return err
	}
	src, err := openSource()
	if err != nil {
		return err
	}
	defer src.close()
	modules, goVersion, err := src.linked(folder)
	if err != nil {
		return err
	}
	ofGo, err := src.ofGo()
	if err != nil {
		return err
	}
	d := spdxDocument{
		Version: "SPDX-2.3", DataLicence: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: "purple-otr " + version.Number(),
		Creation: spdxCreation{Created: date.Format(time.RFC3339), Creators: []string{"Tool: purple-otr/packaging/describe"}},
		Packages: []spdxPackage{{ID: spdxUs, Name: "purple-otr", Version: version.Number(), Download: spdxUnknown,
			Concluded: ourLicence, Declared: ourLicence, Copyright: ourHolder}},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", spdxUs}},
	}
	goVersion, _, _ = strings.Cut(strings.TrimPrefix(goVersion, "go"), "-") // "go1.26.8-X:runtimesecret"
	d.add("stdlib", goVersion, ofGo)
	for _, m := range modules {
		d.add(m.Path, m.Version, m.licence)
	}
	if err := d.addFiles(folder); err != nil {
		return err
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// add adds a module. The package URL is what programs that know vulnerabilities look for.
func (d *spdxDocument) add(path, version string, l licence) {
	id := "SPDXRef-" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("/_~", r) {
			return '-'
		}
		return r
	}, path)
	d.Packages = append(d.Packages, spdxPackage{ID: id, Name: path, Version: version, Download: spdxUnknown,
		Concluded: l.id, Declared: l.id, Copyright: strings.Join(l.holders, "\n"),
		References: []spdxPURL{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + path + "@" + version}}})
	d.Relationships = append(d.Relationships, spdxRelationship{spdxUs, "CONTAINS", id})
}

// addFiles adds the programs, and derives the name of the document from them: it must be
// unique, but the same for the same programs.
func (d *spdxDocument) addFiles(folder string) error {
	all := sha256.New()
	for _, name := range programs {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		all.Write(sum[:])
		id := "SPDXRef-File-" + name
		d.Files = append(d.Files, spdxFile{Name: "./" + name, ID: id, Concluded: ourLicence, Copyright: ourHolder, Checksums: []spdxChecksum{
			// SPDX demands this one.
			{"SHA1", sha1Hex(content)}, {"SHA256", hex.EncodeToString(sum[:])}}})
		d.Relationships = append(d.Relationships, spdxRelationship{spdxUs, "CONTAINS", id})
	}
	d.Namespace = fmt.Sprintf("https://spdx.org/spdxdocs/purple-otr-%s-%x", version.Number(), all.Sum(nil)[:16])
	return nil
}

func sha1Hex(content []byte) string {
	sum := sha1.Sum(content)
	return hex.EncodeToString(sum[:])
}

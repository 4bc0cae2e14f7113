// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/xml"
	"io"
	"os"
	"strings"

	"purple-otr/internal/version"
	"purple-otr/ui/locale"
	"purple-otr/ui/text"
)

// component is AppStream's name for what a program that installs software shows.
type component struct {
	XMLName         xml.Name     `xml:"component"`
	Type            string       `xml:"type,attr"`
	ID              string       `xml:"id"`
	MetadataLicence string       `xml:"metadata_license"`
	Licence         string       `xml:"project_license"`
	Extends         []string     `xml:"extends"`
	Names           []translated `xml:"name"`
	Summaries       []translated `xml:"summary"`
	Descriptions    []translated `xml:"description>p"`
	Icon            icon         `xml:"icon"`
	Developer       string       `xml:"developer_name"`
	URLs            []link       `xml:"url,omitempty"`
	Screenshots     *screenshots `xml:"screenshots,omitempty"`
	Releases        []release    `xml:"releases>release"`
}

type translated struct {
	Language string `xml:"xml:lang,attr,omitempty"`
	Text     string `xml:",chardata"`
}

type icon struct {
	Type string `xml:"type,attr"`
	Name string `xml:",chardata"`
}

type link struct {
	Type string `xml:"type,attr"`
	URL  string `xml:",chardata"`
}

type screenshots struct {
	Screenshot []screenshot `xml:"screenshot"`
}

type screenshot struct {
	Type  string `xml:"type,attr,omitempty"`
	Image image  `xml:"image"`
}

type image struct {
	Type string `xml:"type,attr"`
	URL  string `xml:",chardata"`
}

type release struct {
	Version string `xml:"version,attr"`
	Date    string `xml:"date,attr"`
}

// componentID is in Pidgin's name space, as is usual for what extends a program.
const componentID = "im.pidgin.Pidgin.Plugin.purple_otr"

// pictures are those that programs show which install software, in doc/screenshots.
var pictures = []string{"conversation.png", "verify-question.png", "settings.png"}

// writeMetainfo writes the AppStream metainfo: an add-on of Pidgin, with the sentences that
// the plugin itself shows in each language. AppStream wants addresses of pictures; they
// and the project's page are there if PROJECT_URL is where a forge has this project.
func writeMetainfo(w io.Writer) error {
	date, err := sourceDate()
	if err != nil {
		return err
	}
	c := component{
		Type: "addon", ID: componentID, MetadataLicence: "CC0-1.0", Licence: ourLicence,
		// Pidgin 2 has the first name.
		Extends: []string{"pidgin.desktop", "im.pidgin.Pidgin"},
		Icon:    icon{"stock", "purple-otr"}, Developer: ourHolder,
		Releases: []release{{version.Number(), date.Format("2006-01-02")}},
	}
	for _, language := range append([]string{"en"}, locale.Languages()...) {
		text.SetLanguages([]string{language})
		c.Names = add(c.Names, language, text.ProductName())
		c.Summaries = add(c.Summaries, language, text.Summary())
		c.Descriptions = add(c.Descriptions, language, text.Description())
	}
	if url := strings.TrimSuffix(os.Getenv("PROJECT_URL"), "/"); url != "" {
		c.URLs = []link{{"homepage", url}, {"bugtracker", url + "/issues"}}
		c.Screenshots = &screenshots{}
		for i, name := range pictures {
			s := screenshot{Image: image{"source", url + "/raw/v" + version.Number() + "/doc/screenshots/" + name}}
			if i == 0 {
				s.Type = "default"
			}
			c.Screenshots.Screenshot = append(c.Screenshots.Screenshot, s)
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(c); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// add adds a text in a language. The first one is English. A text that is not translated
// is left out.
func add(texts []translated, language, text string) []translated {
	switch {
	case len(texts) == 0:
		return []translated{{Text: text}}
	case text == texts[0].Text:
		return texts
	}
	return append(texts, translated{Language: language, Text: text})
}

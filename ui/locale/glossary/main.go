// SPDX-License-Identifier: GPL-2.0-or-later

// Command glossary writes the terms that Pidgin and GNOME use in a language, for those who
// translate purple-otr into it, one file LANGUAGE.tsv for each language:
//
//	go run ./ui/locale/glossary [-from /usr/share/locale] ui/locale/glossary [LANGUAGE...]
//
// It reads the compiled catalogues of the Debian packages pidgin-data, pidgin-otr,
// gcr, gnome-keyring and libgtk2.0-common (msgunfmt prints such a catalogue).
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/leonelquinteros/gotext"
)

// languages are those that purple-otr is to have.
var languages = strings.Fields("ar cs da de el es fa fi fr he hu id it ja ko my nb nl nn pl pt_BR ro ru sk sr sv tr uk vi zh_CN zh_TW")

// A term is an English word, and where catalogues have it.
type term struct {
	english string
	places  []place
}

// A place is a text in a catalogue.
type place struct{ catalogue, context, text string }

func in(catalogue string, texts ...string) (places []place) {
	for _, t := range texts {
		context, text, found := strings.Cut(t, "|")
		if !found {
			context, text = "", t
		}
		places = append(places, place{catalogue, context, text})
	}
	return places
}

func also(all ...[]place) (places []place) {
	for _, one := range all {
		places = append(places, one...)
	}
	return places
}

// terms are in the order of the files.
var terms = []term{
	{"account", in("pidgin", "Account", "Accounts", "_Accounts")},
	{"buddy", in("pidgin", "Buddy", "Buddies", "Add Buddy")},
	{"buddy list", in("pidgin", "Buddy List", "buddy list")},
	{"conversation", in("pidgin", "Conversation", "Conversations", "Close conversation")},
	{"private conversation", in("pidgin-otr", "Start _private conversation", "Refresh _private conversation", "_End private conversation")},
	{"private", in("pidgin-otr", "Private", "Not private")},
	{"log", in("pidgin", "Logging", "Enable Logging", "System Log", "View Log")},
	{"message", in("pidgin", "Message", "Send Message", "Unread Messages")},
	{"plugin", in("pidgin", "Plugins", "Configure Plugin", "/Tools/Plu_gins")},
	{"settings", in("pidgin", "Preferences", "Edit Settings", "_Edit Settings...")},
	{"window", in("pidgin", "New window", "Debug Window", "Conversation Window")},
	{"Tools (menu)", in("pidgin", "/_Tools", "/Tools")},
	{"offline, online", in("pidgin", "Offline", "Online")},
	{"protocol", in("pidgin", "Protocol")},
	{"server", in("pidgin", "Server")},
	{"file", in("pidgin", "File", "Save File", "Send File")},
	{"device", in("pidgin", "Device")},
	{"username", in("pidgin", "Username", "Nickname")},
	{"password", also(in("pidgin", "Password"), in("gnome-keyring", "Enter password to unlock the private key"))},
	{"passphrase", in("gcr", "Enter your OpenSSH passphrase")},
	{"keyring", in("gnome-keyring", "Unlock Keyring", "Unlock Login Keyring", "New Keyring Password")},
	{"to unlock", also(in("gnome-keyring", "Unlock"), in("gcr", "Unlock"))},
	{"locked", in("gnome-keyring", "An application wants access to the keyring “%s”, but it is locked")},
	{"key", also(in("gcr", "Key", "Private Key", "Public Key"), in("pidgin-otr", "My private keys"))},
	{"fingerprint", also(in("gcr", "Fingerprint", "Fingerprints"), in("pidgin-otr", "Fingerprint", "Known fingerprints", "Forget fingerprint"))},
	{"to verify, unverified", in("pidgin-otr", "Verify fingerprint", "Verified", "Unverified")},
	{"to encrypt, encryption", also(in("pidgin", "Require encryption"), in("gcr", "Encrypt"), in("gnome-keyring", "Store passwords unencrypted?"))},
	{"question, secret, answer", in("pidgin-otr", "Question and answer", "Shared secret")},
	{"buttons", also(in("pidgin", "_Cancel", "_Save", "_Remove", "Close", "Ignore"), in("gtk20", "Stock label|_Cancel", "Stock label|_Save", "Stock label|_Close", "Stock label|_Delete", "Stock label|_Copy", "Stock label|_Help"))},
}

func main() {
	from := flag.String("from", "/usr/share/locale", "the folder with the catalogues")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: glossary [-from FOLDER] FOLDER [LANGUAGE...]")
		os.Exit(2)
	}
	wanted := languages
	if flag.NArg() > 1 {
		wanted = flag.Args()[1:]
	}
	for _, l := range wanted {
		data := glossary(*from, l)
		if len(data) == 0 {
			fmt.Fprintf(os.Stderr, "%s: %s has no catalogues\n", l, *from)
			os.Exit(1)
		}
		if err := os.WriteFile(filepath.Join(flag.Arg(0), l+".tsv"), data, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// glossary returns what is known about a language: lines with the term, the catalogue, the
// English text there and the translation, with tabs between them. It is empty if there is
// nothing.
func glossary(from, language string) []byte {
	var out bytes.Buffer
	loaded := map[string]*gotext.Domain{}
	for _, t := range terms {
		for _, p := range t.places {
			if _, there := loaded[p.catalogue]; !there {
				loaded[p.catalogue] = load(from, language, p.catalogue)
			}
			if translation := find(loaded[p.catalogue], p); translation != "" {
				fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", t.english, p.catalogue, p.text, translation)
			}
		}
	}
	return out.Bytes()
}

// load reads a catalogue of a language. Pidgin calls Burmese my_MM, and GTK calls it my.
func load(from, language, catalogue string) *gotext.Domain {
	for _, l := range []string{language, language + "_MM"} {
		data, err := os.ReadFile(filepath.Join(from, l, "LC_MESSAGES", catalogue+".mo"))
		if err != nil {
			continue
		}
		mo := gotext.NewMo()
		mo.Parse(data)
		return mo.GetDomain()
	}
	return nil
}

// find returns a translation in one line, or nothing.
func find(catalogue *gotext.Domain, p place) string {
	if catalogue == nil {
		return ""
	}
	entries := catalogue.GetTranslations()
	if p.context != "" {
		entries = catalogue.GetCtxTranslations()[p.context]
	}
	t := entries[p.text]
	if t == nil || strings.ContainsAny(t.Trs[0], "\t\n") {
		return ""
	}
	return t.Trs[0]
}

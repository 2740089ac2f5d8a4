package marketing

import (
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Contact is somebody with an email address whom the shop has heard of: a buyer
// or somebody who asked for messages. Being a contact is no consent.
type Contact struct {
	// Address is in lower case.
	Address string `json:"address"`
	// Name, Locale ("de-AT") and Country ("AT") may be empty.
	Name    string `json:"name,omitempty"`
	Locale  string `json:"locale,omitempty"`
	Country string `json:"country,omitempty"`
	// ToldAt is when this was true. What is told later replaces what was told
	// before, and what is empty replaces nothing.
	ToldAt time.Time `json:"told_at,omitzero"`
}

func (p Contact) checkDetails(c *fault.Check, path string) Contact {
	p.Name = c.Text(path+".name", p.Name, 200)
	c.That(isLocale(p.Locale), path+".locale", "bad_locale", "must be a language tag such as de-AT")
	c.That(p.Country == "" || isCountry(p.Country), path+".country", "bad_country", "must be two capital letters")
	return p
}

func isLocale(s string) bool {
	for i := range len(s) {
		b := s[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return len(s) <= 35
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// Profile is a contact and what the shop knows to choose it by.
type Profile struct {
	Contact Contact
	// Purchases are those that were paid and not all taken back.
	Purchases []Purchase
	// Consents are the last entries of each topic of the address.
	Consents []Entry
	// Suppressed says that the address gets nothing.
	Suppressed bool
}

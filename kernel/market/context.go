package market

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

const (
	// MaxCode is the largest length of the code of a channel, a market or a
	// group in bytes.
	MaxCode = 64
	// MaxGroups is the largest number of groups of one buyer.
	MaxGroups = 32

	maxLocale = 35 // RFC 5646, 4.4.1
)

// Context is where, for whom and when a price is asked. It is passed by value
// and nobody changes the Groups of a Context that was handed on.
//
// Codes of channels, markets and groups are chosen by the host: at most MaxCode
// ASCII letters, digits and ._:- bytes, compared bytewise.
type Context struct {
	// Channel is the code of the place of sale: "web", "pos-2". Empty is the
	// only channel of a shop that has one.
	Channel string `json:"channel,omitempty"`
	// Market is the code of the market: "dach". Empty is the only market of a
	// shop that has one.
	Market string `json:"market,omitempty"`
	// Currency is the currency of all prices. Required.
	Currency money.Currency `json:"currency"`
	// Country is the ISO 3166-1 alpha-2 code of the country for which prices and
	// taxes are wanted, as far as it is known.
	Country string `json:"country,omitempty"`
	// Locale is the BCP 47 tag of the language to answer in: "de-CH". Empty
	// means the shop's own.
	Locale string `json:"locale,omitempty"`
	// Groups are the codes of the groups the buyer belongs to, at most
	// MaxGroups.
	Groups []string `json:"groups,omitempty"`
	// At is the moment whose prices are asked. Zero means now.
	At time.Time `json:"at,omitzero"`
}

// Check records under path what is wrong with x and returns it tidied: the
// country in capitals, the groups sorted and each once, the time in UTC cut to
// microseconds. The groups of x itself are not changed. A currency that was
// withdrawn before At is refused.
func (x Context) Check(c *fault.Check, path string) Context {
	checkCode(c, path+".channel", x.Channel)
	checkCode(c, path+".market", x.Market)
	if !x.At.IsZero() {
		x.At = clock.Cut(x.At)
	}
	if c.That(!x.Currency.IsZero(), path+".currency", "required", "must be a currency") && !x.At.IsZero() {
		c.That(x.Currency.ValidAt(x.At), path+".currency", "not_valid", "must be a currency that is valid at the time asked for")
	}
	if x.Country != "" {
		country, err := postal.ParseCountry(x.Country)
		c.Merge(path+".country", err)
		if err == nil {
			x.Country = country
		}
	}
	c.That(isLocale(x.Locale), path+".locale", "bad_locale", `must be a language tag such as "de-CH"`)
	x.Groups = checkGroups(c, path+".groups", x.Groups)
	return x
}

func checkGroups(c *fault.Check, path string, groups []string) []string {
	if !c.That(len(groups) <= MaxGroups, path, "too_many", "must be at most "+strconv.Itoa(MaxGroups)+" groups") || len(groups) == 0 {
		return groups
	}
	for i, g := range groups {
		p := path + "[" + strconv.Itoa(i) + "]"
		if c.That(g != "", p, "required", "must not be empty") {
			checkCode(c, p, g)
		}
	}
	groups = slices.Clone(groups)
	slices.Sort(groups)
	return slices.Compact(groups)
}

// In reports whether the buyer belongs to the group.
func (x Context) In(group string) bool { return slices.Contains(x.Groups, group) }

// Equal reports whether x and y ask for the same prices. Both have passed
// Check.
func (x Context) Equal(y Context) bool {
	return x.Channel == y.Channel && x.Market == y.Market && x.Currency == y.Currency && x.Country == y.Country &&
		x.Locale == y.Locale && slices.Equal(x.Groups, y.Groups) && x.At.Equal(y.At)
}

func checkCode(c *fault.Check, path, code string) {
	ok := len(code) <= MaxCode
	for i := range len(code) {
		ok = ok && (alphanumeric(code[i]) || strings.IndexByte("._:-", code[i]) >= 0)
	}
	c.That(ok, path, "bad_code", "must be at most 64 letters, digits and ._:-")
}

// isLocale accepts what has the form of a BCP 47 tag: subtags of one to eight
// letters or digits, the first of two or three letters.
func isLocale(tag string) bool {
	if tag == "" {
		return true
	}
	if len(tag) > maxLocale {
		return false
	}
	for i, sub := range strings.Split(tag, "-") {
		if sub == "" || len(sub) > 8 || (i == 0 && (len(sub) < 2 || len(sub) > 3)) {
			return false
		}
		for j := range len(sub) {
			letter := alphanumeric(sub[j]) && sub[j] > '9'
			if !letter && (i == 0 || !alphanumeric(sub[j])) {
				return false
			}
		}
	}
	return true
}

func alphanumeric(b byte) bool {
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9')
}

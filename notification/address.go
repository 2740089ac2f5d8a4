package notification

import (
	"net/url"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// CheckEmail records under path what is wrong with an email address: at most
// 254 bytes of ASCII, a local part of at most 64 and a domain with a dot; no
// quotes, no comments, no line breaks.
func CheckEmail(c *fault.Check, path, address string) {
	local, domain, ok := strings.Cut(address, "@")
	ok = ok && len(address) <= 254 && isLocal(local) && isDomain(domain)
	c.That(ok, path, "bad_address", "must be an email address")
}

func isLocal(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", rune(s[i])) {
			return false
		}
	}
	return true
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if !isAlphanumeric(l[i]) && l[i] != '-' {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9')
}

// CheckPhone records under path what is wrong with a phone number, which has
// the form of E.164: a plus and 7 to 15 digits, the first of them not 0.
func CheckPhone(c *fault.Check, path, number string) {
	ok := len(number) >= 8 && len(number) <= 16 && number[0] == '+' && number[1] != '0'
	for i := 1; ok && i < len(number); i++ {
		ok = number[i] >= '0' && number[i] <= '9'
	}
	c.That(ok, path, "bad_number", "must be a phone number such as +4915112345678")
}

// Phone returns a number as people write it in the form that CheckPhone wants,
// and false if it does not begin with a plus and the code of a country: then
// nobody can know where it rings. Spaces and "-./" mean nothing.
func Phone(written string) (string, bool) {
	number := strings.NewReplacer(" ", "", "-", "", ".", "", "/", "").Replace(strings.TrimSpace(written))
	var c fault.Check
	CheckPhone(&c, "phone", number)
	return number, c.Err("") == nil
}

func checkTo(c *fault.Check, ch Channel, to string) {
	switch ch {
	case Email:
		CheckEmail(c, "to", to)
	case SMS:
		CheckPhone(c, "to", to)
	default:
		c.Add("channel", "unknown", "must be email or sms")
	}
}

// checkUnsubscribe is for an address that goes into the head of an email.
func checkUnsubscribe(c *fault.Check, m Message) {
	if m.Unsubscribe == "" {
		return
	}
	c.That(m.Channel == Email, "unsubscribe", "not_allowed", "must be empty for what is no email")
	u, err := url.Parse(m.Unsubscribe)
	ok := err == nil && u.Scheme == "https" && u.Host != "" && len(m.Unsubscribe) <= 900
	for i := range len(m.Unsubscribe) {
		b := m.Unsubscribe[i]
		ok = ok && b > 0x20 && b < 0x7f && b != '<' && b != '>' && b != ','
	}
	c.That(ok, "unsubscribe", "bad_link", "must be an address in ASCII that begins with https://")
}

package marketing

import (
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Channel is the way that a message takes.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Purpose is what somebody is written to about: a name of 1 to 40 lower case
// letters, digits and dashes that the shop chooses. Consent is given for one.
type Purpose string

// The purposes that this room uses by itself.
const (
	// Newsletter is the Purpose of a campaign that names none.
	Newsletter Purpose = "newsletter"
	// CartReminder is the Purpose of reminders of carts.
	CartReminder Purpose = "cart-reminder"
)

// Topic is what consent is about: one address, one channel, one purpose.
type Topic struct {
	Channel Channel `json:"channel"`
	// Address is an email address, which is kept and compared in lower case, or
	// a phone number such as +4915112345678.
	Address string  `json:"address"`
	Purpose Purpose `json:"purpose"`
}

// Subject is the text under which events tell of the address.
func (t Topic) Subject() string { return string(t.Channel) + ":" + t.Address }

func (t Topic) check(c *fault.Check, path string) Topic {
	t.Address = checkAddress(c, path, t.Channel, t.Address)
	c.That(isPurpose(t.Purpose), join(path, "purpose"), "bad_name", "must be 1 to 40 lower case letters, digits and dashes")
	return t
}

// checkAddress returns an address in the form in which it is compared.
func checkAddress(c *fault.Check, path string, ch Channel, address string) string {
	at := join(path, "address")
	switch ch {
	case Email:
		return checkEmail(c, at, address)
	case SMS:
		c.That(isPhone(address), at, "bad_number", "must be a phone number such as +4915112345678")
		return address
	default:
		c.Add(join(path, "channel"), "unknown", "must be email or sms")
		return address
	}
}

// checkEmail is for addresses that must be there. Whoever says no as Eva@shop.example
// means eva@shop.example too, so case is no part of an address here.
func checkEmail(c *fault.Check, path, address string) string {
	c.That(address != "", path, "required", "must not be empty")
	return strings.ToLower(c.Email(path, address))
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

func isPurpose(p Purpose) bool {
	for i := range len(p) {
		if b := p[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return p != "" && len(p) <= 40
}

// isPhone tells the form of E.164: a plus and 7 to 15 digits, the first not 0.
func isPhone(s string) bool {
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

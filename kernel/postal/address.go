package postal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Limits of the fields, in characters.
const (
	maxLines    = 4
	maxText     = 100
	maxPostcode = 16
	maxPhone    = 32
	maxEmail    = 254
)

// Address is where somebody lives or a parcel goes. Which fields are needed
// depends on Country; a name or a company always is. It holds personal data:
// nothing in the engine logs it or shows it in an error.
type Address struct {
	// Name is the recipient, at most 100 characters.
	Name string `json:"name,omitempty"`
	// Company is the organisation, at most 100 characters.
	Company string `json:"company,omitempty"`
	// Lines is the street with the number, the floor, the box: at most four
	// lines of 100 characters.
	Lines []string `json:"lines,omitempty"`
	// District is the part of a city that some countries write on its own.
	District string `json:"district,omitempty"`
	// City is the post town.
	City string `json:"city,omitempty"`
	// Region is the state, province or prefecture as it is written on a letter:
	// "CA", "Ontario".
	Region string `json:"region,omitempty"`
	// Postcode is the postcode without the prefix of the country: "8001".
	Postcode string `json:"postcode,omitempty"`
	// Sorting is the sorting code that some countries write after the city:
	// "CEDEX 07".
	Sorting string `json:"sorting,omitempty"`
	// Country is the ISO 3166-1 alpha-2 code in capitals. See ParseCountry.
	Country string `json:"country"`
	// Phone is a number for the carrier: digits, spaces and +()-./ only.
	Phone string `json:"phone,omitempty"`
	// Email is an address for the carrier.
	Email string `json:"email,omitempty"`
}

// IsZero reports whether no field is set.
func (a Address) IsZero() bool {
	rest := a
	rest.Lines = nil
	return len(a.Lines) == 0 && rest.same(Address{})
}

// Equal reports whether all fields of a and b are the same.
func (a Address) Equal(b Address) bool {
	return slices.Equal(a.Lines, b.Lines) && a.same(b)
}

// same compares everything but the lines.
func (a Address) same(b Address) bool {
	return a.Name == b.Name && a.Company == b.Company && a.District == b.District && a.City == b.City &&
		a.Region == b.Region && a.Postcode == b.Postcode && a.Sorting == b.Sorting && a.Country == b.Country &&
		a.Phone == b.Phone && a.Email == b.Email
}

// Check records under path what is wrong with a by the rules of its country,
// and returns a tidied: texts in Unicode form C without spaces at the ends, no
// empty lines, country and postcode in capitals, the postcode without the prefix
// of its country. The lines of a are not changed.
func (a Address) Check(c *fault.Check, path string) Address {
	a = a.tidied()
	a.Name = c.Text(path+".name", a.Name, maxText)
	a.Company = c.Text(path+".company", a.Company, maxText)
	a.District = c.Text(path+".district", a.District, maxText)
	a.City = c.Text(path+".city", a.City, maxText)
	a.Region = c.Text(path+".region", a.Region, maxText)
	a.Postcode = c.Text(path+".postcode", a.Postcode, maxPostcode)
	a.Sorting = c.Text(path+".sorting", a.Sorting, maxText)
	for i, line := range a.Lines {
		if i < maxLines {
			a.Lines[i] = c.Text(path+".lines["+strconv.Itoa(i)+"]", line, maxText)
		}
	}
	c.That(len(a.Lines) <= maxLines, path+".lines", "too_many", "must be at most four lines")
	checkPhone(c, path+".phone", a.Phone)
	checkEmail(c, path+".email", a.Email)
	c.That(a.Name != "" || a.Company != "", path+".name", "required", "must not be empty without a company")
	if r, ok := rulesOf(a.Country); c.That(ok, path+".country", codeCountry, textCountry) {
		a.Postcode = a.checkRules(c, path, r)
	}
	return a
}

// tidied returns a copy without spaces and case that mean nothing.
func (a Address) tidied() Address {
	for _, s := range []*string{
		&a.Name, &a.Company, &a.District, &a.City, &a.Region, &a.Postcode, &a.Sorting, &a.Country, &a.Phone, &a.Email,
	} {
		*s = strings.TrimSpace(*s)
	}
	var lines []string
	for _, l := range a.Lines {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	a.Lines = lines
	if len(a.Country) == 2 {
		a.Country = strings.ToUpper(a.Country)
	}
	a.Postcode = strings.ToUpper(a.Postcode)
	return a
}

// checkRules records what the country asks for and returns the postcode without
// the country's prefix.
func (a Address) checkRules(c *fault.Check, path string, r rules) string {
	for _, f := range []struct {
		letter, name string
		there        bool
	}{
		{"A", "lines", len(a.Lines) > 0},
		{"C", "city", a.City != ""},
		{"S", "region", a.Region != ""},
		{"Z", "postcode", a.Postcode != ""},
	} {
		if strings.Contains(r.require, f.letter) {
			c.That(f.there, path+"."+f.name, "required", "must not be empty in this country")
		}
	}
	code := a.Postcode
	if code == "" || r.matches(code) {
		return code
	}
	if bare, ok := strings.CutPrefix(code, strings.TrimSpace(r.prefix)); ok {
		if bare = strings.TrimLeft(bare, " -"); r.matches(bare) {
			return bare
		}
	}
	c.Add(path+".postcode", "bad_postcode", "must be a postcode of this country")
	return code
}

func checkPhone(c *fault.Check, path, s string) {
	if s == "" {
		return
	}
	digits := 0
	for i := range len(s) {
		switch ch := s[i]; {
		case ch >= '0' && ch <= '9':
			digits++
		case !strings.ContainsRune(" +()-./", rune(ch)):
			c.Add(path, "bad_phone", "must be of digits, spaces and + ( ) - . /")
			return
		}
	}
	c.That(digits >= 3 && len(s) <= maxPhone, path, "bad_phone", "must have three digits or more, and at most 32 characters")
}

// checkEmail refuses what cannot be an address. Whether it exists shows only
// when something is sent to it.
func checkEmail(c *fault.Check, path, s string) {
	if s == "" {
		return
	}
	local, host, found := strings.Cut(s, "@")
	ok := found && local != "" && len(s) <= maxEmail && len(local) <= 64 &&
		strings.Contains(strings.Trim(host, "."), ".") && !strings.ContainsAny(host, "@/\\:") &&
		!strings.ContainsAny(s, " \t\r\n<>(),;\"")
	if c.That(ok, path, "bad_email", "must be an e-mail address") {
		c.Text(path, s, maxEmail)
	}
}

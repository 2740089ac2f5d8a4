package inventory

import (
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// checkMeta checks who asks. Stock has no version that a caller could expect.
func checkMeta(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion <= 0, "if_version", "not_versioned", "must be zero: stock has no version")
}

// checkSKU checks what names goods: 1 to 64 printable ASCII characters without
// spaces, compared bytewise.
func checkSKU(c *fault.Check, path, sku string) { checkName(c, path, sku) }

// checkOwner checks what holds goods, by the same rule.
func checkOwner(c *fault.Check, owner string) { checkName(c, "owner", owner) }

func checkName(c *fault.Check, path, s string) {
	if !c.That(s != "", path, "required", "must not be empty") || !c.That(len(s) <= 64, path, "too_long", "must have at most 64 characters") {
		return
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			c.Add(path, "not_ascii", "must be printable ASCII without spaces")
			return
		}
	}
}

func checkCode(c *fault.Check, path, s string) {
	if !c.That(s != "", path, "required", "must not be empty") || !c.That(len(s) <= 40, path, "too_long", "must have at most 40 characters") {
		return
	}
	for i := range len(s) {
		if x := s[i]; (x < 'a' || x > 'z') && (x < '0' || x > '9') && x != '-' && x != '_' {
			c.Add(path, "bad_code", "must be of lower case letters, digits, '-' and '_'")
			return
		}
	}
}

// checkLines checks lines; none are allowed only where that has a meaning.
func checkLines(c *fault.Check, lines []Line, least int) {
	c.That(len(lines) >= least, "lines", "required", "must not be empty")
	if !c.That(len(lines) <= MaxLines, "lines", "too_many", "must be at most "+strconv.Itoa(MaxLines)) {
		return
	}
	sums := make(map[string]int, len(lines))
	for i, l := range lines {
		path := "lines[" + strconv.Itoa(i) + "]"
		checkSKU(c, path+".sku", l.SKU)
		c.Range(path+".quantity", int64(l.Quantity), 1, MaxQuantity)
		if l.Quantity > 0 && l.Quantity <= MaxQuantity {
			sums[l.SKU] += l.Quantity
			c.That(sums[l.SKU] <= MaxQuantity, path+".quantity", "out_of_range", "is with other lines of the same SKU more than "+strconv.Itoa(MaxQuantity))
		}
	}
}

// checkTime checks a time that came from outside: the span that every
// database and every JSON reader keeps.
func checkTime(c *fault.Check, path string, t time.Time) {
	c.That(t.IsZero() || (t.Year() >= 1971 && t.Year() <= 9999), path, "out_of_range", "must be between the years 1971 and 9999")
}

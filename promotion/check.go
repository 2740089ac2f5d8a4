package promotion

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Limits of this room.
const (
	// MaxFilter is how many SKUs or categories a promotion may name.
	MaxFilter = 500
	// MaxUses is the largest limit.
	MaxUses = 1_000_000_000
	// MaxNewCodes is how many codes one call may add.
	MaxNewCodes = 1000
	// MaxCodes is how many codes one buyer may bring.
	MaxCodes = 20
	// MaxActive is how many promotions run at once.
	MaxActive = 1000

	maxTitle    = 200
	maxCode     = 64
	maxName     = 64
	maxBuyer    = 160
	maxGroups   = 32
	maxPriority = 1_000_000
)

// Code returns the canonical form of a code as somebody types it: without
// spaces at the ends and in capitals.
func Code(typed string) string { return strings.ToUpper(strings.TrimSpace(typed)) }

// checkCode records what is wrong with a code and returns its canonical form.
func checkCode(c *fault.Check, path, typed string) string {
	if len(typed) > 4*maxCode || !utf8.ValidString(typed) {
		c.Text(path, typed, maxCode)
		return typed
	}
	code := c.Required(path, Code(typed), maxCode)
	c.That(!strings.ContainsAny(code, " \u00a0"), path, "has_spaces", "must not contain spaces")
	return code
}

// checkMeta checks who asks for something that has no version.
func checkMeta(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion <= 0, "if_version", "not_versioned", "must be zero here")
}

// checkName checks a SKU, a category, a group or an order: 1 to 64 printable
// ASCII characters without spaces.
func checkName(c *fault.Check, path, s string) {
	if !c.That(s != "", path, "required", "must not be empty") || !c.That(len(s) <= maxName, path, "too_long", "must have at most 64 characters") {
		return
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			c.Add(path, "not_ascii", "must be printable ASCII without spaces")
			return
		}
	}
}

func checkNames(c *fault.Check, path string, names []string, most int) {
	if !c.That(len(names) <= most, path, "too_many", "must be at most "+strconv.Itoa(most)) {
		return
	}
	for i, n := range names {
		checkName(c, at(path, i), n)
	}
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// check records what is wrong with t and returns it tidied.
func (t Terms) check(c *fault.Check) Terms {
	t.Title = c.Required("title", t.Title, maxTitle)
	t.checkGrant(c)
	checkNames(c, "skus", t.SKUs, MaxFilter)
	checkNames(c, "categories", t.Categories, MaxFilter)
	checkNames(c, "groups", t.Groups, maxGroups)
	filtered := len(t.SKUs)+len(t.Categories) > 0
	c.That(!filtered || t.Scope == OnItems || t.Scope == OnEach, "scope", "not_filtered", "must be items or each with SKUs or categories")
	c.Range("priority", int64(t.Priority), -maxPriority, maxPriority)
	checkTime(c, "from", t.From)
	checkTime(c, "until", t.Until)
	t.From, t.Until = cut(t.From), cut(t.Until)
	c.That(t.From.IsZero() || t.Until.IsZero() || t.From.Before(t.Until), "until", "before_from", "must be later than from")
	c.Range("limits.total", int64(t.Limits.Total), 0, MaxUses)
	c.Range("limits.per_code", int64(t.Limits.PerCode), 0, MaxUses)
	c.Range("limits.per_buyer", int64(t.Limits.PerBuyer), 0, MaxUses)
	c.That(!t.Automatic || t.Limits.PerCode == 0, "limits.per_code", "automatic", "must be zero without codes")
	return t
}

// checkGrant records what is wrong with what is taken off.
func (t Terms) checkGrant(c *fault.Check) {
	switch t.Scope {
	case OnOrder, OnItems, OnEach, OnShipping:
	default:
		c.Add("scope", "unknown", "must be order, items, each or shipping")
	}
	switch t.Kind {
	case Percentage:
		one := money.MustRate("1")
		c.That(!t.Rate.IsZero() && !t.Rate.IsNegative() && t.Rate.Cmp(one) <= 0, "rate", "out_of_range", "must be above 0 and at most 1")
		c.That(t.Amount == money.Amount{}, "amount", "not_allowed", "must be empty in a percentage")
	case Amount:
		c.That(t.Rate.IsZero(), "rate", "not_allowed", "must be zero in an amount")
		if c.That(t.Amount.IsPositive(), "amount", "out_of_range", "must be above zero") {
			c.Merge("amount", t.Amount.Check())
		}
	default:
		c.Add("kind", "unknown", "must be percentage or amount")
	}
	if t.Minimum == (money.Amount{}) {
		return
	}
	c.That(!t.Minimum.IsNegative(), "minimum", "out_of_range", "must not be negative")
	c.Merge("minimum", t.Minimum.Check())
	c.That(t.Kind != Amount || t.Minimum.Currency() == t.Amount.Currency(), "minimum", "other_currency", "must be in the currency of the amount")
}

func cut(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return clock.Cut(t)
}

// checkTime checks a time that came from outside.
func checkTime(c *fault.Check, path string, t time.Time) {
	c.That(t.IsZero() || (t.Year() >= 1971 && t.Year() <= 9999), path, "out_of_range", "must be between the years 1971 and 9999")
}

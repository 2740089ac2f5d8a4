package cart

import (
	"strings"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/postal"
)

const (
	maxSKU    = 64
	maxCode   = 64
	maxMethod = 64
)

// Code returns the canonical form of a coupon code as somebody types it:
// without spaces at the ends and in capitals.
func Code(typed string) string { return strings.ToUpper(strings.TrimSpace(typed)) }

// checkCode records what is wrong with a code and returns its canonical form.
func checkCode(c *fault.Check, path, typed string) string {
	if len(typed) > 4*maxCode {
		c.Add(path, "too_long", "must have at most 64 characters")
		return typed
	}
	if !utf8.ValidString(typed) { // Code would replace what is not
		return c.Text(path, typed, maxCode)
	}
	code := c.Required(path, Code(typed), maxCode)
	c.That(!strings.ContainsAny(code, " \u00a0"), path, "has_spaces", "must not contain spaces")
	return code
}

// checkSKU records what is wrong with a SKU: 1 to 64 bytes of printable ASCII
// without spaces.
func checkSKU(c *fault.Check, path, sku string) {
	if !c.That(sku != "", path, "required", "must not be empty") {
		return
	}
	ok := len(sku) <= maxSKU
	for i := range min(len(sku), maxSKU) {
		ok = ok && sku[i] > ' ' && sku[i] < 0x7f
	}
	c.That(ok, path, "bad_sku", "must be at most 64 printable ASCII characters without spaces")
}

// checkAddress returns a tidied copy of a, or nil.
func checkAddress(c *fault.Check, path string, a *postal.Address) *postal.Address {
	if a == nil {
		return nil
	}
	tidy := a.Check(c, path)
	return &tidy
}

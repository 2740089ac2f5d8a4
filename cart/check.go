package cart

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

const (
	maxSKU           = 64
	maxCode          = 64
	maxMethod        = 64
	maxEmail         = 254
	maxMetadata      = 50
	maxMetadataKey   = 40
	maxMetadataValue = 500
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

// checkMetadata records what is wrong with m and returns a copy in Unicode form
// C, nil if there is nothing in it.
func checkMetadata(c *fault.Check, path string, m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	if !c.That(len(m) <= maxMetadata, path, "too_many", "must have at most 50 keys") {
		return nil
	}
	out := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		var bad fault.Check
		key := bad.Required("key", k, maxMetadataKey)
		if err := bad.Err("metadata"); err != nil {
			// The key itself is not fit to be shown.
			c.Add(path, fault.FieldsOf(err)[0].Code, "must have keys of 1 to 40 characters without control characters")
			continue
		}
		out[key] = c.Lines(path+"."+key, m[k], maxMetadataValue)
	}
	return out
}

func checkActor(c *fault.Check, path string, a op.Actor) {
	var bad fault.Check
	op.Meta{By: a}.Check(&bad)
	fields := fault.FieldsOf(bad.Err("actor"))
	for _, f := range slices.CompactFunc(fields, func(a, b fault.Field) bool { return a.Path == b.Path && a.Code == b.Code }) {
		c.Add(path+strings.TrimPrefix(f.Path, "by"), f.Code, f.Text)
	}
}

// checkEmail refuses what cannot be an address; an empty one passes.
func checkEmail(c *fault.Check, path, s string) string {
	if s == "" {
		return s
	}
	if len(s) > maxEmail {
		c.Add(path, "too_long", "must have at most 254 characters")
		return s
	}
	local, host, found := strings.Cut(s, "@")
	ok := found && local != "" && len(local) <= 64 && strings.Contains(strings.Trim(host, "."), ".") &&
		!strings.Contains(host, "@") && !strings.ContainsAny(s, " \t\r\n<>(),;\"")
	c.That(ok, path, "bad_email", "must be an e-mail address")
	return c.Text(path, s, maxEmail)
}

// checkAddress returns a tidied copy of a, or nil.
func checkAddress(c *fault.Check, path string, a *postal.Address) *postal.Address {
	if a == nil {
		return nil
	}
	tidy := a.Check(c, path)
	return &tidy
}

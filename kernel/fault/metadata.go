package fault

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limits of the metadata that hosts keep with our things, in characters.
const (
	MaxMetadata      = 50
	MaxMetadataKey   = 40
	MaxMetadataValue = 500
)

// Metadata checks data of the host and returns a copy in Unicode form C, nil
// if there is nothing in it: at most MaxMetadata keys of 1 to MaxMetadataKey
// characters with values of at most MaxMetadataValue, in which newlines and
// tabs are meant.
func (c *Check) Metadata(path string, m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	if !c.That(len(m) <= MaxMetadata, path, "too_many", "must have at most "+strconv.Itoa(MaxMetadata)+" keys") {
		return nil
	}
	out := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		var bad Check
		key := bad.Required("key", k, MaxMetadataKey)
		if len(bad.fields) > 0 {
			// The key itself is not fit to be shown.
			c.Add(path, bad.fields[0].Code, "must have keys of 1 to 40 characters without control characters")
			continue
		}
		out[key] = c.Lines(path+"."+key, m[k], MaxMetadataValue)
	}
	return out
}

// MaxEmail is the largest length of an address for mail (RFC 5321, 4.5.3.1).
const MaxEmail = 254

// Email checks an address for mail as far as it can be told without sending
// one. An empty one passes.
func (c *Check) Email(path, s string) string {
	if s == "" {
		return s
	}
	if len(s) > MaxEmail {
		c.Add(path, "too_long", "must have at most 254 characters")
		return s
	}
	wrong := len(c.fields)
	if s = c.Text(path, s, MaxEmail); len(c.fields) > wrong {
		return s
	}
	local, host, found := strings.Cut(s, "@")
	ok := found && local != "" && len(local) <= 64 && strings.Contains(strings.Trim(host, "."), ".") &&
		!strings.Contains(host, "@") && !strings.ContainsAny(s, " <>(),;\"")
	c.That(ok, path, "bad_email", "must be an e-mail address")
	return s
}

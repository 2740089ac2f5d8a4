package fault_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
)

func codes(c *fault.Check) []string {
	out := []string{}
	for _, f := range fault.FieldsOf(c.Err("x")) {
		out = append(out, f.Path+" "+f.Code)
	}
	return out
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	var c fault.Check
	require.Nil(t, c.Metadata("m", map[string]string{}))
	require.Equal(t, map[string]string{"a": "é\nb"}, c.Metadata("m", map[string]string{"a": "e\u0301\nb"}), "in form C")
	c.Metadata("m", map[string]string{"": "x", "k\x00": "x", strings.Repeat("k", 41): "x", "long": strings.Repeat("x", 501), "nul": "\x00"})
	require.Equal(t, []string{"m required", "m control_character", "m too_long", "m.long too_long", "m.nul control_character"}, codes(&c))
	many := map[string]string{}
	for i := range 51 {
		many[strings.Repeat("k", i%40+1)+string(rune('a'+i/40))] = ""
	}
	var d fault.Check
	require.Nil(t, d.Metadata("m", many))
	require.Equal(t, []string{"m too_many"}, codes(&d))
}

func TestEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "a@example.com", "ünal.ö@exämple.de", "a+b@sub.example.co.uk"} {
		var c fault.Check
		c.Email("email", good)
		require.Empty(t, codes(&c), good)
	}
	for bad, code := range map[string]string{
		"a": "bad_email", "@example.com": "bad_email", "a@b": "bad_email", "a@b@c.de": "bad_email", "a b@c.de": "bad_email",
		"a@c.de,b@c.de": "bad_email", "<a@c.de>": "bad_email", "a@c.de\r\nBcc: x@y.de": "control_character",
		strings.Repeat("a", 65) + "@c.de": "bad_email", "a@" + strings.Repeat("b", 254) + ".de": "too_long", "\xff@c.de": "not_utf8",
	} {
		var c fault.Check
		c.Email("email", bad)
		require.Equal(t, []string{"email " + code}, codes(&c), bad)
	}
}

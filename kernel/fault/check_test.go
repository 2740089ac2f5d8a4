package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
)

// wrong returns "path code" of all fields that c recorded.
func wrong(c *fault.Check) []string {
	var all []string
	for _, f := range fault.FieldsOf(c.Err("x")) {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

func TestCheckOfGoodInputIsNil(t *testing.T) {
	t.Parallel()
	var c fault.Check
	require.True(t, c.That(true, "a", "b", "c"))
	require.True(t, c.Range("n", 1, 1, 1))
	require.Equal(t, "x", c.Required("s", "x", 1))
	require.Empty(t, c.Text("s", "", 1))
	c.Merge("sub", nil)
	require.NoError(t, c.Err("cart.add"))
}

func TestCheckNamesAllFieldsInOrder(t *testing.T) {
	t.Parallel()
	var c fault.Check
	require.False(t, c.That(false, "sku", "unknown", "is not for sale"))
	require.False(t, c.Range("quantity", 100_000, 1, 99_999))
	require.False(t, c.Range("quantity", 0, 1, 99_999))
	c.Required("name", "", 10)
	err := c.Err("cart.add")
	require.ErrorIs(t, err, fault.Invalid)
	require.Equal(t, "cart.add", fault.CodeOf(err))
	require.Equal(t, "The input is not valid.", fault.Public(err))
	require.Equal(t, []fault.Field{
		{Path: "sku", Code: "unknown", Text: "is not for sale"},
		{Path: "quantity", Code: "out_of_range", Text: "must be between 1 and 99999"},
		{Path: "quantity", Code: "out_of_range", Text: "must be between 1 and 99999"},
		{Path: "name", Code: "required", Text: "must not be empty"},
	}, fault.FieldsOf(err))
	require.EqualError(t, err, "cart.add: The input is not valid. (sku: is not for sale; "+
		"quantity: must be between 1 and 99999; quantity: must be between 1 and 99999; name: must not be empty)")
}

func TestMergePutsFieldsUnderAPath(t *testing.T) {
	t.Parallel()
	var inner fault.Check
	inner.Add("city", "required", "must not be empty")
	inner.Add("", "bad", "is bad")
	var c fault.Check
	c.Merge("address", fmt.Errorf("postal: %w", inner.Err("postal.address")))
	c.Merge("id", fault.New(fault.Invalid, "id_invalid", "No id."))
	c.Merge("other", errors.New("secret"))
	require.Equal(t, []string{"address.city required", "address bad", "id id_invalid", "other internal"}, wrong(&c))
	require.NotContains(t, c.Err("x").Error(), "secret")
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		in   string
		want string // code, or "" if it passes
	}{
		"plain":                {"Zürich", ""},
		"empty":                {"", ""},
		"ten runes":            {strings.Repeat("ü", 10), ""},
		"ten wide runes":       {strings.Repeat("😀", 10), ""},
		"eleven runes":         {strings.Repeat("ü", 11), "too_long"},
		"too many bytes":       {strings.Repeat("x", 41), "too_long"},
		"long and broken":      {strings.Repeat("\xff", 1<<20), "too_long"},
		"not UTF-8":            {"a\xffb", "not_utf8"},
		"surrogate":            {"a\xed\xa0\x80", "not_utf8"},
		"NUL":                  {"a\x00b", "control_character"},
		"newline":              {"a\nb", "control_character"},
		"delete":               {"a\x7f", "control_character"},
		"C1 control":           {"a\u0085", "control_character"},
		"right-to-left":        {"a\u202eb", "control_character"},
		"isolate":              {"a\u2066b", "control_character"},
		"Arabic is fine":       {"مرحبا", ""},
		"zero width is fine":   {"👩‍💻", ""},
		"no-break space":       {"a\u00a0b", ""},
		"replacement rune":     {"a\ufffdb", ""},
		"short when composed":  {strings.Repeat("u\u0308", 10), ""},
		"longer when composed": {strings.Repeat("\u0958", 6), "too_long"}, // NFC takes it apart
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c fault.Check
			got := c.Text("f", row.in, 10)
			if row.want == "" {
				require.Empty(t, wrong(&c))
				require.Equal(t, norm.NFC.String(row.in), got)
				return
			}
			require.Equal(t, []string{"f " + row.want}, wrong(&c))
		})
	}
}

func TestLinesAllowsLineBreaksAndTabsOnly(t *testing.T) {
	t.Parallel()
	var c fault.Check
	require.Equal(t, "a\r\n\tb", c.Lines("note", "a\r\n\tb", 10))
	require.Empty(t, wrong(&c))
	c.Lines("note", "a\vb", 10)
	c.Required("name", "a\nb", 10)
	require.Equal(t, []string{"note control_character", "name control_character"}, wrong(&c))
}

// Text that passes is safe to store, and passes again unchanged.
func TestTextThatPassesIsClean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "in")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		var c fault.Check
		got := c.Text("f", in, limit)
		if c.Err("x") != nil {
			require.Equal(t, 1, len(fault.FieldsOf(c.Err("x"))), "one reason for one text")
			return
		}
		require.True(t, utf8.ValidString(got))
		require.True(t, norm.NFC.IsNormalString(got))
		require.LessOrEqual(t, utf8.RuneCountInString(got), limit)
		require.NotContains(t, got, "\x00")
		require.Equal(t, got, c.Text("f", got, limit))
		require.NoError(t, c.Err("x"))
	})
}

func ExampleCheck() {
	var c fault.Check
	c.Required("name", "", 200)
	c.Range("quantity", 0, 1, 99_999)
	for _, f := range fault.FieldsOf(c.Err("cart.add")) {
		fmt.Println(f.Path, f.Code, f.Text)
	}
	// Output:
	// name required must not be empty
	// quantity out_of_range must be between 1 and 99999
}

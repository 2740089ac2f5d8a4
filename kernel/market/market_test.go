package market_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

func here() market.Context {
	return market.Context{
		Channel: "web", Market: "dach", Currency: money.MustCurrency("EUR"), Country: "DE", Locale: "de-DE",
		Groups: []string{"member", "staff"}, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func check(x market.Context) (market.Context, []string) {
	var c fault.Check
	x = x.Check(&c, "market")
	var wrong []string
	for _, f := range fault.FieldsOf(c.Err("x")) {
		wrong = append(wrong, f.Path+" "+f.Code)
	}
	return x, wrong
}

func TestCheckTidies(t *testing.T) {
	t.Parallel()
	x := here()
	x.Country = "de"
	x.Groups = []string{"staff", "member", "staff"}
	x.At = x.At.In(time.FixedZone("CET", 3600)).Add(999)
	got, wrong := check(x)
	require.Empty(t, wrong)
	require.Equal(t, here(), got)
	require.Equal(t, []string{"staff", "member", "staff"}, x.Groups, "the caller's groups are not touched")

	least := market.Context{Currency: money.MustCurrency("JPY")}
	got, wrong = check(least)
	require.Empty(t, wrong)
	require.Equal(t, least, got)
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*market.Context)
		want   []string
	}{
		"no currency":         {func(x *market.Context) { x.Currency = money.Currency{} }, []string{"market.currency required"}},
		"withdrawn currency":  {func(x *market.Context) { x.Currency = money.MustCurrency("ANG") }, []string{"market.currency not_valid"}},
		"unknown country":     {func(x *market.Context) { x.Country = "ZZ" }, []string{"market.country country_unknown"}},
		"long channel":        {func(x *market.Context) { x.Channel = strings.Repeat("x", 65) }, []string{"market.channel bad_code"}},
		"longest channel":     {func(x *market.Context) { x.Channel = strings.Repeat("x", 64) }, nil},
		"spaced market":       {func(x *market.Context) { x.Market = "d a" }, []string{"market.market bad_code"}},
		"market with NUL":     {func(x *market.Context) { x.Market = "d\x00" }, []string{"market.market bad_code"}},
		"empty group":         {func(x *market.Context) { x.Groups = []string{"a", ""} }, []string{"market.groups[1] required"}},
		"bad group":           {func(x *market.Context) { x.Groups = []string{"a", "ü"} }, []string{"market.groups[1] bad_code"}},
		"many groups":         {func(x *market.Context) { x.Groups = make([]string, 33) }, []string{"market.groups too_many"}},
		"locale":              {func(x *market.Context) { x.Locale = "zh-Hant-TW" }, nil},
		"locale of numbers":   {func(x *market.Context) { x.Locale = "es-419" }, nil},
		"locale underscore":   {func(x *market.Context) { x.Locale = "de_DE" }, []string{"market.locale bad_locale"}},
		"locale of one":       {func(x *market.Context) { x.Locale = "d" }, []string{"market.locale bad_locale"}},
		"locale of digits":    {func(x *market.Context) { x.Locale = "419" }, []string{"market.locale bad_locale"}},
		"locale ends in dash": {func(x *market.Context) { x.Locale = "de-" }, []string{"market.locale bad_locale"}},
		"locale word":         {func(x *market.Context) { x.Locale = "german" }, []string{"market.locale bad_locale"}},
		"locale long subtag":  {func(x *market.Context) { x.Locale = "de-" + strings.Repeat("x", 9) }, []string{"market.locale bad_locale"}},
		"locale too long":     {func(x *market.Context) { x.Locale = "de" + strings.Repeat("-abcdefgh", 4) }, []string{"market.locale bad_locale"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := here()
			row.change(&x)
			_, wrong := check(x)
			require.Equal(t, row.want, wrong)
		})
	}
}

func TestEqualAndIn(t *testing.T) {
	t.Parallel()
	require.True(t, here().Equal(here()))
	for _, change := range []func(*market.Context){
		func(x *market.Context) { x.Channel = "pos" }, func(x *market.Context) { x.Market = "uk" },
		func(x *market.Context) { x.Currency = money.MustCurrency("CHF") }, func(x *market.Context) { x.Country = "AT" },
		func(x *market.Context) { x.Locale = "de-AT" }, func(x *market.Context) { x.Groups = nil },
		func(x *market.Context) { x.At = x.At.Add(time.Microsecond) },
	} {
		x := here()
		change(&x)
		require.False(t, x.Equal(here()))
	}
	require.True(t, here().In("staff"))
	require.False(t, here().In("guest"))
}

func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(here())
	require.NoError(t, err)
	require.JSONEq(t, `{"channel":"web","market":"dach","currency":"EUR","country":"DE","locale":"de-DE",
		"groups":["member","staff"],"at":"2026-03-01T12:00:00Z"}`, string(b))
	var back market.Context
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, here(), back)
}

func ExampleContext_Check() {
	var c fault.Check
	here := market.Context{Currency: money.MustCurrency("CHF"), Country: "ch", Locale: "de_CH", Groups: []string{"member", "member"}}
	here = here.Check(&c, "market")
	fmt.Println(here.Country, here.Groups)
	fmt.Println(c.Err("cart.create"))
	// Output:
	// CH [member]
	// cart.create: The input is not valid. (market.locale: must be a language tag such as "de-CH")
}

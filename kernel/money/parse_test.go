package money_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/money"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	eur, clf := money.MustCurrency("EUR"), money.MustCurrency("CLF")
	rows := []struct {
		in   string
		cur  money.Currency
		want int64
	}{
		{"19.99", eur, 1999},
		{"19.9", eur, 1990},
		{"19", eur, 1900},
		{"0", eur, 0},
		{"-0.00", eur, 0},
		{"-0.05", eur, -5},
		{"007", eur, 700},
		{"999999999999.99", eur, 99999999999999},
		{"1999", money.MustCurrency("JPY"), 1999},
		{"1.234", money.MustCurrency("KWD"), 1234},
		{"1.2345", clf, 12345},
		{"100000000000", clf, money.Limit},
	}
	for _, row := range rows {
		got, err := money.ParseAmount(row.in, row.cur)
		require.NoError(t, err, row.in)
		require.Equal(t, money.New(row.want, row.cur), got, row.in)
	}
}

func TestParseAmountRefuses(t *testing.T) {
	t.Parallel()
	eur := money.MustCurrency("EUR")
	for _, in := range []string{
		"", "-", ".", "1.", ".5", "+1", "--1", "1e5", "1E5", "0x10", "NaN", "Inf", "-Inf", "1,99", "1 000", " 1", "1 ", "1\n",
		"1_000", "１９", "1.９", "٣", "1.-1", "1..1", "1.1.1", "1234567890123", "1.12345", "1.99\x00", "EUR", "19.99 EUR", "−1",
		strings.Repeat("9", 1<<20), "-" + strings.Repeat("0", 40),
	} {
		_, err := money.ParseAmount(in, eur)
		require.ErrorIs(t, err, money.ErrSyntax, "%.30q", in)
	}
	_, err := money.ParseAmount("1.234", eur)
	require.ErrorIs(t, err, money.ErrPrecision)
	_, err = money.ParseAmount("1.990", eur)
	require.ErrorIs(t, err, money.ErrPrecision)
	_, err = money.ParseAmount("1.0", money.MustCurrency("JPY"))
	require.ErrorIs(t, err, money.ErrPrecision)
	_, err = money.ParseAmount("100000000000.0001", money.MustCurrency("CLF"))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.ParseAmount("1", money.Currency{})
	require.ErrorIs(t, err, money.ErrCurrency)
}

// The length of the text does not matter: a thousand megabytes are refused in
// less than a second together, a microsecond each.
func TestParseAmountIsQuick(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 1<<20)
	eur := money.MustCurrency("EUR")
	begin := time.Now()
	for range 1000 {
		_, err := money.ParseAmount(long, eur)
		require.ErrorIs(t, err, money.ErrSyntax)
	}
	require.Less(t, time.Since(begin), time.Second)
}

func TestAmountText(t *testing.T) {
	t.Parallel()
	require.Equal(t, "19.99 EUR", money.EUR(1999).String())
	require.Equal(t, "-0.05 EUR", money.EUR(-5).String())
	require.Equal(t, "1999 JPY", money.JPY(1999).String())
	require.Equal(t, "0.000 KWD", money.KWD(0).String())
	require.Equal(t, "0", money.Amount{}.String())
	require.Equal(t, "-0.05", money.EUR(-5).Decimal())
	require.Equal(t, "-92233720368547758.08", money.EUR(-1<<63).Decimal())
}

func TestTextAndJSONRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := money.MustCurrency(rapid.SampledFrom(money.Codes()).Draw(t, "code"))
		most := min(money.Limit, 999_999_999_999*decimal.New(1, int32(c.Exponent())).IntPart())
		a := money.New(rapid.Int64Range(-most, most).Draw(t, "minor"), c)
		got, err := money.ParseAmount(a.Decimal(), c)
		require.NoError(t, err)
		require.Equal(t, a, got)

		b, err := json.Marshal(a)
		require.NoError(t, err)
		var back money.Amount
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, a, back)
	})
}

func TestAmountJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(money.EUR(1999))
	require.NoError(t, err)
	require.Equal(t, `{"amount":"19.99","currency":"EUR"}`, string(b)) //nolint:testifylint // the very bytes are stable

	b, err = json.Marshal(struct{ A, B money.Amount }{B: money.JPY(5)})
	require.NoError(t, err)
	require.Equal(t, `{"A":null,"B":{"amount":"5","currency":"JPY"}}`, string(b)) //nolint:testifylint // the very bytes are stable

	var a money.Amount
	require.NoError(t, json.Unmarshal([]byte(` { "currency" : "EUR", "amount" : "-1.5" } `), &a))
	require.Equal(t, money.EUR(-150), a)
	require.NoError(t, json.Unmarshal([]byte(`null`), &a))
	require.Equal(t, money.Amount{}, a)

	_, err = json.Marshal(money.New(1, money.Currency{}))
	require.ErrorIs(t, err, money.ErrCurrency)
}

func TestAmountJSONRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		`{}`:                                    money.ErrSyntax,
		`[]`:                                    money.ErrSyntax,
		`"19.99 EUR"`:                           money.ErrSyntax,
		`19.99`:                                 money.ErrSyntax,
		`{"amount":"1"}`:                        money.ErrSyntax,
		`{"currency":"EUR"}`:                    money.ErrSyntax,
		`{"amount":1,"currency":"EUR"}`:         money.ErrSyntax,
		`{"amount":"1","currency":null}`:        money.ErrSyntax,
		`{"Amount":"1","currency":"EUR"}`:       money.ErrSyntax,
		`{"amount":"1","currency":"EUR","x":1}`: money.ErrSyntax,
		`{"amount":"1","amount":"2","currency":"EUR"}`:     money.ErrSyntax,
		`{"amount":"1","currency":"EUR","per":5}`:          money.ErrSyntax,
		`{"amount":{"amount":"1"},"currency":"EUR"}`:       money.ErrSyntax,
		`{"amount":"1e5","currency":"EUR"}`:                money.ErrSyntax,
		`{"amount":"1.999","currency":"EUR"}`:              money.ErrPrecision,
		`{"amount":"1","currency":"eur"}`:                  money.ErrUnknownCurrency,
		`{"amount":"100000000000.1","currency":"CLF"}`:     money.ErrOverflow,
		`{"amount":"1.99","currency":"EUR","currency":""}`: money.ErrSyntax,
	} {
		a := money.EUR(7)
		require.ErrorIs(t, json.Unmarshal([]byte(in), &a), want, in)
		require.Equal(t, money.EUR(7), a, "%s must leave the amount alone", in)
	}
}

// The method is also called by other decoders than that of the standard
// library, which cuts the value out.
func TestAmountJSONIsOneValue(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`{"amount":"1","currency":"EUR"}{}`, `{"amount":"1","currency":"EUR"`, `{"amount":"1",`, ``} {
		var a money.Amount
		require.ErrorIs(t, a.UnmarshalJSON([]byte(in)), money.ErrSyntax, in)
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"19.99", "-0.05", "1e5", "", "+1", "１", "999999999999.9999", "1.", "-"} {
		for _, c := range []string{"EUR", "JPY", "KWD", "CLF"} {
			f.Add(s, c)
		}
	}
	grammar := regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,4})?$`)
	f.Fuzz(func(t *testing.T, s, code string) {
		c, err := money.ParseCurrency(code)
		if err != nil {
			return
		}
		a, err := money.ParseAmount(s, c)
		if err != nil {
			_, fraction, _ := strings.Cut(s, ".")
			wellFormed := grammar.MatchString(s) && len(fraction) <= c.Exponent()
			require.False(t, wellFormed && !errors.Is(err, money.ErrOverflow), "%q in %s was refused: %v", s, code, err)
			return
		}
		require.Regexp(t, grammar, s)
		require.NoError(t, a.Check())
		want := decimal.RequireFromString(s).Shift(int32(c.Exponent()))
		require.True(t, want.Equal(decimal.New(a.Minor(), 0)), "%q became %s", s, a)
	})
}

func FuzzAmountJSON(f *testing.F) {
	for _, s := range []string{`{"amount":"19.99","currency":"EUR"}`, `null`, `{}`, `{"amount":"1","currency":"EUR","per":100}`, `[1]`, `{"amount":"1","currency":"EUR"}x`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a money.Amount
		if json.Unmarshal(b, &a) == nil {
			again(t, a, &money.Amount{})
		}
		var p money.Price
		if json.Unmarshal(b, &p) == nil {
			again(t, p, &money.Price{})
		}
	})
}

// again writes v and reads it back.
func again[T comparable](t *testing.T, v T, into *T) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
	require.Equal(t, v, *into)
}

package tax_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/tax"
)

func noon(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

func table(t *testing.T, s tax.Sheet) *tax.Table {
	t.Helper()
	out, err := tax.NewTable(s)
	require.NoError(t, err)
	return out
}

// rates writes what applies as "name category rate".
func rates(t *testing.T, c tax.Calculator, q tax.Query) []string {
	t.Helper()
	rs, err := c.Rates(t.Context(), q)
	require.NoError(t, err)
	out := []string{}
	for _, r := range rs {
		compound := ""
		if r.Compound {
			compound = " compound"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s%s", r.Name, r.Category, r.Rate, compound)))
	}
	return out
}

func TestRatesOfTheUnion(t *testing.T) {
	t.Parallel()
	eu := table(t, tax.EU())
	for _, row := range []struct {
		place    postal.Place
		category string
		at       time.Time
		want     []string
	}{
		{postal.Place{Country: "DE", Postcode: "10115"}, "", noon(2026, 3, 1), []string{"VAT  0.19"}},
		{postal.Place{Country: "DE"}, tax.Reduced, noon(2026, 3, 1), []string{"VAT reduced 0.07"}},
		{postal.Place{Country: "DE"}, "", noon(2020, 12, 31), []string{"VAT  0.16"}},
		{postal.Place{Country: "DE"}, "", noon(2021, 1, 1), []string{"VAT  0.19"}},
		{postal.Place{Country: "DE"}, "", noon(2019, 1, 1), []string{"VAT  0.19"}},
		{postal.Place{Country: "DE", Postcode: "27498"}, tax.Reduced, noon(2026, 3, 1), []string{"VAT reduced 0"}},
		{postal.Place{Country: "ES", Postcode: "35100"}, "", noon(2026, 3, 1), []string{"VAT  0"}},
		{postal.Place{Country: "ES"}, "", noon(2026, 3, 1), []string{"VAT  0.21"}},
		{postal.Place{Country: "ES", Postcode: "51006"}, "", noon(2026, 3, 1), []string{"VAT  0.21"}},
		{postal.Place{Country: "PT", Postcode: "9430-051"}, "", noon(2026, 3, 1), []string{"VAT  0.22"}},
		{postal.Place{Country: "FR", Postcode: "97110"}, "", noon(2026, 3, 1), []string{"VAT  0.085"}},
		{postal.Place{Country: "FR", Postcode: "97110"}, "", noon(2013, 3, 1), []string{"VAT  0.196"}},
		{postal.Place{Country: "AT", Postcode: "6691"}, "", noon(2026, 3, 1), []string{"VAT  0.19"}},
		{postal.Place{Country: "FI"}, "", noon(2026, 3, 1), []string{"VAT  0.255"}},
		{postal.Place{Country: "IE"}, tax.SuperReduced, noon(2026, 3, 1), []string{"VAT super_reduced 0.048"}},
		{postal.Place{Country: "GB"}, "", noon(2010, 1, 1), []string{}},
		{postal.Place{Country: "EE"}, "", noon(2025, 6, 30), []string{"VAT  0.22"}},
		{postal.Place{Country: "EE"}, "", noon(2025, 7, 1), []string{"VAT  0.24"}},
		{postal.Place{Country: "DK"}, "books", noon(2026, 3, 1), []string{"VAT books 0.25"}},
		{postal.Place{Country: "US", Region: "CA"}, "", noon(2026, 3, 1), []string{}},
	} {
		got := rates(t, eu, tax.Query{To: row.place, Categories: []string{row.category}, At: row.at})
		require.Equal(t, row.want, got, "%v %s %s", row.place, row.category, row.at)
	}
}

// The table has what its source has.
func TestTheUnionIsComplete(t *testing.T) {
	t.Parallel()
	s := tax.EU()
	countries, territories, open := 0, 0, map[string]int{}
	for _, z := range s.Zones {
		if z.Areas[0].Depth() == 1 {
			countries++
		} else {
			territories++
		}
	}
	standard := 0
	for _, r := range s.Rules {
		if len(r.Zone) == 2 && r.Category == "" {
			standard++
			if r.Until.IsZero() {
				open[r.Zone]++
			}
		}
	}
	require.Equal(t, []int{28, 17, 53}, []int{countries, territories, standard})
	require.Len(t, open, 28, "each country has a rate of today")
	for country, n := range open {
		require.Equal(t, 1, n, country)
	}
	text, err := os.ReadFile("internal/gen/eu-vat-rates-by-date.json")
	require.NoError(t, err)
	require.Equal(t, 53, strings.Count(string(text), "effective_from"))
}

func TestATimeBelongsToOnePeriod(t *testing.T) {
	t.Parallel()
	eu := table(t, tax.EU())
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]string{"AT", "DE", "EE", "FR", "GR", "IE", "LU", "NL", "RO", "SK"}).Draw(t, "country")
		at := time.Unix(rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "at"), 0)
		rs, err := eu.Rates(ctx, tax.Query{To: postal.Place{Country: country}, At: at})
		require.NoError(t, err)
		require.Len(t, rs, 1)
	})
}

// Canada: a federal tax, and provinces that add their own, replace it, or once
// put theirs on top of it.
func canada() tax.Sheet {
	in := func(regions ...string) []postal.Area { return []postal.Area{{Country: "CA", Regions: regions}} }
	return tax.Sheet{
		Zones: []tax.Zone{
			{Code: "CA", Areas: []postal.Area{{Country: "CA"}}},
			{Code: "CA-QC", Areas: in("QC", "Quebec"), Adds: true},
			{Code: "CA-ON", Areas: in("ON", "Ontario")},
			{Code: "CA-QC-2", Areas: []postal.Area{{Country: "CA", Regions: []string{"QC"}, Postcodes: []string{"H2*"}}}, Adds: true},
		},
		Rules: []tax.Rule{
			{Zone: "CA", Name: "GST", Rate: money.MustPercent("5")},
			{Zone: "CA", Name: "GST", Category: "bread", Rate: money.MustPercent("0")},
			{Zone: "CA-QC", Name: "QST", Rate: money.MustPercent("9.5"), Compound: true, Until: noon(2013, 1, 1)},
			{Zone: "CA-QC", Name: "QST", Rate: money.MustPercent("9.975"), From: noon(2013, 1, 1)},
			{Zone: "CA-ON", Name: "HST", Rate: money.MustPercent("13")},
			{Zone: "CA-QC-2", Name: "City", Rate: money.MustPercent("1")},
		},
	}
}

func TestZonesAddOrReplace(t *testing.T) {
	t.Parallel()
	ca := table(t, canada())
	ask := func(p postal.Place, at time.Time, categories ...string) []string {
		p.Country = "CA"
		return rates(t, ca, tax.Query{To: p, Categories: categories, At: at})
	}
	now := noon(2026, 3, 1)
	require.Equal(t, []string{"GST  0.05"}, ask(postal.Place{}, now))
	require.Equal(t, []string{"GST  0.05"}, ask(postal.Place{Region: "AB"}, now))
	require.Equal(t, []string{"GST  0.05", "QST  0.09975"}, ask(postal.Place{Region: "quebec"}, now))
	require.Equal(t, []string{"GST  0.05", "QST  0.095 compound"}, ask(postal.Place{Region: "QC"}, noon(2012, 12, 31)))
	require.Equal(t, []string{"HST  0.13"}, ask(postal.Place{Region: "ON"}, now))
	require.Equal(t, []string{"GST  0.05", "QST  0.09975", "City  0.01"}, ask(postal.Place{Region: "QC", Postcode: "H2X 1Y4"}, now))
	require.Equal(t, []string{"GST bread 0", "QST bread 0.09975", "GST toys 0.05", "QST toys 0.09975"},
		ask(postal.Place{Region: "QC"}, now, "toys", "bread", "toys"))
}

func TestTheEarlierOfTwoEquallyNarrowZonesCounts(t *testing.T) {
	t.Parallel()
	s := canada()
	s.Zones = append(s.Zones, tax.Zone{Code: "twin", Areas: []postal.Area{{Country: "CA"}}})
	s.Rules = append(s.Rules, tax.Rule{Zone: "twin", Name: "Twin", Rate: money.MustPercent("1")})
	require.Equal(t, []string{"GST  0.05"}, rates(t, table(t, s), tax.Query{To: postal.Place{Country: "CA"}, At: noon(2026, 3, 1)}))
}

func TestSheetsThatAreRefused(t *testing.T) {
	t.Parallel()
	for path, spoil := range map[string]func(s *tax.Sheet){
		"zones[0].code":             func(s *tax.Sheet) { s.Zones[0].Code, s.Rules = "", nil },
		"zones[1].code":             func(s *tax.Sheet) { s.Zones[1].Code, s.Rules = "CA", nil },
		"zones[0].areas":            func(s *tax.Sheet) { s.Zones[0].Areas = nil },
		"zones[0].areas[0].country": func(s *tax.Sheet) { s.Zones[0].Areas = []postal.Area{{Country: "ca"}} },
		"rules[0].name":             func(s *tax.Sheet) { s.Rules[0].Name = "" },
		"rules[0].zone":             func(s *tax.Sheet) { s.Rules[0].Zone = "XX" },
		"rules[0].category":         func(s *tax.Sheet) { s.Rules[0].Category = "two words" },
		"rules[0].rate":             func(s *tax.Sheet) { s.Rules[0].Rate = money.MustRate("-0.1") },
		"rules[4].rate":             func(s *tax.Sheet) { s.Rules[4].Rate = money.MustRate("11") },
		"rules[2].until":            func(s *tax.Sheet) { s.Rules[2].From = noon(2014, 1, 1) },
		"rules[3]":                  func(s *tax.Sheet) { s.Rules[3].From = noon(2012, 12, 31) },
	} {
		s := canada()
		spoil(&s)
		_, err := tax.NewTable(s)
		fields := fault.FieldsOf(err)
		require.Len(t, fields, 1, path)
		require.Equal(t, path, fields[0].Path)
		require.ErrorIs(t, err, fault.Invalid)
	}
	_, err := tax.NewTable(tax.Sheet{Zones: make([]tax.Zone, 10_001)})
	require.ErrorIs(t, err, fault.Invalid)
}

func TestQueriesThatAreRefused(t *testing.T) {
	t.Parallel()
	ca := table(t, canada())
	for path, q := range map[string]tax.Query{
		"to.country":    {At: noon(2026, 3, 1)},
		"at":            {To: postal.Place{Country: "CA"}},
		"categories":    {To: postal.Place{Country: "CA"}, At: noon(2026, 3, 1), Categories: make([]string, 101)},
		"categories[0]": {To: postal.Place{Country: "CA"}, At: noon(2026, 3, 1), Categories: []string{"ü"}},
		"to.postcode":   {To: postal.Place{Country: "CA", Postcode: "\x00"}, At: noon(2026, 3, 1)},
	} {
		_, err := ca.Rates(t.Context(), q)
		fields := fault.FieldsOf(err)
		require.Len(t, fields, 1, path)
		require.Equal(t, path, fields[0].Path)
	}
}

package pricing_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/pricing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing them")

// goldens are the quotes whose JSON and explanation are compared to the byte.
func goldens() map[string]pricing.Input {
	in := sample()
	in.At = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in.Discounts = append(in.Discounts,
		pricing.Discount{Code: "FREESHIP", Kind: pricing.PercentOff, Scope: pricing.OnShipping, Rate: money.MustRate("1"), Minimum: money.EUR(100_00)},
		pricing.Discount{Code: "EACH", Kind: pricing.AmountOff, Scope: pricing.OnEach, Amount: money.EUR(10), SKUs: []string{"A"}, Priority: 7},
	)
	gross := in
	gross.TaxInclusive, gross.Policy = true, money.Policy{At: money.RateGroup, Mode: money.HalfEven}
	unit := in
	unit.Policy.At = money.Unit

	swiss := pricing.Input{
		Currency: money.MustCurrency("CHF"), TaxInclusive: true, Policy: money.Policy{At: money.Document, Cash: true},
		Lines: []pricing.Line{
			{ID: "b", SKU: "BREAD", Quantity: 3, Unit: money.Each(money.CHF(3_33)), TaxCategory: "food"},
			{ID: "a", SKU: "SCREWS", Quantity: 250, Unit: money.Price{Amount: money.CHF(1_25), Per: 100}, TaxCategory: "full"},
		},
		Taxes: []pricing.Tax{
			{Name: "MWST", Category: "food", Rate: money.MustPercent("2.6")},
			{Name: "MWST", Category: "full", Rate: money.MustPercent("8.1")},
		},
	}
	city := with(euro(line(2, 33_33, "x"), line(1, 10_01, "x")), func(in *pricing.Input) {
		in.TaxInclusive = true
		in.Taxes = []pricing.Tax{
			{Name: "state", Category: "x", Rate: money.MustPercent("5")},
			{Name: "city", Category: "x", Rate: money.MustPercent("9.975"), Compound: true},
		}
	})
	cityGroup := city
	cityGroup.Policy.At = money.RateGroup
	return map[string]pricing.Input{
		"added": in, "contained": gross, "per-unit": unit, "swiss-cash": swiss, "two-taxes": city, "two-taxes-group": cityGroup,
		"twenty-lines": basket(),
	}
}

func TestGoldenQuotes(t *testing.T) {
	t.Parallel()
	for name, in := range goldens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := mustCompute(t, in)
			var b bytes.Buffer
			raw, err := json.Marshal(q)
			require.NoError(t, err)
			require.NoError(t, json.Indent(&b, raw, "", "\t"))
			b.WriteByte('\n')
			golden(t, name+".json", b.String())
			golden(t, name+".en.txt", strings.Join(q.Explain("en"), "\n")+"\n")
			golden(t, name+".de.txt", strings.Join(q.Explain("de-DE"), "\n")+"\n")
		})
	}
}

func golden(t *testing.T, name, have string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(have), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	require.Equal(t, string(want), have)
}

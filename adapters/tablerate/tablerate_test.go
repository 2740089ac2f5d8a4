package tablerate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/tablerate"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/shipping/shippingtest"
)

const sheet = `zone,countries,postcodes,service,title,up_to,max_size,amount,currency,min_days,max_days
de,DE,,parcel,Parcel,2 kg,600x300x150,5.49,EUR,1,2
de,,,parcel,Parcel,10 kg,1200x600x600,10.49,EUR,1,2
de,,,express,Express,10 kg,,17.90,EUR,1,
de,,,express,Express,10 kg,,21.00,CHF,1,
islands,DE,27498 25980..25999,parcel,Parcel,10 kg,,18.00,EUR,3,5
eu,AT FR,,parcel,Parcel abroad,5 kg,,14.49,EUR,3,6
`

func carrier(t *testing.T) *tablerate.Carrier {
	t.Helper()
	s, err := tablerate.Read(strings.NewReader(sheet))
	require.NoError(t, err)
	c, err := tablerate.New("table", s)
	require.NoError(t, err)
	return c
}

func request(country, postcode string, weights ...measure.Weight) shipping.RateRequest {
	r := shipping.RateRequest{To: postal.Place{Country: country, Postcode: postcode}, Value: money.EUR(50_00)}
	for _, w := range weights {
		r.Parcels = append(r.Parcels, shipping.Parcel{Weight: w})
	}
	return r
}

// rates writes what is offered as "service amount".
func rates(t *testing.T, r shipping.RateRequest) []string {
	t.Helper()
	rs, err := carrier(t).Rates(t.Context(), r)
	require.NoError(t, err)
	out := []string{}
	for _, x := range rs {
		out = append(out, x.Service+" "+x.Amount.String())
	}
	return out
}

func TestSuite(t *testing.T) {
	t.Parallel()
	shippingtest.Run(t, func(t *testing.T) shippingtest.Harness {
		t.Helper()
		return shippingtest.Harness{
			Carrier: carrier(t), Request: request("DE", "10115", measure.Kilogram), Nowhere: postal.Place{Country: "US"},
		}
	})
}

func TestBandsAndZones(t *testing.T) {
	t.Parallel()
	const kg = measure.Kilogram
	require.Equal(t, []string{"parcel 5.49 EUR", "express 17.90 EUR"}, rates(t, request("DE", "10115", 2*kg)), "the bound is included")
	require.Equal(t, []string{"parcel 10.49 EUR", "express 17.90 EUR"}, rates(t, request("DE", "10115", 2*kg+1)))
	require.Equal(t, []string{"parcel 15.98 EUR", "express 35.80 EUR"}, rates(t, request("DE", "", kg, 9*kg)), "parcels add up")
	require.Equal(t, []string{}, rates(t, request("DE", "10115", kg, 11*kg)), "one is too heavy")
	require.Equal(t, []string{"parcel 18.00 EUR"}, rates(t, request("DE", "25980", kg)))
	require.Equal(t, []string{"parcel 14.49 EUR"}, rates(t, request("FR", "75001", kg)))
	require.Equal(t, []string{}, rates(t, request("US", "", kg)))

	long := request("DE", "10115", kg)
	long.Parcels[0].Size = measure.Size{Length: 10 * measure.Centimetre, Width: 70 * measure.Centimetre, Height: 20 * measure.Centimetre}
	require.Equal(t, []string{"parcel 10.49 EUR", "express 17.90 EUR"}, rates(t, long), "too long for the smallest band")
	long.Parcels[0].Size.Width = 2 * measure.Metre
	require.Equal(t, []string{"express 17.90 EUR"}, rates(t, long))
	swiss := request("DE", "", kg)
	swiss.Value = money.CHF(0)
	require.Equal(t, []string{"express 21.00 CHF"}, rates(t, swiss))
}

func TestTablesThatAreRefused(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(sheet, "\n")
	for line, path := range map[string]string{
		"de,DE,,parcel,,two kg,,1,EUR,,":     "line[2].up_to",
		"de,DE,,parcel,,2 kg,,1e5,EUR,,":     "line[2].amount",
		"de,DE,,parcel,,2 kg,,1,XXY,,":       "line[2].currency",
		"de,,,parcel,,2 kg,,1,EUR,,":         "line[2].countries",
		"de,DE AT,10*,parcel,,2 kg,,1,EUR,,": "line[2].postcodes",
		"de,DE,,parcel,,2 kg,10x20,1,EUR,,":  "line[2].max_size",
		"de,DE,,parcel,,2 kg,,1,EUR,-1,":     "line[2].min_days",
		"de,DE,,parcel":                      "line[2]",
		"\"de,DE":                            "line[2]",
	} {
		_, err := tablerate.Read(strings.NewReader(head + "\n" + line + "\n"))
		require.ErrorIs(t, err, fault.Invalid, line)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
	for _, text := range []string{"", "zone,service\n"} {
		_, err := tablerate.Read(strings.NewReader(text))
		require.ErrorIs(t, err, fault.Invalid)
	}
	for line, path := range map[string]string{
		"DE,DE,,parcel,,2 kg,,1,EUR,,":                             "zones[0].code",
		"de,XX,,parcel,,2 kg,,1,EUR,,":                             "zones[0].areas[0].country",
		"de,DE,,,,2 kg,,1,EUR,,":                                   "bands[0].service",
		"de,DE,,parcel,,0 kg,,1,EUR,,":                             "bands[0].up_to",
		"de,DE,,parcel,,2 kg,,1,EUR,,\nde,,,parcel,,2 kg,,2,EUR,,": "bands[1]",
	} {
		s, err := tablerate.Read(strings.NewReader(head + "\n" + line + "\n"))
		require.NoError(t, err, line)
		_, err = tablerate.New("table", s)
		require.ErrorIs(t, err, fault.Invalid, line)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
	_, err := tablerate.New("table", tablerate.Sheet{Bands: []tablerate.Band{{
		Zone: "x", Service: "s", UpTo: 1, Amount: money.EUR(-1), MinDays: 3, MaxDays: 2,
	}}})
	var paths []string
	for _, f := range fault.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"bands[0].amount", "bands[0].max_days", "bands[0].zone"}, paths)
}

func Example() {
	sheet, err := tablerate.Read(strings.NewReader(`zone,countries,service,title,up_to,amount,currency
home,DE,parcel,Parcel,2 kg,5.49,EUR
home,,parcel,Parcel,10 kg,10.49,EUR
abroad,*,parcel,Parcel,10 kg,24.00,EUR
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	post, err := tablerate.New("post", sheet)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, country := range []string{"DE", "JP"} {
		rates, _ := post.Rates(context.Background(), shipping.RateRequest{
			To: postal.Place{Country: country}, Parcels: []shipping.Parcel{{Weight: 3 * measure.Kilogram}}, Value: money.EUR(0),
		})
		fmt.Println(country, rates[0].Title, rates[0].Amount)
	}
	// Output:
	// DE Parcel 10.49 EUR
	// JP Parcel 24.00 EUR
}

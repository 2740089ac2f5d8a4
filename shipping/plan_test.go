package shipping_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
)

// scripted is a carrier that answers as it is told.
type scripted struct {
	code  string
	rates []shipping.Rate
	err   error
	asked int
}

func (s *scripted) Code() string { return s.code }

func (s *scripted) Rates(context.Context, shipping.RateRequest) ([]shipping.Rate, error) {
	s.asked++
	return s.rates, s.err
}

func post() *scripted {
	return &scripted{code: "post", rates: []shipping.Rate{
		{Service: "parcel", Title: "Parcel", Amount: money.EUR(5_49), MinDays: 1, MaxDays: 2},
		{Service: "express", Title: "Express", Amount: money.EUR(17_90), MaxDays: 1},
	}}
}

func sheet(carriers ...shipping.Carrier) shipping.PlanSheet {
	return shipping.PlanSheet{
		Carriers: carriers,
		Zones: []shipping.Zone{
			{Code: "home", Areas: []postal.Area{{Country: "DE"}}},
			{Code: "islands", Areas: []postal.Area{{Country: "DE", Postcodes: []string{"27498"}}}},
			{Code: "near", Areas: []postal.Area{{Country: "AT"}, {Country: "CH"}}},
		},
		Methods: []shipping.Method{
			{Code: "parcel", Title: "Parcel", Zones: []string{"home"}, Carrier: "post", FreeFrom: money.EUR(100_00), TaxCategory: "shipping"},
			{Code: "express", Title: "Express", Zones: []string{"home"}, Carrier: "post", Service: "express", Price: money.EUR(20_00)},
			{Code: "ferry", Title: "Ferry", Zones: []string{"islands"}, Price: money.EUR(30_00)},
			{Code: "letter", Title: "Letter", Price: money.EUR(1_80), MaxWeight: 500 * measure.Gram, MaxValue: money.EUR(25_00)},
			{Code: "pallet", Title: "Pallet", Price: money.EUR(90_00), MinWeight: 30 * measure.Kilogram, MinValue: money.EUR(500_00)},
			{Code: "dollars", Title: "Dollars", Price: money.USD(1)},
			{Code: "drone", Title: "Drone", Carrier: "post", Service: "drone"},
		},
	}
}

func request(country, postcode string, value money.Amount, weight measure.Weight) shipping.RateRequest {
	return shipping.RateRequest{
		To: postal.Place{Country: country, Postcode: postcode}, Value: value, Parcels: []shipping.Parcel{{Weight: weight}},
	}
}

// offered writes what is offered as "method amount", and what is refused as
// "method reason".
func offered(t *testing.T, p *shipping.Plan, r shipping.RateRequest) (got []string, refused map[string]shipping.Reason) {
	t.Helper()
	o, err := p.Options(t.Context(), r)
	require.NoError(t, err)
	for _, x := range o.Offered {
		got = append(got, x.Method+" "+x.Amount.String())
	}
	refused = map[string]shipping.Reason{}
	for _, x := range o.Refused {
		refused[x.Method] = x.Reason
	}
	return got, refused
}

func TestWhatABuyerMayChoose(t *testing.T) {
	t.Parallel()
	carrier := post()
	p, err := shipping.NewPlan(sheet(carrier))
	require.NoError(t, err)

	got, refused := offered(t, p, request("DE", "10115", money.EUR(50_00), measure.Kilogram))
	require.Equal(t, []string{"parcel 5.49 EUR", "express 20.00 EUR"}, got)
	require.Equal(t, map[string]shipping.Reason{
		"ferry": shipping.OtherZone, "letter": shipping.TooHeavy, "pallet": shipping.TooLight, "dollars": shipping.OtherCurrency,
		"drone": shipping.NoRate,
	}, refused)
	require.Equal(t, 1, carrier.asked, "a carrier is asked once")

	got, _ = offered(t, p, request("DE", "10115", money.EUR(100_00), measure.Kilogram))
	require.Equal(t, []string{"parcel 0.00 EUR", "express 20.00 EUR"}, got)
	got, refused = offered(t, p, request("DE", "27498", money.EUR(20_00), 500*measure.Gram))
	require.Equal(t, []string{"ferry 30.00 EUR", "letter 1.80 EUR"}, got, "the narrowest zone counts, bounds are included")
	require.Equal(t, shipping.OtherZone, refused["parcel"])
	got, refused = offered(t, p, request("JP", "", money.EUR(500_00), 30*measure.Kilogram))
	require.Equal(t, []string{"pallet 90.00 EUR"}, got)
	require.Equal(t, shipping.TooHeavy, refused["letter"])
	_, refused = offered(t, p, request("JP", "", money.EUR(26_00), measure.Gram))
	require.Equal(t, shipping.TooDear, refused["letter"])
	_, refused = offered(t, p, request("JP", "", money.EUR(26_00), 30*measure.Kilogram))
	require.Equal(t, shipping.TooCheap, refused["pallet"])
}

func TestAnEstimateSaysSo(t *testing.T) {
	t.Parallel()
	p, err := shipping.NewPlan(sheet(post()))
	require.NoError(t, err)
	for _, row := range []struct {
		place     postal.Place
		zone      string
		estimated bool
	}{
		{postal.Place{Country: "DE"}, "home", true},
		{postal.Place{Country: "DE", Postcode: "10115"}, "home", false},
		{postal.Place{Country: "CH"}, "near", false},
		{postal.Place{Country: "US"}, "", false},
	} {
		r := request("DE", "", money.EUR(0), 1)
		r.To = row.place
		o, err := p.Options(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, row.zone, o.Zone)
		require.Equal(t, row.estimated, o.Estimated, row.place)
	}
}

func TestACarrierThatIsDownKeepsNobodyElse(t *testing.T) {
	t.Parallel()
	down := post()
	down.err = fault.New(fault.Unavailable, "carrier_down", "The carrier does not answer.")
	p, err := shipping.NewPlan(sheet(down))
	require.NoError(t, err)
	got, refused := offered(t, p, request("DE", "10115", money.EUR(20_00), 100*measure.Gram))
	require.Equal(t, []string{"letter 1.80 EUR"}, got)
	require.Equal(t, shipping.Unavailable, refused["parcel"])
	require.Equal(t, 1, down.asked)
	down.err = errors.New("broken")
	_, err = p.Options(t.Context(), request("DE", "10115", money.EUR(20_00), 1))
	require.ErrorIs(t, err, down.err)
}

func TestPlansThatAreRefused(t *testing.T) {
	t.Parallel()
	for path, spoil := range map[string]func(s *shipping.PlanSheet){
		"carriers[0]": func(s *shipping.PlanSheet) {
			s.Carriers = append([]shipping.Carrier{&scripted{code: "A"}}, s.Carriers...)
		},
		"carriers[1]":               func(s *shipping.PlanSheet) { s.Carriers = append(s.Carriers, post()) },
		"zones[0].areas":            func(s *shipping.PlanSheet) { s.Zones[0].Areas = nil },
		"zones[1].areas[0].country": func(s *shipping.PlanSheet) { s.Zones[1].Areas[0].Country = "de" },
		"zones[2].code":             func(s *shipping.PlanSheet) { s.Zones[2].Code = "home" },
		"methods[0].code":           func(s *shipping.PlanSheet) { s.Methods[0].Code = "UPS Ground" },
		"methods[1].code":           func(s *shipping.PlanSheet) { s.Methods[1].Code = "parcel" },
		"methods[0].title":          func(s *shipping.PlanSheet) { s.Methods[0].Title = "" },
		"methods[0].carrier":        func(s *shipping.PlanSheet) { s.Methods[0].Carrier = "ups" },
		"methods[0].zones[0]":       func(s *shipping.PlanSheet) { s.Methods[0].Zones = []string{"moon"} },
		"methods[2].price":          func(s *shipping.PlanSheet) { s.Methods[2].Price = money.Amount{} },
		"methods[2].service":        func(s *shipping.PlanSheet) { s.Methods[2].Service = "x" },
		"methods[3].max_weight":     func(s *shipping.PlanSheet) { s.Methods[3].MinWeight = measure.Kilogram },
		"methods[3].max_value":      func(s *shipping.PlanSheet) { s.Methods[3].MaxValue = money.EUR(-1) },
		"methods[4].min_weight":     func(s *shipping.PlanSheet) { s.Methods[4].MinWeight = -1 },
	} {
		s := sheet(post())
		spoil(&s)
		_, err := shipping.NewPlan(s)
		require.ErrorIs(t, err, fault.Invalid, path)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
	p, err := shipping.NewPlan(sheet(post()))
	require.NoError(t, err)
	_, err = p.Options(t.Context(), shipping.RateRequest{})
	require.ErrorIs(t, err, fault.Invalid)
}

func ExamplePlan_Options() {
	plan, err := shipping.NewPlan(shipping.PlanSheet{
		Zones: []shipping.Zone{{Code: "home", Areas: []postal.Area{{Country: "DE"}}}},
		Methods: []shipping.Method{
			{Code: "parcel", Title: "Parcel", Zones: []string{"home"}, Price: money.EUR(4_95), FreeFrom: money.EUR(50_00)},
			{Code: "abroad", Title: "Parcel abroad", Price: money.EUR(15_00)},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, country := range []string{"DE", "JP"} {
		o, _ := plan.Options(context.Background(), shipping.RateRequest{
			To: postal.Place{Country: country}, Parcels: []shipping.Parcel{{Weight: measure.Kilogram}}, Value: money.EUR(60_00),
		})
		for _, x := range o.Offered {
			fmt.Println(country, x.Title, x.Amount)
		}
	}
	// Output:
	// DE Parcel 0.00 EUR
	// DE Parcel abroad 15.00 EUR
	// JP Parcel abroad 15.00 EUR
}

func ExampleCarriers() {
	fmt.Println(shipping.Carriers("1Z 5R89 3903 5756 7127"), shipping.Fits("dhl", "3318810025"), shipping.Fits("dhl", "3318810026"))
	fmt.Println(shipping.TrackingURL("dhl", "3318810025"))
	// Output:
	// [ups] true false
	// https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=3318810025
}

package postal_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/postal"
)

func TestWhatAnAreaHolds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		area  postal.Area
		place postal.Place
		want  bool
	}{
		{postal.Area{}, postal.Place{Country: "DE"}, true},
		{postal.Area{Country: "DE"}, postal.Place{Country: "DE", Postcode: "10115"}, true},
		{postal.Area{Country: "DE"}, postal.Place{Country: "AT"}, false},
		{postal.Area{Country: "US", Regions: []string{"CA", "California"}}, postal.Place{Country: "US", Region: "california"}, true},
		{postal.Area{Country: "US", Regions: []string{"CA"}}, postal.Place{Country: "US", Region: "NY"}, false},
		{postal.Area{Country: "US", Regions: []string{"CA"}}, postal.Place{Country: "US"}, false},
		{postal.Area{Country: "ES", Postcodes: []string{"35*", "38*"}}, postal.Place{Country: "ES", Postcode: "38001"}, true},
		{postal.Area{Country: "ES", Postcodes: []string{"35*"}}, postal.Place{Country: "ES", Postcode: "3"}, false},
		{postal.Area{Country: "ES", Postcodes: []string{"35*"}}, postal.Place{Country: "ES"}, false},
		{postal.Area{Country: "IT", Postcodes: []string{"22061"}}, postal.Place{Country: "IT", Postcode: "22061"}, true},
		{postal.Area{Country: "IT", Postcodes: []string{"2206"}}, postal.Place{Country: "IT", Postcode: "22061"}, false},
		{postal.Area{Country: "ES", Postcodes: []string{"51001..51005"}}, postal.Place{Country: "ES", Postcode: "51005"}, true},
		{postal.Area{Country: "ES", Postcodes: []string{"51001..51005"}}, postal.Place{Country: "ES", Postcode: "51006"}, false},
		{postal.Area{Country: "PT", Postcodes: []string{"90..94"}}, postal.Place{Country: "PT", Postcode: "9430-051"}, true},
		{postal.Area{Country: "GB", Postcodes: []string{"BT*"}}, postal.Place{Country: "GB", Postcode: "bt1 5gs"}, true},
		{postal.Area{Country: "GB", Postcodes: []string{"B T*"}}, postal.Place{Country: "GB", Postcode: "BT1 5GS"}, true},
	} {
		require.Equal(t, row.want, row.area.Holds(row.place), "%+v %+v", row.area, row.place)
		var c fault.Check
		row.area.Check(&c, "area")
		row.place.Check(&c, "place")
		require.NoError(t, c.Err("test"))
	}
}

func TestAreasThatAreRefused(t *testing.T) {
	t.Parallel()
	for path, a := range map[string]postal.Area{
		"area.country":      {Country: "de"},
		"area.regions":      {Country: "US", Regions: namesOf(101)},
		"area.regions[0]":   {Country: "US", Regions: []string{""}},
		"area.postcodes":    {Country: "US", Postcodes: namesOf(501)},
		"area.postcodes[0]": {Country: "US", Postcodes: []string{"*"}},
	} {
		var c fault.Check
		a.Check(&c, "area")
		fields := fault.FieldsOf(c.Err("test"))
		require.Len(t, fields, 1, path)
		require.Equal(t, path, fields[0].Path)
	}
	for _, pattern := range []string{"", "5..10", "20..10", "1*2", "..", "ü*", "1..2..3"} {
		var c fault.Check
		postal.Area{Country: "US", Postcodes: []string{pattern}}.Check(&c, "area")
		require.ErrorIs(t, c.Err("test"), fault.Invalid, pattern)
	}
	var c fault.Check
	postal.Area{Regions: []string{"CA"}}.Check(&c, "area")
	postal.Place{Country: "XX"}.Check(&c, "place")
	require.Len(t, fault.FieldsOf(c.Err("test")), 2)
}

func namesOf(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "1"
	}
	return out
}

func ExampleArea_Holds() {
	canaries := postal.Area{Country: "ES", Postcodes: []string{"35*", "38*"}}
	home := postal.Address{Country: "ES", City: "Arona", Postcode: "38640"}
	fmt.Println(canaries.Holds(home.Place()), canaries.Depth())
	// Output: true 3
}

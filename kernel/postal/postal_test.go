package postal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/postal"
)

// check returns the tidied address and "path code" of everything wrong.
func check(a postal.Address) (postal.Address, []string) {
	var c fault.Check
	a = a.Check(&c, "to")
	var wrong []string
	for _, f := range fault.FieldsOf(c.Err("x")) {
		wrong = append(wrong, f.Path+" "+f.Code)
	}
	return a, wrong
}

func berlin() postal.Address {
	return postal.Address{
		Name: "Erika Mustermann", Lines: []string{"Heidestraße 17"}, City: "Berlin", Postcode: "10557", Country: "DE",
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	all := postal.Countries()
	require.Len(t, all, 252, "249 of ISO 3166-1, and XK, AC, TA")
	require.True(t, slices.IsSorted(all))
	for _, code := range all {
		got, err := postal.ParseCountry(strings.ToLower(code))
		require.NoError(t, err)
		require.Equal(t, code, got)
		require.True(t, postal.IsCountry(code))
		require.NotEmpty(t, postal.CountryName(code))
		require.Contains(t, postal.Required(code), "lines", code)
	}
	require.Equal(t, "UNITED KINGDOM", postal.CountryName("GB"))
	for _, code := range []string{"", "D", "ZZ", "UK", "DEU", "D\u00cb", "\u212aR", "EU", "D\x00"} {
		_, err := postal.ParseCountry(code)
		require.ErrorIs(t, err, fault.Invalid, code)
		require.Equal(t, "country_unknown", fault.CodeOf(err))
		require.False(t, postal.IsCountry(code))
	}
	require.False(t, postal.IsCountry("de"), "codes at rest are in capitals")
	require.Empty(t, postal.CountryName("ZZ"))
	require.Nil(t, postal.Required("ZZ"))
	require.Equal(t, []string{"lines", "city", "region", "postcode"}, postal.Required("US"))
	require.Equal(t, []string{"lines", "region", "postcode"}, postal.Required("JP"))
	require.Equal(t, []string{"lines", "region"}, postal.Required("HK"))
}

// Every example that comes with the rules fits the rules, and no other postcode
// of its form does if it is one character longer.
func TestPostcodesOfAllCountries(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/postcodes.json")
	require.NoError(t, err)
	var examples map[string][]string
	require.NoError(t, json.Unmarshal(text, &examples))
	require.Len(t, examples, 181)
	for country, codes := range examples {
		for _, code := range codes {
			a := postal.Address{Name: "A", Lines: []string{"B"}, City: "C", Region: "D", Postcode: code, Country: country}
			_, wrong := check(a)
			require.Empty(t, wrong, "%s %s", country, code)
			a.Postcode = code + "Q"
			_, wrong = check(a)
			require.Equal(t, []string{"to.postcode bad_postcode"}, wrong, "%s %s", country, a.Postcode)
		}
	}
}

func TestCheckTidies(t *testing.T) {
	t.Parallel()
	in := postal.Address{
		Name: " Zoe\u0301 Keller ", Lines: []string{"", " Bahnhofstrasse 1 ", "  "}, City: "Zürich ", Postcode: "ch-8001", Country: "ch",
	}
	before := slices.Clone(in.Lines)
	got, wrong := check(in)
	require.Empty(t, wrong)
	require.Equal(t, postal.Address{
		Name: "Zoé Keller", Lines: []string{"Bahnhofstrasse 1"}, City: "Zürich", Postcode: "8001", Country: "CH",
	}, got)
	require.Equal(t, before, in.Lines, "the caller's lines are not touched")
	again, wrong := check(got)
	require.Empty(t, wrong)
	require.Equal(t, got, again)
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	for name, row := range map[string]struct {
		change func(*postal.Address)
		want   []string
	}{
		"nothing wrong":       {func(*postal.Address) {}, nil},
		"company for a name":  {func(a *postal.Address) { a.Name, a.Company = "", "Kontor GmbH" }, nil},
		"nobody":              {func(a *postal.Address) { a.Name = " " }, []string{"to.name required"}},
		"no street":           {func(a *postal.Address) { a.Lines = []string{" "} }, []string{"to.lines required"}},
		"no city":             {func(a *postal.Address) { a.City = "" }, []string{"to.city required"}},
		"no postcode":         {func(a *postal.Address) { a.Postcode = "" }, []string{"to.postcode required"}},
		"no state in the US":  {func(a *postal.Address) { a.Country = "US" }, []string{"to.region required"}},
		"short postcode":      {func(a *postal.Address) { a.Postcode = "1055" }, []string{"to.postcode bad_postcode"}},
		"full width postcode": {func(a *postal.Address) { a.Postcode = "１０５５７" }, []string{"to.postcode bad_postcode"}},
		"endless postcode":    {func(a *postal.Address) { a.Postcode = strings.Repeat("1", 1000) }, []string{"to.postcode too_long", "to.postcode bad_postcode"}},
		"no country":          {func(a *postal.Address) { a.Country = "" }, []string{"to.country country_unknown"}},
		"unknown country":     {func(a *postal.Address) { a.Country = "ZZ" }, []string{"to.country country_unknown"}},
		"long name":           {func(a *postal.Address) { a.Name = long }, []string{"to.name too_long"}},
		"bad bytes":           {func(a *postal.Address) { a.City = "Ber\xfflin" }, []string{"to.city not_utf8"}},
		"NUL":                 {func(a *postal.Address) { a.Company = "a\x00b" }, []string{"to.company control_character"}},
		"line break":          {func(a *postal.Address) { a.Lines = []string{"a", "b\nc"} }, []string{"to.lines[1] control_character"}},
		"five lines":          {func(a *postal.Address) { a.Lines = []string{"1", "2", "3", "4", "5"} }, []string{"to.lines too_many"}},
		"long sorting code":   {func(a *postal.Address) { a.Sorting = long }, []string{"to.sorting too_long"}},
		"long region":         {func(a *postal.Address) { a.Region = long }, []string{"to.region too_long"}},
		"long district":       {func(a *postal.Address) { a.District = long }, []string{"to.district too_long"}},
		"phone":               {func(a *postal.Address) { a.Phone = "+49 (0)30 12345-67" }, nil},
		"phone with words":    {func(a *postal.Address) { a.Phone = "call me" }, []string{"to.phone bad_phone"}},
		"phone too short":     {func(a *postal.Address) { a.Phone = "+1" }, []string{"to.phone bad_phone"}},
		"phone too long":      {func(a *postal.Address) { a.Phone = strings.Repeat("1", 33) }, []string{"to.phone bad_phone"}},
		"email":               {func(a *postal.Address) { a.Email = "erika+shop@post.example.org" }, nil},
		"email without at":    {func(a *postal.Address) { a.Email = "erika.example.org" }, []string{"to.email bad_email"}},
		"email with two":      {func(a *postal.Address) { a.Email = "a@b@example.org" }, []string{"to.email bad_email"}},
		"email of nobody":     {func(a *postal.Address) { a.Email = "@example.org" }, []string{"to.email bad_email"}},
		"email at no host":    {func(a *postal.Address) { a.Email = "a@localhost" }, []string{"to.email bad_email"}},
		"email header":        {func(a *postal.Address) { a.Email = "a@example.org\r\nBcc: b@example.org" }, []string{"to.email bad_email"}},
		"email control":       {func(a *postal.Address) { a.Email = "a\x01@example.org" }, []string{"to.email control_character"}},
		"email too long":      {func(a *postal.Address) { a.Email = "a@" + strings.Repeat("b", 250) + ".org" }, []string{"to.email bad_email"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := berlin()
			row.change(&a)
			_, wrong := check(a)
			require.Equal(t, row.want, wrong)
		})
	}
}

func TestCheckOfAnythingEndsAndKeepsTidyAddressesTidy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := postal.Address{
			Name: rapid.String().Draw(t, "name"), Lines: rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, "lines"),
			City: rapid.String().Draw(t, "city"), Region: rapid.String().Draw(t, "region"),
			Postcode: rapid.String().Draw(t, "postcode"),
			Country:  rapid.SampledFrom(append(postal.Countries(), "ZZ", "")).Draw(t, "country"),
		}
		got, wrong := check(a)
		if len(wrong) > 0 {
			return
		}
		again, wrong := check(got)
		require.Empty(t, wrong)
		require.True(t, got.Equal(again), "%+v %+v", got, again)
		for _, line := range got.ParcelLabel("DE") {
			require.True(t, utf8.ValidString(line))
			require.NotEmpty(t, strings.TrimSpace(line))
		}
	})
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		address postal.Address
		want    []string
	}{
		"DE": {berlin(), []string{"Erika Mustermann", "Heidestraße 17", "10557 Berlin"}},
		"US": {
			postal.Address{Name: "Jane Roe", Company: "Roe Inc.", Lines: []string{"301 Hamilton Avenue", "Suite 4"}, City: "Palo Alto", Region: "CA", Postcode: "94303", Country: "US"},
			[]string{"Jane Roe", "Roe Inc.", "301 Hamilton Avenue", "Suite 4", "Palo Alto, CA 94303"},
		},
		"US without state": {
			postal.Address{Name: "Jane Roe", City: "Palo Alto", Postcode: "94303", Country: "US"},
			[]string{"Jane Roe", "Palo Alto 94303"},
		},
		"US without city": {
			postal.Address{Region: "CA", Postcode: "94303", Country: "US"},
			[]string{"CA 94303"},
		},
		"GB": {
			postal.Address{Name: "A. Smith", Lines: []string{"10 Downing Street"}, City: "London", Postcode: "SW1A 2AA", Country: "GB"},
			[]string{"A. Smith", "10 Downing Street", "London", "SW1A 2AA"},
		},
		"FR with CEDEX": {
			postal.Address{Company: "Mairie", Name: "Service des achats", Lines: []string{"1 rue de la Paix"}, City: "Nouméa", Postcode: "98800", Sorting: "CEDEX", Country: "NC"},
			[]string{"Mairie", "Service des achats", "1 rue de la Paix", "98800 Nouméa CEDEX"},
		},
		"CH writes its prefix": {
			postal.Address{Name: "Z. Keller", Lines: []string{"Bahnhofstrasse 1"}, City: "Zürich", Postcode: "8001", Country: "CH"},
			[]string{"Z. Keller", "Bahnhofstrasse 1", "CH-8001 Zürich"},
		},
		"BR": {
			postal.Address{Name: "Ana", Lines: []string{"Rua A, 1"}, District: "Centro", City: "São Paulo", Region: "SP", Postcode: "01000-000", Country: "BR"},
			[]string{"Ana", "Rua A, 1", "Centro", "São Paulo-SP", "01000-000"},
		},
		"JP": {
			postal.Address{Name: "山田太郎", Lines: []string{"千代田区丸の内1-1"}, Region: "東京都", Postcode: "100-0005", Country: "JP"},
			[]string{"〒100-0005", "東京都", "千代田区丸の内1-1", "山田太郎"},
		},
		"JP in Latin letters": {
			postal.Address{Name: "Taro Yamada", Lines: []string{"1-1 Marunouchi", "Chiyoda-ku"}, Region: "Tokyo", Postcode: "100-0005", Country: "JP"},
			[]string{"Taro Yamada", "1-1 Marunouchi", "Chiyoda-ku, Tokyo", "100-0005"},
		},
		"CN": {
			postal.Address{Name: "李雷", Lines: []string{"中关村大街1号"}, District: "海淀区", City: "北京市", Postcode: "100080", Country: "CN"},
			[]string{"100080", "北京市海淀区", "中关村大街1号", "李雷"},
		},
		"SG writes its city": {
			postal.Address{Name: "Tan", Lines: []string{"1 Raffles Place"}, Postcode: "048616", Country: "SG"},
			[]string{"Tan", "1 Raffles Place", "SINGAPORE 048616"},
		},
		"NA as corrected": {
			postal.Address{Name: "N", Lines: []string{"1 Post Street"}, City: "Windhoek", Country: "NA"},
			[]string{"N", "1 Post Street", "Windhoek"},
		},
		"unknown": {postal.Address{Name: "X", Lines: []string{"Y"}, City: "Z"}, []string{"X", "Y", "Z"}},
		"nothing": {postal.Address{Country: "DE"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, row.address.Label())
		})
	}
}

func TestParcelLabel(t *testing.T) {
	t.Parallel()
	gb := postal.Address{Name: "A. Smith", Lines: []string{"10 Downing Street"}, City: "London", Postcode: "SW1A 2AA", Country: "GB"}
	require.Equal(t, []string{"A. Smith", "10 Downing Street", "LONDON", "SW1A 2AA"}, gb.ParcelLabel("GB"))
	require.Equal(t, []string{"A. Smith", "10 Downing Street", "LONDON", "SW1A 2AA", "UNITED KINGDOM"}, gb.ParcelLabel("DE"))
	require.Equal(t, "London", gb.City)

	ca := postal.Address{Name: "B. Roy", Lines: []string{"1 rue Peel"}, City: "Montréal", Region: "QC", Postcode: "H3C 1A1", Country: "CA"}
	require.Equal(t, []string{"B. ROY", "1 RUE PEEL", "MONTRÉAL QC H3C 1A1", "CANADA"}, ca.ParcelLabel("US"))
	require.Equal(t, []string{"1 rue Peel"}, ca.Lines, "the address is not changed")
}

func TestIsZeroAndEqual(t *testing.T) {
	t.Parallel()
	require.True(t, postal.Address{}.IsZero())
	require.True(t, postal.Address{Lines: []string{}}.IsZero())
	require.False(t, postal.Address{Lines: []string{"x"}}.IsZero())
	require.False(t, postal.Address{Email: "x"}.IsZero())
	require.True(t, berlin().Equal(berlin()))
	for _, change := range []func(*postal.Address){
		func(a *postal.Address) { a.Name += "x" }, func(a *postal.Address) { a.Company += "x" },
		func(a *postal.Address) { a.Lines = append(a.Lines, "x") }, func(a *postal.Address) { a.District += "x" },
		func(a *postal.Address) { a.City += "x" }, func(a *postal.Address) { a.Region += "x" },
		func(a *postal.Address) { a.Postcode += "x" }, func(a *postal.Address) { a.Sorting += "x" },
		func(a *postal.Address) { a.Country += "x" }, func(a *postal.Address) { a.Phone += "x" },
		func(a *postal.Address) { a.Email += "x" },
	} {
		a := berlin()
		change(&a)
		require.False(t, a.Equal(berlin()))
		require.False(t, a.IsZero())
	}
}

func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(berlin())
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"Erika Mustermann","lines":["Heidestraße 17"],"city":"Berlin","postcode":"10557","country":"DE"}`, string(b))
	var back postal.Address
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, berlin(), back)
}

func BenchmarkCheck(b *testing.B) {
	a := postal.Address{Name: "A. Smith", Lines: []string{"10 Downing Street"}, City: "London", Postcode: "SW1A 2AA", Country: "GB"}
	b.ReportAllocs()
	for b.Loop() {
		var c fault.Check
		a.Check(&c, "to")
	}
}

func ExampleAddress_Check() {
	var c fault.Check
	to := postal.Address{Name: "Zoé Keller", Lines: []string{"Bahnhofstrasse 1"}, City: "Zürich", Postcode: "80011", Country: "ch"}
	to.Check(&c, "shipping_address")
	fmt.Println(c.Err("order.address"))

	to.Postcode = "CH-8001"
	c = fault.Check{}
	to = to.Check(&c, "shipping_address")
	fmt.Println(c.Err("order.address"), to.Postcode, to.Country)
	// Output:
	// order.address: The input is not valid. (shipping_address.postcode: must be a postcode of this country)
	// <nil> 8001 CH
}

func ExampleAddress_ParcelLabel() {
	to := postal.Address{
		Name: "Jane Roe", Lines: []string{"301 Hamilton Avenue"}, City: "Palo Alto", Region: "CA", Postcode: "94303", Country: "US",
	}
	fmt.Println(strings.Join(to.ParcelLabel("DE"), "\n"))
	// Output:
	// Jane Roe
	// 301 Hamilton Avenue
	// PALO ALTO, CA 94303
	// UNITED STATES
}

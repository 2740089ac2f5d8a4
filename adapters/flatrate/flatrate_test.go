package flatrate_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/flatrate"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/shipping/shippingtest"
)

func request() shipping.RateRequest {
	return shipping.RateRequest{
		To: postal.Place{Country: "DE", Postcode: "10115"}, Value: money.EUR(50_00),
		Parcels: []shipping.Parcel{{Weight: measure.Kilogram}, {Weight: 2 * measure.Kilogram}},
	}
}

func label() shipping.LabelRequest {
	return shipping.LabelRequest{
		From: postal.Address{
			Company: "Kontor", Lines: []string{"Hafenstraße 1"}, City: "Hamburg", Postcode: "20457", Country: "DE",
		},
		To: postal.Address{
			Name: "Eva ^XZ_~", Lines: []string{`Gasse 3\5`, "Stiege 2"}, City: "Wien", Postcode: "1010", Country: "AT",
		},
		Parcel: shipping.Parcel{Weight: 1500 * measure.Gram}, Reference: "K-1001", Key: "sh_7",
	}
}

func carrier() *flatrate.Carrier {
	c := flatrate.New(money.EUR(4_95), money.USD(5_95))
	c.Title = "Kontor Post"
	c.Services = append(c.Services, flatrate.Service{
		Code: "express", Amounts: []money.Amount{money.EUR(9_90)}, PerParcel: true, MinDays: 1, MaxDays: 2,
	})
	return c
}

func TestSuite(t *testing.T) {
	t.Parallel()
	shippingtest.Run(t, func(*testing.T) shippingtest.Harness {
		r := label()
		return shippingtest.Harness{Carrier: carrier(), Request: request(), Label: &r}
	})
}

func TestRates(t *testing.T) {
	t.Parallel()
	rates, err := carrier().Rates(t.Context(), request())
	require.NoError(t, err)
	require.Equal(t, []shipping.Rate{
		{Service: "standard", Title: "Standard", Amount: money.EUR(4_95)},
		{Service: "express", Title: "express", Amount: money.EUR(19_80), MinDays: 1, MaxDays: 2},
	}, rates)
	r := request()
	r.Value = money.USD(0)
	rates, err = carrier().Rates(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, []shipping.Rate{{Service: "standard", Title: "Standard", Amount: money.USD(5_95)}}, rates)
}

func TestALabelIsDrawn(t *testing.T) {
	t.Parallel()
	got, err := carrier().Label(t.Context(), label())
	require.NoError(t, err)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile("testdata/label.zpl", got.Body, 0o600))
	}
	want, err := os.ReadFile("testdata/label.zpl")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got.Body))
	require.Equal(t, "standard", got.Service)
	require.Regexp(t, `^FR\d{12}$`, got.Number)
}

// Nothing that a buyer writes is a command of the printer.
func TestTextsAreNoCommands(t *testing.T) {
	t.Parallel()
	got, err := carrier().Label(t.Context(), label())
	require.NoError(t, err)
	body := string(got.Body)
	require.Equal(t, 1, strings.Count(body, "^XZ"))
	require.Contains(t, body, "^FDEva _5EXZ_5F_7E^FS")
	require.Contains(t, body, "^FDGasse 3_5C5^FS")
	require.Contains(t, body, "^BCN,200,Y,N,N,A^FD"+got.Number+"^FS")
	require.NotContains(t, body, "~")
}

func TestLongTextsGetSmaller(t *testing.T) {
	t.Parallel()
	r := label()
	r.To.Name = strings.Repeat("M", 100)
	r.To.Lines = []string{"1", "2", "3", "4"}
	r.To.Company, r.To.District, r.To.Region = "Firma", "Bezirk", "Land"
	got, err := carrier().Label(t.Context(), r)
	require.NoError(t, err)
	require.Contains(t, string(got.Body), "^FO40,444^A0N,12^FB732,1,0,L^FH^FDMMM")
}

// stamp is a printer.
type stamp struct{ err error }

func (s stamp) PrintLabel(t shipping.LabelText) (string, []byte, error) {
	return "txt", []byte(strings.Join([]string{t.Carrier, t.Service, t.Number, t.From[0], t.To[0], t.Reference, t.Weight}, "|")), s.err
}

func TestAPrinterDrawsTheLabel(t *testing.T) {
	t.Parallel()
	post := carrier()
	zpl, err := post.Label(t.Context(), label())
	require.NoError(t, err)
	post.Printer = stamp{}
	got, err := post.Label(t.Context(), label())
	require.NoError(t, err)
	require.Equal(t, "txt", got.Format)
	require.Equal(t, zpl.Number, got.Number, "whoever draws it, it is the same label")
	require.Equal(t, "Kontor Post|Standard|"+got.Number+"|Kontor|Eva ^XZ_~|K-1001|1.5 kg", string(got.Body))

	post.Printer = stamp{fault.New(fault.Invalid, "smudged", "It is smudged.")}
	_, err = post.Label(t.Context(), label())
	require.ErrorIs(t, err, fault.Invalid)
	require.ErrorContains(t, err, got.Number)
}

func Example() {
	post := flatrate.New(money.EUR(4_95))
	rates, err := post.Rates(context.Background(), request())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(post.Code(), rates[0].Title, rates[0].Amount)
	// Output: flatrate Standard 4.95 EUR
}

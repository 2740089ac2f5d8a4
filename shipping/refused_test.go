package shipping_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/shipping"
)

// shut refuses all units: wrong input must not get that far.
type shut struct{}

func (shut) InTx(context.Context, func(context.Context, shipping.Tx) error) error {
	return errors.New("a unit was opened")
}

func closed() *shipping.Service {
	return shipping.NewService(shipping.Deps{Units: shut{}, Clock: clock.NewManual(noon()), NewID: id.V7})
}

func home() postal.Address {
	return postal.Address{Name: "Eva", Lines: []string{"Gasse 3"}, City: "Wien", Postcode: "1010", Country: "AT"}
}

func parcel() shipping.Create {
	return shipping.Create{
		Owner: "fu_1", Carrier: "dhl", From: home(), To: home(), Parcel: shipping.Parcel{Weight: measure.Kilogram},
	}
}

func TestShipmentsThatAreRefused(t *testing.T) {
	t.Parallel()
	for path, spoil := range map[string]func(c *shipping.Create){
		"key":           func(c *shipping.Create) { c.Key = "ü" },
		"if_version":    func(c *shipping.Create) { c.IfVersion = 1 },
		"owner":         func(c *shipping.Create) { c.Owner = "" },
		"carrier":       func(c *shipping.Create) { c.Carrier = "DHL Express" },
		"service":       func(c *shipping.Create) { c.Service = strings.Repeat("x", 65) },
		"reference":     func(c *shipping.Create) { c.Reference = "a\nb" },
		"from.city":     func(c *shipping.Create) { c.From.City = "" },
		"to.postcode":   func(c *shipping.Create) { c.To.Postcode = "99" },
		"parcel.weight": func(c *shipping.Create) { c.Parcel.Weight = 0 },
		"number":        func(c *shipping.Create) { c.Number = "3318810026" },
	} {
		req := parcel()
		spoil(&req)
		_, err := closed().Create(t.Context(), req)
		require.ErrorIs(t, err, fault.Invalid, path)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := closed(), t.Context()
	for number, code := range map[string]string{"": "required", strings.Repeat("1", 65): "too_long", strings.Repeat("1", 300): "too_long", "nü": "not_ascii"} {
		_, err := s.Assign(ctx, shipping.ID{}, shipping.Assign{Number: number, Unusual: true})
		require.Equal(t, code, fault.FieldsOf(err)[0].Code)
	}
	_, err := s.Cancel(ctx, shipping.ID{}, shipping.Cancel{Reason: "\x00"})
	require.Equal(t, "reason", fault.FieldsOf(err)[0].Path)
	_, err = s.ShipmentsOf(ctx, "")
	require.ErrorIs(t, err, fault.Invalid)
	for path, r := range map[string]shipping.Record{
		"happenings":           {},
		"happenings[0].status": {Happenings: []shipping.Happening{{At: noon(), Status: "teleported"}}},
		"happenings[0].at":     {Happenings: []shipping.Happening{{Status: shipping.Lost}}},
		"happenings[0].text":   {Happenings: []shipping.Happening{{Status: shipping.Lost, At: noon(), Text: strings.Repeat("x", 501)}}},
		"key":                  {Meta: op.Meta{Key: "\n"}, Happenings: []shipping.Happening{{Status: shipping.Lost, At: noon()}}},
	} {
		_, err := s.Record(ctx, shipping.ID{}, r)
		require.ErrorIs(t, err, fault.Invalid)
		require.Equal(t, path, fault.FieldsOf(err)[0].Path)
	}
	_, err = s.Record(ctx, shipping.ID{}, shipping.Record{Happenings: make([]shipping.Happening, shipping.MaxHappenings+1)})
	require.Equal(t, "happenings", fault.FieldsOf(err)[0].Path)
}

func TestTheNetworkIsNotAskedInsideAUnit(t *testing.T) {
	t.Parallel()
	s, inside := closed(), tx.Mark(t.Context())
	_, err := s.Label(inside, shipping.ID{}, shipping.MakeLabel{})
	require.ErrorIs(t, err, tx.ErrInUnit)
	_, err = s.Refresh(inside, shipping.ID{})
	require.ErrorIs(t, err, tx.ErrInUnit)
	_, err = s.TakeNotice(inside, "post", shipping.Notice{})
	require.ErrorIs(t, err, tx.ErrInUnit)
}

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1Z5R89390207176512", shipping.Number(" 1z 5r89 3902\t0717 6512 "))
	require.Empty(t, shipping.Carriers(strings.Repeat("1", 100)))
	require.False(t, shipping.Fits("dhl", strings.Repeat("1", 100)))
	require.False(t, shipping.Fits("nobody", "3318810025"))
	require.Empty(t, shipping.TrackingURL("amazon", "TBA000000000000"))
	require.Empty(t, shipping.TrackingURL("dhl", ""))
	start := time.Now()
	for range 100 {
		shipping.Carriers("420787459400111206206406260787")
	}
	require.Less(t, time.Since(start), 5*time.Second)
}

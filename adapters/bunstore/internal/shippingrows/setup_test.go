package shippingrows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/shippingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/shipping"
)

// txn is the Tx of promotion as the store makes it.
type txn struct {
	shippingrows.ShippingTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ shipping.Tx = txn{}

func wrap(u *unit.Unit) shipping.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		ShippingTx:  shippingrows.ShippingTx{ShippingReader: shippingrows.ShippingReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// shop is a room with what tests want to know about it.
type shop struct {
	*shipping.Service
	units tx.Runner[shipping.Tx]
	read  shippingrows.ShippingReader
	clock *clock.Manual
	view  *unit.View
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func open(s *unit.Shipper, tenant string, carriers ...shipping.Carrier) shop {
	sh := shop{
		units: unittest.Runner(s, tenant, wrap),
		read:  shippingrows.ShippingReader{Q: s.View(tenant)},
		clock: clock.NewManual(noon()),
		view:  s.View(tenant),
	}
	sh.Service = shipping.NewService(shipping.Deps{
		Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: id.V7, Carriers: carriers,
	})
	return sh
}

// each runs fn with an empty shop on every database.
func each(t *testing.T, fn func(t *testing.T, sh shop), carriers ...shipping.Carrier) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		sh := open(s, "shop", carriers...)
		fn(t, sh)
		sh.sound(t)
	})
}

// sound requires that every status is what was told.
func (sh shop) sound(t *testing.T) {
	t.Helper()
	found, err := sh.read.ShipmentDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

func home() postal.Address {
	return postal.Address{Name: "Eva", Lines: []string{"Gasse 3"}, City: "Wien", Postcode: "1010", Country: "AT"}
}

// request is a parcel of a carrier, without its number.
func request(carrier string) shipping.Create {
	return shipping.Create{
		Owner: "fu_1", Carrier: carrier, From: home(), To: home(), Reference: "K-1001", Parcel: shipping.Parcel{Weight: measure.Kilogram},
	}
}

// ready makes a shipment that has its number.
func (sh shop) ready(t *testing.T) shipping.Shipment {
	t.Helper()
	s, err := sh.Create(t.Context(), shipping.Create{Owner: "fu_1", Carrier: "dhl", Number: "3318810025"})
	require.NoError(t, err)
	return s
}

// told is a happening some minutes after noon.
func told(s shipping.Status, minutes int) shipping.Happening {
	return shipping.Happening{Status: s, At: noon().Add(time.Duration(minutes) * time.Minute), Place: "Wien", Text: "gescannt", Code: "17"}
}

// record tells the room of happenings.
func (sh shop) record(t *testing.T, s shipping.Shipment, hs ...shipping.Happening) shipping.Shipment {
	t.Helper()
	out, err := sh.Record(t.Context(), s.ID, shipping.Record{Happenings: hs})
	require.NoError(t, err)
	return out
}

// events returns the names of all events, in the order of their commits.
func (sh shop) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{sh.view.Tenant()},
		Row: func(r unit.Row) error {
			var name string
			err := r.Scan(&name)
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

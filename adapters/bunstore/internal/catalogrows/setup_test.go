package catalogrows_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
)

// txn is the Tx of the catalogue as the store makes it.
type txn struct {
	catalogrows.CatalogTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ catalog.Tx = txn{}

func wrap(u *unit.Unit) catalog.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		CatalogTx:   catalogrows.CatalogTx{CatalogReader: catalogrows.CatalogReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// shop is a catalogue with what tests want to know about it.
type shop struct {
	*catalog.Service
	units tx.Runner[catalog.Tx]
	clock *clock.Manual
	view  *unit.View
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// numbered makes ids that count up, so that they sort as they were made, other
// ones for each tenant.
func numbered(tenant string) func() uuid.UUID {
	var n atomic.Uint32
	return func() uuid.UUID {
		i := n.Add(1)
		return uuid.UUID{5: tenant[0] - 's', 6: 0x70, 8: 0x80, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
	}
}

func open(t *testing.T, s *unit.Shipper, tenant string) shop {
	t.Helper()
	cursors, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	sh := shop{units: unittest.Runner(s, tenant, wrap), clock: clock.NewManual(noon()), view: s.View(tenant)}
	sh.Service = catalog.NewService(catalog.Deps{
		Units: sh.units, Reader: catalogrows.CatalogReader{Q: sh.view}, Clock: sh.clock, NewID: numbered(tenant),
		Cursors: cursors, Tenant: tenant,
	})
	return sh
}

// each runs fn with an empty catalogue on every database.
func each(t *testing.T, fn func(t *testing.T, sh shop)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		fn(t, open(t, s, "shop"))
	})
}

// events returns name and subject of all events, in the order of their commits.
func (sh shop) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := sh.view.Read(t.Context(), unit.Query{
		Text: "SELECT name, version FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{sh.view.Tenant()},
		Row: func(r unit.Row) error {
			var name string
			var version int
			err := r.Scan(&name, &version)
			out = append(out, name+" v"+string(rune('0'+version)))
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func eur(minor int64) money.Price { return money.Each(money.EUR(minor)) }

// tee is a T-shirt in two sizes.
func tee() catalog.NewProduct {
	return catalog.NewProduct{
		Slug: "tee", Title: "T-shirt", Description: "Cotton.\nSoft.", TaxCategory: "clothing", Metadata: map[string]string{"erp": "<7>"},
		Publish: true,
		Variants: []catalog.NewVariant{
			{
				SKU: "TEE-M", Title: "M", Weight: 180 * measure.Gram, Options: []catalog.Option{{Name: "Size", Value: "M"}, {Name: "Colour", Value: "black"}},
				Prices: []catalog.Price{
					{Unit: eur(19_99)}, {Unit: eur(17_50), MinQuantity: 10}, {Unit: eur(16_00), Group: "trade"}, {Unit: money.Each(money.USD(25_00))},
				},
			},
			{SKU: "TEE-L", Title: "L"},
		},
	}
}

// create adds a product.
func (sh shop) create(t *testing.T, n catalog.NewProduct) catalog.Product {
	t.Helper()
	p, err := sh.CreateProduct(t.Context(), catalog.CreateProduct{NewProduct: n})
	require.NoError(t, err)
	return p
}

func second[T any](_ T, err error) error { return err }

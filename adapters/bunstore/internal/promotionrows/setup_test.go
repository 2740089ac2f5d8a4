package promotionrows_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/promotionrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/promotion"
)

// txn is the Tx of promotion as the store makes it.
type txn struct {
	promotionrows.PromotionTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ promotion.Tx = txn{}

func wrap(u *unit.Unit) promotion.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		PromotionTx: promotionrows.PromotionTx{PromotionReader: promotionrows.PromotionReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// shop is a room with what tests want to know about it.
type shop struct {
	*promotion.Service
	units tx.Runner[promotion.Tx]
	read  promotionrows.PromotionReader
	clock *clock.Manual
	view  *unit.View
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func open(s *unit.Shipper, tenant string) shop {
	sh := shop{
		units: unittest.Runner(s, tenant, wrap),
		read:  promotionrows.PromotionReader{Q: s.View(tenant)},
		clock: clock.NewManual(noon()),
		view:  s.View(tenant),
	}
	sh.Service = promotion.NewService(promotion.Deps{
		Units: sh.units, Reader: sh.read, Clock: sh.clock, NewID: id.V7, Random: rand.Reader,
	})
	return sh
}

// each runs fn with an empty shop on every database.
func each(t *testing.T, fn func(t *testing.T, sh shop)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		sh := open(s, "shop")
		fn(t, sh)
		sh.sound(t)
	})
}

// sound requires that all counts are those of the redemptions.
func (sh shop) sound(t *testing.T) {
	t.Helper()
	found, err := sh.read.PromotionDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

func tenPercent(l promotion.Limits) promotion.Terms {
	return promotion.Terms{
		Title: "Spring", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("10"), Limits: l,
	}
}

// running makes an active promotion with codes.
func (sh shop) running(t *testing.T, terms promotion.Terms, codes ...string) promotion.Promotion {
	t.Helper()
	p, err := sh.Create(t.Context(), promotion.Create{Terms: terms})
	require.NoError(t, err)
	if len(codes) > 0 {
		_, err = sh.AddCodes(t.Context(), p.ID, promotion.AddCodes{Codes: codes})
		require.NoError(t, err)
	}
	p, err = sh.Activate(t.Context(), p.ID, promotion.Move{})
	require.NoError(t, err)
	return p
}

// offers asks for a buyer with codes.
func (sh shop) offers(t *testing.T, buyer string, codes ...string) promotion.Offers {
	t.Helper()
	o, err := sh.Offers(t.Context(), promotion.Ask{Buyer: buyer, Codes: codes})
	require.NoError(t, err)
	return o
}

// reason returns why a code is refused, and "" if it is granted.
func (sh shop) reason(t *testing.T, buyer, code string) promotion.Reason {
	t.Helper()
	o := sh.offers(t, buyer, code)
	if len(o.Refused) == 0 {
		require.Equal(t, code, o.Grants[0].Name())
		return ""
	}
	require.Equal(t, code, o.Refused[0].Code)
	return o.Refused[0].Reason
}

// redeem uses grants in a unit of its own.
func (sh shop) redeem(ctx context.Context, order, buyer string, grants []promotion.Grant) error {
	return sh.units.InTx(ctx, func(ctx context.Context, t promotion.Tx) error {
		return sh.RedeemTx(ctx, t, promotion.Redeem{Order: order, Buyer: buyer, Grants: grants})
	})
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

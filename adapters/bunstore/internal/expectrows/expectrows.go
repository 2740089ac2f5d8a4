// Package expectrows guards versions that a unit has read and does not write.
package expectrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// ExpectTx guards versions in a unit.
type ExpectTx struct{ U *unit.Unit }

var _ tx.Expecter = ExpectTx{}

// Writing the version over itself holds the row until the commit, so nobody
// changes it in between.
const (
	expectCart    = "UPDATE kontor_cart SET version = version WHERE tenant = $1 AND id = $2 AND version = $3"
	expectOrder   = "UPDATE kontor_order SET version = version WHERE tenant = $1 AND id = $2 AND version = $3"
	expectPayment = "UPDATE kontor_payment SET version = version WHERE tenant = $1 AND id = $2 AND version = $3"
	expectProduct = "UPDATE kontor_product SET version = version WHERE tenant = $1 AND id = $2 AND version = $3"
)

// Expect makes the unit fail with a stale version Conflict unless the cart,
// order, payment or product of ref has this version when it commits. A ref to
// anything else is an Invalid error.
func (e ExpectTx) Expect(ctx context.Context, ref tx.Ref, version int) error {
	rank, text, id, err := find(ref)
	if err != nil {
		return err
	}
	return e.U.Write(ctx, unit.Write{
		Rank: rank, Key: string(id[:]), Text: text, Args: []any{e.U.Tenant(), id, version},
		Untouched: fault.Stale(ref.Table, version, 0),
	})
}

func find(ref tx.Ref) (unit.Rank, string, uuid.UUID, error) {
	switch ref.Table {
	case "cart":
		id, err := cart.ParseID(ref.ID)
		return unit.RankCart, expectCart, id.UUID(), err
	case "order":
		id, err := order.ParseID(ref.ID)
		return unit.RankOrder, expectOrder, id.UUID(), err
	case "payment":
		id, err := payment.ParseID(ref.ID)
		return unit.RankPayment, expectPayment, id.UUID(), err
	case "product":
		id, err := catalog.ParseID(ref.ID)
		return unit.RankCatalog, expectProduct, id.UUID(), err
	default:
		var c fault.Check
		c.Add("ref.table", "unknown", "must be cart, order, payment or product")
		return 0, "", uuid.Nil, c.Err("store.expect")
	}
}

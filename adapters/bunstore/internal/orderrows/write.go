package orderrows

import (
	"context"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// OrderTx writes orders in a unit.
type OrderTx struct {
	OrderReader
	U *unit.Unit
}

const insertOrder = `INSERT INTO kontor_order (tenant, id, version, status, number, origin, buyer_kind, buyer_id, email, channel, market,
currency, country, locale, buyer_groups, priced_at, tax_inclusive, subtotal, shipping, fees, discount, tax, rounding, total, paid,
refunded, charges, policy, ship_to, bill_to, shipping_method, snapshot, payment_due, reason, metadata, placed_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
$26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)`

// InsertOrder stores a new order.
func (t OrderTx) InsertOrder(ctx context.Context, o order.Order) error {
	p, err := pack(o)
	if err != nil {
		return err
	}
	u := o.ID.UUID()
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankOrder, Key: string(u[:]), Text: insertOrder, Broken: order.ErrNumberTaken, Explain: explainInsert(o),
		Args: []any{
			t.U.Tenant(), u, o.Version, string(o.Status()), o.Number, o.Origin, string(o.Buyer.Kind), o.Buyer.ID, o.Email,
			o.Market.Channel, o.Market.Market, o.Market.Currency.Code(), o.Market.Country, o.Market.Locale, p.groups,
			clock.Micros(o.Market.At), o.TaxInclusive, o.Subtotal.Minor(), o.Shipping.Minor(), o.Fees.Minor(), o.Discount.Minor(),
			o.Tax.Minor(), o.Rounding.Minor(), o.Total.Minor(), o.Paid.Minor(), o.Refunded.Minor(), p.charges, p.policy, p.shipTo,
			p.billTo, o.ShippingMethod, string(o.Snapshot), clock.Micros(o.PaymentDue), o.Reason, p.metadata,
			clock.Micros(o.PlacedAt), clock.Micros(o.UpdatedAt),
		},
	})
	for i := 0; err == nil && i < len(o.Lines); i++ {
		err = t.insertLine(ctx, u, o.Lines[i])
	}
	return err
}

// packed are the columns that hold more than one value.
type packed struct{ groups, charges, policy, shipTo, billTo, metadata string }

func pack(o order.Order) (packed, error) {
	var p packed
	var err error
	if p.groups, err = column.Of(o.Market.Groups); err != nil {
		return p, err
	}
	if p.charges, err = column.Of(o.Charges); err != nil {
		return p, err
	}
	if p.policy, err = column.Of(o.Policy); err != nil {
		return p, err
	}
	if p.shipTo, err = column.Of(o.ShipTo); err != nil {
		return p, err
	}
	if p.billTo, err = column.Of(o.BillTo); err != nil {
		return p, err
	}
	p.metadata, err = column.Of(o.Metadata)
	return p, err
}

const insertLine = `INSERT INTO kontor_order_line (tenant, order_id, n, sku, title, quantity, unit_minor, unit_per, subtotal, discount, net,
tax, gross, cancelled, shipped, returned, metadata, categories)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

func (t OrderTx) insertLine(ctx context.Context, u uuid.UUID, l order.Line) error {
	metadata, err := column.Of(l.Metadata)
	if err != nil {
		return err
	}
	categories := "" // as most lines have it
	if len(l.Categories) > 0 {
		if categories, err = column.Of(l.Categories); err != nil {
			return err
		}
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOrderLine, Key: lineKey(u, l.N), Text: insertLine,
		Args: []any{
			t.U.Tenant(), u, l.N, l.SKU, l.Title, l.Quantity, l.Unit.Amount.Minor(), l.Unit.Per, l.Subtotal.Minor(),
			l.Discount.Minor(), l.Net.Minor(), l.Tax.Minor(), l.Gross.Minor(), l.Cancelled, l.Shipped, l.Returned, metadata,
			categories,
		},
	})
}

func lineKey(u uuid.UUID, n int) string {
	return string(binary.BigEndian.AppendUint64(u[:], uint64(n))) //nolint:gosec // n is positive
}

const (
	selectIDByNumber = "SELECT id FROM kontor_order WHERE tenant = $1 AND number = $2"
	selectIDByOrigin = "SELECT id FROM kontor_order WHERE tenant = $1 AND origin = $2 AND origin <> ''"
)

// explainInsert finds out which of the two things that an order has alone was
// taken. Neither of them is a bug, and an Internal error.
func explainInsert(o order.Order) func(ctx context.Context, q unit.Querier, err error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var before, namesake uuid.UUID
		origin, readErr := unit.One(ctx, q, selectIDByOrigin, []any{q.Tenant(), o.Origin}, &before)
		if readErr != nil {
			return err
		}
		if origin {
			return &order.AlreadyPlaced{Origin: o.Origin, Order: order.IDFrom(before)}
		}
		number, readErr := unit.One(ctx, q, selectIDByNumber, []any{q.Tenant(), o.Number}, &namesake)
		if readErr == nil && !number {
			return fault.New(fault.Internal, "order_row_refused", "Something went wrong on our side.").Because(err)
		}
		return err
	}
}

const updateOrder = `UPDATE kontor_order SET version = $4, status = $5, paid = $6, refunded = $7, reason = $8, updated_at = $9
WHERE tenant = $1 AND id = $2 AND version = $3`

const updateLine = `UPDATE kontor_order_line SET cancelled = $4, shipped = $5, returned = $6 WHERE tenant = $1 AND order_id = $2 AND n = $3`

// UpdateOrder turns one version of an order into the next.
func (t OrderTx) UpdateOrder(ctx context.Context, was, now order.Order) error {
	u := was.ID.UUID()
	err := t.U.Write(ctx, unit.Write{
		Rank: unit.RankOrder, Key: string(u[:]), Text: updateOrder,
		Untouched: fault.Stale("order", was.Version, 0), Explain: explainUpdate(was),
		Args: []any{
			t.U.Tenant(), u, was.Version, now.Version, string(now.Status()), now.Paid.Minor(), now.Refunded.Minor(), now.Reason,
			clock.Micros(now.UpdatedAt),
		},
	})
	if err != nil {
		return err
	}
	for _, l := range now.Lines {
		old, _ := was.Line(l.N)
		if old.Cancelled == l.Cancelled && old.Shipped == l.Shipped && old.Returned == l.Returned {
			continue
		}
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOrderLine, Key: lineKey(u, l.N), Text: updateLine,
			Args: []any{t.U.Tenant(), u, l.N, l.Cancelled, l.Shipped, l.Returned},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const selectVersion = "SELECT version FROM kontor_order WHERE tenant = $1 AND id = $2"

func explainUpdate(was order.Order) func(ctx context.Context, q unit.Querier, err error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		var have int
		found, readErr := unit.One(ctx, q, selectVersion, []any{q.Tenant(), was.ID.UUID()}, &have)
		switch {
		case readErr != nil:
			return err
		case !found:
			return fault.Missing("order")
		default:
			return fault.Stale("order", was.Version, have)
		}
	}
}

const insertTold = `INSERT INTO kontor_order_told (tenant, order_id, kind, source, ref, minor, items, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertOrderTold stores what an order was told.
func (t OrderTx) InsertOrderTold(ctx context.Context, id order.ID, x order.Told) error {
	items, err := column.Of(x.Items)
	if err != nil {
		return err
	}
	u := id.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOrderLine, Key: string(u[:]) + string(x.Kind) + "\x00" + x.Source + "\x00" + x.Ref,
		Text: insertTold, Broken: order.ErrTold,
		Args: []any{t.U.Tenant(), u, string(x.Kind), x.Source, x.Ref, x.Amount.Minor(), items, clock.Micros(x.At)},
	})
}

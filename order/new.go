package order

import (
	"context"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/ledger"
)

// Placing is everything that placing an order writes.
type Placing struct {
	Order   Order
	Events  []event.Event
	Entries []ledger.Entry
}

// New checks an order that is about to be placed and returns it with its events
// and its entry in the books. It is called before the unit of work, and Insert
// inside.
//
// The caller sets what was agreed: ID, Number, Origin, Buyer, Email, Market,
// Lines, Charges, all figures, Policy, addresses, ShippingMethod, Snapshot,
// PaymentDue and Metadata. Amounts of nothing may be left out. Paid, Refunded
// and the counters of lines must be zero. Version, PlacedAt, UpdatedAt and the
// status are set here. The order is placed; if there is nothing to pay it is
// confirmed at once, and otherwise, if PaymentDue is set, a PaymentDue timer is
// among the events.
//
// It fails with an Invalid error (code "order.new") that names every field that
// is out of bounds or does not add up.
func New(o Order, stamp event.Stamp) (Placing, error) {
	o, err := o.checked()
	if err != nil {
		return Placing{}, err
	}
	o.Version, o.status = 1, moves.Initial
	o.PlacedAt = clock.Cut(stamp.At)
	o.UpdatedAt = o.PlacedAt
	if o.Total.IsZero() {
		if o, err = o.move(TriggerConfirm); err != nil {
			return Placing{}, err
		}
	}
	p := Placing{Order: o}
	if p.Events, err = o.announced(stamp); err != nil {
		return Placing{}, err
	}
	entry, some, err := o.Sale(ledger.NewID(stamp.NewID))
	if err != nil {
		return Placing{}, err
	}
	if some {
		p.Entries = append(p.Entries, entry)
	}
	return p, nil
}

func (o Order) announced(stamp event.Stamp) ([]event.Event, error) {
	payloads := []event.Payload{o.placed()}
	if o.status == StatusConfirmed {
		payloads = append(payloads, Confirmed{Order: o.ID, Number: o.Number})
	}
	var events []event.Event
	for _, x := range payloads {
		e, err := stamp.Of(o.ID.String(), o.Version, x)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	if o.PaymentDue.IsZero() || o.Total.IsZero() {
		return events, nil
	}
	e, err := stamp.Timer(o.PaymentDue, o.ID.String(), PaymentDue{Order: o.ID, Number: o.Number})
	return append(events, e), err
}

func (o Order) placed() Placed {
	p := Placed{
		Order: o.ID, Number: o.Number, Origin: o.Origin, Buyer: o.Buyer, Channel: o.Market.Channel, Market: o.Market.Market,
		Country: o.Market.Country, Locale: o.Market.Locale, Subtotal: o.Subtotal, Discount: o.Discount, Shipping: o.Shipping,
		Fees: o.Fees, Tax: o.Tax, Total: o.Total, PaymentDue: o.PaymentDue,
	}
	for _, l := range o.Lines {
		p.Lines = append(p.Lines, PlacedLine{
			N: l.N, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Net: l.Net, Tax: l.Tax, Gross: l.Gross,
		})
	}
	return p
}

// Insert writes the order, its events and its entry inside a unit of work. It
// fails as Inserter.InsertOrder does.
func (p Placing) Insert(ctx context.Context, t Inserter) error {
	if err := t.InsertOrder(ctx, p.Order); err != nil {
		return err
	}
	if err := t.InsertEntries(ctx, p.Entries...); err != nil {
		return err
	}
	return t.Append(ctx, p.Events...)
}

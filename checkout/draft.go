package checkout

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
)

// draft is an order before it is placed, and what placing it needs.
type draft struct {
	cart    cart.Cart
	levels  []inventory.Level
	order   order.Order
	payment payment.ID
	method  string
	details payment.Details
	call    op.Call
	now     time.Time
	// grants are the promotions that took something off.
	grants     []promotion.Grant
	countedFor string
}

// open asks for the payment. The key of the whole is the key of the part.
func (d draft) open() payment.Open {
	return payment.Open{
		Meta: op.Meta{By: d.call.Meta.By}, ID: d.payment, Subject: d.order.ID.String(), Method: d.method,
		Amount: d.order.Total, Details: d.details,
	}
}

// draft makes the order that a priced basket becomes. Ids and number are made
// here, before the unit.
func (s *Service) draft(ctx context.Context, p priced, req Place, now time.Time) (draft, error) {
	number, err := s.numbers.Number(ctx)
	if err != nil {
		return draft{}, fmt.Errorf("checkout: order number: %w", err)
	}
	c := p.basket.Cart
	d := draft{
		cart: c, levels: p.basket.Levels, payment: payment.NewID(s.newID), method: req.Method, details: req.Details, now: now,
		grants: p.used(),
	}
	if len(d.grants) > 0 {
		d.countedFor = c.CountedFor()
	}
	if p.quote.Total.IsZero() {
		d.method = payment.Free
	}
	at := c.Market
	at.At = now
	o := order.Order{
		ID: order.NewID(s.newID), Number: number, Origin: c.ID.String(), Buyer: c.Buyer, Email: c.Email, Market: at,
		ShipTo: c.ShipTo, BillTo: c.BillTo, ShippingMethod: p.method.Code, Metadata: req.Metadata,
		PaymentDue: s.due(d.method, now), Policy: p.quote.Policy, TaxInclusive: p.quote.TaxInclusive,
		Subtotal: p.quote.Subtotal, Shipping: p.quote.ShippingTotal, Fees: p.quote.FeeTotal, Discount: p.quote.Discount,
		Tax: p.quote.Tax, Rounding: p.quote.Rounding, Total: p.quote.Total,
		Lines: orderLines(p), Charges: charges(p),
	}
	if o.Snapshot, err = snap(p); err != nil {
		return draft{}, err
	}
	d.order = o
	return d, nil
}

func orderLines(p priced) []order.Line {
	out := make([]order.Line, len(p.quote.Lines))
	for i, q := range p.quote.Lines {
		l := p.basket.Cart.Lines[i]
		out[i] = order.Line{
			N: l.N, SKU: q.SKU, Title: p.input.Lines[i].Name, Quantity: q.Quantity, Unit: q.Unit, Subtotal: q.Subtotal,
			Discount: q.Discount, Net: q.Net, Tax: q.Tax, Gross: q.Gross, Categories: p.input.Lines[i].Categories,
			Metadata: l.Metadata,
		}
	}
	return out
}

func charges(p priced) []order.Charge {
	out := make([]order.Charge, 0, len(p.quote.Shipping)+len(p.quote.Fees))
	add := func(kind order.ChargeKind, code, title string, q pricing.ChargeQuote) {
		out = append(out, order.Charge{
			Kind: kind, Code: code, Title: title, Amount: q.Amount, Discount: q.Discount, Net: q.Net, Tax: q.Tax, Gross: q.Gross,
		})
	}
	for i, q := range p.quote.Shipping {
		add(order.ForShipping, p.method.Code, p.input.Shipping[i].Title, q)
	}
	for _, q := range p.quote.Fees {
		title := q.Title
		if title == "" {
			title = q.ID
		}
		add(order.ForService, q.ID, title, q)
	}
	return out
}

func snap(p priced) (json.RawMessage, error) {
	in, err := json.Marshal(p.input)
	if err != nil {
		return nil, fmt.Errorf("checkout: keep the input: %w", err)
	}
	out, err := json.Marshal(p.quote)
	if err != nil {
		return nil, fmt.Errorf("checkout: keep the quote: %w", err)
	}
	// The JSON of a snapshot, written without reading both parts once more.
	return slices.Concat([]byte(`{"input":`), in, []byte(`,"quote":`), out, []byte("}")), nil
}

// Replay prices an order again from what it keeps, and returns a Conflict that
// names the first figure that is another one now: in the order, or in what the
// steps of the shop make of the same input. It asks nothing but the order. A
// shop that has changed its own steps since may find such a difference in every
// older order.
func (s *Service) Replay(o order.Order) error {
	var kept snapshot
	var in pricing.Input
	var q pricing.Quote
	if err := json.Unmarshal(o.Snapshot, &kept); err != nil {
		return fmt.Errorf("checkout: snapshot of %s: %w", o.ID, err)
	}
	if err := json.Unmarshal(kept.Input, &in); err != nil {
		return fmt.Errorf("checkout: input of %s: %w", o.ID, err)
	}
	if err := json.Unmarshal(kept.Quote, &q); err != nil {
		return fmt.Errorf("checkout: quote of %s: %w", o.ID, err)
	}
	if q.Total != o.Total {
		return &TotalChanged{Stated: o.Total, Actual: q.Total}
	}
	if what := differing(o, q); what != "" {
		return fault.Newf(fault.Conflict, Differs, "The order does not say what its snapshot says: its %s.", what)
	}
	return s.pipeline.Replay(in, q)
}

// differing names the first figure of an order that is not that of its quote.
func differing(o order.Order, q pricing.Quote) string {
	for _, f := range []struct {
		name       string
		have, want money.Amount
	}{
		{"subtotal", o.Subtotal, q.Subtotal},
		{"shipping", o.Shipping, q.ShippingTotal},
		{"fees", o.Fees, q.FeeTotal},
		{"discount", o.Discount, q.Discount},
		{"tax", o.Tax, q.Tax},
		{"rounding", o.Rounding, q.Rounding},
	} {
		if f.have != f.want {
			return f.name + " is " + f.have.String() + " and was " + f.want.String()
		}
	}
	if len(o.Lines) != len(q.Lines) {
		return "number of lines"
	}
	for i, l := range o.Lines {
		was := &q.Lines[i]
		sold := l.SKU == was.SKU && l.Quantity == was.Quantity && l.Unit == was.Unit && l.Subtotal == was.Subtotal
		if !sold || l.Discount != was.Discount || l.Net != was.Net || l.Tax != was.Tax || l.Gross != was.Gross {
			return "line " + strconv.Itoa(l.N)
		}
	}
	return ""
}

// Explain returns the price of an order as it was worked out when it was
// placed, one sentence for each move of money; see pricing.Quote.Explain.
func (s *Service) Explain(o order.Order, locale string) ([]string, error) {
	var kept snapshot
	var q pricing.Quote
	if err := json.Unmarshal(o.Snapshot, &kept); err != nil {
		return nil, fmt.Errorf("checkout: snapshot of %s: %w", o.ID, err)
	}
	if err := json.Unmarshal(kept.Quote, &q); err != nil {
		return nil, fmt.Errorf("checkout: quote of %s: %w", o.ID, err)
	}
	return q.Explain(locale), nil
}

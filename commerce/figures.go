package commerce

import (
	"context"
	"errors"
	"slices"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
)

// reactByCounting subscribes what keeps the facts that reports are made of. The
// moment of a fact is that of its event, which is that of its entry in the
// books.
func (r *root) reactByCounting() {
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p order.Placed) error {
		o, err := e.Orders.Order(ctx, p.Order)
		if err != nil {
			return err
		}
		x, err := e.sale(ctx, ev.ID, o)
		if err != nil {
			return err
		}
		return e.Analytics.RecordSale(ctx, x)
	})
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p order.Cancelled) error {
		o, err := e.Orders.Order(ctx, p.Order)
		if err != nil {
			return err
		}
		x, err := e.sale(ctx, ev.ID, o)
		if err != nil {
			return err
		}
		return e.Analytics.RecordCancellation(ctx, analytics.Cancellation{Event: ev.ID, At: ev.At, Sale: x})
	})
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p returns.Settled) error {
		return e.countReturn(ctx, ev, p)
	})
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p payment.Captured) error {
		return e.Analytics.RecordPayment(ctx, analytics.Payment{
			Event: ev.ID, Payment: p.Payment, Order: p.Subject, At: ev.At, Amount: p.Amount,
		})
	})
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p payment.OrphanCaptured) error {
		return e.Analytics.RecordPayment(ctx, analytics.Payment{
			Event: ev.ID, Payment: p.Payment, Order: p.Subject, At: ev.At, Amount: p.Amount,
		})
	})
	on(r, FactsToAnalytics, func(ctx context.Context, e *Engine, ev event.Event, p payment.Refunded) error {
		return e.Analytics.RecordRefund(ctx, analytics.Refund{
			Event: ev.ID, Refund: p.Refund, Order: p.Subject, At: ev.At, Amount: p.Amount,
		})
	})
	on(r, AnalyticsToSink, func(ctx context.Context, e *Engine, _ event.Event, _ analytics.Collected) error {
		_, err := e.Analytics.Deliver(ctx)
		if errors.Is(err, analytics.ErrNoSink) {
			return nil // there was one
		}
		return err
	})
}

// sale says what was agreed in the words of analytics.
func (e *Engine) sale(ctx context.Context, told event.ID, o order.Order) (analytics.Sale, error) {
	x := analytics.Sale{
		Event: told, Order: o.ID.String(), Origin: o.Origin, At: o.PlacedAt, Currency: o.Currency(),
		Shipping: money.Zero(o.Currency()), Fees: money.Zero(o.Currency()), Tax: o.Tax, Rounding: o.Rounding, Total: o.Total,
	}
	skus := make([]string, 0, len(o.Lines))
	for _, l := range o.Lines {
		skus = append(skus, l.SKU)
	}
	known, err := e.Catalog.Variants(ctx, skus...)
	if err != nil {
		return x, err
	}
	for _, l := range o.Lines {
		x.Lines = append(x.Lines, analytics.Line{
			N: l.N, SKU: l.SKU, Product: known[l.SKU].ProductID, Quantity: l.Quantity,
			Gross: l.Subtotal, Discount: l.Discount, Net: l.Net, Tax: l.Tax,
		})
	}
	for _, c := range o.Charges {
		to := &x.Fees
		if c.Kind == order.ForShipping {
			to = &x.Shipping
		}
		if *to, err = to.Add(c.Net); err != nil {
			return x, err
		}
	}
	return x, nil
}

// countReturn says what came back in the words of analytics.
func (e *Engine) countReturn(ctx context.Context, ev event.Event, p returns.Settled) error {
	r, err := e.Returns.Return(ctx, p.Return)
	if err != nil {
		return err
	}
	o, err := e.Orders.Order(ctx, p.Order)
	if err != nil {
		return err
	}
	agreed, err := e.sale(ctx, ev.ID, o)
	if err != nil {
		return err
	}
	net, err := r.Refund.Shipping.Sub(r.Refund.ShippingTax)
	if err != nil {
		return err
	}
	x := analytics.Return{
		Event: ev.ID, Return: p.Return.String(), Order: p.Order.String(), At: ev.At, Currency: agreed.Currency,
		Shipping: net, Tax: r.Refund.ShippingTax, Total: r.Refund.Shipping,
	}
	for _, share := range r.Refund.Shares {
		i := slices.IndexFunc(agreed.Lines, func(l analytics.Line) bool { return l.N == share.N })
		if i < 0 {
			return event.Park(returns.ErrNoLine)
		}
		l := analytics.Line{N: share.N, SKU: agreed.Lines[i].SKU, Product: agreed.Lines[i].Product, Quantity: share.Quantity, Tax: share.Tax}
		if l.Net, err = share.Amount.Sub(share.Tax); err != nil {
			return err
		}
		if x.Tax, err = x.Tax.Add(share.Tax); err != nil {
			return err
		}
		if x.Total, err = x.Total.Add(share.Amount); err != nil {
			return err
		}
		x.Lines = append(x.Lines, l)
	}
	return e.Analytics.RecordReturn(ctx, x)
}

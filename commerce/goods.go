package commerce

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
)

// reactToGoods subscribes what follows goods on their way out and back.
func (r *root) reactToGoods() {
	on(r, CancelledToPromotion, func(ctx context.Context, e *Engine, _ event.Event, p order.Cancelled) error {
		_, err := e.Promotions.GiveBack(ctx, p.Order.String(), promotion.GiveBack{Meta: system(CancelledToPromotion)})
		return err
	})
	on(r, CancelledToFulfillment, func(ctx context.Context, e *Engine, _ event.Event, p order.Cancelled) error {
		_, err := e.Fulfillment.CancelOrder(ctx, p.Order, fulfillment.Cancel{
			Meta: system(CancelledToFulfillment), Reason: "order cancelled",
		})
		return err
	})
	on(r, DueToFulfillment, func(ctx context.Context, e *Engine, _ event.Event, p fulfillment.ForwardDue) error {
		_, err := e.Fulfillment.Reconcile(ctx, p.Fulfillment)
		return ignoreDeclined(err)
	})
	r.reactToParcels()
	on(r, DeliveredToReturns, func(ctx context.Context, e *Engine, _ event.Event, p fulfillment.Delivered) error {
		return e.Returns.RecordDelivery(ctx, p.Order, returns.RecordDelivery{
			Meta: system(DeliveredToReturns), Source: p.Fulfillment.String(), Items: items(p.Lines), At: p.At,
		})
	})
	on(r, DeliveredToReviews, func(ctx context.Context, e *Engine, _ event.Event, p fulfillment.Delivered) error {
		return e.entitle(ctx, p)
	})
	on(r, DueToReviews, func(ctx context.Context, e *Engine, _ event.Event, p reviews.InvitationDue) error {
		_, err := e.Reviews.Invite(ctx, p.Order, reviews.Invite{Meta: system(DueToReviews)})
		return err
	})
	on(r, DueToReturns, func(ctx context.Context, e *Engine, _ event.Event, p returns.ReceiveDue) error {
		_, err := e.Returns.Expire(ctx, p.Return, returns.Expire{Meta: system(DueToReturns)})
		return err
	})
	on(r, DueToReturns, func(ctx context.Context, e *Engine, _ event.Event, p returns.RepaymentDue) error {
		_, err := e.Returns.Reconcile(ctx, p.Return)
		return ignoreDeclined(err)
	})
}

// reactToParcels tells fulfillments what became of their parcels. A carrier may
// tell before the shop has said that the parcel left, so that is the time to
// look again.
func (r *root) reactToParcels() {
	on(r, ParcelToFulfillment, func(ctx context.Context, e *Engine, _ event.Event, p shipping.Arrived) error {
		return e.tellParcel(ctx, p.Shipment)
	})
	on(r, ParcelToFulfillment, func(ctx context.Context, e *Engine, _ event.Event, p shipping.DeliveryFailed) error {
		return e.tellParcel(ctx, p.Shipment)
	})
	on(r, ParcelToFulfillment, func(ctx context.Context, e *Engine, _ event.Event, p fulfillment.Shipped) error {
		for _, x := range p.Parcels {
			id, err := shipping.ParseID(x.Shipment)
			if err != nil {
				continue // known to somebody else
			}
			if err := e.tellParcel(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// tellParcel tells the fulfillment of a parcel where that is.
func (e *Engine) tellParcel(ctx context.Context, id shipping.ID) error {
	x, err := e.Shipping.Shipment(ctx, id)
	if err != nil {
		return ignoreMissing(err)
	}
	of, err := fulfillment.ParseID(x.Owner)
	if err != nil {
		return nil //nolint:nilerr // a parcel of something else
	}
	meta := system(ParcelToFulfillment)
	switch {
	case !x.DeliveredAt.IsZero():
		_, err = e.Fulfillment.Deliver(ctx, of, fulfillment.Deliver{
			Meta: meta, Shipment: id.String(), At: earlier(x.DeliveredAt, e.root.cfg.Clock.Now()),
		})
	case x.Status().Failed():
		_, err = e.Fulfillment.Fail(ctx, of, fulfillment.Fail{Meta: meta, Reason: "parcel " + x.Number + ": " + string(x.Status())})
	}
	return ignoreMissing(ignoreForbidden(err))
}

// earlier keeps the clock of a carrier from telling of the future.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// entitle lets the buyer review what has arrived. What is not in the catalogue
// any more has no page to be reviewed on.
func (e *Engine) entitle(ctx context.Context, p fulfillment.Delivered) error {
	o, err := e.Orders.Order(ctx, p.Order)
	if err != nil {
		return err
	}
	skus := make([]string, 0, len(p.Lines))
	for _, l := range p.Lines {
		skus = append(skus, l.SKU)
	}
	known, err := e.Catalog.Variants(ctx, skus...)
	if err != nil {
		return err
	}
	var lines []reviews.Line
	for _, l := range p.Lines {
		if v, ok := known[l.SKU]; ok {
			lines = append(lines, reviews.Line{
				Order: p.Order.String(), N: l.N, Product: v.ProductID, SKU: l.SKU, Buyer: o.Buyer, DeliveredAt: p.At,
			})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	_, err = e.Reviews.Entitle(ctx, reviews.Entitle{Meta: system(DeliveredToReviews), Lines: lines, Invite: e.inviteAt(p.At)})
	return err
}

// items says what a fulfillment holds in the words of an order.
func items(ls []fulfillment.Line) []order.Item {
	out := make([]order.Item, 0, len(ls))
	for _, l := range ls {
		out = append(out, order.Item{Line: l.N, Quantity: l.Quantity})
	}
	return out
}

// ignoreMissing drops the error for what is not there: somebody else's.
func ignoreMissing(err error) error {
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// ignoreDeclined drops the error for a no that was written down and announced.
func ignoreDeclined(err error) error {
	if errors.Is(err, fault.Declined) {
		return nil
	}
	return err
}

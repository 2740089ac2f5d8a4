package commerce

import (
	"context"
	"errors"
	"slices"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// The names of the reactions: what a room does when another has announced
// something. Each runs at least once, and is harmless when it runs again.
const (
	// PaymentToOrder tells an order of money that has come (payment.captured).
	PaymentToOrder = "kontor.payment-to-order"
	// RefundToOrder tells an order of money that went back (payment.refunded).
	RefundToOrder = "kontor.refund-to-order"
	// PaymentToCheckout goes on with an attempt whose payment was settled
	// (payment.authorized, captured, declined, expired, voided).
	PaymentToCheckout = "kontor.payment-to-checkout"
	// ConfirmedToStock keeps the goods of a confirmed order without an end.
	ConfirmedToStock = "kontor.confirmed-to-stock"
	// CancelledToStock frees the goods of a cancelled order.
	CancelledToStock = "kontor.cancelled-to-stock"
	// CancelledToPayment gives back what was promised or paid for a cancelled
	// order, also if it comes after the order was cancelled.
	CancelledToPayment = "kontor.cancelled-to-payment"
	// DueToOrder cancels an order that was not paid in time.
	DueToOrder = "kontor.due-to-order"
	// DueToStock ends a promise of goods whose time has come.
	DueToStock = "kontor.due-to-stock"
	// DueToPayment asks the provider about a payment in flight.
	DueToPayment = "kontor.due-to-payment"
	// NoticeToPayment works off the inbox of payment notices.
	NoticeToPayment = "kontor.notice-to-payment"
	// CancelledToPromotion gives back what a cancelled order has used of
	// promotions.
	CancelledToPromotion = "kontor.cancelled-to-promotion"
	// CancelledToFulfillment calls off what of a cancelled order has not left.
	CancelledToFulfillment = "kontor.cancelled-to-fulfillment"
	// DueToFulfillment asks a warehouse that has not answered.
	DueToFulfillment = "kontor.due-to-fulfillment"
	// ParcelToFulfillment tells a fulfillment that a parcel has arrived, is lost
	// or goes back (shipping.delivered, delivery_failed, and again when it is
	// shipped).
	ParcelToFulfillment = "kontor.parcel-to-fulfillment"
	// DeliveredToReturns begins the time in which goods may come back.
	DeliveredToReturns = "kontor.delivered-to-returns"
	// DeliveredToReviews lets a buyer review what was delivered.
	DeliveredToReviews = "kontor.delivered-to-reviews"
	// DueToReviews asks buyers for reviews, Settings.InviteAfter a delivery.
	DueToReviews = "kontor.due-to-reviews"
	// DueToReturns gives up on goods that did not come back in time, and asks
	// what became of a refund (return.receive_due, refund_due).
	DueToReturns = "kontor.due-to-returns"
	// PlacedToMessage confirms an order by email, and by SMS if there is a phone
	// number of the form +4912345678.
	PlacedToMessage = "kontor.placed-to-message"
	// ShippedToMessage tells a buyer by email that goods have left.
	ShippedToMessage = "kontor.shipped-to-message"
	// InvitedToMessage asks a buyer by email for reviews.
	InvitedToMessage = "kontor.invited-to-message"
	// MessageToNotifier sends messages (notification.queued, send_due).
	MessageToNotifier = "kontor.message-to-notifier"
	// FactsToAnalytics counts what was sold and taken back, and what money came
	// and went back (order.placed, order.cancelled, return.settled,
	// payment.captured, payment.orphan_captured, payment.refunded). Without it
	// there are no reports of sales, and Verify does not look at them.
	FactsToAnalytics = "kontor.facts-to-analytics"
	// AnalyticsToSink delivers facts to Settings.Sink (analytics.collected).
	AnalyticsToSink = "kontor.analytics-to-sink"
	// CartToMarketing keeps the reminder of a cart whose buyer has left an email
	// address (cart.line_added, line_changed, line_removed, addresses_set,
	// reopened).
	CartToMarketing = "kontor.cart-to-marketing"
	// OrderToMarketing ends the reminder of a cart (order.placed), and tells
	// what was paid for and kept (order.payment_recorded, refund_recorded,
	// return_recorded, cancelled).
	OrderToMarketing = "kontor.order-to-marketing"
	// DueToMarketing reminds of carts and sends campaigns (cart_reminder.due,
	// campaign.due).
	DueToMarketing = "kontor.due-to-marketing"
	// AskedToMessage asks by email to confirm a consent (consent.asked).
	AskedToMessage = "kontor.asked-to-message"
	// ReplyToChannel delivers what staff says to customers
	// (support.reply_queued, delivery_due).
	ReplyToChannel = "kontor.reply-to-channel"
)

// Reactions returns the names of all reactions.
func Reactions() []string {
	return []string{
		PaymentToOrder, RefundToOrder, PaymentToCheckout, ConfirmedToStock, CancelledToStock, CancelledToPayment,
		DueToOrder, DueToStock, DueToPayment, NoticeToPayment,
		CancelledToPromotion, CancelledToFulfillment, DueToFulfillment, ParcelToFulfillment,
		DeliveredToReturns, DeliveredToReviews, DueToReviews, DueToReturns,
		PlacedToMessage, ShippedToMessage, InvitedToMessage, MessageToNotifier, ReplyToChannel,
		FactsToAnalytics, AnalyticsToSink,
		CartToMarketing, OrderToMarketing, DueToMarketing, AskedToMessage,
	}
}

func contains(xs []string, x string) bool { return slices.Contains(xs, x) }

// system is the actor of reactions.
func system(name string) op.Meta { return op.Meta{By: op.Actor{Kind: op.System, ID: name}} }

// on subscribes a reaction, which gets the view of the tenant of the event.
func on[P event.Payload](r *root, name string, do func(ctx context.Context, e *Engine, ev event.Event, p P) error) {
	if contains(r.cfg.Without, name) {
		return
	}
	event.On(r.bus, name, func(ctx context.Context, ev event.Event, p P) error {
		e, err := r.plain.Tenant(ctx, ev.Tenant)
		if err != nil {
			return err
		}
		return do(ctx, e, ev, p)
	})
}

// react subscribes all reactions.
func (r *root) react() {
	on(r, PaymentToOrder, func(ctx context.Context, e *Engine, ev event.Event, p payment.Captured) error {
		return e.tellPayment(ctx, ev, p)
	})
	on(r, RefundToOrder, func(ctx context.Context, e *Engine, ev event.Event, p payment.Refunded) error {
		return e.tellRefund(ctx, ev, p)
	})
	on(r, PaymentToCheckout, func(ctx context.Context, e *Engine, _ event.Event, p payment.Authorized) error {
		return e.resume(ctx, p.Subject)
	})
	on(r, PaymentToCheckout, func(ctx context.Context, e *Engine, _ event.Event, p payment.Captured) error {
		return e.resume(ctx, p.Subject)
	})
	on(r, PaymentToCheckout, func(ctx context.Context, e *Engine, _ event.Event, p payment.Declined) error {
		return e.resume(ctx, p.Subject)
	})
	on(r, PaymentToCheckout, func(ctx context.Context, e *Engine, _ event.Event, p payment.Expired) error {
		return e.resume(ctx, p.Subject)
	})
	on(r, PaymentToCheckout, func(ctx context.Context, e *Engine, _ event.Event, p payment.Voided) error {
		return e.resume(ctx, p.Subject)
	})
	r.reactToOrders()
	r.reactToTimers()
	r.reactToGoods()
	r.reactInWriting()
	r.reactByCounting()
	r.reactForMarketing()
}

func (r *root) reactToOrders() {
	on(r, ConfirmedToStock, func(ctx context.Context, e *Engine, _ event.Event, p order.Confirmed) error {
		_, err := e.Inventory.Keep(ctx, p.Order.String(), inventory.Keep{Meta: system(ConfirmedToStock)})
		if errors.Is(err, inventory.ErrNoReservation) {
			return nil // an order of what is not stocked
		}
		return err
	})
	on(r, CancelledToStock, func(ctx context.Context, e *Engine, _ event.Event, p order.Cancelled) error {
		_, err := e.Inventory.Release(ctx, p.Order.String(), inventory.Release{Meta: system(CancelledToStock), Reason: "order cancelled"})
		return err
	})
	on(r, CancelledToPayment, func(ctx context.Context, e *Engine, ev event.Event, p order.Cancelled) error {
		return e.giveBack(ctx, ev, p.Order)
	})
	// What was on its way when the order was cancelled is given back when it is
	// known what became of it.
	on(r, CancelledToPayment, func(ctx context.Context, e *Engine, ev event.Event, p payment.Captured) error {
		return e.giveBackLate(ctx, ev, p.Subject)
	})
	on(r, CancelledToPayment, func(ctx context.Context, e *Engine, ev event.Event, p payment.CaptureFailed) error {
		return e.giveBackLate(ctx, ev, p.Subject)
	})
	on(r, CancelledToPayment, func(ctx context.Context, e *Engine, ev event.Event, p payment.RefundFailed) error {
		own, err := e.gaveBack(ctx, p)
		if own || err != nil {
			return err // it failed once: staff must look at it
		}
		return e.giveBackLate(ctx, ev, p.Subject)
	})
}

func (r *root) reactToTimers() {
	on(r, DueToOrder, func(ctx context.Context, e *Engine, _ event.Event, p order.PaymentDue) error {
		_, err := e.Orders.Lapse(ctx, p.Order, order.Lapse{Meta: system(DueToOrder)})
		return ignoreForbidden(err)
	})
	on(r, DueToStock, func(ctx context.Context, e *Engine, _ event.Event, p inventory.HoldDue) error {
		_, err := e.Inventory.Expire(ctx, p.Owner, inventory.Expire{Meta: system(DueToStock)})
		return err
	})
	on(r, DueToPayment, func(ctx context.Context, e *Engine, _ event.Event, p payment.ReconcileDue) error {
		return e.reconcile(ctx, p)
	})
	on(r, NoticeToPayment, func(ctx context.Context, e *Engine, _ event.Event, _ payment.NoticeReceived) error {
		_, err := e.Payments.ProcessInbox(ctx, inboxBatch)
		return err
	})
}

// inboxBatch is how many notices one round works off.
const inboxBatch = 100

// ignoreForbidden drops the error for a move that the state no longer allows:
// the reaction came too late, and that is fine.
func ignoreForbidden(err error) error {
	if _, forbidden := errors.AsType[*lifecycle.Forbidden](err); forbidden {
		return nil
	}
	return err
}

// orderOf reads the subject of a payment; it is no order if ok is false.
func orderOf(subject string) (order.ID, bool) {
	id, err := order.ParseID(subject)
	return id, err == nil
}

func (e *Engine) tellPayment(ctx context.Context, ev event.Event, p payment.Captured) error {
	id, ok := orderOf(p.Subject)
	if !ok {
		return nil
	}
	// A remote payment may be captured before its order is placed.
	if err := e.resume(ctx, p.Subject); err != nil {
		return err
	}
	_, err := e.Orders.RecordPayment(ctx, id, order.RecordPayment{
		Meta: system(PaymentToOrder), Payment: p.Payment, Ref: ev.ID.String(), Amount: p.Amount,
	})
	return err
}

func (e *Engine) tellRefund(ctx context.Context, _ event.Event, p payment.Refunded) error {
	id, ok := orderOf(p.Subject)
	if !ok || p.Orphaned {
		return nil
	}
	_, err := e.Orders.RecordRefund(ctx, id, order.RecordRefund{
		Meta: system(RefundToOrder), Payment: p.Payment, Ref: p.Refund, Amount: p.Amount,
	})
	return err
}

// resume goes on with an attempt, if there is one.
func (e *Engine) resume(ctx context.Context, subject string) error {
	id, ok := orderOf(subject)
	if !ok {
		return nil
	}
	_, err := e.Checkout.Resume(ctx, id)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Declined) {
		return nil
	}
	return err
}

func (e *Engine) reconcile(ctx context.Context, p payment.ReconcileDue) error {
	if p.Refund != "" {
		id, err := payment.ParseRefundID(p.Refund)
		if err != nil {
			return event.Park(err)
		}
		_, err = e.Payments.ReconcileRefund(ctx, id)
		return err
	}
	id, err := payment.ParseID(p.Payment)
	if err != nil {
		return event.Park(err)
	}
	_, err = e.Payments.Reconcile(ctx, id)
	return err
}

// giveBackLate is giveBack for an order that was cancelled while money was on
// its way.
func (e *Engine) giveBackLate(ctx context.Context, ev event.Event, subject string) error {
	id, ok := orderOf(subject)
	if !ok {
		return nil
	}
	o, err := e.Orders.Order(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && o.Status() != order.StatusCancelled {
		return nil
	}
	if err != nil {
		return err
	}
	return e.giveBack(ctx, ev, id)
}

// giveBack voids what is promised for a cancelled order and refunds what was
// paid. Keys make it happen once for each payment, however often it is tried.
func (e *Engine) giveBack(ctx context.Context, ev event.Event, id order.ID) error {
	ps, err := e.Payments.BySubject(ctx, id.String())
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range ps {
		errs = append(errs, e.giveUp(ctx, ev, p), e.sendBack(ctx, ev, p))
	}
	return errors.Join(errs...)
}

// gaveBack reports whether a refund that failed was made by giveBack itself.
func (e *Engine) gaveBack(ctx context.Context, p payment.RefundFailed) (bool, error) {
	id, err := payment.ParseRefundID(p.Refund)
	if err != nil {
		return false, event.Park(err)
	}
	f, err := e.Payments.RefundByID(ctx, id)
	return f.Attempt.By == system(CancelledToPayment).By.String(), err
}

// giveUp voids what is promised and has not come. What is in flight is for
// giveBackLate, and so is what turns out to have come.
func (e *Engine) giveUp(ctx context.Context, ev event.Event, p payment.Payment) error {
	if !p.IsOpen() {
		return nil
	}
	meta := system(CancelledToPayment)
	meta.Key = ev.ID.String() + ":" + p.ID.String()
	_, err := e.Payments.Void(ctx, p.ID, payment.Void{Meta: meta})
	if errors.Is(err, payment.ErrCapturedInstead) {
		return nil
	}
	return ignoreForbidden(err)
}

// sendBack refunds what has come. If the provider says no, the refund is failed
// and announced as that: staff tries it again, and the order goes on meanwhile.
func (e *Engine) sendBack(ctx context.Context, ev event.Event, p payment.Payment) error {
	if !p.Refundable().IsPositive() {
		return nil
	}
	meta := system(CancelledToPayment)
	meta.Key = ev.ID.String() + ":" + p.ID.String()
	_, err := e.Payments.Refund(ctx, p.ID, payment.GiveBack{Meta: meta, Amount: p.Refundable(), Reason: "order cancelled"})
	return ignoreDeclined(ignoreForbidden(err))
}

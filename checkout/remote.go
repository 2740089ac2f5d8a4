package checkout

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// begin saves the attempt: goods held without an end, the intent to pay, and
// the order as it will be. Every attempt ends, because every payment does.
func (s *Service) begin(ctx context.Context, d draft) (p payment.Payment, err error) {
	d.order.PaymentDue = time.Time{} // it is placed when it is paid
	if d.order, err = order.Restore(d.order, order.StatusPlaced); err != nil {
		return payment.Payment{}, err
	}
	a := Attempt{
		Order: d.order.ID, Cart: d.cart.ID, Payment: d.payment, Draft: d.order,
		Version: 1, CreatedAt: d.now, UpdatedAt: d.now, status: moves.Initial,
	}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.InsertCheckoutAttempt(ctx, a); err != nil {
			return err
		}
		if err := s.hold(ctx, t, d, d.order.PaymentDue); err != nil {
			return err
		}
		if err := s.redeem(ctx, t, d); err != nil {
			return err
		}
		var failed error
		if p, failed = s.payments.BeginTx(ctx, t, d.open()); failed != nil {
			return failed
		}
		if err := t.PayCart(ctx, d.cart.ID, d.cart.Version, d.order.ID.String()); err != nil {
			return err
		}
		return d.remember(ctx, t, p.ID)
	})
	return p, err
}

// authorize asks the provider and goes on from there.
func (s *Service) authorize(ctx context.Context, d draft, p payment.Payment) (Placed, error) {
	_, err := s.payments.Authorize(ctx, p.ID)
	if err != nil && !errors.Is(err, fault.Declined) {
		// What became of it is not known here. The attempt is saved, so it will
		// be settled; until then it is under way and has not failed.
		if late, readErr := s.Resume(context.WithoutCancel(ctx), d.order.ID); readErr == nil {
			return late, nil
		}
		return Placed{}, err
	}
	return s.Resume(ctx, d.order.ID)
}

// Resume goes on with an attempt where it stands, or returns the order if it is
// placed. It may be called at any time, as often as one likes: after the buyer
// has acted, after a crash, when the payment was settled. Nothing of it calls
// the network.
//
// Errors by kind: NotFound if there is neither attempt nor order; Declined
// (*payment.NotDone) if the payment came to nothing.
func (s *Service) Resume(ctx context.Context, id order.ID) (Placed, error) {
	a, err := s.reader.CheckoutAttempt(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return s.placed(ctx, id)
	}
	if err != nil {
		return Placed{}, err
	}
	p, err := s.payments.Payment(ctx, a.Payment)
	if err != nil {
		return Placed{}, err
	}
	switch {
	case a.status == StatusPlaced:
		return s.placed(ctx, id)
	case a.status == StatusAbandoned:
		return Placed{OrderID: id, Payment: p}, notDone(p)
	case p.Covers():
		return s.finish(ctx, a, p)
	case !p.IsOpen():
		return s.abandon(ctx, a, p)
	default:
		return Placed{OrderID: id, Payment: p}, nil
	}
}

// placed returns an order that is there.
func (s *Service) placed(ctx context.Context, id order.ID) (Placed, error) {
	var out Placed
	o, err := s.orders.Order(ctx, id)
	if err != nil {
		return out, err
	}
	ps, err := s.payments.BySubject(ctx, id.String())
	if err != nil {
		return out, err
	}
	out = Placed{Order: o, OrderID: id}
	if len(ps) > 0 {
		out.Payment = ps[len(ps)-1]
	}
	return out, nil
}

// finish places the order of an attempt whose payment stands.
func (s *Service) finish(ctx context.Context, a Attempt, p payment.Payment) (Placed, error) {
	now := s.clock.Now()
	placing, err := order.New(a.Draft, event.Stamp{NewID: s.newID, At: now, Actor: a.Draft.Buyer.String()})
	if err != nil {
		return Placed{}, err
	}
	if a, err = a.move(TriggerPlace, now); err != nil {
		return Placed{}, err
	}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.UpdateCheckoutAttempt(ctx, a); err != nil {
			return err
		}
		if err := t.PlaceCart(ctx, a.Cart, a.Order.String()); err != nil {
			return err
		}
		return placing.Insert(ctx, t)
	})
	if lostRace(err) {
		return s.placed(ctx, a.Order)
	}
	if err != nil {
		return Placed{}, err
	}
	return Placed{Order: placing.Order, OrderID: a.Order, Payment: p}, nil
}

// lostRace reports whether somebody else has moved the attempt.
func lostRace(err error) bool {
	return err != nil && (fault.CodeOf(err) == fault.StaleVersion || errors.Is(err, order.ErrAlreadyPlaced))
}

// abandon undoes an attempt: the goods are free, what it has used of promotions
// does not count, and the cart is open again.
func (s *Service) abandon(ctx context.Context, a Attempt, p payment.Payment) (Placed, error) {
	now := s.clock.Now()
	a, err := a.move(TriggerAbandon, now)
	if err != nil {
		return Placed{}, err
	}
	stamp := event.Stamp{NewID: s.newID, At: now, Actor: a.Draft.Buyer.String()}
	e, err := stamp.Of(a.Order.String(), a.Version, Abandoned{Order: a.Order, Cart: a.Cart, Payment: a.Payment})
	if err != nil {
		return Placed{}, err
	}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.UpdateCheckoutAttempt(ctx, a); err != nil {
			return err
		}
		release := inventory.Release{Meta: op.Meta{By: a.Draft.Buyer}, Reason: "payment came to nothing"}
		if _, err := s.inventory.ReleaseTx(ctx, t, a.Order.String(), release); err != nil {
			return err
		}
		if err := s.giveBack(ctx, t, a); err != nil {
			return err
		}
		if err := t.ReleaseCart(ctx, a.Cart, a.Order.String()); err != nil {
			return err
		}
		return t.Append(ctx, e)
	})
	if err != nil && !lostRace(err) {
		return Placed{}, err
	}
	return Placed{OrderID: a.Order, Payment: p}, notDone(p)
}

// notDone is the error for a payment that came to nothing.
func notDone(p payment.Payment) error {
	return &payment.NotDone{Operation: payment.OpAuthorize, Decline: p.Decline}
}

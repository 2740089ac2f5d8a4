package bunstore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
)

// rig is a shop for a scene, with its outside.
func (sc scene) rig(t *testing.T, kind string) *rig {
	t.Helper()
	if sc.outside == nil {
		return newRig(t, kind)
	}
	return newRigWith(t, kind, sc.outside())
}

// goodsScenes follow an order out of the house and back.
func goodsScenes() []scene {
	return []scene{
		{
			name: "redeem", ready: redeeming, outside: granting, points: points(38),
			effect: tally{"order placed": 1, "order total +": 11_70, "redeemed": 1, "promotion uses": 1, "promotion buyer": 1},
		},
		{
			name: "ship", ready: shipping, points: points(27),
			effect: tally{
				"fulfillment packed": -1, "fulfillment shipped": 1, "order pieces +": 6_000, "on hand BOOK +": -3,
				"reserved BOOK +": -3, "told shipment": 1, "key fulfillment.ship": 1,
			},
		},
		{
			name: "deliver", ready: delivering, points: points(22),
			effect: tally{
				"fulfillment shipped": -1, "fulfillment delivered": 1, "delivery": 1, "entitled": 3, "event review.invitation_due": 1,
				"key fulfillment.deliver": 1,
			},
		},
		{
			name: "receive", ready: receiving, points: points(19),
			effect: tally{
				"return approved": -1, "return received": 1, "order pieces +": 2_000_000, "told return": 1, "key returns.receive": 1,
			},
		},
		{
			name: "settle", remote: true, ready: settling, points: points(60),
			effect: tally{
				"return inspected": -1, "return settled": 1, "refund succeeded": 1, "refund succeeded +": 6_00, "order money +": 6_00,
				"posted cash:card +": -6_00, "key returns.settle": 1,
			},
		},
		{
			name: "refund", remote: true, ready: refunding, points: points(39),
			effect: tally{"refund succeeded": 1, "refund succeeded +": 2_00, "order money +": 2_00, "key payment.refund": 1},
		},
		{
			name: "send", ready: sending, outside: writing, points: points(25),
			effect: tally{"message email sent +": 1, "mail arrived": 1, "key notification.resend": 1},
		},
	}
}

// granting is an outside of a shop whose terms are those of its rooms.
func granting() *storetest.Outside {
	out := storetest.NewOutside()
	out.Silent, out.Selling = true, &commerce.Selling{TaxInclusive: true}
	return out
}

// writing is an outside whose mail keeps keys, so that a message whose answer
// is lost may be sent again.
func writing() *storetest.Outside {
	out := storetest.NewOutside()
	out.Mail.Keeps = true
	return out
}

// redeeming places an order with a code of which each buyer has one use.
func redeeming(r *rig) deed {
	const code = "EACH"
	if r.n == 0 {
		p, err := r.shop.Promotions.Create(r.t.Context(), promotion.Create{Meta: storetest.Staff(), Terms: promotion.Terms{
			Title: "Ten off", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("10"),
			Limits: promotion.Limits{Total: plenty, PerBuyer: 1},
		}})
		require.NoError(r.t, err)
		_, err = r.shop.Promotions.AddCodes(r.t.Context(), p.ID, promotion.AddCodes{Meta: storetest.Staff(), Codes: []string{code}})
		require.NoError(r.t, err)
		_, err = r.shop.Promotions.Activate(r.t.Context(), p.ID, promotion.Move{Meta: storetest.Staff()})
		require.NoError(r.t, err)
	}
	c := r.cart()
	c, err := r.shop.Carts.ApplyCode(r.t.Context(), c.ID, cart.ApplyCode{Meta: storetest.Staff(), Code: code})
	require.NoError(r.t, err)
	req := r.shop.Request(c, "transfer", "once")
	r.quiet()
	return func(ctx context.Context, s *storetest.Shop) error {
		_, err := s.Checkout.Place(ctx, c.ID, req)
		return err
	}
}

// packed is a paid order that waits in one parcel.
func (r *rig) packed(method string) fulfillment.Fulfillment {
	r.t.Helper()
	p := r.paid(method)
	f := r.shop.Packed(p.OrderID, 1)
	r.quiet()
	return f
}

func shipping(r *rig) deed {
	f, m := r.packed("transfer"), r.keyed()
	return func(ctx context.Context, s *storetest.Shop) error {
		return done(s.Fulfillment.Ship(ctx, f.ID, fulfillment.Ship{Meta: m}))
	}
}

func (r *rig) shipped(method string) fulfillment.Fulfillment {
	r.t.Helper()
	f := r.packed(method)
	r.shop.Ship(f)
	r.quiet()
	return f
}

func delivering(r *rig) deed {
	f, m := r.shipped("transfer"), r.keyed()
	return func(ctx context.Context, s *storetest.Shop) error {
		return done(s.Fulfillment.Deliver(ctx, f.ID, fulfillment.Deliver{Meta: m}))
	}
}

// delivered is a paid order that has arrived.
func (r *rig) delivered(method string) order.ID {
	r.t.Helper()
	f := r.shipped(method)
	_, err := r.shop.Fulfillment.Deliver(r.t.Context(), f.ID, fulfillment.Deliver{Meta: storetest.Staff()})
	require.NoError(r.t, err)
	r.quiet()
	return f.Order
}

func receiving(r *rig) deed {
	back, err := r.shop.Returns.Request(r.t.Context(), r.delivered("transfer"), returns.Request{
		Lines: []returns.Wanted{{Line: 3, Quantity: 2, Reason: returns.Dislike}},
	})
	require.NoError(r.t, err)
	_, err = r.shop.Returns.Approve(r.t.Context(), back.ID, returns.Approve{Meta: storetest.Staff()})
	require.NoError(r.t, err)
	r.quiet()
	req := returns.Receive{Meta: r.keyed(), Lines: []order.Item{{Line: 3, Quantity: 2}}}
	return func(ctx context.Context, s *storetest.Shop) error { return done(s.Returns.Receive(ctx, back.ID, req)) }
}

func settling(r *rig) deed {
	back := r.shop.Returned(r.delivered("card"), 3, 2)
	r.quiet()
	m := r.keyed()
	return func(ctx context.Context, s *storetest.Shop) error {
		return done(s.Returns.Settle(ctx, back.ID, returns.Settle{Meta: m}))
	}
}

func refunding(r *rig) deed {
	p, m := r.paid("card"), r.keyed()
	return func(ctx context.Context, s *storetest.Shop) error {
		return done(s.Payments.Refund(ctx, p.Payment.ID, payment.GiveBack{Meta: m, Amount: money.EUR(2_00)}))
	}
}

// sending has staff send the confirmation of an order again.
func sending(r *rig) deed {
	p := r.ordered("transfer")
	ms, err := r.shop.Notifications.BySubject(r.t.Context(), p.OrderID.String())
	require.NoError(r.t, err)
	require.Len(r.t, ms, 1)
	m := r.keyed()
	return func(ctx context.Context, s *storetest.Shop) error {
		return done(s.Notifications.Resend(ctx, ms[0].ID, notification.Resend{Meta: m}))
	}
}

package bunstore_test

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func checkoutVerbs() []verb {
	return []verb{
		{name: "Place", ready: placing("transfer")},
		{name: "Place remote", remote: true, ready: func(r *rig) deed {
			r.quiet()
			return placing("card")(r)
		}},
		{name: "Resume", remote: true, ready: func(r *rig) deed {
			p := r.attempted()
			r.shop.Card.Acted(p.Payment.ID.String(), paymenttest.Approve)
			_, err := r.shop.Payments.Resume(r.t.Context(), p.Payment.ID, payment.Resume{Meta: storetest.Staff()})
			require.NoError(r.t, err)
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Checkout.Resume(ctx, p.OrderID)) }
		}},
	}
}

// script has the provider do something else once, and then work again.
func (r *rig) script(plan paymenttest.Plan) {
	r.shop.Card.Script = func(int, payment.Operation) paymenttest.Plan {
		r.shop.Card.Script = nil
		return plan
	}
}

func orderVerbs() []verb {
	change := func(name string, ready func(r *rig) order.ID, do func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error) verb {
		return verb{name: name, ready: func(r *rig) deed {
			id, m := ready(r), r.keyed()
			return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Orders, id, m) }
		}}
	}
	placed := func(r *rig) order.ID { return r.shop.Place(r.cart(), "transfer", "once").OrderID }
	after := func(ready func(r *rig) order.ID, do func(r *rig, id order.ID) error) func(r *rig) order.ID {
		return func(r *rig) order.ID {
			id := ready(r)
			require.NoError(r.t, do(r, id))
			return id
		}
	}
	held := after(placed, func(r *rig, id order.ID) error {
		return done(r.shop.Orders.Hold(r.t.Context(), id, order.Hold{Reason: "look"}))
	})
	confirmed := after(placed, func(r *rig, id order.ID) error {
		return done(r.shop.Orders.Confirm(r.t.Context(), id, order.Confirm{}))
	})
	shipped := after(confirmed, func(r *rig, id order.ID) error {
		return done(r.shop.Orders.RecordShipment(r.t.Context(), id, order.RecordShipment{Shipment: "first", Items: one(2)}))
	})
	toldPaid := after(placed, func(r *rig, id order.ID) error {
		return done(r.shop.Orders.RecordPayment(r.t.Context(), id, order.RecordPayment{Payment: "py", Amount: money.EUR(5_00)}))
	})
	due := after(placed, func(r *rig, _ order.ID) error { r.shop.Clock.Advance(15 * 24 * time.Hour); return nil })
	return []verb{
		change("Confirm", placed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Confirm(ctx, id, order.Confirm{Meta: m}))
		}),
		change("Hold", placed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Hold(ctx, id, order.Hold{Meta: m, Reason: "look"}))
		}),
		change("Resume", held, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Resume(ctx, id, order.Resume{Meta: m}))
		}),
		change("Cancel", placed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Cancel(ctx, id, order.Cancel{Meta: m, Reason: "customer asked"}))
		}),
		change("Complete", confirmed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Complete(ctx, id, order.Complete{Meta: m}))
		}),
		change("RecordPayment", placed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.RecordPayment(ctx, id, order.RecordPayment{Meta: m, Payment: "py", Amount: money.EUR(17_95)}))
		}),
		change("RecordRefund", toldPaid, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.RecordRefund(ctx, id, order.RecordRefund{Meta: m, Payment: "py", Amount: money.EUR(2_00)}))
		}),
		change("RecordShipment", confirmed, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.RecordShipment(ctx, id, order.RecordShipment{Meta: m, Shipment: "first", Items: one(1)}))
		}),
		change("RecordReturn", shipped, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.RecordReturn(ctx, id, order.RecordReturn{Meta: m, Return: "first", Items: one(1)}))
		}),
		change("Lapse", due, func(ctx context.Context, s *order.Service, id order.ID, m op.Meta) error {
			return done(s.Lapse(ctx, id, order.Lapse{Meta: m}))
		}),
	}
}

// one is some pieces of the first line.
func one(n int) []order.Item { return []order.Item{{Line: 1, Quantity: n}} }

func paymentVerbs() []verb {
	var out []verb
	for _, method := range []string{"transfer", "card"} {
		change := func(name string, ready func(r *rig) checkout.Placed, do func(ctx context.Context, s *payment.Service, id payment.ID, m op.Meta) error) {
			out = append(out, verb{name: name + " " + method, remote: method == "card", ready: func(r *rig) deed {
				p, m := ready(r), r.keyed()
				return func(ctx context.Context, s *storetest.Shop) error { return do(ctx, s.Payments, p.Payment.ID, m) }
			}})
		}
		ordered := func(r *rig) checkout.Placed { return r.ordered(method) }
		paid := func(r *rig) checkout.Placed { return r.paid(method) }
		change("Capture", ordered, func(ctx context.Context, s *payment.Service, id payment.ID, m op.Meta) error {
			return done(s.Capture(ctx, id, payment.Capture{Meta: m}))
		})
		change("Capture part", ordered, func(ctx context.Context, s *payment.Service, id payment.ID, m op.Meta) error {
			return done(s.Capture(ctx, id, payment.Capture{Meta: m, Amount: money.EUR(3_00)}))
		})
		change("Void", ordered, func(ctx context.Context, s *payment.Service, id payment.ID, m op.Meta) error {
			return done(s.Void(ctx, id, payment.Void{Meta: m}))
		})
		change("Refund", paid, func(ctx context.Context, s *payment.Service, id payment.ID, m op.Meta) error {
			return done(s.Refund(ctx, id, payment.GiveBack{Meta: m, Amount: money.EUR(2_00)}))
		})
	}
	return append(out, openingVerbs()...)
}

func openingVerbs() []verb {
	open := func(r *rig, method string) payment.Open {
		return payment.Open{Meta: r.keyed(), Subject: storetest.Name("bk_", r.next()), Method: method, Amount: money.EUR(9_00)}
	}
	return []verb{
		{name: "OpenLocal", ready: func(r *rig) deed {
			req := open(r, "transfer")
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Payments.OpenLocal(ctx, req)) }
		}},
		{name: "Begin", ready: func(r *rig) deed {
			req := open(r, "card")
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Payments.Begin(ctx, req)) }
		}},
		{name: "Authorize", remote: true, ready: func(r *rig) deed {
			r.quiet()
			p, err := r.shop.Payments.Begin(r.t.Context(), open(r, "card"))
			require.NoError(r.t, err)
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Payments.Authorize(ctx, p.ID)) }
		}},
		{name: "Receive", ready: func(r *rig) deed {
			r.shop.Card.Notices()
			r.ordered("card")
			n := r.shop.Card.Notices()
			require.Len(r.t, n, 1)
			return func(ctx context.Context, s *storetest.Shop) error { return s.Payments.Receive(ctx, "card", n[0]) }
		}},
		{name: "ProcessInbox", remote: true, ready: func(r *rig) deed {
			r.shop.Card.Notices()
			p := r.attempted()
			r.shop.Card.Acted(p.Payment.ID.String(), paymenttest.Approve)
			for _, n := range r.shop.Card.Notices() {
				require.NoError(r.t, r.shop.Payments.Receive(r.t.Context(), "card", n))
			}
			return func(ctx context.Context, s *storetest.Shop) error { return done(s.Payments.ProcessInbox(ctx, 10)) }
		}},
		{name: "Resume", remote: true, ready: func(r *rig) deed {
			p := r.attempted()
			r.shop.Card.Acted(p.Payment.ID.String(), paymenttest.Approve)
			req := payment.Resume{Meta: storetest.Staff()}
			return func(ctx context.Context, s *storetest.Shop) error {
				return done(s.Payments.Resume(ctx, p.Payment.ID, req))
			}
		}},
		{name: "Reconcile", remote: true, ready: func(r *rig) deed {
			p := r.attempted()
			r.shop.Card.Acted(p.Payment.ID.String(), paymenttest.Approve)
			return func(ctx context.Context, s *storetest.Shop) error {
				return done(s.Payments.Reconcile(ctx, p.Payment.ID))
			}
		}},
		{name: "RetryRefund", remote: true, ready: func(r *rig) deed {
			p := r.paid("card")
			r.script(paymenttest.Plan{Verdict: paymenttest.Decline})
			f, err := r.shop.Payments.Refund(r.t.Context(), p.Payment.ID, payment.GiveBack{Meta: storetest.Staff(), Amount: money.EUR(1_00)})
			require.ErrorIs(r.t, err, fault.Declined)
			r.quiet()
			req := payment.RetryRefund{Meta: r.keyed()}
			return func(ctx context.Context, s *storetest.Shop) error {
				return done(s.Payments.RetryRefund(ctx, f.ID, req))
			}
		}},
	}
}

// attempted places a cart whose buyer has to act before it is paid.
func (r *rig) attempted() checkout.Placed {
	r.t.Helper()
	r.script(paymenttest.Plan{Verdict: paymenttest.Act})
	p := r.shop.Place(r.cart(), "card", "once")
	r.quiet()
	return p
}

// relayVerbs are rounds of the relay that have something to tell.
func relayVerbs() []verb {
	return []verb{{name: "Drain", ready: func(r *rig) deed {
		p := r.ordered("transfer")
		_, err := r.shop.Payments.Capture(r.t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff()})
		require.NoError(r.t, err)
		return func(ctx context.Context, s *storetest.Shop) error { return done(s.Drain(ctx)) }
	}}}
}

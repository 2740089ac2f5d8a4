package bunstore_test

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// scene is something that happens in a shop and must happen exactly once,
// whatever fails on the way.
type scene struct {
	name string
	// remote says that a provider is asked, so that a caller may be told that
	// it is under way.
	remote bool
	// outside is whom the shop talks to besides its provider of payments. May
	// be nil.
	outside func() *storetest.Outside
	// ready makes what it begins with, and returns what a caller then does, and
	// does again with the same key if it fails.
	ready func(r *rig) deed
	// points is how many points it has, of every unit and of every round of the
	// relay, by kind of database.
	points map[string]int
	// effect is some of what it does, in tally.
	effect tally
}

// deed is what a caller does in the shop, which may have been started anew.
type deed func(ctx context.Context, s *storetest.Shop) error

func scenes() []scene { return append(salesScenes(), goodsScenes()...) }

func salesScenes() []scene {
	return []scene{
		{
			name: "place", ready: placing("transfer"), points: points(35),
			effect: tally{
				"order placed": 1, "order total +": 17_95, "reserved MUG +": 2, "reserved TEE-M-BLACK +": 1, "reserved BOOK +": 3,
				"cart placed": 1, "payment transfer authorized": 1, "payment came": 17_95, "key checkout.place": 1,
				"counted sale": 1, "counted sale +": 17_95, "counted lines": 3,
			},
		},
		{
			name: "place remote", remote: true, ready: placing("card"), points: points(45),
			effect: tally{
				"order placed": 1, "order total +": 17_95, "reserved MUG +": 2, "cart placed": 1, "checkout placed": 1,
				"payment card authorized": 1, "payment came": 17_95, "key checkout.place": 1,
			},
		},
		{
			name: "pay", ready: paying, points: points(49),
			effect: tally{
				"order placed": -1, "order confirmed": 1, "order money": 17_95, "payment transfer captured": 1, "payment came +": 17_95,
				"posted cash:transfer +": 17_95, "firm": 3, "firm +": 6, "told payment": 1, "key payment.capture": 1,
				"counted payment": 1, "counted payment +": 17_95,
			},
		},
		{
			name: "cancel", ready: cancelling, points: points(82),
			effect: tally{
				"order confirmed": -1, "order cancelled": 1, "order money +": 17_95, "refund succeeded": 1, "refund succeeded +": 17_95,
				"reserved MUG +": -2, "reservation held": -3, "reservation released +": 6, "posted cash:transfer +": -17_95,
				"key order.cancel": 1, "counted cancellation": 1, "counted cancellation +": -17_95, "counted refund": 1, "counted refund +": -17_95,
			},
		},
		{
			name: "expire", ready: expiring, points: points(60),
			effect: tally{
				"order placed": -1, "order cancelled": 1, "reserved BOOK +": -3, "reservation released +": 6,
				"payment transfer authorized": -1, "payment transfer voided": 1, "event order.payment_due": -1,
				"counted cancellation": 1, "counted cancellation +": -17_95,
			},
		},
	}
}

// points is the number of points on SQLite; PostgreSQL also claims in vain when
// all is done, where SQLite has only looked.
func points(n int) map[string]int {
	const vain = 2
	return map[string]int{onFile: n, onMemory: n, onPostgres: n + vain}
}

// cart is a full cart of a buyer who has bought nothing yet.
func (r *rig) cart() cart.Cart {
	r.t.Helper()
	l := storetest.Line
	return r.shop.Cart(storetest.Name("buyer", r.next()), l(storetest.Mug, 2), l(storetest.Tee, 1), l(storetest.Book, 3))
}

func placing(method string) func(r *rig) deed {
	return func(r *rig) deed {
		c := r.cart()
		req := r.shop.Request(c, method, "once")
		return func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.Checkout.Place(ctx, c.ID, req)
			return err
		}
	}
}

// ordered places an order to be paid by transfer.
func (r *rig) ordered(method string) checkout.Placed {
	r.t.Helper()
	p := r.shop.Place(r.cart(), method, "once")
	r.quiet()
	return p
}

func paying(r *rig) deed {
	p := r.ordered("transfer")
	req := payment.Capture{Meta: storetest.Staff(), Reference: "line 4"}
	req.Key = p.OrderID.String()
	return func(ctx context.Context, s *storetest.Shop) error {
		_, err := s.Payments.Capture(ctx, p.Payment.ID, req)
		return err
	}
}

// paid places an order and pays it.
func (r *rig) paid(method string) checkout.Placed {
	r.t.Helper()
	p := r.ordered(method)
	_, err := r.shop.Payments.Capture(r.t.Context(), p.Payment.ID, payment.Capture{Meta: storetest.Staff()})
	require.NoError(r.t, err)
	r.quiet()
	return p
}

func cancelling(r *rig) deed {
	p := r.paid("transfer")
	return func(ctx context.Context, s *storetest.Shop) error {
		meta := storetest.Staff()
		meta.Key = p.OrderID.String()
		_, err := s.Orders.Cancel(ctx, p.OrderID, order.Cancel{Meta: meta, Reason: "customer asked"})
		return err
	}
}

// expiring has nobody do anything: what happens is what the timers do.
func expiring(r *rig) deed {
	r.ordered("transfer")
	r.shop.Clock.Advance(14 * 24 * time.Hour)
	return func(context.Context, *storetest.Shop) error { return nil }
}

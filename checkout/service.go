package checkout

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/promotion"
)

// Deps are what a Service works with.
type Deps struct {
	// Units, Reader, Clock and NewID are required.
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Inventory and Payments are the rooms below. Required.
	Inventory *inventory.Service
	Payments  *payment.Service
	// Orders reads orders that are placed. Required.
	Orders Orders
	// Promotions count the uses of what Terms grant of them. Required if Terms
	// grant any.
	Promotions *promotion.Service
	// Door keeps the queue for a SKU out of the database. Defaults to open.
	Door inventory.Door
	// Terms default to none: no taxes, no coupons, nothing to ship.
	Terms TermsPolicy
	// Pipeline defaults to pricing.Standard().
	Pipeline pricing.Pipeline
	// Numbers defaults to order.RandomNumbers.
	Numbers order.Numberer
	// PayWithin is until when an order has to be paid that is placed before it
	// is: by the method, or by "" for all others. Less than zero is without an
	// end. Defaults to 14 days.
	PayWithin map[string]time.Duration
	// Hooks may be zero.
	Hooks Hooks
}

// Orders finds orders.
type Orders interface {
	// Order returns an order, or NotFound.
	Order(ctx context.Context, number order.ID) (order.Order, error)
}

// Hooks are functions of the host that run at certain moments. Each may be nil.
type Hooks struct {
	// BeforePlace is called with the quote that is about to be placed, outside
	// any unit of work, and may refuse it: its error is returned as it is and
	// nothing has happened. It runs once for each try, so it must not count.
	BeforePlace func(ctx context.Context, q Quote, p Place) error
}

// Service quotes carts and turns them into orders. It is safe for concurrent
// use.
type Service struct {
	units     tx.Runner[Tx]
	reader    Reader
	clock     clock.Clock
	newID     id.Source
	inventory *inventory.Service
	payments  *payment.Service
	door      inventory.Door
	terms     TermsPolicy
	// sees says that terms want to know of promotions.
	sees       bool
	promotions *promotion.Service
	pipeline   pricing.Pipeline
	numbers    order.Numberer
	orders     Orders
	payWithin  map[string]time.Duration
	hooks      Hooks
}

// defaultPayWithin is until when an order has to be paid unless the shop says
// otherwise.
const defaultPayWithin = 14 * 24 * time.Hour

// NewService returns a service.
func NewService(d Deps) *Service {
	if d.Terms == nil {
		d.Terms = Fixed(Terms{})
	}
	if d.Pipeline == nil {
		d.Pipeline = pricing.Standard()
	}
	if d.Numbers == nil {
		d.Numbers = order.RandomNumbers{}
	}
	seer, ok := d.Terms.(PromotionSeer)
	return &Service{
		sees: ok && seer.SeesPromotions(), promotions: d.Promotions,
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, terms: d.Terms, pipeline: d.Pipeline,
		inventory: d.Inventory, payments: d.Payments, door: d.Door, orders: d.Orders, numbers: d.Numbers, payWithin: d.PayWithin, hooks: d.Hooks,
	}
}

// due returns until when an order by a method has to be paid; zero is never.
func (s *Service) due(method string, now time.Time) time.Time {
	d, ok := s.payWithin[method]
	if !ok {
		if d, ok = s.payWithin[""]; !ok {
			d = defaultPayWithin
		}
	}
	if d < 0 {
		return time.Time{}
	}
	return now.Add(d)
}

package checkout

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
)

// Place asks for an order.
type Place struct {
	op.Meta
	// Method is one of the ways to pay of the shop. What costs nothing needs
	// none.
	Method string
	// Total is what the buyer has agreed to pay: the total of a quote. If the
	// cart costs anything else now, Place fails with *TotalChanged.
	Total money.Amount
	// Details are for methods that need the network.
	Details payment.Details
	// Metadata belongs to the host and is kept with the order: at most 50 keys
	// of 40 characters with values of at most 500.
	Metadata map[string]string
}

// Placed is what came of Place.
type Placed struct {
	// Order is the order. It is zero while a payment is under way; then
	// Payment says what the buyer must do, and Resume goes on afterwards.
	Order order.Order `json:"order,omitzero"`
	// OrderID is the id that the order has or will have.
	OrderID order.ID `json:"order_id"`
	// Payment is the payment of the order.
	Payment payment.Payment `json:"payment"`
}

// Done reports whether the order is placed.
func (p Placed) Done() bool { return !p.Order.ID.IsZero() }

// Place turns a cart into an order: the goods are held, the order is written
// and the payment is opened, all in one unit, if the way of paying needs no
// network. If it does, the intent is saved first together with the goods, then
// the provider is asked, then the order is placed or everything is undone.
//
// With a key, doing it again returns the same order. Without one, a cart that
// has become an order is refused.
//
// Errors by kind: Invalid for wrong input, and for a cart that lacks what the
// terms require: the fields "email" and those of "ship_to" say what; NotFound
// for an unknown cart; Conflict for a cart that is empty, placed or changed
// meanwhile, for another total (*TotalChanged), for goods that are gone
// (*inventory.Shortage, *NotSold) or are not brought there (ErrNotShipped), for
// a shipping method that is not offered any more (ErrMethodGone), for a
// promotion that somebody else has used up (*promotion.Exhausted) and for a key
// used with other parameters; Declined
// (*payment.NotDone) if the provider said no, in which case the cart is open
// again. While it is not known what the provider did there is no error: the
// payment is in flight, and the order appears when it has been settled.
func (s *Service) Place(ctx context.Context, id cart.ID, req Place) (Placed, error) {
	req, err := s.checked(id, req)
	if err != nil {
		return Placed{}, err
	}
	for n := 0; ; n++ {
		p, err := s.place(ctx, id, req)
		if err == nil || n >= maxTries || !again(err) {
			return p, err
		}
	}
}

// maxTries is how often Place looks anew after somebody else was faster.
const maxTries = 3

// again reports whether a fresh look may help: another buyer took the last
// units at one place, the cart or a promotion changed under our hands, a number
// was taken, or another run with the same key has won.
func again(err error) bool {
	var short *inventory.Shortage
	switch {
	case errors.Is(err, order.ErrNumberTaken), errors.Is(err, op.ErrRepeated), errors.Is(err, promotion.ErrChanged):
		return true
	case errors.As(err, &short):
		return fault.Retryable(short)
	default:
		return fault.CodeOf(err) == fault.StaleVersion
	}
}

// parameters is what makes a request what it is.
type parameters struct {
	Cart     cart.ID
	Method   string
	Total    money.Amount
	Details  payment.Details
	Metadata map[string]string
}

const operation = "checkout.place"

func (s *Service) checked(id cart.ID, req Place) (Place, error) {
	var c fault.Check
	req.Check(&c)
	c.That(!id.IsZero(), "cart", "required", "must name a cart")
	if c.That(req.Total.Currency() != money.Currency{}, "total", "required", "must be the total of a quote") {
		c.Merge("total", req.Total.Check())
		c.That(!req.Total.IsNegative(), "total", "out_of_range", "must not be negative")
	}
	if req.Total.IsPositive() {
		_, err := s.payments.IsLocal(req.Method)
		c.Merge("", err)
		c.That(req.Method != payment.Free, "method", "not_free", "must be a way to pay")
	}
	req.Metadata = c.Metadata("metadata", req.Metadata)
	return req, c.Err("checkout.place")
}

func (s *Service) place(ctx context.Context, id cart.ID, req Place) (Placed, error) {
	now := s.clock.Now()
	call := op.Call{Meta: req.Meta, Operation: operation, Now: now, Parameters: parameters{
		Cart: id, Method: req.Method, Total: req.Total, Details: req.Details, Metadata: req.Metadata,
	}}
	b, err := s.reader.Basket(ctx, BasketQuery{Cart: id, Stock: true, Promotions: s.sees, Call: call})
	if err != nil {
		return Placed{}, err
	}
	if b.First != nil {
		return s.replay(ctx, *b.First, call)
	}
	if err := placeable(b, req); err != nil {
		return Placed{}, err
	}
	p, err := s.price(ctx, b)
	if err != nil {
		return Placed{}, err
	}
	if err := p.complete(); err != nil {
		return Placed{}, err
	}
	if p.quote.Total != req.Total {
		return Placed{}, &TotalChanged{Stated: req.Total, Actual: p.quote.Total}
	}
	if err := s.veto(ctx, p, req); err != nil {
		return Placed{}, err
	}
	d, err := s.draft(ctx, p, req, now)
	if err != nil {
		return Placed{}, err
	}
	d.call = call
	return s.perform(ctx, d)
}

func placeable(b Basket, req Place) error {
	switch {
	case !b.Found:
		return errNoCart()
	case b.Cart.Status() == cart.StatusPlaced:
		return cart.ErrPlaced
	case b.Cart.Status() == cart.StatusPaying:
		return cart.ErrPaying
	case len(b.Cart.Lines) == 0:
		return errEmpty
	}
	return req.Expect("cart", b.Cart.Version)
}

func (s *Service) veto(ctx context.Context, p priced, req Place) error {
	if s.hooks.BeforePlace == nil {
		return nil
	}
	return s.hooks.BeforePlace(ctx, p.told(), req)
}

// perform chooses between one unit and the protocol of remote effects.
func (s *Service) perform(ctx context.Context, d draft) (Placed, error) {
	leave, err := s.door.Enter(ctx, d.cart.SKUs())
	if err != nil {
		return Placed{}, err
	}
	entered := true
	defer func() {
		if entered {
			leave()
		}
	}()
	local, err := s.payments.IsLocal(d.method)
	if err != nil {
		return Placed{}, err
	}
	if local {
		return s.placeLocal(ctx, d)
	}
	p, err := s.begin(ctx, d)
	if err != nil {
		return Placed{}, err
	}
	leave() // the network must not hold up the next buyer
	entered = false
	return s.authorize(ctx, d, p)
}

// receipt is what is remembered of a keyed Place.
type receipt struct {
	Order   order.ID   `json:"order"`
	Payment payment.ID `json:"payment"`
}

func (s *Service) replay(ctx context.Context, first op.Record, call op.Call) (Placed, error) {
	sum, err := op.Print(call.Parameters)
	if err != nil {
		return Placed{}, err
	}
	r, err := op.Replay[receipt](first, sum)
	if err != nil {
		return Placed{}, err
	}
	return s.Resume(ctx, r.Order)
}

// placeLocal writes everything in one unit that reads nothing.
func (s *Service) placeLocal(ctx context.Context, d draft) (Placed, error) {
	stamp := event.Stamp{NewID: s.newID, At: d.now, Actor: d.call.Meta.By.String()}
	placing, err := order.New(d.order, stamp)
	if err != nil {
		return Placed{}, err
	}
	out := Placed{Order: placing.Order, OrderID: placing.Order.ID}
	err = s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := s.hold(ctx, t, d, placing.Order.PaymentDue); err != nil {
			return err
		}
		if err := placing.Insert(ctx, t); err != nil {
			return err
		}
		if err := s.redeem(ctx, t, d); err != nil {
			return err
		}
		p, err := s.payments.OpenLocalTx(ctx, t, d.open())
		if err != nil {
			return err
		}
		out.Payment = p
		if err := t.FreezeCart(ctx, d.cart.ID, d.cart.Version, d.order.ID.String()); err != nil {
			return err
		}
		return d.remember(ctx, t, p.ID)
	})
	if err != nil {
		return Placed{}, err
	}
	return out, nil
}

// hold promises the goods to the order. It has a timer of its own.
func (s *Service) hold(ctx context.Context, t Tx, d draft, until time.Time) error {
	lines := make([]inventory.Line, len(d.cart.Lines))
	for i, l := range d.cart.Lines {
		lines[i] = inventory.Line{SKU: l.SKU, Quantity: l.Quantity}
	}
	_, err := s.inventory.HoldLevelsTx(ctx, t, inventory.Holding{
		Hold:  inventory.Hold{Meta: op.Meta{By: d.call.Meta.By}, Lines: lines, Until: until, Quiet: true},
		Owner: d.order.ID.String(), Levels: d.levels,
	})
	return err
}

// remember keeps what the key has led to.
func (d draft) remember(ctx context.Context, t Tx, p payment.ID) error {
	if d.call.Meta.Key == "" {
		return nil
	}
	rec, err := d.call.Record(receipt{Order: d.order.ID, Payment: p})
	if err != nil {
		return err
	}
	return t.InsertOperation(ctx, rec)
}

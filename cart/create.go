package cart

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Create is the request to begin a cart.
type Create struct {
	op.Meta
	// Market is where and for whom prices will be asked. Its currency is
	// required; At is not kept.
	Market market.Context
	// Buyer is who the cart belongs to. Defaults to Meta.By.
	Buyer op.Actor
	// Email is where to write to the buyer, at most 254 characters. It may be
	// empty.
	Email string
	// Metadata belongs to the host: at most 50 keys of 40 characters with values
	// of 500.
	Metadata map[string]string
}

// Create begins an empty cart.
func (s *Service) Create(ctx context.Context, req Create) (out Cart, err error) {
	b, err := s.beginning(req)
	if err != nil {
		return Cart{}, err
	}
	return tx.Do(b.do).Alone(ctx, s.units)
}

// CreateTx is Create inside a unit of work.
func (s *Service) CreateTx(ctx context.Context, t Tx, req Create) (out Cart, err error) {
	b, err := s.beginning(req)
	if err != nil {
		return Cart{}, err
	}
	return tx.Do(b.do).In(ctx, t)
}

// beginning is a cart that is about to be stored.
type beginning struct {
	cart  Cart
	call  op.Call
	event event.Event
}

func (s *Service) beginning(req Create) (beginning, error) {
	if req.Buyer == (op.Actor{}) {
		req.Buyer = req.By
	}
	if err := req.check(); err != nil {
		return beginning{}, err
	}
	now := s.clock.Now()
	c := Cart{
		ID: NewID(s.newID), Market: req.Market, Buyer: req.Buyer, Email: req.Email, Metadata: req.Metadata,
		Version: 1, CreatedAt: now, UpdatedAt: now, status: moves.Initial,
	}
	e, err := event.Stamp{NewID: s.newID, At: now, Actor: req.By.String()}.Of(c.ID.String(), c.Version, Created{
		Cart: c.ID, Buyer: c.Buyer, Channel: c.Market.Channel, Market: c.Market.Market, Currency: c.Market.Currency,
	})
	call := op.Call{Meta: req.Meta, Operation: "cart.create", Now: now}
	req.Meta = op.Meta{}
	call.Parameters = req
	return beginning{cart: c, call: call, event: e}, err
}

func (r *Create) check() error {
	var c fault.Check
	r.Meta.Check(&c)
	c.That(r.IfVersion == 0, "if_version", "not_allowed", "must be zero for a new cart")
	r.Market.At = time.Time{}
	r.Market = r.Market.Check(&c, "market")
	r.Buyer.Check(&c, "buyer")
	r.Email = c.Email("email", r.Email)
	r.Metadata = c.Metadata("metadata", r.Metadata)
	return c.Err("cart.create")
}

func (b beginning) do(ctx context.Context, t Tx) (Cart, error) {
	return op.Run(ctx, t, b.call, func() (Cart, error) {
		if err := t.InsertCart(ctx, b.cart); err != nil {
			return Cart{}, err
		}
		return b.cart, t.Append(ctx, b.event)
	})
}

package cart

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service works with.
type Deps struct {
	// Units runs units of work. Required.
	Units tx.Runner[Tx]
	// Reader reads committed carts. Required.
	Reader Reader
	// Clock tells the time. Required.
	Clock clock.Clock
	// NewID makes ids. Required.
	NewID id.Source
	// Catalog says what is sold. Defaults to the catalogue of the store.
	Catalog Catalog
}

// Service changes and reads carts. It is safe for concurrent use.
//
// Every method that changes a cart fails with an Invalid error that names the
// wrong fields, NotFound if there is no such cart, ErrPlaced if it has become
// an order, a Conflict with code "stale_version" if somebody else changed it
// meanwhile or Meta.IfVersion is not its version, and with what a tx.Runner
// fails with. After an error nothing has changed. A change that changes nothing
// (a code that is there already) returns the cart as it is.
//
// The Tx forms do the same inside a unit of work or a transaction of the host.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	catalog Catalog
}

// NewService returns a service.
func NewService(d Deps) *Service {
	return &Service{units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID, catalog: d.Catalog}
}

// Cart returns a cart, or a NotFound error.
func (s *Service) Cart(ctx context.Context, cart ID) (Cart, error) { return s.reader.Cart(ctx, cart) }

// change is one change of a cart before it is known what the cart holds.
type change struct {
	cart ID
	call op.Call
	// sku has to be sold for the change to happen.
	sku string
	// decide returns the cart after the change and what has happened, or the
	// cart as it is.
	decide func(c Cart) (Cart, []event.Payload, error)
	// invalid is what is wrong with the request.
	invalid error

	ids  []id.Source
	sold bool
}

// maxEvents is the largest number of events of one change.
const maxEvents = 2

// ready asks and makes everything that a unit must not, since it may run more
// than once.
func (s *Service) ready(ctx context.Context, ch change) (change, error) {
	if ch.invalid != nil {
		return ch, ch.invalid
	}
	for range maxEvents {
		u := s.newID()
		ch.ids = append(ch.ids, func() uuid.UUID { return u })
	}
	if ch.sku == "" || s.catalog == nil {
		return ch, nil
	}
	sold, err := s.catalog.SellsSKU(ctx, ch.sku)
	if err == nil && !sold {
		err = &UnknownSKU{SKU: ch.sku}
	}
	ch.sold = sold
	return ch, err
}

// run makes a change in a unit of its own.
func (s *Service) run(ctx context.Context, ch change) (out Cart, err error) {
	if ch, err = s.ready(ctx, ch); err != nil {
		return Cart{}, err
	}
	return tx.Do(ch.do).Alone(ctx, s.units)
}

// runTx makes a change in the unit of the caller.
func (s *Service) runTx(ctx context.Context, t Tx, ch change) (out Cart, err error) {
	if ch, err = s.ready(ctx, ch); err != nil {
		return Cart{}, err
	}
	return tx.Do(ch.do).In(ctx, t)
}

// do reads, decides and writes.
func (ch change) do(ctx context.Context, t Tx) (Cart, error) {
	look := Look{Cart: ch.cart, Call: ch.call}
	if !ch.sold {
		look.SKU = ch.sku
	}
	seen, err := t.LookCart(ctx, look)
	if err != nil {
		return Cart{}, err
	}
	if seen.First != nil {
		return ch.again(*seen.First)
	}
	now, events, err := ch.decided(seen, look)
	if err != nil {
		return Cart{}, err
	}
	if err := ch.write(ctx, t, seen.Cart, now, events); err != nil {
		return Cart{}, err
	}
	return now, ch.remember(ctx, t, now)
}

func (ch change) again(first op.Record) (Cart, error) {
	fingerprint, err := op.Print(ch.call.Parameters)
	if err != nil {
		return Cart{}, err
	}
	return op.Replay[Cart](first, fingerprint)
}

func (ch change) decided(seen Seen, look Look) (Cart, []event.Payload, error) {
	if !seen.Found {
		return Cart{}, nil, fault.Missing("cart")
	}
	was := seen.Cart
	if err := was.frozen(); err != nil {
		return Cart{}, nil, err
	}
	if err := ch.call.Meta.Expect("cart", was.Version); err != nil {
		return Cart{}, nil, err
	}
	if look.SKU != "" && !seen.Sold {
		return Cart{}, nil, &UnknownSKU{SKU: look.SKU}
	}
	now, events, err := ch.decide(was)
	if err != nil || now.Version == was.Version || now.status != StatusAbandoned || was.status != StatusAbandoned {
		return now, events, err
	}
	if now, err = now.move(TriggerReturn); err != nil {
		return Cart{}, nil, err
	}
	return now, append([]event.Payload{Reopened{Cart: now.ID}}, events...), nil
}

func (ch change) write(ctx context.Context, t Tx, was, now Cart, payloads []event.Payload) error {
	if now.Version == was.Version {
		return nil
	}
	if err := t.UpdateCart(ctx, was, now); err != nil {
		return err
	}
	return ch.announce(ctx, t, now, payloads)
}

func (ch change) announce(ctx context.Context, t Tx, now Cart, payloads []event.Payload) error {
	events := make([]event.Event, len(payloads))
	for i, p := range payloads {
		stamp := event.Stamp{NewID: ch.ids[i], At: ch.call.Now, Actor: ch.call.Meta.By.String()}
		var err error
		if events[i], err = stamp.Of(now.ID.String(), now.Version, p); err != nil {
			return err
		}
	}
	return t.Append(ctx, events...)
}

func (ch change) remember(ctx context.Context, t Tx, now Cart) error {
	if ch.call.Meta.Key == "" {
		return nil
	}
	rec, err := ch.call.Record(now)
	if err != nil {
		return err
	}
	return t.InsertOperation(ctx, rec)
}

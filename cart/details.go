package cart

import (
	"context"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

// ApplyCode is the request to put a coupon code on a cart.
type ApplyCode struct {
	op.Meta
	// Code is taken as typed and kept in its canonical form: 1 to 64 characters
	// without spaces. See Code.
	Code string
}

// ApplyCode puts a coupon code on a cart. Whether the code exists and gives
// anything is for whoever prices the cart. It fails with ErrCodesFull if the
// cart has MaxCodes codes.
func (s *Service) ApplyCode(ctx context.Context, cart ID, req ApplyCode) (Cart, error) {
	return s.run(ctx, s.applying(cart, req))
}

// ApplyCodeTx is ApplyCode inside a unit of work.
func (s *Service) ApplyCodeTx(ctx context.Context, t Tx, cart ID, req ApplyCode) (Cart, error) {
	return s.runTx(ctx, t, s.applying(cart, req))
}

func (s *Service) applying(cart ID, req ApplyCode) change {
	var c fault.Check
	req.Meta.Check(&c)
	code := checkCode(&c, "code", req.Code)
	now := s.clock.Now()
	return change{
		cart: cart, invalid: c.Err("cart.apply_code"),
		call:   call(req.Meta, "cart.apply_code", now, asked[string]{cart, code}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.applyCode(code, now) },
	}
}

func (c Cart) applyCode(code string, now time.Time) (Cart, []event.Payload, error) {
	if slices.Contains(c.Codes, code) {
		return c, nil, nil
	}
	if len(c.Codes) >= MaxCodes {
		return Cart{}, nil, ErrCodesFull
	}
	d := c.next(now)
	d.Codes = append(d.Codes, code)
	return d, []event.Payload{CodeApplied{Cart: c.ID, Code: code}}, nil
}

// RemoveCode is the request to take a coupon code off a cart.
type RemoveCode struct {
	op.Meta
	// Code is taken as typed, as in ApplyCode.
	Code string
}

// RemoveCode takes a coupon code off a cart. One that is not there changes
// nothing.
func (s *Service) RemoveCode(ctx context.Context, cart ID, req RemoveCode) (Cart, error) {
	return s.run(ctx, s.uncoding(cart, req))
}

// RemoveCodeTx is RemoveCode inside a unit of work.
func (s *Service) RemoveCodeTx(ctx context.Context, t Tx, cart ID, req RemoveCode) (Cart, error) {
	return s.runTx(ctx, t, s.uncoding(cart, req))
}

func (s *Service) uncoding(cart ID, req RemoveCode) change {
	var c fault.Check
	req.Meta.Check(&c)
	code := checkCode(&c, "code", req.Code)
	now := s.clock.Now()
	return change{
		cart: cart, invalid: c.Err("cart.remove_code"),
		call:   call(req.Meta, "cart.remove_code", now, asked[string]{cart, code}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.removeCode(code, now) },
	}
}

func (c Cart) removeCode(code string, now time.Time) (Cart, []event.Payload, error) {
	i := slices.Index(c.Codes, code)
	if i < 0 {
		return c, nil, nil
	}
	d := c.next(now)
	d.Codes = slices.Delete(d.Codes, i, i+1)
	if len(d.Codes) == 0 {
		d.Codes = nil
	}
	return d, []event.Payload{CodeRemoved{Cart: c.ID, Code: code}}, nil
}

// SetAddresses is the request to set where goods, bill and mail go.
type SetAddresses struct {
	op.Meta
	// Email is where to write to the buyer. Empty leaves it as it is.
	Email string
	// ShipTo is where the goods go. Nil leaves it as it is.
	ShipTo *postal.Address
	// BillTo is where the bill goes. Nil leaves it as it is.
	BillTo *postal.Address
}

// SetAddresses sets addresses of a cart. They are checked by the rules of their
// country and kept tidied. At least one has to be given.
func (s *Service) SetAddresses(ctx context.Context, cart ID, req SetAddresses) (Cart, error) {
	return s.run(ctx, s.addressing(cart, req))
}

// SetAddressesTx is SetAddresses inside a unit of work.
func (s *Service) SetAddressesTx(ctx context.Context, t Tx, cart ID, req SetAddresses) (Cart, error) {
	return s.runTx(ctx, t, s.addressing(cart, req))
}

func (s *Service) addressing(cart ID, req SetAddresses) change {
	var c fault.Check
	req.Meta.Check(&c)
	c.That(req.Email != "" || req.ShipTo != nil || req.BillTo != nil, "ship_to", "required", "must be given, or another address")
	req.Email = c.Email("email", req.Email)
	req.ShipTo = checkAddress(&c, "ship_to", req.ShipTo)
	req.BillTo = checkAddress(&c, "bill_to", req.BillTo)
	now := s.clock.Now()
	meta := req.Meta
	req.Meta = op.Meta{}
	return change{
		cart: cart, invalid: c.Err("cart.set_addresses"),
		call:   call(meta, "cart.set_addresses", now, asked[SetAddresses]{cart, req}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.setAddresses(req, now) },
	}
}

func (c Cart) setAddresses(a SetAddresses, now time.Time) (Cart, []event.Payload, error) {
	d := c.next(now)
	what := AddressesSet{Cart: c.ID}
	if a.Email != "" && a.Email != c.Email {
		d.Email, what.Email = a.Email, true
	}
	if a.ShipTo != nil && (c.ShipTo == nil || !c.ShipTo.Equal(*a.ShipTo)) {
		d.ShipTo, what.ShipTo = a.ShipTo, true
	}
	if a.BillTo != nil && (c.BillTo == nil || !c.BillTo.Equal(*a.BillTo)) {
		d.BillTo, what.BillTo = a.BillTo, true
	}
	if what == (AddressesSet{Cart: c.ID}) {
		return c, nil, nil
	}
	return d, []event.Payload{what}, nil
}

// SetShipping is the request to choose a shipping method.
type SetShipping struct {
	op.Meta
	// Method is the code of the shipping method, at most 64 characters. Empty
	// takes the choice back.
	Method string
}

// SetShipping chooses a shipping method. Whether it is offered for this cart is
// for whoever quotes it.
func (s *Service) SetShipping(ctx context.Context, cart ID, req SetShipping) (Cart, error) {
	return s.run(ctx, s.shipping(cart, req))
}

// SetShippingTx is SetShipping inside a unit of work.
func (s *Service) SetShippingTx(ctx context.Context, t Tx, cart ID, req SetShipping) (Cart, error) {
	return s.runTx(ctx, t, s.shipping(cart, req))
}

func (s *Service) shipping(cart ID, req SetShipping) change {
	var c fault.Check
	req.Meta.Check(&c)
	method := c.Text("method", req.Method, maxMethod)
	now := s.clock.Now()
	return change{
		cart: cart, invalid: c.Err("cart.set_shipping"),
		call:   call(req.Meta, "cart.set_shipping", now, asked[string]{cart, method}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.setShipping(method, now) },
	}
}

func (c Cart) setShipping(method string, now time.Time) (Cart, []event.Payload, error) {
	if c.ShippingMethod == method {
		return c, nil, nil
	}
	d := c.next(now)
	d.ShippingMethod = method
	return d, []event.Payload{ShippingSet{Cart: c.ID, Method: method}}, nil
}

// Abandon is the request to count a cart as abandoned.
type Abandon struct {
	op.Meta
}

// Abandon counts a cart as abandoned. The next change of it opens it again. A
// cart that is abandoned already stays as it is.
func (s *Service) Abandon(ctx context.Context, cart ID, req Abandon) (Cart, error) {
	return s.run(ctx, s.abandoning(cart, req))
}

// AbandonTx is Abandon inside a unit of work.
func (s *Service) AbandonTx(ctx context.Context, t Tx, cart ID, req Abandon) (Cart, error) {
	return s.runTx(ctx, t, s.abandoning(cart, req))
}

func (s *Service) abandoning(cart ID, req Abandon) change {
	var c fault.Check
	req.Meta.Check(&c)
	now := s.clock.Now()
	return change{
		cart: cart, invalid: c.Err("cart.abandon"),
		call:   call(req.Meta, "cart.abandon", now, asked[string]{cart, ""}),
		decide: func(c Cart) (Cart, []event.Payload, error) { return c.abandon(now) },
	}
}

func (c Cart) abandon(now time.Time) (Cart, []event.Payload, error) {
	if c.status == StatusAbandoned {
		return c, nil, nil
	}
	d, err := c.next(now).move(TriggerAbandon)
	return d, []event.Payload{Abandoned{Cart: c.ID}}, err
}

package marketing

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Suppress is the request to write to an address no more.
type Suppress struct {
	op.Meta
	Channel Channel
	Address string
	// Reason is why: "bounced", "complained". 1 to 100 characters.
	Reason string
}

// Suppress puts an address on the suppression list, which wins over every
// consent. If it is there already the first reason stays. Errors by kind:
// Invalid.
func (s *Service) Suppress(ctx context.Context, req Suppress) (Suppression, error) {
	return alone(ctx, s, s.suppressing(req))
}

// SuppressTx is Suppress inside a unit.
func (s *Service) SuppressTx(ctx context.Context, t Tx, req Suppress) (Suppression, error) {
	return within(ctx, t, s.suppressing(req))
}

func (s *Service) suppressing(req Suppress) verb[Suppression] {
	var c fault.Check
	checkNew(&c, req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "marketing.suppress", Now: s.now()}
	x := Suppression{Channel: req.Channel, By: req.By, At: call.Now}
	x.Address = checkAddress(&c, "", req.Channel, req.Address)
	x.Reason = c.Required("reason", req.Reason, 100)
	call.Parameters = [3]string{string(x.Channel), x.Address, x.Reason}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Suppression, error) {
		topic := Topic{Channel: x.Channel, Address: x.Address}
		permit, err := t.MarketingPermit(ctx, topic, 0)
		if err != nil || permit.Suppression.Address != "" {
			return permit.Suppression, err
		}
		if err := t.AdvanceAddress(ctx, topic, permit.Version); err != nil {
			return Suppression{}, err
		}
		return x, s.suppress(ctx, t, call, x)
	})
}

func (s *Service) suppress(ctx context.Context, t Tx, call op.Call, x Suppression) error {
	if err := t.InsertSuppression(ctx, x); err != nil {
		return err
	}
	return s.announce(ctx, t, call, announcement{
		subject: Topic{Channel: x.Channel, Address: x.Address}.Subject(),
		fact:    AddressSuppressed{Channel: x.Channel, Address: x.Address, Reason: x.Reason},
	})
}

// Lift is the request to take an address off the suppression list.
type Lift struct {
	op.Meta
	Channel Channel
	Address string
	// Reason is why, 1 to 100 characters; the event tells it.
	Reason string
}

// Lift takes an address off the suppression list. Consent that it had holds
// again. If it is not on the list nothing happens. It returns what was there.
// Errors by kind: Invalid.
func (s *Service) Lift(ctx context.Context, req Lift) (Suppression, error) {
	return alone(ctx, s, s.lifting(req))
}

// LiftTx is Lift inside a unit.
func (s *Service) LiftTx(ctx context.Context, t Tx, req Lift) (Suppression, error) {
	return within(ctx, t, s.lifting(req))
}

func (s *Service) lifting(req Lift) verb[Suppression] {
	var c fault.Check
	checkNew(&c, req.Meta)
	address := checkAddress(&c, "", req.Channel, req.Address)
	reason := c.Required("reason", req.Reason, 100)
	call := op.Call{
		Meta: req.Meta, Operation: "marketing.lift", Parameters: [3]string{string(req.Channel), address, reason}, Now: s.now(),
	}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Suppression, error) {
		topic := Topic{Channel: req.Channel, Address: address}
		permit, err := t.MarketingPermit(ctx, topic, 0)
		if err != nil || permit.Suppression.Address == "" {
			return Suppression{}, err
		}
		if err := t.AdvanceAddress(ctx, topic, permit.Version); err != nil {
			return Suppression{}, err
		}
		if err := t.DeleteSuppression(ctx, permit.Suppression); err != nil {
			return Suppression{}, err
		}
		return permit.Suppression, s.announce(ctx, t, call, announcement{
			subject: topic.Subject(), fact: SuppressionLifted{Channel: req.Channel, Address: address, Reason: reason},
		})
	})
}

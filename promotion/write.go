package promotion

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Create is a promotion to be written.
type Create struct {
	op.Meta
	Terms
}

// Create writes a promotion as a draft, and announces Created. Errors by kind:
// Invalid.
func (s *Service) Create(ctx context.Context, req Create) (Promotion, error) {
	return s.creating(req).Alone(ctx, s.units)
}

// CreateTx is Create inside a unit of work.
func (s *Service) CreateTx(ctx context.Context, t Tx, req Create) (Promotion, error) {
	return s.creating(req).In(ctx, t)
}

func (s *Service) creating(req Create) tx.Deed[Tx, Promotion] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	terms := req.Terms.check(&c)
	if err := c.Err("promotion.create"); err != nil {
		return tx.Refused[Tx, Promotion](err)
	}
	w := s.now(req.Meta)
	p := draft(NewID(s.newID), terms, w.at)
	call := op.Call{Meta: req.Meta, Operation: "promotion.create", Parameters: terms, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Promotion, error) {
		if err := t.InsertPromotion(ctx, p); err != nil {
			return Promotion{}, err
		}
		return p, s.announce(ctx, t, w, p.told(Created{Promotion: p.ID, Title: p.Title}))
	})
}

// Update is other terms for a promotion.
type Update struct {
	op.Meta
	// Terms replace those of the promotion as a whole.
	Terms
}

// Update gives a promotion other terms, and announces Updated.
//
// Errors by kind: Invalid; NotFound; Conflict if it has ended (ErrEnded), if it
// was used more often than the new limits allow (ErrLimitPassed), if it ran
// before without limits and now has some (ErrUncounted) or changes between
// automatic and not (ErrCodesFixed), and for a stale version.
func (s *Service) Update(ctx context.Context, promotion ID, req Update) (Promotion, error) {
	return s.updating(promotion, req).Alone(ctx, s.units)
}

// UpdateTx is Update inside a unit of work.
func (s *Service) UpdateTx(ctx context.Context, t Tx, promotion ID, req Update) (Promotion, error) {
	return s.updating(promotion, req).In(ctx, t)
}

func (s *Service) updating(promotion ID, req Update) tx.Deed[Tx, Promotion] {
	var c fault.Check
	req.Meta.Check(&c)
	terms := req.Terms.check(&c)
	return s.changing(change{
		promotion: promotion, meta: req.Meta, name: "promotion.update", parameters: terms, invalid: c.Err("promotion.update"),
		decide: func(p Promotion, w when) (Promotion, event.Payload, error) {
			p, err := p.revise(terms, w.at)
			return p, Updated{Promotion: p.ID, Title: p.Title}, err
		},
	})
}

// Move is the request to activate, deactivate or end a promotion.
type Move struct {
	op.Meta
}

// Activate lets a promotion run, in its window, and announces Moved. Errors by
// kind: NotFound; Conflict (*lifecycle.Forbidden) if it is active or has ended.
func (s *Service) Activate(ctx context.Context, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerActivate).Alone(ctx, s.units)
}

// ActivateTx is Activate inside a unit of work.
func (s *Service) ActivateTx(ctx context.Context, t Tx, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerActivate).In(ctx, t)
}

// Deactivate stops an active promotion for the time being, and announces Moved.
// Orders that were placed keep what it granted.
func (s *Service) Deactivate(ctx context.Context, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerDeactivate).Alone(ctx, s.units)
}

// DeactivateTx is Deactivate inside a unit of work.
func (s *Service) DeactivateTx(ctx context.Context, t Tx, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerDeactivate).In(ctx, t)
}

// End stops a promotion for good, and announces Moved.
func (s *Service) End(ctx context.Context, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerEnd).Alone(ctx, s.units)
}

// EndTx is End inside a unit of work.
func (s *Service) EndTx(ctx context.Context, t Tx, promotion ID, req Move) (Promotion, error) {
	return s.moving(promotion, req, TriggerEnd).In(ctx, t)
}

func (s *Service) moving(promotion ID, req Move, by Trigger) tx.Deed[Tx, Promotion] {
	var c fault.Check
	req.Meta.Check(&c)
	return s.changing(change{
		promotion: promotion, meta: req.Meta, name: "promotion." + string(by), invalid: c.Err("promotion." + string(by)),
		decide: func(p Promotion, w when) (Promotion, event.Payload, error) {
			p, err := p.move(by, w.at)
			return p, Moved{Promotion: p.ID, Title: p.Title, State: p.state}, err
		},
	})
}

// change is one change of a promotion.
type change struct {
	promotion  ID
	meta       op.Meta
	name       string
	parameters any
	invalid    error
	decide     func(p Promotion, w when) (Promotion, event.Payload, error)
}

func (s *Service) changing(ch change) tx.Deed[Tx, Promotion] {
	if ch.invalid != nil {
		return tx.Refused[Tx, Promotion](ch.invalid)
	}
	w := s.now(ch.meta)
	parameters := struct {
		Promotion ID
		Request   any
	}{ch.promotion, ch.parameters}
	call := op.Call{Meta: ch.meta, Operation: ch.name, Parameters: parameters, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Promotion, error) {
		was, err := t.Promotion(ctx, ch.promotion)
		if err != nil {
			return Promotion{}, err
		}
		if err := ch.meta.Expect("promotion", was.Version); err != nil {
			return Promotion{}, err
		}
		now, payload, err := ch.decide(was, w)
		if err != nil {
			return Promotion{}, err
		}
		if err := t.UpdatePromotion(ctx, was, now); err != nil {
			return Promotion{}, err
		}
		return now, s.announce(ctx, t, w, now.told(payload))
	})
}

package promotion

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Redeem is what an order makes use of.
type Redeem struct {
	op.Meta
	// Order is the owner of the uses, the text of its id.
	Order string
	// Buyer is as in the Ask.
	Buyer string
	// Grants are those of Offers that gave something. At most MaxCodes and
	// MaxActive together.
	Grants []Grant
}

// RedeemTx counts the uses of an order in the unit that places it, and announces
// Redeemed for each. It reads nothing. The limits are checked when the unit is
// written: however many come at once, no more get through than there are uses.
// It takes no key: the unit of the caller has one.
//
// Errors by kind: Invalid; Conflict if a limit is reached (*Exhausted), if a
// promotion was changed since Offers (ErrChanged, retryable: ask again), if the
// order has used it before (ErrRedeemed).
func (s *Service) RedeemTx(ctx context.Context, t Tx, req Redeem) error {
	uses, w, err := s.redeeming(req)
	if err != nil || len(uses) == 0 {
		return err
	}
	return t.Scope(ctx, func(ctx context.Context) error {
		if err := t.RedeemPromotions(ctx, uses); err != nil {
			return err
		}
		tellings := make([]telling, len(uses))
		for i, u := range uses {
			tellings[i] = u.told(Redeemed{Promotion: u.Promotion, Order: u.Order, Code: u.Code, Buyer: u.Buyer})
		}
		return s.announce(ctx, t, w, tellings...)
	})
}

func (s *Service) redeeming(req Redeem) ([]Use, when, error) {
	w := s.now(req.Meta)
	var c fault.Check
	checkMeta(&c, req.Meta)
	c.That(req.Key == "", "key", "not_keyed", "must be empty here")
	checkName(&c, "order", req.Order)
	buyer := c.Text("buyer", req.Buyer, maxBuyer)
	c.Range("grants", int64(len(req.Grants)), 0, MaxCodes+MaxActive)
	seen := make(map[ID]bool, len(req.Grants))
	uses := make([]Use, 0, len(req.Grants))
	for i, g := range req.Grants {
		p := g.Promotion
		path := at("grants", i)
		c.That(!p.ID.IsZero() && p.Version > 0, path, "not_granted", "must come from Offers")
		c.That(!seen[p.ID], path, "duplicate", "must be given once")
		c.That(p.Limits.PerBuyer == 0 || req.Buyer != "", "buyer", "required", "must not be empty for this promotion")
		c.That(p.Automatic == (g.Code == ""), path+".code", "not_granted", "must come from Offers")
		seen[p.ID] = true
		uses = append(uses, Use{Version: p.Version, Redemption: Redemption{
			Order: req.Order, Promotion: p.ID, Code: g.Code, Buyer: buyer, At: w.at, Counted: p.counted,
		}})
	}
	return uses, w, c.Err("promotion.redeem")
}

// told is something that happened to the order of r.
func (r Redemption) told(payload event.Payload) telling {
	return telling{subject: r.Order, payload: payload}
}

// GiveBack is the request to count the uses of an order no more.
type GiveBack struct {
	op.Meta
}

// GiveBack gives back what an order has used, because it was cancelled, and
// announces GivenBack for each. What was given back before, and an order that
// never used anything, change nothing. It returns what it gave back. Errors by
// kind: Invalid.
func (s *Service) GiveBack(ctx context.Context, order string, req GiveBack) ([]Redemption, error) {
	const attempts = 5 // another one that gives back wins once
	changed := func(err error) bool { return errors.Is(err, ErrChanged) }
	return s.giving(order, req).Insist(ctx, s.units, attempts, changed)
}

// GiveBackTx is GiveBack inside a unit of work. If another one gives back at
// the same time it fails with ErrChanged, which is retryable.
func (s *Service) GiveBackTx(ctx context.Context, t Tx, order string, req GiveBack) ([]Redemption, error) {
	return s.giving(order, req).In(ctx, t)
}

func (s *Service) giving(order string, req GiveBack) tx.Deed[Tx, []Redemption] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkName(&c, "order", order)
	if err := c.Err("promotion.give_back"); err != nil {
		return tx.Refused[Tx, []Redemption](err)
	}
	w := s.now(req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "promotion.give_back", Parameters: order, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Redemption, error) {
		all, err := t.PromotionRedemptions(ctx, order)
		if err != nil {
			return nil, err
		}
		open := make([]Redemption, 0, len(all))
		tellings := make([]telling, 0, len(all))
		for _, r := range all {
			if r.GivenBackAt.IsZero() {
				r.GivenBackAt = w.at
				open = append(open, r)
				tellings = append(tellings, r.told(GivenBack{Promotion: r.Promotion, Order: r.Order, Code: r.Code, Buyer: r.Buyer}))
			}
		}
		if len(open) == 0 {
			return open, nil
		}
		if err := t.GiveBackPromotions(ctx, open, w.at); err != nil {
			return nil, err
		}
		return open, s.announce(ctx, t, w, tellings...)
	})
}

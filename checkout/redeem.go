package checkout

import (
	"context"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/promotion"
)

// used returns the grants that took something off.
func (p priced) used() []promotion.Grant {
	var out []promotion.Grant
	for _, g := range p.terms.Grants {
		name := g.Name()
		for i := range p.quote.Discounts {
			if p.quote.Discounts[i].Code == name {
				out = append(out, g)
				break
			}
		}
	}
	return out
}

// redeem counts the uses of an order in the unit that places it or holds its
// goods. It reads nothing.
func (s *Service) redeem(ctx context.Context, t Tx, d draft) error {
	if len(d.grants) == 0 {
		return nil
	}
	if s.promotions == nil {
		return fmt.Errorf("checkout: the terms grant promotions, but nobody counts them: %w", fault.Internal)
	}
	return s.promotions.RedeemTx(ctx, t, promotion.Redeem{
		Meta: op.Meta{By: d.call.Meta.By}, Order: d.order.ID.String(), Buyer: d.countedFor, Grants: d.grants,
	})
}

// giveBack counts the uses of an attempt no more. One that got nothing off has
// none.
func (s *Service) giveBack(ctx context.Context, t Tx, a Attempt) error {
	if s.promotions == nil || !a.Draft.Discount.IsPositive() {
		return nil
	}
	_, err := s.promotions.GiveBackTx(ctx, t, a.Order.String(), promotion.GiveBack{Meta: op.Meta{By: a.Draft.Buyer}})
	return err
}

package promotionrows

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/promotion"
)

// Counters of one promotion change in this order: the count of all uses, whose
// lock keeps others out, then those of the code and of the buyer.
const (
	allPart   = "1"
	codePart  = "2"
	buyerPart = "3"
)

func counterKey(u uuid.UUID, part, subject string) string {
	return countKey + string(u[:]) + part + subject
}

const (
	insertRedemption = `INSERT INTO kontor_promotion_redemption (tenant, order_id, promotion, code, buyer, counted, at, given_back_at)
SELECT p.tenant, $3::text, p.id, $4::text, $5::text, p.counted, $6::bigint, 0 FROM kontor_promotion p
WHERE p.tenant = $1 AND p.id = $2 AND p.state = 'active' AND p.version = $7`

	takeAll = `UPDATE kontor_promotion_count SET used = used + 1 WHERE tenant = $1 AND promotion = $2 AND (max_all = 0 OR used < max_all)`

	takeCode  = takeOne + "c.max_code" + takeMore
	takeBuyer = takeOne + "c.max_buyer" + takeMore

	takeOne = `INSERT INTO kontor_promotion_use (tenant, promotion, kind, subject, used, most)
SELECT c.tenant, c.promotion, $3::text, $4::text, 1, `
	takeMore = ` FROM kontor_promotion_count c WHERE c.tenant = $1 AND c.promotion = $2
ON CONFLICT (tenant, promotion, kind, subject) DO UPDATE SET used = kontor_promotion_use.used + 1, most = excluded.most
WHERE excluded.most = 0 OR kontor_promotion_use.used < excluded.most`
)

// RedeemPromotions stores and counts uses.
func (t PromotionTx) RedeemPromotions(ctx context.Context, us []promotion.Use) error {
	for _, x := range us {
		if err := t.redeem(ctx, x); err != nil {
			return err
		}
		if !x.Counted {
			continue
		}
		if err := t.take(ctx, x.Redemption); err != nil {
			return err
		}
	}
	return nil
}

func (t PromotionTx) redeem(ctx context.Context, x promotion.Use) error {
	u := x.Promotion.UUID()
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCounter, Key: redemptionKey(x.Redemption), Text: insertRedemption,
		Untouched: promotion.ErrChanged, Broken: promotion.ErrRedeemed,
		Args: []any{t.U.Tenant(), u, x.Order, x.Code, x.Buyer, clock.Micros(x.At), x.Version},
	})
}

// redemptionKey sorts after all counters. A use that was given back at the same
// time waits there and not before.
func redemptionKey(r promotion.Redemption) string {
	u := r.Promotion.UUID()
	return "promotion 9" + r.Order + string(u[:])
}

func (t PromotionTx) take(ctx context.Context, r promotion.Redemption) error {
	u := r.Promotion.UUID()
	gone := func(l promotion.Limit) error {
		return &promotion.Exhausted{Promotion: r.Promotion, Code: r.Code, Limit: l}
	}
	ws := []unit.Write{{
		Key: counterKey(u, allPart, ""), Text: takeAll, Untouched: gone(promotion.LimitTotal), Args: []any{t.U.Tenant(), u},
	}}
	if r.Code != "" {
		ws = append(ws, unit.Write{
			Key: counterKey(u, codePart, r.Code), Text: takeCode, Untouched: gone(promotion.LimitPerCode),
			Args: []any{t.U.Tenant(), u, "code", r.Code},
		})
	}
	if r.Buyer != "" {
		ws = append(ws, unit.Write{
			Key: counterKey(u, buyerPart, r.Buyer), Text: takeBuyer, Untouched: gone(promotion.LimitPerBuyer),
			Args: []any{t.U.Tenant(), u, "buyer", r.Buyer},
		})
	}
	return t.counters(ctx, ws)
}

func (t PromotionTx) counters(ctx context.Context, ws []unit.Write) error {
	for _, w := range ws {
		w.Rank = unit.RankCounter
		if err := t.U.Write(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

const (
	giveBack = `UPDATE kontor_promotion_redemption SET given_back_at = $4
WHERE tenant = $1 AND promotion = $2 AND order_id = $3 AND given_back_at = 0`

	// A count never goes below zero: the check of the table would refuse it.
	putAll = `UPDATE kontor_promotion_count SET used = used - 1 WHERE tenant = $1 AND promotion = $2`
	putOne = `UPDATE kontor_promotion_use SET used = used - 1 WHERE tenant = $1 AND promotion = $2 AND kind = $3 AND subject = $4`
)

// GiveBackPromotions takes uses off the counters.
func (t PromotionTx) GiveBackPromotions(ctx context.Context, rs []promotion.Redemption, at time.Time) error {
	for _, r := range rs {
		u := r.Promotion.UUID()
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankCounter, Key: redemptionKey(r), Text: giveBack, Untouched: promotion.ErrChanged,
			Args: []any{t.U.Tenant(), u, r.Order, clock.Micros(at)},
		})
		if err != nil {
			return err
		}
		if !r.Counted {
			continue
		}
		ws := []unit.Write{{Key: counterKey(u, allPart, ""), Text: putAll, Broken: promotion.ErrChanged, Args: []any{t.U.Tenant(), u}}}
		if r.Code != "" {
			ws = append(ws, unit.Write{
				Key: counterKey(u, codePart, r.Code), Text: putOne, Broken: promotion.ErrChanged, Args: []any{t.U.Tenant(), u, "code", r.Code},
			})
		}
		if r.Buyer != "" {
			ws = append(ws, unit.Write{
				Key: counterKey(u, buyerPart, r.Buyer), Text: putOne, Broken: promotion.ErrChanged, Args: []any{t.U.Tenant(), u, "buyer", r.Buyer},
			})
		}
		if err := t.counters(ctx, ws); err != nil {
			return err
		}
	}
	return nil
}

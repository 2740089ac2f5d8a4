package promotionrows

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/promotion"
)

// Each is one statement, so that it sees one moment even while buyers buy.
const (
	auditCounts = `SELECT c.promotion, c.used, c.max_all, (
SELECT count(*) FROM kontor_promotion_redemption r WHERE r.tenant = c.tenant AND r.promotion = c.promotion AND r.counted AND r.given_back_at = 0)
FROM kontor_promotion_count c WHERE c.tenant = $1 ORDER BY c.promotion`

	auditUses = `SELECT x.promotion, x.kind, x.subject, CAST(sum(x.used) AS bigint), CAST(sum(x.redeemed) AS bigint),
CASE WHEN x.kind = 'code' THEN c.max_code ELSE c.max_buyer END
FROM (SELECT u.promotion, u.kind, u.subject, u.used, 0 AS redeemed FROM kontor_promotion_use u WHERE u.tenant = $1
UNION ALL SELECT r.promotion, 'code', r.code, 0, 1 FROM kontor_promotion_redemption r
WHERE r.tenant = $1 AND r.code <> '' AND r.counted AND r.given_back_at = 0
UNION ALL SELECT r.promotion, 'buyer', r.buyer, 0, 1 FROM kontor_promotion_redemption r
WHERE r.tenant = $1 AND r.buyer <> '' AND r.counted AND r.given_back_at = 0) x
JOIN kontor_promotion_count c ON c.tenant = $1 AND c.promotion = x.promotion
GROUP BY x.promotion, x.kind, x.subject, c.max_code, c.max_buyer ORDER BY x.promotion, x.kind, x.subject`
)

// PromotionDiscrepancies counts the redemptions again.
func (r PromotionReader) PromotionDiscrepancies(ctx context.Context) ([]promotion.Discrepancy, error) {
	out := []promotion.Discrepancy{}
	judge := func(subject string, used, redeemed, most int) {
		found := func(format string, args ...any) {
			out = append(out, promotion.Discrepancy{Invariant: "M16", Subject: subject, Text: fmt.Sprintf(format, args...)})
		}
		if used != redeemed {
			found("counted %d, redeemed and not given back %d", used, redeemed)
		}
		if most > 0 && redeemed > most {
			found("redeemed %d of at most %d", redeemed, most)
		}
	}
	args := []any{r.Q.Tenant()}
	err := r.Q.Read(ctx, unit.Query{Text: auditCounts, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		var used, most, redeemed int
		if err := r.Scan(&u, &used, &most, &redeemed); err != nil {
			return err
		}
		judge(promotion.IDFrom(u).String(), used, redeemed, most)
		return nil
	}}, unit.Query{Text: auditUses, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		var part, subject string
		var used, redeemed, most int
		if err := r.Scan(&u, &part, &subject, &used, &redeemed, &most); err != nil {
			return err
		}
		judge(promotion.IDFrom(u).String()+" "+part+" "+subject, used, redeemed, most)
		return nil
	}})
	return out, err
}

package promotionrows

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/promotion"
)

// PromotionTx changes promotions in a unit.
type PromotionTx struct {
	PromotionReader
	U *unit.Unit
}

var _ promotion.Writer = PromotionTx{}

// Sort keys put promotions before what refers to them, and the revision last,
// for all changes wait for it.
const (
	promotionKey = "promotion 1"
	countKey     = "promotion 2"
	codeKey      = "promotion 3"
	revisionKey  = "promotion 4"
)

const insertPromotion = `INSERT INTO kontor_promotion (tenant, id, version, state, automatic, counted, terms, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const insertCount = `INSERT INTO kontor_promotion_count (tenant, promotion, used, max_all, max_code, max_buyer) VALUES ($1, $2, 0, $3, $4, $5)`

// InsertPromotion stores a new promotion.
func (t PromotionTx) InsertPromotion(ctx context.Context, p promotion.Promotion) error {
	terms, err := column.Of(p.Terms)
	if err != nil {
		return err
	}
	u := p.ID.UUID()
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: promotionKey + string(u[:]), Text: insertPromotion,
		Args: []any{
			t.U.Tenant(), u, p.Version, string(p.State()), p.Automatic, p.Counted(), terms, clock.Micros(p.CreatedAt),
			clock.Micros(p.UpdatedAt),
		},
	})
	if err != nil {
		return err
	}
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: countKey + string(u[:]), Text: insertCount,
		Args: []any{t.U.Tenant(), u, p.Limits.Total, p.Limits.PerCode, p.Limits.PerBuyer},
	})
	if err != nil {
		return err
	}
	return t.revise(ctx)
}

const raiseRevision = `INSERT INTO kontor_promotion_revision (tenant, revision) VALUES ($1, 1)
ON CONFLICT (tenant) DO UPDATE SET revision = kontor_promotion_revision.revision + 1`

func (t PromotionTx) revise(ctx context.Context) error {
	return t.U.Write(ctx, unit.Write{Rank: unit.RankCatalog, Key: revisionKey, Text: raiseRevision, Args: []any{t.U.Tenant()}})
}

const updatePromotion = `UPDATE kontor_promotion SET version = $4, state = $5, automatic = $6, counted = $7, terms = $8, updated_at = $9
WHERE tenant = $1 AND id = $2 AND version = $3`

// UpdatePromotion turns one version of a promotion into the next.
func (t PromotionTx) UpdatePromotion(ctx context.Context, was, now promotion.Promotion) error {
	terms, err := column.Of(now.Terms)
	if err != nil {
		return err
	}
	u := was.ID.UUID()
	err = t.U.Write(ctx, unit.Write{
		Rank: unit.RankCatalog, Key: promotionKey + string(u[:]), Text: updatePromotion,
		Untouched: fault.Stale("promotion", was.Version, 0), Explain: explainUpdate(was),
		Args: []any{
			t.U.Tenant(), u, was.Version, now.Version, string(now.State()), now.Automatic, now.Counted(), terms,
			clock.Micros(now.UpdatedAt),
		},
	})
	if err != nil {
		return err
	}
	if was.Limits != now.Limits {
		if err := t.limit(ctx, u, now.Limits); err != nil {
			return err
		}
	}
	return t.revise(ctx)
}

func explainUpdate(was promotion.Promotion) func(context.Context, unit.Querier, error) error {
	return func(ctx context.Context, q unit.Querier, err error) error {
		fresh, readErr := PromotionReader{Q: q}.Promotion(ctx, was.ID)
		switch {
		case errors.Is(readErr, fault.NotFound):
			return readErr
		case readErr != nil:
			return err
		default:
			return fault.Stale("promotion", was.Version, fresh.Version)
		}
	}
}

const (
	setLimits = `UPDATE kontor_promotion_count SET max_all = $3::bigint, max_code = $4::bigint, max_buyer = $5::bigint
WHERE tenant = $1 AND promotion = $2 AND ($3::bigint = 0 OR used <= $3::bigint)`

	// The statement above has locked the row that every use changes first, so
	// this one sees all uses.
	checkLimits = `UPDATE kontor_promotion_count SET used = used WHERE tenant = $1 AND promotion = $2 AND NOT EXISTS (
SELECT 1 FROM kontor_promotion_use u WHERE u.tenant = $1 AND u.promotion = $2
AND ((u.kind = 'code' AND $3::bigint > 0 AND u.used > $3::bigint) OR (u.kind = 'buyer' AND $4::bigint > 0 AND u.used > $4::bigint)))`
)

func (t PromotionTx) limit(ctx context.Context, u uuid.UUID, l promotion.Limits) error {
	err := t.U.Write(ctx, unit.Write{
		Rank: unit.RankCounter, Key: countKey + string(u[:]), Text: setLimits, Untouched: promotion.ErrLimitPassed,
		Args: []any{t.U.Tenant(), u, l.Total, l.PerCode, l.PerBuyer},
	})
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankCounter, Key: countKey + string(u[:]), Text: checkLimits, Untouched: promotion.ErrLimitPassed,
		Args: []any{t.U.Tenant(), u, l.PerCode, l.PerBuyer},
	})
}

const insertCode = "INSERT INTO kontor_promotion_code (tenant, code, promotion, created_at) VALUES ($1, $2, $3, $4)"

// InsertPromotionCodes stores codes of a promotion.
func (t PromotionTx) InsertPromotionCodes(ctx context.Context, id promotion.ID, codes []string, at time.Time) error {
	for _, code := range codes {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankCatalog, Key: codeKey + code, Text: insertCode, Broken: promotion.ErrCodeTaken,
			Args: []any{t.U.Tenant(), code, id.UUID(), clock.Micros(at)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

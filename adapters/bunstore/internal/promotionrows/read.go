// Package promotionrows keeps promotions, their codes, and who has used them.
package promotionrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/promotion"
)

// PromotionReader reads promotions.
type PromotionReader struct{ Q unit.Querier }

var (
	_ promotion.Reader  = PromotionReader{}
	_ promotion.Auditor = PromotionReader{}
)

const (
	columns = "p.id, p.version, p.state, p.counted, p.terms, p.created_at, p.updated_at"
	from    = "SELECT " + columns + " FROM kontor_promotion p WHERE p.tenant = $1"

	selectPromotion       = from + " AND p.id = $2"
	selectPromotions      = from + " ORDER BY p.id DESC LIMIT $2"
	selectOlderPromotions = from + " AND p.id < $3 ORDER BY p.id DESC LIMIT $2"
	selectActive          = from + " AND p.state = 'active' ORDER BY p.id DESC LIMIT $2"
	selectRevision        = "SELECT revision FROM kontor_promotion_revision WHERE tenant = $1"
)

// row is a promotion as it is stored.
type row struct {
	promotion.Promotion
	id               uuid.UUID
	state, terms     string
	counted          bool
	created, updated int64
}

// dest are the places for columns.
func (x *row) dest() []any {
	return []any{&x.id, &x.Version, &x.state, &x.counted, &x.terms, &x.created, &x.updated}
}

func (x *row) read() (promotion.Promotion, error) {
	p := x.Promotion
	p.ID, p.CreatedAt, p.UpdatedAt = promotion.IDFrom(x.id), clock.FromMicros(x.created), clock.FromMicros(x.updated)
	var err error
	if p.Terms, err = column.To[promotion.Terms](x.terms); err != nil {
		return p, err
	}
	return promotion.Restore(p, promotion.State(x.state), x.counted)
}

func (r PromotionReader) list(text string, args []any, to *[]promotion.Promotion) unit.Query {
	return unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(r unit.Row) error {
		var x row
		if err := r.Scan(x.dest()...); err != nil {
			return err
		}
		p, err := x.read()
		*to = append(*to, p)
		return err
	}}
}

// Promotion returns a promotion.
func (r PromotionReader) Promotion(ctx context.Context, id promotion.ID) (promotion.Promotion, error) {
	var ps []promotion.Promotion
	if err := r.Q.Read(ctx, r.list(selectPromotion, []any{id.UUID()}, &ps)); err != nil {
		return promotion.Promotion{}, err
	}
	if len(ps) == 0 {
		return promotion.Promotion{}, promotion.ErrNoPromotion
	}
	return ps[0], nil
}

// Promotions returns promotions, newest first.
func (r PromotionReader) Promotions(ctx context.Context, after promotion.ID, limit int) ([]promotion.Promotion, error) {
	ps := []promotion.Promotion{}
	q := r.list(selectPromotions, []any{limit}, &ps)
	if !after.IsZero() {
		q = r.list(selectOlderPromotions, []any{limit, after.UUID()}, &ps)
	}
	err := r.Q.Read(ctx, q)
	return ps, err
}

// ActivePromotions returns the active promotions. The revision is read first:
// if another one comes between, the next look finds another revision.
func (r PromotionReader) ActivePromotions(ctx context.Context, limit int) ([]promotion.Promotion, int64, error) {
	ps := []promotion.Promotion{}
	var revision int64
	err := r.Q.Read(ctx, revisionOf(r.Q.Tenant(), &revision), r.list(selectActive, []any{limit}, &ps))
	return ps, revision, err
}

func revisionOf(tenant string, to *int64) unit.Query {
	return unit.Query{Text: selectRevision, Args: []any{tenant}, Row: func(r unit.Row) error { return r.Scan(to) }}
}

const (
	buyersUses  = " LEFT JOIN kontor_promotion_use b ON b.tenant = p.tenant AND b.promotion = p.id AND b.kind = 'buyer' AND b.subject = "
	usesOfBuyer = buyersUses + "$2"
	// For whom uses are counted and which codes were typed, as the cart $2 has
	// it.
	usesOfCart = buyersUses + "(SELECT c.counted_for FROM kontor_cart c WHERE c.tenant = $1 AND c.id = $2)"
	liteCodes  = "IN (SELECT j.value FROM kontor_cart c, json_each(CASE c.codes WHEN '' THEN '[]' ELSE c.codes END) j WHERE c.tenant = $1 AND c.id = $2)"
	codes      = "= ANY(ARRAY(SELECT json_array_elements_text(c.codes::json) FROM kontor_cart c WHERE c.tenant = $1 AND c.id = $2 AND c.codes <> ''))"

	coded = "SELECT k.code, COALESCE(c.used, 0), COALESCE(u.used, 0), COALESCE(b.used, 0), " + columns + ` FROM kontor_promotion_code k
JOIN kontor_promotion p ON p.tenant = k.tenant AND p.id = k.promotion
LEFT JOIN kontor_promotion_count c ON c.tenant = p.tenant AND c.promotion = p.id
LEFT JOIN kontor_promotion_use u ON u.tenant = p.tenant AND u.promotion = p.id AND u.kind = 'code' AND u.subject = k.code`
	codedWhere        = " WHERE k.tenant = $1 AND k.code "
	selectCoded       = coded + usesOfBuyer + codedWhere + "= ANY($3::text[])"
	selectCodedOfCart = coded + usesOfCart + codedWhere + codes

	selectLiteCodedOfCart = coded + usesOfCart + codedWhere + liteCodes

	uses = `SELECT p.id, c.used, COALESCE(b.used, 0) FROM kontor_promotion p
JOIN kontor_promotion_count c ON c.tenant = p.tenant AND c.promotion = p.id`
	usesWhere        = " WHERE p.tenant = $1 AND p.state = 'active' AND p.automatic"
	selectUses       = uses + usesOfBuyer + usesWhere
	selectUsesOfCart = uses + usesOfCart + usesWhere
)

// LookPromotions answers what Offers has to know.
func (r PromotionReader) LookPromotions(ctx context.Context, l promotion.Look) (promotion.Seen, error) {
	seen := promotion.Seen{Uses: map[promotion.ID]promotion.Uses{}}
	tenant := r.Q.Tenant()
	queries := []unit.Query{
		revisionOf(tenant, &seen.Revision),
		{Text: selectUses, Args: []any{tenant, l.Buyer}, Row: usesRow(&seen)},
	}
	if len(l.Codes) > 0 {
		queries = append(queries, unit.Query{Text: selectCoded, Args: []any{tenant, l.Buyer, l.Codes}, Row: codedRow(&seen)})
	}
	err := r.Q.Read(ctx, queries...)
	return seen, err
}

// SelectSeenOfCart are the queries that fill seen for the codes of a cart and
// for whom it is counted. They see the cart each for itself: whoever writes what
// comes of it guards the version of the cart.
func SelectSeenOfCart(tenant string, cart uuid.UUID, seen *promotion.Seen) []unit.Query {
	seen.Uses = map[promotion.ID]promotion.Uses{}
	args := []any{tenant, cart}
	return []unit.Query{
		revisionOf(tenant, &seen.Revision),
		{Text: selectUsesOfCart, Args: args, Row: usesRow(seen)},
		{Text: unit.Either(selectCodedOfCart, selectLiteCodedOfCart), Args: args, Row: codedRow(seen)},
	}
}

func usesRow(seen *promotion.Seen) func(unit.Row) error {
	return func(r unit.Row) error {
		var u uuid.UUID
		var uses promotion.Uses
		err := r.Scan(&u, &uses.Total, &uses.Buyer)
		seen.Uses[promotion.IDFrom(u)] = uses
		return err
	}
}

func codedRow(seen *promotion.Seen) func(unit.Row) error {
	return func(r unit.Row) error {
		var x row
		var k promotion.Coded
		err := r.Scan(append([]any{&k.Code, &k.Uses.Total, &k.Uses.Code, &k.Uses.Buyer}, x.dest()...)...)
		if err != nil {
			return err
		}
		k.Promotion, err = x.read()
		seen.Coded = append(seen.Coded, k)
		return err
	}
}

const selectRedemptions = `SELECT promotion, code, buyer, counted, at, given_back_at FROM kontor_promotion_redemption
WHERE tenant = $1 AND order_id = $2 ORDER BY promotion`

// PromotionRedemptions returns what an order has used.
func (r PromotionReader) PromotionRedemptions(ctx context.Context, order string) ([]promotion.Redemption, error) {
	out := []promotion.Redemption{}
	err := r.Q.Read(ctx, unit.Query{Text: selectRedemptions, Args: []any{r.Q.Tenant(), order}, Row: func(r unit.Row) error {
		x := promotion.Redemption{Order: order}
		var u uuid.UUID
		var at, back int64
		err := r.Scan(&u, &x.Code, &x.Buyer, &x.Counted, &at, &back)
		x.Promotion, x.At, x.GivenBackAt = promotion.IDFrom(u), clock.FromMicros(at), clock.FromMicros(back)
		out = append(out, x)
		return err
	}})
	return out, err
}

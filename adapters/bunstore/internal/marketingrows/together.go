package marketingrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/marketing"
)

// The confidence of a pair orders as its count, for the SKU is one; the lift
// among equal counts as the count of the other SKU, backwards. A lift above 1
// is a comparison of whole numbers.
const selectTogether = `SELECT p.other, p.purchases, a.purchases, b.purchases, n.purchases
FROM kontor_marketing_pair p
JOIN kontor_marketing_sku a ON a.tenant = p.tenant AND a.sku = p.sku
JOIN kontor_marketing_sku b ON b.tenant = p.tenant AND b.sku = p.other
JOIN kontor_marketing_sku n ON n.tenant = p.tenant AND n.sku = ''
WHERE p.tenant = $1 AND p.sku = $2 AND p.purchases >= $3 AND p.purchases * n.purchases > a.purchases * b.purchases
ORDER BY p.purchases DESC, b.purchases, p.other LIMIT $4`

// BoughtTogether returns what is bought with a SKU.
func (r MarketingReader) BoughtTogether(ctx context.Context, q marketing.Alongside) ([]marketing.Together, error) {
	out := []marketing.Together{}
	err := r.Q.Read(ctx, unit.Query{Text: selectTogether, Args: []any{r.Q.Tenant(), q.SKU, q.AtLeast, q.Limit}, Row: func(row unit.Row) error {
		var x marketing.Together
		err := row.Scan(&x.SKU, &x.Both, &x.This, &x.Other, &x.All)
		out = append(out, x)
		return err
	}})
	return out, err
}

const (
	addSKU = `INSERT INTO kontor_marketing_sku (tenant, sku, purchases) VALUES ($1, $2, $3)
ON CONFLICT (tenant, sku) DO UPDATE SET purchases = kontor_marketing_sku.purchases + excluded.purchases`
	takeSKU = "UPDATE kontor_marketing_sku SET purchases = purchases - $3 WHERE tenant = $1 AND sku = $2"

	addPair = `INSERT INTO kontor_marketing_pair (tenant, sku, other, purchases) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, sku, other) DO UPDATE SET purchases = kontor_marketing_pair.purchases + excluded.purchases`
	takePair = "UPDATE kontor_marketing_pair SET purchases = purchases - $4 WHERE tenant = $1 AND sku = $2 AND other = $3"
)

// CountTogether changes the counts.
func (t MarketingTx) CountTogether(ctx context.Context, by marketing.Tally) error {
	if by.Purchases != 0 {
		if err := t.count(ctx, "", by.Purchases); err != nil {
			return err
		}
	}
	for sku, n := range by.SKUs {
		if err := t.count(ctx, sku, n); err != nil {
			return err
		}
	}
	for pair, n := range by.Pairs {
		for _, side := range [][2]string{{pair[0], pair[1]}, {pair[1], pair[0]}} {
			if err := t.countPair(ctx, side, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// The counts of SKUs come last: the one of all purchases is in every unit.
func (t MarketingTx) count(ctx context.Context, sku string, n int) error {
	key := "marketing.2" + sku
	if sku == "" {
		key = "marketing.3"
	}
	return t.U.Write(ctx, counting(key, n, addSKU, takeSKU, t.U.Tenant(), sku))
}

func (t MarketingTx) countPair(ctx context.Context, side [2]string, n int) error {
	key := "marketing.1" + side[0] + "\x00" + side[1]
	return t.U.Write(ctx, counting(key, n, addPair, takePair, t.U.Tenant(), side[0], side[1]))
}

// counting is the write that adds n, which may be negative, to a counter.
func counting(key string, n int, add, take string, args ...any) unit.Write {
	broken := fault.New(fault.Internal, "tally_broken", "The counts of what is bought together contradict the purchases.")
	w := unit.Write{Rank: unit.RankCounter, Key: key, Text: add, Broken: broken, Args: append(args, n)}
	if n < 0 {
		w.Text, w.Untouched = take, broken
		w.Args[len(args)] = -n
	}
	return w
}

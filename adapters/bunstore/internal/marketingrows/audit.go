package marketingrows

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/marketing"
)

const (
	allPurchases = "SELECT " + purchaseColumns + " FROM kontor_marketing_purchase WHERE tenant = $1 AND lines <> ''"
	allSKUs      = "SELECT sku, '', purchases FROM kontor_marketing_sku WHERE tenant = $1"
	allPairs     = "SELECT sku, other, purchases FROM kontor_marketing_pair WHERE tenant = $1"

	gaps = `SELECT channel || ':' || address || ' ' || purpose, CAST(count(*) AS bigint), CAST(max(n) AS bigint)
FROM kontor_marketing_consent WHERE tenant = $1 GROUP BY channel, address, purpose HAVING count(*) <> max(n)`

	touchGaps = `SELECT channel || ':' || address, CAST(count(*) AS bigint), CAST(max(n) AS bigint)
FROM kontor_marketing_touch WHERE tenant = $1 GROUP BY channel, address HAVING count(*) <> max(n)`

	allTouches  = "SELECT subject, '', CAST(1 AS bigint) FROM kontor_marketing_touch WHERE tenant = $1"
	allReminded = "SELECT cart, '', CAST(1 AS bigint) FROM kontor_marketing_basket WHERE tenant = $1 AND reminded_at <> 0"
)

// tally counts by one or two names.
type tally map[[2]string]int64

// MarketingDiscrepancies returns what must not be.
func (r MarketingReader) MarketingDiscrepancies(ctx context.Context) ([]marketing.Discrepancy, error) {
	out := []marketing.Discrepancy{}
	counted, stored, touched, told := tally{}, tally{}, tally{}, tally{}
	args := []any{r.Q.Tenant()}
	gap := func(row unit.Row) error {
		var subject string
		var have, last int64
		err := row.Scan(&subject, &have, &last)
		out = append(out, marketing.Discrepancy{
			Invariant: "K2", Subject: subject, Text: fmt.Sprintf("has %d entries of which the last is number %d", have, last),
		})
		return err
	}
	err := r.Q.Read(ctx,
		unit.Query{Text: allPurchases, Args: args, Row: func(row unit.Row) error {
			p, err := scanPurchase(row)
			counted.recount(p.SKUs())
			return err
		}},
		unit.Query{Text: allSKUs, Args: args, Row: stored.add},
		unit.Query{Text: allPairs, Args: args, Row: stored.add},
		unit.Query{Text: gaps, Args: args, Row: gap},
		unit.Query{Text: touchGaps, Args: args, Row: gap},
		unit.Query{Text: allTouches, Args: args, Row: touched.add},
		unit.Query{Text: allReminded, Args: args, Row: told.add},
		unit.Query{Text: allQueued, Args: args, Row: told.addRecipient},
	)
	out = append(out, differ("K1", stored, counted)...)
	return append(out, differ("K3", touched, told)...), err
}

// add is one row of two names and a count.
func (t tally) add(row unit.Row) error {
	var key [2]string
	var n int64
	err := row.Scan(&key[0], &key[1], &n)
	t[key] += n
	return err
}

// recount counts the SKUs of a purchase as the room says it.
func (t tally) recount(skus []string) {
	if len(skus) == 0 || len(skus) > marketing.MaxTogether {
		return
	}
	t[[2]string{}]++
	for _, x := range skus {
		t[[2]string{x, ""}]++
		for _, y := range skus {
			if x != y {
				t[[2]string{x, y}]++
			}
		}
	}
}

// differ returns where two tallies are not the same.
func differ(invariant string, have, want tally) []marketing.Discrepancy {
	keys := map[[2]string]bool{}
	for k := range have {
		keys[k] = true
	}
	for k := range want {
		keys[k] = true
	}
	var out []marketing.Discrepancy
	for k := range keys {
		if have[k] != want[k] {
			subject := k[0]
			if k[1] != "" {
				subject += " with " + k[1]
			}
			out = append(out, marketing.Discrepancy{
				Invariant: invariant, Subject: subject, Text: fmt.Sprintf("counts %d, a recount gives %d", have[k], want[k]),
			})
		}
	}
	slices.SortFunc(out, func(a, b marketing.Discrepancy) int { return cmp.Compare(a.Subject, b.Subject) })
	return out
}

const allQueued = "SELECT id FROM kontor_marketing_recipient WHERE tenant = $1 AND state = 'queued'"

// addRecipient is one row of the id of a recipient.
func (t tally) addRecipient(row unit.Row) error {
	var u uuid.UUID
	err := row.Scan(&u)
	t[[2]string{marketing.RecipientIDFrom(u).String(), ""}]++
	return err
}

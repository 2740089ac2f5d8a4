package bunstore_test

import (
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
)

// tally is what a shop has, by name: how many carts, how much of what is
// reserved, what lies on which account. What one run adds to them is its
// effect, so that two runs that did the same have added the same.
type tally map[string]int64

// since returns what was added, without what stayed as it was.
func (f tally) since(before tally) tally {
	out := tally{}
	for name, n := range f {
		if d := n - before[name]; d != 0 {
			out[name] = d
		}
	}
	for name, n := range before {
		if _, ok := f[name]; !ok && n != 0 {
			out[name] = -n
		}
	}
	return out
}

// selectTally counts everything that a change leaves behind.
const selectTally = `SELECT 'product ' || status, count(*), sum(version) FROM kontor_product GROUP BY status
UNION ALL SELECT 'variants', count(*), sum(weight) FROM kontor_variant
UNION ALL SELECT 'prices', count(*), sum(minor) FROM kontor_price
UNION ALL SELECT 'locations', count(*), sum(priority) FROM kontor_location
UNION ALL SELECT 'on hand ' || sku, count(*), sum(on_hand) FROM kontor_level GROUP BY sku
UNION ALL SELECT 'reserved ' || sku, count(*), sum(reserved) FROM kontor_level GROUP BY sku
UNION ALL SELECT 'low ' || sku, count(*), sum(low) FROM kontor_level GROUP BY sku
UNION ALL SELECT 'movement ' || reason, count(*), sum(delta) FROM kontor_movement GROUP BY reason
UNION ALL SELECT 'reservation ' || state, count(*), sum(quantity) FROM kontor_reservation GROUP BY state
UNION ALL SELECT 'firm', count(*), sum(quantity) FROM kontor_reservation WHERE state = 'held' AND expires_at = 0
UNION ALL SELECT 'cart ' || status, count(*), sum(version) FROM kontor_cart GROUP BY status
UNION ALL SELECT 'cart texts', sum(length(codes)), sum(length(shipping_method) + length(ship_to) + length(email)) FROM kontor_cart
UNION ALL SELECT 'cart lines', count(*), sum(quantity) FROM kontor_cart_line
UNION ALL SELECT 'order ' || status, count(*), sum(version) FROM kontor_order GROUP BY status
UNION ALL SELECT 'order total', count(*), sum(total) FROM kontor_order
UNION ALL SELECT 'order money', sum(paid), sum(refunded) FROM kontor_order
UNION ALL SELECT 'order pieces', sum(quantity), sum(cancelled + 1000 * shipped + 1000000 * returned) FROM kontor_order_line
UNION ALL SELECT 'told ' || kind, count(*), sum(minor) FROM kontor_order_told GROUP BY kind
UNION ALL SELECT 'posted ' || account, count(*), sum(minor) FROM kontor_posting GROUP BY account
UNION ALL SELECT 'payment ' || method || ' ' || status, count(*), sum(amount) FROM kontor_payment GROUP BY method, status
UNION ALL SELECT 'payment came', sum(authorized), sum(captured) FROM kontor_payment
UNION ALL SELECT 'payment went', sum(refunding), sum(refunded) FROM kontor_payment
UNION ALL SELECT 'refund ' || status, count(*), sum(amount) FROM kontor_refund GROUP BY status
UNION ALL SELECT 'checkout ' || status, count(*), sum(version) FROM kontor_checkout GROUP BY status
UNION ALL SELECT 'counted ' || kind, count(*), sum(total) FROM kontor_analytics_fact GROUP BY kind
UNION ALL SELECT 'counted lines', count(*), sum(quantity) FROM kontor_analytics_line
UNION ALL SELECT 'key ' || operation, count(*), 0 FROM kontor_operation WHERE at >= ? GROUP BY operation
UNION ALL SELECT 'promotion uses', sum(used), 0 FROM kontor_promotion_count
UNION ALL SELECT 'promotion ' || kind, sum(used), 0 FROM kontor_promotion_use GROUP BY kind
UNION ALL SELECT 'redeemed', count(*), sum(given_back_at) FROM kontor_promotion_redemption
UNION ALL SELECT 'fulfillment ' || status, count(*), sum(version) FROM kontor_fulfillment GROUP BY status
UNION ALL SELECT 'return ' || status, count(*), 0 FROM kontor_return GROUP BY status
UNION ALL SELECT 'delivery', count(*), 0 FROM kontor_return_delivery
UNION ALL SELECT 'entitled', count(*), sum(invited_at) FROM kontor_review_entitlement
UNION ALL SELECT 'message ' || channel || ' ' || status, count(*), sum(round) FROM kontor_notification GROUP BY channel, status
UNION ALL SELECT 'event ' || name, count(*), 0 FROM kontor_event
 WHERE name NOT IN ('payment.reconcile_due', 'notification.send_due', 'return.refund_due') GROUP BY name`

// begin reads what there is before something happens, end what that has added.
// Keys are forgotten after a while, so only those of the time between count.
func (r *rig) begin() tally {
	r.t.Helper()
	r.began = r.shop.Clock.Now()
	return r.tally()
}

func (r *rig) end(before tally) tally { r.t.Helper(); return r.tally().since(before) }

// tally reads everything in one statement, so it is of one moment.
func (r *rig) tally() tally {
	r.t.Helper()
	rows, err := r.store.DB().QueryContext(r.t.Context(), selectTally, clock.Micros(r.began))
	require.NoError(r.t, err)
	defer rows.Close() //nolint:errcheck // read only
	out := tally{}
	for rows.Next() {
		var name string
		var many, sum *int64
		require.NoError(r.t, rows.Scan(&name, &many, &sum))
		if many != nil && sum != nil {
			out[name], out[name+" +"] = *many, *sum
		}
	}
	require.NoError(r.t, rows.Err())
	if r.out != nil {
		out["mail arrived"], out["text arrived"] = int64(len(r.out.Mail.Arrived())), int64(len(r.out.Text.Arrived()))
	}
	return out
}

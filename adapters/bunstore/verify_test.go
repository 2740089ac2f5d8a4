package bunstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/commerce/storetest"
)

// wrongs are what never happens: what is written behind the back of the shop,
// which rules it breaks, and how it is mended.
func wrongs() map[string]struct{ wrong, mend, rules string } {
	return map[string]struct{ wrong, mend, rules string }{
		"a total that is no sum":                  {"UPDATE kontor_order SET total = total + 1", "UPDATE kontor_order SET total = total - 1", "M12 M17 M2"},
		"a tax that is no sum":                    {"UPDATE kontor_order SET tax = tax + 1", "UPDATE kontor_order SET tax = tax - 1", "M17 M5"},
		"a discount that nobody got":              {"UPDATE kontor_order SET discount = discount + 1", "UPDATE kontor_order SET discount = discount - 1", "M17 M4"},
		"a fee below nothing":                     {"UPDATE kontor_order SET fees = fees - 100", "UPDATE kontor_order SET fees = fees + 100", "M13 M17"},
		"an order that was paid twice":            {secondPayment, "DELETE FROM kontor_payment WHERE method = 'again'", "E1 M10 M9"},
		"a payment in other money":                {"UPDATE kontor_payment SET currency = 'USD'", "UPDATE kontor_payment SET currency = 'EUR'", "M11 M9"},
		"an order that forgot its price":          {`UPDATE kontor_order SET snapshot = replace(snapshot, '"input":', '"inputs":')`, `UPDATE kontor_order SET snapshot = replace(snapshot, '"inputs":', '"input":')`, "M17"},
		"a promise that ended and did not":        {"UPDATE kontor_reservation SET ended_at = 1 WHERE state = 'held'", "UPDATE kontor_reservation SET ended_at = 0 WHERE state = 'held'", "S5"},
		"goods held for nobody until yesterday":   {"UPDATE kontor_reservation SET owner = owner || '!', expires_at = 1 WHERE state = 'held'", "UPDATE kontor_reservation SET owner = replace(owner, '!', ''), expires_at = 0 WHERE state = 'held'", "S6"},
		"a cart of another order":                 {"UPDATE kontor_cart SET order_id = order_id || '!' WHERE status = 'placed'", "UPDATE kontor_cart SET order_id = replace(order_id, '!', '') WHERE status = 'placed'", "O5"},
		"a message that is being sent for ever":   {"UPDATE kontor_notification SET status = 'sending'", "UPDATE kontor_notification SET status = 'sent'", "N1 O7"},
		"an order that was told of other money":   {"UPDATE kontor_order SET paid = paid - 1", "UPDATE kontor_order SET paid = paid + 1", "E1 M9"},
		"a refund that no payment knows":          {"UPDATE kontor_refund SET amount = amount + 1", "UPDATE kontor_refund SET amount = amount - 1", "M6"},
		"a payment that brought less":             {"UPDATE kontor_payment SET refunded = refunded - 1", "UPDATE kontor_payment SET refunded = refunded + 1", "M6 M9 O4"},
		"a code whose uses nobody counted":        {"UPDATE kontor_promotion_count SET used = 0", "UPDATE kontor_promotion_count SET used = 1", "M16"},
		"goods out of nothing":                    {"UPDATE kontor_level SET on_hand = on_hand + 1 WHERE sku = 'MUG'", "UPDATE kontor_level SET on_hand = on_hand - 1 WHERE sku = 'MUG'", "S2"},
		"more back on the shelf than came back":   {`UPDATE kontor_return SET lines = replace(lines, '"quantity":1,"disposition":"restock"', '"quantity":9,"disposition":"restock"')`, `UPDATE kontor_return SET lines = replace(lines, '"quantity":9,"disposition":"restock"', '"quantity":1,"disposition":"restock"')`, "S7"},
		"a return of what the order did not hear": {`UPDATE kontor_return SET lines = replace(lines, '"received":2', '"received":3')`, `UPDATE kontor_return SET lines = replace(lines, '"received":3', '"received":2')`, "O4"},
		"more planned than ordered":               {"UPDATE kontor_fulfillment_line SET quantity = quantity + 5 WHERE n = 2", "UPDATE kontor_fulfillment_line SET quantity = quantity - 5 WHERE n = 2", "O4"},
		"a parcel that is where nobody saw it":    {"UPDATE kontor_shipment SET status = 'lost'", "UPDATE kontor_shipment SET status = 'delivered'", "W4"},
		"a message that was sent and is not":      {"UPDATE kontor_notification SET status = 'failed'", "UPDATE kontor_notification SET status = 'sent'", "N1"},
		"a star from nowhere":                     {"UPDATE kontor_review_rating SET count = count + 1, sum = sum + 5, stars5 = stars5 + 1", "UPDATE kontor_review_rating SET count = count - 1, sum = sum - 5, stars5 = stars5 - 1", "R1"},
		"a review by somebody else":               {"UPDATE kontor_review SET author_id = 'eve'", "UPDATE kontor_review SET author_id = 'ada'", "R2"},
		"a conversation with a gap":               {"UPDATE kontor_support_conversation SET messages = messages + 1", "UPDATE kontor_support_conversation SET messages = messages - 1", "C1"},
		"a cancelled order that keeps everything": {"UPDATE kontor_order SET status = 'cancelled'", "UPDATE kontor_order SET status = 'confirmed'", "E1 O9"},
	}
}

// secondPayment pays the order once more, under the id of the order.
const secondPayment = `INSERT INTO kontor_payment (tenant, id, subject, method, currency, amount, authorized, captured, refunding, refunded, status,
reference, capture_reference, orphaned, attempt, details, action, decline, expires_at, due_at, version, created_at, updated_at)
SELECT tenant, (SELECT id FROM kontor_order LIMIT 1), subject, 'again', currency, amount, authorized, captured, 0, 0, status,
reference, capture_reference, orphaned, attempt, details, action, decline, expires_at, due_at, version, created_at, updated_at FROM kontor_payment`

// broken demands that exactly these rules are broken.
func broken(t *testing.T, shop *storetest.Shop, what, rules string) {
	t.Helper()
	vs, err := shop.Verify(t.Context())
	require.NoError(t, err, what)
	var have []string
	for _, v := range vs {
		have = append(have, v.Invariant)
	}
	slices.Sort(have)
	assert.Equal(t, strings.Fields(rules), slices.Compact(have), "%s: %v", what, vs)
}

// TestVerifySeesWhatNeverHappens breaks the rules one by one, and finds each
// broken one, no other, and none when it is mended.
func TestVerifySeesWhatNeverHappens(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) *bunstore.Store{
		onMemory:   func(t *testing.T) *bunstore.Store { t.Helper(); return unittest.Memory(t) },
		onPostgres: func(t *testing.T) *bunstore.Store { t.Helper(); return unittest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			shop := storetest.NewWith(t, store)
			shop.Furnish()
			shop.Sound()
			for what, w := range wrongs() {
				res, err := store.DB().ExecContext(t.Context(), w.wrong)
				require.NoError(t, err, what)
				n, err := res.RowsAffected()
				require.NoError(t, err)
				require.Positive(t, n, what)
				broken(t, shop, what, w.rules)
				_, err = store.DB().ExecContext(t.Context(), w.mend)
				require.NoError(t, err, what)
				shop.Sound()
			}
		})
	}
}

// TestVerifySeesThatTheGuardsAreGone takes away what the database itself holds:
// the index that keeps order numbers apart, and the triggers that keep what is
// only added to as it is.
func TestVerifySeesThatTheGuardsAreGone(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]struct {
		store func(*testing.T) *bunstore.Store
		drop  string
	}{
		onMemory:   {func(t *testing.T) *bunstore.Store { t.Helper(); return unittest.Memory(t) }, "DROP TRIGGER kontor_%s_delete"},
		onPostgres: {func(t *testing.T) *bunstore.Store { t.Helper(); return unittest.Postgres(t) }, "ALTER TABLE kontor_%[1]s DISABLE TRIGGER kontor_%[1]s_stays"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open.store(t)
			shop := storetest.NewWith(t, store)
			exec := func(text string) {
				_, err := store.DB().ExecContext(t.Context(), text)
				require.NoError(t, err, text)
			}
			shop.Ordered("ada", "one")
			shop.Ordered("bob", "two")
			shop.Settle()
			shop.Sound()
			exec("DROP INDEX kontor_order_number")
			exec("UPDATE kontor_order SET number = 'N-1'")
			broken(t, shop, "numbers", "O10")
			for _, table := range []string{"posting", "payment_log", "movement", "shipment_happening"} {
				exec(fmt.Sprintf(open.drop, table))
			}
			broken(t, shop, "guards", "M18 O10")
			vs, err := shop.Verify(t.Context())
			require.NoError(t, err)
			require.Len(t, vs, 5, "one for each table, and the number")
		})
	}
}

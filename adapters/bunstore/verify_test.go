package bunstore_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/commerce/storetest"
)

// wrongs are what never happens: what is written behind the back of the shop,
// which rules it breaks, and how it is mended.
func wrongs() map[string]struct{ wrong, mend, rules string } {
	return map[string]struct{ wrong, mend, rules string }{
		"a total that is no sum":                  {"UPDATE kontor_order SET total = total + 1", "UPDATE kontor_order SET total = total - 1", "M2"},
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
				vs, err := shop.Verify(t.Context())
				require.NoError(t, err, what)
				var rules []string
				for _, v := range vs {
					rules = append(rules, v.Invariant)
				}
				slices.Sort(rules)
				require.Equal(t, strings.Fields(w.rules), slices.Compact(rules), "%s: %v", what, vs)
				_, err = store.DB().ExecContext(t.Context(), w.mend)
				require.NoError(t, err, what)
				shop.Sound()
			}
		})
	}
}

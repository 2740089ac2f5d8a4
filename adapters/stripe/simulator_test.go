package stripe_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
)

// The answers that the adapter does not bring about are those of Stripe too.
func TestOtherAnswersOfTheSimulatorAreStripes(t *testing.T) {
	t.Parallel()
	const card = "amount=1000&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_"
	replies := map[string]stripetest.Reply{"busy": stripetest.Busy, "limited": stripetest.RateLimited, "broken": stripetest.ServerError}
	sim := stripetest.New(&stripetest.Options{
		Witness: judge(t),
		Plan:    func(_ int, c stripetest.Call) stripetest.Plan { return stripetest.Plan{Reply: replies[c.Key]} },
	})
	for _, row := range []struct {
		path, key, form string
		want            int
	}{
		{"payment_intents", "1", card + "visa", 200},
		{"payment_intents", "1", card + "visa", 200},
		{"payment_intents", "1", card + "amex", 400},
		{"payment_intents", "busy", card + "visa", 409},
		{"payment_intents", "limited", card + "visa", 429},
		{"payment_intents", "broken", card + "visa", 500},
		{"payment_intents", "2", card + "none", 400},
		{"payment_intents", "3", card + "visa&amuont=1", 400},
		{"payment_intents", "4", card + "chargeDeclinedProcessingError", 402},
		{"payment_intents", "5", card + "threeDSecure2Required", 200},
		{"payment_intents", "6", "amount=1000&currency=eur&capture_method=automatic&payment_method=pm_card_visa", 200},
		{"payment_intents/pi_sim_5/confirm", "7", "", 200},
		{"payment_intents/pi_sim_5/confirm", "8", "", 400},
		{"payment_intents/pi_sim_1/cancel", "9", "cancellation_reason=abandoned", 200},
		{"payment_intents/pi_sim_1/capture", "10", "", 400},
		{"payment_intents/pi_none/capture", "11", "", 404},
		{"refunds", "12", "payment_intent=pi_sim_5&reason=duplicate", 200},
		{"refunds", "13", "payment_intent=pi_sim_5", 400},
		{"refunds", "14", "payment_intent=pi_none", 404},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.stripe.com/v1/"+row.path, strings.NewReader(row.form))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+stripetest.Key)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Idempotency-Key", row.key)
		resp, err := sim.Client().Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, row.want, resp.StatusCode, "%s %s: %s", row.path, row.form, body)
	}
}

package stripe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/stripe"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// counter is a provider on an account of its own.
type counter struct {
	*stripe.Provider
	sim   *stripetest.Simulator
	clock *clock.Manual
	// plans are for the next calls that may change something.
	plans []stripetest.Plan
}

// setup returns a provider whose calls are all judged.
func setup(t *testing.T) *counter {
	t.Helper()
	return opened(t, stripetest.Options{Witness: judge(t)})
}

func opened(t *testing.T, o stripetest.Options) *counter {
	t.Helper()
	c := &counter{clock: clock.NewManual(noon())}
	o.Clock = c.clock
	if o.Plan == nil {
		o.Plan = func(int, stripetest.Call) stripetest.Plan {
			if len(c.plans) == 0 {
				return stripetest.Plan{}
			}
			p := c.plans[0]
			c.plans = c.plans[1:]
			return p
		}
	}
	c.sim = stripetest.New(&o)
	c.Provider = stripe.New(stripetest.Key, &stripe.Options{
		HTTPClient: c.sim.Client(), WebhookSecrets: []string{"whsec_old", stripetest.Secret}, Account: o.Account, Clock: c.clock,
	})
	return c
}

// next plans the next call.
func (c *counter) next(p stripetest.Plan) { c.plans = append(c.plans, p) }

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]string{"card": "pm_card_visa", "confirmation token": "ctoken_visa"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			paymenttest.Run(t, func(t *testing.T) paymenttest.Harness {
				t.Helper()
				c := setup(t)
				return paymenttest.Harness{
					Provider: c, Amount: money.EUR(10_00), SinglyCaptured: true,
					Approved: payment.Details{Token: token},
					Declined: &payment.Details{Token: "pm_card_chargeDeclinedInsufficientFunds"},
					Acting:   &payment.Details{Token: "pm_card_authenticationRequired", ReturnURL: "https://shop.example/back"},
					Act: func(t *testing.T, reference string) {
						t.Helper()
						require.True(t, c.sim.Authenticate(reference))
					},
					LoseReply:   func() { c.next(stripetest.Plan{Reply: stripetest.Timeout}) },
					LoseRequest: func() { c.next(stripetest.Plan{Reply: stripetest.Refused}) },
					Notice: func(t *testing.T, reference string) payment.Notice {
						t.Helper()
						for _, n := range c.sim.Notices() {
							if hints, err := c.DecodeNotice(n); err == nil && len(hints) > 0 && hints[0].Reference == reference {
								return n
							}
						}
						require.Fail(t, "there is no notice about "+reference)
						return payment.Notice{}
					},
				}
			})
		})
	}
}

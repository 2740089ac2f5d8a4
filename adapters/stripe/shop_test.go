package stripe_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// till is the payments of a shop in memory, which takes cards.
type till struct {
	*payment.Service
	*counter
	orders int
}

func newTill(t *testing.T, c *counter, m payment.Moment) *till {
	t.Helper()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	shop, err := commerce.New(commerce.Config{
		Store: store, Clock: c.clock, Payments: map[string]payment.Provider{"card": c},
		Moments: map[string]payment.Moment{"card": m},
	})
	require.NoError(t, err)
	return &till{Service: shop.Payments, counter: c}
}

// begin opens a payment of 10.00 for a fresh order.
func (s *till) begin(t require.TestingT, token string) payment.Payment {
	s.orders++
	p, err := s.Begin(context.Background(), payment.Open{
		Subject: fmt.Sprintf("or_%d", s.orders), Method: "card", Amount: money.EUR(10_00),
		Details: payment.Details{Token: token, ReturnURL: "https://shop.example/back"},
	})
	require.NoError(t, err)
	return p
}

// hear delivers notices in this order.
func (s *till) hear(t require.TestingT, ns ...payment.Notice) {
	ctx := context.Background()
	for _, n := range ns {
		require.NoError(t, s.Receive(ctx, "card", n))
		_, err := s.ProcessInbox(ctx, 100)
		require.NoError(t, err)
	}
}

// stand is everything that must come out the same, whatever the order.
func (s *till) stand(t require.TestingT, id payment.ID) []string {
	ctx := context.Background()
	p, err := s.Payment(ctx, id)
	require.NoError(t, err)
	out := []string{fmt.Sprintf("%s %s: authorized %d, captured %d, refunding %d, refunded %d, orphaned %t", p.Status(), p.Decline.Reason,
		p.Authorized.Minor(), p.Captured.Minor(), p.Refunding.Minor(), p.Refunded.Minor(), p.Orphaned)}
	rs, err := s.Refunds(ctx, id)
	require.NoError(t, err)
	for _, r := range rs {
		out = append(out, fmt.Sprintf("refund %s %d", r.Status(), r.Amount.Minor()))
	}
	log, err := s.Log(ctx, id)
	require.NoError(t, err)
	for _, e := range log {
		out = append(out, fmt.Sprintf("%s %s %d", e.Operation, e.Result, e.Amount.Minor()))
	}
	return out
}

func TestABuyerWhoActsPays(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p := s.begin(t, "pm_card_authenticationRequired")
	p, err := s.Authorize(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusActionRequired, p.Status())
	require.Equal(t, payment.ActionRedirect, p.Action.Kind)
	require.Equal(t, "https://hooks.stripe.com/redirect/authenticate/"+p.Reference, p.Action.URL)

	require.True(t, s.sim.Authenticate(p.Reference))
	p, err = s.Resume(t.Context(), p.ID, payment.Resume{})
	require.NoError(t, err)
	require.Equal(t, payment.StatusAuthorized, p.Status())
	require.Equal(t, noon().Add(7*24*time.Hour), p.Expires, "as Stripe says")
}

func TestABuyerWhoFailsToActIsDeclined(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p := s.begin(t, "pm_card_authenticationRequired")
	p, err := s.Authorize(t.Context(), p.ID)
	require.NoError(t, err)
	require.True(t, s.sim.Fail(p.Reference))
	s.hear(t, s.sim.Notices()...)
	p, err = s.Payment(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusDeclined, p.Status())
	require.Equal(t, payment.ReasonAuthentication, p.Decline.Reason)
}

// A buyer who enters the card in the browser may try another one.
func TestABuyerInTheBrowserTriesTwice(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p := s.begin(t, "")
	p, err := s.Authorize(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.Action{Kind: payment.ActionConfirm, ClientSecret: p.Reference + "_secret_1"}, p.Action)
	require.True(t, s.sim.Pay(p.Reference, "pm_card_chargeDeclined"))
	s.hear(t, s.sim.Notices()...)
	p, err = s.Payment(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusActionRequired, p.Status())
	require.True(t, s.sim.Pay(p.Reference, "pm_card_visa"))
	s.hear(t, s.sim.Notices()...)
	p, err = s.Payment(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusAuthorized, p.Status())
}

// A buyer who never acts is not waited for, and cannot pay any more.
func TestABuyerWhoNeverActsIsLetGo(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p, err := s.Authorize(t.Context(), s.begin(t, "").ID)
	require.NoError(t, err)
	s.clock.Advance(2 * time.Hour)
	_, err = s.ReconcileDue(t.Context(), 10)
	require.NoError(t, err)
	p, err = s.Payment(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusVoided, p.Status())
	require.False(t, s.sim.Pay(p.Reference, "pm_card_visa"))
}

func TestADeclineTellsTheBuyerOnlyWhatIsPublic(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p, err := s.Authorize(t.Context(), s.begin(t, "pm_card_chargeDeclinedFraudulent").ID)
	require.ErrorIs(t, err, fault.Declined)
	require.Equal(t, payment.ReasonFraudSuspected, p.Decline.Reason)
	require.Equal(t, "The payment was declined. Please pay in another way.", fault.Public(err))
}

// Another amount than was asked for is never taken for a payment.
func TestAnotherAmountIsGivenBack(t *testing.T) {
	t.Parallel()
	for _, moment := range []payment.Moment{payment.MomentLater, payment.MomentAtOnce} {
		s := newTill(t, setup(t), moment)
		s.next(stripetest.Plan{Other: 1})
		p, _ := s.Authorize(t.Context(), s.begin(t, "pm_card_visa").ID)
		require.True(t, p.Orphaned, moment)
		books := s.sim.Books()
		require.Len(t, books, 1)
		require.Zero(t, books[0].Held)
		require.Equal(t, books[0].Captured, books[0].Refunded)
		p, err := s.Payment(t.Context(), p.ID)
		require.NoError(t, err)
		require.False(t, p.Covers())
	}
}

// A promise that lapses at Stripe is expired here, though nobody asked.
func TestAPromiseLapses(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p, err := s.Authorize(t.Context(), s.begin(t, "pm_card_visa").ID)
	require.NoError(t, err)
	require.Len(t, s.sim.Notices(), 3, "all lost")
	s.clock.Advance(7 * 24 * time.Hour)
	s.hear(t, s.sim.Notices()...)
	p, err = s.Payment(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusExpired, p.Status())
	o, err := s.Provider.Capture(t.Context(), payment.CaptureRequest{
		Key: "late", Payment: p.ID.String(), Reference: p.Reference, Amount: p.Amount, Final: true,
	})
	require.NoError(t, err)
	require.Equal(t, payment.StateExpired, o.State)
}

// The notice comes before the answer of the call it is about.
func TestANoticeOvertakesTheAnswer(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	p := s.begin(t, "pm_card_visa")
	s.next(stripetest.Plan{Early: func(n payment.Notice) { s.hear(t, n) }})
	p, err := s.Authorize(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusAuthorized, p.Status())
	require.Equal(t, []string{
		"authorized : authorized 1000, captured 0, refunding 0, refunded 0, orphaned false", "authorize done 1000",
	}, s.stand(t, p.ID))
}

// A notice that nobody can know yet is kept, and one about somebody else's
// payment changes nothing.
func TestANoticeAboutTheUnknownIsKept(t *testing.T) {
	t.Parallel()
	s := newTill(t, setup(t), payment.MomentLater)
	id := payment.IDFrom(uuid.Must(uuid.NewV7())).String()
	_, err := s.Provider.Authorize(t.Context(), payment.AuthorizeRequest{
		Key: "k", Payment: id, Subject: "or_1", Amount: money.EUR(5), Details: payment.Details{Token: "pm_card_visa"},
	})
	require.NoError(t, err)
	s.hear(t, s.sim.Notices()...)
	due := s.clock.Advance(time.Hour)
	n, err := s.ProcessInbox(t.Context(), 10)
	require.NoError(t, err, due)
	require.Equal(t, 3, n, "they are tried again")
}

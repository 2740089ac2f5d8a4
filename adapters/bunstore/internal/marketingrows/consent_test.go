package marketingrows_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/marketing"
)

func TestADoubleOptIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		asked, err := r.Ask(ctx, marketing.Ask{
			Meta: eva(), Topic: topic("Eva@Shop.Example"), Proof: form(), Contact: marketing.Contact{Name: "Eva", Locale: "de-AT", Country: "AT"},
		})
		require.NoError(t, err)
		require.Equal(t, marketing.Entry{
			Topic: topic("eva@shop.example"), N: 1, State: marketing.Pending, Proof: form(), By: eva().By, At: noon(),
		}, asked)
		permit, err := r.Permit(ctx, asked.Topic)
		require.NoError(t, err)
		require.False(t, permit.Allowed(), "asking is no consent")
		r.clock.Advance(time.Minute)
		again, err := r.Ask(ctx, marketing.Ask{Meta: eva(), Topic: asked.Topic, Proof: form()})
		require.NoError(t, err)
		require.Equal(t, asked, again, "one mail an hour")

		token, err := r.ConfirmToken(asked)
		require.NoError(t, err)
		given, err := r.Confirm(ctx, token, marketing.Confirm{Source: "192.0.2.2"})
		require.NoError(t, err)
		require.Equal(t, marketing.Entry{
			Topic: asked.Topic, N: 2, State: marketing.Given,
			Proof: marketing.Proof{Method: "double opt-in", Wording: "newsletter-3", Source: "192.0.2.2"}, At: noon().Add(time.Minute),
		}, given)
		twice, err := r.Confirm(ctx, token, marketing.Confirm{})
		require.NoError(t, err)
		require.Equal(t, given, twice)
		permit, err = r.Permit(ctx, asked.Topic)
		require.NoError(t, err)
		require.True(t, permit.Allowed())
		still, err := r.Ask(ctx, marketing.Ask{Topic: asked.Topic, Proof: form()})
		require.NoError(t, err)
		require.Equal(t, given, still)

		out, err := r.UnsubscribeToken(asked.Topic)
		require.NoError(t, err)
		gone, err := r.Unsubscribe(ctx, out, marketing.Unsubscribe{Source: "192.0.2.3"})
		require.NoError(t, err)
		require.Equal(t, marketing.Withdrawn, gone.State)
		require.Equal(t, 3, gone.N)
		twice, err = r.Unsubscribe(ctx, out, marketing.Unsubscribe{})
		require.NoError(t, err)
		require.Equal(t, gone, twice)
		require.ErrorIs(t, second(r.Confirm(ctx, token, marketing.Confirm{})), marketing.ErrBadToken, "an old link does not undo a no")

		history, err := r.History(ctx, marketing.Email, "EVA@shop.example")
		require.NoError(t, err)
		require.Equal(t, []marketing.Entry{asked, given, gone}, history)
		require.Equal(t, []string{"consent.asked", "consent.given", "consent.withdrawn"}, r.events(t))
		profiles, err := r.read.MarketingProfiles(ctx, "", 9)
		require.NoError(t, err)
		require.Equal(t, marketing.Contact{Address: "eva@shop.example", Name: "Eva", Locale: "de-AT", Country: "AT", ToldAt: noon()}, profiles[0].Contact)
	})
}

func TestLinksThatDoNotWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		asked, err := r.Ask(ctx, marketing.Ask{Topic: topic("eva@shop.example"), Proof: form()})
		require.NoError(t, err)
		token, err := r.ConfirmToken(asked)
		require.NoError(t, err)
		out, err := r.UnsubscribeToken(asked.Topic)
		require.NoError(t, err)
		require.ErrorIs(t, second(r.Confirm(ctx, out, marketing.Confirm{})), marketing.ErrBadToken, "each link is for one thing")
		require.ErrorIs(t, second(r.Unsubscribe(ctx, token, marketing.Unsubscribe{})), marketing.ErrBadToken)
		for i := range len(token) {
			c := byte('A')
			if token[i] == c {
				c = 'B'
			}
			require.ErrorIs(t, second(r.Confirm(ctx, token[:i]+string(c)+token[i+1:], marketing.Confirm{})), marketing.ErrBadToken)
		}
		for _, bad := range []string{"", "x", token[1:], token + "A", token + "=", strings.Repeat("A", 5000)} {
			require.ErrorIs(t, second(r.Confirm(ctx, bad, marketing.Confirm{})), marketing.ErrBadToken)
			require.ErrorIs(t, second(r.Unsubscribe(ctx, bad, marketing.Unsubscribe{})), marketing.ErrBadToken)
		}
		other := open(t, r.shipper, "other", settings{})
		require.ErrorIs(t, second(other.Confirm(ctx, token, marketing.Confirm{})), marketing.ErrBadToken, "each shop has its own links")

		r.clock.Advance(marketing.ConfirmWithin)
		require.ErrorIs(t, second(r.Confirm(ctx, token, marketing.Confirm{})), marketing.ErrBadToken, "too late")
		next, err := r.Ask(ctx, marketing.Ask{Topic: asked.Topic, Proof: form()})
		require.NoError(t, err)
		require.Equal(t, 2, next.N)
		require.ErrorIs(t, second(r.Confirm(ctx, token, marketing.Confirm{})), marketing.ErrBadToken, "another was sent since")
	})
}

func TestTheSuppressionListWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		x := r.given(t, topic("eva@shop.example")).Topic
		allowed := func() bool {
			p, err := r.Permit(ctx, x)
			require.NoError(t, err)
			return p.Allowed()
		}
		require.True(t, allowed())
		want := marketing.Suppression{Channel: marketing.Email, Address: x.Address, Reason: "bounced", By: eva().By, At: noon()}
		s, err := r.Suppress(ctx, marketing.Suppress{Meta: eva(), Channel: marketing.Email, Address: "EVA@shop.example", Reason: "bounced"})
		require.NoError(t, err)
		require.Equal(t, want, s)
		s, err = r.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: x.Address, Reason: "complained"})
		require.NoError(t, err)
		require.Equal(t, want, s, "the first reason stays")
		require.False(t, allowed())
		r.given(t, x)
		require.False(t, allowed())
		s, err = r.Lift(ctx, marketing.Lift{Channel: marketing.Email, Address: x.Address, Reason: "new mailbox"})
		require.NoError(t, err)
		require.Equal(t, want, s)
		require.True(t, allowed())
		s, err = r.Lift(ctx, marketing.Lift{Channel: marketing.Email, Address: x.Address, Reason: "again"})
		require.NoError(t, err)
		require.Zero(t, s)

		out, err := r.UnsubscribeToken(x)
		require.NoError(t, err)
		_, err = r.Unsubscribe(ctx, out, marketing.Unsubscribe{All: true})
		require.NoError(t, err)
		_, err = r.Unsubscribe(ctx, out, marketing.Unsubscribe{All: true})
		require.NoError(t, err)
		p, err := r.Permit(ctx, about(x.Address, "offers"))
		require.NoError(t, err)
		require.Equal(t, "unsubscribed", p.Suppression.Reason)
		require.Equal(t, []string{
			"consent.given", "address.suppressed", "address.suppression_lifted", "consent.withdrawn", "address.suppressed",
		}, r.events(t))
	})
}

func TestConsentIsForOnePurposeAndChannel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.given(t, topic("eva@shop.example"))
		r.given(t, marketing.Topic{Channel: marketing.SMS, Address: "+4915112345678", Purpose: "offers"})
		for x, want := range map[marketing.Topic]bool{
			topic("eva@shop.example"):           true,
			about("eva@shop.example", "offers"): false,
			topic("max@shop.example"):           false,
			{Channel: marketing.SMS, Address: "+4915112345678", Purpose: "offers"}:     true,
			{Channel: marketing.SMS, Address: "+4915112345678", Purpose: "newsletter"}: false,
		} {
			p, err := r.Permit(t.Context(), x)
			require.NoError(t, err)
			require.Equal(t, want, p.Allowed(), x)
			require.Equal(t, x, p.Entry.Topic)
		}
	})
}

// What holds is what the last of all words was, whatever was said before.
func TestTheLastWordHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			x := topic("r" + strconv.Itoa(n) + "@shop.example")
			state, entries := marketing.ConsentState(""), 0
			say := func(want marketing.ConsentState, err error) {
				require.NoError(rt, err)
				if state != want {
					entries++
				}
				state = want
			}
			for range rapid.IntRange(1, 8).Draw(rt, "words") {
				switch rapid.IntRange(0, 1).Draw(rt, "word") {
				case 0:
					say(marketing.Given, second(r.Give(t.Context(), marketing.Give{Topic: x, Proof: form()})))
				case 1:
					say(marketing.Withdrawn, second(r.Withdraw(t.Context(), marketing.Withdraw{Topic: x, Proof: form()})))
				}
			}
			p, err := r.Permit(t.Context(), x)
			require.NoError(rt, err)
			require.Equal(rt, state == marketing.Given, p.Allowed())
			history, err := r.History(t.Context(), x.Channel, x.Address)
			require.NoError(rt, err)
			require.Len(rt, history, entries)
		})
	})
}

func TestManyWhoSayYesAndNoAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		x := topic("eva@shop.example")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = r.Give(t.Context(), marketing.Give{Topic: x, Proof: form()})
				} else {
					_, err = r.Withdraw(t.Context(), marketing.Withdraw{Topic: x, Proof: form()})
				}
				if err != nil {
					t.Errorf("every word is heard: %v", err)
				}
			})
		}
		wg.Wait()
		history, err := r.History(t.Context(), x.Channel, x.Address)
		require.NoError(t, err)
		for i, e := range history {
			require.Equal(t, i+1, e.N)
			require.True(t, i == 0 || history[i-1].State != e.State, "no entry says what held already")
		}
	})
}

func TestAKeyMakesItOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		m := op.Meta{By: eva().By, Key: "k1"}
		give := marketing.Give{Meta: m, Topic: topic("eva@shop.example"), Proof: form()}
		first, err := r.Give(ctx, give)
		require.NoError(t, err)
		_, err = r.Withdraw(ctx, marketing.Withdraw{Meta: m, Topic: give.Topic, Proof: form()})
		require.NoError(t, err)
		r.clock.Advance(time.Hour)
		again, err := r.Give(ctx, give)
		require.NoError(t, err)
		require.Equal(t, first, again, "the answer of then, and nothing happens")
		p, err := r.Permit(ctx, give.Topic)
		require.NoError(t, err)
		require.False(t, p.Allowed())
		give.Proof.Method = "other"
		require.ErrorIs(t, second(r.Give(ctx, give)), op.ErrMismatch)
	})
}

func TestTenantsKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		one, two := open(t, s, "one", settings{}), open(t, s, "four", settings{})
		one.given(t, topic("eva@shop.example"))
		_, err := one.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: "max@shop.example", Reason: "bounced"})
		require.NoError(t, err)
		one.bought(t, "or_1", "eva@shop.example", "A", "B")
		g := one.defined(t, `{"everyone":true}`)
		p, err := two.Permit(ctx, topic("eva@shop.example"))
		require.NoError(t, err)
		require.Zero(t, p.Entry.N)
		p, err = two.Permit(ctx, topic("max@shop.example"))
		require.NoError(t, err)
		require.Zero(t, p.Suppression)
		require.ErrorIs(t, second(two.Segment(ctx, g.ID)), marketing.ErrNoSegment)
		require.ErrorIs(t, second(two.Purchase(ctx, "or_1")), marketing.ErrNoPurchase)
		n, err := two.Count(ctx, marketing.Rule{Everyone: true})
		require.NoError(t, err)
		require.Zero(t, n)
		two.bought(t, "or_1", "eva@shop.example", "A")
		one.sound(t)
		two.sound(t)
	})
}

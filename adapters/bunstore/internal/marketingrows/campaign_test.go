package marketingrows_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
)

// drafted is a campaign to everyone.
func (r room) drafted(t require.TestingT) marketing.Campaign {
	g, err := r.Draft(context.Background(), marketing.Draft{Content: marketing.Content{
		Name: "March", Segment: r.defined(t, `{"everyone":true}`).ID, Title: "Spring", Text: "It is here.",
	}})
	require.NoError(t, err)
	return g
}

// scheduled is one that is to be sent at once.
func (r room) scheduled(t require.TestingT) marketing.Campaign {
	g, err := r.Schedule(context.Background(), r.drafted(t).ID, marketing.Schedule{})
	require.NoError(t, err)
	return g
}

// readers are contacts with consent.
func (r room) readers(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		r.given(t, topic(address(i)))
	}
}

func (r room) campaign(t require.TestingT, id marketing.CampaignID) marketing.Campaign {
	g, err := r.Campaign(context.Background(), id)
	require.NoError(t, err)
	return g
}

// reasons counts each of some reasons.
func reasons(all ...marketing.Withheld) map[marketing.Withheld]int {
	out := make(map[marketing.Withheld]int)
	for _, x := range all {
		out[x]++
	}
	return out
}

func (r room) standing(t require.TestingT, id marketing.CampaignID) marketing.Standing {
	s, err := r.Standing(context.Background(), id)
	require.NoError(t, err)
	return s
}

func TestTheLifeOfACampaign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		r.given(t, topic("eva@shop.example"))
		r.given(t, about("max@shop.example", "offers"))
		r.given(t, topic("ida@shop.example"))
		_, err := r.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: "ida@shop.example", Reason: "bounced"})
		require.NoError(t, err)
		r.tick(t)
		g := r.drafted(t)
		require.Equal(t, marketing.CampaignDraft, g.Status())
		require.Equal(t, marketing.Newsletter, g.Purpose)
		require.Equal(t, marketing.LetterTemplate, g.Template)
		content := g.Content
		content.Title = "Spring sale"
		g, err = r.Revise(ctx, g.ID, marketing.Revise{Meta: op.Meta{IfVersion: 1}, Content: content})
		require.NoError(t, err)
		at := noon().Add(time.Hour)
		g, err = r.Schedule(ctx, g.ID, marketing.Schedule{At: at})
		require.NoError(t, err)
		stored := r.campaign(t, g.ID)
		require.Equal(t, g, stored)
		require.ErrorIs(t, second(r.Revise(ctx, g.ID, marketing.Revise{Content: content})), marketing.ErrNotDraft)
		_, err = r.Redefine(ctx, g.Segment, marketing.Redefine{Name: "Nobody", Rule: rule(t, `{"country":["XX"]}`)})
		require.NoError(t, err, "a campaign keeps the rule it was scheduled with")
		r.tick(t)
		require.Empty(t, r.mails(t), "not yet")
		r.clock.Advance(time.Hour)
		r.tick(t)
		require.Equal(t, []string{"eva@shop.example: Spring sale"}, r.mails(t))
		g = r.campaign(t, g.ID)
		require.Equal(t, marketing.CampaignDone, g.Status())
		require.Equal(t, at, g.StartedAt)
		require.Equal(t, at, g.EndedAt)
		require.Equal(t, marketing.Standing{Queued: 1, Withheld: reasons(marketing.NoConsent, marketing.Suppressed)}, r.standing(t, g.ID))
		p, err := r.Recipients(ctx, g.ID, page.Request{Limit: 2})
		require.NoError(t, err)
		require.Equal(t, "eva@shop.example", p.Items[0].Address)
		require.Equal(t, marketing.RecipientQueued, p.Items[0].State)
		require.Equal(t, marketing.Suppressed, p.Items[1].Withheld)
		p, err = r.Recipients(ctx, g.ID, page.Request{Limit: 2, Cursor: p.Next})
		require.NoError(t, err)
		require.Equal(t, marketing.NoConsent, p.Items[0].Withheld)
		require.Equal(t, at, p.Items[0].At)
		forbidden(t, second(r.Cancel(ctx, g.ID, marketing.Stop{Reason: "x"})))
		forbidden(t, second(r.Schedule(ctx, g.ID, marketing.Schedule{})))
		all, err := r.Campaigns(ctx, page.Request{})
		require.NoError(t, err)
		require.Equal(t, []marketing.Campaign{g}, all.Items)
	})
}

func forbidden(t *testing.T, err error) {
	t.Helper()
	_, ok := errors.AsType[*lifecycle.Forbidden](err)
	require.True(t, ok, "%v", err)
}

func TestALetterCarriesTheLinkThatEndsIt(t *testing.T) {
	t.Parallel()
	var sent marketing.Message
	catch := marketing.OutboxFunc(func(_ context.Context, _ marketing.Tx, m marketing.Message) error {
		sent = m
		return nil
	})
	r := open(t, unittest.Memory(t).Shipper(), "shop", settings{outbox: catch})
	_, err := r.Give(t.Context(), marketing.Give{
		Topic: topic("eva@shop.example"), Proof: form(), Contact: marketing.Contact{Name: "Eva", Locale: "de-AT"},
	})
	require.NoError(t, err)
	g := r.scheduled(t)
	r.tick(t)
	require.Equal(t, marketing.Letter{Campaign: g.ID, Title: "Spring", Text: "It is here."}, *sent.Letter)
	require.Equal(t, []string{"Eva", "de-AT", "campaign"}, []string{sent.Name, sent.Locale, sent.Template})
	_, err = r.Unsubscribe(t.Context(), sent.Unsubscribe, marketing.Unsubscribe{})
	require.NoError(t, err)
	r.scheduled(t)
	sent = marketing.Message{}
	r.tick(t)
	require.Zero(t, sent)
}

// However often the process dies, and between whichever units, everybody gets
// one letter.
func TestACampaignGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		const n = 70 // more than one round writes to
		r.readers(t, n)
		g := r.scheduled(t)
		deaths := 0
		for units := int64(0); r.campaign(t, g.ID).Status() != marketing.CampaignDone; units++ {
			r.units.left.Store(units % 23)
			_, err := r.relay.Tick(t.Context())
			require.NoError(t, err)
			if r.units.left.Load() == 0 {
				deaths++
			}
			r.clock.Advance(time.Hour) // the next try of the relay
			require.Less(t, units, int64(200))
		}
		r.units.left.Store(-1)
		require.Greater(t, deaths, 5)
		require.Equal(t, marketing.Standing{Queued: n, Withheld: reasons()}, r.standing(t, g.ID))
		var want []string
		for i := range n {
			want = append(want, address(i)+": Spring")
		}
		require.Equal(t, want, r.mails(t))
	})
}

// Two processes that do the same round at the same time write to everybody once.
func TestTwoProcessesSendTheSameCampaign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		const n = 60
		r.readers(t, n)
		g := r.scheduled(t)
		for range 100 {
			g = r.campaign(t, g.ID)
			if g.Status() == marketing.CampaignDone {
				break
			}
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					_, err := r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
					if err != nil && !fault.Retryable(err) && fault.KindOf(err) != fault.Conflict {
						t.Errorf("proceed: %v", err)
					}
				})
			}
			wg.Wait()
		}
		require.Equal(t, marketing.CampaignDone, r.campaign(t, g.ID).Status())
		require.Len(t, r.mails(t), n)
		require.Equal(t, n, r.standing(t, g.ID).Queued)
	})
}

func TestACancelledCampaignStopsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		r.readers(t, 60)
		g := r.scheduled(t)
		for range 3 { // start, gather, write to 50
			var err error
			g, err = r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
			require.NoError(t, err)
		}
		require.Equal(t, marketing.Standing{Planned: 10, Queued: 50, Withheld: reasons()}, r.standing(t, g.ID))
		g, err := r.Cancel(ctx, g.ID, marketing.Stop{Reason: "wrong price"})
		require.NoError(t, err)
		r.tick(t)
		require.Equal(t, g, r.campaign(t, g.ID))
		require.Equal(t, 10, r.standing(t, g.ID).Planned)
		require.Len(t, r.mails(t), 50)

		draft := r.drafted(t)
		_, err = r.Cancel(ctx, draft.ID, marketing.Stop{Reason: "no"})
		require.NoError(t, err)
		waiting := r.scheduled(t)
		_, err = r.Cancel(ctx, waiting.ID, marketing.Stop{Reason: "no"})
		require.NoError(t, err)
		r.tick(t)
		require.Len(t, r.mails(t), 50)
	})
}

// Whoever says no while a campaign is on its way gets nothing that was not
// queued before.
func TestANoWhileACampaignIsOnItsWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		const n = 60
		r.readers(t, n)
		g := r.scheduled(t)
		for range 2 {
			var err error
			g, err = r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
			require.NoError(t, err)
		}
		var wg sync.WaitGroup
		before := make([]bool, n)
		wg.Go(func() {
			for i := n - 1; i >= 0; i-- {
				if _, err := r.Withdraw(ctx, marketing.Withdraw{Topic: topic(address(i)), Proof: form()}); err != nil {
					t.Errorf("withdraw: %v", err)
				}
				p, err := r.Permit(ctx, topic(address(i)))
				before[i] = err == nil && len(p.Touches) > 0
			}
		})
		r.tick(t)
		wg.Wait()
		for i := range n {
			p, err := r.Permit(ctx, topic(address(i)))
			require.NoError(t, err)
			require.Equal(t, before[i], len(p.Touches) > 0, "nothing is queued after the no of %s", address(i))
		}
		require.Equal(t, marketing.CampaignDone, r.campaign(t, g.ID).Status())
	})
}

func TestNobodyGetsMoreThanTheCap(t *testing.T) {
	t.Parallel()
	eachWith(t, settings{limit: marketing.Cap{Messages: 2, Within: 24 * time.Hour}}, func(t *testing.T, r room) {
		r.given(t, topic("eva@shop.example"))
		r.given(t, about("eva@shop.example", marketing.CartReminder))
		r.watched(t, "ca_1", r.change("eva@shop.example"))
		r.clock.Advance(4 * time.Hour)
		r.tick(t)
		r.clock.Advance(time.Hour)
		r.scheduled(t)
		r.tick(t)
		require.Len(t, r.mails(t), 2)
		g := r.scheduled(t)
		r.tick(t)
		require.Equal(t, reasons(marketing.TooMany), r.standing(t, g.ID).Withheld)
		r.clock.Advance(23*time.Hour - time.Microsecond)
		r.scheduled(t)
		r.tick(t)
		require.Len(t, r.mails(t), 2)
		r.clock.Advance(time.Microsecond)
		r.scheduled(t)
		r.tick(t)
		require.Len(t, r.mails(t), 3, "a day after the first")
	})
}

// Many campaigns at once respect the cap too.
func TestTheCapHoldsForMessagesAtTheSameTime(t *testing.T) {
	t.Parallel()
	eachWith(t, settings{limit: marketing.Cap{Messages: 2, Within: 24 * time.Hour}}, func(t *testing.T, r room) {
		ctx := t.Context()
		r.given(t, topic("eva@shop.example"))
		var wg sync.WaitGroup
		for range 6 {
			g := r.scheduled(t)
			wg.Go(func() {
				for range 5 {
					next, err := r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
					if err != nil {
						t.Errorf("proceed: %v", err)
						return
					}
					g = next
				}
			})
		}
		wg.Wait()
		require.Len(t, r.mails(t), 2)
	})
}

func TestWithoutAnOutboxNothingMoves(t *testing.T) {
	t.Parallel()
	down := marketing.OutboxFunc(func(context.Context, marketing.Tx, marketing.Message) error {
		return fault.New(fault.Unavailable, "down", "Not now.")
	})
	eachWith(t, settings{outbox: down}, func(t *testing.T, r room) {
		ctx := t.Context()
		r.readers(t, 1)
		g := r.scheduled(t)
		for range 2 {
			var err error
			g, err = r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})
			require.NoError(t, err)
		}
		require.ErrorIs(t, second(r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})), fault.Unavailable)
		require.Equal(t, g, r.campaign(t, g.ID))
		require.Equal(t, 1, r.standing(t, g.ID).Planned)
		none, err := marketing.NewService(marketing.Deps{Units: r.units, Reader: r.read, Clock: r.clock})
		require.NoError(t, err)
		require.ErrorIs(t, second(none.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step})), marketing.ErrNoOutbox)
		require.ErrorIs(t, second(r.Proceed(ctx, marketing.CampaignID{}, marketing.Proceed{})), marketing.ErrNoCampaign)
		require.ErrorIs(t, second(r.Draft(ctx, marketing.Draft{Content: marketing.Content{
			Name: "x", Segment: marketing.SegmentIDFrom([16]byte{15: 9}), Title: "x", Text: "x",
		}})), marketing.ErrNoSegment)
	})
}

// A campaign to more contacts than one round looks at.
func TestALongCampaign(t *testing.T) {
	t.Parallel()
	r := open(t, unittest.Memory(t).Shipper(), "shop", settings{})
	const n = 450
	r.readers(t, n)
	g := r.scheduled(t)
	r.tick(t)
	mails := r.mails(t)
	require.Len(t, mails, n)
	require.Equal(t, address(n-1)+": Spring", mails[n-1])
	require.Equal(t, marketing.CampaignDone, r.campaign(t, g.ID).Status())
	r.sound(t)
}

package marketingrows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/marketing"
)

func TestEveryVerbWorksInATransactionOfTheHost(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop", settings{})
		x := topic("eva@shop.example")
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			tt := wrap(u)
			asked, err := r.AskTx(ctx, tt, marketing.Ask{Topic: x, Proof: form()})
			require.NoError(t, err)
			token, err := r.ConfirmToken(asked)
			require.NoError(t, err)
			require.ErrorIs(t, second(r.ConfirmTx(ctx, tt, "no", marketing.Confirm{})), marketing.ErrBadToken)
			require.NoError(t, second(r.ConfirmTx(ctx, tt, token, marketing.Confirm{})))
			out, err := r.UnsubscribeToken(x)
			require.NoError(t, err)
			require.NoError(t, second(r.UnsubscribeTx(ctx, tt, out, marketing.Unsubscribe{All: true})))
			require.NoError(t, second(r.LiftTx(ctx, tt, marketing.Lift{Channel: x.Channel, Address: x.Address, Reason: "asked for"})))
			require.NoError(t, second(r.SuppressTx(ctx, tt, marketing.Suppress{Channel: x.Channel, Address: "max@shop.example", Reason: "b"})))
			require.NoError(t, second(r.WithdrawTx(ctx, tt, marketing.Withdraw{Topic: x, Proof: form()})))
			require.NoError(t, second(r.GiveTx(ctx, tt, marketing.Give{Topic: x, Proof: form()})))
			require.NoError(t, second(r.GiveTx(ctx, tt, marketing.Give{Topic: about(x.Address, marketing.CartReminder), Proof: form()})))
			require.NoError(t, second(r.RecordTx(ctx, tt, marketing.Record{Purchase: purchase("or_1", x.Address, 1, "A", "B")})))
			require.NoError(t, second(r.RecordTx(ctx, tt, marketing.Record{Purchase: purchase("or_1", x.Address, 2, "A")})))

			b, err := r.WatchTx(ctx, tt, "ca_1", r.change(x.Address))
			require.NoError(t, err)
			r.clock.Advance(4 * time.Hour)
			require.NoError(t, second(r.RemindTx(ctx, tt, "ca_1", marketing.Remind{At: b.TimerAt})))
			require.NoError(t, second(r.CloseTx(ctx, tt, "ca_1", marketing.Close{Order: "or_1"})))

			g, err := r.DefineTx(ctx, tt, marketing.Define{Name: "All", Rule: marketing.Rule{Everyone: true}})
			require.NoError(t, err)
			g, err = r.RedefineTx(ctx, tt, g.ID, marketing.Redefine{Name: "Everyone", Rule: g.Rule})
			require.NoError(t, err)
			content := marketing.Content{Name: "March", Segment: g.ID, Title: "Spring", Text: "It is here."}
			c, err := r.DraftTx(ctx, tt, marketing.Draft{Content: content})
			require.NoError(t, err)
			content.Title = "Summer"
			require.NoError(t, second(r.ReviseTx(ctx, tt, c.ID, marketing.Revise{Content: content})))
			require.NoError(t, second(r.ScheduleTx(ctx, tt, c.ID, marketing.Schedule{})))
			forbidden(t, second(r.ScheduleTx(ctx, tt, c.ID, marketing.Schedule{})))
			require.NoError(t, second(r.CancelTx(ctx, tt, c.ID, marketing.Stop{Reason: "no"})))
			return nil
		})
		require.NoError(t, err)
		p, err := r.Permit(t.Context(), x)
		require.NoError(t, err)
		require.True(t, p.Allowed())
		require.Len(t, p.Touches, 1)
		require.Len(t, r.mails(t), 1)
		require.Equal(t, marketing.BasketClosed, r.basket(t, "ca_1").Status())
		r.sound(t)
	})
}

// A message that the host takes back was never sent, and counts for no cap.
func TestWhatTheHostTakesBackWasNeverSent(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop", settings{})
		x := r.given(t, about("eva@shop.example", marketing.CartReminder)).Topic
		b := r.watched(t, "ca_1", r.change(x.Address))
		r.clock.Advance(4 * time.Hour)
		regret := fault.New(fault.Conflict, "regret", "Never mind.")
		err := s.HostTx(t.Context(), "shop", func(ctx context.Context, _ bun.Tx, u *unit.Unit) error {
			require.NoError(t, second(r.RemindTx(ctx, wrap(u), "ca_1", marketing.Remind{At: b.TimerAt})))
			return regret
		})
		require.ErrorIs(t, err, regret)
		require.Empty(t, r.mails(t))
		p, err := r.Permit(t.Context(), x)
		require.NoError(t, err)
		require.Empty(t, p.Touches)
		r.tick(t)
		require.Len(t, r.mails(t), 1)
		r.sound(t)
	})
}

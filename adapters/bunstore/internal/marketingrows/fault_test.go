package marketingrows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/faultplan"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/marketing"
)

// round runs a campaign to two people and reminds one of a cart, as a process
// would; it may be run again from the start. A crash is a panic of the plan.
func (r room) round(ctx context.Context, cart marketing.Basket, campaign marketing.CampaignID) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			if _, planned := crash.(faultplan.Crash); !planned {
				panic(crash)
			}
			err = errors.New("crashed")
		}
	}()
	m := op.Meta{By: eva().By, Key: "k"}
	if _, err := r.Record(ctx, marketing.Record{Meta: m, Purchase: purchase("or_1", address(0), 1, "A", "B")}); err != nil {
		return err
	}
	if _, err := r.Remind(ctx, cart.Cart, marketing.Remind{At: cart.TimerAt}); err != nil {
		return err
	}
	for {
		g, err := r.Campaign(ctx, campaign)
		if err != nil || g.Status() == marketing.CampaignDone {
			return err
		}
		if _, err := r.Proceed(ctx, g.ID, marketing.Proceed{Step: g.Step}); err != nil {
			return err
		}
	}
}

// faulty runs round with one fault in a fresh room, then to its end without,
// and returns how many points there were.
func faulty(t *testing.T, s *unit.Shipper, mode faultplan.Mode, point int) int {
	t.Helper()
	r := open(t, s, "shop", settings{})
	r.readers(t, 2)
	r.given(t, about(address(0), marketing.CartReminder))
	b := r.watched(t, "ca_1", r.change(address(0)))
	r.clock.Advance(5 * time.Hour)
	g := r.scheduled(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	plan := &faultplan.Plan{Dialect: s.Dialect, Mode: mode, Point: point, Cancel: cancel, Sleep: func() {}}
	s.Faults = plan
	err := r.round(ctx, b, g.ID)
	plan.Stop()
	name := fmt.Sprintf("%s at point %d: %v", mode, point, err)
	require.NotErrorIs(t, err, fault.Internal, name)
	require.NoError(t, r.round(t.Context(), b, g.ID), name)
	require.Equal(t, []string{
		address(0) + ": Ihr Warenkorb bei Shop", address(0) + ": Spring", address(1) + ": Spring",
	}, r.mails(t), name)
	require.Equal(t, marketing.BasketReminded, r.basket(t, "ca_1").Status(), name)
	require.Equal(t, 2, r.standing(t, g.ID).Queued, name)
	r.sound(t)
	return plan.Points()
}

// Whatever fails at whichever point, everybody gets each message once.
func TestNoFaultSendsAMessageTwiceOrNever(t *testing.T) {
	t.Parallel()
	points := faulty(t, unittest.Memory(t).Shipper(), faultplan.Before, -1)
	require.Greater(t, points, 20)
	for _, mode := range faultplan.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			step := 1
			if mode == faultplan.Storm { // which waits out all its repeats
				step = 7
			}
			for point := 0; point < points; point += step {
				faulty(t, unittest.Memory(t).Shipper(), mode, point)
			}
		})
	}
	t.Logf("%d points in %d modes", points, len(faultplan.Modes()))
}

package notificationrows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/faultplan"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/notification"
)

// tell queues a message and sends it, and goes on as a program would that finds
// itself alive. A crash is a panic of the plan.
func (r room) tell(ctx context.Context) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			if _, planned := crash.(faultplan.Crash); !planned {
				panic(crash)
			}
			err = errors.New("crashed")
		}
	}()
	m, err := r.Queue(ctx, confirmation(notification.Email))
	if err != nil {
		return err
	}
	_, err = r.Send(ctx, m.ID)
	return err
}

// faulty runs tell with one fault in a fresh room, then mends everything, and
// returns how many points there were.
func faulty(t *testing.T, mode faultplan.Mode, point int) int {
	t.Helper()
	s := unittest.Memory(t).Shipper()
	r := open(t, s, "shop")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	plan := &faultplan.Plan{Dialect: s.Dialect, Mode: mode, Point: point, Cancel: cancel, Sleep: func() {}}
	s.Faults = plan
	err := r.tell(ctx)
	plan.Stop()
	name := fmt.Sprintf("%s at point %d: %v", mode, point, err)
	require.LessOrEqual(t, len(r.email.Arrived()), 1, name)

	// The buyer orders once, so the message is wanted once more at most.
	m, err := r.Queue(t.Context(), confirmation(notification.Email))
	require.NoError(t, err, name)
	for range 3 {
		r.clock.Advance(2 * time.Minute)
		_, err = r.SendDue(t.Context(), 10)
		require.NoError(t, err, name)
	}
	m, err = r.Message(t.Context(), m.ID)
	require.NoError(t, err, name)
	switch m.Status() {
	case notification.StatusSent:
		require.Len(t, r.email.Arrived(), 1, name)
	case notification.StatusUnclear:
		require.LessOrEqual(t, len(r.email.Arrived()), 1, name)
	case notification.StatusQueued, notification.StatusSending, notification.StatusFailed, notification.StatusCancelled:
		require.Fail(t, "the message is left behind", "%s: %s", name, m.Status())
	}
	require.Equal(t, 1, count(r.events(t), "notification.queued"), name)
	r.sound(t)
	return plan.Points()
}

func count(all []string, one string) int {
	n := 0
	for _, x := range all {
		if x == one {
			n++
		}
	}
	return n
}

// Whatever fails at whichever point, the message is sent once, or nobody knows,
// and then it is not sent again.
func TestNoFaultSendsAMessageTwice(t *testing.T) {
	t.Parallel()
	points := faulty(t, faultplan.Before, -1)
	require.Greater(t, points, 8)
	for _, mode := range faultplan.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			for point := range points {
				faulty(t, mode, point)
			}
		})
	}
	t.Logf("%d points in %d modes", points, len(faultplan.Modes()))
}

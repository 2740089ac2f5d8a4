package bunstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/wireproxy"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// line is a rig whose shop is also reached through a proxy that loses what it
// is told to lose, over a single connection.
type line struct {
	*rig
	proxy *wireproxy.Proxy
	far   *storetest.Shop
}

func newLine(t *testing.T, connections int) *line {
	t.Helper()
	r := newRig(t, onPostgres)
	proxy, through := wireproxy.New(t, r.dsn)
	s, err := open(through)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	s.DB().SetMaxOpenConns(connections)
	return &line{rig: r, proxy: proxy, far: storetest.Reopen(t, s, r.shop.Clock, r.shop.Card)}
}

// TestLostReplies loses each trip of every write, in each way, and demands that
// the write happened exactly once, or not at all where the caller was told so.
func TestLostReplies(t *testing.T) {
	t.Parallel()
	actions := map[string]wireproxy.Action{"lose": wireproxy.LoseReply, "reset": wireproxy.ResetReply, "cut": wireproxy.Cut}
	for room, verbs := range verbs() {
		t.Run(room, func(t *testing.T) {
			t.Parallel()
			l := newLine(t, 1)
			trips, runs, began := 0, 0, time.Now()
			for _, v := range verbs {
				l.do(v, l.far) // prepares the texts
				l.proxy.Arm(wireproxy.Once(-1, wireproxy.Pass))
				once := l.do(v, l.far)
				n := l.proxy.Seen()
				l.proxy.Arm(nil)
				require.NotEmpty(t, once, "%s does nothing", v.name)
				require.Positive(t, n, v.name)
				for trip := range n {
					for name, action := range actions {
						l.lose(v, once, lost{trip: trip, action: action, name: name})
						runs++
					}
				}
				trips += n
			}
			t.Logf("%s: %d writes, %d trips, %d runs, %s", room, len(verbs), trips, runs, time.Since(began).Round(time.Millisecond))
		})
	}
}

// lost is what is lost.
type lost struct {
	trip   int
	action wireproxy.Action
	name   string
}

// do plays a write and returns its effect. One that asks a provider has an
// effect only when it has come to rest.
func (l *line) do(v verb, s *storetest.Shop) tally {
	l.t.Helper()
	do := v.ready(l.rig)
	before := l.begin()
	require.NoError(l.t, do(l.t.Context(), s), v.name)
	if v.remote {
		armed := l.proxy.Seen()
		l.quiet()
		require.Equal(l.t, armed, l.proxy.Seen())
	}
	return l.end(before)
}

// lose plays a write whose trip is lost, and then again with the same key.
func (l *line) lose(v verb, once tally, what lost) {
	l.t.Helper()
	l.do(v, l.far) // the connection was lost: prepares the texts again
	do := v.ready(l.rig)
	before := l.begin()
	l.proxy.Arm(wireproxy.Once(what.trip, what.action))
	err := do(l.t.Context(), l.far)
	where := fmt.Sprintf("%s, trip %d, %s: %v", v.name, what.trip, what.name, err)
	require.Greater(l.t, l.proxy.Seen(), what.trip, where)
	l.proxy.Arm(nil)
	did := l.end(before)
	switch {
	case v.remote:
		if err != nil {
			require.Contains(l.t, []fault.Kind{fault.Unknown, fault.Unavailable}, fault.KindOf(err), where)
		}
	case err == nil:
		require.Equal(l.t, once, did, where)
	case fault.KindOf(err) == fault.Unknown:
		if len(did) > 0 {
			require.Equal(l.t, once, did, where)
		}
	default:
		require.ErrorIs(l.t, err, fault.Unavailable, where)
		require.Empty(l.t, did, where)
	}
	if v.remote {
		l.quiet()
	}
	require.NoError(l.t, do(l.t.Context(), l.far), "again: "+where)
	if v.remote {
		l.quiet()
	}
	require.Equal(l.t, once, l.end(before), where)
}

// TestPartitionWhilePlacing cuts the client off while its unit waits for a
// stock row that another transaction holds. A look would find no order; the
// order must be there once, and the buyer must be told of it.
func TestPartitionWhilePlacing(t *testing.T) {
	t.Parallel()
	l := newLine(t, 4)
	v := verb{name: "place", ready: placing("transfer")}
	once := l.do(v, l.far)
	c := l.cart()
	req := l.shop.Request(c, "transfer", "once")
	before := l.begin()

	lock, err := l.store.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = lock.ExecContext(t.Context(), "UPDATE kontor_level SET low = low WHERE sku = ?", storetest.Tee)
	require.NoError(t, err)
	const theUnit = 1 // after the trip that reads the basket
	l.proxy.Arm(wireproxy.Once(theUnit, wireproxy.Abandon))
	type answer struct {
		id  order.ID
		err error
	}
	told := make(chan answer, 1)
	go func() {
		p, err := l.far.Checkout.Place(t.Context(), c.ID, req)
		told <- answer{p.Order.ID, err}
	}()
	waiting := func() bool {
		n := 0
		err := l.store.DB().NewRaw("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(t.Context(), &n)
		return err == nil && n >= 2 // the first run for the row, the second for the anchor
	}
	require.Eventually(t, waiting, 20*time.Second, 5*time.Millisecond)
	require.Empty(t, l.end(before), "nothing to be seen yet")
	require.NoError(t, lock.Commit())
	a := <-told
	require.NoError(t, a.err)
	l.proxy.Settled()
	require.Equal(t, once, l.end(before))
	require.Equal(t, req.Total, l.shop.Order(a.id).Total)
	again, err := l.far.Checkout.Place(t.Context(), c.ID, req)
	require.NoError(t, err)
	require.Equal(t, a.id, again.Order.ID)
	l.quiet()
	l.sound()
}

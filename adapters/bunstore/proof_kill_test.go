package bunstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/commerce/storetest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// childTrades sells without end, and says on its standard output what has been
// acknowledged, a line each: "placed or_...", "paid or_...", "cancelled or_...".
const childTrades = "trade"

// traders is how many buyers a child serves at once.
const traders = 4

func tradeAsChild(dsn string) error {
	s, err := open(dsn)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // the process is killed
	e, err := commerce.New(storetest.Config(s, clock.System(), &paymenttest.Scripted{}))
	if err != nil {
		return err
	}
	ctx := context.Background()
	errs := make(chan error)
	go func() { errs <- e.Run(ctx) }()
	out := &acks{w: os.Stdout}
	for n := range traders {
		go func() { errs <- trade(ctx, e, storetest.Name("buyer", n), out) }()
	}
	return <-errs
}

// acks writes whole lines, each at once.
type acks struct {
	mu sync.Mutex
	w  io.Writer
}

func (a *acks) say(what string, id order.ID) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := fmt.Fprintf(a.w, "%s %s\n", what, id)
	return err
}

// trade places orders, pays each second one and cancels each third one.
func trade(ctx context.Context, e *commerce.Engine, name string, out *acks) error {
	for n := 0; ; n++ {
		p, err := buy(ctx, e, name, n)
		if err == nil {
			err = out.say("placed", p.OrderID)
		}
		if err == nil && n%2 == 0 {
			if _, err = e.Payments.Capture(ctx, p.Payment.ID, payment.Capture{Meta: storetest.Staff()}); err == nil {
				err = out.say("paid", p.OrderID)
			}
		}
		if err == nil && n%3 == 0 {
			err = cancel(ctx, e, p.OrderID, out)
		}
		if err != nil {
			return fmt.Errorf("%s, order %d: %w", name, n, err)
		}
	}
}

// cancel cancels an order, again if the relay has just told it something.
func cancel(ctx context.Context, e *commerce.Engine, id order.ID, out *acks) error {
	for {
		_, err := e.Orders.Cancel(ctx, id, order.Cancel{Meta: storetest.Staff(), Reason: "customer asked"})
		if err == nil {
			return out.say("cancelled", id)
		}
		if fault.CodeOf(err) != fault.StaleVersion {
			return err
		}
	}
}

func buy(ctx context.Context, e *commerce.Engine, name string, n int) (checkout.Placed, error) {
	c, err := e.Carts.Create(ctx, cart.Create{Meta: storetest.Buyer(name), Market: storetest.Here()})
	if err != nil {
		return checkout.Placed{}, err
	}
	for _, sku := range []string{storetest.Mug, storetest.Book} {
		if _, err := e.Carts.Add(ctx, c.ID, cart.Add{Meta: storetest.Buyer(name), SKU: sku, Quantity: 1}); err != nil {
			return checkout.Placed{}, err
		}
	}
	q, err := e.Checkout.Quote(ctx, c.ID)
	if err != nil {
		return checkout.Placed{}, err
	}
	meta := op.Meta{By: c.Buyer, Key: fmt.Sprintf("%s %d", c.ID, n)}
	return e.Checkout.Place(ctx, c.ID, checkout.Place{Meta: meta, Method: "transfer", Total: q.Total})
}

// TestKill kills a process that sells, again and again on one database, and
// looks for everything that it had acknowledged.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 5
	if long() {
		kills = 200
	}
	for _, kind := range []string{onFile, onPostgres} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, kind)
			r.shop.Clock.Set(time.Now())
			seed := uint64(time.Now().UnixNano()) //nolint:gosec // any seed will do; it is printed
			random := rand.New(rand.NewPCG(seed, 0))
			known := map[order.ID]string{}
			acked, began := 0, time.Now()
			for n := range kills {
				delay := time.Duration(50+random.IntN(251)) * time.Millisecond
				lines := killed(t, r.dsn, delay)
				require.NotEmpty(t, lines, "seed %d, kill %d: nothing was acknowledged", seed, n)
				acked += len(lines)
				r.afterKill(lines, known, fmt.Sprintf("seed %d, kill %d after %s", seed, n, delay))
			}
			for id, said := range known {
				r.settled(id, said, fmt.Sprintf("seed %d, after all", seed))
			}
			t.Logf("%s: seed %d, %d kills, %d acknowledged, %d orders, none lost, %s", kind, seed, kills, acked, len(known), time.Since(began).Round(time.Millisecond))
		})
	}
}

// killed starts a child, kills it some time after its first word, and returns
// what it said.
func killed(t *testing.T, dsn string, delay time.Duration) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+childTrades, dsnEnv+"="+dsn)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var lines []string
	var kill *time.Timer
	r := bufio.NewReader(out)
	for {
		l, err := r.ReadString('\n')
		if err != nil {
			require.ErrorIs(t, err, io.EOF)
			break // half a line was not acknowledged
		}
		if kill == nil {
			kill = time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
		}
		lines = append(lines, strings.TrimSpace(l))
	}
	err = cmd.Wait()
	require.Empty(t, complaints.String())
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	require.Equal(t, -1, exit.ExitCode(), "it was killed and did not end by itself")
	return lines
}

// afterKill opens the database again and demands that everything said is
// there, in this and in all earlier lives, and that the shop goes on.
func (r *rig) afterKill(lines []string, known map[order.ID]string, where string) {
	r.t.Helper()
	r.alone()
	r.restart()
	r.shop.Clock.Set(time.Now().Add(time.Hour)) // the leases of the dead are over
	for _, l := range lines {
		what, text, _ := strings.Cut(l, " ")
		id, err := order.ParseID(text)
		require.NoError(r.t, err, "%s: %s", where, l)
		known[id] += what + " "
		r.acknowledged(what, id, where)
	}
	r.quiet()
	r.sound()
	for _, l := range lines {
		_, text, _ := strings.Cut(l, " ")
		id, err := order.ParseID(text)
		require.NoError(r.t, err)
		r.settled(id, known[id], where)
	}
}

// acknowledged demands that what was said is there, before anything else runs.
func (r *rig) acknowledged(what string, id order.ID, where string) {
	r.t.Helper()
	o := r.shop.Order(id)
	ps, err := r.shop.Payments.BySubject(r.t.Context(), id.String())
	require.NoError(r.t, err)
	require.Len(r.t, ps, 1, where)
	require.Equal(r.t, o.Total, ps[0].Amount, where)
	switch what {
	case "placed":
	case "paid":
		require.Equal(r.t, o.Total, ps[0].Captured, "%s: %s was paid", where, id)
	case "cancelled":
		require.Equal(r.t, order.StatusCancelled, o.Status(), "%s: %s was cancelled", where, id)
	default:
		require.Fail(r.t, "a child says "+what)
	}
}

// settled demands that an order, whenever it was told of, has come to the end
// that was acknowledged. What was done and not acknowledged may be there too.
func (r *rig) settled(id order.ID, said, where string) {
	r.t.Helper()
	o := r.shop.Order(id)
	where = fmt.Sprintf("%s: %s was told %s", where, id, said)
	if strings.Contains(said, "cancelled") {
		require.Equal(r.t, order.StatusCancelled, o.Status(), where)
	}
	if strings.Contains(said, "paid") {
		require.Equal(r.t, o.Total, o.Paid, where)
	}
	if o.Status() == order.StatusCancelled {
		require.Equal(r.t, o.Paid, o.Refunded, where)
	} else {
		require.Zero(r.t, o.Refunded.Minor(), where)
	}
}

// alone waits until the server has noticed that the child is gone.
func (r *rig) alone() {
	r.t.Helper()
	if r.kind != onPostgres {
		return
	}
	others := "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
	gone := func() bool {
		n := -1
		err := r.store.DB().NewRaw(others).Scan(r.t.Context(), &n)
		return err == nil && n == 0
	}
	require.Eventually(r.t, gone, 20*time.Second, 5*time.Millisecond)
}

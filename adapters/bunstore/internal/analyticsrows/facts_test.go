package analyticsrows_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// tell returns one fact of each kind, as the service is told of it.
func tell(ctx context.Context, r room, t analytics.Tx) []func() error {
	eur := money.EUR
	sale := tee(1, "or_1", noon())
	cancel := analytics.Cancellation{Event: told(2), At: noon().Add(time.Hour), Sale: tee(0, "or_1", time.Time{})}
	back := analytics.Return{
		Event: told(3), Return: "rt_1", Order: "or_1", At: noon().Add(2 * time.Hour), Currency: eur(0).Currency(),
		Lines:    []analytics.Line{{N: 1, SKU: "TEE-M", Product: product(1), Quantity: 1, Net: eur(1513), Tax: eur(287)}},
		Shipping: eur(412), Tax: eur(365), Total: eur(2290),
	}
	paid := analytics.Payment{Event: told(4), Payment: "pm_1", Order: "or_1", At: noon(), Amount: eur(4990)}
	refund := analytics.Refund{Event: told(5), Refund: "re_1", Order: "or_1", At: noon(), Amount: eur(2290)}
	if t != nil {
		return []func() error{
			func() error { return r.RecordSaleTx(ctx, t, sale) }, func() error { return r.RecordCancellationTx(ctx, t, cancel) },
			func() error { return r.RecordReturnTx(ctx, t, back) }, func() error { return r.RecordPaymentTx(ctx, t, paid) },
			func() error { return r.RecordRefundTx(ctx, t, refund) },
		}
	}
	return []func() error{
		func() error { return r.RecordSale(ctx, sale) }, func() error { return r.RecordCancellation(ctx, cancel) },
		func() error { return r.RecordReturn(ctx, back) }, func() error { return r.RecordPayment(ctx, paid) },
		func() error { return r.RecordRefund(ctx, refund) },
	}
}

func TestFactsReadBackEqualHoweverOftenTheyAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		for _, record := range tell(ctx, r, nil) {
			require.NoError(t, record())
			require.NoError(t, record(), "the same event again")
		}
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error {
			var errs []error
			for _, record := range tell(ctx, r, tt) {
				errs = append(errs, record())
			}
			return errors.Join(errs...)
		}), "and in a unit")
		require.Equal(t, []int{5, 5}, []int{r.count(t, "kontor_analytics_fact WHERE tenant = $1"), r.count(t, "kontor_analytics_line WHERE tenant = $1")})

		eur := money.EUR
		sale, err := r.Fact(ctx, told(1))
		require.NoError(t, err)
		want := analytics.Fact{
			Event: told(1), Kind: analytics.KindSale, Subject: "or_1", Order: "or_1", Origin: "cart_or_1", At: noon(), Lines: tee(1, "or_1", noon()).Lines,
			Figures: analytics.Figures{
				Gross: eur(4900), Discount: eur(400), Net: eur(3781), Shipping: eur(412), Fees: eur(0), Tax: eur(797), Rounding: eur(0), Total: eur(4990),
			},
		}
		want.Lines[1].Discount = eur(0)
		require.Equal(t, want, sale)

		cancel, err := r.Fact(ctx, told(2))
		require.NoError(t, err)
		require.Equal(t, analytics.KindCancellation, cancel.Kind)
		require.Equal(t, []money.Amount{eur(-4900), eur(-3781), eur(-4990)}, []money.Amount{cancel.Gross, cancel.Net, cancel.Total})
		require.Equal(t, []int{-2, -1}, []int{cancel.Lines[0].Quantity, cancel.Lines[1].Quantity})
		require.Equal(t, noon().Add(time.Hour), cancel.At)

		back, err := r.Fact(ctx, told(3))
		require.NoError(t, err)
		require.Equal(t, []string{"rt_1", "or_1"}, []string{back.Subject, back.Order})
		require.Equal(t, []money.Amount{eur(0), eur(-1513), eur(-412), eur(-365), eur(-2290)}, []money.Amount{back.Gross, back.Net, back.Shipping, back.Tax, back.Total})
		for n, total := range map[int]money.Amount{4: eur(4990), 5: eur(-2290)} {
			f, err := r.Fact(ctx, told(n))
			require.NoError(t, err)
			require.Equal(t, total, f.Total)
			require.Empty(t, f.Lines)
		}
		_, err = r.Fact(ctx, told(6))
		require.ErrorIs(t, err, analytics.ErrMissing)
		require.Empty(t, r.events(t), "nobody waits for facts")
	})
}

func TestNothingIsCountedTwiceUnderAnotherEvent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		for _, record := range tell(t.Context(), r, nil) {
			require.NoError(t, record())
		}
		sale := tee(11, "or_1", noon())
		require.ErrorIs(t, r.RecordSale(t.Context(), sale), analytics.ErrRecorded)
		require.ErrorIs(t, r.RecordCancellation(t.Context(), analytics.Cancellation{Event: told(12), At: noon(), Sale: sale}), analytics.ErrRecorded)
		require.ErrorIs(t, r.RecordReturn(t.Context(), analytics.Return{
			Event: told(13), Return: "rt_1", Order: "or_1", At: noon(), Currency: eur(), Shipping: money.EUR(1), Total: money.EUR(1),
		}), analytics.ErrRecorded)
		require.ErrorIs(t, r.RecordRefund(t.Context(), analytics.Refund{Event: told(15), Refund: "re_1", Order: "or_1", At: noon(), Amount: money.EUR(1)}), analytics.ErrRecorded)
		require.NoError(t, r.RecordPayment(t.Context(), analytics.Payment{
			Event: told(14), Payment: "pm_1", Order: "or_1", At: noon(), Amount: money.EUR(1),
		}), "a payment may come in parts")
		require.Equal(t, 6, r.count(t, "kontor_analytics_fact WHERE tenant = $1"))
	})
}

func TestManyTellTheSameAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { errs[i] = r.RecordSale(t.Context(), tee(1, "or_1", noon())) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, []int{1, 2}, []int{r.count(t, "kontor_analytics_fact WHERE tenant = $1"), r.count(t, "kontor_analytics_line WHERE tenant = $1")})
	})
}

const (
	ann = "visitor-ann-0001"
	bob = "visitor-bob-0002"
)

func action(n byte, step analytics.Step, visitor string) analytics.Action {
	return analytics.Action{ID: analytics.ActionIDFrom(uuid.UUID{15: n}), Step: step, Visitor: visitor, At: noon().Add(time.Duration(n) * time.Minute)}
}

func TestActionsAreStoredOnceForgottenAndPruned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		as := []analytics.Action{action(1, analytics.Viewed, ann), action(2, analytics.Added, ann), action(3, analytics.Viewed, bob), action(4, analytics.Viewed, "")}
		as[1].Cart, as[1].SKU, as[1].Product = "cart_1", "TEE-M", product(1)
		require.NoError(t, r.Track(ctx, as))
		require.NoError(t, r.Track(ctx, as[1:]), "a repeat")
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error { return r.TrackTx(ctx, tt, as) }), "and in a unit")
		all := "kontor_analytics_action WHERE tenant = $1"
		require.Equal(t, 4, r.count(t, all))
		require.NoError(t, r.Track(ctx, []analytics.Action{{Step: analytics.Viewed}}), "without an id and a time")
		require.Equal(t, 1, r.count(t, all+" AND at = "+strconv.FormatInt(noon().UnixMicro(), 10)))

		require.NoError(t, r.Forget(ctx, analytics.Forget{Meta: op.Meta{Key: "k"}, Visitor: ann}))
		require.NoError(t, r.Forget(ctx, analytics.Forget{Meta: op.Meta{Key: "k"}, Visitor: ann}), "the same key")
		require.Equal(t, []int{0, 1, 0, 5}, []int{
			r.count(t, all+" AND visitor = '"+ann+"'"), r.count(t, all+" AND visitor = '"+bob+"'"), r.count(t, all+" AND cart <> ''"), r.count(t, all),
		})
		require.NoError(t, r.units.InTx(ctx, func(ctx context.Context, tt txn) error {
			return r.ForgetTx(ctx, tt, analytics.Forget{Visitor: bob})
		}))
		require.Equal(t, []string{"analytics.forgotten", "analytics.forgotten"}, r.events(t))

		require.NoError(t, r.RecordSale(ctx, tee(1, "or_1", noon().AddDate(-1, 0, 0))))
		n, err := r.Prune(ctx, analytics.Prune{Before: noon().Add(3 * time.Minute)})
		require.NoError(t, err)
		require.Equal(t, 3, n, "what was done at that moment stays")
		n, err = r.Prune(ctx, analytics.Prune{Before: noon().Add(3 * time.Minute)})
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, []int{2, 1}, []int{r.count(t, all), r.count(t, "kontor_analytics_fact WHERE tenant = $1")})
	})
}

func TestPruneTakesABoundedNumberAtOnce(t *testing.T) {
	t.Parallel()
	r := open(t, unittest.Memory(t).Shipper(), "shop")
	as := make([]analytics.Action, analytics.MaxActions)
	for i := range as {
		as[i] = analytics.Action{Step: analytics.Viewed}
	}
	require.NoError(t, r.Track(t.Context(), as))
	require.NoError(t, r.Track(t.Context(), as[:7]))
	for _, want := range []int{analytics.MaxActions, 7, 0} {
		n, err := r.Prune(t.Context(), analytics.Prune{Before: noon().Add(time.Second)})
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
}

func TestTheSinkGetsEverythingAtLeastOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		require.NoError(t, r.RecordSale(ctx, tee(9, "or_9", noon())), "told while there was no sink")
		s := &sink{}
		w := r.with(s)
		for _, record := range tell(ctx, w, nil) {
			require.NoError(t, record())
		}
		require.NoError(t, w.Track(ctx, []analytics.Action{action(1, analytics.Viewed, ann), action(2, analytics.Added, "")}))
		require.Equal(t, []string{
			"analytics.collected", "analytics.collected", "analytics.collected", "analytics.collected", "analytics.collected", "analytics.collected",
		}, w.events(t))

		s.fail = errors.New("down")
		n, err := w.Deliver(ctx)
		require.ErrorIs(t, err, s.fail)
		require.Zero(t, n)
		s.fail = nil
		n, err = w.Deliver(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, n)
		require.Len(t, s.got, 2)
		require.Equal(t, s.got[0], s.got[1], "what was not delivered came again")
		kinds := []analytics.Kind{}
		for _, f := range s.got[1].Facts {
			kinds = append(kinds, f.Kind)
		}
		require.Equal(t, []analytics.Kind{
			analytics.KindSale, analytics.KindPayment, analytics.KindRefund, analytics.KindCancellation, analytics.KindReturn,
		}, kinds, "oldest first")
		require.Len(t, s.got[1].Facts[0].Lines, 2)
		require.Equal(t, []string{ann, ""}, []string{s.got[1].Actions[0].Visitor, s.got[1].Actions[1].Visitor})
		n, err = w.Deliver(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Len(t, s.got, 2)

		err = w.units.InTx(ctx, func(ctx context.Context, _ txn) error {
			_, err := w.Deliver(ctx)
			return err
		})
		require.ErrorIs(t, err, tx.ErrInUnit)
	})
}

func TestASinkGetsManyInBatches(t *testing.T) {
	t.Parallel()
	s := &sink{}
	r := open(t, unittest.Memory(t).Shipper(), "shop").with(s)
	as := make([]analytics.Action, analytics.MaxActions)
	for i := range as {
		as[i] = analytics.Action{Step: analytics.Viewed}
	}
	require.NoError(t, r.Track(t.Context(), as))
	require.NoError(t, r.Track(t.Context(), as[:3]))
	n, err := r.Deliver(t.Context())
	require.NoError(t, err)
	require.Equal(t, 503, n)
	require.Len(t, s.got, 2)
}

// counting counts the round trips of a wire.
type counting struct {
	unit.Wire
	reads, ships atomic.Int64
}

func (c *counting) Read(ctx context.Context, conn any, queries []unit.Query) error {
	c.reads.Add(1)
	return c.Wire.Read(ctx, conn, queries)
}

func (c *counting) Ship(ctx context.Context, conn any, stmts []unit.Stmt, span unit.Span) (int, error) {
	c.ships.Add(1)
	return c.Wire.Ship(ctx, conn, stmts, span)
}

func TestEveryReadIsOneTripAndSoIsTrack(t *testing.T) {
	t.Parallel()
	s := unittest.Postgres(t).Shipper()
	trips := &counting{Wire: s.Wire}
	s.Wire = trips
	r := open(t, s, "shop").with(&sink{})
	ctx := t.Context()
	p := analytics.Period{From: r.Today().Add(-1000), To: r.Today()}
	takes := func(reads, ships int64, what string, err error) {
		t.Helper()
		require.NoError(t, err)
		require.Equal(t, []int64{reads, ships}, []int64{trips.reads.Swap(0), trips.ships.Swap(0)}, what)
	}
	as := []analytics.Action{{Step: analytics.Viewed}, {Step: analytics.Added}, {Step: analytics.Checkout}}
	takes(0, 1, "track", r.Track(ctx, as))
	takes(1, 1, "record", r.RecordSale(ctx, tee(1, "or_1", noon())))
	_, err := r.Sales(ctx, p)
	takes(1, 0, "sales", err)
	_, err = r.Products(ctx, analytics.ProductQuery{Period: p, Currency: eur()})
	takes(1, 0, "products", err)
	_, err = r.Funnel(ctx, p)
	takes(1, 0, "funnel", err)
	_, err = r.Stock(ctx, analytics.StockQuery{})
	takes(1, 0, "stock", err)
	_, err = r.Value(ctx)
	takes(1, 0, "value", err)
	_, err = r.Fact(ctx, told(1))
	takes(1, 0, "fact", err)
	_, err = r.Deliver(ctx)
	takes(2, 1, "deliver", err)
	_, err = r.Prune(ctx, analytics.Prune{Before: noon().Add(time.Hour)})
	takes(1, 1, "prune", err)
}

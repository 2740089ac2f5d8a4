package orderrows_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// Inside a transaction of the host an error of a call leaves nothing of it, and
// the transaction goes on.
func TestTheTxFormsInATransactionOfTheHost(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		late := r.place(t, draft("N-2"))
		taken, err := order.New(draft("N-1"), event.Stamp{NewID: id.V7, At: noon()})
		require.NoError(t, err)
		fresh, err := order.New(draft("N-3"), event.Stamp{NewID: id.V7, At: noon()})
		require.NoError(t, err)

		host, err := s.DB.DB.BeginTx(ctx, nil)
		require.NoError(t, err)
		defer host.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
		u := wrap(s.Join(host, "shop"))
		require.ErrorIs(t, u.InsertOrder(ctx, taken.Order), order.ErrAlreadyPlaced)
		other := taken.Order
		other.Origin = ""
		require.ErrorIs(t, u.InsertOrder(ctx, other), order.ErrNumberTaken)
		require.NoError(t, fresh.Insert(ctx, u))
		o, err = r.CancelTx(ctx, u, o.ID, order.Cancel{Meta: by(), Reason: "customer asked"})
		require.NoError(t, err)
		_, err = r.ConfirmTx(ctx, u, o.ID, order.Confirm{})
		require.Equal(t, lifecycle.CodeForbidden, fault.CodeOf(err))
		_, err = r.HoldTx(ctx, u, late.ID, order.Hold{Meta: op.Meta{IfVersion: 7}, Reason: "x"})
		require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		late, err = r.HoldTx(ctx, u, late.ID, order.Hold{Reason: "x"})
		require.NoError(t, err)
		require.NoError(t, host.Commit())

		for _, want := range []order.Order{o, late, fresh.Order} {
			r.same(t, want)
		}
		require.Equal(t, int64(2*10_490), r.balances(t)["receivable"])
		r.sound(t)
	})
}

func TestListsFollowAnIndexAndNeverSort(t *testing.T) {
	t.Parallel()
	spy := &plans{Querier: unittest.Memory(t).Shipper().View("shop")}
	r := orderrows.OrderReader{Q: spy}
	ada := op.Actor{Kind: op.Buyer, ID: "u-1"}
	after := order.Position{At: noon().Add(time.Hour), ID: order.NewID(id.V7)}
	for _, f := range []order.Filter{{}, {Buyer: ada}, {Status: order.StatusPlaced}, {Buyer: ada, Status: order.StatusPlaced}} {
		_, err := r.OrdersAfter(t.Context(), f, after, 25)
		require.NoError(t, err)
	}
	_, err := r.LookOrder(t.Context(), order.Look{Order: after.ID, Told: order.Told{Kind: order.ToldPayment}, Call: op.Call{Meta: op.Meta{Key: "k"}}})
	require.NoError(t, err)
	_, err = r.OrderByNumber(t.Context(), "N-1")
	require.ErrorIs(t, err, fault.NotFound)
	_, err = r.OrderByOrigin(t.Context(), "ca_1")
	require.ErrorIs(t, err, fault.NotFound)
	require.Len(t, spy.steps, 15)
	for _, step := range spy.steps {
		require.True(t, strings.HasPrefix(step, "SEARCH"), "all steps: %s", strings.Join(spy.steps, "\n"))
	}
	require.Contains(t, spy.steps[1], "kontor_order_buyer")
}

// plans explains every query before it runs it.
type plans struct {
	unit.Querier
	steps []string
}

func (p *plans) Read(ctx context.Context, queries ...unit.Query) error {
	for _, q := range queries {
		err := p.Querier.Read(ctx, unit.Query{Text: "EXPLAIN QUERY PLAN " + q.Text, Args: q.Args, Row: func(r unit.Row) error {
			var node, parent, unused int
			var step string
			err := r.Scan(&node, &parent, &unused, &step)
			p.steps = append(p.steps, step)
			return err
		}})
		if err != nil {
			return err
		}
	}
	return p.Querier.Read(ctx, queries...)
}

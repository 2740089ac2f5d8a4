package reviewrows_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/reviewrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/reviews"
)

// txn is the Tx of reviews as the store makes it.
type txn struct {
	reviewrows.ReviewTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ reviews.Tx = txn{}

func wrap(u *unit.Unit) reviews.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		ReviewTx:    reviewrows.ReviewTx{ReviewReader: reviewrows.ReviewReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// room is a service with what tests want to know about it.
type room struct {
	*reviews.Service
	read  reviewrows.ReviewReader
	view  *unit.View
	clock *clock.Manual
	units tx.Runner[reviews.Tx]
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T, s *unit.Shipper, tenant string) room {
	t.Helper()
	var n atomic.Uint32
	cursors, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	r := room{
		read: reviewrows.ReviewReader{Q: s.View(tenant)}, view: s.View(tenant), clock: clock.NewManual(noon()),
		units: unittest.Runner(s, tenant, wrap),
	}
	r.Service = reviews.NewService(reviews.Deps{
		Units: r.units, Reader: r.read, Clock: r.clock, Cursors: cursors, Tenant: tenant,
		NewID: func() uuid.UUID {
			i := n.Add(1)
			return uuid.UUID{6: 0x70, 8: 0x80, 9: byte(len(tenant)), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
		},
	})
	return r
}

// each runs fn with an empty room on every database.
func each(t *testing.T, fn func(t *testing.T, r room)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		r := open(t, s, "shop")
		fn(t, r)
		r.sound(t)
	})
}

func (r room) sound(t require.TestingT) {
	found, err := r.read.ReviewDiscrepancies(context.Background())
	require.NoError(t, err)
	require.Empty(t, found)
}

// events returns the names of all events, and when timers are due.
func (r room) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := r.view.Read(t.Context(), unit.Query{
		Text: "SELECT name, deliver_at FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{r.view.Tenant()},
		Row: func(row unit.Row) error {
			var name string
			var at int64
			err := row.Scan(&name, &at)
			if at != 0 {
				name += " +" + clock.FromMicros(at).Sub(noon()).String()
			}
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func product(n byte) catalog.ID { return catalog.IDFrom(uuid.UUID{0: 1, 15: n}) }

func eva() op.Actor { return op.Actor{Kind: op.Buyer, ID: "eva"} }

func ida() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "ida"}} }

func line(order string, n int, of catalog.ID) reviews.Line {
	return reviews.Line{Order: order, N: n, Product: of, SKU: "TEE-M", Buyer: eva(), DeliveredAt: noon()}
}

// entitled returns the entitlement of a fresh line.
func (r room) entitled(t require.TestingT, l reviews.Line) reviews.Entitlement {
	es, err := r.Entitle(context.Background(), reviews.Entitle{Lines: []reviews.Line{l}})
	require.NoError(t, err)
	require.Len(t, es, 1)
	return es[0]
}

// written returns a fresh review.
func (r room) written(t require.TestingT, l reviews.Line, rating int) reviews.Review {
	x, err := r.Write(context.Background(), r.entitled(t, l).ID, reviews.Write{
		Meta: op.Meta{By: eva()}, Rating: rating, Title: "Soft", Text: "Very <b>soft</b>.\nReally.", Name: "Eva",
	})
	require.NoError(t, err)
	return x
}

func (r room) rating(t require.TestingT, p catalog.ID) reviews.Rating {
	rs, err := r.Ratings(context.Background(), p)
	require.NoError(t, err)
	return rs[0]
}

func second[T any](_ T, err error) error { return err }

func forbidden(t *testing.T, err error) {
	t.Helper()
	_, ok := errors.AsType[*lifecycle.Forbidden](err)
	require.True(t, ok, "%v", err)
}

func TestTheLifeOfAReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		x := r.written(t, line("or_1", 1, product(1)), 4)
		require.Equal(t, reviews.StatusPending, x.Status())
		require.Equal(t, eva(), x.Author)
		require.Equal(t, "Very <b>soft</b>.\nReally.", x.Text, "plain text is kept as it is")
		stored, err := r.Review(ctx, x.ID)
		require.NoError(t, err)
		require.Equal(t, x, stored)
		require.Zero(t, r.rating(t, product(1)).Count, "what is pending does not count")

		_, err = r.Publish(ctx, x.ID, reviews.Publish{Meta: op.Meta{IfVersion: 9}})
		require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		published, err := r.Publish(ctx, x.ID, reviews.Publish{Meta: ida()})
		require.NoError(t, err)
		require.Equal(t, reviews.Rating{Product: product(1), Count: 1, Sum: 4, Stars: [5]int64{3: 1}}, r.rating(t, product(1)))
		forbidden(t, second(r.Publish(ctx, x.ID, reviews.Publish{Meta: ida()})))
		forbidden(t, second(r.Reject(ctx, x.ID, reviews.Reject{Meta: ida(), Reason: "x"})))

		hidden, err := r.Hide(ctx, x.ID, reviews.Hide{Meta: ida(), Reason: "an insult"})
		require.NoError(t, err)
		require.Equal(t, published.Version+1, hidden.Version)
		require.Equal(t, "an insult", hidden.Reason)
		require.Equal(t, reviews.Rating{Product: product(1)}, r.rating(t, product(1)))
		forbidden(t, second(r.Hide(ctx, x.ID, reviews.Hide{Meta: ida(), Reason: "x"})))

		y := r.written(t, line("or_1", 2, product(1)), 1)
		_, err = r.Reject(ctx, y.ID, reviews.Reject{Meta: ida(), Reason: "off topic"})
		require.NoError(t, err)
		require.Zero(t, r.rating(t, product(1)).Count)
		require.Equal(t, []string{"review.written", "review.published", "review.hidden", "review.written", "review.rejected"}, r.events(t))
	})
}

func TestOnlyTheBuyerReviewsAndOnlyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		e := r.entitled(t, line("or_1", 1, product(1)))
		for _, by := range []op.Actor{{}, {Kind: op.Buyer, ID: "max"}, {Kind: op.Staff, ID: "eva"}} {
			_, err := r.Write(ctx, e.ID, reviews.Write{Meta: op.Meta{By: by}, Rating: 5})
			require.ErrorIs(t, err, reviews.ErrNoEntitlement)
		}
		const n = 6
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			wg.Go(func() { _, errs[i] = r.Write(ctx, e.ID, reviews.Write{Meta: op.Meta{By: eva()}, Rating: 5}) })
		}
		wg.Wait()
		good := 0
		for _, err := range errs {
			if err == nil {
				good++
				continue
			}
			require.ErrorIs(t, err, reviews.ErrReviewed)
		}
		require.Equal(t, 1, good)
		_, err := r.Write(ctx, e.ID, reviews.Write{Meta: op.Meta{By: eva()}, Rating: 5})
		require.ErrorIs(t, err, reviews.ErrReviewed)

		guest := line("or_2", 1, product(1))
		guest.Buyer = op.Actor{}
		_, err = r.Write(ctx, r.entitled(t, guest).ID, reviews.Write{Meta: op.Meta{By: op.Actor{Kind: op.Guest, ID: "x"}}, Rating: 3})
		require.NoError(t, err, "whoever has the id of the entitlement of a guest")
	})
}

func TestALineIsEntitledOnceHoweverOftenItIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		req := reviews.Entitle{Lines: []reviews.Line{line("or_1", 1, product(1))}, Invite: noon().Add(240 * time.Hour)}
		var wg sync.WaitGroup
		got, errs := make([][]reviews.Entitlement, 5), make([]error, 5)
		for i := range got {
			wg.Go(func() { got[i], errs[i] = r.Entitle(t.Context(), req) })
		}
		wg.Wait()
		for i := range got {
			require.NoError(t, errs[i])
			require.Equal(t, got[0], got[i])
		}
		req.Lines = append(req.Lines, line("or_1", 2, product(2)))
		both, err := r.Entitle(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, got[0][0], both[0])
		stored, err := r.EntitlementsOf(t.Context(), "or_1")
		require.NoError(t, err)
		require.Equal(t, both, stored)
		one, err := r.Entitlement(t.Context(), both[1].ID)
		require.NoError(t, err)
		require.Equal(t, both[1], one)
		require.Equal(t, []string{"review.invitation_due +240h0m0s", "review.invitation_due +240h0m0s"}, r.events(t))
	})
}

func TestBuyersAreInvitedOnceForWhatTheyHaveNotReviewed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.written(t, line("or_1", 1, product(1)), 5)
		open := r.entitled(t, line("or_1", 2, product(2)))
		invited, err := r.Invite(t.Context(), "or_1", reviews.Invite{})
		require.NoError(t, err)
		require.Len(t, invited, 1)
		require.Equal(t, open.ID, invited[0].ID)
		again, err := r.Invite(t.Context(), "or_1", reviews.Invite{})
		require.NoError(t, err)
		require.Empty(t, again)
		none, err := r.Invite(t.Context(), "or_9", reviews.Invite{})
		require.NoError(t, err)
		require.Empty(t, none)
		require.Equal(t, []string{"review.written", "review.invited"}, r.events(t))
	})
}

func TestKeyedWritesHappenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		e := r.entitled(t, line("or_1", 1, product(1)))
		req := reviews.Write{Meta: op.Meta{By: eva(), Key: "k"}, Rating: 5}
		first, err := r.Write(t.Context(), e.ID, req)
		require.NoError(t, err)
		same, err := r.Write(t.Context(), e.ID, req)
		require.NoError(t, err)
		require.Equal(t, first, same)
		req.Rating = 1
		_, err = r.Write(t.Context(), e.ID, req)
		require.ErrorIs(t, err, op.ErrMismatch)
	})
}

func TestPagesOfReviews(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		var want []reviews.ID
		for i := range 5 {
			x := r.written(t, line("or_1", i+1, product(byte(1+i%2))), 1+i)
			if i%2 == 0 {
				_, err := r.Publish(t.Context(), x.ID, reviews.Publish{})
				require.NoError(t, err)
				want = append([]reviews.ID{x.ID}, want...)
			}
			if i == 2 {
				r.clock.Advance(time.Second)
			}
		}
		q := reviews.Query{Filter: reviews.Filter{Product: product(1), Status: reviews.StatusPublished}, Request: page.Request{Limit: 2}}
		first, err := r.Reviews(t.Context(), q)
		require.NoError(t, err)
		q.Cursor = first.Next
		rest, err := r.Reviews(t.Context(), q)
		require.NoError(t, err)
		require.Empty(t, rest.Next)
		got := []reviews.ID{first.Items[0].ID, first.Items[1].ID, rest.Items[0].ID}
		require.Equal(t, want, got)
		q.Status = ""
		_, err = r.Reviews(t.Context(), q)
		require.ErrorIs(t, err, fault.Invalid, "a cursor belongs to its list")
		for _, row := range []struct {
			filter reviews.Filter
			want   int
		}{{reviews.Filter{}, 5}, {reviews.Filter{Product: product(2)}, 2}, {reviews.Filter{Status: reviews.StatusPending}, 2}} {
			p, err := r.Reviews(t.Context(), reviews.Query{Filter: row.filter})
			require.NoError(t, err)
			require.Len(t, p.Items, row.want)
		}
	})
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		ctx := t.Context()
		a, b := open(t, s, "a"), open(t, s, "bb")
		x := a.written(t, line("or_1", 1, product(1)), 5)
		require.ErrorIs(t, second(b.Review(ctx, x.ID)), reviews.ErrMissing)
		require.ErrorIs(t, second(b.Publish(ctx, x.ID, reviews.Publish{})), reviews.ErrMissing)
		require.ErrorIs(t, second(b.Hide(ctx, x.ID, reviews.Hide{Reason: "x"})), reviews.ErrMissing)
		require.ErrorIs(t, second(b.Reject(ctx, x.ID, reviews.Reject{Reason: "x"})), reviews.ErrMissing)
		require.ErrorIs(t, second(b.Entitlement(ctx, x.Entitlement)), reviews.ErrNoEntitlement)
		require.ErrorIs(t, second(b.Write(ctx, x.Entitlement, reviews.Write{Rating: 1})), reviews.ErrNoEntitlement)
		_, err := a.Publish(ctx, x.ID, reviews.Publish{})
		require.NoError(t, err)
		require.Zero(t, b.rating(t, product(1)).Count)
		b.written(t, line("or_1", 1, product(1)), 5)
		page, err := b.Reviews(ctx, reviews.Query{})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
	})
}

func TestManyAreModeratedAtOnceAndTheRatingIsExact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		const n = 8
		var ids []reviews.ID
		for i := range n {
			ids = append(ids, r.written(t, line("or_1", i+1, product(1)), 1+i%5).ID)
		}
		var wg sync.WaitGroup
		errs := make([]error, 2*n)
		for i := range 2 * n { // two moderators for each
			wg.Go(func() { _, errs[i] = r.Publish(t.Context(), ids[i%n], reviews.Publish{}) })
		}
		wg.Wait()
		for i := range n {
			require.True(t, (errs[i] == nil) != (errs[i+n] == nil), "%v, %v", errs[i], errs[i+n])
		}
		require.Equal(t, reviews.Rating{Product: product(1), Count: 8, Sum: 21, Stars: [5]int64{2, 2, 2, 1, 1}}, r.rating(t, product(1)))
	})
}

// Whatever staff does, the rating is what a plain model counts.
func TestTheRatingEqualsAModel(t *testing.T) {
	t.Parallel()
	r := open(t, unittest.Memory(t).Shipper(), "shop")
	order := 0
	rapid.Check(t, func(rt *rapid.T) {
		order++
		p := catalog.IDFrom(uuid.UUID{0: 2, 14: byte(order >> 8), 15: byte(order)})
		want := reviews.Rating{Product: p}
		status := map[reviews.ID]reviews.Status{}
		var all []reviews.Review
		for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			if len(all) == 0 || rapid.Bool().Draw(rt, "write") {
				x := r.written(rt, line("or_"+p.String(), i+1, p), rapid.IntRange(1, 5).Draw(rt, "rating"))
				all, status[x.ID] = append(all, x), x.Status()
				continue
			}
			x := rapid.SampledFrom(all).Draw(rt, "review")
			trigger := rapid.SampledFrom(reviews.Lifecycle().Triggers()).Draw(rt, "trigger")
			var err error
			switch trigger {
			case reviews.TriggerPublish:
				_, err = r.Publish(rt.Context(), x.ID, reviews.Publish{})
			case reviews.TriggerReject:
				_, err = r.Reject(rt.Context(), x.ID, reviews.Reject{Reason: "x"})
			case reviews.TriggerHide:
				_, err = r.Hide(rt.Context(), x.ID, reviews.Hide{Reason: "x"})
			}
			next, forbidden := reviews.Lifecycle().Next(status[x.ID], trigger)
			require.Equal(rt, forbidden == nil, err == nil)
			by := int64(0)
			switch {
			case forbidden != nil:
			case trigger == reviews.TriggerPublish:
				by = 1
			case trigger == reviews.TriggerHide:
				by = -1
			}
			status[x.ID] = next
			want.Count += by
			want.Sum += by * int64(x.Rating)
			want.Stars[x.Rating-1] += by
		}
		require.Equal(rt, want, r.rating(rt, p))
	})
	r.sound(t)
}

func TestABrokenRatingIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		x := r.written(t, line("or_1", 1, product(1)), 5)
		count := func(by int) {
			require.NoError(t, r.units.InTx(t.Context(), func(ctx context.Context, tt reviews.Tx) error {
				return tt.AddReviewRating(ctx, x, by)
			}))
		}
		count(1)
		found, err := r.read.ReviewDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []reviews.Discrepancy{{
			Invariant: "R1", Subject: product(1).String(), Text: "shows 1 reviews with 5 stars, a recount gives 0 reviews with 0 stars",
		}}, found)
		count(-1)
		err = r.units.InTx(t.Context(), func(ctx context.Context, tt reviews.Tx) error { return tt.AddReviewRating(ctx, x, -1) })
		require.ErrorIs(t, err, fault.Internal, "no rating falls below nothing")
	})
}

func TestInsideAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		undone := errors.New("undone")
		run := func(end error) error {
			return r.units.InTx(t.Context(), func(ctx context.Context, tt reviews.Tx) error {
				es, err := r.EntitleTx(ctx, tt, reviews.Entitle{Lines: []reviews.Line{line("or_1", 1, product(1))}})
				require.NoError(t, err)
				x, err := r.WriteTx(ctx, tt, es[0].ID, reviews.Write{Meta: op.Meta{By: eva()}, Rating: 5})
				require.NoError(t, err)
				_, err = r.RejectTx(ctx, tt, reviews.ID{}, reviews.Reject{Reason: "x"})
				require.ErrorIs(t, err, reviews.ErrMissing)
				_, err = r.PublishTx(ctx, tt, x.ID, reviews.Publish{})
				require.NoError(t, err)
				_, err = r.HideTx(ctx, tt, x.ID, reviews.Hide{Reason: "x"})
				require.NoError(t, err)
				_, err = r.InviteTx(ctx, tt, "or_1", reviews.Invite{})
				require.NoError(t, err)
				return end
			})
		}
		require.ErrorIs(t, run(undone), undone)
		require.Empty(t, r.events(t))
		require.NoError(t, run(nil))
		require.Len(t, r.events(t), 3)
	})
}

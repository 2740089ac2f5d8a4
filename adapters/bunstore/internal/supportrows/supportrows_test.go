package supportrows_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/supportrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/support"
)

// txn is the Tx of support as the store makes it.
type txn struct {
	supportrows.SupportTx
	eventrows.EventTx
	oprows.OperationTx
}

var _ support.Tx = txn{}

func wrap(u *unit.Unit) support.Tx { //nolint:ireturn // a room knows its Tx only
	return txn{
		SupportTx:   supportrows.SupportTx{SupportReader: supportrows.SupportReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
	}
}

// channel keeps what it was given and answers what it is told to.
type channel struct {
	mu   sync.Mutex
	got  []support.Outgoing
	fail error
}

func (c *channel) Deliver(ctx context.Context, o support.Outgoing) (string, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, o)
	if errors.Is(c.fail, errPanic) {
		panic("as planned")
	}
	return "ref", c.fail
}

var errPanic = errors.New("panic")

// room is a service with what tests want to know about it.
type room struct {
	*support.Service
	read      supportrows.SupportReader
	view      *unit.View
	clock     *clock.Manual
	units     tx.Runner[support.Tx]
	email     *channel
	addresses support.Addresses
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T, s *unit.Shipper, tenant string) room {
	t.Helper()
	var n atomic.Uint32
	secret := []byte("0123456789abcdef")
	cursors, err := page.NewCodec(secret)
	require.NoError(t, err)
	addresses, err := support.NewAddresses(secret, tenant, "reply@shop.example")
	require.NoError(t, err)
	r := room{
		read: supportrows.SupportReader{Q: s.View(tenant)}, view: s.View(tenant), clock: clock.NewManual(noon()),
		units: unittest.Runner(s, tenant, wrap), email: &channel{}, addresses: addresses,
	}
	r.Service = support.NewService(support.Deps{
		Units: r.units, Reader: r.read, Clock: r.clock, Cursors: cursors, Tenant: tenant, Addresses: addresses,
		Channels: map[support.Kind]support.Channel{support.Email: r.email}, //nolint:exhaustive // chat and phone need none
		NewID: func() uuid.UUID {
			i := n.Add(1)
			return uuid.UUID{6: 0x70, 8: 0x80, 9: byte(len(tenant)), 14: byte(i >> 8), 15: byte(i)}
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
		found, err := r.read.SupportDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

// events returns the names of all events.
func (r room) events(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := r.view.Read(t.Context(), unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 ORDER BY seq", Args: []any{r.view.Tenant()},
		Row: func(row unit.Row) error {
			var name string
			err := row.Scan(&name)
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

func staff() op.Meta { return op.Meta{By: op.Actor{Kind: op.Staff, ID: "ida"}} }

// begun returns a fresh conversation by email.
func (r room) begun(t *testing.T) support.Turn {
	t.Helper()
	turn, err := r.Begin(t.Context(), support.Begin{
		Kind: support.Email, Subject: "or_1", Title: "Where is it?", Text: "It has not come.",
		Customer: support.Person{By: op.Actor{Kind: op.Buyer, ID: "eva"}, Name: "Eva", Address: "eva@example.com"},
	})
	require.NoError(t, err)
	return turn
}

func second[T any](_ T, err error) error { return err }

func TestAConversationOverThreeWays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		turn := r.begun(t)
		id := turn.Conversation.ID
		require.Equal(t, support.StatusOpen, turn.Conversation.Status())

		_, err := r.Assign(ctx, id, support.Assign{Meta: staff(), To: staff().By})
		require.NoError(t, err)
		_, err = r.AddNote(ctx, id, support.AddNote{Meta: staff(), Text: "Ask the carrier first."})
		require.NoError(t, err)
		_, err = r.LogCall(ctx, id, support.LogCall{Meta: staff(), Direction: support.Outbound, Text: "Nobody there.", Duration: 30 * time.Second})
		require.NoError(t, err)
		reply, err := r.Reply(ctx, id, support.Reply{Meta: staff(), Text: "It comes tomorrow."})
		require.NoError(t, err)
		require.Equal(t, support.StatusPending, reply.Conversation.Status())
		require.Equal(t, support.Waiting, reply.Message.Delivery)
		_, err = r.Solve(ctx, id, support.Solve{Meta: staff()})
		require.NoError(t, err)
		r.clock.Advance(time.Hour)
		thanks, err := r.Say(ctx, id, support.Say{Text: "Thank you!"})
		require.NoError(t, err)
		require.Equal(t, support.StatusOpen, thanks.Conversation.Status(), "who says something opens it again")
		closed, err := r.Close(ctx, id, support.Close{Meta: staff()})
		require.NoError(t, err)
		for _, err := range []error{
			second(r.Say(ctx, id, support.Say{Text: "x"})), second(r.Reply(ctx, id, support.Reply{Text: "x"})),
			second(r.LogCall(ctx, id, support.LogCall{Text: "x", Direction: support.Inbound})),
		} {
			require.ErrorIs(t, err, support.ErrClosed)
		}
		_, err = r.Reopen(ctx, id, support.Reopen{})
		_, forbidden := errors.AsType[*lifecycle.Forbidden](err)
		require.True(t, forbidden)
		_, err = r.AddNote(ctx, id, support.AddNote{Meta: staff(), Text: "Was late."})
		require.NoError(t, err)

		about, err := r.About(ctx, "or_1")
		require.NoError(t, err)
		require.Len(t, about, 1)
		require.Equal(t, closed.Conversation.Messages+1, about[0].Messages)
		require.Equal(t, staff().By, about[0].Assignee)
		all, err := r.Messages(ctx, id)
		require.NoError(t, err)
		require.Len(t, all, 6)
		require.Equal(t, 30*time.Second, all[2].Duration)
		require.Equal(t, support.Phone, all[2].Kind)
		public, err := r.PublicMessages(ctx, id)
		require.NoError(t, err)
		require.Len(t, public, 4, "no notes")
		for _, m := range public {
			require.NotEqual(t, support.Note, m.Direction)
			require.Empty(t, m.Author.ID, "a customer does not learn the ids of staff")
		}
		require.Equal(t, []string{
			"support.message_received", "support.message_sent", "support.status_changed", "support.reply_queued",
			"support.status_changed", "support.message_received", "support.status_changed", "support.status_changed",
		}, r.events(t))
	})
}

func TestAChatNeedsNoChannel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		turn, err := r.Begin(t.Context(), support.Begin{Meta: staff(), Kind: support.Chat, Title: "Hello", Text: "May I help?"})
		require.NoError(t, err)
		require.Equal(t, support.StatusPending, turn.Conversation.Status())
		require.Equal(t, support.Settled, turn.Message.Delivery)
		require.Equal(t, support.Outbound, turn.Message.Direction)
		same, err := r.Deliver(t.Context(), turn.Message.ID)
		require.NoError(t, err)
		require.Equal(t, turn.Message, same)
	})
}

func TestAReplyIsDeliveredOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		c := r.begun(t).Conversation
		_, err := r.Receive(ctx, support.Incoming{
			From: "eva@example.com", To: []string{r.addresses.Of(c.ID)}, MessageID: "<1@example.com>", Title: "Re: x", Text: "Hello?",
		})
		require.NoError(t, err)
		reply, err := r.Reply(ctx, c.ID, support.Reply{Meta: staff(), Text: "It comes tomorrow."})
		require.NoError(t, err)
		var wg sync.WaitGroup
		errs := make([]error, 5)
		for i := range errs {
			wg.Go(func() { _, errs[i] = r.Deliver(ctx, reply.Message.ID) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, []support.Outgoing{{
			Key: reply.Message.ID.String(), To: "eva@example.com", Name: "Eva", ReplyTo: r.addresses.Of(c.ID),
			Title: "Re: Where is it?", Text: "It comes tomorrow.", InReplyTo: "1@example.com", At: noon(),
		}}, r.email.got)
		m, err := r.read.SupportMessage(ctx, reply.Message.ID)
		require.NoError(t, err)
		require.Equal(t, support.Settled, m.Delivery)
		require.Equal(t, "ref", m.Reference)
		_, err = r.Redeliver(ctx, m.ID, support.Redeliver{})
		require.ErrorIs(t, err, support.ErrDelivery)
		err = r.units.InTx(ctx, func(ctx context.Context, _ support.Tx) error { return second(r.Deliver(ctx, m.ID)) })
		require.ErrorIs(t, err, tx.ErrInUnit)
	})
}

func TestWhatFailsToBeDelivered(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fail error
		want support.Delivery
	}{
		"now":     {fault.New(fault.Unavailable, "x", "Not now."), support.Waiting},
		"ever":    {fault.New(fault.Declined, "x", "Never."), support.Failed},
		"unclear": {context.DeadlineExceeded, support.Unclear},
		"unknown": {fault.New(fault.Unknown, "x", "Who knows."), support.Unclear},
		"panic":   {errPanic, support.Unclear},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := open(t, unittest.Memory(t).Shipper(), "shop")
			r.email.fail = row.fail
			reply, err := r.Reply(t.Context(), r.begun(t).Conversation.ID, support.Reply{Text: "x"})
			require.NoError(t, err)
			m, err := r.Deliver(t.Context(), reply.Message.ID)
			require.NoError(t, err)
			require.Equal(t, row.want, m.Delivery)
			require.NotEmpty(t, m.Problem)
			_, err = r.Deliver(t.Context(), m.ID)
			require.NoError(t, err)
			require.Len(t, r.email.got, 1, "not again by itself, or not before it is due")

			r.email.fail = nil
			if row.want == support.Waiting {
				r.clock.Advance(time.Minute)
			} else {
				_, err = r.Redeliver(t.Context(), m.ID, support.Redeliver{Meta: staff()})
				require.NoError(t, err)
			}
			m, err = r.Deliver(t.Context(), m.ID)
			require.NoError(t, err)
			require.Equal(t, support.Settled, m.Delivery)
			require.Equal(t, r.email.got[0].Key, r.email.got[1].Key)
		})
	}
}

func TestAProcessThatDiedLeavesTheReplyUnclear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		reply, err := r.Reply(t.Context(), r.begun(t).Conversation.ID, support.Reply{Text: "x"})
		require.NoError(t, err)
		sending := reply.Message
		sending.Delivery, sending.Tries, sending.Due = support.Sending, 1, noon().Add(time.Minute)
		require.NoError(t, r.units.InTx(t.Context(), func(ctx context.Context, tt support.Tx) error {
			return tt.UpdateSupportDelivery(ctx, reply.Message, sending)
		}))
		m, err := r.Deliver(t.Context(), reply.Message.ID)
		require.NoError(t, err)
		require.Equal(t, support.Sending, m.Delivery, "it may still be going on")
		r.clock.Advance(time.Minute)
		m, err = r.Deliver(t.Context(), reply.Message.ID)
		require.NoError(t, err)
		require.Equal(t, support.Unclear, m.Delivery)
		require.Empty(t, r.email.got)
	})
}

func TestAnEmailFindsItsConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		c := r.begun(t).Conversation
		reply, err := r.Reply(ctx, c.ID, support.Reply{Text: "x"})
		require.NoError(t, err)
		receive := func(m support.Incoming) support.Received {
			m.Title, m.Text = "Re: x", "answer"
			got, err := r.Receive(ctx, m)
			require.NoError(t, err)
			return got
		}
		token, ours := r.addresses.Of(c.ID), "<"+reply.Message.ID.String()+"@shop.example>"

		byToken := receive(support.Incoming{From: "EVA@example.com", To: []string{"x@y.example", token}, MessageID: "<1@e>"})
		require.Equal(t, c.ID, byToken.Turn.Conversation.ID)
		require.False(t, byToken.Turn.Message.Foreign)
		require.Equal(t, support.StatusOpen, byToken.Turn.Conversation.Status())
		again := receive(support.Incoming{From: "eva@example.com", To: []string{token}, MessageID: "1@e"})
		require.True(t, again.Repeated)
		require.Equal(t, byToken.Turn.Message, again.Turn.Message)
		require.Equal(t, c.ID, receive(support.Incoming{From: "eva@example.com", MessageID: "2@e", InReplyTo: ours}).Turn.Conversation.ID)
		require.Equal(t, c.ID, receive(support.Incoming{From: "eva@example.com", MessageID: "3@e", References: []string{"<x@y>", "<1@e>"}}).Turn.Conversation.ID)

		stranger := receive(support.Incoming{From: "mallory@example.com", To: []string{token}, MessageID: "4@e"})
		require.Equal(t, c.ID, stranger.Turn.Conversation.ID)
		require.True(t, stranger.Turn.Message.Foreign)
		public, err := r.PublicMessages(ctx, c.ID)
		require.NoError(t, err)
		require.NotContains(t, public, stranger.Turn.Message)
		spoof := receive(support.Incoming{From: "mallory@example.com", MessageID: "5@e", InReplyTo: ours})
		require.NotEqual(t, c.ID, spoof.Turn.Conversation.ID)
		require.Empty(t, spoof.Turn.Conversation.Subject, "a stranger learns nothing of the order")
		require.Equal(t, "mallory@example.com", spoof.Turn.Conversation.Customer.Address)

		_, err = r.Close(ctx, c.ID, support.Close{})
		require.NoError(t, err)
		next := receive(support.Incoming{From: "eva@example.com", To: []string{token}, MessageID: "6@e"})
		require.NotEqual(t, c.ID, next.Turn.Conversation.ID)
		require.Equal(t, "or_1", next.Turn.Conversation.Subject)
		late := receive(support.Incoming{From: "mallory@example.com", To: []string{token}, MessageID: "7@e"})
		require.Empty(t, late.Turn.Conversation.Subject)
	})
}

func TestMachinesAreIgnored(t *testing.T) {
	t.Parallel()
	r := open(t, unittest.Memory(t).Shipper(), "shop")
	for _, change := range []func(m *support.Incoming){
		func(m *support.Incoming) { m.AutoSubmitted = "auto-replied; owner=x" },
		func(m *support.Incoming) { m.Precedence = "Bulk" },
		func(m *support.Incoming) { m.AutoReply = "yes" },
		func(m *support.Incoming) { m.ReturnPath = " <> " },
		func(m *support.Incoming) { m.From = "MAILER-DAEMON@example.com" },
	} {
		m := support.Incoming{From: "eva@example.com", MessageID: "1@e", Text: "I am away."}
		change(&m)
		got, err := r.Receive(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, support.Received{Ignored: true}, got)
	}
	require.Empty(t, r.events(t))
	got, err := r.Receive(t.Context(), support.Incoming{From: "eva@example.com", MessageID: "1@e", AutoSubmitted: "no", Title: "a\r\nb\x00", Text: "a\r\n\xff\x07b"})
	require.NoError(t, err)
	require.Equal(t, "ab", got.Turn.Conversation.Title)
	require.Equal(t, "a\n\uFFFDb", got.Turn.Message.Text, "what came in is mended, not lost")
}

func TestTheSameEmailAtOnceIsReceivedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		const n = 5
		var wg sync.WaitGroup
		got, errs := make([]support.Received, n), make([]error, n)
		for i := range n {
			wg.Go(func() {
				got[i], errs[i] = r.Receive(t.Context(), support.Incoming{From: "eva@example.com", MessageID: "1@e", Title: "x", Text: "x"})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		fresh := 0
		for _, g := range got {
			require.Equal(t, got[0].Turn.Conversation.ID, g.Turn.Conversation.ID)
			if !g.Repeated {
				fresh++
			}
		}
		require.Equal(t, 1, fresh)
	})
}

func TestManySpeakAtOnceAndNothingIsLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		c := r.begun(t).Conversation
		var wg sync.WaitGroup
		errs := make([]error, 5)
		for i := range errs {
			wg.Go(func() { _, errs[i] = r.Say(t.Context(), c.ID, support.Say{Text: "x"}) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		now, err := r.Conversation(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, 6, now.Messages)
	})
}

func TestKeyedWritesHappenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		c := r.begun(t).Conversation
		req := support.Say{Meta: op.Meta{Key: "k"}, Text: "x"}
		first, err := r.Say(t.Context(), c.ID, req)
		require.NoError(t, err)
		same, err := r.Say(t.Context(), c.ID, req)
		require.NoError(t, err)
		require.Equal(t, first, same)
		req.Text = "y"
		require.ErrorIs(t, second(r.Say(t.Context(), c.ID, req)), op.ErrMismatch)
		_, err = r.Solve(t.Context(), c.ID, support.Solve{Meta: op.Meta{IfVersion: 1}})
		require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	})
}

func TestPagesOfConversations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		var ids []support.ID
		for range 3 {
			ids = append(ids, r.begun(t).Conversation.ID)
			r.clock.Advance(time.Second)
		}
		_, err := r.Assign(ctx, ids[0], support.Assign{To: staff().By})
		require.NoError(t, err)
		_, err = r.Solve(ctx, ids[1], support.Solve{})
		require.NoError(t, err)
		q := support.Query{Request: page.Request{Limit: 2}}
		first, err := r.Conversations(ctx, q)
		require.NoError(t, err)
		q.Cursor = first.Next
		rest, err := r.Conversations(ctx, q)
		require.NoError(t, err)
		require.Equal(t, []support.ID{ids[1], ids[0], ids[2]}, []support.ID{first.Items[0].ID, first.Items[1].ID, rest.Items[0].ID})
		for _, row := range []struct {
			filter support.Filter
			want   int
		}{
			{support.Filter{Status: support.StatusOpen}, 2},
			{support.Filter{Assignee: staff().By}, 1},
			{support.Filter{Assignee: staff().By, Status: support.StatusSolved}, 0},
		} {
			p, err := r.Conversations(ctx, support.Query{Filter: row.filter})
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
		turn := a.begun(t)
		id := turn.Conversation.ID
		for _, err := range []error{
			second(b.Conversation(ctx, id)), second(b.Say(ctx, id, support.Say{Text: "x"})), second(b.Reply(ctx, id, support.Reply{Text: "x"})),
			second(b.AddNote(ctx, id, support.AddNote{Text: "x"})), second(b.Assign(ctx, id, support.Assign{})),
			second(b.LogCall(ctx, id, support.LogCall{Text: "x", Direction: support.Inbound})), second(b.Solve(ctx, id, support.Solve{})),
			second(b.Reopen(ctx, id, support.Reopen{})), second(b.Close(ctx, id, support.Close{})),
			second(b.Deliver(ctx, turn.Message.ID)), second(b.Redeliver(ctx, turn.Message.ID, support.Redeliver{})),
		} {
			require.ErrorIs(t, err, fault.NotFound)
		}
		messages, err := b.Messages(ctx, id)
		require.NoError(t, err)
		require.Empty(t, messages)
		got, err := b.Receive(ctx, support.Incoming{From: "eva@example.com", To: []string{a.addresses.Of(id)}, MessageID: "1@e"})
		require.NoError(t, err)
		require.NotEqual(t, id, got.Turn.Conversation.ID)
	})
}

func TestInsideAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		undone := errors.New("undone")
		run := func(end error) error {
			return r.units.InTx(t.Context(), func(ctx context.Context, tt support.Tx) error {
				turn, err := r.BeginTx(ctx, tt, support.Begin{Kind: support.Chat, Title: "x", Text: "x"})
				require.NoError(t, err)
				id := turn.Conversation.ID
				for _, err := range []error{
					second(r.SayTx(ctx, tt, id, support.Say{Text: "x"})), second(r.ReplyTx(ctx, tt, id, support.Reply{Text: "x"})),
					second(r.AddNoteTx(ctx, tt, id, support.AddNote{Text: "x"})), second(r.AssignTx(ctx, tt, id, support.Assign{To: staff().By})),
					second(r.LogCallTx(ctx, tt, id, support.LogCall{Text: "x", Direction: support.Inbound})),
					second(r.SolveTx(ctx, tt, id, support.Solve{})), second(r.ReopenTx(ctx, tt, id, support.Reopen{})),
					second(r.CloseTx(ctx, tt, id, support.Close{})),
				} {
					require.NoError(t, err)
				}
				require.ErrorIs(t, second(r.SayTx(ctx, tt, id, support.Say{Text: "x"})), support.ErrClosed)
				require.ErrorIs(t, second(r.RedeliverTx(ctx, tt, turn.Message.ID, support.Redeliver{})), support.ErrDelivery)
				got, err := r.ReceiveTx(ctx, tt, support.Incoming{From: "eva@example.com", MessageID: "1@e", Title: "x", Text: "x"})
				require.NoError(t, err)
				again, err := r.ReceiveTx(ctx, tt, support.Incoming{From: "eva@example.com", MessageID: "1@e"})
				require.NoError(t, err)
				require.True(t, again.Repeated)
				require.Equal(t, got.Turn.Message, again.Turn.Message)
				return end
			})
		}
		require.ErrorIs(t, run(undone), undone)
		require.Empty(t, r.events(t))
		require.NoError(t, run(nil))
	})
}

func TestABrokenCountIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		c := r.begun(t).Conversation
		set := func(n int) {
			c.Version++
			c.Messages = n
			require.NoError(t, r.units.InTx(t.Context(), func(ctx context.Context, tt support.Tx) error { return tt.UpdateSupportConversation(ctx, c) }))
		}
		set(2)
		found, err := r.read.SupportDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []support.Discrepancy{
			{Invariant: "C1", Subject: c.ID.String(), Text: "knows of 2 messages, has 1, and the last is number 1"},
		}, found)
		set(1)
	})
}

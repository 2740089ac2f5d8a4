package orderrows_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

// verb is a valid call of a verb, in a unit of its own if t is nil.
type verb func(ctx context.Context, t order.Tx, x order.ID, m op.Meta) (order.Order, error)

// either calls the plain form or the Tx form of a verb.
func either[R any](
	plain func(context.Context, order.ID, R) (order.Order, error),
	joined func(context.Context, order.Tx, order.ID, R) (order.Order, error),
	request func(op.Meta) R,
) verb {
	return func(ctx context.Context, t order.Tx, x order.ID, m op.Meta) (order.Order, error) {
		if t == nil {
			return plain(ctx, x, request(m))
		}
		return joined(ctx, t, x, request(m))
	}
}

func (r room) verbs() map[string]verb {
	items := []order.Item{{Line: 1, Quantity: 2}}
	return map[string]verb{
		"confirm":  either(r.Confirm, r.ConfirmTx, func(m op.Meta) order.Confirm { return order.Confirm{Meta: m} }),
		"hold":     either(r.Hold, r.HoldTx, func(m op.Meta) order.Hold { return order.Hold{Meta: m, Reason: "look"} }),
		"resume":   either(r.Resume, r.ResumeTx, func(m op.Meta) order.Resume { return order.Resume{Meta: m} }),
		"cancel":   either(r.Cancel, r.CancelTx, func(m op.Meta) order.Cancel { return order.Cancel{Meta: m, Reason: "no"} }),
		"complete": either(r.Complete, r.CompleteTx, func(m op.Meta) order.Complete { return order.Complete{Meta: m} }),
		"lapse":    either(r.Lapse, r.LapseTx, func(m op.Meta) order.Lapse { return order.Lapse{Meta: m} }),
		"pay": either(r.RecordPayment, r.RecordPaymentTx, func(m op.Meta) order.RecordPayment {
			return order.RecordPayment{Meta: m, Payment: "py_1", Ref: "1", Amount: money.EUR(100)}
		}),
		"refund": either(r.RecordRefund, r.RecordRefundTx, func(m op.Meta) order.RecordRefund {
			return order.RecordRefund{Meta: m, Payment: "py_1", Ref: "1", Amount: money.EUR(40)}
		}),
		"ship": either(r.RecordShipment, r.RecordShipmentTx, func(m op.Meta) order.RecordShipment {
			return order.RecordShipment{Meta: m, Shipment: "fu_1", Items: items}
		}),
		"return": either(r.RecordReturn, r.RecordReturnTx, func(m op.Meta) order.RecordReturn {
			return order.RecordReturn{Meta: m, Return: "rt_1", Items: items}
		}),
	}
}

// Every verb in every state: the state it leads to and what it says, or the
// code of the refusal, after which nothing has changed.
func TestEveryVerbInEveryState(t *testing.T) {
	t.Parallel()
	forbidden, short := lifecycle.CodeForbidden, "order_line_exceeded"
	want := map[order.Status]map[string]string{
		order.StatusPlaced: {
			"confirm": "confirmed: order.confirmed", "hold": "on_hold: order.on_hold", "resume": forbidden,
			"cancel": "cancelled: order.cancelled", "complete": forbidden, "lapse": "placed: ", "pay": "placed: order.payment_recorded",
			"refund": "order_refund_too_high", "ship": "order_not_confirmed", "return": short,
		},
		order.StatusOnHold: {
			"confirm": forbidden, "hold": forbidden, "resume": "placed: order.resumed", "cancel": "cancelled: order.cancelled",
			"complete": forbidden, "lapse": "on_hold: ", "pay": "on_hold: order.payment_recorded", "refund": "order_refund_too_high",
			"ship": "order_not_confirmed", "return": short,
		},
		order.StatusConfirmed: {
			"confirm": forbidden, "hold": forbidden, "resume": forbidden, "cancel": "cancelled: order.cancelled",
			"complete": "completed: order.completed", "lapse": "confirmed: ", "pay": "confirmed: order.payment_recorded",
			"refund": "order_refund_too_high", "ship": "confirmed: order.shipment_recorded", "return": short,
		},
		order.StatusCompleted: {
			"confirm": forbidden, "hold": forbidden, "resume": forbidden, "cancel": forbidden, "complete": forbidden,
			"lapse": "completed: ", "pay": "completed: order.payment_recorded", "refund": "order_refund_too_high",
			"ship": "order_not_confirmed", "return": short,
		},
		order.StatusCancelled: {
			"confirm": forbidden, "hold": forbidden, "resume": forbidden, "cancel": forbidden, "complete": forbidden,
			"lapse": "cancelled: ", "pay": "cancelled: order.payment_recorded", "refund": "order_refund_too_high",
			"ship": "order_not_confirmed", "return": short,
		},
	}
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		for _, state := range order.Lifecycle().States() {
			require.Len(t, want[state], len(r.verbs()))
			for name, verb := range r.verbs() {
				o := r.in(t, fmt.Sprintf("%s-%s", state, name), state)
				before := r.events(t, o.ID)
				got, err := verb(t.Context(), nil, o.ID, by())
				outcome, events, moved := strings.Cut(want[state][name], ": ")
				if !moved {
					require.Equal(t, outcome, fault.CodeOf(err), "%s %s", state, name)
					require.ErrorIs(t, err, fault.Conflict)
					r.same(t, o)
					require.Equal(t, before, r.events(t, o.ID))
					continue
				}
				require.NoError(t, err, "%s %s", state, name)
				require.Equal(t, order.Status(outcome), got.Status(), "%s %s", state, name)
				r.same(t, got)
				if events == "" {
					require.Equal(t, o, got)
					continue
				}
				require.Equal(t, o.Version+1, got.Version)
				require.Equal(t, append(before, fmt.Sprintf("%s %d", events, got.Version)), r.events(t, o.ID))
			}
		}
		r.sound(t)
	})
}

func TestUnknownForeignAndStaleOrders(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r, other := open(t, s, "shop"), open(t, s, "other")
		o := r.in(t, "N-1", order.StatusConfirmed)
		before := r.events(t, o.ID)
		for _, row := range []struct {
			name  string
			in    room
			order order.ID
			meta  op.Meta
			want  error
		}{
			{"unknown", r, order.NewID(id.V7), op.Meta{}, fault.Missing("order")},
			{"none", r, order.ID{}, op.Meta{}, fault.Missing("order")},
			{"foreign", other, o.ID, op.Meta{}, fault.Missing("order")},
			{"stale", r, o.ID, op.Meta{IfVersion: 1}, fault.Stale("order", 1, 2)},
			{"from the future", r, o.ID, op.Meta{IfVersion: 3}, fault.Stale("order", 3, 2)},
		} {
			for name, verb := range row.in.verbs() {
				_, err := verb(t.Context(), nil, row.order, row.meta)
				require.EqualError(t, err, row.want.Error(), row.name+": "+name)
			}
		}
		r.same(t, o)
		require.Equal(t, before, r.events(t, o.ID))
	})
}

func TestRefusedInputNamesTheFieldAndChangesNothing(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 600)
	const billion = 1_000_000_000
	type call = func(r room, x order.ID) error
	second := func(_ order.Order, err error) error { return err }
	pay := func(p order.RecordPayment) call {
		return func(r room, x order.ID) error {
			err := second(r.RecordPayment(t.Context(), x, p))
			refund := second(r.RecordRefund(t.Context(), x, order.RecordRefund(p)))
			if fmt.Sprint(fault.FieldsOf(err)) != fmt.Sprint(fault.FieldsOf(refund)) {
				return fmt.Errorf("payment: %w, refund: %w", err, refund)
			}
			return err
		}
	}
	move := func(source string, items ...order.Item) call {
		return func(r room, x order.ID) error {
			err := second(r.RecordShipment(t.Context(), x, order.RecordShipment{Shipment: source, Items: items}))
			back := second(r.RecordReturn(t.Context(), x, order.RecordReturn{Return: source, Items: items}))
			if len(fault.FieldsOf(err)) != len(fault.FieldsOf(back)) {
				return fmt.Errorf("shipment: %w, return: %w", err, back)
			}
			return err
		}
	}
	reason := func(text string) call {
		return func(r room, x order.ID) error {
			err := second(r.Hold(t.Context(), x, order.Hold{Reason: text}))
			cancel := second(r.Cancel(t.Context(), x, order.Cancel{Reason: text}))
			if fmt.Sprint(fault.FieldsOf(err)) != fmt.Sprint(fault.FieldsOf(cancel)) {
				return fmt.Errorf("hold: %w, cancel: %w", err, cancel)
			}
			return err
		}
	}
	many := make([]order.Item, order.MaxLines+1)
	for i := range many {
		many[i] = order.Item{Line: i + 1, Quantity: 1}
	}
	rows := map[string]call{
		"reason required":                  reason(""),
		"reason too_long":                  reason(long),
		"reason not_utf8":                  reason("\xff"),
		"reason control_character":         reason("a\x00"),
		"payment required":                 pay(order.RecordPayment{Amount: money.EUR(1)}),
		"payment too_long":                 pay(order.RecordPayment{Payment: long, Amount: money.EUR(1)}),
		"payment not_utf8":                 pay(order.RecordPayment{Payment: "\xff", Amount: money.EUR(1)}),
		"ref control_character":            pay(order.RecordPayment{Payment: "p", Ref: "\x00", Amount: money.EUR(1)}),
		"amount currency_mismatch":         pay(order.RecordPayment{Payment: "p"}),
		"amount currency_mismatch ":        pay(order.RecordPayment{Payment: "p", Amount: money.USD(10_490)}),
		"amount out_of_range":              pay(order.RecordPayment{Payment: "p", Amount: money.EUR(0)}),
		"amount out_of_range ":             pay(order.RecordPayment{Payment: "p", Amount: money.EUR(-1)}),
		"amount amount_overflow":           pay(order.RecordPayment{Payment: "p", Amount: money.EUR(money.Limit + 1)}),
		"shipment required":                move("", order.Item{Line: 1, Quantity: 1}),
		"shipment too_long":                move(long, order.Item{Line: 1, Quantity: 1}),
		"items out_of_range":               move("s"),
		"items out_of_range ":              move("s", many...),
		"items[0].line out_of_range":       move("s", order.Item{Quantity: 1}),
		"items[0].quantity out_of_range":   move("s", order.Item{Line: 1}),
		"items[0].quantity out_of_range ":  move("s", order.Item{Line: 1, Quantity: -1}),
		"items[0].quantity out_of_range  ": move("s", order.Item{Line: 1, Quantity: billion}),
		"items[1].line twice":              move("s", order.Item{Line: 1, Quantity: 1}, order.Item{Line: 1, Quantity: 1}),
	}
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		before := r.events(t, o.ID)
		for name, call := range rows {
			err := call(r, o.ID)
			require.ErrorIs(t, err, fault.Invalid, name)
			require.Len(t, fault.FieldsOf(err), 1, name)
			f := fault.FieldsOf(err)[0]
			require.Equal(t, strings.TrimSpace(name), f.Path+" "+f.Code)
		}
		for name, verb := range r.verbs() {
			_, err := verb(t.Context(), nil, o.ID, op.Meta{Key: "é"})
			require.ErrorIs(t, err, fault.Invalid, name)
			require.Equal(t, "key", fault.FieldsOf(err)[0].Path)
		}
		r.same(t, o)
		require.Equal(t, before, r.events(t, o.ID))
		r.sound(t)
	})
}

func TestThePaymentThatPaysConfirms(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		pay := func(o order.Order, ref string, minor int64) order.Order {
			t.Helper()
			got, err := r.RecordPayment(t.Context(), o.ID, order.RecordPayment{Payment: "py_1", Ref: ref, Amount: money.EUR(minor)})
			require.NoError(t, err)
			r.same(t, got)
			return got
		}
		o := r.place(t, draft("N-1"))
		o = pay(o, "1", 10_000)
		require.Equal(t, order.StatusPlaced, o.Status())
		require.Equal(t, order.PartlyPaid, o.PaymentStanding())
		o = pay(o, "2", 490)
		require.Equal(t, order.StatusConfirmed, o.Status())
		require.Equal(t, order.Paid, o.PaymentStanding())
		require.Equal(t, 3, o.Version)
		events := r.events(t, o.ID)
		require.Equal(t, []string{"order.payment_recorded 2", "order.payment_recorded 3", "order.confirmed 3"}, events[len(events)-3:])

		over := pay(r.place(t, draft("N-2")), "1", 10_491)
		require.Equal(t, order.Overpaid, over.PaymentStanding())
		require.Equal(t, order.StatusPlaced, over.Status(), "somebody looks first")

		held := pay(r.in(t, "N-3", order.StatusOnHold), "1", 10_490)
		require.Equal(t, order.StatusOnHold, held.Status())
		held, err := r.Resume(t.Context(), held.ID, order.Resume{})
		require.NoError(t, err)
		require.Equal(t, order.StatusConfirmed, held.Status())
		require.Empty(t, held.Reason)
		r.sound(t)
	})
}

func TestFactsAreToldOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.in(t, "N-1", order.StatusConfirmed)
		for _, name := range []string{"pay", "refund", "ship", "return"} {
			first, err := r.verbs()[name](t.Context(), nil, o.ID, by())
			require.NoError(t, err, name)
			r.clock.Advance(time.Second)
			again, err := r.verbs()[name](t.Context(), nil, o.ID, op.Meta{})
			require.NoError(t, err, name)
			require.Equal(t, first, again, name)
		}
		_, err := r.RecordPayment(t.Context(), o.ID, order.RecordPayment{Payment: "py_1", Ref: "1", Amount: money.EUR(101)})
		require.ErrorIs(t, err, order.ErrTold)
		_, err = r.RecordShipment(t.Context(), o.ID, order.RecordShipment{Shipment: "fu_1", Items: []order.Item{{Line: 1, Quantity: 1}}})
		require.ErrorIs(t, err, order.ErrTold)
		got, err := r.Order(t.Context(), o.ID)
		require.NoError(t, err)
		require.Equal(t, money.EUR(100), got.Paid)
		require.Equal(t, money.EUR(40), got.Refunded)
		require.Equal(t, 2, got.Lines[0].Shipped)
		require.Equal(t, 2, got.Lines[0].Returned)
		require.Equal(t, o.Version+4, got.Version)
		r.sound(t)
	})
}

// Facts told by many at once: each is noted exactly once, none is refused
// because another came first.
func TestFactsToldByManyAtOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		var wg sync.WaitGroup
		errs := make([]error, 9)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = r.RecordPayment(t.Context(), o.ID, order.RecordPayment{
					Payment: "py_1", Ref: strconv.Itoa(i % 3), Amount: money.EUR(100),
				})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		got, err := r.Order(t.Context(), o.ID)
		require.NoError(t, err)
		require.Equal(t, money.EUR(300), got.Paid)
		require.Equal(t, 4, got.Version)
		r.sound(t)
	})
}

func TestOfTwoWritersOneWins(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				if i%2 == 0 {
					_, errs[i] = r.Confirm(t.Context(), o.ID, order.Confirm{Meta: op.Meta{IfVersion: 1}})
				} else {
					_, errs[i] = r.Hold(t.Context(), o.ID, order.Hold{Meta: op.Meta{IfVersion: 1}, Reason: "x"})
				}
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, fault.Conflict)
			require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		}
		require.Equal(t, 1, won)
		got, err := r.Order(t.Context(), o.ID)
		require.NoError(t, err)
		require.Equal(t, 2, got.Version)
		require.Len(t, r.events(t, o.ID), 3)
	})
}

func TestCancelTakesTheSaleOutOfTheBooks(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		_, err := r.RecordPayment(t.Context(), o.ID, order.RecordPayment{Payment: "py_1", Amount: money.EUR(100)})
		require.NoError(t, err)
		got, err := r.Cancel(t.Context(), o.ID, order.Cancel{Meta: by(), Reason: "customer asked"})
		require.NoError(t, err)
		require.Equal(t, "customer asked", got.Reason)
		require.Equal(t, money.EUR(-100), got.Owed())
		require.Equal(t, 3, got.Lines[0].Cancelled)
		require.Equal(t, 2, got.Lines[1].Cancelled)
		require.Equal(t, map[string]int64{"receivable": 0, "sales": 0, "shipping": 0, "tax": 0}, r.balances(t))
		entries, err := r.books.EntriesOf(t.Context(), o.ID.String())
		require.NoError(t, err)
		require.Len(t, entries, 2)
		require.Equal(t, "order cancelled", entries[1].Memo)

		gone := r.in(t, "N-2", order.StatusConfirmed)
		_, err = r.RecordShipment(t.Context(), gone.ID, order.RecordShipment{Shipment: "fu_1", Items: []order.Item{{Line: 4, Quantity: 1}}})
		require.NoError(t, err)
		_, err = r.Cancel(t.Context(), gone.ID, order.Cancel{Reason: "too late"})
		require.ErrorIs(t, err, order.ErrShipped)
		r.sound(t)
	})
}

func TestAnUnpaidOrderLapsesAtTheMomentItIsDue(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		unpaid, held := r.place(t, draft("N-1")), r.in(t, "N-2", order.StatusOnHold)
		started, confirmed := r.place(t, draft("N-3")), r.in(t, "N-4", order.StatusConfirmed)
		started, err := r.RecordPayment(t.Context(), started.ID, order.RecordPayment{Payment: "py_1", Amount: money.EUR(1)})
		require.NoError(t, err)
		endless := draft("N-5")
		endless.PaymentDue = time.Time{}
		never := r.place(t, endless)
		lapse := func(o order.Order) order.Order {
			t.Helper()
			got, err := r.Lapse(t.Context(), o.ID, order.Lapse{})
			require.NoError(t, err)
			r.same(t, got)
			return got
		}
		r.clock.Set(unpaid.PaymentDue.Add(-time.Microsecond))
		require.Equal(t, unpaid, lapse(unpaid))
		r.clock.Advance(time.Microsecond)
		for _, o := range []order.Order{unpaid, held} {
			got := lapse(o)
			require.Equal(t, order.StatusCancelled, got.Status())
			require.Equal(t, order.Lapsed, got.Reason)
			require.Equal(t, got, lapse(got))
		}
		for _, o := range []order.Order{started, confirmed, never} {
			require.Equal(t, o, lapse(o))
		}
		require.Equal(t, int64(3*10_490), r.balances(t)["receivable"])
		r.sound(t)
	})
}

func TestGoodsLeaveAndComeBackWithinBounds(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.in(t, "N-1", order.StatusConfirmed)
		ship := func(shipment string, items ...order.Item) (order.Order, error) {
			return r.RecordShipment(t.Context(), o.ID, order.RecordShipment{Shipment: shipment, Items: items})
		}
		var exceeded *order.Exceeded
		_, err := ship("a", order.Item{Line: 1, Quantity: 4})
		require.ErrorAs(t, err, &exceeded)
		require.Equal(t, &order.Exceeded{Line: 1, Want: 4, Have: 3}, exceeded)
		require.ErrorIs(t, err, fault.Conflict)
		_, err = ship("a", order.Item{Line: 1, Quantity: 1}, order.Item{Line: 2, Quantity: 1})
		require.ErrorIs(t, err, fault.NotFound)
		require.Equal(t, "items", fault.FieldsOf(err)[0].Path)
		r.same(t, o)

		got, err := ship("a", order.Item{Line: 1, Quantity: 3}, order.Item{Line: 4, Quantity: 1})
		require.NoError(t, err)
		require.Equal(t, order.PartlyShipped, got.ShipmentStanding())
		got, err = ship("b", order.Item{Line: 4, Quantity: 1})
		require.NoError(t, err)
		require.Equal(t, order.Shipped, got.ShipmentStanding())
		_, err = ship("c", order.Item{Line: 4, Quantity: 1})
		require.ErrorAs(t, err, &exceeded)

		_, err = r.RecordReturn(t.Context(), o.ID, order.RecordReturn{Return: "r", Items: []order.Item{{Line: 1, Quantity: 3}}})
		require.NoError(t, err)
		_, err = r.RecordReturn(t.Context(), o.ID, order.RecordReturn{Return: "s", Items: []order.Item{{Line: 1, Quantity: 1}}})
		require.ErrorAs(t, err, &exceeded)
		require.Equal(t, 0, exceeded.Have)
		r.sound(t)
	})
}

func TestAKeyMakesEveryVerbHappenOnce(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		start := map[string]order.Status{"resume": order.StatusOnHold, "complete": order.StatusConfirmed, "ship": order.StatusConfirmed}
		for name, verb := range r.verbs() {
			if name == "refund" || name == "return" {
				continue // nothing was paid or shipped
			}
			state, ok := start[name]
			if !ok {
				state = order.StatusPlaced
			}
			o := r.in(t, "N-"+name, state)
			meta := op.Meta{By: by().By, Key: "k"}
			first, err := verb(t.Context(), nil, o.ID, meta)
			require.NoError(t, err, name)
			events := r.events(t, o.ID)
			again, err := verb(t.Context(), nil, o.ID, meta)
			require.NoError(t, err, name)
			require.Equal(t, first, again, name)
			require.Equal(t, events, r.events(t, o.ID), name)
			other := r.in(t, "M-"+name, state)
			_, err = verb(t.Context(), nil, other.ID, meta)
			require.ErrorIs(t, err, op.ErrMismatch, name)
		}
		r.sound(t)
	})
}

func TestTheTxFormsAreWholeInsideAUnit(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		o := r.place(t, draft("N-1"))
		giveUp := errors.New("given up")
		live := func(x order.ID, end error, names ...string) (last order.Order, err error) {
			err = r.units.InTx(t.Context(), func(ctx context.Context, u order.Tx) error {
				for _, name := range names {
					if last, err = r.verbs()[name](ctx, u, x, by()); err != nil {
						return fmt.Errorf("%s: %w", name, err)
					}
				}
				return end
			})
			return last, err
		}
		_, err := live(o.ID, giveUp, "hold", "resume", "cancel")
		require.ErrorIs(t, err, giveUp)
		r.same(t, o)
		require.Len(t, r.events(t, o.ID), 2)

		got, err := live(o.ID, nil, "lapse", "hold", "resume", "pay", "refund", "confirm", "ship", "return", "complete")
		require.NoError(t, err)
		require.Equal(t, 9, got.Version)
		r.same(t, got)
		got, err = live(r.place(t, draft("N-2")).ID, nil, "cancel")
		require.NoError(t, err)
		r.same(t, got)
		_, err = live(got.ID, nil, "confirm")
		require.Equal(t, lifecycle.CodeForbidden, fault.CodeOf(err))
		r.sound(t)
	})
}

// Random lives of orders: whatever is tried, no invariant breaks, the version
// counts the successful changes, and the books show the totals of the orders
// that live.
func TestRandomLivesKeepTheInvariants(t *testing.T) {
	t.Parallel()
	s := unittest.Memory(t).Shipper()
	history := 0
	rapid.Check(t, func(x *rapid.T) {
		history++
		r := open(t, s, fmt.Sprint("shop-", history))
		o := r.place(t, draft("N-1"))
		for i := range rapid.IntRange(1, 12).Draw(x, "steps") {
			was, err := r.Order(t.Context(), o.ID)
			require.NoError(x, err)
			now, err := r.step(t.Context(), x, o.ID, i)
			if err != nil {
				require.ErrorIs(x, err, fault.Conflict)
				now = was
			} else {
				require.LessOrEqual(x, now.Version-was.Version, 1)
			}
			stored, err := r.Order(t.Context(), o.ID)
			require.NoError(x, err)
			require.Equal(x, now, stored)
		}
		r.sound(t)
		end, err := r.Order(t.Context(), o.ID)
		require.NoError(x, err)
		owed := int64(10_490)
		if end.Status() == order.StatusCancelled {
			owed = 0
		}
		require.Equal(x, owed, r.balances(t)["receivable"])
	})
}

// step does one thing to an order.
func (r room) step(ctx context.Context, x *rapid.T, o order.ID, i int) (order.Order, error) {
	source := fmt.Sprint("s-", rapid.IntRange(max(0, i-1), i).Draw(x, "source"))
	amount := money.EUR(rapid.SampledFrom([]int64{1, 490, 10_000, 10_490}).Draw(x, "amount"))
	items := []order.Item{{Line: rapid.SampledFrom([]int{1, 4}).Draw(x, "line"), Quantity: rapid.IntRange(1, 3).Draw(x, "quantity")}}
	switch name := rapid.SampledFrom([]string{"confirm", "hold", "resume", "cancel", "complete", "pay", "refund", "ship", "return"}).Draw(x, "verb"); name {
	case "pay":
		return r.RecordPayment(ctx, o, order.RecordPayment{Payment: source, Amount: amount})
	case "refund":
		return r.RecordRefund(ctx, o, order.RecordRefund{Payment: source, Amount: amount})
	case "ship":
		return r.RecordShipment(ctx, o, order.RecordShipment{Shipment: source, Items: items})
	case "return":
		return r.RecordReturn(ctx, o, order.RecordReturn{Return: source, Items: items})
	default:
		return r.verbs()[name](ctx, nil, o, op.Meta{})
	}
}

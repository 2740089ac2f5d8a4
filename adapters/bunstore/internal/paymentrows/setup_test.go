package paymentrows_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/paymentrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/payment/paymenttest"
)

// txn is the Tx of payments on one unit.
type txn struct {
	paymentrows.PaymentTx
	oprows.OperationTx
	eventrows.EventTx
	ledgerrows.LedgerTx
}

func newTx(u *unit.Unit) payment.Tx { //nolint:ireturn // what the runner of the room is made of
	return txn{
		PaymentTx:   paymentrows.PaymentTx{PaymentReader: paymentrows.PaymentReader{Q: u}, U: u},
		OperationTx: oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u},
		EventTx:     eventrows.EventTx{U: u},
		LedgerTx:    ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u},
	}
}

// shop is the room on one database, with a provider in memory as "card".
type shop struct {
	*payment.Service
	units    tx.Runner[payment.Tx]
	card     *paymenttest.Scripted
	clock    *clock.Manual
	reader   payment.Reader
	shipper  *unit.Shipper
	tenant   string
	subjects atomic.Int64
	ids      atomic.Uint64
}

// newID makes the same ids in every run of a test.
func (x *shop) newID() uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[8:], x.ids.Add(1))
	return u
}

func open(t require.TestingT, s *unit.Shipper, tenant string) *shop {
	c := clock.NewManual(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	x := &shop{
		units: unittest.Runner(s, tenant, newTx), card: &paymenttest.Scripted{}, clock: c,
		reader: paymentrows.PaymentReader{Q: s.View(tenant)}, shipper: s, tenant: tenant,
	}
	x.Service = x.service(t, payment.Methods{
		"card": x.card, "cod": manual.New(),
		"bank": &manual.Provider{Instructions: "Pay to DE00.", Window: 7 * 24 * time.Hour},
		"bare": bare{x.card},
	}, nil)
	return x
}

func (x *shop) service(t require.TestingT, m payment.Methods, at map[string]payment.Moment) *payment.Service {
	s, err := payment.NewService(payment.Deps{
		Units: x.units, Reader: x.reader, Clock: x.clock, NewID: x.newID, Methods: m, Moments: at,
	})
	require.NoError(t, err)
	return s
}

// bare is the provider in memory as one that keeps no keys and sends no
// notices.
type bare struct{ s *paymenttest.Scripted }

func (b bare) Authorize(ctx context.Context, r payment.AuthorizeRequest) (payment.Outcome, error) {
	return b.s.Authorize(ctx, r)
}

func (b bare) Lookup(ctx context.Context, r payment.LookupRequest) (payment.Outcome, error) {
	return b.s.Lookup(ctx, r)
}

func (b bare) Capture(ctx context.Context, r payment.CaptureRequest) (payment.Outcome, error) {
	return b.s.Capture(ctx, r)
}

func (b bare) Void(ctx context.Context, r payment.VoidRequest) (payment.Outcome, error) {
	return b.s.Void(ctx, r)
}

func (b bare) Refund(ctx context.Context, r payment.RefundRequest) (payment.Outcome, error) {
	return b.s.Refund(ctx, r)
}

// each runs a test on every database.
func each(t *testing.T, fn func(t *testing.T, x *shop)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) { fn(t, open(t, s, "shop")) })
}

// subject returns the id of another order.
func (x *shop) subject() string { return fmt.Sprintf("or_%026d", x.subjects.Add(1)) }

// begun opens a remote payment.
func (x *shop) begun(ctx context.Context, t require.TestingT, amount money.Amount) payment.Payment {
	p, err := x.Begin(ctx, payment.Open{Subject: x.subject(), Method: "card", Amount: amount})
	require.NoError(t, err)
	return p
}

// authorized opens a remote payment and has it authorized.
func (x *shop) authorized(ctx context.Context, t require.TestingT, amount money.Amount) payment.Payment {
	p, err := x.Authorize(ctx, x.begun(ctx, t, amount).ID)
	require.NoError(t, err)
	require.Equal(t, payment.StatusAuthorized, p.Status())
	return p
}

// captured opens a remote payment and has it captured.
func (x *shop) captured(ctx context.Context, t require.TestingT, amount money.Amount) payment.Payment {
	p, err := x.Capture(ctx, x.authorized(ctx, t, amount).ID, payment.Capture{})
	require.NoError(t, err)
	require.Equal(t, payment.StatusCaptured, p.Status())
	return p
}

// sound checks that the books of the shop agree with themselves.
func (x *shop) sound(ctx context.Context, t require.TestingT) {
	found, err := x.Discrepancies(ctx)
	require.NoError(t, err)
	require.Empty(t, found)
	off, err := ledgerrows.LedgerReader{Q: x.shipper.View(x.tenant)}.LedgerDiscrepancies(ctx)
	require.NoError(t, err)
	require.Empty(t, off)
	require.Empty(t, x.card.Violations())
}

// events returns the names of what was announced about a payment, timers left
// out, in order.
func (x *shop) events(ctx context.Context, t require.TestingT, p payment.ID) []string {
	var out []string
	err := x.shipper.View(x.tenant).Read(ctx, unit.Query{
		Text: "SELECT name FROM kontor_event WHERE tenant = $1 AND subject = $2 AND name <> 'payment.reconcile_due' ORDER BY seq",
		Args: []any{x.tenant, p.String()},
		Row: func(r unit.Row) error {
			var name string
			err := r.Scan(&name)
			out = append(out, name)
			return err
		},
	})
	require.NoError(t, err)
	return out
}

// again reads a payment.
func (x *shop) again(ctx context.Context, t require.TestingT, p payment.ID) payment.Payment {
	q, err := x.Payment(ctx, p)
	require.NoError(t, err)
	return q
}

// results returns the log of a payment as "operation result amount".
func (x *shop) results(ctx context.Context, t require.TestingT, p payment.ID) []string {
	es, err := x.Log(ctx, p)
	require.NoError(t, err)
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%s %s %d", e.Operation, e.Result, e.Amount.Minor()))
	}
	return out
}

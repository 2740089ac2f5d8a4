package payment_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

var golden = flag.Bool("golden", false, "write the golden files anew")

func same(t *testing.T, file, got string) {
	t.Helper()
	path := "testdata/" + file
	if *golden {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestMachinesAreSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, payment.Machine().Check())
	require.NoError(t, payment.RefundMachine().Check())
	same(t, "payment.mmd", payment.Machine().Mermaid())
	same(t, "refund.mmd", payment.RefundMachine().Mermaid())
}

// TestEveryMoveIsAllowedOrForbidden enumerates all pairs of state and trigger.
func TestEveryMoveIsAllowedOrForbidden(t *testing.T) {
	t.Parallel()
	m := payment.Machine()
	allowed := 0
	for _, s := range m.States() {
		for _, tr := range m.Triggers() {
			next, err := m.Next(s, tr)
			if err == nil {
				allowed++
				require.True(t, m.Has(next))
				continue
			}
			require.ErrorIs(t, err, fault.Conflict)
			require.Equal(t, s, next)
		}
	}
	require.Len(t, m.States(), 10)
	require.Len(t, m.Triggers(), 16)
	require.Equal(t, 38, allowed)
	require.Equal(t, []payment.Status{payment.StatusCaptured}, m.Finals())
}

func TestGoldenEvents(t *testing.T) {
	t.Parallel()
	eur := money.EUR
	payloads := []event.Payload{
		payment.Authorized{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(59_90)},
		payment.Captured{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(20_00), Total: eur(59_90)},
		payment.CaptureFailed{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(20_00), Reason: payment.ReasonExpired, Code: "x1"},
		payment.Declined{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(59_90), Reason: payment.ReasonInsufficientFunds, Code: "51"},
		payment.ActionRequired{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(59_90), Kind: payment.ActionRedirect},
		payment.Voided{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(59_90), Orphaned: true},
		payment.Refunded{Payment: "py_1", Refund: "re_1", Subject: "or_1", Method: "card", Amount: eur(5_00), Orphaned: true},
		payment.RefundFailed{Payment: "py_1", Refund: "re_1", Subject: "or_1", Method: "card", Amount: eur(5_00), Reason: payment.ReasonGeneric, Code: "x"},
		payment.Expired{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(59_90)},
		payment.OrphanCaptured{Payment: "py_1", Subject: "or_1", Method: "card", Amount: eur(60_00)},
		payment.Orphaned{Payment: "py_1", Subject: "or_1", Method: "card", Asked: eur(59_90), Found: eur(60_00), Captured: true},
		payment.ReconcileDue{Payment: "py_1", Refund: "re_1"},
		payment.NoticeReceived{Method: "card", Event: "evt_1"},
	}
	var out strings.Builder
	for _, p := range payloads {
		b, err := json.Marshal(p)
		require.NoError(t, err)
		out.WriteString(p.EventName() + " " + string(b) + "\n")
	}
	same(t, "events.jsonl", out.String())
}

func TestJSONKeepsTheStatusAndHidesWhatIsNotForBuyers(t *testing.T) {
	t.Parallel()
	zero := money.EUR(0)
	p, err := payment.Restore(payment.Payment{
		ID: payment.IDFrom(uuid.UUID{15: 1}), Subject: "or_1", Method: "card", Amount: money.EUR(10_00),
		Authorized: zero, Captured: zero, Refunding: zero, Refunded: zero,
		Decline: payment.Decline{Code: "41", Reason: payment.ReasonLostOrStolen},
		Details: payment.Details{Token: "tok_secret"}, Version: 2, CreatedAt: time.Unix(1, 0).UTC(), UpdatedAt: time.Unix(2, 0).UTC(),
	}, payment.StatusDeclined)
	require.NoError(t, err)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	same(t, "payment.json", string(b)+"\n")
	var back payment.Payment
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, payment.StatusDeclined, back.Status())
	require.Equal(t, payment.Decline{Reason: payment.ReasonGeneric}, back.Decline)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}

func TestStoredStatusMustBeOfTheMachine(t *testing.T) {
	t.Parallel()
	_, err := payment.Restore(payment.Payment{}, "paid")
	require.ErrorIs(t, err, fault.Internal)
	_, err = payment.RestoreRefund(payment.Refund{}, "paid")
	require.ErrorIs(t, err, fault.Internal)
}

func TestWhatProvesNothingIsUnknown(t *testing.T) {
	t.Parallel()
	for class, kind := range map[payment.Class]fault.Kind{
		payment.ClassInvalid: fault.Invalid, payment.ClassConflict: fault.Conflict, payment.ClassNotFound: fault.NotFound,
		payment.ClassAuth: fault.Denied, payment.ClassRateLimited: fault.Unavailable, payment.ClassTransient: fault.Unavailable,
		payment.ClassUnknown: fault.Unknown, payment.ClassUnsupported: fault.Unsupported,
	} {
		f := &payment.Failure{Class: class, Operation: payment.OpCapture, Code: "c", RequestID: "r", Err: errors.New("cause")}
		require.ErrorIs(t, f, kind)
		require.Equal(t, kind, fault.KindOf(f))
		require.Equal(t, class, payment.ClassOf(f))
		require.NotContains(t, fault.Public(f), "cause")
	}
	ctx := t.Context()
	require.NoError(t, ctx.Err())
	for _, err := range []error{errors.New("eof"), os.ErrDeadlineExceeded, fault.New(fault.Internal, "x", "y"), fault.New(fault.Unknown, "x", "y")} {
		require.Equal(t, payment.ClassUnknown, payment.ClassOf(err), err)
	}
	require.Equal(t, payment.ClassTransient, payment.ClassOf(fault.New(fault.Unavailable, "x", "y")))
}

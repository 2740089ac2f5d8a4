package paymentrows

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

const logColumns = "payment, id, operation, result, currency, amount, reference, key, note, refund, actor, at"

const selectLog = "SELECT " + logColumns + " FROM kontor_payment_log WHERE tenant = $1 AND payment = $2 ORDER BY at, id"

// PaymentLog returns the log of a payment.
func (q PaymentReader) PaymentLog(ctx context.Context, p payment.ID) ([]payment.Entry, error) {
	var out []payment.Entry
	err := q.Q.Read(ctx, unit.Query{Text: selectLog, Args: []any{q.Q.Tenant(), p.UUID()}, Row: func(r unit.Row) error {
		var e payment.Entry
		var owner, u uuid.UUID
		var operation, result, code string
		var minor, at int64
		err := r.Scan(&owner, &u, &operation, &result, &code, &minor, &e.Reference, &e.Key, &e.Note, &e.Refund, &e.By, &at)
		if err != nil {
			return err
		}
		cur, err := money.ParseCurrency(code)
		if err != nil {
			return fmt.Errorf("paymentrows: log %s: %w", u, err)
		}
		e.ID, e.Payment, e.Amount, e.At = payment.EntryIDFrom(u), payment.IDFrom(owner), money.New(minor, cur), clock.FromMicros(at)
		e.Operation, e.Result = payment.Operation(operation), payment.Result(result)
		out = append(out, e)
		return nil
	}})
	return out, err
}

const insertLog = "INSERT INTO kontor_payment_log (tenant, " + logColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// InsertPaymentLog adds lines to the log.
func (t PaymentTx) InsertPaymentLog(ctx context.Context, es ...payment.Entry) error {
	for _, e := range es {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankPaymentLog, Key: key(e.Payment.UUID(), e.ID.UUID()), Text: insertLog,
			Args: []any{
				t.U.Tenant(), e.Payment.UUID(), e.ID.UUID(), string(e.Operation), string(e.Result), e.Amount.Currency().Code(),
				e.Amount.Minor(), e.Reference, e.Key, e.Note, e.Refund, e.By, clock.Micros(e.At),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const inboxColumns = "method, account, event, payment, refund, reference, body, state, attempts, due_at, received_at"

const selectNoticesDue = "SELECT " + inboxColumns + " FROM kontor_inbox WHERE tenant = $1 AND due_at > 0 AND due_at <= $2 ORDER BY due_at, received_at LIMIT $3"

// PaymentNoticesDue returns notices to process.
func (q PaymentReader) PaymentNoticesDue(ctx context.Context, now time.Time, limit int) ([]payment.StoredNotice, error) {
	var out []payment.StoredNotice
	args := []any{q.Q.Tenant(), clock.Micros(now), limit}
	err := q.Q.Read(ctx, unit.Query{Text: selectNoticesDue, Args: args, Row: func(r unit.Row) error {
		var n payment.StoredNotice
		var state string
		var due, received int64
		err := r.Scan(&n.Method, &n.Account, &n.Event, &n.Payment, &n.Refund, &n.Reference, &n.Body, &state, &n.Attempts, &due, &received)
		n.State, n.Due, n.ReceivedAt = payment.NoticeState(state), clock.FromMicros(due), clock.FromMicros(received)
		out = append(out, n)
		return err
	}})
	return out, err
}

const insertNotice = "INSERT INTO kontor_inbox (tenant, " + inboxColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"

// InsertPaymentNotice stores a notice.
func (t PaymentTx) InsertPaymentNotice(ctx context.Context, n payment.StoredNotice) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: noticeKey(n), Text: insertNotice, Broken: payment.ErrNoticeSeen,
		Args: []any{
			t.U.Tenant(), n.Method, n.Account, n.Event, n.Payment, n.Refund, n.Reference, n.Body, string(n.State), n.Attempts,
			clock.Micros(n.Due), clock.Micros(n.ReceivedAt),
		},
	})
}

const updateNotice = `UPDATE kontor_inbox SET state = $5, attempts = $6, due_at = $7
WHERE tenant = $1 AND method = $2 AND account = $3 AND event = $4`

// UpdatePaymentNotice stores what became of a notice.
func (t PaymentTx) UpdatePaymentNotice(ctx context.Context, n payment.StoredNotice) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: noticeKey(n), Text: updateNotice,
		Args: []any{t.U.Tenant(), n.Method, n.Account, n.Event, string(n.State), n.Attempts, clock.Micros(n.Due)},
	})
}

func noticeKey(n payment.StoredNotice) string {
	return "inbox\x00" + n.Method + "\x00" + n.Account + "\x00" + n.Event
}

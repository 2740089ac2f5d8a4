package payment

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
)

// Reader reads payments.
type Reader interface {
	// Payment returns a payment, or a NotFound error (code
	// "payment_not_found"), which is also the answer for one of another tenant.
	Payment(ctx context.Context, id ID) (Payment, error)
	// PaymentsBySubject returns all payments of a subject, oldest first.
	PaymentsBySubject(ctx context.Context, subject string) ([]Payment, error)
	// PaymentRefund returns a refund, or a NotFound error.
	PaymentRefund(ctx context.Context, id RefundID) (Refund, error)
	// PaymentRefunds returns the refunds of a payment, oldest first.
	PaymentRefunds(ctx context.Context, id ID) ([]Refund, error)
	// PaymentLog returns the log of a payment, oldest first.
	PaymentLog(ctx context.Context, id ID) ([]Entry, error)
	// PaymentDiscrepancies returns every payment whose amounts do not follow
	// from its log and its refunds, or whose log and refunds are in another
	// currency, and every method whose cash account does not follow from its
	// payments. It returns none in a healthy shop.
	PaymentDiscrepancies(ctx context.Context) ([]Discrepancy, error)
	QueueReader
}

// QueueReader finds what waits for the reconciler.
type QueueReader interface {
	// PaymentByReference returns the payment that a provider calls by a
	// reference, or a NotFound error.
	PaymentByReference(ctx context.Context, method, reference string) (Payment, error)
	// PaymentsDue returns at most limit payments with Due at or before now,
	// the longest waiting first.
	PaymentsDue(ctx context.Context, now time.Time, limit int) ([]Payment, error)
	// PaymentRefundsDue is PaymentsDue for refunds.
	PaymentRefundsDue(ctx context.Context, now time.Time, limit int) ([]Refund, error)
	// PaymentNoticesDue is PaymentsDue for notices.
	PaymentNoticesDue(ctx context.Context, now time.Time, limit int) ([]StoredNotice, error)
}

// Tx is what a unit of work may do with payments.
type Tx interface {
	Reader
	event.Appender
	op.Tx
	tx.Scoper
	ledger.Poster
	Writer
}

// Writer changes payments. A method given a change that the rows forbid makes
// the whole unit fail.
type Writer interface {
	// InsertPayments stores new payments, of Version 1. A second open payment
	// of a subject fails with an *AlreadyOpen.
	InsertPayments(ctx context.Context, ps ...Payment) error
	// UpdatePayments stores changed payments. Each carries its new version; the
	// stored one must be one less, or it fails with a stale-version Conflict.
	UpdatePayments(ctx context.Context, ps ...Payment) error
	// MovePaymentRefunds adds to Refunding and Refunded of a payment and counts
	// its version up, whatever version it has. It fails with an
	// *ExceedsCaptured if more would go back than came.
	MovePaymentRefunds(ctx context.Context, ms ...RefundMove) error
	// InsertPaymentRefunds stores new refunds, of Version 1.
	InsertPaymentRefunds(ctx context.Context, rs ...Refund) error
	// UpdatePaymentRefunds is UpdatePayments for refunds.
	UpdatePaymentRefunds(ctx context.Context, rs ...Refund) error
	// InsertPaymentLog adds lines to the log.
	InsertPaymentLog(ctx context.Context, es ...Entry) error
	// InsertPaymentNotice stores a notice. If the provider's id of it is stored
	// already, the unit fails with ErrNoticeSeen.
	InsertPaymentNotice(ctx context.Context, n StoredNotice) error
	// UpdatePaymentNotice stores State, Attempts and Due of a notice.
	UpdatePaymentNotice(ctx context.Context, n StoredNotice) error
}

// RefundMove is a change of what is on its way back and what is back, in minor
// units of the payment's currency; both may be negative.
type RefundMove struct {
	Payment ID
	// Currency must be the payment's.
	Currency string
	// Refunding is added to what is on its way back, Refunded to what is back.
	Refunding, Refunded int64
	// IfVersion, if not 0, is the version the payment must have.
	IfVersion int
	// At is when.
	At time.Time
}

// NoticeState says what became of a notice.
type NoticeState string

// The states of a notice.
const (
	// NoticePending: to be processed, or about something not known yet.
	NoticePending NoticeState = "pending"
	// NoticeDone: the provider was asked and its answer applied.
	NoticeDone NoticeState = "done"
	// NoticeParked: tried too often. An operator must look.
	NoticeParked NoticeState = "parked"
)

// StoredNotice is one hint of a notice in the inbox.
type StoredNotice struct {
	Hint
	Method     string
	Body       []byte
	State      NoticeState
	Attempts   int
	Due        time.Time
	ReceivedAt time.Time
}

// Discrepancy is a broken promise about payments, found by Verify.
type Discrepancy struct {
	// Invariant is "M6" (0 <= refunded <= captured <= authorized, and no more on its
	// way back than its refunds say), "M9" (the log, the payment and the
	// ledger agree) or "M11" (all of it is in one currency).
	Invariant string
	// Subject is the text of the id of the payment, or the name of the account.
	Subject string
	// Text says what was found.
	Text string
}

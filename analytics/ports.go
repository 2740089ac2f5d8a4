package analytics

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader adds up facts. Every method reads in one trip. Implementations are
// safe for concurrent use, except inside a unit of work.
type Reader interface {
	// AnalyticsFact returns what an event told, or ErrMissing.
	AnalyticsFact(ctx context.Context, told event.ID) (Fact, error)
	// AnalyticsSummaries adds up the facts between each start and the next, by
	// kind and currency; the last one only ends the part before it. Parts
	// without facts are left out.
	AnalyticsSummaries(ctx context.Context, starts []time.Time) ([]Summary, error)
	// AnalyticsProducts adds up lines, the largest turnover first, then by SKU
	// and product.
	AnalyticsProducts(ctx context.Context, r ProductRead) ([]Product, error)
	// AnalyticsFunnel counts visitors; see Service.Funnel. A sale is of a
	// visitor if its Origin is the Cart of one of the visitor's actions.
	AnalyticsFunnel(ctx context.Context, within Span) (Funnel, error)
	// AnalyticsStock returns what lies in the shop of the SKUs after one, by
	// SKU. It reads the levels of the room inventory.
	AnalyticsStock(ctx context.Context, r StockRead) ([]Holding, error)
	// AnalyticsHoldings returns what lies in the shop of every SKU, without
	// what was sold.
	AnalyticsHoldings(ctx context.Context) ([]Holding, error)
	// AnalyticsAwaited returns at most limit facts, with their lines, and at
	// most limit actions that the Sink has not got, oldest first.
	AnalyticsAwaited(ctx context.Context, limit int) (Batch, error)
	// AnalyticsActionsBefore returns at most limit actions that were done
	// before a time, oldest first.
	AnalyticsActionsBefore(ctx context.Context, before time.Time, limit int) ([]ActionID, error)
}

// Tx records facts inside a unit of work.
type Tx interface {
	Reader
	Writer
	event.Appender
	op.Tx
	tx.Scoper
}

// Writer is what only this room writes.
type Writer interface {
	// InsertAnalyticsFacts stores facts. If the Event of one is stored already,
	// or if one that is no payment has the Kind and Subject of another, the
	// unit fails with ErrRecorded.
	InsertAnalyticsFacts(ctx context.Context, facts []Fact) error
	// InsertAnalyticsActions stores actions but for those that are stored.
	InsertAnalyticsActions(ctx context.Context, actions []Action) error
	// DeleteAnalyticsActions deletes actions.
	DeleteAnalyticsActions(ctx context.Context, actions []ActionID) error
	// ForgetAnalyticsVisitor empties Visitor and Cart of all actions of a
	// visitor.
	ForgetAnalyticsVisitor(ctx context.Context, visitor string) error
	// PutAnalyticsCost stores the cost of a SKU unless a later one is stored.
	PutAnalyticsCost(ctx context.Context, c Cost) error
	// MarkAnalyticsSent stores that the Sink has got these.
	MarkAnalyticsSent(ctx context.Context, b Batch) error
}

// Auditor compares the facts with the books. It reads everything and is meant
// for operators and tests.
type Auditor interface {
	// AnalyticsDiscrepancies returns every violation of F1 (the turnover that
	// the facts tell is, for each subject and moment, what the ledger has on
	// sales, shipping, fees, tax and rounding) and F2 (the payments and refunds
	// that they tell are what it has on accounts of cash).
	//
	// What happened after the oldest event that still waits to be told to this
	// room is not judged; an event that is parked waits for nobody.
	AnalyticsDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "F1" or "F2".
	Invariant string `json:"invariant"`
	// Subject is what the entry in the books is about.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}

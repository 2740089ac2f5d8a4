package analytics

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
)

// RecordSale stores that an order was placed. Telling it again under the same
// Event changes nothing. Errors by kind: Invalid; Conflict (ErrRecorded) if the
// order was told of under another Event.
func (s *Service) RecordSale(ctx context.Context, x Sale) error {
	return s.record(ctx, s.recording(x.fact()))
}

// RecordSaleTx is RecordSale inside a unit. If another unit tells of the same
// at the same time it fails with ErrRecorded, as all these forms do: then run
// the unit again.
func (s *Service) RecordSaleTx(ctx context.Context, t Tx, x Sale) error {
	return s.recording(x.fact()).in(ctx, t)
}

// RecordCancellation stores that an order was called off. Errors: see
// RecordSale.
func (s *Service) RecordCancellation(ctx context.Context, x Cancellation) error {
	return s.record(ctx, s.recording(x.fact()))
}

// RecordCancellationTx is RecordCancellation inside a unit.
func (s *Service) RecordCancellationTx(ctx context.Context, t Tx, x Cancellation) error {
	return s.recording(x.fact()).in(ctx, t)
}

// RecordReturn stores that goods came back and their sale was taken back.
// Errors: see RecordSale.
func (s *Service) RecordReturn(ctx context.Context, x Return) error {
	return s.record(ctx, s.recording(x.fact()))
}

// RecordReturnTx is RecordReturn inside a unit.
func (s *Service) RecordReturnTx(ctx context.Context, t Tx, x Return) error {
	return s.recording(x.fact()).in(ctx, t)
}

// RecordPayment stores that money has come. A payment may come in parts, each
// under its own Event. Errors by kind: Invalid.
func (s *Service) RecordPayment(ctx context.Context, x Payment) error {
	return s.record(ctx, s.recording(x.fact()))
}

// RecordPaymentTx is RecordPayment inside a unit.
func (s *Service) RecordPaymentTx(ctx context.Context, t Tx, x Payment) error {
	return s.recording(x.fact()).in(ctx, t)
}

// RecordRefund stores that money went back. Errors: see RecordSale.
func (s *Service) RecordRefund(ctx context.Context, x Refund) error {
	return s.record(ctx, s.recording(x.fact()))
}

// RecordRefundTx is RecordRefund inside a unit.
func (s *Service) RecordRefundTx(ctx context.Context, t Tx, x Refund) error {
	return s.recording(x.fact()).in(ctx, t)
}

// recording is the verb that all kinds of facts share; err is what is wrong with
// the fact.
func (s *Service) recording(f Fact, err error) deed {
	at := clock.Cut(s.clock.Now())
	f.Awaited = s.sink != nil
	return doing(func(ctx context.Context, t Tx) error {
		if _, err := t.AnalyticsFact(ctx, f.Event); !errors.Is(err, ErrMissing) {
			return err // it was told before, or nobody can say
		}
		if err := t.InsertAnalyticsFacts(ctx, []Fact{f}); err != nil || s.sink == nil {
			return err
		}
		return s.announce(ctx, t, notice{subject: f.Event.String(), at: at, fact: Collected{Facts: 1}})
	}).unless(err)
}

// record does a recording in a unit of its own. If another was quicker, a fresh
// look tells with which event.
func (s *Service) record(ctx context.Context, d deed) error {
	const looks = 2
	return d.insist(ctx, s, looks, func(err error) bool { return errors.Is(err, ErrRecorded) })
}

// Fact returns what an event told, or ErrMissing.
func (s *Service) Fact(ctx context.Context, told event.ID) (Fact, error) {
	return s.reader.AnalyticsFact(ctx, told)
}

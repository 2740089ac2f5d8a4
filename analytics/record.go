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
	f, err := x.fact()
	return s.record(ctx, f, err)
}

// RecordSaleTx is RecordSale inside a unit. If another unit tells of the same
// at the same time it fails with ErrRecorded, as all these forms do: then run
// the unit again.
func (s *Service) RecordSaleTx(ctx context.Context, t Tx, x Sale) error {
	f, err := x.fact()
	return s.recordTx(ctx, t, f, err)
}

// RecordCancellation stores that an order was called off. Errors: see
// RecordSale.
func (s *Service) RecordCancellation(ctx context.Context, x Cancellation) error {
	f, err := x.fact()
	return s.record(ctx, f, err)
}

// RecordCancellationTx is RecordCancellation inside a unit.
func (s *Service) RecordCancellationTx(ctx context.Context, t Tx, x Cancellation) error {
	f, err := x.fact()
	return s.recordTx(ctx, t, f, err)
}

// RecordReturn stores that goods came back and their sale was taken back.
// Errors: see RecordSale.
func (s *Service) RecordReturn(ctx context.Context, x Return) error {
	f, err := x.fact()
	return s.record(ctx, f, err)
}

// RecordReturnTx is RecordReturn inside a unit.
func (s *Service) RecordReturnTx(ctx context.Context, t Tx, x Return) error {
	f, err := x.fact()
	return s.recordTx(ctx, t, f, err)
}

// RecordPayment stores that money has come. A payment may come in parts, each
// under its own Event. Errors by kind: Invalid.
func (s *Service) RecordPayment(ctx context.Context, x Payment) error {
	f, err := x.fact()
	return s.record(ctx, f, err)
}

// RecordPaymentTx is RecordPayment inside a unit.
func (s *Service) RecordPaymentTx(ctx context.Context, t Tx, x Payment) error {
	f, err := x.fact()
	return s.recordTx(ctx, t, f, err)
}

// RecordRefund stores that money went back. Errors: see RecordSale.
func (s *Service) RecordRefund(ctx context.Context, x Refund) error {
	f, err := x.fact()
	return s.record(ctx, f, err)
}

// RecordRefundTx is RecordRefund inside a unit.
func (s *Service) RecordRefundTx(ctx context.Context, t Tx, x Refund) error {
	f, err := x.fact()
	return s.recordTx(ctx, t, f, err)
}

// record stores a checked fact in a unit of its own.
func (s *Service) record(ctx context.Context, f Fact, err error) error {
	if err != nil {
		return err
	}
	once := func() error {
		return s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return s.recordTx(ctx, t, f, nil) })
	}
	err = once()
	if errors.Is(err, ErrRecorded) { // another was quicker: a fresh look tells with which event
		err = once()
	}
	return err
}

func (s *Service) recordTx(ctx context.Context, t Tx, f Fact, err error) error {
	if err != nil {
		return err
	}
	f.Awaited = s.sink != nil
	return t.Scope(ctx, func(ctx context.Context) error {
		if _, err := t.AnalyticsFact(ctx, f.Event); !errors.Is(err, ErrMissing) {
			return err // it was told before, or nobody can say
		}
		if err := t.InsertAnalyticsFacts(ctx, []Fact{f}); err != nil || s.sink == nil {
			return err
		}
		return s.announce(ctx, t, notice{subject: f.Event.String(), at: clock.Cut(s.clock.Now()), fact: Collected{Facts: 1}})
	})
}

// Fact returns what an event told, or ErrMissing.
func (s *Service) Fact(ctx context.Context, told event.ID) (Fact, error) {
	return s.reader.AnalyticsFact(ctx, told)
}

package analytics

import (
	"context"

	"github.com/kontor-go/kontor/kernel/tx"
)

// Sink takes facts to the analytics of the host: a warehouse of data, a file, a
// queue.
//
// Send gets a batch, oldest first by kind. If it returns nil the batch is
// delivered; after an error the same facts come again, in this or another
// batch, so the Sink tells repeats by Fact.Event and Action.ID. It is never
// called inside a unit of work, and may be called from several goroutines.
type Sink interface {
	Send(ctx context.Context, b Batch) error
}

// SinkFunc is a Sink that is a function.
type SinkFunc func(ctx context.Context, b Batch) error

// Send calls f.
func (f SinkFunc) Send(ctx context.Context, b Batch) error { return f(ctx, b) }

// Batch is what a Sink gets at once: at most MaxBatch facts and as many
// actions, and at least one of them.
type Batch struct {
	Facts   []Fact   `json:"facts"`
	Actions []Action `json:"actions"`
}

// MaxBatch is how many facts, and how many actions, a Batch may have.
const MaxBatch = 500

func (b Batch) size() int { return len(b.Facts) + len(b.Actions) }

// Deliver sends what the Sink has not got yet, batch by batch until nothing is
// left, and returns how many facts and actions were sent. Those that were told
// while there was no Sink are not sent. Two that deliver at the same time may
// send the same facts. Errors by kind: Unsupported (ErrNoSink); the Sink's own,
// and then what it has got before stays delivered.
func (s *Service) Deliver(ctx context.Context) (int, error) {
	if s.sink == nil {
		return 0, ErrNoSink
	}
	if err := tx.RefuseOpen(ctx); err != nil {
		return 0, err
	}
	for sent := 0; ; {
		b, err := s.reader.AnalyticsAwaited(ctx, MaxBatch)
		if err != nil || b.size() == 0 {
			return sent, err
		}
		if err := s.sink.Send(ctx, b); err != nil {
			return sent, err
		}
		if err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return t.MarkAnalyticsSent(ctx, b) }); err != nil {
			return sent, err
		}
		sent += b.size()
	}
}

// Package fulfillmenttest has a warehouse for tests, which does what it is told
// to and remembers what it was asked.
package fulfillmenttest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Warehouse is a warehouse that takes everything on, unless a Step says
// otherwise. The zero value is ready for use. It is safe for concurrent use.
type Warehouse struct {
	mu    sync.Mutex
	steps []Step
	known map[string]fulfillment.Outcome
	asked []fulfillment.Handover
}

var _ fulfillment.Warehouse = (*Warehouse)(nil)

// Step is what happens to one call of Forward.
type Step string

// The steps.
const (
	// Accept takes it on.
	Accept Step = "accept"
	// Refuse does not.
	Refuse Step = "refuse"
	// LoseAnswer takes it on, but the answer is lost.
	LoseAnswer Step = "lose_answer"
	// LoseRequest never hears of it.
	LoseRequest Step = "lose_request"
	// Ponder answers that it will decide later; it has accepted when it is
	// looked up.
	Ponder Step = "ponder"
)

// Script adds what happens to the next calls of Forward.
func (w *Warehouse) Script(steps ...Step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = append(w.steps, steps...)
}

// ErrCut is the error of a call whose request or answer was lost.
var ErrCut = errors.New("fulfillmenttest: the connection was cut")

// Forward does what the script says, and the same again for a key that it
// knows.
func (w *Warehouse) Forward(ctx context.Context, h fulfillment.Handover) (fulfillment.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return fulfillment.Outcome{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, h)
	step := Accept
	if len(w.steps) > 0 {
		step, w.steps = w.steps[0], w.steps[1:]
	}
	if step == LoseRequest {
		return fulfillment.Outcome{}, ErrCut
	}
	out, ok := w.known[h.Key]
	if !ok {
		out = fulfillment.Outcome{State: fulfillment.OutcomeAccepted, Reference: "wh-" + h.Key}
		if step == Refuse {
			out = fulfillment.Outcome{State: fulfillment.OutcomeRefused, Reason: "we do not carry this"}
		}
		if w.known == nil {
			w.known = map[string]fulfillment.Outcome{}
		}
		w.known[h.Key] = out
	}
	switch step {
	case LoseAnswer:
		return fulfillment.Outcome{}, ErrCut
	case Ponder:
		return fulfillment.Outcome{}, nil
	case Accept, Refuse, LoseRequest:
	}
	return out, nil
}

// Lookup says what became of a key.
func (w *Warehouse) Lookup(ctx context.Context, key string) (fulfillment.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return fulfillment.Outcome{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	out, ok := w.known[key]
	if !ok {
		out = fulfillment.Outcome{State: fulfillment.OutcomeAbsent}
	}
	return out, nil
}

// Asked returns every call of Forward, in order.
func (w *Warehouse) Asked() []fulfillment.Handover {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// Deliveries returns how many deliveries the warehouse has taken on.
func (w *Warehouse) Deliveries() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, o := range w.known {
		if o.State == fulfillment.OutcomeAccepted {
			n++
		}
	}
	return n
}

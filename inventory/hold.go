package inventory

import (
	"context"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Hold is goods to be promised to an owner.
type Hold struct {
	op.Meta
	// Lines are what is wanted, at most MaxLines; lines of the same SKU are
	// added up.
	Lines []Line
	// Until is the end of the promise. Zero makes it firm. It must be in the
	// future.
	Until time.Time
	// Timer asks for a HoldDue event at Until. Leave it out if the owner has a
	// timer of its own.
	Timer bool
	// Quiet leaves StockHeld out, for a caller that announces the whole of
	// which this is a part.
	Quiet bool
}

// Hold promises goods to owner, all of them or none, and announces StockHeld,
// and LowStock or OutOfStock where it comes to that. Where the goods are taken
// from is the Allocator's choice. If another buyer was quicker at one place
// and others have enough, it decides anew, a few times.
//
// Errors by kind: Invalid for wrong input; Conflict for too little
// (*Shortage), or if owner holds the same already (ErrHeld).
func (s *Service) Hold(ctx context.Context, owner string, req Hold) ([]Reservation, error) {
	h, err := s.holding(owner, req)
	if err != nil {
		return nil, err
	}
	leave, err := s.door.Enter(ctx, skus(h.lines))
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.holdingFresh(h).Insist(ctx, s.units, attempts, lost)
}

// HoldTx is Hold inside a unit. A lost race fails with a *Shortage that is
// retryable if a fresh look may help: then run the unit again.
func (s *Service) HoldTx(ctx context.Context, t Tx, owner string, req Hold) ([]Reservation, error) {
	h, err := s.holding(owner, req)
	if err != nil {
		return nil, err
	}
	return s.holdingFresh(h).In(ctx, t)
}

// holdingFresh reads the levels.
func (s *Service) holdingFresh(h holding) tx.Deed[Tx, []Reservation] {
	call := op.Call{Meta: h.Meta, Operation: "inventory.hold", Parameters: h.parameters(), Now: h.at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Reservation, error) {
		levels, err := t.StockLevels(ctx, skus(h.lines))
		if err != nil {
			return nil, err
		}
		return s.hold(ctx, t, h, levels)
	})
}

// Holding is a Hold on levels that the caller has read.
type Holding struct {
	Hold
	Owner string
	// Levels are all levels of the SKUs of the lines, each once.
	Levels []Level
}

// HoldLevelsTx is HoldTx for a caller that has read the levels already, such as
// checkout in the one trip in which it reads everything. It reads nothing, so
// it takes no key: the unit of the caller has one.
func (s *Service) HoldLevelsTx(ctx context.Context, t Tx, req Holding) ([]Reservation, error) {
	h, err := s.holding(req.Owner, req.Hold)
	if err != nil {
		return nil, err
	}
	if req.Key != "" {
		return nil, errKeyed()
	}
	var out []Reservation
	err = t.Scope(ctx, func(ctx context.Context) error {
		var err error
		out, err = s.hold(ctx, t, h, req.Levels)
		return err
	})
	return out, err
}

func errKeyed() error {
	var c fault.Check
	c.Add("key", "not_keyed", "must be empty here")
	return c.Err("inventory.hold")
}

// holding is a checked Hold. Its lines are gathered.
type holding struct {
	Hold
	when
	owner string
	lines []Line
}

func (s *Service) holding(owner string, req Hold) (holding, error) {
	h := holding{Hold: req, when: s.now(req.Meta), owner: owner}
	h.Until = clock.Cut(h.Until)
	var c fault.Check
	checkMeta(&c, h.Meta)
	checkOwner(&c, owner)
	checkLines(&c, h.Lines, 1)
	checkTime(&c, "until", h.Until)
	c.That(h.Until.IsZero() || h.Until.After(h.at), "until", "not_in_future", "must be in the future")
	c.That(!h.Timer || !h.Until.IsZero(), "timer", "without_end", "makes no sense without an end")
	if err := c.Err("inventory.hold"); err != nil {
		return holding{}, err
	}
	h.lines = gather(h.Lines)
	return h, nil
}

// parameters is what makes a hold what it is, for its fingerprint.
func (h holding) parameters() any {
	return struct {
		Owner        string
		Lines        []Line
		Until        time.Time
		Timer, Quiet bool
	}{h.owner, h.lines, h.Until, h.Timer, h.Quiet}
}

func (s *Service) hold(ctx context.Context, t Tx, h holding, levels []Level) ([]Reservation, error) {
	parts, err := s.allocate(h.lines, levels)
	if err != nil {
		return nil, err
	}
	rs := make([]Reservation, len(parts))
	for i, p := range parts {
		rs[i] = NewReservation(NewReservationID(s.newID), h.owner, p, h.at)
		rs[i].ExpiresAt = h.Until
	}
	if err := t.HoldStock(ctx, rs, h.lines); err != nil {
		return nil, err
	}
	if err := s.announceHold(ctx, t, h, parts); err != nil {
		return nil, err
	}
	return rs, s.warn(ctx, t, change{h.when, levels, parts})
}

func (s *Service) announceHold(ctx context.Context, t Tx, h holding, parts []Allocation) error {
	if !h.Quiet {
		if err := s.announce(ctx, t, h.when, h.owner, StockHeld{Owner: h.owner, Parts: parts, Until: h.Until}); err != nil {
			return err
		}
	}
	if !h.Timer {
		return nil
	}
	e, err := h.stamp(s.newID).Timer(h.Until, h.owner, HoldDue{Owner: h.owner})
	if err != nil {
		return err
	}
	return t.Append(ctx, e)
}

// allocate asks the policy and checks its answer, sorted by SKU and place.
func (s *Service) allocate(lines []Line, levels []Level) ([]Allocation, error) {
	for _, l := range lines {
		if have := Available(levels, l.SKU); have < l.Quantity {
			return nil, &Shortage{SKU: l.SKU, Want: l.Quantity, Have: have}
		}
	}
	parts, err := s.allocator.Allocate(slices.Clone(lines), slices.Clone(levels))
	if err != nil {
		return nil, err
	}
	if err := sound(lines, levels, parts); err != nil {
		return nil, err
	}
	parts = slices.Clone(parts)
	slices.SortFunc(parts, func(a, b Allocation) int { return byPlace(a.SKU, a.Location, b.SKU, b.Location) })
	return parts, nil
}

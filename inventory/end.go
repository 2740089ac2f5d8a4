package inventory

import (
	"context"
	"errors"
	"slices"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Keep makes a promise firm.
type Keep struct{ op.Meta }

// Keep takes the end off everything that owner holds, so that nothing of it
// expires any more, and returns it. What is due but was not taken back yet can
// still be kept. Doing it again changes nothing. It fails with NotFound
// (ErrNoReservation) if owner holds nothing, for example because it expired.
func (s *Service) Keep(ctx context.Context, owner string, req Keep) ([]Reservation, error) {
	return s.keeping(owner, req).Insist(ctx, s.units, attempts, lost)
}

// KeepTx is Keep inside a unit.
func (s *Service) KeepTx(ctx context.Context, t Tx, owner string, req Keep) ([]Reservation, error) {
	return s.keeping(owner, req).In(ctx, t)
}

func (s *Service) keeping(owner string, req Keep) tx.Deed[Tx, []Reservation] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkOwner(&c, owner)
	if err := c.Err("inventory.keep"); err != nil {
		return tx.Refused[Tx, []Reservation](err)
	}
	call := op.Call{Meta: req.Meta, Operation: "inventory.keep", Parameters: owner, Now: s.now(req.Meta).at}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Reservation, error) { return s.keep(ctx, t, owner) })
}

func (s *Service) keep(ctx context.Context, t Tx, owner string) ([]Reservation, error) {
	all, err := t.StockReservations(ctx, owner)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(all, func(r Reservation) bool { return r.state != Held })
	if len(held) == 0 {
		return nil, ErrNoReservation
	}
	loose := slices.DeleteFunc(slices.Clone(held), Reservation.Firm)
	if err := t.KeepStock(ctx, loose); err != nil {
		return nil, err
	}
	for i := range held {
		held[i] = held[i].firm()
	}
	return held, nil
}

// Release takes a promise back.
type Release struct {
	op.Meta
	// Lines are what is taken back, of each SKU at most what is held. None
	// means everything.
	Lines []Line
	// Reason is for the event, at most 200 characters.
	Reason string
}

// Release makes what owner holds available again, announces StockReleased and
// returns what was released. If owner holds nothing (any more) and no lines
// are named it does nothing: undoing may be repeated. With lines it fails with
// NotFound (ErrNoReservation) if less is held than they name.
func (s *Service) Release(ctx context.Context, owner string, req Release) ([]Reservation, error) {
	return s.releasing(owner, req).Insist(ctx, s.units, attempts, lost)
}

// ReleaseTx is Release inside a unit.
func (s *Service) ReleaseTx(ctx context.Context, t Tx, owner string, req Release) ([]Reservation, error) {
	return s.releasing(owner, req).In(ctx, t)
}

func (s *Service) releasing(owner string, req Release) tx.Deed[Tx, []Reservation] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkOwner(&c, owner)
	checkLines(&c, req.Lines, 0)
	req.Reason = c.Text("reason", req.Reason, 200)
	if err := c.Err("inventory.release"); err != nil {
		return tx.Refused[Tx, []Reservation](err)
	}
	e := ending{owner: owner, by: ReleaseGoods, lines: gather(req.Lines), reason: req.Reason, when: s.now(req.Meta)}
	return s.endKeyed(req.Meta, e)
}

// Commit gives promised goods out.
type Commit struct {
	op.Meta
	// Lines are what leaves, of each SKU at most what is held. None means
	// everything.
	Lines []Line
	// Location takes only what is held at this place. Empty means at any.
	Location string
}

// Commit takes what owner holds off the shelf: it is neither on hand nor
// reserved any more. It writes movements, announces StockCommitted and returns
// what was committed. Named lines may be a part of what is held. Without lines,
// doing it again returns what was committed before and changes nothing.
//
// Errors by kind: NotFound (ErrNoReservation) if owner never held this or holds
// less; Conflict (*lifecycle.Forbidden) if all of it was released or expired.
func (s *Service) Commit(ctx context.Context, owner string, req Commit) ([]Reservation, error) {
	return s.committing(owner, req).Insist(ctx, s.units, attempts, lost)
}

// CommitTx is Commit inside a unit.
func (s *Service) CommitTx(ctx context.Context, t Tx, owner string, req Commit) ([]Reservation, error) {
	return s.committing(owner, req).In(ctx, t)
}

func (s *Service) committing(owner string, req Commit) tx.Deed[Tx, []Reservation] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkOwner(&c, owner)
	checkLines(&c, req.Lines, 0)
	if req.Location != "" {
		checkCode(&c, "location", req.Location)
	}
	if err := c.Err("inventory.commit"); err != nil {
		return tx.Refused[Tx, []Reservation](err)
	}
	e := ending{owner: owner, by: CommitGoods, lines: gather(req.Lines), location: req.Location, when: s.now(req.Meta)}
	return s.endKeyed(req.Meta, e)
}

// Expire takes back what is due.
type Expire struct{ op.Meta }

// Expire makes what owner holds available again as far as its end has come,
// announces StockExpired and returns what expired. If nothing is due it does
// nothing: it may be called at any time, as often as one likes.
func (s *Service) Expire(ctx context.Context, owner string, req Expire) ([]Reservation, error) {
	return s.expiring(owner, req).Insist(ctx, s.units, attempts, lost)
}

// ExpireTx is Expire inside a unit.
func (s *Service) ExpireTx(ctx context.Context, t Tx, owner string, req Expire) ([]Reservation, error) {
	return s.expiring(owner, req).In(ctx, t)
}

func (s *Service) expiring(owner string, req Expire) tx.Deed[Tx, []Reservation] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkOwner(&c, owner)
	if err := c.Err("inventory.expire"); err != nil {
		return tx.Refused[Tx, []Reservation](err)
	}
	return s.endKeyed(req.Meta, ending{owner: owner, by: ExpireGoods, when: s.now(req.Meta)})
}

// ending is a checked request to end what an owner holds.
type ending struct {
	when
	owner    string
	by       Trigger
	lines    []Line // none: everything
	location string // empty: any
	reason   string
}

func (s *Service) endKeyed(m op.Meta, e ending) tx.Deed[Tx, []Reservation] {
	call := op.Call{Meta: m, Operation: "inventory." + string(e.by), Now: e.at, Parameters: struct {
		Owner    string
		Lines    []Line
		Reason   string
		Location string `json:",omitempty"`
	}{e.owner, e.lines, e.reason, e.location}}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Reservation, error) { return s.end(ctx, t, e) })
}

func (s *Service) end(ctx context.Context, t Tx, e ending) ([]Reservation, error) {
	all, err := t.StockReservations(ctx, e.owner)
	if err != nil {
		return nil, err
	}
	if e.location != "" {
		all = slices.DeleteFunc(all, func(r Reservation) bool { return r.Location != e.location })
	}
	ends, err := e.decide(all)
	if errors.Is(err, errDone) {
		return e.before(all), nil
	}
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	out, parts := make([]Reservation, len(ends)), make([]Allocation, len(ends))
	for i := range ends {
		s.number(&ends[i], e)
		is := ends[i].Is
		out[i], parts[i] = is, Allocation{SKU: is.SKU, Location: is.Location, Quantity: is.Quantity}
	}
	if err := t.EndStock(ctx, ends); err != nil {
		return nil, err
	}
	return out, s.announce(ctx, t, e.when, e.owner, e.payload(parts))
}

// number gives new things of an ending their ids.
func (s *Service) number(x *Ending, e ending) {
	if x.Partial() {
		x.Is.ID = NewReservationID(s.newID)
	}
	if e.by == CommitGoods {
		x.Movement = Movement{
			ID: NewMovementID(s.newID), SKU: x.Is.SKU, Location: x.Is.Location, Delta: -x.Is.Quantity,
			Reason: Shipping, Owner: e.owner, At: e.at, Actor: e.when.by.String(),
		}
	}
}

func (e ending) payload(parts []Allocation) event.Payload {
	switch e.by {
	case CommitGoods:
		return StockCommitted{Owner: e.owner, Parts: parts}
	case ExpireGoods:
		return StockExpired{Owner: e.owner, Parts: parts}
	case ReleaseGoods:
	}
	return StockReleased{Owner: e.owner, Parts: parts, Reason: e.reason}
}

package inventory

import (
	"context"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// SaveLocation adds a place or changes its name and priority.
type SaveLocation struct {
	op.Meta
	Location
}

// SaveLocation adds a place or changes it. Places cannot be removed: movements
// remember them.
func (s *Service) SaveLocation(ctx context.Context, req SaveLocation) (Location, error) {
	return s.savingLocation(req).Insist(ctx, s.units, attempts, lost)
}

// SaveLocationTx is SaveLocation inside a unit.
func (s *Service) SaveLocationTx(ctx context.Context, t Tx, req SaveLocation) (Location, error) {
	return s.savingLocation(req).In(ctx, t)
}

func (s *Service) savingLocation(req SaveLocation) tx.Deed[Tx, Location] {
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkCode(&c, "code", req.Code)
	req.Name = c.Text("name", req.Name, 200)
	c.Range("priority", int64(req.Priority), -1000, 1000)
	if err := c.Err("inventory.save_location"); err != nil {
		return tx.Refused[Tx, Location](err)
	}
	call := op.Call{Meta: req.Meta, Operation: "inventory.save_location", Parameters: req.Location, Now: s.now(req.Meta).at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Location, error) {
		return req.Location, t.SaveStockLocation(ctx, req.Location)
	})
}

// Receive is goods that come in.
type Receive struct {
	op.Meta
	SKU string
	// Location defaults to Main, which needs no SaveLocation.
	Location string
	// Quantity is 1 to MaxMovement.
	Quantity int
	// Reason is Receiving, which is the default, or Returning.
	Reason Reason
	// Owner is the prefixed id of the return or purchase, if there is one.
	Owner string
	// Note is at most 500 characters.
	Note string
}

// Receive puts goods on hand and announces StockReceived. Errors by kind:
// Invalid for wrong input, NotFound for an unknown place, Conflict (ErrTooMuch)
// beyond MaxOnHand.
func (s *Service) Receive(ctx context.Context, req Receive) (Movement, error) {
	return s.receiving(req).Insist(ctx, s.units, attempts, lost)
}

// ReceiveTx is Receive inside a unit.
func (s *Service) ReceiveTx(ctx context.Context, t Tx, req Receive) (Movement, error) {
	return s.receiving(req).In(ctx, t)
}

func (s *Service) receiving(req Receive) tx.Deed[Tx, Movement] {
	req, err := req.check()
	if err != nil {
		return tx.Refused[Tx, Movement](err)
	}
	w := s.now(req.Meta)
	m := Movement{
		ID: NewMovementID(s.newID), SKU: req.SKU, Location: req.Location, Delta: req.Quantity,
		Reason: req.Reason, Owner: req.Owner, Note: req.Note, At: w.at, Actor: w.by.String(),
	}
	call := op.Call{Meta: req.Meta, Operation: "inventory.receive", Parameters: req.parameters(), Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Movement, error) { return m, s.receive(ctx, t, w, m) })
}

func (s *Service) receive(ctx context.Context, t Tx, w when, m Movement) error {
	places, err := t.StockLocations(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(places, func(l Location) bool { return l.Code == m.Location }) {
		if m.Location != Main {
			return ErrNoLocation
		}
		if err := t.SaveStockLocation(ctx, Location{Code: Main}); err != nil {
			return err
		}
	}
	if err := t.ReceiveStock(ctx, []Movement{m}); err != nil {
		return err
	}
	return s.announce(ctx, t, w, m.SKU, StockReceived{Movement: m})
}

func (r Receive) check() (Receive, error) {
	if r.Location == "" {
		r.Location = Main
	}
	if r.Reason == "" {
		r.Reason = Receiving
	}
	var c fault.Check
	checkMeta(&c, r.Meta)
	checkSKU(&c, "sku", r.SKU)
	checkCode(&c, "location", r.Location)
	c.Range("quantity", int64(r.Quantity), 1, MaxMovement)
	c.That(r.Reason == Receiving || r.Reason == Returning, "reason", "unknown", "must be receive or return")
	if r.Owner != "" {
		checkOwner(&c, r.Owner)
	}
	r.Note = c.Text("note", r.Note, 500)
	return r, c.Err("inventory.receive")
}

func (r Receive) parameters() any { r.Meta = op.Meta{}; return r }

// Adjust is a correction of what lies at a place.
type Adjust struct {
	op.Meta
	SKU string
	// Location defaults to Main.
	Location string
	// Delta is the difference, from -MaxMovement to MaxMovement and not zero.
	Delta int
	// Note says why, at most 500 characters.
	Note string
}

// Adjust corrects what is on hand and announces StockAdjusted, and LowStock or
// OutOfStock where it comes to that. Errors by kind: Invalid for wrong input;
// NotFound for a SKU that never lay there (see Receive); Conflict if less would
// be on hand than is reserved (*Shortage), or more than MaxOnHand (ErrTooMuch).
func (s *Service) Adjust(ctx context.Context, req Adjust) (Movement, error) {
	return s.adjusting(req).Insist(ctx, s.units, attempts, lost)
}

// AdjustTx is Adjust inside a unit.
func (s *Service) AdjustTx(ctx context.Context, t Tx, req Adjust) (Movement, error) {
	return s.adjusting(req).In(ctx, t)
}

func (s *Service) adjusting(req Adjust) tx.Deed[Tx, Movement] {
	req, err := req.check()
	if err != nil {
		return tx.Refused[Tx, Movement](err)
	}
	w := s.now(req.Meta)
	m := Movement{
		ID: NewMovementID(s.newID), SKU: req.SKU, Location: req.Location, Delta: req.Delta,
		Reason: Adjusting, Note: req.Note, At: w.at, Actor: w.by.String(),
	}
	call := op.Call{Meta: req.Meta, Operation: "inventory.adjust", Parameters: req.parameters(), Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Movement, error) { return m, s.adjust(ctx, t, w, m) })
}

func (s *Service) adjust(ctx context.Context, t Tx, w when, m Movement) error {
	levels, err := t.StockLevels(ctx, []string{m.SKU})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(levels, func(l Level) bool { return l.Location == m.Location })
	if i < 0 {
		return ErrNoLevel
	}
	if have := levels[i].Available(); m.Delta < 0 && -m.Delta > have {
		return &Shortage{SKU: m.SKU, Want: -m.Delta, Have: have, Location: m.Location}
	}
	if err := t.AdjustStock(ctx, []Movement{m}); err != nil {
		return err
	}
	if err := s.announce(ctx, t, w, m.SKU, StockAdjusted{Movement: m}); err != nil {
		return err
	}
	taken := []Allocation{{SKU: m.SKU, Location: m.Location, Quantity: -m.Delta}}
	return s.warn(ctx, t, change{w, levels, taken})
}

func (r Adjust) check() (Adjust, error) {
	if r.Location == "" {
		r.Location = Main
	}
	var c fault.Check
	checkMeta(&c, r.Meta)
	checkSKU(&c, "sku", r.SKU)
	checkCode(&c, "location", r.Location)
	c.Range("delta", int64(r.Delta), -MaxMovement, MaxMovement)
	c.That(r.Delta != 0, "delta", "required", "must not be zero")
	r.Note = c.Text("note", r.Note, 500)
	return r, c.Err("inventory.adjust")
}

func (r Adjust) parameters() any { r.Meta = op.Meta{}; return r }

// SetLow is the threshold at which LowStock is announced.
type SetLow struct {
	op.Meta
	SKU string
	// Location defaults to Main.
	Location string
	// Low is 0, for never, to MaxMovement.
	Low int
}

// SetLow sets the threshold of a SKU at a place. It fails with NotFound for a
// SKU that never lay there.
func (s *Service) SetLow(ctx context.Context, req SetLow) error {
	_, err := s.settingLow(req).Insist(ctx, s.units, attempts, lost)
	return err
}

// SetLowTx is SetLow inside a unit.
func (s *Service) SetLowTx(ctx context.Context, t Tx, req SetLow) error {
	_, err := s.settingLow(req).In(ctx, t)
	return err
}

func (s *Service) settingLow(req SetLow) tx.Deed[Tx, struct{}] {
	if req.Location == "" {
		req.Location = Main
	}
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkSKU(&c, "sku", req.SKU)
	checkCode(&c, "location", req.Location)
	c.Range("low", int64(req.Low), 0, MaxMovement)
	if err := c.Err("inventory.set_low"); err != nil {
		return tx.Refused[Tx, struct{}](err)
	}
	call := op.Call{Meta: req.Meta, Operation: "inventory.set_low", Parameters: req.parameters(), Now: s.now(req.Meta).at}
	return tx.Once(call, func(ctx context.Context, t Tx) (struct{}, error) {
		return struct{}{}, t.SaveStockLow(ctx, req.SKU, req.Location, req.Low)
	})
}

func (r SetLow) parameters() any { r.Meta = op.Meta{}; return r }

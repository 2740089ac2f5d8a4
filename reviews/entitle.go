package reviews

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Entitle is what this room is told when something was delivered.
type Entitle struct {
	op.Meta
	// Lines are of one order, 1 to MaxLines.
	Lines []Line
	// Invite is when the buyer is to be asked for a review. Zero: never.
	Invite time.Time
}

// Entitle stores the right to review for each line that has none yet, and
// returns the entitlements of all lines, in their order. Telling it again, or a
// further parcel of the same line, changes nothing. Errors by kind: Invalid.
func (s *Service) Entitle(ctx context.Context, req Entitle) ([]Entitlement, error) {
	const looks = 2 // if another was quicker, a fresh look finds what it stored
	entitled := func(err error) bool { return errors.Is(err, ErrEntitled) }
	return s.entitling(req).Insist(ctx, s.units, looks, entitled)
}

// EntitleTx is Entitle inside a unit. If another unit is told of the same line
// at the same time it fails with ErrEntitled: then run the unit again.
func (s *Service) EntitleTx(ctx context.Context, t Tx, req Entitle) ([]Entitlement, error) {
	return s.entitling(req).In(ctx, t)
}

func (s *Service) entitling(req Entitle) tx.Deed[Tx, []Entitlement] {
	now := clock.Cut(s.clock.Now())
	var c fault.Check
	checkNew(&c, req.Meta)
	c.Range("lines", int64(len(req.Lines)), 1, MaxLines)
	c.That(req.Invite.IsZero() || (req.Invite.Year() >= 1971 && req.Invite.Year() <= 9999), "invite", "out_of_range", "must be between the years 1971 and 9999")
	fresh := make([]Entitlement, len(req.Lines))
	seen := map[int]bool{}
	for i, l := range req.Lines {
		path := "lines[" + strconv.Itoa(i) + "]"
		l.check(&c, path)
		c.That(l.Order == req.Lines[0].Order, path+".order", "mixed", "must be the same order for all lines")
		c.That(!seen[l.N], path+".n", "repeated", "must not be repeated")
		seen[l.N] = true
		l.DeliveredAt = clock.Cut(l.DeliveredAt)
		fresh[i] = Entitlement{ID: id.New[entitlementKind](s.newID), Line: l, CreatedAt: now}
	}
	call := op.Call{Meta: req.Meta, Operation: "reviews.entitle", Parameters: struct {
		Lines  []Line
		Invite time.Time
	}{req.Lines, clock.Cut(req.Invite)}, Now: now}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Entitlement, error) {
		return s.entitle(ctx, t, call, entitling{fresh, req.Invite})
	}).Unless(c.Err(call.Operation))
}

type entitling struct {
	fresh  []Entitlement
	invite time.Time
}

func (s *Service) entitle(ctx context.Context, t Tx, call op.Call, e entitling) ([]Entitlement, error) {
	order := e.fresh[0].Order
	stored, err := t.ReviewEntitlementsOf(ctx, order)
	if err != nil {
		return nil, err
	}
	known := make(map[int]Entitlement, len(stored))
	for _, x := range stored {
		known[x.N] = x
	}
	out := make([]Entitlement, 0, len(e.fresh))
	var missing []Entitlement
	for _, x := range e.fresh {
		if there, ok := known[x.N]; ok {
			out = append(out, there)
			continue
		}
		missing = append(missing, x)
		out = append(out, x)
	}
	if len(missing) == 0 {
		return out, nil
	}
	if err := t.InsertReviewEntitlements(ctx, missing); err != nil || e.invite.IsZero() {
		return out, err
	}
	return out, s.announce(ctx, t, call, announcement{subject: order, fact: InvitationDue{Order: order}, at: e.invite})
}

func (l Line) check(c *fault.Check, path string) {
	c.Required(path+".order", l.Order, maxRef)
	c.Range(path+".n", int64(l.N), 1, 1_000_000)
	c.That(!l.Product.IsZero(), path+".product", "required", "must not be empty")
	c.Required(path+".sku", l.SKU, maxSKU)
	checkActor(c, path+".buyer", l.Buyer)
	c.That(l.DeliveredAt.Year() >= 1971 && l.DeliveredAt.Year() <= 9999, path+".delivered_at", "out_of_range", "must be between the years 1971 and 9999")
}

func checkActor(c *fault.Check, path string, a op.Actor) {
	var bad fault.Check
	op.Meta{By: a}.Check(&bad)
	c.That(bad.Err("actor") == nil, path, "bad_actor", "must be an actor with an id of at most 128 bytes")
}

// checkNew checks the Meta of a write of something that has no version yet.
func checkNew(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion == 0, "if_version", "not_allowed", "must be 0 here")
}

// Invite is the request to ask for reviews of an order.
type Invite struct {
	op.Meta
}

// Invite announces Invited for those lines of an order that may be reviewed,
// were not yet, and were not invited before, and returns them. Calling it again
// announces nothing. Errors by kind: Invalid.
func (s *Service) Invite(ctx context.Context, order string, req Invite) ([]Entitlement, error) {
	return s.inviting(order, req).Alone(ctx, s.units)
}

// InviteTx is Invite inside a unit.
func (s *Service) InviteTx(ctx context.Context, t Tx, order string, req Invite) ([]Entitlement, error) {
	return s.inviting(order, req).In(ctx, t)
}

func (s *Service) inviting(order string, req Invite) tx.Deed[Tx, []Entitlement] {
	var c fault.Check
	checkNew(&c, req.Meta)
	c.Required("order", order, maxRef)
	call := op.Call{Meta: req.Meta, Operation: "reviews.invite", Parameters: order, Now: clock.Cut(s.clock.Now())}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]Entitlement, error) {
		stored, err := t.ReviewEntitlementsOf(ctx, order)
		if err != nil {
			return nil, err
		}
		out := []Entitlement{}
		fact := Invited{Order: order}
		for _, e := range stored {
			if e.Review.IsZero() && e.InvitedAt.IsZero() {
				e.InvitedAt = call.Now
				out = append(out, e)
				fact.Lines = append(fact.Lines, InvitedLine{Entitlement: e.ID, N: e.N, Product: e.Product, SKU: e.SKU})
			}
		}
		if len(out) == 0 {
			return out, nil
		}
		if err := t.InviteReviewEntitlements(ctx, out); err != nil {
			return nil, err
		}
		return out, s.announce(ctx, t, call, announcement{subject: order, fact: fact})
	}).Unless(c.Err(call.Operation))
}

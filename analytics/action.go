package analytics

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

type actionKind struct{}

func (actionKind) Prefix() string { return "ac" }

// ActionID is the id of an action.
type ActionID = id.Of[actionKind]

// ActionIDFrom returns the ActionID that holds u.
func ActionIDFrom(u uuid.UUID) ActionID { return id.From[actionKind](u) }

// ParseActionID reads the text form of an ActionID.
func ParseActionID(s string) (ActionID, error) { return id.Parse[actionKind](s) }

// Step is how near a visitor came to buying. The steps after Checkout are told
// by the sales and payments themselves.
type Step string

// The steps, in their order.
const (
	// Viewed: a visitor has looked at a product.
	Viewed Step = "viewed"
	// Added: a visitor has put something into a cart.
	Added Step = "added"
	// Checkout: a visitor has gone to the checkout.
	Checkout Step = "checkout"
)

// Steps returns the steps in their order.
func Steps() []Step { return []Step{Viewed, Added, Checkout} }

// MaxActions is how many actions one Track may have.
const MaxActions = 500

// Action is something that a visitor has done.
type Action struct {
	// ID is the key of the action: one that is stored already is not stored
	// again. If it is zero Track makes one, and a repeat counts twice.
	ID   ActionID `json:"id"`
	Step Step     `json:"step"`
	// Visitor is an opaque text that is the same for all actions of one
	// visitor or of one visit, as the host prefers: 16 to 64 ASCII letters,
	// digits, '-' and '_'. Empty for who has not consented to be recognised.
	Visitor string `json:"visitor,omitempty"`
	// Cart is the text of the id of the cart, which an order names as its
	// Origin: by it an order is known to be of the visitor. Only with a
	// Visitor; Added and Checkout should have it.
	Cart string `json:"cart,omitempty"`
	// Product and SKU are what it was about, as far as that is known.
	Product catalog.ID `json:"product,omitzero"`
	SKU     string     `json:"sku,omitempty"`
	// At is when it was. Zero: now.
	At time.Time `json:"at"`
	// Awaited says that the Sink has not got it yet.
	Awaited bool `json:"-"`
}

// Track stores what visitors have done, 1 to MaxActions actions in one trip.
// Errors by kind: Invalid, and then none of them is stored.
func (s *Service) Track(ctx context.Context, actions []Action) error {
	return s.tracking(actions).alone(ctx, s)
}

// TrackTx is Track inside a unit.
func (s *Service) TrackTx(ctx context.Context, t Tx, actions []Action) error {
	return s.tracking(actions).in(ctx, t)
}

func (s *Service) tracking(actions []Action) deed {
	at := clock.Cut(s.clock.Now())
	as, err := s.checked(actions, at)
	return doing(func(ctx context.Context, t Tx) error {
		if err := t.InsertAnalyticsActions(ctx, as); err != nil || s.sink == nil {
			return err
		}
		return s.announce(ctx, t, notice{subject: as[0].ID.String(), at: at, fact: Collected{Facts: len(as)}})
	}).unless(err)
}

// checked returns the actions as they are stored.
func (s *Service) checked(actions []Action, now time.Time) ([]Action, error) {
	var c fault.Check
	c.Range("actions", int64(len(actions)), 1, MaxActions)
	out := make([]Action, 0, len(actions))
	for i, a := range actions[:min(len(actions), MaxActions)] {
		path := "actions[" + strconv.Itoa(i) + "]"
		a.check(&c, path)
		if a.At.IsZero() {
			a.At = now
		}
		c.That(inTime(a.At), path+".at", "out_of_range", "must be between the years 1971 and 9999")
		a.At = clock.Cut(a.At)
		if a.ID.IsZero() {
			a.ID = id.New[actionKind](s.newID)
		}
		a.Awaited = s.sink != nil
		out = append(out, a)
	}
	return out, c.Err("analytics.track")
}

func (a *Action) check(c *fault.Check, path string) {
	switch a.Step {
	case Viewed, Added, Checkout:
	default:
		c.Add(path+".step", "unknown", "must be viewed, added or checkout")
	}
	if a.Visitor != "" {
		checkVisitor(c, path+".visitor", a.Visitor)
	}
	if a.Cart != "" {
		c.That(opaque(a.Cart, 1), path+".cart", "not_opaque", "must be at most 64 letters, digits, - and _")
		c.That(a.Visitor != "", path+".cart", "not_allowed", "must be empty without a visitor")
	}
	a.SKU = c.Text(path+".sku", a.SKU, maxSKU)
}

// minVisitor keeps names, numbers of telephones and the like out.
const minVisitor = 16

func checkVisitor(c *fault.Check, path, visitor string) {
	c.That(opaque(visitor, minVisitor), path, "not_opaque", "must be 16 to 64 letters, digits, - and _ that say nothing about a person")
}

// opaque reports whether s can be read by nobody but who has made it. E-mail
// addresses, addresses of machines and names with blanks cannot pass.
func opaque(s string, shortest int) bool {
	for i := range len(s) {
		switch x := s[i]; {
		case x >= 'a' && x <= 'z', x >= 'A' && x <= 'Z', x >= '0' && x <= '9', x == '-', x == '_':
		default:
			return false
		}
	}
	return len(s) >= shortest && len(s) <= 64
}

// Forget is the request to recognise a visitor no more.
type Forget struct {
	op.Meta
	Visitor string
}

// Forget takes a visitor and the carts off all actions, which go on to count
// for their products. A visitor that nobody knows is no error. Errors by kind:
// Invalid.
func (s *Service) Forget(ctx context.Context, req Forget) error {
	return s.forgetting(req).alone(ctx, s)
}

// ForgetTx is Forget inside a unit.
func (s *Service) ForgetTx(ctx context.Context, t Tx, req Forget) error {
	return s.forgetting(req).in(ctx, t)
}

func (s *Service) forgetting(req Forget) deed {
	now := clock.Cut(s.clock.Now())
	var c fault.Check
	checkNew(&c, req.Meta)
	checkVisitor(&c, "visitor", req.Visitor)
	call := op.Call{Meta: req.Meta, Operation: "analytics.forget", Parameters: req.Visitor, Now: now}
	return keyed(call, func(ctx context.Context, t Tx) error {
		if err := t.ForgetAnalyticsVisitor(ctx, req.Visitor); err != nil {
			return err
		}
		return s.announce(ctx, t, notice{subject: "visitor:" + req.Visitor, at: now, by: req.By, fact: Forgotten{Visitor: req.Visitor}})
	}).unless(c.Err(call.Operation))
}

// Prune is the request to delete old actions.
type Prune struct {
	op.Meta
	// Before is how old they must be: what was done earlier is deleted.
	Before time.Time
}

// Prune deletes the oldest actions that were done before a time, at most
// MaxActions at once, and returns how many: whoever gets MaxActions calls
// again. Facts about money are never deleted. What the Sink has not got is
// deleted too. A day is a good cadence. Errors by kind: Invalid.
func (s *Service) Prune(ctx context.Context, req Prune) (int, error) {
	var c fault.Check
	checkNew(&c, req.Meta)
	c.That(inTime(req.Before), "before", "out_of_range", "must be between the years 1971 and 9999")
	if err := c.Err("analytics.prune"); err != nil {
		return 0, err
	}
	old, err := s.reader.AnalyticsActionsBefore(ctx, clock.Cut(req.Before), MaxActions)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return len(old), s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return t.DeleteAnalyticsActions(ctx, old) })
}

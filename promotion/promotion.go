package promotion

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/money"
)

type kind struct{}

func (kind) Prefix() string { return "pm" }

// ID is the id of a promotion.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u, for stores.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// Kind says what is taken off.
type Kind string

// The kinds.
const (
	// Percentage takes Terms.Rate of what is left.
	Percentage Kind = "percentage"
	// Amount takes Terms.Amount, at most what is left.
	Amount Kind = "amount"
)

// Scope says what it is taken off.
type Scope string

// The scopes.
const (
	// OnOrder: the sum of all lines, shared over them.
	OnOrder Scope = "order"
	// OnItems: the matching lines together.
	OnItems Scope = "items"
	// OnEach: every piece of the matching lines.
	OnEach Scope = "each"
	// OnShipping: what shipping costs.
	OnShipping Scope = "shipping"
)

// Terms are what a promotion grants, to whom and when.
type Terms struct {
	// Title is for people, 1 to 200 characters.
	Title string `json:"title"`
	// Kind is Percentage or Amount.
	Kind Kind `json:"kind"`
	// Scope says what it is taken off.
	Scope Scope `json:"scope"`
	// Rate of a Percentage: above 0, at most 1.
	Rate money.Rate `json:"rate,omitzero"`
	// Amount of an Amount, above zero.
	Amount money.Amount `json:"amount"`
	// SKUs and Categories choose the lines for OnItems and OnEach: those that
	// are in either list. Both empty: every line. At most MaxFilter of each.
	SKUs       []string `json:"skus,omitempty"`
	Categories []string `json:"categories,omitempty"`
	// Minimum is what all goods must come to. Zero: none. Its currency is that
	// of Amount; a promotion with a currency applies to prices in it only.
	Minimum money.Amount `json:"minimum"`
	// Priority: the higher one is taken off first.
	Priority int `json:"priority,omitempty"`
	// Exclusive: where this one applies no other does.
	Exclusive bool `json:"exclusive,omitempty"`
	// From and Until are the window in which it runs, From <= t < Until. Zero:
	// no bound.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Automatic: it applies without a code.
	Automatic bool `json:"automatic,omitempty"`
	// Groups are the codes of customer groups of which a buyer must be in one.
	// None: it is for everybody. At most 32.
	Groups []string `json:"groups,omitempty"`
	// Limits bound how often it is used.
	Limits Limits `json:"limits,omitzero"`
}

// Limits bound how often a promotion is used. Zero means without limit.
type Limits struct {
	// Total is how often it may be used in all.
	Total int `json:"total,omitempty"`
	// PerCode is how often each of its codes may be used. An automatic
	// promotion has no codes.
	PerCode int `json:"per_code,omitempty"`
	// PerBuyer is how often one buyer may use it. Who is not known, cannot.
	PerBuyer int `json:"per_buyer,omitempty"`
}

// State is where a promotion stands.
type State string

// The states.
const (
	// Draft: it is being written.
	Draft State = "draft"
	// Active: it runs in its window.
	Active State = "active"
	// Paused: it does not run for the time being.
	Paused State = "paused"
	// Ended: it never runs again.
	Ended State = "ended"
)

// Trigger is what moves a promotion.
type Trigger string

// The triggers.
const (
	TriggerActivate   Trigger = "activate"
	TriggerDeactivate Trigger = "deactivate"
	TriggerEnd        Trigger = "end"
)

var moves = lifecycle.Table[State, Trigger]{
	Machine: "promotion",
	Initial: Draft,
	Moves: map[State]map[Trigger]State{
		Draft:  {TriggerActivate: Active, TriggerEnd: Ended},
		Active: {TriggerDeactivate: Paused, TriggerEnd: Ended},
		Paused: {TriggerActivate: Active, TriggerEnd: Ended},
		Ended:  {},
	},
}

// Lifecycle returns which moves a promotion may make.
func Lifecycle() lifecycle.Table[State, Trigger] { return moves }

// Promotion is what a shop grants.
type Promotion struct {
	ID      ID  `json:"id"`
	Version int `json:"version"`
	Terms
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	state   State
	counted bool
}

// State returns where p stands.
func (p Promotion) State() State { return p.state }

// Counted reports whether the uses of p are counted against limits.
func (p Promotion) Counted() bool { return p.counted }

// Currency returns the currency to which p is bound, or the zero Currency.
func (p Promotion) Currency() money.Currency {
	if c := p.Amount.Currency(); !c.IsZero() {
		return c
	}
	return p.Minimum.Currency()
}

// RunsAt reports whether p is active and at is in its window.
func (p Promotion) RunsAt(at time.Time) bool { return p.standing(at) == "" }

// standing returns why p does not run at a time, or "".
func (p Promotion) standing(at time.Time) Reason {
	switch {
	case p.state == Draft, !p.From.IsZero() && at.Before(p.From):
		return NotYet
	case p.state != Active, !p.Until.IsZero() && !at.Before(p.Until):
		return Over
	default:
		return ""
	}
}

// draft returns a new promotion.
func draft(pid ID, t Terms, at time.Time) Promotion {
	return Promotion{
		ID: pid, Version: 1, Terms: t, CreatedAt: at, UpdatedAt: at, state: Draft, counted: t.Limits != Limits{},
	}
}

// move makes a move, or fails with *lifecycle.Forbidden.
func (p Promotion) move(by Trigger, at time.Time) (Promotion, error) {
	to, err := moves.Next(p.state, by)
	if err != nil {
		return p, err
	}
	p.state, p.Version, p.UpdatedAt = to, p.Version+1, clock.Cut(at)
	return p, nil
}

// revise gives p other terms. Of a promotion that was activated before, uses
// were counted or were not; so it cannot become one with limits.
func (p Promotion) revise(t Terms, at time.Time) (Promotion, error) {
	limited := t.Limits != Limits{}
	switch {
	case p.state == Ended:
		return p, ErrEnded
	case p.state == Draft:
		p.counted = limited
	case limited && !p.counted:
		return p, ErrUncounted
	case t.Automatic != p.Automatic:
		return p, ErrCodesFixed
	}
	p.Terms, p.Version, p.UpdatedAt = t, p.Version+1, clock.Cut(at)
	return p, nil
}

// Restore returns p as a store has kept it. A state that no promotion was ever
// in is an Internal error.
func Restore(p Promotion, s State, counted bool) (Promotion, error) {
	if !moves.Has(s) {
		return Promotion{}, fmt.Errorf("promotion: %s has the unknown state %q: %w", p.ID, s, fault.Internal)
	}
	p.state, p.counted = s, counted
	return p, nil
}

// plain is a Promotion without methods; document is its JSON form.
type (
	plain    Promotion
	document struct {
		plain
		State   State `json:"state"`
		Counted bool  `json:"counted,omitempty"`
	}
)

// MarshalJSON writes all fields and the state.
func (p Promotion) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{plain(p), p.state, p.counted})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Promotion) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("promotion: decode: %w", err)
	}
	v, err := Restore(Promotion(d.plain), d.State, d.Counted)
	if err != nil {
		return err
	}
	*p = v
	return nil
}

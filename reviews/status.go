package reviews

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// Status says where a review stands.
type Status string

// The states of a review.
const (
	// StatusPending: written and not yet looked at.
	StatusPending Status = "pending"
	// StatusPublished: shown, and counted in the Rating.
	StatusPublished Status = "published"
	// StatusHidden: was published and is not shown any more.
	StatusHidden Status = "hidden"
	// StatusRejected: will not be shown.
	StatusRejected Status = "rejected"
)

// Trigger is what moves a review from one state to another.
type Trigger string

// The triggers.
const (
	TriggerPublish Trigger = "publish"
	TriggerReject  Trigger = "reject"
	TriggerHide    Trigger = "hide"
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "review",
	Initial: StatusPending,
	Moves: map[Status]map[Trigger]Status{
		StatusPending:   {TriggerPublish: StatusPublished, TriggerReject: StatusRejected},
		StatusPublished: {TriggerHide: StatusHidden},
		StatusHidden:    {},
		StatusRejected:  {},
	},
}

// Lifecycle returns which moves a review may make.
func Lifecycle() lifecycle.Table[Status, Trigger] { return moves }

// move is the one place where a status changes. A move that the table does not
// hold is a *lifecycle.Forbidden.
func (r Review) move(t Trigger) (Review, error) {
	s, err := moves.Next(r.status, t)
	if err != nil {
		return r, err
	}
	r.status = s
	return r, nil
}

// Restore returns r in the state s, for stores that read it back. A state that
// no review was ever in is an Internal error.
func Restore(r Review, s Status) (Review, error) {
	if !moves.Has(s) {
		return Review{}, fmt.Errorf("reviews: %s has the unknown status %q: %w", r.ID, s, fault.Internal)
	}
	r.status = s
	return r, nil
}

// plain is a Review without methods; document is its JSON form.
type (
	plain    Review
	document struct {
		plain
		Status Status `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (r Review) MarshalJSON() ([]byte, error) { return json.Marshal(document{plain(r), r.status}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Review) UnmarshalJSON(b []byte) error {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("reviews: decode: %w", err)
	}
	if d.Status == "" {
		*r = Review(d.plain)
		return nil
	}
	v, err := Restore(Review(d.plain), d.Status)
	if err != nil {
		return err
	}
	*r = v
	return nil
}

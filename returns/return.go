package returns

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
)

type kind struct{}

func (kind) Prefix() string { return "rt" }

// ID is the id of a return.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form "rt_...". Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Return is goods of an order that come back. It is a value: the service hands
// out copies.
type Return struct {
	ID    ID       `json:"id"`
	Order order.ID `json:"order"`
	// Number is what people call the order.
	Number string `json:"number"`
	// Buyer is who has ordered.
	Buyer op.Actor `json:"buyer,omitzero"`
	// Lines are the goods, by the number of their line.
	Lines []Line `json:"lines"`
	// Decision is what the policy said when it was requested.
	Decision Decision `json:"decision"`
	// Note is what the buyer wants to say.
	Note string `json:"note,omitempty"`
	// Reason is why it was rejected.
	Reason string `json:"reason,omitempty"`
	// ReceiveBy is until when approved goods have to come in.
	ReceiveBy time.Time `json:"receive_by,omitzero"`
	// Refund is the money that goes back.
	Refund Refund `json:"refund,omitzero"`
	// Metadata belongs to the host.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Version counts the changes, beginning with 1.
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Line is a number of pieces of one line of the order.
type Line struct {
	// N is the number of the line in the order.
	N     int    `json:"n"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
	// Quantity is how many pieces shall come back.
	Quantity int    `json:"quantity"`
	Reason   Reason `json:"reason"`
	Note     string `json:"note,omitempty"`
	// Received is how many have come, at most Quantity.
	Received int `json:"received"`
	// Dispositions are what became of those that have come.
	Dispositions []Disposed `json:"dispositions,omitempty"`
}

// Reason is why something comes back: a code of 1 to 40 lower case letters,
// digits and underscores. A shop may have its own.
type Reason string

// The usual reasons.
const (
	TooSmall       Reason = "too_small"
	TooLarge       Reason = "too_large"
	Dislike        Reason = "dislike"
	ChangedMind    Reason = "changed_mind"
	Defective      Reason = "defective"
	WrongItem      Reason = "wrong_item"
	NotAsDescribed Reason = "not_as_described"
	ArrivedLate    Reason = "arrived_late"
	NotDelivered   Reason = "not_delivered"
)

// Disposition is what becomes of goods that came back.
type Disposition string

// The dispositions.
const (
	// Restock: as good as new, back on the shelf.
	Restock Disposition = "restock"
	// Damaged: set apart; it is not for sale.
	Damaged Disposition = "damaged"
	// Discard: thrown away, or lost on the way.
	Discard Disposition = "discard"
)

// Disposed is what became of some pieces of a line.
type Disposed struct {
	Quantity    int         `json:"quantity"`
	Disposition Disposition `json:"disposition"`
	// Location is the place they were put, for Restock.
	Location string `json:"location,omitempty"`
}

// RefundState is how a refund stands.
type RefundState string

// The states of a refund. The zero value is that of a return that nobody has
// settled yet.
const (
	RefundNone RefundState = ""
	// RefundProcessing: asked for; neither done nor failed.
	RefundProcessing RefundState = "processing"
	// RefundDone: the money went back.
	RefundDone RefundState = "done"
	// RefundFailed: it did not. Settle tries again.
	RefundFailed RefundState = "failed"
)

// Refund is the money of a return. Its amounts are fixed by the first Settle.
type Refund struct {
	State RefundState `json:"state"`
	// Amount is what goes back: the shares and Shipping, but never more than was
	// paid for the order and is not refunded.
	Amount money.Amount `json:"amount"`
	// Shares are what was paid for the pieces.
	Shares []Share `json:"shares,omitempty"`
	// Shipping is what goes back of the carriage, ShippingTax the tax in it.
	Shipping    money.Amount `json:"shipping"`
	ShippingTax money.Amount `json:"shipping_tax"`
	// Key names the refund where the money is, Number counts the attempts.
	Key    string `json:"key,omitempty"`
	Number int    `json:"number,omitempty"`
	// Reference is what the payment calls it, Reason why it failed.
	Reference string `json:"reference,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Due is when Reconcile asks again, while it is processing.
	Due time.Time `json:"due,omitzero"`
}

// InFlight reports whether it is not known yet what became of the refund.
func (r Refund) InFlight() bool { return r.State == RefundProcessing }

// Status returns the state of r.
func (r Return) Status() Status { return r.status }

// Received returns what has come back, as the order understands it.
func (r Return) Received() []order.Item {
	var items []order.Item
	for _, l := range r.Lines {
		if l.Received > 0 {
			items = append(items, order.Item{Line: l.N, Quantity: l.Received})
		}
	}
	return items
}

func (r Return) index(n int) int {
	return slices.IndexFunc(r.Lines, func(l Line) bool { return l.N == n })
}

// next returns a copy of r as it will be after one more change, with lines of
// its own.
func (r Return) next(at time.Time) Return {
	r.Version++
	r.UpdatedAt = clock.Cut(at)
	r.Lines = slices.Clone(r.Lines)
	return r
}

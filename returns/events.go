package returns

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// Fact is what every event of this room tells.
type Fact struct {
	Return ID       `json:"return"`
	Order  order.ID `json:"order"`
	Number string   `json:"number"`
}

// Requested says that a buyer wants to give goods back.
type Requested struct {
	Fact
	Lines    []Wanted `json:"lines"`
	Decision Decision `json:"decision"`
}

// Approved says that goods may come back, until when.
type Approved struct {
	Fact
	ReceiveBy time.Time `json:"receive_by"`
}

// Rejected says that they may not.
type Rejected struct {
	Fact
	Reason string `json:"reason"`
}

// Expired says that they did not come in time.
type Expired struct {
	Fact
}

// Received says that goods have come back.
type Received struct {
	Fact
	Items []order.Item `json:"items"`
}

// Examined says what became of goods that came back.
type Examined struct {
	Fact
	Lines []Inspected `json:"lines"`
}

// Settled says that nothing is left to do: the amount went back.
type Settled struct {
	Fact
	Amount    money.Amount `json:"amount"`
	Shipping  money.Amount `json:"shipping"`
	Shares    []Share      `json:"shares"`
	Reference string       `json:"reference,omitempty"`
}

// RepaymentFailed says that money did not go back. Somebody should look.
type RepaymentFailed struct {
	Fact
	Amount money.Amount `json:"amount"`
	Reason string       `json:"reason"`
}

// ReceiveDue is the timer that rings when approved goods should have come:
// whoever gets it calls Expire.
type ReceiveDue struct {
	Fact
}

// RepaymentDue is the timer that rings when it should be known what became of a
// refund: whoever gets it calls Reconcile.
type RepaymentDue struct {
	Fact
}

// EventName returns "return.requested".
func (Requested) EventName() string { return "return.requested" }

// EventName returns "return.approved".
func (Approved) EventName() string { return "return.approved" }

// EventName returns "return.rejected".
func (Rejected) EventName() string { return "return.rejected" }

// EventName returns "return.expired".
func (Expired) EventName() string { return "return.expired" }

// EventName returns "return.received".
func (Received) EventName() string { return "return.received" }

// EventName returns "return.inspected".
func (Examined) EventName() string { return "return.inspected" }

// EventName returns "return.settled".
func (Settled) EventName() string { return "return.settled" }

// EventName returns "return.refund_failed".
func (RepaymentFailed) EventName() string { return "return.refund_failed" }

// EventName returns "return.receive_due".
func (ReceiveDue) EventName() string { return "return.receive_due" }

// EventName returns "return.refund_due".
func (RepaymentDue) EventName() string { return "return.refund_due" }

func (r Return) fact() Fact { return Fact{Return: r.ID, Order: r.Order, Number: r.Number} }

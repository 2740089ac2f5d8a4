package payment

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
)

type refundKind struct{}

func (refundKind) Prefix() string { return "re" }

// RefundID is the id of a refund.
type RefundID = id.Of[refundKind]

// RefundIDFrom returns the RefundID that holds u.
func RefundIDFrom(u uuid.UUID) RefundID { return id.From[refundKind](u) }

// ParseRefundID reads the text form of a RefundID.
func ParseRefundID(s string) (RefundID, error) { return id.Parse[refundKind](s) }

// Refund is captured money on its way back. While it is on its way its amount
// is set aside on the payment, so that it cannot go back twice.
type Refund struct { //nolint:recvcheck // as Payment
	ID      RefundID     `json:"id"`
	Payment ID           `json:"payment"`
	Amount  money.Amount `json:"amount"`
	// Reason is what the person who asked for it wrote.
	Reason string `json:"reason,omitempty"`
	// Reference is what the provider calls the refund, empty until known.
	Reference string `json:"reference,omitempty"`
	// Decline is why the last attempt failed.
	Decline Decline `json:"decline,omitzero"`
	// Attempt is the last call to the provider.
	Attempt Attempt `json:"-"`
	// Due is when the reconciler looks at it next. Zero: never.
	Due time.Time `json:"-"`

	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status RefundStatus
}

// Status returns where the refund stands.
func (r Refund) Status() RefundStatus { return r.status }

// InFlight reports whether a call to the provider is under way, or its outcome
// not known.
func (r Refund) InFlight() bool { return r.status == RefundStatusProcessing }

// RestoreRefund is Restore for refunds.
func RestoreRefund(r Refund, s RefundStatus) (Refund, error) {
	if !refundMoves.Has(s) {
		return r, fault.Newf(fault.Internal, "refund_status_unknown", "Refund %s has an unknown status.", r.ID)
	}
	r.status = s
	return r, nil
}

// move is the only place where the status of a refund changes.
func (r *Refund) move(t Trigger) error {
	next, err := refundMoves.Next(r.status, t)
	if err != nil {
		return err
	}
	r.status = next
	return nil
}

type plainRefund Refund

type refundJSON struct {
	plainRefund
	Status RefundStatus `json:"status"`
}

// MarshalJSON writes the refund as its buyer may see it.
func (r Refund) MarshalJSON() ([]byte, error) {
	r.Decline = r.Decline.public()
	return json.Marshal(refundJSON{plainRefund(r), r.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Refund) UnmarshalJSON(b []byte) error {
	var j refundJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	q, err := RestoreRefund(Refund(j.plainRefund), j.Status)
	if err != nil {
		return err
	}
	*r = q
	return nil
}

package payment

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
)

type kind struct{}

func (kind) Prefix() string { return "py" }

// ID is the id of a payment.
type ID = id.Of[kind]

// IDFrom returns the ID that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// NewID returns a fresh id, for Open.ID.
func NewID(src id.Source) ID { return id.New[kind](src) }

// ParseID reads the text form of an ID.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Payment is one way in which one subject is paid: a promise, the money that
// came of it, and what of that went back. All its amounts are of one currency,
// and 0 <= Refunded+Refunding <= Captured <= Authorized always holds.
type Payment struct { //nolint:recvcheck // a value to everybody; this room moves it in place
	ID ID `json:"id"`
	// Subject is the text of the id of what is paid, an order as a rule.
	Subject string `json:"subject"`
	// Method is the key under which the provider is configured.
	Method string `json:"method"`
	// Amount is what was asked for.
	Amount money.Amount `json:"amount"`
	// Authorized is what was promised, whether it has come or not.
	Authorized money.Amount `json:"authorized"`
	// Captured is what has come.
	Captured money.Amount `json:"captured"`
	// Refunding is what is on its way back.
	Refunding money.Amount `json:"refunding"`
	// Refunded is what went back.
	Refunded money.Amount `json:"refunded"`
	// Reference is what the provider calls the payment, empty until known.
	Reference string `json:"reference,omitempty"`
	// CaptureReference is what the provider calls the last capture: a number
	// of its own, or the line of a bank statement.
	CaptureReference string `json:"capture_reference,omitempty"`
	// Action is what the buyer must do, or should know.
	Action Action `json:"action,omitzero"`
	// Decline is why the last operation did not happen.
	Decline Decline `json:"decline,omitzero"`
	// Orphaned says that money of it surfaced when nobody waited for it any
	// more, or that the provider promised something else than was asked. It is
	// given back and pays nothing.
	Orphaned bool `json:"orphaned,omitempty"`
	// Expires is when the promise, or the wait for the buyer, ends. Zero: never.
	Expires time.Time `json:"expires,omitzero"`
	// Due is when the reconciler looks at it next. Zero: never.
	Due time.Time `json:"-"`
	// Details are what the provider was told besides the amount.
	Details Details `json:"-"`
	// Attempt is the operation in flight, or else the last one.
	Attempt Attempt `json:"-"`

	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Status returns where the payment stands.
func (p Payment) Status() Status { return p.status }

// InFlight reports whether a call to the provider is under way, or its outcome
// not known. Such a payment is neither paid nor failed: it is pending.
func (p Payment) InFlight() bool {
	return p.status == StatusAuthorizing || p.status == StatusCapturing || p.status == StatusVoiding
}

// IsOpen reports whether something may still come of the payment by itself. A
// subject has at most one open payment.
func (p Payment) IsOpen() bool {
	return !p.Orphaned && (p.InFlight() || p.status == StatusActionRequired || p.status == StatusAuthorized)
}

// Covers reports whether the payment lets its subject go ahead: all that was
// asked for is promised or has come, and none of it is lost.
func (p Payment) Covers() bool {
	return !p.Orphaned && p.Authorized == p.Amount &&
		(p.status == StatusAuthorized || p.status == StatusCapturing || p.status == StatusCaptured && p.Captured == p.Amount)
}

// Capturable returns what is promised and has not come.
func (p Payment) Capturable() money.Amount {
	if p.status != StatusAuthorized {
		return money.Zero(p.Amount.Currency())
	}
	return minus(p.Authorized, p.Captured)
}

// Refundable returns what came and is neither back nor on its way back.
func (p Payment) Refundable() money.Amount {
	return minus(minus(p.Captured, p.Refunded), p.Refunding)
}

// Restore returns p with the status it was stored with. It is for stores; it
// fails with Internal for a status that the machine does not have.
func Restore(p Payment, s Status) (Payment, error) {
	if !moves.Has(s) {
		return p, fault.Newf(fault.Internal, "payment_status_unknown", "Payment %s has an unknown status.", p.ID)
	}
	p.status = s
	return p, nil
}

// move is the only place where a status changes.
func (p *Payment) move(t Trigger) error {
	next, err := moves.Next(p.status, t)
	if err != nil {
		return err
	}
	p.status = next
	return nil
}

// plain is Payment without its methods, for JSON.
type plain Payment

type paymentJSON struct {
	plain
	Status Status `json:"status"`
}

// MarshalJSON writes the payment as its buyer may see it: without Details,
// Attempt and Due, and with the public reason of a decline.
func (p Payment) MarshalJSON() ([]byte, error) {
	p.Decline = p.Decline.public()
	return json.Marshal(paymentJSON{plain(p), p.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Payment) UnmarshalJSON(b []byte) error {
	var j paymentJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	q, err := Restore(Payment(j.plain), j.Status)
	if err != nil {
		return err
	}
	*p = q
	return nil
}

// minus subtracts amounts of one payment, which share a currency and are
// within bounds.
func minus(a, b money.Amount) money.Amount { return money.New(a.Minor()-b.Minor(), a.Currency()) }

func plus(a, b money.Amount) money.Amount { return money.New(a.Minor()+b.Minor(), a.Currency()) }

// atMost reports a <= b for amounts of one payment.
func atMost(a, b money.Amount) bool { return a.Minor() <= b.Minor() }

package payment

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Operation is what a provider is asked to do.
type Operation string

// The operations.
const (
	OpAuthorize Operation = "authorize"
	OpCapture   Operation = "capture"
	OpVoid      Operation = "void"
	OpRefund    Operation = "refund"
)

// Attempt is one call to a provider, saved before it is made: an operation
// with everything needed to make the same call again. A call that is made
// again has the same key and the same parameters; a call with other parameters
// is a new attempt with a new number.
type Attempt struct {
	// Number counts the attempts of a payment or refund, from 1.
	Number    int       `json:"number,omitempty"`
	Operation Operation `json:"operation,omitempty"`
	// Key is the idempotency key for the provider: "py_...:capture:2".
	Key string `json:"key,omitempty"`
	// Amount is what is to be moved.
	Amount money.Amount `json:"amount,omitzero"`
	// AtOnce says that an authorization asks for the money itself.
	AtOnce bool `json:"at_once,omitempty"`
	// Reference is the provider's name of the payment when the attempt was made.
	Reference string `json:"reference,omitempty"`
	// Target is the capture that a refund gives back from.
	Target string `json:"target,omitempty"`
	// Note is why, for the log.
	Note string `json:"note,omitempty"`
	// Final says that a capture is the last one.
	Final bool `json:"final,omitempty"`
	// Print is the fingerprint of the request, in hex. A request that would
	// come out differently now is not sent under the old key.
	Print string `json:"print,omitempty"`
	// Sent says that the request may have left.
	Sent bool `json:"sent,omitempty"`
	// By is the text of the actor.
	By string `json:"by,omitempty"`
	// At is when the intent was saved.
	At time.Time `json:"at,omitzero"`
}

// keyOf names an attempt to the provider. It depends on nothing but the ids,
// so it is the same in every process and after every crash.
func keyOf(owner string, o Operation, number int) string {
	return fmt.Sprintf("%s:%s:%d", owner, o, number)
}

// Details are what a provider needs to know besides the amount. Nothing in
// them is a card number; a token that stands for one is.
type Details struct {
	// Token is what the provider's own form gave the storefront for the
	// buyer's card or account, at most 255 characters.
	Token string `json:"token,omitempty"`
	// ReturnURL is where the provider sends the buyer back to, CancelURL where
	// it sends one who turned back. Absolute, at most 2000 characters.
	ReturnURL string `json:"return_url,omitempty"`
	CancelURL string `json:"cancel_url,omitempty"`
	// Description is shown to the buyer by the provider, at most 200 characters.
	Description string `json:"description,omitempty"`
}

// intend makes a the attempt of p that comes next.
func (p *Payment) intend(a Attempt) error {
	a.Number = p.Attempt.Number + 1
	a.Key = keyOf(p.ID.String(), a.Operation, a.Number)
	a.Reference, a.Sent = p.Reference, true
	p.Attempt = a
	var err error
	p.Attempt.Print, err = printOf(p.request())
	return err
}

// request is what the attempt of p sends; it follows from p alone.
func (p Payment) request() any {
	switch p.Attempt.Operation {
	case OpCapture:
		return p.captureRequest()
	case OpVoid:
		return p.voidRequest()
	case OpAuthorize, OpRefund:
	}
	return p.authorizeRequest()
}

func (p Payment) authorizeRequest() AuthorizeRequest {
	return AuthorizeRequest{
		Key: p.Attempt.Key, Payment: p.ID.String(), Subject: p.Subject, Amount: p.Attempt.Amount,
		Capture: p.Attempt.AtOnce, Reference: p.Attempt.Reference, Details: p.Details,
	}
}

func (p Payment) captureRequest() CaptureRequest {
	return CaptureRequest{
		Key: p.Attempt.Key, Payment: p.ID.String(), Reference: p.Attempt.Reference,
		Amount: p.Attempt.Amount, Final: p.Attempt.Final,
	}
}

func (p Payment) voidRequest() VoidRequest {
	return VoidRequest{Key: p.Attempt.Key, Payment: p.ID.String(), Reference: p.Attempt.Reference}
}

// printOf is the fingerprint of a request.
func printOf(request any) (string, error) {
	sum, err := op.Print(request)
	return hex.EncodeToString(sum[:]), err
}

const (
	maxToken       = 255
	maxURL         = 2000
	maxDescription = 200
)

// checked records what is wrong with d and returns it normalised.
func (d Details) checked(c *fault.Check) Details {
	d.Token = c.Text("details.token", d.Token, maxToken)
	d.Description = c.Text("details.description", d.Description, maxDescription)
	d.ReturnURL = checkURL(c, "details.return_url", d.ReturnURL)
	d.CancelURL = checkURL(c, "details.cancel_url", d.CancelURL)
	return d
}

func checkURL(c *fault.Check, path, s string) string {
	if s == "" {
		return s
	}
	s = c.Text(path, s, maxURL)
	u, err := url.Parse(s)
	c.That(err == nil && u.IsAbs(), path, "not_a_url", "must be an absolute URL")
	return s
}

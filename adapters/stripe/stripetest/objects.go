package stripetest

import "time"

// The states of a payment intent.
const (
	requiresMethod       = "requires_payment_method"
	requiresConfirmation = "requires_confirmation"
	requiresAction       = "requires_action"
	requiresCapture      = "requires_capture"
	processing           = "processing"
	succeeded            = "succeeded"
	canceled             = "canceled"
	failed               = "failed"
	waiting              = "pending"
)

// intent is a payment intent.
type intent struct {
	ID                 string            `json:"id"`
	Object             string            `json:"object"`
	Amount             int64             `json:"amount"`
	AmountCapturable   int64             `json:"amount_capturable"`
	AmountReceived     int64             `json:"amount_received"`
	Automatic          *automatic        `json:"automatic_payment_methods"`
	CanceledAt         *int64            `json:"canceled_at"`
	CancellationReason *string           `json:"cancellation_reason"`
	CaptureMethod      string            `json:"capture_method"`
	ClientSecret       string            `json:"client_secret"`
	ConfirmationMethod string            `json:"confirmation_method"`
	Created            int64             `json:"created"`
	Currency           string            `json:"currency"`
	Customer           *string           `json:"customer"`
	Description        *string           `json:"description"`
	LastError          *said             `json:"last_payment_error"`
	LatestCharge       any               `json:"latest_charge"` // id, or the charge where it is asked for
	Livemode           bool              `json:"livemode"`
	Metadata           map[string]string `json:"metadata"`
	NextAction         *nextAction       `json:"next_action"`
	Method             *string           `json:"payment_method"`
	MethodTypes        []string          `json:"payment_method_types"`
	Status             string            `json:"status"`

	charge    string
	returnURL string
	behaviour behaviour
	until     time.Time // of the promise
	refunded  int64
	at        time.Time
}

type automatic struct {
	Enabled        bool   `json:"enabled"`
	AllowRedirects string `json:"allow_redirects,omitempty"`
}

type nextAction struct {
	Type     string            `json:"type"`
	Redirect *redirect         `json:"redirect_to_url,omitempty"`
	SDK      map[string]string `json:"use_stripe_sdk,omitempty"`
}

type redirect struct {
	ReturnURL string `json:"return_url"`
	URL       string `json:"url"`
}

// charge is one movement of money.
type charge struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	Amount         int64             `json:"amount"`
	AmountCaptured int64             `json:"amount_captured"`
	AmountRefunded int64             `json:"amount_refunded"`
	Billing        billing           `json:"billing_details"`
	Captured       bool              `json:"captured"`
	Created        int64             `json:"created"`
	Currency       string            `json:"currency"`
	Disputed       bool              `json:"disputed"`
	FailureCode    *string           `json:"failure_code"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Paid           bool              `json:"paid"`
	Intent         string            `json:"payment_intent"`
	Method         *string           `json:"payment_method"`
	Details        details           `json:"payment_method_details"`
	Refunded       bool              `json:"refunded"`
	Status         string            `json:"status"`
}

type billing struct {
	Address *struct{} `json:"address"`
	Email   *string   `json:"email"`
	Name    *string   `json:"name"`
	Phone   *string   `json:"phone"`
}

type details struct {
	Type string `json:"type"`
	Card card   `json:"card"`
}

type card struct {
	Brand         string `json:"brand"`
	CaptureBefore int64  `json:"capture_before,omitempty"`
	ExpMonth      int    `json:"exp_month"`
	ExpYear       int    `json:"exp_year"`
	Funding       string `json:"funding"`
	Last4         string `json:"last4"`
}

// refund is money on its way back.
type refund struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Amount        int64             `json:"amount"`
	Charge        string            `json:"charge"`
	Created       int64             `json:"created"`
	Currency      string            `json:"currency"`
	FailureReason string            `json:"failure_reason,omitempty"`
	Metadata      map[string]string `json:"metadata"`
	Intent        string            `json:"payment_intent"`
	Reason        *string           `json:"reason"`
	Status        string            `json:"status"`
}

// list is a page of things; search is what is found.
type list struct {
	Object  string `json:"object"`
	Data    []any  `json:"data"`
	HasMore bool   `json:"has_more"`
	URL     string `json:"url"`
}

// seen returns the payment intent as it is shown now, with its charge if that
// is wanted.
func (s *Simulator) seen(pi *intent, f *form) intent {
	out := *pi
	out.LatestCharge = nil
	if pi.charge != "" {
		out.LatestCharge = pi.charge
		if f != nil && f.expands("latest_charge") {
			out.LatestCharge = *s.charges[pi.charge]
		}
	}
	return out
}

func maybe(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

package stripetest

import "net/http"

// said is an error as Stripe tells it.
type said struct {
	Type        string  `json:"type"`
	Code        string  `json:"code,omitempty"`
	DeclineCode string  `json:"decline_code,omitempty"`
	Charge      string  `json:"charge,omitempty"`
	Message     string  `json:"message,omitempty"`
	Param       string  `json:"param,omitempty"`
	Intent      *intent `json:"payment_intent,omitempty"`
}

// refusal is an error with its status. A forgotten one is not remembered under
// the key, because nothing was executed.
type refusal struct {
	status    int
	forgotten bool
	said      said
}

// body is what is answered.
func (r *refusal) body() any {
	return struct {
		Error said `json:"error"`
	}{r.said}
}

// invalid is for parameters that are wrong.
func invalid(code, param, text string) *refusal {
	return &refusal{http.StatusBadRequest, true, said{Type: "invalid_request_error", Code: code, Param: param, Message: text}}
}

// forbidden is for what the state of things does not allow.
func forbidden(code, param, text string) *refusal {
	return &refusal{http.StatusBadRequest, false, said{Type: "invalid_request_error", Code: code, Param: param, Message: text}}
}

func missing(param, what, id string) *refusal {
	return &refusal{http.StatusNotFound, true, said{
		Type: "invalid_request_error", Code: "resource_missing", Param: param, Message: "No such " + what + ": '" + id + "'",
	}}
}

func denied(status int, code, text string) *refusal {
	return &refusal{status, true, said{Type: "invalid_request_error", Code: code, Message: text}}
}

// unexpected is for a payment intent in the wrong state.
func (s *Simulator) unexpected(pi *intent, verb string) *refusal {
	shown := s.seen(pi, nil)
	r := forbidden("payment_intent_unexpected_state", "",
		"You cannot "+verb+" this PaymentIntent because it has a status of "+pi.Status+".")
	r.said.Intent = &shown
	return r
}

func mismatch(key string) *refusal {
	return &refusal{http.StatusBadRequest, true, said{
		Type:    "idempotency_error",
		Message: "Keys for idempotent requests can only be used with the same parameters they were first used with: " + key,
	}}
}

func busy() *refusal {
	return &refusal{http.StatusConflict, true, said{
		Type: "invalid_request_error", Code: "idempotency_key_in_use",
		Message: "There is currently another in-progress request using this idempotency key.",
	}}
}

func limited(code string) *refusal {
	return &refusal{http.StatusTooManyRequests, true, said{Type: "invalid_request_error", Code: code, Message: "Too many requests."}}
}

func broken(status int) *refusal {
	return &refusal{status, false, said{Type: "api_error", Message: "An error occurred while processing your request."}}
}

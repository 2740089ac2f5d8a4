package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Kind is the class of a failure. A Kind is itself an error, so a caller
// writes errors.Is(err, fault.NotFound) whatever concrete error it holds.
type Kind string

// The kinds. They are closed: every error an engine call returns has exactly
// one of them, and Internal is the kind of every error that names none.
const (
	// Invalid: the input is wrong. Repeating it unchanged fails again.
	Invalid Kind = "invalid"
	// NotFound: the id, SKU or token names nothing the caller may see.
	NotFound Kind = "not_found"
	// Conflict: the input is fine but the state of things forbids it: a stale
	// version, a shortage, a forbidden move, a key used with other parameters.
	Conflict Kind = "conflict"
	// Denied: the actor may not do this.
	Denied Kind = "denied"
	// Declined: a third party (bank, carrier) decided no.
	Declined Kind = "declined"
	// Unavailable: certainly not executed; the same call may succeed later.
	Unavailable Kind = "unavailable"
	// Unknown: may have been executed. Never to be shown as a failure.
	Unknown Kind = "unknown"
	// Unsupported: the store or provider lacks this power.
	Unsupported Kind = "unsupported"
	// Internal: a bug or a broken installation.
	Internal Kind = "internal"
)

// Error makes a Kind usable as a target of errors.Is.
func (k Kind) Error() string { return string(k) }

// Error is a failure with a kind, a stable code and a text that is safe to show.
type Error struct {
	// Kind is the class of the failure.
	Kind Kind
	// Code is a stable machine code, "room.reason" in snake case.
	Code string
	// Text is one sentence that may be shown to anyone. It holds no personal
	// data, no secret and nothing of the database.
	Text string
	// Fields names the offending inputs, for Invalid errors.
	Fields []Field
	// Retry says that repeating the same call unchanged may succeed.
	Retry bool
	// Err is the cause, for operators. It is never shown by Public.
	Err error
}

// Field names one offending input.
type Field struct {
	// Path is the input as the caller wrote it: "lines[2].quantity".
	Path string `json:"path"`
	// Code is a stable machine code: "required", "too_long", "out_of_range".
	Code string `json:"code"`
	// Text is one sentence that may be shown to anyone.
	Text string `json:"text"`
}

// Carrier is implemented by typed errors of the rooms, such as
// *inventory.Shortage, to say what kind of failure they are.
type Carrier interface {
	error
	// Fault returns the kind, code and public text of the error.
	Fault() *Error
}

// New returns an error of the given kind.
func New(kind Kind, code, text string) *Error {
	return &Error{Kind: kind, Code: code, Text: text}
}

// Newf is New with a formatted text. The arguments must be safe to show.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Text: fmt.Sprintf(format, args...)}
}

// Because returns a copy of e with the given cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// Error returns code, text, fields and cause, for operators.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Text != "" {
		b.WriteString(": ")
		b.WriteString(e.Text)
	}
	for i, f := range e.Fields {
		if i == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(f.Path + ": " + f.Text)
		if i == len(e.Fields)-1 {
			b.WriteString(")")
		}
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Fault returns e.
func (e *Error) Fault() *Error { return e }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the kind of e, or an *Error with the same code.
func (e *Error) Is(target error) bool {
	if k, ok := target.(Kind); ok {
		return k == e.Kind
	}
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Kind == e.Kind
}

// Of returns what err says about itself: the first Carrier of its chain.
// For an error that carries nothing it returns a Internal one that wraps err,
// and for a cancelled or expired context an Unavailable one.
func Of(err error) *Error {
	var c Carrier
	switch {
	case err == nil:
		return nil
	case errors.As(err, &c):
		return c.Fault()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Unavailable, Code: "context_ended", Text: "The call was cancelled or ran out of time.", Err: err}
	default:
		return &Error{Kind: Internal, Code: "internal", Text: "Something went wrong on our side.", Err: err}
	}
}

// KindOf returns the kind of err, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return Of(err).Kind
}

// CodeOf returns the stable code of err, and "" for nil.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	return Of(err).Code
}

// FieldsOf returns the fields that err names, or nil.
func FieldsOf(err error) []Field {
	if err == nil {
		return nil
	}
	return Of(err).Fields
}

// Public returns a text that may be shown to anyone: never a cause, a SQL
// text, a personal datum or a secret. It returns "" for nil.
func Public(err error) string {
	if err == nil {
		return ""
	}
	return Of(err).Text
}

// Retryable reports whether repeating the same call unchanged may succeed.
// It is false for Unknown: such a call is resolved, not repeated blindly.
func Retryable(err error) bool {
	if err == nil {
		return false
	}
	f := Of(err)
	return f.Retry || f.Kind == Unavailable
}

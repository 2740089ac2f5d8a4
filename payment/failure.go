package payment

import (
	"errors"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Class says what an error of a provider means for what was asked of it.
type Class string

// The classes. All but ClassUnknown say that nothing happened.
const (
	// ClassInvalid: our request is wrong. An operator must look.
	ClassInvalid Class = "invalid"
	// ClassConflict: the provider's state forbids it, or is already so.
	ClassConflict Class = "conflict"
	// ClassNotFound: the provider does not know the reference.
	ClassNotFound Class = "not_found"
	// ClassAuth: the key or signature is wrong, or the account may not do it.
	ClassAuth Class = "auth"
	// ClassRateLimited: too many calls. Try later.
	ClassRateLimited Class = "rate_limited"
	// ClassTransient: certainly not executed. Try again.
	ClassTransient Class = "transient"
	// ClassUnknown: it may have been executed.
	ClassUnknown Class = "unknown"
	// ClassUnsupported: the provider lacks the power.
	ClassUnsupported Class = "unsupported"
)

// Failure is the error of a provider.
type Failure struct {
	Class Class
	// Operation is what was asked.
	Operation Operation
	// Code is the provider's own code, for operators.
	Code string
	// RequestID is the provider's name of the call, for its support.
	RequestID string
	// RetryAfter is how long the provider wants to be left alone.
	RetryAfter time.Duration
	// Err is the cause.
	Err error
}

var _ fault.Carrier = (*Failure)(nil)

// Fault returns the kind of the class, with code "payment_provider_" and the
// class.
func (f *Failure) Fault() *fault.Error {
	code := "payment_provider_" + string(f.Class)
	switch f.Class {
	case ClassInvalid:
		return fault.New(fault.Invalid, code, "The payment provider does not accept the request.")
	case ClassConflict:
		return fault.New(fault.Conflict, code, "The payment provider's records do not allow this.")
	case ClassNotFound:
		return fault.New(fault.NotFound, code, "The payment provider does not know this payment.")
	case ClassAuth:
		return fault.New(fault.Denied, code, "The payment provider does not accept the shop's credentials or the notice's signature.")
	case ClassRateLimited, ClassTransient:
		return fault.New(fault.Unavailable, code, "The payment provider cannot be reached right now.")
	case ClassUnsupported:
		return fault.New(fault.Unsupported, code, "The payment provider cannot do this.")
	case ClassUnknown:
	}
	return fault.New(fault.Unknown, "payment_provider_unknown", "It is not known yet whether the payment provider did this.")
}

// Error names operation, class, code, request and cause.
func (f *Failure) Error() string {
	s := fmt.Sprintf("payment: %s at the provider: %s", f.Operation, f.Class)
	if f.Code != "" {
		s += " (" + f.Code + ")"
	}
	if f.RequestID != "" {
		s += " request " + f.RequestID
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Is reports whether target is the kind of the class.
func (f *Failure) Is(target error) bool { return f.Fault().Is(target) }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// ClassOf returns what an error of a provider means. An error that does not
// prove that nothing happened is ClassUnknown; so is the end of a context.
func ClassOf(err error) Class {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Class
	}
	var c fault.Carrier
	if !errors.As(err, &c) {
		return ClassUnknown
	}
	switch c.Fault().Kind {
	case fault.Invalid:
		return ClassInvalid
	case fault.Conflict:
		return ClassConflict
	case fault.NotFound:
		return ClassNotFound
	case fault.Denied:
		return ClassAuth
	case fault.Unavailable:
		return ClassTransient
	case fault.Unsupported:
		return ClassUnsupported
	case fault.Declined, fault.Unknown, fault.Internal:
	}
	return ClassUnknown
}

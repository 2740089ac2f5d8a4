// Package answer says which HTTP status an error of the engine is.
package answer

import (
	"errors"
	"net/http"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Status returns the HTTP status for an error, by its kind.
func Status(err error) int {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return http.StatusRequestEntityTooLarge
	}
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.Declined:
		return http.StatusPaymentRequired
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Unknown:
		// It may have been done, so it is no failure: the client repeats the
		// request with the same key and is told.
		return http.StatusAccepted
	case fault.Unsupported:
		return http.StatusNotImplemented
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

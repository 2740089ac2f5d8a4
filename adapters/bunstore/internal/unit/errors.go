package unit

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// outcome is what an error of the database says about the unit.
type outcome int

const (
	// bug: a statement or a schema is wrong; nothing happened.
	bug outcome = iota
	// guarded: a constraint or guard did not hold; nothing happened.
	guarded
	// again: the whole unit may be run again; nothing happened.
	again
	// refused: certainly nothing happened, and a repeat may work later.
	refused
	// unclear: it may have happened.
	unclear
)

// sqlStater is what errors of PostgreSQL drivers have (pgx, lib/pq).
type sqlStater interface{ SQLState() string }

// coder is what errors of SQLite drivers have (modernc).
type coder interface{ Code() int }

// classify says what err means. It knows no driver: SQLSTATE for PostgreSQL
// (postgresql.org, appendix A), result codes for SQLite (sqlite.org/rescode.html).
func classify(err error) outcome {
	if err == nil {
		return bug
	}
	if errors.Is(err, ErrUntouched) {
		return guarded
	}
	var st sqlStater
	if errors.As(err, &st) {
		return classifyState(st.SQLState())
	}
	var co coder
	if errors.As(err, &co) {
		return classifyLite(co.Code())
	}
	return unclear
}

func classifyState(s string) outcome {
	switch s {
	case "40001", "40P01", "55P03":
		return again
	case "40003", "57P01", "57P02", "57P03":
		return unclear
	case "57014": // a statement timeout or cancel request, answered before the commit
		return refused
	}
	switch {
	case strings.HasPrefix(s, "23"):
		return guarded
	case strings.HasPrefix(s, "08"):
		return unclear
	case strings.HasPrefix(s, "53"), strings.HasPrefix(s, "25006"):
		return refused
	default:
		return bug
	}
}

func classifyLite(code int) outcome {
	switch code & 0xff {
	case 5, 6: // BUSY, LOCKED
		return again
	case 19: // CONSTRAINT
		return guarded
	case 7, 8, 9, 10, 13, 14: // NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN
		return refused
	default:
		return bug
	}
}

// errBusy is what a caller sees when the bounded retries are used up.
var errBusy = &fault.Error{Kind: fault.Conflict, Code: "busy", Text: "Too many changes at once. Please try again.", Retry: true}

// errDown is what a caller sees when the database refused and nothing happened.
var errDown = fault.New(fault.Unavailable, "store_unavailable", "The shop cannot save anything right now. Nothing was changed.")

// errUnclear is what a caller sees when the outcome could not be found out.
var errUnclear = fault.New(fault.Unknown, "store_unknown", "It is not known yet whether this was saved. Please look before trying again.")

// public turns an error of the database into one with a kind; errors that have
// one, and the caller's own context errors, pass.
func public(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[fault.Carrier](err); ok {
		return err
	}
	if ctx.Err() != nil {
		return fault.New(fault.Unavailable, "context_ended", "The call was cancelled or ran out of time. Nothing was changed.").Because(errors.Join(ctx.Err(), err))
	}
	if errors.Is(err, errScan) {
		return fault.New(fault.Internal, "store_row", "Something went wrong on our side.").Because(err)
	}
	switch classify(err) {
	case again:
		return errBusy.Because(err)
	case refused, unclear: // unclear for a read: nothing happened
		return errDown.Because(err)
	case guarded, bug:
	}
	if errors.Is(err, driver.ErrBadConn) {
		return errDown.Because(err)
	}
	return fault.New(fault.Internal, "store_error", "Something went wrong on our side.").Because(err)
}

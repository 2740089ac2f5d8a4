package inventory

import (
	"errors"
	"slices"
	"time"
)

// errDone says that there is nothing left to do, and that this is fine.
var errDone = errors.New("inventory: done before")

// decide chooses which of an owner's reservations end, and how much of each.
func (e ending) decide(all []Reservation) ([]Ending, error) {
	var ends []Ending
	rest := make(map[string]int, len(e.lines))
	for _, l := range e.lines {
		rest[l.SKU] = l.Quantity
	}
	for _, r := range all {
		if r.state != Held || (e.by == ExpireGoods && !r.Due(e.at)) {
			continue
		}
		n := r.Quantity
		if len(e.lines) > 0 {
			n = min(n, rest[r.SKU])
			rest[r.SKU] -= n
		}
		if n == 0 {
			continue
		}
		is, err := r.end(e.by, e.at)
		if err != nil {
			return nil, err
		}
		is.Quantity = n
		ends = append(ends, Ending{Was: r, Is: is})
	}
	for _, l := range e.lines {
		if rest[l.SKU] > 0 {
			return nil, ErrNoReservation
		}
	}
	if len(ends) == 0 {
		return nil, e.nothing(all)
	}
	return ends, nil
}

// nothing says what it means that there is nothing to end.
func (e ending) nothing(all []Reservation) error {
	switch {
	case e.by != CommitGoods:
		return errDone
	case len(all) == 0:
		return ErrNoReservation
	case slices.ContainsFunc(all, func(r Reservation) bool { return r.state == Committed }):
		return errDone
	default:
		_, err := all[0].end(e.by, e.at)
		return err
	}
}

// before returns what was ended the same way before: for Commit what was
// committed, for the others nothing, because they have ended nothing now.
func (e ending) before(all []Reservation) []Reservation {
	if e.by != CommitGoods {
		return nil
	}
	return slices.DeleteFunc(all, func(r Reservation) bool { return r.state != Committed })
}

// firm returns r without an end.
func (r Reservation) firm() Reservation {
	r.ExpiresAt = time.Time{}
	return r
}

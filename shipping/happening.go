package shipping

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Status is where a parcel is, as far as anybody knows.
type Status string

// The statuses.
const (
	// Unknown: nothing was heard that anybody understands.
	Unknown Status = "unknown"
	// Announced: the carrier knows that it will come.
	Announced Status = "announced"
	// Accepted: the carrier has it.
	Accepted Status = "accepted"
	// InTransit: it is on its way.
	InTransit Status = "in_transit"
	// OnHold: something keeps it, such as customs, damage or weather.
	OnHold Status = "on_hold"
	// AttemptFailed: nobody was there to take it.
	AttemptFailed Status = "attempt_failed"
	// OutForDelivery: it arrives today.
	OutForDelivery Status = "out_for_delivery"
	// ReadyForPickup: it waits to be fetched.
	ReadyForPickup Status = "ready_for_pickup"
	// Lost: the carrier does not know where it is.
	Lost Status = "lost"
	// Delivered: it has arrived.
	Delivered Status = "delivered"
	// Returning: it is on its way back.
	Returning Status = "returning"
	// Returned: it has come back.
	Returned Status = "returned"
)

// order lists the statuses. Of two happenings of the same moment the later one
// of this list counts.
func order() []Status {
	return []Status{
		Unknown, Announced, Accepted, InTransit, OnHold, AttemptFailed, OutForDelivery, ReadyForPickup, Lost, Delivered, Returning, Returned,
	}
}

// stage is the part of the way that a status belongs to. What was told of a
// later part counts, whatever the times say.
func (s Status) stage() int {
	switch s {
	case Unknown:
		return 0
	case Announced:
		return 1
	case Accepted, InTransit, OnHold, AttemptFailed, OutForDelivery, ReadyForPickup:
		return 2
	case Lost, Delivered, Returning, Returned:
		return 3
	}
	return 0
}

// Failed reports whether the parcel will not arrive: it is lost or goes back.
func (s Status) Failed() bool { return s == Lost || s == Returning || s == Returned }

// Happening is one thing that a carrier has told about a parcel. It is kept for
// ever and never changed.
type Happening struct {
	// Ref is the carrier's own id of the happening, at most 128 characters. Two
	// with the same Ref are one. Empty: two that are equal are one.
	Ref string `json:"ref,omitempty"`
	// Status is what it means.
	Status Status `json:"status"`
	// At is when it happened. Required.
	At time.Time `json:"at"`
	// Place is where, at most 200 characters.
	Place string `json:"place,omitempty"`
	// Text is the carrier's word for it, at most 500 characters.
	Text string `json:"text,omitempty"`
	// Code is the carrier's code for it, at most 64 characters.
	Code string `json:"code,omitempty"`
}

// Key returns what tells h from other happenings of its parcel.
func (h Happening) Key() string {
	if h.Ref != "" {
		return "ref:" + h.Ref
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		string(h.Status), strconv.FormatInt(h.At.UnixMicro(), 10), h.Place, h.Text, h.Code,
	}, "\x00")))
	return "sum:" + hex.EncodeToString(sum[:16])
}

func (h Happening) check(c *fault.Check, path string) Happening {
	h.Ref = c.Text(path+".ref", h.Ref, 128)
	h.Place = c.Text(path+".place", h.Place, maxText)
	h.Text = c.Text(path+".text", h.Text, 500)
	h.Code = c.Text(path+".code", h.Code, maxName)
	c.That(slices.Contains(order(), h.Status), path+".status", "unknown", "must be a status")
	c.That(h.At.Year() >= 1971 && h.At.Year() <= 9999, path+".at", "out_of_range", "must be between the years 1971 and 9999")
	h.At = clock.Cut(h.At)
	return h
}

// compare orders happenings by what counts more.
func compare(a, b Happening) int {
	all := order()
	return cmp.Or(
		cmp.Compare(a.Status.stage(), b.Status.stage()), a.At.Compare(b.At),
		cmp.Compare(slices.Index(all, a.Status), slices.Index(all, b.Status)), cmp.Compare(a.Key(), b.Key()),
	)
}

// Fold returns the happening that says where a parcel is, and false if there is
// none. It does not depend on the order of hs, nor on how often one of them is
// told; and with more of them the stage of the way never falls back: it is the
// greatest by stage, then time.
func Fold(hs []Happening) (Happening, bool) {
	if len(hs) == 0 {
		return Happening{}, false
	}
	return slices.MaxFunc(hs, compare), true
}

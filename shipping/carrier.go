package shipping

import (
	"context"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// Carrier quotes what it costs to bring parcels somewhere. Implementations are
// safe for concurrent use. One that goes over the network refuses to be called
// inside a unit of work (tx.RefuseOpen).
type Carrier interface {
	// Code names the carrier: 1 to 40 lower case letters, digits, '-' and '_'.
	// It never changes.
	Code() string
	// Rates returns what the carrier offers, each service once and the cheapest
	// first; none if it does not go there or the parcels are too large. All
	// amounts are in the currency of the value asked about; a carrier that does
	// not quote in it offers nothing. The same question has the same answer.
	// Errors by kind: Invalid for a request that does not pass Check;
	// Unavailable if it cannot be found out now.
	Rates(ctx context.Context, r RateRequest) ([]Rate, error)
}

// Labeler is the power to make labels.
type Labeler interface {
	// Label makes the label of one parcel, and with it the tracking number. A
	// second call with the same Key returns the same label and costs nothing
	// more: an implementation whose carrier has no such keys looks the label up
	// by Key first. Errors by kind: Invalid for a request that does not pass
	// Check or a service that there is not; Declined if the carrier refuses the
	// parcel; Unavailable if there is certainly no label; Unknown if there may
	// be one.
	Label(ctx context.Context, r LabelRequest) (Label, error)
}

// Tracker is the power to say where a parcel is.
type Tracker interface {
	// Track returns everything that is known of a tracking number, in any order.
	// Errors by kind: NotFound for a number that the carrier does not know (yet);
	// Unavailable.
	Track(ctx context.Context, number string) ([]Happening, error)
}

// NoticeDecoder is the power to read what a carrier sends unasked.
type NoticeDecoder interface {
	// DecodeNotice verifies and reads a notice. Errors by kind: Denied for one
	// that is not authentic; Invalid for one that cannot be read.
	DecodeNotice(ctx context.Context, n Notice) ([]Tidings, error)
}

// Notice is what came over the wire, unchanged.
type Notice struct {
	Header map[string][]string
	Body   []byte
}

// Tidings is what a notice says of one parcel.
type Tidings struct {
	Number     string
	Happenings []Happening
}

// Parcel is one thing to be brought.
type Parcel struct {
	// Weight is what it weighs with its packing, above zero.
	Weight measure.Weight `json:"weight"`
	// Size is the outside. Zero: not known.
	Size measure.Size `json:"size,omitzero"`
}

// Limits of this room.
const (
	// MaxParcels is how many parcels one request may have.
	MaxParcels = 100
	// MaxHappenings is how many happenings one call may record.
	MaxHappenings = 500
	// MaxLabel is the largest label in bytes.
	MaxLabel = 1 << 20

	maxCode    = 40
	maxService = 64
	maxName    = 64
	maxText    = 200
)

func (p Parcel) check(c *fault.Check, path string) {
	c.Range(path+".weight", int64(p.Weight), 1, int64(measure.MaxWeight))
	p.Size.Check(c, path+".size")
}

// RateRequest is parcels that want to go somewhere.
type RateRequest struct {
	// From is where they are. The zero Place: where the carrier expects them.
	From postal.Place `json:"from,omitzero"`
	// To is where they go. The country is required.
	To postal.Place `json:"to"`
	// Parcels are what goes, 1 to MaxParcels.
	Parcels []Parcel `json:"parcels"`
	// Value is what the goods are worth, zero or more. Its currency, which is
	// required, is that of the rates.
	Value money.Amount `json:"value"`
	// At is when they go. Zero means now.
	At time.Time `json:"at,omitzero"`
}

// Check records what is wrong with r.
func (r RateRequest) Check(c *fault.Check) {
	if r.From != (postal.Place{}) {
		r.From.Check(c, "from")
	}
	r.To.Check(c, "to")
	c.Range("parcels", int64(len(r.Parcels)), 1, MaxParcels)
	for i, p := range r.Parcels[:min(len(r.Parcels), MaxParcels)] {
		p.check(c, "parcels["+strconv.Itoa(i)+"]")
	}
	if c.That(!r.Value.Currency().IsZero(), "value", "required", "must have a currency") {
		c.That(!r.Value.IsNegative(), "value", "out_of_range", "must not be negative")
		c.Merge("value", r.Value.Check())
	}
}

// Weight returns what all parcels weigh together. The request has passed Check.
func (r RateRequest) Weight() measure.Weight {
	var sum measure.Weight
	for _, p := range r.Parcels {
		sum += p.Weight
	}
	return sum
}

// Rate is one service and what it costs.
type Rate struct {
	// Service names it for Label, at most 64 characters.
	Service string `json:"service"`
	// Title is for people.
	Title string `json:"title"`
	// Amount is for all parcels together, zero or more.
	Amount money.Amount `json:"amount"`
	// MinDays and MaxDays are how many days it takes. Zero: not known.
	MinDays int `json:"min_days,omitempty"`
	MaxDays int `json:"max_days,omitempty"`
}

// LabelRequest is one parcel that wants a label.
type LabelRequest struct {
	// Key makes the request once only: 1 to 64 printable ASCII characters.
	Key string
	// Service is that of a Rate. Empty: the first one the carrier has.
	Service string
	From    postal.Address
	To      postal.Address
	Parcel  Parcel
	// Reference is what people find the parcel by, such as the order number: at
	// most 40 characters.
	Reference string
}

// Check records what is wrong with r.
func (r LabelRequest) Check(c *fault.Check) {
	checkName(c, "key", r.Key)
	c.Text("service", r.Service, maxService)
	r.From.Check(c, "from")
	r.To.Check(c, "to")
	r.Parcel.check(c, "parcel")
	c.Text("reference", r.Reference, maxCode)
}

// Label is what is stuck on a parcel.
type Label struct {
	// Number is the tracking number.
	Number string `json:"number"`
	// Service is what was bought.
	Service string `json:"service"`
	// Format is "zpl", "pdf" or "png".
	Format string `json:"format"`
	// Body is the label itself, at most MaxLabel bytes.
	Body []byte `json:"body"`
}

// checkName checks an owner, a key or a number: 1 to 64 printable ASCII
// characters without spaces.
func checkName(c *fault.Check, path, s string) {
	if !c.That(s != "", path, "required", "must not be empty") || !c.That(len(s) <= maxName, path, "too_long", "must have at most 64 characters") {
		return
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			c.Add(path, "not_ascii", "must be printable ASCII without spaces")
			return
		}
	}
}

// checkCode checks the code of a carrier, zone or method.
func checkCode(c *fault.Check, path, s string) {
	ok := s != "" && len(s) <= maxCode
	for i := range min(len(s), maxCode) {
		x := s[i]
		ok = ok && (x >= 'a' && x <= 'z' || x >= '0' && x <= '9' || x == '-' || x == '_')
	}
	c.That(ok, path, "bad_code", "must be 1 to 40 lower case letters, digits, '-' and '_'")
}

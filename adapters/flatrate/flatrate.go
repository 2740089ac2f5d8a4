// Package flatrate is a carrier that asks the same for every order: the shop
// that brings its parcels to the post itself, or has a driver of its own.
//
// It is a shipping.Carrier and a shipping.Labeler. It goes everywhere; a
// shipping.Plan says where it is offered. Its labels are ZPL for printers of 203
// dots per inch and labels of 4 by 6 inches, with the tracking number as Code
// 128, or what its Printer draws, such as PDF. Numbers are FR and twelve digits,
// the last of which is a check digit; they are made from the key of the request,
// so the same key has the same label and nothing is stored. It does not track
// parcels: staff record what happens.
package flatrate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/shipping"
)

// Service is one way of bringing parcels, such as standard and express.
type Service struct {
	// Code names it. Required.
	Code string
	// Title is for people. Default: the code.
	Title string
	// Amounts are what an order costs, one for each currency in which it is
	// offered.
	Amounts []money.Amount
	// PerParcel: they are for each parcel and not for the whole order.
	PerParcel bool
	// MinDays and MaxDays are how many days it takes. Zero: not known.
	MinDays, MaxDays int
}

// Carrier asks flat prices. It is safe for concurrent use if its fields are not
// changed.
type Carrier struct {
	// Name is the code of the carrier. Default: "flatrate".
	Name string
	// Title is what labels say. Default: the name.
	Title string
	// Services are what it offers.
	Services []Service
	// Printer draws the labels. Default: ZPL.
	Printer shipping.LabelPrinter
}

var (
	_ shipping.Carrier = (*Carrier)(nil)
	_ shipping.Labeler = (*Carrier)(nil)
)

// New returns a carrier with one service, "standard", that costs one of these
// amounts, by currency.
func New(amounts ...money.Amount) *Carrier {
	return &Carrier{Services: []Service{{Code: "standard", Title: "Standard", Amounts: amounts}}}
}

// Code returns the name.
func (c *Carrier) Code() string { return cmp.Or(c.Name, "flatrate") }

// Rates returns the services that have a price in the currency of the value.
func (c *Carrier) Rates(_ context.Context, r shipping.RateRequest) ([]shipping.Rate, error) {
	var check fault.Check
	r.Check(&check)
	if err := check.Err("flatrate.rates"); err != nil {
		return nil, err
	}
	out := []shipping.Rate{}
	for _, s := range c.Services {
		i := slices.IndexFunc(s.Amounts, func(a money.Amount) bool { return a.Currency() == r.Value.Currency() })
		if i < 0 {
			continue
		}
		amount := s.Amounts[i]
		if s.PerParcel {
			var err error
			if amount, err = amount.Mul(int64(len(r.Parcels))); err != nil {
				return nil, err
			}
		}
		out = append(out, shipping.Rate{
			Service: s.Code, Title: cmp.Or(s.Title, s.Code), Amount: amount, MinDays: s.MinDays, MaxDays: max(s.MinDays, s.MaxDays),
		})
	}
	slices.SortStableFunc(out, func(a, b shipping.Rate) int { return cmp.Compare(a.Amount.Minor(), b.Amount.Minor()) })
	return out, nil
}

// Label makes a label of a parcel.
func (c *Carrier) Label(_ context.Context, r shipping.LabelRequest) (shipping.Label, error) {
	var check fault.Check
	r.Check(&check)
	i := slices.IndexFunc(c.Services, func(s Service) bool { return r.Service == "" || s.Code == r.Service })
	check.That(i >= 0, "service", "unknown", "must be a service of the carrier")
	if err := check.Err("flatrate.label"); err != nil {
		return shipping.Label{}, err
	}
	s := c.Services[i]
	t := shipping.LabelText{
		Carrier: cmp.Or(c.Title, c.Code()), Service: cmp.Or(s.Title, s.Code), Number: number(r.Key),
		From: r.From.ParcelLabel(r.To.Country), To: r.To.ParcelLabel(r.From.Country), Reference: r.Reference, Weight: r.Parcel.Weight.String(),
	}
	format, body, err := c.print(t)
	if err != nil {
		return shipping.Label{}, err
	}
	return shipping.Label{Number: t.Number, Service: s.Code, Format: format, Body: body}, nil
}

// print draws a label.
func (c *Carrier) print(t shipping.LabelText) (format string, body []byte, err error) {
	if c.Printer == nil {
		return "zpl", []byte(zpl(t)), nil
	}
	if format, body, err = c.Printer.PrintLabel(t); err != nil {
		err = fmt.Errorf("flatrate: print label %s: %w", t.Number, err)
	}
	return format, body, err
}

// number makes the tracking number of a key: eleven digits of its hash, and a
// check digit after Luhn.
func number(key string) string {
	const digits = 100_000_000_000
	sum := sha256.Sum256([]byte(key))
	serial := fmt.Sprintf("%011d", binary.BigEndian.Uint64(sum[:])%digits)
	total := 0
	for i := range len(serial) {
		x := int(serial[len(serial)-1-i] - '0')
		if i%2 == 0 {
			if x *= 2; x > 9 {
				x -= 9
			}
		}
		total += x
	}
	return fmt.Sprintf("FR%s%d", serial, (10-total%10)%10)
}

package marketing

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Limits of a Purchase.
const (
	// MaxLines is how many lines a purchase may have.
	MaxLines = 500
	// MaxCategories is how many categories a line may have.
	MaxCategories = 20
)

// Purchase is an order that was paid, as it is now: without what was cancelled
// or given back. One of which nothing is left has no lines.
type Purchase struct {
	// Order is the text of the id of the order, and Version its version: what
	// is told with a higher one replaces what was told before.
	Order   string `json:"order"`
	Version int    `json:"version"`
	// Address is the email address of the buyer, or empty.
	Address string `json:"address,omitempty"`
	// At is when it was placed.
	At time.Time `json:"at"`
	// Total is what was paid and not given back.
	Total money.Amount   `json:"total"`
	Lines []PurchaseLine `json:"lines,omitempty"`
}

// PurchaseLine is what was bought and kept.
type PurchaseLine struct {
	SKU string `json:"sku"`
	// Categories are the ids or codes of the categories that the host chooses
	// segments by.
	Categories []string `json:"categories,omitempty"`
	Quantity   int      `json:"quantity"`
}

// SKUs returns the different SKUs of the lines, sorted.
func (p Purchase) SKUs() []string {
	out := make([]string, 0, len(p.Lines))
	for _, l := range p.Lines {
		out = append(out, l.SKU)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Record is what this room is told when an order was paid, and again whenever
// something of it was cancelled or given back.
type Record struct {
	op.Meta
	Purchase Purchase
	// Contact tells more of the buyer, if it is known. Its Address is not
	// looked at.
	Contact Contact
}

// Record stores a purchase, or replaces what was told of its order before, and
// counts what was bought together anew. What is told with a version that is not
// higher changes nothing; the stored purchase is returned. Errors by kind:
// Invalid.
func (s *Service) Record(ctx context.Context, req Record) (Purchase, error) {
	return alone(ctx, s, s.recording(req))
}

// RecordTx is Record inside a unit.
func (s *Service) RecordTx(ctx context.Context, t Tx, req Record) (Purchase, error) {
	return within(ctx, t, s.recording(req))
}

func (s *Service) recording(req Record) verb[Purchase] {
	var c fault.Check
	checkNew(&c, req.Meta)
	p := req.Purchase.check(&c)
	contact := req.Contact
	contact.Address, contact.ToldAt = p.Address, p.At
	contact = contact.checkDetails(&c, "contact")
	call := op.Call{Meta: req.Meta, Operation: "marketing.record", Parameters: struct {
		Purchase Purchase
		Contact  Contact
	}{p, contact}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Purchase, error) {
		was, err := t.MarketingPurchase(ctx, p.Order)
		switch {
		case errors.Is(err, ErrNoPurchase):
			was = Purchase{}
		case err != nil:
			return Purchase{}, err
		case was.Version >= p.Version:
			return was, nil
		}
		if p.Address != "" {
			if err := t.SaveMarketingContact(ctx, contact); err != nil {
				return Purchase{}, err
			}
		}
		if err := t.SaveMarketingPurchase(ctx, p, was.Version); err != nil {
			return Purchase{}, err
		}
		return p, t.CountTogether(ctx, tallyOf(p).minus(tallyOf(was)))
	})
}

// Purchase returns what is known of an order, or ErrNoPurchase.
func (s *Service) Purchase(ctx context.Context, order string) (Purchase, error) {
	var c fault.Check
	c.Required("order", order, maxRef)
	if err := c.Err("marketing.purchase"); err != nil {
		return Purchase{}, err
	}
	return s.reader.MarketingPurchase(ctx, order)
}

const (
	maxRef = 200
	maxSKU = 64
)

func (p Purchase) check(c *fault.Check) Purchase {
	c.Required("purchase.order", p.Order, maxRef)
	c.Range("purchase.version", int64(p.Version), 1, 1_000_000_000)
	if p.Address != "" {
		p.Address = checkEmail(c, "purchase.address", p.Address)
	}
	checkTime(c, "purchase.at", p.At)
	p.At = clock.Cut(p.At)
	c.Merge("purchase.total", p.Total.Check())
	c.That(!p.Total.IsNegative(), "purchase.total", "negative", "must not be negative")
	c.Range("purchase.lines", int64(len(p.Lines)), 0, MaxLines)
	p.Lines = slices.Clone(p.Lines)
	for i, l := range p.Lines {
		at := "purchase.lines[" + strconv.Itoa(i) + "]"
		c.Required(at+".sku", l.SKU, maxSKU)
		c.Range(at+".quantity", int64(l.Quantity), 1, 1_000_000)
		c.Range(at+".categories", int64(len(l.Categories)), 0, MaxCategories)
		for _, k := range l.Categories {
			c.Required(at+".categories", k, maxSKU)
		}
	}
	return p
}

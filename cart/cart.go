package cart

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

type kind struct{}

func (kind) Prefix() string { return "ca" }

// ID is the id of a cart.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form "ca_...". Anything else is an Invalid error.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

// Limits of a cart.
const (
	// MaxLines is the largest number of lines.
	MaxLines = 250
	// MaxQuantity is the largest quantity of one line.
	MaxQuantity = 99_999
	// MaxCodes is the largest number of coupon codes.
	MaxCodes = 20
)

// Cart is what a shopper means to buy. It is a value: the service hands out
// copies, and changing one changes nothing in the store.
type Cart struct {
	ID ID `json:"id"`
	// Market is where and for whom prices are asked. At is always zero: a cart
	// is priced at the moment somebody asks.
	Market market.Context `json:"market"`
	// Buyer is who the cart belongs to. The zero Actor is anyone.
	Buyer op.Actor `json:"buyer,omitzero"`
	// Email is where to write to the buyer, or empty.
	Email string `json:"email,omitempty"`
	// Lines are in the order in which they were added.
	Lines []Line `json:"lines"`
	// LastLine is the number of the line that was added last. Numbers are not
	// given twice.
	LastLine int `json:"last_line"`
	// Codes are the coupon codes in their canonical form (see Code), in the
	// order in which they were applied. Whether they give anything is decided
	// when the cart is priced.
	Codes []string `json:"codes,omitempty"`
	// ShipTo is where the goods go, and nil as long as it is not known.
	ShipTo *postal.Address `json:"ship_to,omitempty"`
	// BillTo is where the bill goes, and nil if it goes where the goods go.
	BillTo *postal.Address `json:"bill_to,omitempty"`
	// ShippingMethod is the code of the shipping method chosen, or empty.
	ShippingMethod string `json:"shipping_method,omitempty"`
	// Order is the text of the id of the order that the cart has become.
	Order string `json:"order,omitempty"`
	// Metadata belongs to the host.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Version counts the changes, beginning with 1.
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Line is a quantity of one SKU.
type Line struct {
	// N is the number of the line in its cart, from 1. It never changes.
	N int `json:"n"`
	// SKU is what is meant to be bought.
	SKU string `json:"sku"`
	// Quantity is 1 to MaxQuantity.
	Quantity int `json:"quantity"`
	// Metadata belongs to the host: an engraving, a gift note.
	Metadata map[string]string `json:"metadata,omitempty"`
}

// Equal reports whether l and m are the same line with the same content.
func (l Line) Equal(m Line) bool {
	return l.N == m.N && l.SKU == m.SKU && l.Quantity == m.Quantity && maps.Equal(l.Metadata, m.Metadata)
}

// Status returns the state of the cart.
func (c Cart) Status() Status { return c.status }

// Line returns the line with number n and whether there is one.
func (c Cart) Line(n int) (Line, bool) {
	i := c.index(n)
	if i < 0 {
		return Line{}, false
	}
	return c.Lines[i], true
}

func (c Cart) index(n int) int {
	return slices.IndexFunc(c.Lines, func(l Line) bool { return l.N == n })
}

// SKUs returns every SKU of the cart once, sorted.
func (c Cart) SKUs() []string {
	out := make([]string, len(c.Lines))
	for i, l := range c.Lines {
		out[i] = l.SKU
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Pieces returns the sum of all quantities.
func (c Cart) Pieces() int {
	n := 0
	for _, l := range c.Lines {
		n += l.Quantity
	}
	return n
}

// next returns a copy of c as it will be after one more change, with lines and
// codes of its own.
func (c Cart) next(at time.Time) Cart {
	c.Version++
	c.UpdatedAt = clock.Cut(at)
	c.Lines = slices.Clone(c.Lines)
	c.Codes = slices.Clone(c.Codes)
	return c
}

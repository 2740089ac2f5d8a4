package order

import (
	"encoding/json"
	"strconv"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
)

// Limits of an order.
const (
	// MaxLines is the largest number of lines.
	MaxLines = 250
	// MaxCharges is the largest number of charges.
	MaxCharges = 50
	// MaxCategories is the largest number of categories of a line.
	MaxCategories = 1000
	// MaxQuantity is the largest quantity of one line.
	MaxQuantity = 99_999
	// MaxSnapshot is the largest size of a snapshot in bytes.
	MaxSnapshot = 4 << 20

	maxNumber = 40
	maxRef    = 200
	maxReason = 500
	maxSKU    = 64
	maxTitle  = 200
	maxMethod = 64

	maxCategory = 200
)

// checked returns o, tidied, or everything that is wrong with it.
func (o Order) checked() (Order, error) {
	var c fault.Check
	c.That(!o.ID.IsZero(), "id", "required", "must not be empty")
	c.That(isPlain(o.Number, maxNumber), "number", "bad_number", "must be 1 to 40 printable ASCII characters")
	o.Origin = c.Text("origin", o.Origin, maxRef)
	o.Buyer.Check(&c, "buyer")
	o.Email = c.Email("email", o.Email)
	o.Market = o.Market.Check(&c, "market")
	o.ShippingMethod = c.Text("shipping_method", o.ShippingMethod, maxMethod)
	o.Metadata = c.Metadata("metadata", o.Metadata)
	c.That(len(o.Snapshot) <= MaxSnapshot, "snapshot", "too_long", "must have at most 4 MiB")
	c.That(len(o.Snapshot) == 0 || json.Valid(o.Snapshot), "snapshot", "not_json", "must be JSON")
	c.That(o.Reason == "", "reason", "not_allowed", "must be empty in a new order")
	if !o.PaymentDue.IsZero() {
		o.PaymentDue = clock.Cut(o.PaymentDue)
	}
	o.checkLines(&c)
	o = o.filled()
	o.checkFigures(&c)
	c.That(o.Paid.IsZero(), "paid", "not_allowed", "must be zero in a new order")
	c.That(o.Refunded.IsZero(), "refunded", "not_allowed", "must be zero in a new order")
	return o, c.Err("order.new")
}

// checkLines records what is wrong with lines and charges but for their
// amounts.
func (o Order) checkLines(c *fault.Check) {
	c.Range("lines", int64(len(o.Lines)), 1, MaxLines)
	c.Range("charges", int64(len(o.Charges)), 0, MaxCharges)
	for i, l := range o.Lines {
		path := at("lines", i)
		c.That(l.N >= 1 && (i == 0 || l.N > o.Lines[i-1].N), path+".n", "out_of_order", "must be positive and rise from line to line")
		c.That(isPlain(l.SKU, maxSKU), path+".sku", "bad_sku", "must be 1 to 64 printable ASCII characters")
		c.Required(path+".title", l.Title, maxTitle)
		c.Range(path+".quantity", int64(l.Quantity), 1, MaxQuantity)
		c.That(l.Cancelled == 0 && l.Shipped == 0 && l.Returned == 0, path, "not_allowed", "must have no counters in a new order")
		if c.That(len(l.Categories) <= MaxCategories, path+".categories", "too_many", "must be at most 1000") {
			for j, k := range l.Categories {
				c.That(isPlain(k, maxCategory), path+".categories["+strconv.Itoa(j)+"]", "bad_category", "must be 1 to 200 printable ASCII characters")
			}
		}
		c.Metadata(path+".metadata", l.Metadata)
	}
	for i, x := range o.Charges {
		path := at("charges", i)
		c.That(x.Kind == ForShipping || x.Kind == ForService, path+".kind", "unknown", "must be shipping or fee")
		c.Text(path+".code", x.Code, maxMethod)
		c.Text(path+".title", x.Title, maxTitle)
	}
}

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// isPlain accepts 1 to limit bytes of printable ASCII without spaces.
func isPlain(s string, limit int) bool {
	for i := range min(len(s), limit) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != "" && len(s) <= limit
}

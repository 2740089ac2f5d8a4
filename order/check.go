package order

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Limits of an order.
const (
	// MaxLines is the largest number of lines.
	MaxLines = 250
	// MaxCharges is the largest number of charges.
	MaxCharges = 50
	// MaxQuantity is the largest quantity of one line.
	MaxQuantity = 99_999
	// MaxSnapshot is the largest size of a snapshot in bytes.
	MaxSnapshot = 4 << 20

	maxNumber        = 40
	maxRef           = 200
	maxReason        = 500
	maxSKU           = 64
	maxTitle         = 200
	maxMethod        = 64
	maxEmail         = 254
	maxMetadata      = 50
	maxMetadataKey   = 40
	maxMetadataValue = 500
)

// checked returns o, tidied, or everything that is wrong with it.
func (o Order) checked() (Order, error) {
	var c fault.Check
	c.That(!o.ID.IsZero(), "id", "required", "must not be empty")
	c.That(isPlain(o.Number, maxNumber), "number", "bad_number", "must be 1 to 40 printable ASCII characters")
	o.Origin = c.Text("origin", o.Origin, maxRef)
	checkActor(&c, "buyer", o.Buyer)
	o.Email = c.Text("email", o.Email, maxEmail)
	o.Market = o.Market.Check(&c, "market")
	o.ShippingMethod = c.Text("shipping_method", o.ShippingMethod, maxMethod)
	o.Metadata = checkMetadata(&c, "metadata", o.Metadata)
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
		checkMetadata(c, path+".metadata", l.Metadata)
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

// checkMetadata records what is wrong with m and returns a copy in Unicode form
// C, nil if there is nothing in it.
func checkMetadata(c *fault.Check, path string, m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	if !c.That(len(m) <= maxMetadata, path, "too_many", "must have at most 50 keys") {
		return nil
	}
	out := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		var bad fault.Check
		key := bad.Required("key", k, maxMetadataKey)
		if err := bad.Err("metadata"); err != nil {
			// The key itself is not fit to be shown.
			c.Add(path, fault.FieldsOf(err)[0].Code, "must have keys of 1 to 40 characters without control characters")
			continue
		}
		out[key] = c.Lines(path+"."+key, m[k], maxMetadataValue)
	}
	return out
}

func checkActor(c *fault.Check, path string, a op.Actor) {
	var bad fault.Check
	op.Meta{By: a}.Check(&bad)
	fields := fault.FieldsOf(bad.Err("actor"))
	for _, f := range slices.CompactFunc(fields, func(a, b fault.Field) bool { return a.Path == b.Path && a.Code == b.Code }) {
		c.Add(path+strings.TrimPrefix(f.Path, "by"), f.Code, f.Text)
	}
}

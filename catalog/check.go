package catalog

import (
	"strconv"
	"unicode/utf8"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
)

// Limits of this room.
const (
	// MaxBatch is how many products one call may create.
	MaxBatch = 500
	// MaxVariants is how many variants a product may have.
	MaxVariants = 250
	// MaxPrices is how many prices one call may set or drop.
	MaxPrices = 5000
	// MaxQuantity is the largest quantity that a price can begin at.
	MaxQuantity = 99_999
)

func checkSKU(c *fault.Check, path, sku string) {
	if !c.That(sku != "", path, "required", "must not be empty") || !c.That(len(sku) <= 64, path, "too_long", "must have at most 64 characters") {
		return
	}
	for i := range len(sku) {
		if sku[i] <= ' ' || sku[i] > '~' {
			c.Add(path, "not_ascii", "must be printable ASCII without spaces")
			return
		}
	}
}

func checkSlug(c *fault.Check, path, slug string) {
	if !c.That(slug != "", path, "required", "must not be empty") || !c.That(len(slug) <= 200, path, "too_long", "must have at most 200 characters") {
		return
	}
	for i := range len(slug) {
		if x := slug[i]; (x < 'a' || x > 'z') && (x < '0' || x > '9') && x != '-' {
			c.Add(path, "bad_slug", "must be of lower case letters, digits and '-'")
			return
		}
	}
}

// checkMetadata checks the host's data; the path of a wrong value never holds
// the wrong key.
func checkMetadata(c *fault.Check, path string, m map[string]string) map[string]string {
	if !c.That(len(m) <= 50, path, "too_many", "must have at most 50 keys") || len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		p := path
		if len(k) <= 160 && utf8.ValidString(k) {
			p = path + "[" + strconv.Quote(k) + "]"
		}
		out[c.Required(p, k, 40)] = c.Lines(p, v, 500)
	}
	return out
}

// check returns the product with tidy texts.
func (n NewProduct) check(c *fault.Check, path string) NewProduct {
	checkSlug(c, path+"slug", n.Slug)
	n.Title = c.Required(path+"title", n.Title, 250)
	n.Description = c.Lines(path+"description", n.Description, 20_000)
	n.TaxCategory = c.Text(path+"tax_category", n.TaxCategory, 64)
	n.Metadata = checkMetadata(c, path+"metadata", n.Metadata)
	n.Variants = checkVariants(c, path, n.Variants)
	return n
}

func checkVariants(c *fault.Check, path string, vs []NewVariant) []NewVariant {
	if !c.That(len(vs) <= MaxVariants, path+"variants", "too_many", "must be at most "+strconv.Itoa(MaxVariants)) {
		return vs
	}
	out := make([]NewVariant, len(vs))
	for i, v := range vs {
		out[i] = v.check(c, path+"variants["+strconv.Itoa(i)+"]")
	}
	return out
}

// checkRoom checks that a product has room for more variants.
func checkRoom(p Product, more []Variant) error {
	var c fault.Check
	c.That(len(p.Variants)+len(more) <= MaxVariants, "variants", "too_many", "must with those of "+p.Slug+" be at most "+strconv.Itoa(MaxVariants))
	return c.Err("catalog.variants")
}

func (n NewVariant) check(c *fault.Check, path string) NewVariant {
	checkSKU(c, path+".sku", n.SKU)
	n.Title = c.Text(path+".title", n.Title, 250)
	c.That(n.Weight >= 0 && n.Weight <= measure.MaxWeight, path+".weight", "out_of_range", "must not be negative or above a million tonnes")
	c.That(len(n.Options) <= 10, path+".options", "too_many", "must be at most 10")
	var options []Option
	for i, o := range n.Options {
		p := path + ".options[" + strconv.Itoa(i) + "]"
		options = append(options, Option{Name: c.Required(p+".name", o.Name, 60), Value: c.Required(p+".value", o.Value, 200)})
	}
	n.Options = options
	c.That(len(n.Prices) <= 200, path+".prices", "too_many", "must be at most 200")
	n.Prices = checkPrices(c, path+".prices", n.Prices, n.SKU)
	return n
}

// checkPrices returns prices with their defaults. With a SKU all of them are
// for it.
func checkPrices(c *fault.Check, path string, ps []Price, sku string) []Price {
	out := make([]Price, len(ps))
	seen := make(map[priceKey]bool, len(ps))
	for i, p := range ps {
		at := path + "[" + strconv.Itoa(i) + "]"
		if p.SKU == "" {
			p.SKU = sku
		}
		out[i] = p.check(c, at)
		c.That(sku == "" || p.SKU == sku, at+".sku", "foreign", "must be the SKU of the variant, or empty")
		c.That(!seen[out[i].key()], at, "repeated", "is for the same SKU, currency, group and quantity as another")
		seen[out[i].key()] = true
	}
	return out
}

type priceKey struct {
	sku, currency, group string
	min                  int
}

func (p Price) key() priceKey { return priceKey{p.SKU, p.Currency().Code(), p.Group, p.MinQuantity} }

func (p Price) check(c *fault.Check, path string) Price {
	if p.MinQuantity == 0 {
		p.MinQuantity = 1
	}
	checkSKU(c, path+".sku", p.SKU)
	c.Range(path+".min_quantity", int64(p.MinQuantity), 1, MaxQuantity)
	if err := p.Unit.Check(); err != nil {
		c.Merge(path+".unit", err)
	} else {
		c.That(!p.Unit.Amount.IsNegative(), path+".unit", "out_of_range", "must not be negative")
	}
	if p.Unit.Per == 1 {
		p.Unit.Per = 0 // one value for one meaning
	}
	if p.Group != "" {
		var g fault.Check
		market.Context{Currency: money.EUR(0).Currency(), Groups: []string{p.Group}}.Check(&g, "")
		c.That(g.Err("") == nil, path+".group", "bad_code", "must be the code of a group")
	}
	return p
}

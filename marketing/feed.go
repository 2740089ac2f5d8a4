package marketing

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Availability is whether something can be bought, in the words that feeds use.
type Availability string

// The words. An item for preorder or backorder has a date.
const (
	InStock    Availability = "in_stock"
	OutOfStock Availability = "out_of_stock"
	Preorder   Availability = "preorder"
	Backorder  Availability = "backorder"
)

// Condition is how much something was used.
type Condition string

// The conditions.
const (
	New         Condition = "new"
	Refurbished Condition = "refurbished"
	Used        Condition = "used"
)

// FeedItem is one variant of a product as an ad shows it. The limits are those
// of Google's product data specification
// (https://support.google.com/merchants/answer/7052112), in characters.
type FeedItem struct {
	// ID is the same for ever, such as the SKU: 1 to 50 characters.
	ID string
	// Title has 1 to 150 characters and Description 1 to 5,000, as plain text.
	Title       string
	Description string
	// Link is the page of the product and Image its picture: addresses that
	// begin with http:// or https://, of at most 2,000 characters. At most 10
	// more pictures may follow.
	Link   string
	Image  string
	Images []string
	// Available says whether it can be bought, and From when it is sent if it is
	// for preorder or backorder.
	Available Availability
	From      time.Time
	// Price is that of the page, with taxes as shown there.
	Price money.Amount
	// Sale is a lower price for now, and zero if there is none; SaleFrom and
	// SaleUntil limit it if both are set.
	Sale      money.Amount
	SaleFrom  time.Time
	SaleUntil time.Time
	// Condition defaults to New.
	Condition Condition
	// Brand and MPN, the number of the manufacturer, have at most 70 characters.
	Brand string
	MPN   string
	// GTIN is the number of the bar code, of 8, 12, 13 or 14 digits. The last
	// one must check.
	GTIN string
	// Group is the same for all variants of a product: at most 50 characters.
	Group string
	// Category is that of Google's taxonomy, a number or a path, and Type that
	// of the shop, "Clothing > Shirts", at most 750 characters.
	Category string
	Type     string
	// Color and Size tell variants apart, at most 100 characters each; Material
	// at most 200.
	Color    string
	Size     string
	Material string
}

// Check returns an Invalid error that names everything a feed could not carry.
func (f FeedItem) Check() error {
	var c fault.Check
	c.Required("id", f.ID, 50)
	c.Required("title", f.Title, 150)
	c.That(strings.TrimSpace(f.Description) != "", "description", "required", "must not be empty")
	c.Lines("description", f.Description, 5000)
	checkLink(&c, "link", f.Link)
	checkLink(&c, "image", f.Image)
	c.That(len(f.Images) <= 10, "images", "too_many", "must be at most 10")
	for _, x := range f.Images {
		checkLink(&c, "images", x)
	}
	f.checkOffer(&c)
	switch f.Condition {
	case "", New, Refurbished, Used:
	default:
		c.Add("condition", "unknown", "must be new, refurbished or used")
	}
	c.That(f.GTIN == "" || IsGTIN(f.GTIN), "gtin", "bad_gtin", "must be 8, 12, 13 or 14 digits of which the last one checks")
	for _, x := range []struct {
		path, text string
		limit      int
	}{
		{"brand", f.Brand, 70},
		{"mpn", f.MPN, 70},
		{"group", f.Group, 50},
		{"category", f.Category, 750},
		{"type", f.Type, 750},
		{"color", f.Color, 100},
		{"size", f.Size, 100},
		{"material", f.Material, 200},
	} {
		c.Text(x.path, x.text, x.limit)
	}
	return c.Err("marketing.feed_item")
}

func (f FeedItem) checkOffer(c *fault.Check) {
	switch f.Available {
	case InStock, OutOfStock:
		c.That(f.From.IsZero(), "from", "not_allowed", "must be empty for what is not for preorder or backorder")
	case Preorder, Backorder:
		checkTime(c, "from", f.From)
	default:
		c.Add("available", "unknown", "must be in_stock, out_of_stock, preorder or backorder")
	}
	c.Merge("price", f.Price.Check())
	c.That(f.Price.IsPositive(), "price", "out_of_range", "must be more than nothing")
	if f.Sale != (money.Amount{}) {
		n, err := f.Sale.Cmp(f.Price)
		c.That(err == nil, "sale", "mixed", "must have the currency of the price")
		c.That(err != nil || n < 0 && f.Sale.IsPositive(), "sale", "out_of_range", "must be less than the price and more than nothing")
	}
	c.That(f.SaleFrom.IsZero() == f.SaleUntil.IsZero(), "sale_until", "required", "must be set if sale_from is, and only then")
	c.That(ordered(f.SaleFrom, f.SaleUntil), "sale_until", "out_of_range", "must be later than sale_from")
	if !f.SaleFrom.IsZero() {
		c.That(f.Sale.IsPositive(), "sale", "required", "must be set if sale_from is")
		checkTime(c, "sale_from", f.SaleFrom)
		checkTime(c, "sale_until", f.SaleUntil)
	}
}

func checkLink(c *fault.Check, path, link string) {
	u, err := url.Parse(link)
	ok := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(link) <= 2000 && !strings.ContainsAny(link, " <>\"")
	for i := range len(link) {
		ok = ok && link[i] > 0x20 && link[i] < 0x7f // RFC 3986 knows ASCII only
	}
	c.That(ok, path, "bad_link", "must be an address in ASCII that begins with http:// or https://")
}

// IsGTIN reports whether s is a number of a bar code: 8, 12, 13 or 14 digits, of
// which the last one checks (GS1 General Specifications, 7.9: weights 3 and 1
// by turns from the right, the sum a multiple of 10).
func IsGTIN(s string) bool {
	switch len(s) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	sum, zeros := 0, true
	for i := range len(s) {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		zeros = zeros && d == 0
		if (len(s)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0 && !zeros
}

// FeedPages makes one stream of items from a list that is read page by page.
// read returns the next items behind the last one that was returned (nil at
// first), and none at the end. The stream ends with the first error, and with
// ctx.
func FeedPages(ctx context.Context, read func(ctx context.Context, after *FeedItem) ([]FeedItem, error)) iter.Seq2[FeedItem, error] {
	return func(yield func(FeedItem, error) bool) {
		var last *FeedItem
		for {
			items, err := read(ctx, last)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(FeedItem{}, err)
				return
			}
			for _, x := range items {
				if !yield(x, nil) {
					return
				}
			}
			if len(items) == 0 {
				return
			}
			last = &items[len(items)-1]
		}
	}
}

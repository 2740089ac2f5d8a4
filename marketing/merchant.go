package marketing

import (
	"bufio"
	"context"
	"encoding/xml"
	"io"
	"iter"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Feed is the head of a product feed.
type Feed struct {
	// Title and Description are plain text, 1 to 150 and 1 to 500 characters.
	Title       string
	Description string
	// Link is the address of the shop.
	Link string
}

// FeedReport says what became of the items of a feed.
type FeedReport struct {
	// Written is how many items are in the feed.
	Written int
	// LeftOut is how many are not, for they would have been refused, and
	// Problems says why for the first 100 of them.
	LeftOut  int
	Problems []FeedProblem
}

// FeedProblem is an item that was left out.
type FeedProblem struct {
	ID     string
	Fields []fault.Field
}

// maxProblems is how many problems a report names.
const maxProblems = 100

// WriteMerchantFeed writes a feed for Google Merchant Center: RSS 2.0 with the
// namespace g (https://support.google.com/merchants/answer/14987622), in the
// order of items. It holds one item at a time, so a feed may be of any length.
// An item that would be refused is left out and reported, and does not hold up
// the others. It ends with the first error of items or w, or when ctx ends; what
// was written by then is no whole feed. Errors by kind: Invalid for the head;
// those of items and w.
func WriteMerchantFeed(ctx context.Context, w io.Writer, head Feed, items iter.Seq2[FeedItem, error]) (FeedReport, error) {
	var c fault.Check
	c.Required("title", head.Title, 150)
	c.Required("description", head.Description, 500)
	checkLink(&c, "link", head.Link)
	if err := c.Err("marketing.feed"); err != nil {
		return FeedReport{}, err
	}
	var report FeedReport
	f := feedWriter{w: bufio.NewWriter(w)}
	f.raw(xml.Header + `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">` + "\n<channel>\n")
	f.element("title", head.Title)
	f.element("link", head.Link)
	f.element("description", head.Description)
	for item, err := range items {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return report, err
		}
		if err := item.Check(); err != nil {
			report.LeftOut++
			if len(report.Problems) < maxProblems {
				report.Problems = append(report.Problems, FeedProblem{ID: item.ID, Fields: fault.FieldsOf(err)})
			}
			continue
		}
		f.item(item)
		if f.err != nil {
			return report, f.err
		}
		report.Written++
	}
	f.raw("</channel>\n</rss>\n")
	if f.err == nil {
		f.err = f.w.Flush()
	}
	return report, f.err
}

// feedWriter writes elements and keeps the first error.
type feedWriter struct {
	w   *bufio.Writer
	err error
}

func (f *feedWriter) raw(s string) {
	if f.err == nil {
		_, f.err = f.w.WriteString(s)
	}
}

// element writes one element, and none for an empty text.
func (f *feedWriter) element(name, text string) {
	if text == "" {
		return
	}
	f.raw("<" + name + ">")
	if f.err == nil {
		f.err = xml.EscapeText(f.w, []byte(text))
	}
	f.raw("</" + name + ">\n")
}

func (f *feedWriter) item(x FeedItem) {
	f.raw("<item>\n")
	f.element("g:id", x.ID)
	f.element("g:title", x.Title)
	f.element("g:description", x.Description)
	f.element("g:link", x.Link)
	f.element("g:image_link", x.Image)
	for _, i := range x.Images {
		f.element("g:additional_image_link", i)
	}
	f.element("g:availability", string(x.Available))
	f.element("g:availability_date", feedTime(x.From))
	f.element("g:price", feedPrice(x.Price))
	if x.Sale.IsPositive() {
		f.element("g:sale_price", feedPrice(x.Sale))
		if !x.SaleFrom.IsZero() {
			f.element("g:sale_price_effective_date", feedTime(x.SaleFrom)+"/"+feedTime(x.SaleUntil))
		}
	}
	condition := x.Condition
	if condition == "" {
		condition = New
	}
	f.element("g:condition", string(condition))
	f.element("g:brand", x.Brand)
	f.element("g:gtin", x.GTIN)
	f.element("g:mpn", x.MPN)
	if x.GTIN == "" && x.MPN == "" {
		f.element("g:identifier_exists", "no")
	}
	f.element("g:item_group_id", x.Group)
	f.element("g:google_product_category", x.Category)
	f.element("g:product_type", x.Type)
	f.element("g:color", x.Color)
	f.element("g:size", x.Size)
	f.element("g:material", x.Material)
	f.raw("</item>\n")
}

// feedPrice writes "19.99 EUR".
func feedPrice(a money.Amount) string { return a.Decimal() + " " + a.Currency().Code() }

// feedTime writes a time to the minute, "2026-03-01T12:00Z", and nothing for
// the zero time.
func feedTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04Z")
}

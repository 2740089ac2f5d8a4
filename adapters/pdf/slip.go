package pdf

import (
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// The page of a slip in points: A4 with a margin of two centimetres.
const (
	a4Width    = 595.28
	a4Height   = 841.89
	slipMargin = 56.7
	slipInner  = a4Width - 2*slipMargin
	body       = 11.0 // size of letters
	step       = 18.0 // from line to line
	leading    = 14.0 // and within a cell
)

// Slip returns the packing slip of a fulfillment of an order: what
// fulfillment.Fulfillment.Slip shows, as PDF. An order that is not the one of
// the fulfillment, a text with a letter that cannot be shown, and one that is too
// long for its line are Invalid errors that name the field.
func (p *Printer) Slip(f fulfillment.Fulfillment, o order.Order, words fulfillment.SlipWords) ([]byte, error) {
	var c fault.Check
	if !c.That(o.ID == f.Order, "order", "other_order", "must be the order of the fulfillment") {
		return nil, c.Err("pdf.slip")
	}
	words = words.Filled()
	d := p.document(fpdf.SizeType{Wd: a4Width, Ht: a4Height})
	s := slip{setter: setter{d}, check: &c, regular: p.regular, bold: p.bold}
	s.turn()
	s.heading(words, f)
	if o.ShipTo != nil {
		s.address(words, o.ShipTo.Label())
	}
	s.lines(words, f.Lines)
	if len(f.Parcels) > 0 {
		s.parcels(words, f.Parcels)
	}
	d.SetLang(p.regular.check(&c, "words.lang", words.Lang))
	if err := c.Err("pdf.slip"); err != nil {
		return nil, err
	}
	d.SetTitle(words.Title+" "+f.Number, true)
	return finish(d, "slip of "+f.ID.String())
}

// slip is a packing slip that is drawn from top to bottom.
type slip struct {
	setter
	check         *fault.Check
	regular, bold face
	y             float64 // of the next baseline
}

// turn begins a page.
func (s *slip) turn() {
	s.AddPage()
	s.y = slipMargin + body
}

// room begins a page if there is none left for n lines.
func (s *slip) room(n int) {
	if s.y+step*float64(n-1) > a4Height-slipMargin {
		s.turn()
	}
}

// set sets a text at the left end of a part of the line.
func (s *slip) set(path string, f face, at column, text string) {
	s.text(s.check, path, line{
		face: f, text: f.check(s.check, path, text), x: slipMargin + at.x, baseline: s.y, size: max(body, at.size), width: at.width,
	})
}

// column is a part of a line. Its size is that of a larger text, if it has any.
type column struct{ x, width, size float64 }

func (s *slip) heading(words fulfillment.SlipWords, f fulfillment.Fulfillment) {
	s.y += 8
	s.set("words.title", s.bold, column{0, slipInner, 20}, words.Title)
	s.y += 1.5 * step
	s.set("number", s.regular, column{0, slipInner, 0}, words.Order+" "+f.Number+" \u00b7 "+f.ID.String())
	s.y += 1.5 * step
}

func (s *slip) address(words fulfillment.SlipWords, lines []string) {
	s.set("words.ship_to", s.bold, column{0, slipInner, 0}, words.ShipTo)
	s.y += step
	for i, l := range lines {
		s.set("to["+strconv.Itoa(i)+"]", s.regular, column{0, slipInner, 0}, l)
		s.y += step
	}
	s.y += step / 2
}

// rule draws a line below what was set.
func (s *slip) rule() { s.Rect(slipMargin, s.y+5, slipInner, 0.5, "F") }

// cell is a text of a table, and what it is called.
type cell struct {
	path string
	at   column
	text string
}

// head sets the first row of a table.
func (s *slip) head(cells []cell) {
	s.room(3) // there is a row below it
	for _, h := range cells {
		s.set(h.path, s.bold, h.at, h.text)
	}
	s.rule()
	s.y += step
}

// row sets a row of a table, with the head of the table above it if it is the
// first of a page. What is too long for its column goes on in the next line.
func (s *slip) row(head, cells []cell) {
	wrapped, height := make([][]string, len(cells)), 1
	s.SetFont(family, s.regular.style, body)
	for i, k := range cells {
		text := s.regular.check(s.check, k.path, k.text)
		wrapped[i] = s.SplitText(text, k.at.width)
		height = max(height, len(wrapped[i]))
	}
	s.room(height + 1)
	if s.y == slipMargin+body {
		s.head(head)
	}
	s.SetFont(family, s.regular.style, body)
	for i, k := range cells {
		for n, text := range wrapped[i] {
			s.Text(slipMargin+k.at.x, s.y+leading*float64(n), text)
		}
	}
	s.y += leading * float64(height-1)
	s.rule()
	s.y += step
}

func (s *slip) lines(words fulfillment.SlipWords, ls []fulfillment.Line) {
	sku, article, quantity := column{0, 100, 0}, column{110, 290, 0}, column{410, slipInner - 410, 0}
	head := []cell{{"words.sku", sku, words.SKU}, {"words.article", article, words.Article}, {"words.quantity", quantity, words.Quantity}}
	s.head(head)
	for i, l := range ls {
		at := "lines[" + strconv.Itoa(i) + "]."
		s.row(head, []cell{{at + "sku", sku, l.SKU}, {at + "title", article, l.Title}, {at + "quantity", quantity, strconv.Itoa(l.Quantity)}})
	}
	s.y += step
}

func (s *slip) parcels(words fulfillment.SlipWords, ps []fulfillment.Parcel) {
	number, weight, tracking := column{0, 90, 0}, column{110, 90, 0}, column{210, slipInner - 210, 0}
	head := []cell{{"words.parcel", number, words.Parcel}, {"words.weight", weight, words.Weight}, {"words.tracking", tracking, words.Tracking}}
	s.head(head)
	for i, p := range ps {
		at := "parcels[" + strconv.Itoa(i) + "]."
		weighs := ""
		if p.Weight > 0 {
			weighs = p.Weight.String()
		}
		s.row(head, []cell{{at + "n", number, strconv.Itoa(p.N)}, {at + "weight", weight, weighs}, {at + "tracking", tracking, p.Carrier + " " + p.Tracking}})
	}
}
